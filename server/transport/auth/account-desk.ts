/**
 * Making and changing accounts. Invariants: nobody changes their own rights, a change is in the audit trail before it
 * is made, and it ends the sessions of whom it touches.
 */
import type { AccountAnswer, AccountChange, NewAccount } from '../../contract/accounts.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { Account, Accounts } from '../../live/ports.ts';
import type { Audit } from './audit.ts';
import { DEMO_PREFIX } from './demo-accounts.ts';
import { isWeakPassword, type Passwords } from './passwords.ts';
import type { SerialByKey } from './serial-by-key.ts';
import { personOf } from './sessions.ts';

export interface AccountDeskDeps {
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly serial: SerialByKey;
  /** Whether there is such a department; where absent any is taken. */
  readonly knowsDepartment?: (id: string) => boolean;
  /** Runs after each change. */
  readonly changed: () => void;
}

/** Who changes an account: `user:ID`, or `system` for whoever runs the server's machine. */
export interface Administrator {
  readonly actor: string;
  /** Absent on the server's own command line. */
  readonly address?: string;
}

export const accountAnswerOf = (account: Account): AccountAnswer => ({
  ...personOf(account),
  disabled: account.disabled,
  lockedUntilMs: account.lockedUntilMs,
  version: account.version,
});

export class AccountDesk {
  private readonly deps: AccountDeskDeps;

  constructor(deps: AccountDeskDeps) {
    this.deps = deps;
  }

  async list(): Promise<readonly AccountAnswer[]> {
    const all = await this.deps.accounts.all();
    return all.map(accountAnswerOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  create(given: NewAccount, by: Administrator): Promise<Result<AccountAnswer, Refusal>> {
    const { id, password, ...rest } = given;
    return this.deps.serial.run(id, async () => {
      if (id.startsWith(DEMO_PREFIX)) {
        return err({ code: 'bad-field', detail: `id: ${DEMO_PREFIX}… is for the demo's accounts` });
      }
      if ((await this.deps.accounts.get(id)) !== null) {
        return err({ code: 'bad-field', detail: `id: there is an account ${id} already` });
      }
      const fault = this.faultOf(rest);
      if (fault !== null) return err(fault);
      if (isWeakPassword(password, id)) return err({ code: 'weak-password' });
      const passwordHash = await this.deps.passwords.hash(password);
      const account = { id, ...rest, passwordHash, disabled: false, failures: 0, lockedUntilMs: null };
      return ok(await this.write(account, { created: true, ...rest }, by));
    });
  }

  change(id: string, given: AccountChange, by: Administrator): Promise<Result<AccountAnswer, Refusal>> {
    return this.deps.serial.run(id, async () => {
      const account = await this.deps.accounts.get(id);
      if (account === null) return err({ code: 'not-found' });
      if (by.actor === `user:${id}`) return err({ code: 'forbidden' });
      const { password, unlock, department, ...rest } = given;
      const { department: before, ...kept } = account;
      const now = department === undefined ? before : (department ?? undefined);
      const next = { ...kept, ...rest, ...(now !== undefined && { department: now }) };
      const fault = this.faultOf(next);
      if (fault !== null) return err(fault);
      if (password !== undefined) {
        // A password would open a demo account outside the demo too.
        if (account.passwordHash === null) return err({ code: 'forbidden' });
        if (isWeakPassword(password, id)) return err({ code: 'weak-password' });
        next.passwordHash = await this.deps.passwords.hash(password);
      }
      if (unlock || password !== undefined) {
        next.failures = 0;
        next.lockedUntilMs = null;
      }
      const changes = { ...given, ...(password !== undefined && { password: true }) };
      return ok(await this.write(next, changes, by));
    });
  }

  private faultOf({ role, department }: Pick<Account, 'role' | 'department'>): Refusal | null {
    if (department === undefined) {
      return role === 'department' ? { code: 'bad-field', detail: 'department: needed for this role' } : null;
    }
    return this.deps.knowsDepartment?.(department) === false
      ? { code: 'no-department', detail: department }
      : null;
  }

  private async write(
    account: Omit<Account, 'version'>,
    changes: Readonly<Record<string, unknown>>,
    { actor, address }: Administrator,
  ): Promise<AccountAnswer> {
    const payload = { account: account.id, changes, ...(address !== undefined && { address }) };
    await this.deps.audit({ type: 'account.changed', payload, actor });
    const written = await this.deps.accounts.put(account);
    this.deps.changed();
    return accountAnswerOf(written);
  }
}
