/** Links each journal entry to the one before, so that an edited, deleted or re-ordered entry shows (SE-9). */
import { createHash } from 'node:crypto';

/** What the first entry is linked to. */
export const FIRST_HASH = '0'.repeat(64);

/** SHA-256 over the hash before and the entry's fields as a JSON array (no two entries share that text). */
export function entryHash(
  previous: string,
  e: { seq: number; atMs: number; actor: string; type: string; payload: string },
): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, e.seq, e.atMs, e.actor, e.type, e.payload]))
    .digest('hex');
}
