/** Polygons out of OpenStreetMap's pieces: ways stitched to rings, rings sorted into outer and inner, boxes cut out. */
import { intersection } from 'polyclip-ts';
import type { Bbox, LonLat } from '../../contract/geo.ts';
import { bboxOfPoints, inPolygon, polygonArea, ringArea, type Polygon } from '../polygon.ts';
import type { NodePositions, OsmData } from './collect.ts';
import type { OsmRelation } from './osm.ts';

export type Ring = LonLat[];

/** Ways joined end to end, whichever way round they lie, into closed rings; what does not close is counted. */
export function stitch(ways: readonly (readonly number[])[]): { closed: number[][]; open: number } {
  const closed: number[][] = [];
  const waiting = new Set<readonly number[]>();
  const ends = new Map<number, Set<readonly number[]>>();
  const attach = (way: readonly number[]): void => {
    waiting.add(way);
    for (const end of [way[0]!, way[way.length - 1]!]) {
      const set = ends.get(end);
      if (set === undefined) ends.set(end, new Set([way]));
      else set.add(way);
    }
  };
  for (const way of ways) {
    if (way.length < 2) continue;
    if (way[0] === way[way.length - 1]) {
      if (way.length >= 4) closed.push([...way]);
    } else attach(way);
  }
  let open = 0;
  while (waiting.size > 0) {
    const first = waiting.values().next().value;
    if (first === undefined) break;
    waiting.delete(first);
    const ring = [...first];
    while (ring[0] !== ring[ring.length - 1]) {
      const end = ring[ring.length - 1]!;
      const next = [...(ends.get(end) ?? [])].find((way) => waiting.has(way));
      if (next === undefined) break;
      waiting.delete(next);
      const onward = next[0] === end ? next : next.toReversed();
      for (let i = 1; i < onward.length; i++) ring.push(onward[i]!);
    }
    if (ring[0] === ring[ring.length - 1] && ring.length >= 4) closed.push(ring);
    else open++;
  }
  return { closed, open };
}

/** A closed way as a ring of places, or null where its nodes are missing or it has no area. */
export function ringOf(refs: readonly number[], nodes: NodePositions): Ring | null {
  const ring: LonLat[] = [];
  for (const ref of refs) {
    const p = nodes.get(ref);
    if (p === null) return null;
    const last = ring[ring.length - 1];
    const rounded: LonLat = [Math.round(p[0] * 1e6) / 1e6, Math.round(p[1] * 1e6) / 1e6];
    if (last === undefined || last[0] !== rounded[0] || last[1] !== rounded[1]) ring.push(rounded);
  }
  const first = ring[0];
  if (first === undefined) return null;
  const last = ring[ring.length - 1]!;
  if (first[0] !== last[0] || first[1] !== last[1]) ring.push(first);
  return ring.length >= 4 && ringArea(ring) !== 0 ? ring : null;
}

/**
 * The polygons of a multipolygon or boundary relation. Which ring lies in which is decided by the geometry, as roles
 * are often wrong. `broken`: rings that do not close or whose ways or nodes are not in the file.
 */
export function assemble(relation: OsmRelation, data: OsmData): { polygons: Ring[][]; broken: number } {
  const ways: (readonly number[])[] = [];
  let missing = 0;
  for (const member of relation.members) {
    if (member.type !== 'way' || !['outer', 'inner', ''].includes(member.role)) continue;
    const way = data.memberWays.get(member.ref);
    if (way === undefined) missing++;
    else ways.push(way.refs);
  }
  const { closed, open } = stitch(ways);
  const rings: Ring[] = [];
  let broken = open + (missing > 0 && open === 0 ? 1 : 0);
  for (const refs of closed) {
    const ring = ringOf(refs, data.nodes);
    if (ring === null) broken++;
    else rings.push(ring);
  }
  rings.sort((a, b) => Math.abs(ringArea(b)) - Math.abs(ringArea(a)));
  const polygons: Ring[][] = [];
  for (const ring of rings) {
    const [x, y] = ring[0]!;
    const around = polygons.findLast(
      (polygon) => inPolygon([polygon[0]!], x, y) || touches(polygon[0]!, ring),
    );
    const inHole = around?.slice(1).some((hole) => inPolygon([hole], x, y)) ?? false;
    if (around === undefined || inHole) polygons.push([ring]);
    else around.push(ring);
  }
  return { polygons, broken };
}

/** An inner ring may share nodes with the outer one; then another of its points decides. */
function touches(outer: Ring, ring: Ring): boolean {
  return (
    ring.some(([x, y]) => inPolygon([outer], x, y)) &&
    ring.every(([x, y]) => inPolygon([outer], x, y) || onRing(outer, x, y))
  );
}
const onRing = (ring: Ring, x: number, y: number): boolean => ring.some((p) => p[0] === x && p[1] === y);

/** The part of polygons within a box; untouched where they lie wholly inside. Empty where they lie outside. */
export function clip(polygons: readonly Polygon[], box: Bbox): Ring[][] {
  const out: Ring[][] = [];
  const [w, s, e, n] = box;
  const frame: [number, number][][] = [
    [
      [w, s],
      [e, s],
      [e, n],
      [w, n],
      [w, s],
    ],
  ];
  for (const polygon of polygons) {
    const [pw, ps, pe, pn] = bboxOfPoints(polygon[0]!);
    if (pe <= w || pw >= e || pn <= s || ps >= n) continue;
    const plain = polygon.map((ring) => ring.map((p): [number, number] => [p[0], p[1]]));
    if (pw >= w && pe <= e && ps >= s && pn <= n) out.push(plain);
    else out.push(...cleaned(intersection(plain, frame)));
  }
  return out.filter((polygon) => polygon.length > 0 && polygonArea(polygon) > 0);
}

/** The answer of a clipping, to 1e-6° and without what has no area then. */
export function cleaned(
  polygons: readonly (readonly (readonly (readonly [number, number])[])[])[],
): Ring[][] {
  return polygons
    .map((polygon) => polygon.map(roundRing).filter((ring) => ring.length >= 4 && ringArea(ring) !== 0))
    .filter((polygon) => polygon.length > 0);
}

const roundRing = (ring: readonly (readonly [number, number])[]): Ring =>
  ring.map(([x, y]) => [Math.round(x * 1e6) / 1e6, Math.round(y * 1e6) / 1e6]);
