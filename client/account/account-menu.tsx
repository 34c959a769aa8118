/** Who is signed in, always in sight in the bar: name, role, department; from here one signs in, switches, signs out. */
import { UserOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { roleNames, type Person } from '../../server/contract/roles.ts';
import { departmentName, useDepartments } from '../desk/departments.ts';
import { useText } from '../desk/hooks.ts';
import { signInDemo, signOut, useAccount, useHasPassword } from './me.ts';
import { PasswordForm } from './password-form.tsx';
import { SignInForm } from './sign-in-page.tsx';

const AccountsDialog = lazy(() => import('./accounts-dialog.tsx'));

/** Role and department in one line. */
export function usePost(): (person: Person) => string {
  const { text, language } = useText();
  const departments = useDepartments();
  return ({ role, department }) =>
    department === undefined
      ? text(roleNames[role])
      : `${text(roleNames[role])} · ${departmentName(department, departments, language)}`;
}

function DemoList({ onDone }: { readonly onDone: () => void }) {
  const { t } = useText();
  const post = usePost();
  const { person, demoAccounts, busy } = useAccount();
  const become = async (id: string): Promise<void> => {
    if (await signInDemo(id)) onDone();
  };
  return (
    <section aria-label={t('account.demo.list')}>
      <h3>{t('account.demo.list')}</h3>
      <ul className="cb-account-list">
        {demoAccounts.map((account) => (
          <li key={account.id}>
            <button
              type="button"
              disabled={busy}
              aria-current={account.id === person?.id}
              onClick={() => void become(account.id)}
            >
              <b>{account.name}</b>
              <small>{post(account)}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Menu({ onDone, onAccounts }: { readonly onDone: () => void; readonly onAccounts: () => void }) {
  const { t, text } = useText();
  const post = usePost();
  const { person, demo, ended, refused, busy } = useAccount();
  const hasPassword = useHasPassword();
  const [changing, setChanging] = useState(false);
  const go = async (): Promise<void> => {
    if (await signOut()) onDone();
  };
  return (
    <div className="cb-account">
      {demo && (
        <p className="cb-account-demo">
          <span className="cb-demo-badge">{t('account.demo.badge')}</span> {t('account.demo.tip')}
        </p>
      )}
      {ended && person === null && <p role="alert">{t('account.ended')}</p>}
      {refused && person !== null && <p role="alert">{text(refused)}</p>}
      {person && (
        <>
          <p className="cb-account-me">
            <b>{person.name}</b>
            <small>
              {person.id} · {post(person)}
            </small>
          </p>
          <div className="cb-account-acts">
            {person.role === 'security-admin' && (
              <Button size="small" onClick={onAccounts}>
                {t('accounts.title')}
              </Button>
            )}
            {hasPassword && (
              <Button size="small" aria-expanded={changing} onClick={() => setChanging(!changing)}>
                {t('account.change')}
              </Button>
            )}
            <Button size="small" loading={busy} onClick={() => void go()}>
              {t('account.signOut')}
            </Button>
          </div>
          {changing && <PasswordForm account={person.id} />}
        </>
      )}
      {demo && <DemoList onDone={onDone} />}
      {!person && !demo && <SignInForm />}
    </div>
  );
}

export function AccountMenu() {
  const { t } = useText();
  const post = usePost();
  const { person, demo, ended } = useAccount();
  const [open, setOpen] = useState(false);
  const [administering, setAdministering] = useState(false);
  const shown = open || (ended && person === null);
  const close = (): void => {
    setOpen(false);
    useAccount.setState({ ended: false });
  };
  return (
    <>
      {demo && (
        <span className="cb-demo-badge" title={t('account.demo.tip')}>
          {t('account.demo.badge')}
        </span>
      )}
      <Popover
        open={shown}
        trigger="click"
        placement="bottomRight"
        destroyOnHidden
        onOpenChange={(next) => (next ? setOpen(true) : close())}
        content={
          <Menu
            onDone={close}
            onAccounts={() => {
              close();
              setAdministering(true);
            }}
          />
        }
      >
        <button
          type="button"
          className="cb-who"
          aria-haspopup="dialog"
          aria-expanded={shown}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && shown) {
              event.preventDefault();
              close();
            }
          }}
        >
          <UserOutlined aria-hidden="true" />
          {person ? (
            <span>
              <b>{person.name}</b> <small>{post(person)}</small>
            </span>
          ) : (
            <span>{t('account.nobody')}</span>
          )}
        </button>
      </Popover>
      <Suspense fallback={null}>
        {administering && person?.role === 'security-admin' && (
          <AccountsDialog onClose={() => setAdministering(false)} />
        )}
      </Suspense>
    </>
  );
}
