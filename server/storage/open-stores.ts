/** Opens what the server must not lose: in PostgreSQL where its address is given, else in SQLite files of its own. */
import { join } from 'node:path';
import type { Accounts, Journal } from '../live/ports.ts';
import type { OnProblem } from './head-file.ts';
import { openPostgresAccounts } from './postgres-accounts.ts';
import { PostgresJournal } from './postgres-journal.ts';
import { openSqliteAccounts } from './sqlite-accounts.ts';
import { SqliteJournal } from './sqlite-journal.ts';

export interface StoreOptions {
  /** Folder of the SQLite files, and of the note where the journal ends. */
  readonly dataDir: string;
  /** `postgres://…`; null: SQLite. */
  readonly databaseUrl: string | null;
  /** Says what needs a person's eye while the stores go on. */
  readonly onProblem: OnProblem;
}

export interface Stores {
  readonly journal: Journal;
  readonly accounts: Accounts;
}

/** Where the journal lies, for the server and for the audit. */
export const journalFiles = (
  dataDir: string,
): { sqlite: string; sqliteHead: string; postgresHead: string } => ({
  sqlite: join(dataDir, 'journal.db'),
  sqliteHead: join(dataDir, 'journal.head'),
  postgresHead: join(dataDir, 'journal-postgres.head'),
});

/** @throws with a sentence where a store cannot be used; nothing is then left open. */
export async function openStores(options: StoreOptions): Promise<Stores> {
  const { dataDir, databaseUrl, onProblem } = options;
  const files = journalFiles(dataDir);
  const journal =
    databaseUrl === null
      ? await SqliteJournal.open(files.sqlite, onProblem)
      : await PostgresJournal.open({ url: databaseUrl, headFile: files.postgresHead, onProblem });
  try {
    const accounts =
      databaseUrl === null
        ? await openSqliteAccounts(join(dataDir, 'accounts.db'))
        : await openPostgresAccounts(databaseUrl, onProblem);
    return { journal, accounts };
  } catch (cause) {
    await journal.close();
    throw cause;
  }
}
