/** Accounts and sessions in memory, as several servers would share them; it can be told to fail. */
import type { Account, Accounts, SessionRow } from '../../server/live/ports.ts';

export class MemoryAccounts implements Accounts {
  readonly accounts = new Map<string, Account>();
  readonly sessions = new Map<string, SessionRow>();
  failing = false;

  async get(id: string): Promise<Account | null> {
    this.check();
    return this.accounts.get(id) ?? null;
  }

  async all(): Promise<readonly Account[]> {
    this.check();
    return [...this.accounts.values()];
  }

  async put(account: Omit<Account, 'version'>): Promise<Account> {
    this.check();
    const written = { ...account, version: (this.accounts.get(account.id)?.version ?? 0) + 1 };
    this.accounts.set(account.id, written);
    return written;
  }

  async signInTried(id: string, failures: number, lockedUntilMs: number | null): Promise<void> {
    this.check();
    const account = this.accounts.get(id);
    if (account) this.accounts.set(id, { ...account, failures, lockedUntilMs });
  }

  async openSession(row: SessionRow): Promise<void> {
    this.check();
    this.sessions.set(row.tokenHash, row);
  }

  async session(tokenHash: string): Promise<SessionRow | null> {
    this.check();
    return this.sessions.get(tokenHash) ?? null;
  }

  async touchSession(tokenHash: string, seenAtMs: number): Promise<void> {
    this.check();
    const row = this.sessions.get(tokenHash);
    if (row) this.sessions.set(tokenHash, { ...row, seenAtMs });
  }

  async endSession(tokenHash: string): Promise<void> {
    this.check();
    this.sessions.delete(tokenHash);
  }

  async endOldSessions(seenBeforeMs: number): Promise<void> {
    this.check();
    for (const [hash, row] of this.sessions) if (row.seenAtMs < seenBeforeMs) this.sessions.delete(hash);
  }

  async close(): Promise<void> {}

  private check(): void {
    if (this.failing) throw new Error('the accounts cannot be read');
  }
}
