/** Accounts and sessions in an embedded SQLite file that only its owner may read. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { AccountsQuestion } from './accounts-worker.ts';
import { AccountTables } from './accounts-tables.ts';
import type { SqlRow } from './sql-database.ts';
import { WorkerPort } from './worker-port.ts';

/** Opens or creates the file. @throws where it cannot be opened or is no database. */
export async function openSqliteAccounts(file: string): Promise<AccountTables> {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  // SQLite gives its other files the rights of this one.
  closeSync(openSync(file, 'a', 0o600));
  const port = new WorkerPort(new URL('./accounts-worker.ts', import.meta.url), { file });
  const ask = <T>(question: AccountsQuestion): Promise<T> => port.ask<T>(question);
  await ask({ ask: 'open' });
  return new AccountTables({
    run: (sql, values) => ask<SqlRow[]>({ ask: 'run', sql, values }),
    async close() {
      await ask({ ask: 'close' });
      await port.end();
    },
  });
}
