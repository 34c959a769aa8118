/**
 * The thread that owns the journal's SQLite file: a slow disk delays acknowledgements, never the live picture.
 * Invariant: an answer to an append is sent after COMMIT with synchronous=FULL.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { entryHash, FIRST_HASH } from './hash-chain.ts';
import { serve } from './worker-port.ts';

export interface AppendRequest {
  readonly expectedSeq: number;
  readonly events: readonly { readonly type: string; readonly payload: string }[];
  readonly actor: string;
  readonly atMs: number;
}
/** The last seq after the append, or null on a conflict. */
export type AppendAnswer = number | null;
export type JournalQuestion =
  | { readonly ask: 'open' }
  | { readonly ask: 'append'; readonly batch: readonly AppendRequest[] }
  | { readonly ask: 'read'; readonly afterSeq: number; readonly limit: number }
  | { readonly ask: 'close' };
export interface JournalRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly actor: string;
  readonly type: string;
  readonly payload: string;
}

const db = new DatabaseSync((workerData as { file: string }).file);
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    type TEXT NOT NULL,
    payload TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
`);
const selectLast = db.prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1');
const insert = db.prepare(
  'INSERT INTO journal (seq, at_ms, actor, type, payload, hash) VALUES (?, ?, ?, ?, ?, ?)',
);
const selectPage = db.prepare(
  'SELECT seq, at_ms, actor, type, payload FROM journal WHERE seq > ? ORDER BY seq LIMIT ?',
);

function last(): { seq: number; hash: string } {
  return (selectLast.get() as { seq: number; hash: string } | undefined) ?? { seq: 0, hash: FIRST_HASH };
}

/** Group commit: all appends that came while the last commit ran share one transaction and one fsync. */
function append(batch: readonly AppendRequest[]): AppendAnswer[] {
  db.exec('BEGIN IMMEDIATE');
  try {
    let { seq, hash } = last();
    const answers = batch.map((request) => {
      if (request.expectedSeq !== seq) return null;
      for (const { type, payload } of request.events) {
        seq++;
        hash = entryHash(hash, { seq, atMs: request.atMs, actor: request.actor, type, payload });
        insert.run(seq, request.atMs, request.actor, type, payload, hash);
      }
      return seq;
    });
    db.exec('COMMIT');
    return answers;
  } catch (cause) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw cause;
  }
}

serve(parentPort, (question: JournalQuestion) => {
  switch (question.ask) {
    case 'open':
      return last().seq;
    case 'append':
      return append(question.batch);
    case 'read':
      return selectPage.all(question.afterSeq, question.limit);
    case 'close':
      db.close();
      return null;
  }
});
