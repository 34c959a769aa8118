/**
 * Streets between the planned roads: traced along the direction field, spaced by zone, from secondary down to
 * residential. A street begins and ends on another one; where it would run too close beside another it stops.
 */
import type { RoadClass } from '../../server/contract/city-pack.ts';
import type { Random } from '../kernel/random.ts';
import {
  add,
  chainage,
  along,
  crossing,
  dist,
  dot,
  lerp,
  segmentDistance,
  unit,
  type P,
} from './geometry.ts';
import type { Field } from './field.ts';
import type { Road, Skeleton } from './skeleton.ts';
import { SegmentGrid } from './spatial.ts';
import type { Terrain } from './terrain.ts';
import { streetSpacing, type Zone, type Zones } from './zones.ts';

const STEP = 22;
const rank: Readonly<Record<RoadClass, number>> = {
  motorway: 6,
  trunk: 5,
  primary: 4,
  secondary: 3,
  tertiary: 2,
  residential: 1,
  service: 0,
};

interface Pass {
  readonly class: 'secondary' | 'tertiary' | 'residential';
  spacing(zone: Zone): number | null;
  readonly longest: number;
  /** How likely the street ends where it meets a greater one, instead of crossing it. */
  readonly endsAtGreater: number;
}

const PASSES: readonly Pass[] = [
  {
    class: 'secondary',
    spacing: (z) =>
      ({ rural: 1500, port: 900, industrial: 800, suburb: 860, university: null })[z as string] ?? 640,
    longest: 9000,
    endsAtGreater: 0.12,
  },
  {
    class: 'tertiary',
    spacing: (z) =>
      ({ rural: 800, port: 600, industrial: 480, suburb: 470, university: 520, oldtown: 260, cbd: 300 })[
        z as string
      ] ?? 350,
    longest: 3200,
    endsAtGreater: 0.25,
  },
  {
    class: 'residential',
    spacing: (z) => (z === 'rural' ? null : streetSpacing[z]),
    longest: 1500,
    endsAtGreater: 0.5,
  },
];

interface Placed {
  readonly class: RoadClass;
  readonly level: 0 | 1;
  readonly street: number;
}

