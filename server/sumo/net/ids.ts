/** Ids of a network as the product takes them: SUMO joins the names of joined junctions without end. */
import { createHash } from 'node:crypto';

const LONGEST = 80;
const HASH = 8;

/** The id itself, or its beginning with a sign of the rest where it is too long. */
export function shortId(id: string): string {
  if (id.length <= LONGEST) return id;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, HASH);
  return `${id.slice(0, LONGEST - HASH - 1)}~${hash}`;
}
