/** Where one signs in before anything else is shown: name and password, and in the demo a click. */
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { createRoot } from 'react-dom/client';
import type { Department } from '../../server/contract/city-pack.ts';
import { roleNames } from '../../server/contract/roles.ts';
import { textIn } from '../../server/contract/text.ts';
import { showTheme } from '../app/theme.ts';
import { departmentName, loadDepartments } from '../desk/departments.ts';
import { setPreferences, useDesk } from '../desk/desk.ts';
import { translator } from '../i18n/i18n.ts';
import { signIn, signInDemo, useAccount } from './me.ts';

function Switches() {
  const language = useDesk((s) => s.language);
  const theme = useDesk((s) => s.theme);
  const t = translator(language);
  useEffect(() => showTheme(theme, language), [theme, language]);
  return (
    <p className="cb-signin-switches">
      <button
        type="button"
        onClick={() => setPreferences({ language: language === 'zh-CN' ? 'en-US' : 'zh-CN' })}
      >
        {t('app.otherLanguage')}
      </button>
      <button type="button" onClick={() => setPreferences({ theme: theme === 'dark' ? 'light' : 'dark' })}>
        {t(theme === 'dark' ? 'app.theme.light' : 'app.theme.dark')}
      </button>
    </p>
  );
}

function DemoAccounts() {
  const language = useDesk((s) => s.language);
  const { demo, demoAccounts, busy } = useAccount();
  const t = translator(language);
  const offered = demo && demoAccounts.length > 0;
  const [departments, setDepartments] = useState<readonly Department[]>([]);
  useEffect(() => {
    if (!offered) return;
    loadDepartments()
      .then(setDepartments)
      .catch((error: unknown) => console.info('departments have no names yet', error));
  }, [offered]);
  if (!offered) return null;
  return (
    <section className="cb-signin-demo" aria-label={t('account.demo.list')}>
      <p className="cb-demo-badge">{t('account.demo.badge')}</p>
      <p>{t('account.demo.tip')}</p>
      <ul>
        {demoAccounts.map((account) => (
          <li key={account.id}>
            <button type="button" disabled={busy} onClick={() => void signInDemo(account.id)}>
              <b>{account.name}</b>{' '}
              <small>
                {account.department === undefined || departments.length === 0
                  ? textIn(roleNames[account.role], language)
                  : departmentName(account.department, departments, language)}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function SignInForm() {
  const language = useDesk((s) => s.language);
  const { refused, ended, busy } = useAccount();
  const t = translator(language);
  const [id, setId] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const [caps, setCaps] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const ids = useId();
  useEffect(() => field.current?.focus(), []);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setMissing(id.trim() === '' || password === '');
    if (id.trim() === '') field.current?.focus();
    else if (password === '') secret.current?.focus();
    else if (!(await signIn(id.trim(), password))) {
      setPassword('');
      secret.current?.focus();
    }
  };
  const watchCaps = (event: KeyboardEvent): void => setCaps(event.getModifierState('CapsLock'));
  const said = missing ? t('account.signIn.missing') : refused ? textIn(refused, language) : null;
  return (
    <form className="cb-signin-form" aria-busy={busy} onSubmit={(event) => void submit(event)}>
      {ended && (
        <p className="cb-signin-ended" role="alert">
          {t('account.ended')}
        </p>
      )}
      <label htmlFor={`${ids}-id`}>{t('account.id')}</label>
      <input
        ref={field}
        id={`${ids}-id`}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={60}
        value={id}
        onChange={(event) => setId(event.target.value)}
      />
      <label htmlFor={`${ids}-password`}>{t('account.password')}</label>
      <input
        ref={secret}
        id={`${ids}-password`}
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={256}
        value={password}
        aria-describedby={`${ids}-said`}
        onChange={(event) => setPassword(event.target.value)}
        onKeyDown={watchCaps}
        onKeyUp={watchCaps}
        onBlur={() => setCaps(false)}
      />
      <p id={`${ids}-said`} className="cb-signin-said" role="alert">
        {said}
        {caps && <span className="cb-signin-caps">{t('account.capsLock')}</span>}
      </p>
      <button type="submit" className="cb-signin-go" disabled={busy}>
        {t(busy ? 'account.signIn.busy' : 'account.signIn')}
      </button>
    </form>
  );
}

export function SignInPage() {
  const language = useDesk((s) => s.language);
  const t = translator(language);
  return (
    <main className="cb-signin">
      <h1>
        {t('app.name')} <small>{t('app.name2')}</small>
      </h1>
      <SignInForm />
      <DemoAccounts />
      <Switches />
    </main>
  );
}

/** Shows the page until somebody is signed in, then leaves `root` empty. */
export function signedInFirst(root: HTMLElement): Promise<void> {
  const page = createRoot(root);
  page.render(<SignInPage />);
  return new Promise((resolve) => {
    const stop = useAccount.subscribe(({ person }) => {
      if (person === null) return;
      stop();
      // The page is in the middle of answering the click that signed in.
      setTimeout(() => {
        page.unmount();
        resolve();
      }, 0);
    });
  });
}
