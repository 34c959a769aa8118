/** Links each journal entry to the one before, so that an edited, deleted or re-ordered entry shows (SE-9). */
import { createHash } from 'node:crypto';

/** What the first entry is linked to. */
export const FIRST_HASH = '0'.repeat(64);

/** An entry of the chain by its number and hash. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_HEAD: Head = { seq: 0, hash: FIRST_HASH };

/** The fields that the hash covers. `payload` is JSON text. */
export interface HashedFields {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: string;
  readonly type: string;
  readonly payload: string;
  readonly command: string | null;
}

/**
 * SHA-256 over the hash before and the entry's fields as a JSON array (no two entries share that text). `command` is in
 * it only where there is one: entries from before there were commands keep their hashes.
 */
export function entryHash(previous: string, e: HashedFields): string {
  const fields = [previous, e.seq, e.atMs, e.actor, e.type, e.payload];
  if (e.command !== null) fields.push(e.command);
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
