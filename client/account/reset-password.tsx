/** Gives somebody a new password: asked for where the account stands, sent once, kept nowhere. */
import { Button, Input, Popover } from 'antd';
import { useState } from 'react';
import { useText } from '../desk/hooks.ts';

export function ResetPassword({
  name,
  busy,
  reset,
}: {
  readonly name: string;
  readonly busy: boolean;
  /** False where it was refused. */
  readonly reset: (password: string) => Promise<boolean>;
}) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const show = (next: boolean): void => {
    setPassword('');
    setOpen(next);
  };
  const submit = async (): Promise<void> => {
    if (password !== '' && (await reset(password))) show(false);
  };
  const label = `${t('accounts.reset')}: ${name}`;
  return (
    <Popover
      open={open}
      trigger="click"
      destroyOnHidden
      onOpenChange={show}
      content={
        <form
          className="cb-accounts-reset"
          aria-label={label}
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Input.Password
            size="small"
            autoFocus
            value={password}
            placeholder={t('accounts.reset.next')}
            aria-label={t('accounts.reset.next')}
            autoComplete="new-password"
            onChange={(event) => setPassword(event.target.value)}
          />
          <Button size="small" type="primary" htmlType="submit" loading={busy} disabled={password === ''}>
            {t('accounts.reset')}
          </Button>
        </form>
      }
    >
      <Button size="small" type="link" disabled={busy} aria-label={label}>
        {t('accounts.reset')}
      </Button>
    </Popover>
  );
}
