/** The faces of the planar graph, that is the city's blocks: they tile everything inside the city limit. */
import type { RoadClass } from '../../server/contract/city-pack.ts';
import Flatbush from 'flatbush';
import { areaOf, centroid, inRing, simplify, type P } from './geometry.ts';
import { leaving, type Edge, type Graph, type GraphNode } from './graph.ts';

export interface HalfEdge {
  readonly edge: Edge;
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** Simplified once per edge, so that neighbours share every vertex. */
  readonly pts: readonly P[];
  face: Face | null;
  twin: HalfEdge;
  /** Counter-clockwise neighbours around `from`. */
  around: number;
}
export interface Face {
  readonly index: number;
  readonly ring: readonly P[];
  readonly sides: readonly HalfEdge[];
  readonly areaM2: number;
  readonly centre: P;
}
export interface Faces {
  readonly all: readonly Face[];
  at(p: P): Face | null;
  /** Outer rings and holes that bound a set of faces. */
  outline(faces: ReadonlySet<Face>): P[][][];
}

export const sideClass = (side: HalfEdge): RoadClass | null => side.edge.class;

export function findFaces(graph: Graph): Faces {
  const fans = new Map<GraphNode, HalfEdge[]>();
  const halves: HalfEdge[] = [];
  for (const node of graph.nodes) fans.set(node, []);
  for (const edge of graph.edges) {
    const pts = simplify(edge.pts, 1.2);
    const make = (from: GraphNode, to: GraphNode, path: readonly P[]): HalfEdge =>
      ({ edge, from, to, pts: path, face: null, around: 0 }) as unknown as HalfEdge;
    const out = make(edge.a, edge.b, pts);
    const back = make(edge.b, edge.a, pts.toReversed());
    out.twin = back;
    back.twin = out;
    halves.push(out, back);
    fans.get(edge.a)!.push(out);
    fans.get(edge.b)!.push(back);
  }
  for (const fan of fans.values()) {
    const angle = (h: HalfEdge): number => {
      // A loop leaves its node twice, once from each end of its path.
      const d = h.edge.a === h.edge.b ? directionOf(h.pts) : leaving(h.edge, h.from, 8);
      return Math.atan2(d[1], d[0]);
    };
    fan.sort((a, b) => angle(a) - angle(b));
    for (const [i, h] of fan.entries()) h.around = i;
  }
  const next = (h: HalfEdge): HalfEdge => {
    const fan = fans.get(h.to)!;
    return fan[(h.twin.around - 1 + fan.length) % fan.length]!;
  };
  const all: Face[] = [];
  const seen = new Set<HalfEdge>();
  for (const start of halves) {
    if (seen.has(start)) continue;
    const sides: HalfEdge[] = [];
    const ring: P[] = [];
    for (let h = start; !seen.has(h); h = next(h)) {
      seen.add(h);
      sides.push(h);
      ring.push(...h.pts.slice(0, -1));
    }
    const areaM2 = areaOf(ring);
    if (areaM2 <= 150) continue;
    const face: Face = { index: all.length, ring, sides, areaM2, centre: centroid(ring) };
    all.push(face);
    for (const s of sides) s.face = face;
  }

  const index = new Flatbush(Math.max(1, all.length));
  for (const f of all) {
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const p of f.ring) {
      x0 = Math.min(x0, p[0]);
      y0 = Math.min(y0, p[1]);
      x1 = Math.max(x1, p[0]);
      y1 = Math.max(y1, p[1]);
    }
    index.add(x0, y0, x1, y1);
  }
  if (all.length === 0) index.add(0, 0, 0, 0);
  index.finish();

  const outline = (faces: ReadonlySet<Face>): P[][][] => {
    const border = new Set<HalfEdge>();
    for (const f of faces) {
      for (const s of f.sides) if (s.twin.face === null || !faces.has(s.twin.face)) border.add(s);
    }
    const rings: P[][] = [];
    while (border.size > 0) {
      const first = border.values().next().value as HalfEdge;
      const ring: P[] = [];
      for (let h = first; border.has(h);) {
        border.delete(h);
        ring.push(...h.pts.slice(0, -1));
        const fan = fans.get(h.to)!;
        for (let k = 1; k <= fan.length; k++) {
          const candidate = fan[(h.twin.around - k + 2 * fan.length) % fan.length]!;
          if (border.has(candidate)) {
            h = candidate;
            break;
          }
        }
      }
      if (ring.length >= 3) rings.push(ring);
    }
    const outer = rings.filter((r) => areaOf(r) > 0).map((r) => [r]);
    for (const hole of rings) {
      if (areaOf(hole) >= 0) continue;
      const host = outer.find((o) => inRing(hole[0]!, o[0]!)) ?? outer[0];
      host?.push(hole);
    }
    return outer;
  };
  return {
    all,
    at: (p) => {
      for (const i of index.search(p[0], p[1], p[0], p[1])) {
        const face = all[i];
        if (face !== undefined && inRing(p, face.ring)) return face;
      }
      return null;
    },
    outline,
  };
}

const directionOf = (pts: readonly P[]): P => {
  const [a, b] = [pts[0]!, pts[1]!];
  const d = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  return [(b[0] - a[0]) / d, (b[1] - a[1]) / d];
};

/** The faces beyond a face's sides, with the widest road between. */
export function neighboursOf(face: Face): { face: Face; side: HalfEdge }[] {
  const out = new Map<Face, HalfEdge>();
  for (const side of face.sides) {
    const beyond = side.twin.face;
    if (beyond !== null && beyond !== face && !out.has(beyond)) out.set(beyond, side);
  }
  return [...out].map(([f, side]) => ({ face: f, side }));
}
