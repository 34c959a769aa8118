/** The thread that owns the file of accounts. Invariant: an answer is sent after COMMIT with synchronous=FULL. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { ACCOUNT_TABLES } from './accounts-tables.ts';
import { sqliteValues, type SqlValue } from './sql-database.ts';
import { serve } from './worker-port.ts';

export type AccountsQuestion =
  | { readonly ask: 'open' }
  | { readonly ask: 'run'; readonly sql: string; readonly values: readonly SqlValue[] }
  | { readonly ask: 'close' };

const db = new DatabaseSync((workerData as { file: string }).file);
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  ${ACCOUNT_TABLES}
`);
const prepared = new Map<string, StatementSync>();

function statement(sql: string): StatementSync {
  let known = prepared.get(sql);
  if (known === undefined) prepared.set(sql, (known = db.prepare(sql)));
  return known;
}

serve(parentPort, (q: AccountsQuestion) => {
  switch (q.ask) {
    case 'open':
      return null;
    case 'run':
      return statement(q.sql).all(sqliteValues(q.values));
    case 'close':
      db.close();
      return null;
  }
});
