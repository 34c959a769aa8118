/**
 * Expressways as pairs of one-way carriageways above the graph at grade, with diamond interchanges where they pass
 * arterials and cloverleaves where they pass each other.
 */
import type { RoadClass } from '../../server/contract/city-pack.ts';
import {
  add,
  along,
  bezier,
  chainage,
  crossing,
  dist,
  dot,
  lerp,
  right,
  simplify,
  type P,
} from './geometry.ts';
import { splitEdge, type Graph, type GraphNode } from './graph.ts';
import type { Expressway } from './skeleton.ts';
import type { Terrain } from './terrain.ts';

export interface Place {
  readonly p: P;
  readonly kind: 'plain' | 'merge' | 'edge';
}
export type End = GraphNode | Place;
/** A one-way link above grade. */
export interface Carriage {
  readonly from: End;
  readonly to: End;
  readonly pts: readonly P[];
  readonly class: RoadClass;
  readonly key: string;
  readonly lanes: number;
  readonly speedLimitKph: number;
  readonly bridge: boolean;
  readonly ramp: boolean;
}

const HALF_GAP = 11.5;
const TERMINAL_M = 62;
const GORE_M = 270;
const CLOVER_M = 400;
const LOOP_M = 45;
const LONGEST_M = 1600;

type Side = 1 | -1;

interface Stop {
  /** Distance along the centre line. */
  readonly s: number;
  readonly end: End;
  /** The piece after this stop (in the direction of the centre line) is carried on a bridge. */
  readonly structure?: 'begin' | 'end';
}

class Way {
  readonly plan: Expressway;
  readonly chain: number[];
  readonly length: number;
  /** Stops of the carriageway with (1) and against (-1) the centre line. */
  readonly stops: Record<Side, Stop[]> = { [1]: [], [-1]: [] };
  readonly taken: { s: number; reach: number }[] = [];
  constructor(plan: Expressway) {
    this.plan = plan;
    this.chain = chainage(plan.pts);
    this.length = this.chain.at(-1)!;
  }
  wrap(s: number): number {
    return this.plan.closed ? ((s % this.length) + this.length) % this.length : s;
  }
  at(s: number): { p: P; dir: P } {
    return along(this.plan.pts, this.chain, this.wrap(s));
  }
  /** A place on a carriageway. */
  on(s: number, side: Side): P {
    const { p, dir } = this.at(s);
    return add(p, right(dir), HALF_GAP * side);
  }
  heading(s: number, side: Side): P {
    const { dir } = this.at(s);
    return [dir[0] * side, dir[1] * side];
  }
  /** A stop `s` along, as a new place. */
  stop(s: number, side: Side, kind: 'merge' | 'plain'): Place {
    const place: Place = { p: this.on(s, side), kind };
    this.stops[side].push({ s: this.wrap(s), end: place });
    return place;
  }
  free(s: number, reach: number): boolean {
    if (!this.plan.closed && (s - reach < 150 || s + reach > this.length - 150)) return false;
    return this.taken.every((t) => {
      const d = Math.abs(t.s - s);
      return Math.min(d, this.plan.closed ? this.length - d : d) > t.reach + reach + 130;
    });
  }
}

export function buildExpressways(graph: Graph, plans: readonly Expressway[], terrain: Terrain): Carriage[] {
  const ways = plans.map((plan) => new Way(cutAtLimit(plan, terrain)));
  const out: Carriage[] = [];
  for (const [i, a] of ways.entries()) {
    for (const b of ways.slice(i + 1))
      for (const c of crossings(a.plan.pts, b.plan.pts)) cloverleaf(a, c.s, b, c.o, out);
  }
  for (const way of ways) {
    for (const wanted of ['primary', 'secondary'] as const) {
      if (wanted === 'secondary' && way.plan.class === 'motorway') continue;
      const found: { s: number }[] = [];
      for (const edge of graph.edges) {
        if (edge.class === wanted) found.push(...crossings(way.plan.pts, edge.pts));
      }
      for (const { s } of found.sort((x, y) => x.s - y.s)) diamond(graph, way, s, wanted, terrain, out);
    }
  }
  for (const way of ways) carriageways(graph, way, terrain, out);
  return out;
}

/** Where two paths cross: distances along the first and along the second. */
function crossings(a: readonly P[], b: readonly P[]): { s: number; o: number }[] {
  const ca = chainage(a);
  const cb = chainage(b);
  const out: { s: number; o: number }[] = [];
  for (let j = 1; j < b.length; j++) {
    const lx = Math.min(b[j - 1]![0], b[j]![0]);
    const hx = Math.max(b[j - 1]![0], b[j]![0]);
    for (let i = 1; i < a.length; i++) {
      if (Math.max(a[i - 1]![0], a[i]![0]) < lx || Math.min(a[i - 1]![0], a[i]![0]) > hx) continue;
      const c = crossing(a[i - 1]!, a[i]!, b[j - 1]!, b[j]!);
      if (c === null) continue;
      out.push({
        s: ca[i - 1]! + c.t * (ca[i]! - ca[i - 1]!),
        o: cb[j - 1]! + c.u * (cb[j]! - cb[j - 1]!),
      });
    }
  }
  return out;
}

