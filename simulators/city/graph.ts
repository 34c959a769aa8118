/**
 * The planar graph of everything at grade: roads cut where they cross, short pieces contracted, loose ends and
 * needle-sharp forks removed. Virtual lines (city limit, middle of the river) take part, so that its faces tile the
 * whole city.
 */
import type { RoadClass } from '../../server/contract/city-pack.ts';
import { chainage, crossing, dist, dot, lengthOf, lerp, slice, unit, type P } from './geometry.ts';
import { SegmentGrid } from './spatial.ts';

export interface GraphNode {
  p: P;
  edges: Edge[];
}
export interface Edge {
  a: GraphNode;
  b: GraphNode;
  /** From a to b, ends included. */
  pts: P[];
  /** null: a virtual line. */
  readonly class: RoadClass | null;
  readonly key: string;
}
export interface Graph {
  readonly nodes: Set<GraphNode>;
  readonly edges: Set<Edge>;
}
export interface Way {
  readonly key: string;
  readonly class: RoadClass | null;
  readonly pts: readonly P[];
}

const weight = (c: RoadClass | null): number =>
  c === null
    ? 0
    : { motorway: 7, trunk: 6, primary: 5, secondary: 4, tertiary: 3, residential: 2, service: 1 }[c];

export function buildGraph(ways: readonly Way[], shortest: (p: P) => number): Graph {
  const graph = arrange(ways);
  for (let round = 0; round < 4; round++) {
    contract(graph, shortest);
    sharpen(graph);
    prune(graph);
    dissolve(graph);
  }
  return graph;
}

export function connect(graph: Graph, edge: Omit<Edge, never>): Edge {
  graph.edges.add(edge);
  edge.a.edges.push(edge);
  edge.b.edges.push(edge);
  graph.nodes.add(edge.a);
  graph.nodes.add(edge.b);
  return edge;
}

export function disconnect(graph: Graph, edge: Edge): void {
  graph.edges.delete(edge);
  for (const node of [edge.a, edge.b]) {
    const at = node.edges.indexOf(edge);
    if (at >= 0) node.edges.splice(at, 1);
    if (node.edges.length === 0) graph.nodes.delete(node);
  }
}

/** Splits an edge at a distance from its start; the node there. */
export function splitEdge(graph: Graph, edge: Edge, s: number): GraphNode {
  const chain = chainage(edge.pts);
  const first = slice(edge.pts, chain, 0, s);
  const second = slice(edge.pts, chain, s, chain.at(-1)!);
  const node: GraphNode = { p: first.at(-1)!, edges: [] };
  disconnect(graph, edge);
  connect(graph, { ...edge, b: node, pts: first });
  connect(graph, { ...edge, a: node, pts: second });
  return node;
}

export const otherEnd = (edge: Edge, node: GraphNode): GraphNode => (edge.a === node ? edge.b : edge.a);

/** Unit vector in which an edge leaves a node, looking some metres ahead. */
export function leaving(edge: Edge, node: GraphNode, ahead = 18): P {
  const pts = edge.a === node ? edge.pts : edge.pts.toReversed();
  let left = ahead;
  for (let i = 1; i < pts.length; i++) {
    const d = dist(pts[i - 1]!, pts[i]!);
    if (d >= left || i === pts.length - 1)
      return unit(pts[0]!, lerp(pts[i - 1]!, pts[i]!, Math.min(1, left / (d || 1))));
    left -= d;
  }
  return [1, 0];
}

function arrange(ways: readonly Way[]): Graph {
  const grid = new SegmentGrid<{ way: number; at: number }>(120);
  const chains = ways.map((w) => chainage(w.pts));
  const cuts: { s: number; node: GraphNode }[][] = ways.map(() => []);
  const places = new Map<number, GraphNode[]>();
  const nodeAt = (p: P): GraphNode => {
    const ix = Math.round(p[0] / 4);
    const iy = Math.round(p[1] / 4);
    for (let x = ix - 1; x <= ix + 1; x++) {
      for (let y = iy - 1; y <= iy + 1; y++) {
        for (const n of places.get(x * 100_003 + y) ?? []) if (dist(n.p, p) < 2) return n;
      }
    }
    const node: GraphNode = { p, edges: [] };
    const key = ix * 100_003 + iy;
    const cell = places.get(key);
    if (cell) cell.push(node);
    else places.set(key, [node]);
    return node;
  };
  for (const [w, way] of ways.entries()) {
    for (let i = 1; i < way.pts.length; i++) {
      const a = way.pts[i - 1]!;
      const b = way.pts[i]!;
      grid.near(a, b, 0, (item) => {
        const o = item.value;
        if (o.way === w && Math.abs(o.at - i) <= 1) return;
        const c = crossing(a, b, item.a, item.b);
        if (c === null) return;
        const node = nodeAt(lerp(a, b, c.t));
        cuts[w]!.push({ s: chains[w]![i - 1]! + c.t * dist(a, b), node });
        cuts[o.way]!.push({ s: chains[o.way]![o.at - 1]! + c.u * dist(item.a, item.b), node });
      });
      grid.add(a, b, { way: w, at: i });
    }
  }
  const graph: Graph = { nodes: new Set(), edges: new Set() };
  for (const [w, way] of ways.entries()) {
    const chain = chains[w]!;
    const total = chain.at(-1)!;
    const stops = cuts[w]!.sort((x, y) => x.s - y.s);
    const closed = dist(way.pts[0]!, way.pts.at(-1)!) < 1;
    if (!closed) {
      stops.unshift({ s: 0, node: nodeAt(way.pts[0]!) });
      stops.push({ s: total, node: nodeAt(way.pts.at(-1)!) });
    } else if (stops.length > 0) {
      stops.push({ s: stops[0]!.s + total, node: stops[0]!.node });
    }
    const round = closed ? [...way.pts, ...way.pts.slice(1)] : way.pts;
    const roundChain = closed ? chainage(round) : chain;
    for (let k = 1; k < stops.length; k++) {
      const from = stops[k - 1]!;
      const to = stops[k]!;
      if (from.node === to.node && to.s - from.s < 30) continue;
      const pts = slice(round, roundChain, from.s, to.s);
      pts[0] = from.node.p;
      pts[pts.length - 1] = to.node.p;
      connect(graph, { a: from.node, b: to.node, pts, class: way.class, key: way.key });
    }
  }
  return graph;
}

