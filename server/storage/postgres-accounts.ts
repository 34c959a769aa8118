/** Accounts and sessions in PostgreSQL, shared by all servers on it. */
import { ACCOUNT_TABLES, AccountTables } from './accounts-tables.ts';
import type { OnProblem } from './head-file.ts';
import { poolOf, prepareTables } from './postgres-pool.ts';
import type { SqlRow } from './sql-database.ts';

const CONNECTIONS = 2;

/** Connects and makes the tables where there are none. @throws where the database cannot be used. */
export async function openPostgresAccounts(url: string, onProblem: OnProblem): Promise<AccountTables> {
  const pool = poolOf(url, CONNECTIONS, onProblem);
  try {
    await prepareTables(pool, url, 'sessions', ACCOUNT_TABLES);
  } catch (cause) {
    await pool.end();
    throw cause;
  }
  return new AccountTables({
    run: async (sql, values) => (await pool.query<SqlRow>(sql, [...values])).rows,
    close: () => pool.end(),
  });
}