function cutAtLimit(plan: Expressway, terrain: Terrain): Expressway {
  if (plan.closed) return plan;
  const pts: P[] = [];
  for (const p of plan.pts) {
    if (!terrain.inLimit(p)) break;
    pts.push(p);
  }
  return { ...plan, pts };
}

function ramp(from: End, to: End, pts: readonly P[], way: Way, speedLimitKph: number): Carriage {
  const key = `${way.plan.key}-ramp`;
  const path = simplify([from.p, ...pts.slice(1, -1), to.p], 0.6);
  return { from, to, pts: path, class: 'trunk', key, lanes: 1, speedLimitKph, bridge: true, ramp: true };
}

/** Off- and on-ramps of both directions to the arterial that passes under (or over) at `s`. */
function diamond(
  graph: Graph,
  way: Way,
  s: number,
  wanted: RoadClass,
  terrain: Terrain,
  out: Carriage[],
): void {
  if (!way.free(s, GORE_M)) return;
  const { p, dir } = way.at(s);
  const terminal = (side: Side): GraphNode | null => {
    let best: { edge: Parameters<typeof splitEdge>[1]; at: number; total: number; d: number } | null = null;
    // Where the arterial is TERMINAL_M beside the expressway: the crossing with a parallel of its centre line.
    const lineA = add(add(p, right(dir), TERMINAL_M * side), dir, -150);
    const lineB = add(add(p, right(dir), TERMINAL_M * side), dir, 150);
    for (const edge of graph.edges) {
      if (edge.class !== wanted) continue;
      for (const c of crossings([lineA, lineB], edge.pts)) {
        const d = Math.abs(c.s - 150);
        if (best === null || d < best.d) best = { edge, at: c.o, total: chainage(edge.pts).at(-1)!, d };
      }
    }
    if (best === null || best.d > 75) return null;
    if (best.at < 45) return best.edge.a.edges.length <= 4 ? best.edge.a : null;
    if (best.total - best.at < 45) return best.edge.b.edges.length <= 4 ? best.edge.b : null;
    return splitEdge(graph, best.edge, best.at);
  };
  for (const ds of [-GORE_M, -120, 120, GORE_M]) if (terrain.nearWater(way.at(s + ds).p, 40)) return;
  const rightEnd = terminal(1);
  if (rightEnd === null) return;
  const leftEnd = terminal(-1);
  if (leftEnd === null || leftEnd === rightEnd) return;
  way.taken.push({ s, reach: GORE_M });
  for (const [side, end] of [
    [1, rightEnd],
    [-1, leftEnd],
  ] as const) {
    const off = way.stop(s - GORE_M * side, side, 'merge');
    const on = way.stop(s + GORE_M * side, side, 'merge');
    const hOff = way.heading(s - GORE_M * side, side);
    const hOn = way.heading(s + GORE_M * side, side);
    const h = way.heading(s, side);
    const down = bezier(off.p, add(off.p, hOff, 120), add(add(end.p, h, -95), right(h), 4), end.p, 12);
    const up = bezier(end.p, add(add(end.p, h, 95), right(h), 4), add(on.p, hOn, -120), on.p, 12);
    out.push(ramp(off, end, down, way, 40), ramp(end, on, up, way, 40));
  }
}

function cloverleaf(a: Way, sa: number, b: Way, sb: number, out: Carriage[]): void {
  if (!a.free(sa, CLOVER_M) || !b.free(sb, CLOVER_M)) return;
  a.taken.push({ s: sa, reach: CLOVER_M });
  b.taken.push({ s: sb, reach: CLOVER_M });
  const centre = a.at(sa).p;
  const arms = [
    { way: a, s: sa, side: 1 },
    { way: b, s: sb, side: 1 },
    { way: a, s: sa, side: -1 },
    { way: b, s: sb, side: -1 },
  ] as const;
  const made = arms.map(({ way, s, side }) => {
    const stop = (ds: number): Place => way.stop(s + ds * side, side, 'merge');
    return {
      way,
      heading: way.heading(s, side),
      leave: stop(-CLOVER_M),
      loopIn: stop(-LOOP_M),
      loopOut: stop(LOOP_M),
      enter: stop(CLOVER_M),
      leaveHeading: way.heading(s - CLOVER_M * side, side),
      enterHeading: way.heading(s + CLOVER_M * side, side),
    };
  });
  for (const from of made) {
    for (const to of made) {
      if (from.way === to.way) continue;
      const u = from.heading;
      if (dot(to.heading, right(u)) > 0) {
        const corner = bezier(
          from.leave.p,
          add(from.leave.p, from.leaveHeading, 150),
          add(to.enter.p, to.enterHeading, -150),
          to.enter.p,
          14,
        );
        out.push(ramp(from.leave, to.enter, corner, from.way, 50));
      } else {
        const v: P = [-to.heading[0], -to.heading[1]];
        const at = (x: number, y: number): P => add(add(centre, u, x), v, y);
        const middle = 80;
        const radius = 56;
        const loop: P[] = [from.loopOut.p];
        for (let k = 0; k <= 12; k++) {
          const t = ((-90 + k * 22.5) * Math.PI) / 180;
          loop.push(at(middle + radius * Math.cos(t), middle + radius * Math.sin(t)));
        }
        loop.push(to.loopIn.p);
        out.push(ramp(from.loopOut, to.loopIn, loop, from.way, 40));
      }
    }
  }
}

