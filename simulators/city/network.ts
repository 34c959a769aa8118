/** Links and junctions of the whole network in plane metres: at grade both ways, above grade one way; one connected piece. */
import type { RoadClass } from '../../server/contract/city-pack.ts';
import type { Carriage, End } from './expressways.ts';
import { lengthOf, pointAt, simplify, type P } from './geometry.ts';
import { otherEnd, type Edge, type Graph, type GraphNode } from './graph.ts';
import type { Terrain } from './terrain.ts';
import type { Zones } from './zones.ts';

export interface PlanJunction {
  readonly index: number;
  readonly p: P;
  readonly out: PlanLink[];
  readonly into: PlanLink[];
  kind: 'plain' | 'signal' | 'edge' | 'merge';
}
export interface PlanLink {
  index: number;
  readonly from: PlanJunction;
  readonly to: PlanJunction;
  readonly pts: readonly P[];
  readonly class: RoadClass;
  readonly key: string;
  readonly lanes: number;
  readonly speedLimitKph: number;
  readonly bridge: boolean;
  readonly ramp: boolean;
  readonly lengthM: number;
  /** The other direction of a two-way road. */
  twin: PlanLink | null;
}
export interface Network {
  readonly junctions: readonly PlanJunction[];
  readonly links: readonly PlanLink[];
}

const SPEED: Readonly<Record<RoadClass, number>> = {
  motorway: 100,
  trunk: 80,
  primary: 60,
  secondary: 50,
  tertiary: 40,
  residential: 30,
  service: 20,
};
const WIDE_ROADS = new Set(['zhongshan', 'renmin', 'jiangnan', 'jiefang', 'yingbin', 'dongfeng']);

export function buildNetwork(
  graph: Graph,
  carriages: readonly Carriage[],
  terrain: Terrain,
  zones: Zones,
): Network {
  const junctions: PlanJunction[] = [];
  const links: PlanLink[] = [];
  const known = new Map<End, PlanJunction>();
  const junctionOf = (end: End): PlanJunction => {
    const before = known.get(end);
    if (before) return before;
    const kind = 'edges' in end ? (roadsAt(end) === 1 ? 'edge' : 'plain') : end.kind;
    const made: PlanJunction = { index: junctions.length, p: end.p, out: [], into: [], kind };
    junctions.push(made);
    known.set(end, made);
    return made;
  };
  const put = (l: Omit<PlanLink, 'index' | 'lengthM' | 'twin'>): PlanLink => {
    const made: PlanLink = { ...l, index: links.length, lengthM: lengthOf(l.pts), twin: null };
    links.push(made);
    made.from.out.push(made);
    made.to.into.push(made);
    return made;
  };

  for (const chain of roadChains(graph)) {
    const { edge, from, to } = chain;
    const pts = simplify(chain.pts, 0.7);
    const zone = zones.at(pointAt(pts, 0.5).p);
    const cls = edge.class!;
    const common = {
      class: cls,
      key: edge.key,
      lanes: lanesOf(cls, edge.key, zone),
      speedLimitKph: zone === 'oldtown' && cls === 'residential' ? 20 : SPEED[cls],
      bridge: pts.some((p, i) => i > 0 && terrain.isWater(p)) || terrain.isWater(pointAt(pts, 0.5).p),
      ramp: false,
    };
    const a = put({ ...common, from: junctionOf(from), to: junctionOf(to), pts });
    const b = put({ ...common, from: a.to, to: a.from, pts: pts.toReversed() });
    a.twin = b;
    b.twin = a;
  }
  for (const c of carriages) put({ ...c, from: junctionOf(c.from), to: junctionOf(c.to) });
  return largestComponent(junctions, links);
}

function lanesOf(cls: RoadClass, key: string, zone: string): number {
  if (cls === 'primary') return WIDE_ROADS.has(key) ? 4 : 3;
  if (cls === 'secondary') return zone === 'oldtown' || zone === 'rural' ? 2 : zone === 'cbd' ? 3 : 2;
  if (cls === 'tertiary') return zone === 'cbd' || zone === 'core' || zone === 'industrial' ? 2 : 1;
  return 1;
}

const roadsAt = (node: GraphNode): number => node.edges.filter((e) => e.class !== null).length;

/** Roads from junction to junction: nodes that only virtual lines make are passed through. */
function* roadChains(graph: Graph): Generator<{ edge: Edge; from: GraphNode; to: GraphNode; pts: P[] }> {
  const passes = (node: GraphNode): boolean =>
    roadsAt(node) === 2 && node.edges.some((e) => e.class === null) && node.edges.length > 2;
  const done = new Set<Edge>();
  for (const start of graph.edges) {
    if (start.class === null || done.has(start)) continue;
    done.add(start);
    let pts = start.pts;
    let { a, b } = start;
    for (const forward of [true, false]) {
      let last: Edge = start;
      for (;;) {
        const node = forward ? b : a;
        if (!passes(node)) break;
        const next = node.edges.find((e) => e.class !== null && e !== last);
        if (next === undefined || done.has(next)) break;
        done.add(next);
        const more = next.a === node ? next.pts : next.pts.toReversed();
        pts = forward ? [...pts, ...more.slice(1)] : [...more.slice(1).toReversed(), ...pts];
        if (forward) b = otherEnd(next, node);
        else a = otherEnd(next, node);
        last = next;
      }
    }
    yield { edge: start, from: a, to: b, pts };
  }
}

/** Keeps the largest strongly connected component (Tarjan 1972, without recursion). */
function largestComponent(junctions: readonly PlanJunction[], links: readonly PlanLink[]): Network {
  const n = junctions.length;
  const order = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const component = new Int32Array(n).fill(-1);
  const sizes: number[] = [];
  const open: number[] = [];
  let counter = 0;
  for (let root = 0; root < n; root++) {
    if (order[root] !== -1) continue;
    const work: { v: number; next: number }[] = [{ v: root, next: 0 }];
    order[root] = low[root] = counter++;
    open.push(root);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const link = junctions[top.v]!.out[top.next++];
      if (link !== undefined) {
        const w = link.to.index;
        if (order[w] === -1) {
          order[w] = low[w] = counter++;
          open.push(w);
          work.push({ v: w, next: 0 });
        } else if (component[w] === -1) low[top.v] = Math.min(low[top.v]!, order[w]!);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low[parent.v] = Math.min(low[parent.v]!, low[top.v]!);
      if (low[top.v] === order[top.v]) {
        let size = 0;
        for (let w = open.pop()!; ; w = open.pop()!) {
          component[w] = sizes.length;
          size++;
          if (w === top.v) break;
        }
        sizes.push(size);
      }
    }
  }
  const best = sizes.indexOf(Math.max(...sizes));
  const kept = new Map<PlanJunction, PlanJunction>();
  for (const j of junctions) {
    if (component[j.index] === best) {
      kept.set(j, { index: kept.size, p: j.p, out: [], into: [], kind: j.kind });
    }
  }
  const moved = new Map<PlanLink, PlanLink>();
  for (const l of links) {
    const from = kept.get(l.from);
    const to = kept.get(l.to);
    if (from === undefined || to === undefined) continue;
    const link: PlanLink = { ...l, index: moved.size, from, to };
    from.out.push(link);
    to.into.push(link);
    moved.set(l, link);
  }
  for (const [old, link] of moved) link.twin = old.twin === null ? null : (moved.get(old.twin) ?? null);
  return { junctions: [...kept.values()], links: [...moved.values()] };
}