export function traceStreets(
  random: Random,
  terrain: Terrain,
  zones: Zones,
  skeleton: Skeleton,
  field: Field,
): Road[] {
  const dice = random.fork('streets');
  const grid = new SegmentGrid<Placed>(90);
  const all: { cls: RoadClass; pts: readonly P[] }[] = [];
  const place = (cls: RoadClass, level: 0 | 1, pts: readonly P[]): void => {
    const street = all.push({ cls, pts }) - 1;
    for (let i = 1; i < pts.length; i++) {
      // Long segments would fill many cells: cut them.
      const pieces = Math.max(1, Math.ceil(dist(pts[i - 1]!, pts[i]!) / 60));
      for (let k = 0; k < pieces; k++) {
        grid.add(lerp(pts[i - 1]!, pts[i]!, k / pieces), lerp(pts[i - 1]!, pts[i]!, (k + 1) / pieces), {
          class: cls,
          level,
          street,
        });
      }
    }
  };
  for (const road of skeleton.roads) place(road.class, 0, road.pts);
  const seedable = all.length;
  for (const way of skeleton.expressways) place(way.class, 1, way.pts);

  const out: Road[] = [];

  /** From `p` over to the road at `aside`, still leaning forward; null where something is in the way. */
  const bendInto = (p: P, heading: P, aside: P, reach: number): P | null => {
    const over = unit(p, aside);
    const lean = 0.15 - dot(over, heading);
    const d = unit([0, 0], add(over, heading, lean));
    for (let at = p, gone = 0; gone < reach; gone += STEP) {
      const next = add(at, d, STEP);
      if (!terrain.inLimit(next) || terrain.nearWater(next, 24) || terrain.isHill(next)) return null;
      let hit: P | null = null;
      let barred = false;
      grid.near(at, next, 1, (item) => {
        const c = crossing(at, next, item.a, item.b);
        if (c === null) return;
        if (item.value.level === 1) barred = true;
        else hit = lerp(at, next, c.t);
      });
      if (barred) return null;
      if (hit !== null) return add(hit, d, 3);
      at = next;
    }
    return null;
  };

  /** One half of a street from `start` in direction `dir`; null where it meets nothing to end on. */
  const traceHalf = (pass: Pass, start: P, dir: P, own: number): P[] | null => {
    const pts: P[] = [start];
    let heading = dir;
    let p = start;
    let lastCross = -1;
    let crossPoint: P | null = null;
    let length = 0;
    let aside: P | null = null;
    trace: while (length < pass.longest) {
      const theta = field(p);
      const k = Math.round((Math.atan2(heading[1], heading[0]) - theta) / (Math.PI / 2));
      const t = theta + (k * Math.PI) / 2;
      const next: P = [p[0] + STEP * Math.cos(t), p[1] + STEP * Math.sin(t)];
      if (dot([Math.cos(t), Math.sin(t)], heading) < 0.75 && pts.length > 1) break;
      if (!terrain.inLimit(next) || terrain.nearWater(next, 24) || terrain.isHill(next)) break;
      const spacing = pass.spacing(zones.at(next));
      if (spacing === null) break;
      const d: P = [Math.cos(t), Math.sin(t)];
      const tooNear = spacing * 0.6;
      let beside = false;
      let met: { at: P; t: number; cls: RoadClass }[] = [];
      let blocked = false;
      grid.near(p, next, tooNear, (item) => {
        const dirOther: P = [item.b[0] - item.a[0], item.b[1] - item.a[1]];
        const l = Math.hypot(dirOther[0], dirOther[1]) || 1;
        const cos = Math.abs(dot(d, dirOther)) / l;
        const c = crossing(p, next, item.a, item.b);
        if (c !== null && !(item.value.street === own && length < STEP * 1.5)) {
          if (item.value.level === 1) {
            if (
              pass.class === 'residential' ||
              (pass.class === 'tertiary' && item.value.class === 'motorway')
            ) {
              blocked = true;
            }
          } else if (cos > 0.82) {
            beside = true;
          } else {
            met.push({ at: lerp(p, next, c.t), t: c.t, cls: item.value.class });
          }
          return false;
        }
        if (cos > 0.72 && !(item.value.street === own && length < spacing * 0.5)) {
          if (segmentDistance(next, item.a, item.b) < tooNear) {
            beside = true;
            if (item.value.level === 0) aside = lerp(item.a, item.b, 0.5);
          }
        }
        return beside && met.length > 0;
      });
      met = met.sort((a, b) => a.t - b.t);
      for (const m of met) {
        lastCross = pts.length;
        crossPoint = m.at;
        if (rank[m.cls] > rank[pass.class] && dice.chance(pass.endsAtGreater)) break trace;
      }
      if (blocked) break;
      if (beside) {
        const bends = pass.class !== 'residential' || dice.chance(0.3);
        const end = aside !== null && bends ? bendInto(p, heading, aside, tooNear * 1.7) : null;
        if (end === null) break;
        return [...pts, end];
      }
      pts.push(next);
      heading = d;
      p = next;
      length += STEP;
    }
    if (crossPoint === null || lastCross < 2) return null;
    const kept = pts.slice(0, lastCross);
    kept.push(add(crossPoint, heading, 3));
    return kept;
  };

  for (const pass of PASSES) {
    const queue: number[] = [];
    for (let i = 0; i < all.length; i++)
      if (i < seedable || i >= seedable + skeleton.expressways.length) queue.push(i);
    for (let q = 0; q < queue.length; q++) {
      const street = all[queue[q]!]!;
      const chain = chainage(street.pts);
      const total = chain.at(-1)!;
      for (let s = dice.range(25, 110); s < total - 20;) {
        const { p, dir } = along(street.pts, chain, s);
        const spacing = terrain.inLimit(p) ? pass.spacing(zones.at(p)) : 400;
        if (spacing === null) {
          s += 200;
          continue;
        }
        s += spacing * dice.range(0.2, 0.42);
        if (terrain.nearWater(p, 24)) continue;
        // A seed needs room on both sides among the streets that run its way.
        let free = true;
        const normal: P = [-dir[1], dir[0]];
        grid.near(p, p, spacing * 0.86, (item) => {
          if (item.value.street === queue[q]) return false;
          const dx = item.b[0] - item.a[0];
          const dy = item.b[1] - item.a[1];
          const l = Math.hypot(dx, dy) || 1;
          if (Math.abs(normal[0] * dx + normal[1] * dy) / l > 0.72) {
            if (segmentDistance(p, item.a, item.b) < spacing * 0.86) free = false;
          }
          return !free;
        });
        if (!free) continue;
        const both = pass.class === 'secondary' || rank[street.cls] < 4 || dice.chance(0.55);
        const first = dice.chance(0.5) ? 1 : -1;
        const one = traceHalf(pass, p, [normal[0] * first, normal[1] * first], queue[q]!);
        const other =
          both || one === null
            ? traceHalf(pass, p, [-normal[0] * first, -normal[1] * first], queue[q]!)
            : null;
        if (one === null && other === null) continue;
        const start = one === null ? [add(p, normal, first * 3)] : one.toReversed();
        const end = other === null ? [p, add(p, normal, first * -3)] : other;
        const pts = [...start, ...end.slice(one === null ? 0 : 1)];
        const length = chainage(pts).at(-1)!;
        if (length < Math.min(120, spacing * 0.55)) continue;
        place(pass.class, 0, pts);
        queue.push(all.length - 1);
        out.push({ key: `${pass.class}-${out.length}`, class: pass.class, pts, bridges: false });
      }
    }
  }
  return out;
}