/** Cuts both carriageways at their stops and at the banks of waters, and adds the pieces. */
function carriageways(graph: Graph, way: Way, terrain: Terrain, out: Carriage[]): void {
  const { plan } = way;
  const wet: { from: number; to: number }[] = [];
  for (let s = 0, since: number | null = null; s <= way.length; s += 20) {
    const water = terrain.nearWater(way.at(s).p, 30);
    if (water && since === null) since = s;
    if (!water && since !== null) {
      const last = wet.at(-1);
      // Over an island the bridge goes on.
      if (last !== undefined && since - 60 < last.to + 200) last.to = s + 40;
      else wet.push({ from: since - 60, to: s + 40 });
      since = null;
    }
  }
  const clear = (s: number): boolean =>
    [...way.stops[1], ...way.stops[-1]].every((x) => Math.abs(x.s - s) > 70) &&
    s > 120 &&
    s < way.length - 120;
  const banks = plan.elevated ? [] : wet.flatMap((w) => [w.from, w.to]).filter(clear);
  for (const side of [1, -1] as const) for (const s of banks) way.stop(s, side, 'plain');

  if (!plan.closed) {
    const start = groundStart(graph, way);
    const edge: Place = { p: plan.pts.at(-1)!, kind: 'edge' };
    for (const side of [1, -1] as const) {
      way.stops[side].push({ s: 0, end: start }, { s: way.length, end: edge });
    }
  }
  for (const side of [1, -1] as const) {
    // Long stretches are cut, so that a jam on them has a place.
    const at = way.stops[side].map((x) => x.s).sort((x, y) => x - y);
    if (plan.closed) at.push(at[0]! + way.length);
    for (let i = 1; i < at.length; i++) {
      const pieces = Math.ceil((at[i]! - at[i - 1]!) / LONGEST_M);
      for (let k = 1; k < pieces; k++)
        way.stop(at[i - 1]! + ((at[i]! - at[i - 1]!) * k) / pieces, side, 'plain');
    }
    const stops = way.stops[side].sort((x, y) => x.s - y.s);
    const pairs = stops.slice(1).map((to, i) => [stops[i]!, to] as const);
    if (plan.closed) pairs.push([stops.at(-1)!, { ...stops[0]!, s: stops[0]!.s + way.length }]);
    for (const [low, high] of pairs) {
      const pts: P[] = [low.end.p];
      const lowFlare = 'edges' in low.end || low.end.kind === 'edge' ? 70 : 8;
      const highFlare = 'edges' in high.end || high.end.kind === 'edge' ? 70 : 8;
      for (let s = low.s + lowFlare; s < high.s - highFlare; s += 18) pts.push(way.on(s, side));
      pts.push(high.end.p);
      if (side === -1) pts.reverse();
      const [from, to] = side === 1 ? [low.end, high.end] : [high.end, low.end];
      const middle = (low.s + high.s) / 2;
      const over = way.taken.some((t) => {
        const d = Math.abs(way.wrap(middle) - t.s);
        return Math.min(d, plan.closed ? way.length - d : d) < 60;
      });
      const water = wet.some((w) => w.from < high.s - 30 && w.to > low.s + 30);
      out.push({
        from,
        to,
        pts: simplify(pts, 0.8),
        class: plan.class,
        key: plan.key,
        lanes: 3,
        speedLimitKph: plan.class === 'motorway' ? 100 : 80,
        bridge: plan.elevated || over || water,
        ramp: false,
      });
    }
  }
}

/** The junction at grade an expressway begins at: on its road, at a node close by or a new one. */
function groundStart(graph: Graph, way: Way): GraphNode {
  const p = way.plan.pts[0]!;
  let best: { edge: Parameters<typeof splitEdge>[1]; s: number; d: number } | null = null;
  for (const edge of graph.edges) {
    if (edge.key !== way.plan.startsAt) continue;
    const chain = chainage(edge.pts);
    for (let i = 1; i < edge.pts.length; i++) {
      for (const t of [0, 0.25, 0.5, 0.75, 1]) {
        const q = lerp(edge.pts[i - 1]!, edge.pts[i]!, t);
        const d = dist(q, p);
        if (best === null || d < best.d)
          best = { edge, s: chain[i - 1]! + t * (chain[i]! - chain[i - 1]!), d };
      }
    }
  }
  if (best === null) throw new Error(`expressway ${way.plan.key} starts at a road that is not there`);
  const total = chainage(best.edge.pts).at(-1)!;
  if (best.s < 60) return best.edge.a;
  if (total - best.s < 60) return best.edge.b;
  return splitEdge(graph, best.edge, best.s);
}
