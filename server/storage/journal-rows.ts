/** Journal entries as tables hold them, the same in every store; what a table could not give back whole is refused. */
import type { JournalEntry, NewEntry } from '../live/ports.ts';
import { entryHash, type HashedFields, type Head } from './hash-chain.ts';

export type NewRow = Omit<HashedFields, 'seq'>;

export interface ChainRow extends HashedFields {
  readonly hash: string;
}

export interface AppendRequest {
  readonly expectedSeq: number;
  readonly rows: readonly NewRow[];
}

/** @throws TypeError where the entry is none that can be stored: a mistake of the caller. */
export function rowOf(e: NewEntry): NewRow {
  const payload = JSON.stringify(e.payload) as string | undefined;
  if (payload === undefined) throw new TypeError(`the payload of ${e.type} is not JSON`);
  if (!Number.isSafeInteger(e.atMs)) throw new TypeError(`the time of ${e.type} is not whole milliseconds`);
  return {
    atMs: e.atMs,
    actor: plain(e.actor),
    type: plain(e.type),
    payload,
    command: e.command === undefined ? null : plain(e.command),
  };
}

export function entryOf(row: HashedFields): JournalEntry {
  const payload: unknown = JSON.parse(row.payload);
  const { seq, atMs, actor, type, command } = row;
  return { seq, atMs, actor, type, payload, ...(command !== null && { command }) };
}

/** Numbers the rows after `head` and links them to it. */
export function chain(head: Head, rows: readonly NewRow[]): ChainRow[] {
  let { seq, hash } = head;
  return rows.map((row) => {
    const numbered = { ...row, seq: ++seq };
    hash = entryHash(hash, numbered);
    return { ...numbered, hash };
  });
}

/** Neither lone surrogates nor NUL survive every database, and the hash is over what comes back. */
function plain(text: string): string {
  if (text.includes('\0') || !text.isWellFormed())
    throw new TypeError(`not plain text: ${JSON.stringify(text)}`);
  return text;
}
