/** Corridors laid out in metres from the first signal's stop line, along the way forth. */
import type { City } from '../../city/city.ts';
import { corridorsOf, type Corridor, type CorridorWay } from '../../domain/signals/analysis/corridors.ts';

export interface CorridorPlace extends Corridor {
  /** From the first stop line to the last one. */
  readonly lengthM: number;
  readonly speedMps: number;
  /** By stop. */
  readonly metres: readonly number[];
  /** By link of either way: where it begins and ends. */
  readonly metresOf: ReadonlyMap<
    number,
    { readonly way: 'forth' | 'back'; readonly fromM: number; readonly toM: number }
  >;
}

export function corridorPlaces(city: City): CorridorPlace[] {
  const { links = [], signals = [] } = city.pack ?? {};
  const signalAt = new Map(signals.map((s) => [s.junction, s.id]));
  return corridorsOf({ links, signalAt }).map((corridor) => placeOf(city, corridor));
}

function placeOf(city: City, corridor: Corridor): CorridorPlace {
  const { forth, back } = corridor;
  const ends = endsOf(city, forth);
  const zero = ends[forth.into[0]!]!;
  const metres = forth.into.map((place) => ends[place]! - zero);
  const metresOf = new Map<number, { way: 'forth' | 'back'; fromM: number; toM: number }>();
  for (const [place, link] of forth.links.entries()) {
    const toM = ends[place]! - zero;
    metresOf.set(link, { way: 'forth', fromM: toM - city.linkLengthM(link), toM });
  }
  if (back !== null) layBack(city, back, metres, metresOf);
  const lengthM = metres.at(-1)!;
  const between = forth.links.slice(forth.into[0]! + 1, forth.into.at(-1)! + 1);
  let seconds = 0;
  for (const link of between) seconds += city.linkLengthM(link) / (city.freeFlowKph(link) / 3.6);
  return { ...corridor, lengthM, speedMps: lengthM / seconds, metres, metresOf };
}

/** By place in the way: metres from its beginning to the link's end. */
function endsOf(city: City, way: CorridorWay): number[] {
  let sum = 0;
  return way.links.map((link) => (sum += city.linkLengthM(link)));
}

/** The way back runs down to 0: it is fixed where it passes the last stop that it meets first. */
function layBack(
  city: City,
  back: CorridorWay,
  metres: readonly number[],
  metresOf: Map<number, { way: 'forth' | 'back'; fromM: number; toM: number }>,
): void {
  const ends = endsOf(city, back);
  const stop = back.into.findLastIndex((place) => place >= 0);
  const zero = ends[back.into[stop]!]! + metres[stop]!;
  for (const [place, link] of back.links.entries()) {
    const toM = zero - ends[place]!;
    metresOf.set(link, { way: 'back', fromM: toM + city.linkLengthM(link), toM });
  }
}
