/** Areas as people write them: a place a line, or the box of the map; longitude before latitude. Pure. */
import type { Bbox, LonLat } from '../../server/contract/geo.ts';
import type { Said } from '../desk/outcome.ts';

const MIN_POINTS = 3;
const MAX_POINTS = 200;
/** A metre. */
const DECIMALS = 5;

export type ReadRing =
  { readonly ok: true; readonly ring: readonly LonLat[] } | { readonly ok: false; readonly said: Said };
const fault = (key: Said['key'], params?: Said['params']): ReadRing => ({
  ok: false,
  said: params ? { key, params } : { key },
});

/**
 * Reads pairs of numbers however they are set apart: `118.6,30.2` a line, `[[118.6, 30.2], …]`, with semicolons. A ring that
 * ends where it began loses that last point.
 */
export function readRing(text: string): ReadRing {
  const strange = /[^\d\s.,;()[\]+-]/u.exec(text);
  if (strange) return fault('rules.area.strange', { text: strange[0] });
  const numbers = (text.match(/[+-]?\d+(?:\.\d+)?/g) ?? []).map(Number);
  if (numbers.length % 2 === 1) return fault('rules.area.odd', { n: numbers.length });
  const ring: LonLat[] = [];
  for (let i = 0; i < numbers.length; i += 2) ring.push([numbers[i]!, numbers[i + 1]!]);
  const first = ring[0];
  const last = ring.at(-1);
  if (ring.length > MIN_POINTS && first && last && first[0] === last[0] && first[1] === last[1]) ring.pop();
  if (ring.length < MIN_POINTS) return fault('rules.area.few', { n: ring.length });
  if (ring.length > MAX_POINTS) return fault('rules.area.many', { n: ring.length, max: MAX_POINTS });
  const outside = ring.find(([lon, lat]) => Math.abs(lon) > 180 || Math.abs(lat) > 90);
  if (outside) {
    const swapped = Math.abs(outside[1]) <= 180 && Math.abs(outside[0]) <= 90;
    return fault(swapped ? 'rules.area.swapped' : 'rules.area.outside', { text: outside.join(', ') });
  }
  return { ok: true, ring };
}

export const writeRing = (ring: readonly LonLat[]): string =>
  ring.map(([lon, lat]) => `${lon},${lat}`).join('\n');

/** What the map shows, as a ring. */
export const ringOfBox = ([west, south, east, north]: Bbox): readonly LonLat[] => {
  const round = (n: number): number => Number(n.toFixed(DECIMALS));
  return [
    [round(west), round(south)],
    [round(east), round(south)],
    [round(east), round(north)],
    [round(west), round(north)],
  ];
};
