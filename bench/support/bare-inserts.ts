/** The least that keeps a row: a table of the journal's columns, its database's own durability, and nothing around it. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Pool } from 'pg';
import type { JournalRow } from './durable-commands.ts';
import { paceOf, type Pace } from './in-flight.ts';

export interface BareInserts {
  /** One insert, one commit, for each that is asked. */
  each(atATime: number, forMs: number): Promise<Pace>;
  /** All that wait share one commit. */
  grouped(atATime: number, forMs: number): Promise<Pace>;
  close(): Promise<void>;
}

export function bareSqlite(dataDir: string, row: JournalRow): BareInserts {
  const db = new DatabaseSync(join(dataDir, 'bare.db'));
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE bare (
      seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, type TEXT NOT NULL, payload TEXT NOT NULL,
      command TEXT, hash TEXT NOT NULL
    ) STRICT;
  `);
  const statement = db.prepare(
    'INSERT INTO bare (at_ms, actor, type, payload, command, hash) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const { atMs, actor, type, payload, command, hash } = row;
  const insert = (): unknown => statement.run(atMs, actor, type, payload, command, hash);
  return {
    // The database has one writer: however many wait, they go one after the other.
    each: (atATime, forMs) => paceOf(atATime, forMs, async () => void insert()),
    grouped: (atATime, forMs) =>
      grouped(atATime, forMs, async (count) => {
        db.exec('BEGIN IMMEDIATE');
        for (let i = 0; i < count; i++) insert();
        db.exec('COMMIT');
      }),
    close: async () => db.close(),
  };
}

/** `connections`: so many can be had; each carries one insert at a time. */
export async function barePostgres(url: string, row: JournalRow, connections: number): Promise<BareInserts> {
  const pool = new Pool({ connectionString: url, max: connections });
  const { rows } = await pool.query<{ synchronous_commit: string }>('SHOW synchronous_commit');
  if (rows[0]?.synchronous_commit !== 'on') throw new Error('PostgreSQL does not wait for its disk');
  await pool.query(`
    CREATE TABLE bare (
      seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at_ms bigint NOT NULL, actor text NOT NULL, type text NOT NULL,
      payload text NOT NULL, command text, hash text NOT NULL
    )
  `);
  const { atMs, actor, type, payload, command, hash } = row;
  const values = [atMs, actor, type, payload, command, hash];
  const one = {
    name: 'one',
    text: 'INSERT INTO bare (at_ms, actor, type, payload, command, hash) VALUES ($1, $2, $3, $4, $5, $6)',
  };
  const many = {
    name: 'many',
    text: `INSERT INTO bare (at_ms, actor, type, payload, command, hash)
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`,
  };
  return {
    each: (atATime, forMs) =>
      paceOf(atATime, forMs, async () => {
        await pool.query({ ...one, values });
      }),
    grouped: (atATime, forMs) =>
      grouped(atATime, forMs, async (count) => {
        await pool.query({ ...many, values: values.map((v) => Array.from({ length: count }, () => v)) });
      }),
    close: () => pool.end(),
  };
}

/** Everything asked for while one commit runs shares the next one. */
async function grouped(
  atATime: number,
  forMs: number,
  commit: (count: number) => Promise<void>,
): Promise<Pace> {
  let waiting: (() => void)[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await commit(group.length);
      for (const answer of group) answer();
      // Those who are answered ask again first.
      await new Promise(setImmediate);
    }
    running = false;
  };
  return paceOf(
    atATime,
    forMs,
    () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (!running) void run();
      }),
  );
}
