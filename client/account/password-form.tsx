/** One's own password, changed by who knows the one before; every other session of the account ends. */
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { useText } from '../desk/hooks.ts';
import { changePassword } from './me.ts';
import { newPasswordFault, type NewPassword } from './password-fault.ts';

const blank: NewPassword = { current: '', next: '', again: '' };
const fields = ['current', 'next', 'again'] as const;

export function PasswordForm({ account }: { readonly account: string }) {
  const { t, text } = useText();
  const [typed, setTyped] = useState(blank);
  const [said, setSaid] = useState<string | null>(null);
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => first.current?.focus(), []);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const fault = newPasswordFault(typed);
    setSaid(fault && t(fault));
    if (fault || busy) return;
    setBusy(true);
    const refused = await changePassword(typed.current, typed.next).finally(() => setBusy(false));
    if (!refused) {
      setTyped(blank);
      setDone(true);
      return;
    }
    const wrong = refused.refusal?.code === 'wrong-credentials';
    setSaid(wrong ? t('account.change.wrong') : text(refused.text));
    if (!wrong) return;
    setTyped({ ...typed, current: '' });
    first.current?.focus();
  };
  if (done) return <p role="status">{t('account.change.done')}</p>;
  return (
    <form
      className="cb-signin-form"
      aria-label={t('account.change')}
      aria-busy={busy}
      onSubmit={(event) => void submit(event)}
    >
      {/* For password managers, which keep a password by its account. */}
      <input type="text" name="username" autoComplete="username" value={account} readOnly hidden />
      {fields.map((field) => (
        <div className="cb-field" key={field}>
          <label htmlFor={`${id}-${field}`}>{t(`account.change.${field}`)}</label>
          <input
            ref={field === 'current' ? first : undefined}
            id={`${id}-${field}`}
            type="password"
            autoComplete={field === 'current' ? 'current-password' : 'new-password'}
            maxLength={256}
            value={typed[field]}
            aria-describedby={`${id}-said`}
            onChange={(event) => setTyped({ ...typed, [field]: event.target.value })}
          />
        </div>
      ))}
      <p id={`${id}-said`} className="cb-signin-said" role="alert">
        {said}
      </p>
      <button type="submit" className="cb-signin-go" disabled={busy}>
        {t('account.change.go')}
      </button>
    </form>
  );
}
