/** Accounts, for the security administrator: who there is, adding, disabling, role and department, unlocking. */
import { Alert, Button, Input, Modal, Select, Table, type TableColumnsType } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { newAccount, type AccountAnswer, type AccountChange } from '../../server/contract/accounts.ts';
import { roleNames, roles, type Role } from '../../server/contract/roles.ts';
import { useDepartments } from '../desk/departments.ts';
import { timeZone } from '../desk/desk.ts';
import { formatClock } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import { addAccount, ApiError, changeAccount, fetchAccounts } from '../sync/api.ts';
import { newAccountFault } from './account-fault.ts';
import { isDemoAccount, useAccount, useMe } from './me.ts';
import { ResetPassword } from './reset-password.tsx';

const KEY = ['accounts'];
const blank = {
  id: '',
  name: '',
  role: 'dispatcher' as Role,
  department: undefined as string | undefined,
  password: '',
};

function useChoices() {
  const { text } = useText();
  const departments = useDepartments();
  return {
    roles: roles.map((role) => ({ value: role, label: text(roleNames[role]) })),
    departments: departments.map((d) => ({ value: d.id, label: text(d.name) })),
  };
}

/** Runs a change and says in a sentence why it was refused. */
function useChanges(): {
  said: string | null;
  busy: boolean;
  run: (change: () => Promise<unknown>) => Promise<boolean>;
} {
  const { text } = useText();
  const queries = useQueryClient();
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  return {
    said,
    busy,
    run: async (change) => {
      setBusy(true);
      setSaid(null);
      try {
        await change();
        await queries.invalidateQueries({ queryKey: KEY });
        return true;
      } catch (error) {
        setSaid(error instanceof ApiError ? text(error.text) : String(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

function NewAccountForm() {
  const { t } = useText();
  const choices = useChoices();
  const { said, busy, run } = useChanges();
  const [draft, setDraft] = useState(blank);
  const [fault, setFault] = useState<MessageKey | null>(null);
  const change = (part: Partial<typeof blank>): void => {
    setDraft({ ...draft, ...part });
    setFault(null);
  };
  const submit = async (): Promise<void> => {
    const { department, ...rest } = draft;
    const parsed = newAccount.safeParse(department === undefined ? rest : draft);
    if (!parsed.success) {
      setFault(newAccountFault(parsed.error));
      return;
    }
    if (await run(() => addAccount(parsed.data))) setDraft(blank);
  };
  return (
    <form
      className="cb-accounts-new"
      aria-label={t('accounts.add')}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Input
        size="small"
        value={draft.id}
        placeholder={t('account.id')}
        aria-label={t('account.id')}
        autoComplete="off"
        onChange={(event) => change({ id: event.target.value })}
      />
      <Input
        size="small"
        value={draft.name}
        placeholder={t('accounts.name')}
        aria-label={t('accounts.name')}
        autoComplete="off"
        onChange={(event) => change({ name: event.target.value })}
      />
      <Select
        size="small"
        value={draft.role}
        options={choices.roles}
        aria-label={t('accounts.role')}
        onChange={(role) => change({ role })}
      />
      <Select
        size="small"
        allowClear
        value={draft.department}
        placeholder={t('accounts.department')}
        options={choices.departments}
        aria-label={t('accounts.department')}
        onChange={(department) => change({ department })}
      />
      <Input.Password
        size="small"
        value={draft.password}
        placeholder={t('accounts.password')}
        aria-label={t('accounts.password')}
        autoComplete="new-password"
        onChange={(event) => change({ password: event.target.value })}
      />
      <Button size="small" type="primary" htmlType="submit" loading={busy}>
        {t('accounts.add')}
      </Button>
      {(fault ?? said) !== null && (
        <p className="cb-field-fault" role="alert">
          {fault ? t(fault) : said}
        </p>
      )}
    </form>
  );
}

export default function AccountsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const self = useMe();
  const demo = useAccount((s) => s.demo);
  const choices = useChoices();
  const { said, busy, run } = useChanges();
  const { data, error } = useQuery({ queryKey: KEY, queryFn: ({ signal }) => fetchAccounts(signal) });
  const change = (account: AccountAnswer, part: AccountChange): void =>
    void run(() => changeAccount(account.id, part));
  const columns: TableColumnsType<AccountAnswer> = [
    {
      title: t('account.id'),
      dataIndex: 'id',
      render: (id: string, account) => (
        <>
          <b>{account.name}</b> <small>{id}</small>
        </>
      ),
    },
    {
      title: t('accounts.role'),
      dataIndex: 'role',
      render: (role: Role, account) => (
        <Select
          size="small"
          variant="borderless"
          value={role}
          options={choices.roles}
          disabled={busy || account.id === self?.id}
          aria-label={`${t('accounts.role')}: ${account.name}`}
          onChange={(next) => change(account, { role: next })}
        />
      ),
    },
    {
      title: t('accounts.department'),
      dataIndex: 'department',
      width: '32%',
      render: (department: string | undefined, account) => (
        <Select
          size="small"
          variant="borderless"
          allowClear
          value={department}
          placeholder="—"
          options={choices.departments}
          disabled={busy}
          aria-label={`${t('accounts.department')}: ${account.name}`}
          onChange={(next?: string) => change(account, { department: next ?? null })}
        />
      ),
    },
    {
      title: t('accounts.state'),
      dataIndex: 'disabled',
      render: (disabled: boolean, account) => {
        const locked = account.lockedUntilMs !== null && account.lockedUntilMs > nowMs;
        return (
          <span className="cb-accounts-state">
            {disabled ? t('accounts.disabled') : t('accounts.enabled')}
            {locked && (
              <>
                {' · '}
                {t('accounts.locked', {
                  time: formatClock(account.lockedUntilMs ?? 0, language, timeZone()),
                })}
                <Button size="small" type="link" onClick={() => change(account, { unlock: true })}>
                  {t('accounts.unlock')}
                </Button>
              </>
            )}
          </span>
        );
      },
    },
    {
      title: '',
      key: 'acts',
      width: 170,
      render: (_: unknown, account) => (
        <>
          {account.id !== self?.id && !(demo && isDemoAccount(account.id)) && (
            <ResetPassword
              name={account.name}
              busy={busy}
              reset={(password) => run(() => changeAccount(account.id, { password }))}
            />
          )}
          <Button
            size="small"
            disabled={busy || account.id === self?.id}
            aria-label={`${t(account.disabled ? 'accounts.enable' : 'accounts.disable')}: ${account.name}`}
            onClick={() => change(account, { disabled: !account.disabled })}
          >
            {t(account.disabled ? 'accounts.enable' : 'accounts.disable')}
          </Button>
        </>
      ),
    },
  ];
  return (
    <Modal
      open
      centered
      width="min(960px, 94vw)"
      title={t('accounts.title')}
      footer={null}
      onCancel={onClose}
    >
      <NewAccountForm />
      {error && (
        <Alert type="error" showIcon title={error instanceof ApiError ? text(error.text) : String(error)} />
      )}
      {said !== null && <Alert type="error" showIcon title={said} />}
      <Table<AccountAnswer>
        className="cb-account-table"
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={data ? [...data] : []}
        loading={!data && !error}
        pagination={false}
        scroll={{ y: '56vh' }}
        locale={{ emptyText: t('accounts.empty') }}
      />
    </Modal>
  );
}
