/** Accounts and sessions in two tables, in SQL that SQLite and PostgreSQL both take: one text, run on either. */
import type { Role } from '../contract/roles.ts';
import type { Account, Accounts, SessionRow } from '../live/ports.ts';
import type { SqlDatabase, SqlRow, SqlValue } from './sql-database.ts';

export const ACCOUNT_TABLES = `
  CREATE TABLE IF NOT EXISTS accounts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    department TEXT,
    password_hash TEXT,
    disabled BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until_ms BIGINT,
    version BIGINT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS sessions (
    token_hash TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    account_version BIGINT NOT NULL,
    csrf TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    seen_at_ms BIGINT NOT NULL
  );
`;

export class AccountTables implements Accounts {
  private readonly db: SqlDatabase;
  private closed = false;

  constructor(db: SqlDatabase) {
    this.db = db;
  }

  async get(id: string): Promise<Account | null> {
    const [row] = await this.run('SELECT * FROM accounts WHERE id = $1', [id]);
    return row === undefined ? null : accountOf(row);
  }

  async all(): Promise<readonly Account[]> {
    return (await this.run('SELECT * FROM accounts ORDER BY id', [])).map(accountOf);
  }

  async put(a: Omit<Account, 'version'>): Promise<Account> {
    const [row] = await this.run(
      `INSERT INTO accounts (id, name, role, department, password_hash, disabled, failures, locked_until_ms, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, department = excluded.department,
         password_hash = excluded.password_hash, disabled = excluded.disabled, failures = excluded.failures,
         locked_until_ms = excluded.locked_until_ms, version = accounts.version + 1
       RETURNING *`,
      [
        a.id,
        a.name,
        a.role,
        a.department ?? null,
        a.passwordHash,
        a.disabled ? 1 : 0,
        a.failures,
        a.lockedUntilMs,
      ],
    );
    return accountOf(row!);
  }

  async signInTried(id: string, failures: number, lockedUntilMs: number | null): Promise<void> {
    await this.run('UPDATE accounts SET failures = $2, locked_until_ms = $3 WHERE id = $1', [
      id,
      failures,
      lockedUntilMs,
    ]);
  }

  async openSession(s: SessionRow): Promise<void> {
    await this.run(
      `INSERT INTO sessions (token_hash, account, account_version, csrf, created_at_ms, seen_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [s.tokenHash, s.account, s.accountVersion, s.csrf, s.createdAtMs, s.seenAtMs],
    );
  }

  async session(tokenHash: string): Promise<SessionRow | null> {
    const [row] = await this.run('SELECT * FROM sessions WHERE token_hash = $1', [tokenHash]);
    return row === undefined ? null : sessionOf(row);
  }

  /** Two servers may say it in either order: a session is never seen earlier than before. */
  async touchSession(tokenHash: string, seenAtMs: number): Promise<void> {
    await this.run('UPDATE sessions SET seen_at_ms = $2 WHERE token_hash = $1 AND seen_at_ms < $2', [
      tokenHash,
      seenAtMs,
    ]);
  }

  async endSession(tokenHash: string): Promise<void> {
    await this.run('DELETE FROM sessions WHERE token_hash = $1', [tokenHash]);
  }

  async endOldSessions(seenBeforeMs: number): Promise<void> {
    await this.run('DELETE FROM sessions WHERE seen_at_ms < $1', [seenBeforeMs]);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.db.close();
  }

  private async run(sql: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    if (this.closed) throw new Error('the accounts are closed');
    return this.db.run(sql, values);
  }
}

function accountOf(row: SqlRow): Account {
  return {
    id: row.id as string,
    name: row.name as string,
    role: row.role as Role,
    ...(row.department !== null && { department: row.department as string }),
    passwordHash: row.password_hash as string | null,
    disabled: Number(row.disabled) !== 0,
    failures: Number(row.failures),
    lockedUntilMs: row.locked_until_ms === null ? null : Number(row.locked_until_ms),
    version: Number(row.version),
  };
}

const sessionOf = (row: SqlRow): SessionRow => ({
  tokenHash: row.token_hash as string,
  account: row.account as string,
  accountVersion: Number(row.account_version),
  csrf: row.csrf as string,
  createdAtMs: Number(row.created_at_ms),
  seenAtMs: Number(row.seen_at_ms),
});
