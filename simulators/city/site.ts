/** Where a building may stand: clear of every road, of water and of the buildings before it. */
import type { RoadClass } from '../../server/contract/city-pack.ts';
import { add, crossing, dot, lerp, segmentDistance, type P } from './geometry.ts';
import type { Network } from './network.ts';
import { SegmentGrid } from './spatial.ts';
import type { Terrain } from './terrain.ts';

/** A rectangle on the ground: centre, direction of its width, extents. */
export interface Rect {
  readonly c: P;
  readonly u: P;
  readonly w: number;
  readonly d: number;
}

/** From the centre line of a road to the back of its pavement, metres. */
export const ROAD_HALF_M: Readonly<Record<RoadClass, number>> = {
  motorway: 15,
  trunk: 13,
  primary: 22,
  secondary: 16,
  tertiary: 11,
  residential: 7.5,
  service: 5,
};
const OLD_TOWN_LANE_M = 4.5;

export const corners = ({ c, u, w, d }: Rect): [P, P, P, P] => {
  const v: P = [-u[1], u[0]];
  const a = add(c, u, w / 2);
  const b = add(c, u, -w / 2);
  return [add(b, v, -d / 2), add(a, v, -d / 2), add(a, v, d / 2), add(b, v, d / 2)];
};

export class Site {
  readonly #roads = new SegmentGrid<number>(70);
  readonly #built = new SegmentGrid<Rect>(50);
  readonly #terrain: Terrain;

  constructor(network: Network, terrain: Terrain, inOldTown: (p: P) => boolean) {
    this.#terrain = terrain;
    for (const link of network.links) {
      // Two-way roads once.
      if (link.twin !== null && link.twin.index < link.index) continue;
      const lane = link.class === 'residential' && inOldTown(link.pts[0]!);
      const half = lane ? OLD_TOWN_LANE_M : link.ramp ? 7 : ROAD_HALF_M[link.class];
      for (let i = 1; i < link.pts.length; i++) this.#segment(link.pts[i - 1]!, link.pts[i]!, half);
    }
    for (const stream of terrain.streams) {
      for (let i = 1; i < stream.length; i++) this.#segment(stream[i - 1]!, stream[i]!, 13);
    }
  }

  #segment(a: P, b: P, half: number): void {
    const pieces = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 80));
    for (let k = 0; k < pieces; k++)
      this.#roads.add(lerp(a, b, k / pieces), lerp(a, b, (k + 1) / pieces), half);
  }

  /** Keeps ground free that is not a building: a railway, a sports field. */
  reserve(rect: Rect): void {
    const [a, , c] = corners(rect);
    this.#built.add(a, c, rect);
    const [, b, , d] = corners(rect);
    this.#built.add(b, d, rect);
  }
  line(pts: readonly P[], half: number): void {
    for (let i = 1; i < pts.length; i++) this.#segment(pts[i - 1]!, pts[i]!, half);
  }

  /** `gap`: to the next building. `setback`: from the pavement. */
  fits(rect: Rect, gap: number, setback: number): boolean {
    const ring = corners(rect);
    const rim: P[] = [];
    for (let i = 0; i < 4; i++) {
      const a = ring[i]!;
      const b = ring[(i + 1) % 4]!;
      const pieces = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 14));
      for (let k = 0; k < pieces; k++) rim.push(lerp(a, b, k / pieces));
    }
    for (const p of rim) {
      if (this.#terrain.isWater(p) || !this.#terrain.inLimit(p)) return false;
    }
    if (this.#terrain.isHill(rect.c)) return false;
    if (this.#terrain.nearWater(rect.c, Math.min(55, Math.hypot(rect.w, rect.d) / 2 + 14))) return false;
    const low: P = [Math.min(...ring.map((p) => p[0])), Math.min(...ring.map((p) => p[1]))];
    const high: P = [Math.max(...ring.map((p) => p[0])), Math.max(...ring.map((p) => p[1]))];
    let clear = true;
    this.#roads.near(low, high, 24 + setback, ({ a, b, value }) => {
      for (const p of rim) {
        if (segmentDistance(p, a, b) < value + setback) {
          clear = false;
          return true;
        }
      }
      if (crossing(a, b, ring[0], ring[2]) !== null || crossing(a, b, ring[1], ring[3]) !== null)
        clear = false;
      return !clear;
    });
    if (!clear) return false;
    this.#built.near(low, high, gap, ({ value }) => {
      if (overlap(rect, value, gap)) clear = false;
      return !clear;
    });
    return clear;
  }
}

/** Separating axis test of two rectangles, `gap` metres apart at least. */
function overlap(a: Rect, b: Rect, gap: number): boolean {
  const between: P = [b.c[0] - a.c[0], b.c[1] - a.c[1]];
  for (const [one, two] of [
    [a, b],
    [b, a],
  ] as const) {
    const v: P = [-one.u[1], one.u[0]];
    for (const [axis, half] of [
      [one.u, one.w / 2],
      [v, one.d / 2],
    ] as const) {
      const tv: P = [-two.u[1], two.u[0]];
      const reach = (Math.abs(dot(two.u, axis)) * two.w + Math.abs(dot(tv, axis)) * two.d) / 2;
      if (Math.abs(dot(between, axis)) > half + reach + gap) return false;
    }
  }
  return true;
}
