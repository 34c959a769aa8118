/** Which hits of a search can be the place of a call, and what becomes of the address when one is taken. Pure. */
import type { SearchHit } from '../../server/contract/api.ts';
import type { LonLat } from '../../server/contract/geo.ts';
import type { LocalText } from '../../server/contract/text.ts';

export type PlaceHit = SearchHit & { readonly position: LonLat };

/** What moves is no address. */
const isPlace = (hit: SearchHit): hit is PlaceHit =>
  hit.position !== undefined && hit.kind !== 'vehicle' && hit.kind !== 'unit' && hit.kind !== 'incident';

/** UI-120: the first `most` places; of those that read the same only the best. */
export function placesAmong(hits: readonly SearchHit[], most: number): readonly PlaceHit[] {
  const read = new Set<string>();
  return hits
    .filter(isPlace)
    .filter((hit) => {
      const words = JSON.stringify([hit.name.zh, hit.detail?.zh]);
      return !read.has(words) && read.add(words);
    })
    .slice(0, most);
}

/** UI-120: what a caller said beyond the name (house, floor) stays. */
export const addressTaking = (typed: string, name: LocalText, shown: string): string =>
  [name.zh, name.en].some((n) => n !== '' && typed.toLowerCase().includes(n.toLowerCase()))
    ? typed.trim()
    : shown;
