/** Between the city's plane (metres) and the Earth; where the made-up city is put on the map. */
import { metresPerDegree, type LonLat } from '../../server/contract/geo.ts';
import type { P } from './geometry.ts';

/** Hills and farmland in the south of Anhui: near the truth, and no city there to be mistaken for. */
export const CITY_CENTRE: LonLat = [118.72, 30.12];
const scale = metresPerDegree(CITY_CENTRE[1]);
const micro = (v: number): number => Math.round(v * 1e6) / 1e6;

export const toLonLat = (p: P): LonLat => [
  micro(CITY_CENTRE[0] + p[0] / scale.lon),
  micro(CITY_CENTRE[1] + p[1] / scale.lat),
];
export const pathToLonLat = (pts: readonly P[]): LonLat[] => pts.map(toLonLat);
export function ringToLonLat(ring: readonly P[]): LonLat[] {
  const out = ring.map(toLonLat);
  const first = out[0]!;
  const last = out.at(-1)!;
  if (first[0] !== last[0] || first[1] !== last[1]) out.push(first);
  return out;
}
