/**
 * The thread that owns the journal's SQLite file: a slow disk delays acknowledgements, never the live picture.
 * Invariant: an answer to an append is sent after COMMIT with synchronous=FULL.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { EMPTY_HEAD, type Head } from './hash-chain.ts';
import { chain, type AppendRequest, type ChainRow } from './journal-rows.ts';
import { serve } from './worker-port.ts';

/** The last seq after each append, or null on a conflict; and where the journal now ends. */
export interface AppendAnswer {
  readonly seqs: readonly (number | null)[];
  readonly head: Head;
}
export interface OpenAnswer {
  readonly head: Head;
  /** Once noted as the last entry, and not in the journal. */
  readonly missing: Head | null;
}
export type JournalQuestion =
  | { readonly ask: 'open' }
  | { readonly ask: 'head' }
  | { readonly ask: 'hash-at'; readonly seq: number }
  | { readonly ask: 'append'; readonly group: readonly AppendRequest[] }
  | { readonly ask: 'read'; readonly afterSeq: number; readonly limit: number }
  | { readonly ask: 'close' };

const db = new DatabaseSync((workerData as { file: string }).file);
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
`);

function inTransaction<T>(job: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = job();
    db.exec('COMMIT');
    return result;
  } catch (cause) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw cause;
  }
}

/** Makes the tables; a file from before entries had commands gets the column. */
inTransaction(() => {
  db.exec(`
    CREATE TABLE IF NOT EXISTS journal (
      seq INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      actor TEXT NOT NULL,
      type TEXT NOT NULL,
      payload TEXT NOT NULL,
      hash TEXT NOT NULL,
      command TEXT
    ) STRICT;
    CREATE TABLE IF NOT EXISTS journal_heads (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  `);
  const columns = db.prepare('PRAGMA table_info(journal)').all() as { name: string }[];
  if (!columns.some((c) => c.name === 'command')) db.exec('ALTER TABLE journal ADD COLUMN command TEXT');
});

const selectLast = db.prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1');
const selectHash = db.prepare('SELECT hash FROM journal WHERE seq = ?');
const insert = db.prepare(
  'INSERT INTO journal (seq, at_ms, actor, type, payload, command, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
);
const putHead = db.prepare('INSERT OR REPLACE INTO journal_heads (id, seq, hash) VALUES (1, ?, ?)');
const selectPage = db.prepare(
  'SELECT seq, at_ms AS atMs, actor, type, payload, command FROM journal WHERE seq > ? ORDER BY seq LIMIT ?',
);

const last = (): Head => (selectLast.get() as Head | undefined) ?? EMPTY_HEAD;
const hashAt = (seq: number): string | null =>
  (selectHash.get(seq) as { hash: string } | undefined)?.hash ?? null;

/** Notes where the journal ends. Where the end noted before is not in it, that note is kept for the audit. */
function open(): OpenAnswer {
  return inTransaction(() => {
    const noted = db.prepare('SELECT seq, hash FROM journal_heads WHERE id = 1').get() as Head | undefined;
    const isMissing = noted !== undefined && noted.seq > 0 && hashAt(noted.seq) !== noted.hash;
    if (isMissing)
      db.prepare('INSERT INTO journal_heads (seq, hash) VALUES (?, ?)').run(noted.seq, noted.hash);
    const head = last();
    putHead.run(head.seq, head.hash);
    return { head, missing: isMissing ? noted : null };
  });
}

/** All appends that came while the last commit ran share one transaction and one fsync. */
function append(group: readonly AppendRequest[]): AppendAnswer {
  return inTransaction(() => {
    let head = last();
    const before = head;
    const seqs = group.map(({ expectedSeq, rows }) => {
      if (expectedSeq !== head.seq) return null;
      const added: ChainRow[] = chain(head, rows);
      for (const r of added) insert.run(r.seq, r.atMs, r.actor, r.type, r.payload, r.command, r.hash);
      head = added.at(-1) ?? head;
      return head.seq;
    });
    if (head !== before) putHead.run(head.seq, head.hash);
    return { seqs, head: { seq: head.seq, hash: head.hash } };
  });
}

serve(parentPort, (question: JournalQuestion) => {
  switch (question.ask) {
    case 'open':
      return open();
    case 'head':
      return last();
    case 'hash-at':
      return hashAt(question.seq);
    case 'append':
      return append(question.group);
    case 'read':
      return selectPage.all(question.afterSeq, question.limit);
    case 'close':
      db.close();
      return null;
  }
});