/** Merges the ends of edges that are shorter than a street may be. */
function contract(graph: Graph, shortest: (p: P) => number): void {
  for (let again = true; again;) {
    again = false;
    for (const edge of Array.from(graph.edges)) {
      if (!graph.edges.has(edge)) continue;
      if (edge.a === edge.b) {
        if (lengthOf(edge.pts) < 200) disconnect(graph, edge);
        continue;
      }
      if (edge.class === null || lengthOf(edge.pts) >= shortest(edge.a.p)) continue;
      const strength = (n: GraphNode): number => n.edges.reduce((sum, e) => sum + weight(e.class) ** 2, 0);
      const [keep, drop] = strength(edge.a) >= strength(edge.b) ? [edge.a, edge.b] : [edge.b, edge.a];
      disconnect(graph, edge);
      for (const e of Array.from(drop.edges)) {
        disconnect(graph, e);
        const a = e.a === drop ? keep : e.a;
        const b = e.b === drop ? keep : e.b;
        if (a === b && lengthOf(e.pts) < 120) continue;
        connect(graph, { ...e, a, b, pts: retie(e.pts, a.p, b.p) });
      }
      again = true;
    }
  }
  // Two edges between the same nodes that run side by side: the greater stays.
  for (const node of graph.nodes) {
    for (const e of Array.from(node.edges)) {
      if (!graph.edges.has(e)) continue;
      const twin = node.edges.find(
        (f) => f !== e && otherEnd(f, node) === otherEnd(e, node) && f.class !== null && e.class !== null,
      );
      if (twin === undefined) continue;
      const middle = (x: Edge): P => x.pts[Math.floor(x.pts.length / 2)]!;
      const [less, more] = weight(e.class) < weight(twin.class) ? [e, twin] : [twin, e];
      const apart = dist(middle(less), middle(more));
      if (apart < 45 || Math.min(lengthOf(e.pts), lengthOf(twin.pts)) < 90) disconnect(graph, less);
    }
  }
}

function retie(pts: readonly P[], a: P, b: P): P[] {
  const inner = pts.slice(1, -1).filter((p) => dist(p, a) > 16 && dist(p, b) > 16);
  return [a, ...inner, b];
}

/** Of two edges that leave a node in almost the same direction the lesser goes. */
function sharpen(graph: Graph): void {
  for (const node of Array.from(graph.nodes)) {
    for (let again = true; again;) {
      again = false;
      const real = node.edges.filter((e) => e.class !== null);
      search: for (const e of real) {
        for (const f of real) {
          if (e === f || dot(leaving(e, node, 30), leaving(f, node, 30)) < 0.86) continue;
          const less =
            weight(e.class) === weight(f.class)
              ? lengthOf(e.pts) > lengthOf(f.pts)
                ? e
                : f
              : weight(e.class) < weight(f.class)
                ? e
                : f;
          disconnect(graph, less);
          again = true;
          break search;
        }
      }
    }
  }
}

/** Dead ends go, again and again, until every road leads on. Ends at the city limit count as leading on. */
function prune(graph: Graph): void {
  const queue = [...graph.nodes];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node.edges.length !== 1) continue;
    const edge = node.edges[0]!;
    const other = otherEnd(edge, node);
    disconnect(graph, edge);
    queue.push(other);
  }
}

/** A node between just two pieces of the same road is none. */
function dissolve(graph: Graph): void {
  for (const node of Array.from(graph.nodes)) {
    if (node.edges.length !== 2) continue;
    const [e, f] = node.edges as [Edge, Edge];
    if (e === f || e.class !== f.class) continue;
    const a = otherEnd(e, node);
    const b = otherEnd(f, node);
    if (a === b || a === node || b === node) continue;
    const first = e.b === node ? e.pts : e.pts.toReversed();
    const second = f.a === node ? f.pts : f.pts.toReversed();
    const key = lengthOf(e.pts) >= lengthOf(f.pts) ? e.key : f.key;
    disconnect(graph, e);
    disconnect(graph, f);
    connect(graph, { a, b, pts: [...first, ...second.slice(1)], class: e.class, key });
  }
}
