/**
 * The road network as a graph whose nodes are links and whose edges are turns, so that a banned turn is an edge that
 * is not there and a U-turn has its price. Built once from a city; says nothing about speeds of the moment.
 */
import { midpoint, type City } from '../city.ts';
import { metresPerDegree, type LonLat } from '../../contract/geo.ts';

/** Turning round in the road: brake, turn, gather speed. */
export const U_TURN_S = 20;
/** Two links between the same junctions whose middles are nearer than this are the directions of one road. */
export const TWIN_M = 25;

export class RoadGraph {
  readonly linkCount: number;
  readonly junctionCount: number;
  readonly lengthM: Float64Array;
  readonly freeFlowKph: Float64Array;
  /** Junction that a link comes from and that it leads to. */
  readonly fromJunction: Uint32Array;
  readonly toJunction: Uint32Array;
  /** Junctions on a local plane, metres. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly junctionAt: readonly LonLat[];
  /** Links into junction j: `into[intoStart[j]]` … `into[intoStart[j + 1] - 1]`. */
  readonly intoStart: Uint32Array;
  readonly into: Uint32Array;
  /** Links that may be left for link i: `before[beforeStart[i]]` …, each with the seconds that the turn costs. */
  readonly beforeStart: Uint32Array;
  readonly before: Uint32Array;
  readonly turnS: Float32Array;
  /** The other direction of the same road, or -1. */
  readonly twin: Int32Array;

  constructor(city: City) {
    const n = city.linkCount;
    this.linkCount = n;
    this.lengthM = Float64Array.from({ length: n }, (_, i) => city.linkLengthM(i));
    this.freeFlowKph = Float64Array.from({ length: n }, (_, i) => city.freeFlowKph(i));
    this.fromJunction = new Uint32Array(n);
    this.toJunction = new Uint32Array(n);
    const places: LonLat[] = [];
    const known = new Map<string, number>();
    const indexOf = (id: string, end: LonLat): number => {
      let index = known.get(id);
      if (index === undefined) {
        index = places.push(city.junction(id)?.position ?? end) - 1;
        known.set(id, index);
      }
      return index;
    };
    for (let i = 0; i < n; i++) {
      const { from, to, path } = city.linkAt(i);
      this.fromJunction[i] = indexOf(from, path[0]!);
      this.toJunction[i] = indexOf(to, path[path.length - 1]!);
    }
    this.junctionAt = places;
    this.junctionCount = places.length;
    const per = metresPerDegree((city.bbox[1] + city.bbox[3]) / 2);
    this.x = Float64Array.from(places, (p) => (p[0] - city.bbox[0]) * per.lon);
    this.y = Float64Array.from(places, (p) => (p[1] - city.bbox[1]) * per.lat);

    const entering = grouped(this.toJunction, this.junctionCount);
    const leaving = grouped(this.fromJunction, this.junctionCount);
    this.intoStart = entering.start;
    this.into = entering.items;
    this.twin = this.#twins(city, leaving);

    const banned = Array.from({ length: n }, (_, i) => bannedAfter(city, i));
    this.beforeStart = new Uint32Array(n + 1);
    const before: number[] = [];
    const turnS: number[] = [];
    for (let i = 0; i < n; i++) {
      const j = this.fromJunction[i]!;
      for (let k = this.intoStart[j]!; k < this.intoStart[j + 1]!; k++) {
        const from = this.into[k]!;
        if (banned[from]?.has(i)) continue;
        before.push(from);
        turnS.push(this.twin[from] === i ? U_TURN_S : 0);
      }
      this.beforeStart[i + 1] = before.length;
    }
    this.before = Uint32Array.from(before);
    this.turnS = Float32Array.from(turnS);
  }

  #twins(city: City, leaving: { readonly start: Uint32Array; readonly items: Uint32Array }): Int32Array {
    const per = metresPerDegree((city.bbox[1] + city.bbox[3]) / 2);
    const middles = Array.from({ length: this.linkCount }, (_, i) => midpoint(city.linkAt(i).path));
    const twin = new Int32Array(this.linkCount).fill(-1);
    for (let i = 0; i < this.linkCount; i++) {
      const j = this.toJunction[i]!;
      let nearest = TWIN_M;
      for (let k = leaving.start[j]!; k < leaving.start[j + 1]!; k++) {
        const other = leaving.items[k]!;
        if (other === i || this.toJunction[other] !== this.fromJunction[i]) continue;
        const [a, b] = [middles[i]!, middles[other]!];
        const apart = Math.hypot((a[0] - b[0]) * per.lon, (a[1] - b[1]) * per.lat);
        if (apart >= nearest) continue;
        nearest = apart;
        twin[i] = other;
      }
    }
    return twin;
  }
}

/** Indices by their group: those of group g are `items[start[g]]` … `items[start[g + 1] - 1]`, in ascending order. */
function grouped(groupOf: Uint32Array, groups: number): { start: Uint32Array; items: Uint32Array } {
  const start = new Uint32Array(groups + 1);
  for (const g of groupOf) start[g + 1]!++;
  for (let g = 0; g < groups; g++) start[g + 1]! += start[g]!;
  const next = start.slice();
  const items = new Uint32Array(groupOf.length);
  for (let i = 0; i < groupOf.length; i++) items[next[groupOf[i]!]!++] = i;
  return { start, items };
}

function bannedAfter(city: City, link: number): ReadonlySet<number> | null {
  const ids = city.linkAt(link).bannedTurns;
  return ids === undefined || ids.length === 0 ? null : new Set(ids.map((id) => city.linkIndex(id)));
}
