/** What SQLite and PostgreSQL have in common for those whose SQL both take. */
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqlDatabase {
  /** Runs one statement with `$1`, `$2` …; durable when it resolves. Whole numbers may come as text. */
  run(sql: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  close(): Promise<void>;
}

/** `$1`, `$2` … as node:sqlite wants them: by name. */
export const sqliteValues = (values: readonly SqlValue[]): Record<string, SqlValue> =>
  Object.fromEntries(values.map((value, i) => [`$${i + 1}`, value]));
