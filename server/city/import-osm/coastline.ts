/**
 * The sea, which OpenStreetMap has only as a line with land on its left and water on its right: closed to polygons
 * along the edge of the city's box.
 */
import type { Bbox, LonLat } from '../../contract/geo.ts';
import { inPolygon, ringArea } from '../polygon.ts';
import type { Ring } from './rings.ts';

export function seaPolygons(coastlines: readonly (readonly LonLat[])[], box: Bbox): Ring[][] {
  const pieces: LonLat[][] = [];
  const islands: Ring[] = [];
  const lakes: Ring[] = [];
  for (const line of joinInOrder(coastlines)) {
    const closed = same(line[0]!, line[line.length - 1]!);
    const inside = closed && line.every((p) => within(box, p));
    if (inside && line.length >= 4) (ringArea(line) > 0 ? islands : lakes).push(line);
    else pieces.push(...cutToBox(line, box).map((piece) => toEdge(piece, box)));
  }
  const outers: Ring[] = [...lakes];
  if (pieces.length > 0) outers.push(...closeAlongEdge(pieces, box));
  else if (islands.length > 0) outers.push(frameOf(box));
  return outers.map((outer) => [
    outer,
    ...islands.filter((island) => inPolygon([outer], island[0]![0], island[0]![1])),
  ]);
}

const same = (a: LonLat, b: LonLat): boolean => a[0] === b[0] && a[1] === b[1];
const within = (box: Bbox, p: LonLat): boolean =>
  p[0] > box[0] && p[0] < box[2] && p[1] > box[1] && p[1] < box[3];
const frameOf = ([w, s, e, n]: Bbox): Ring => [
  [w, n],
  [e, n],
  [e, s],
  [w, s],
  [w, n],
];

/** Ways follow each other in one direction; that direction says where the water is and must be kept. */
function joinInOrder(ways: readonly (readonly LonLat[])[]): LonLat[][] {
  const key = (p: LonLat): string => `${p[0]},${p[1]}`;
  const left = new Map(ways.filter((w) => w.length > 1).map((w) => [key(w[0]!), w]));
  const ends = new Set([...left.values()].map((w) => key(w[w.length - 1]!)));
  const lines: LonLat[][] = [];
  const follow = (start: string): void => {
    const line: LonLat[] = [];
    for (let way = left.get(start), at = start; way !== undefined; way = left.get(at)) {
      left.delete(at);
      for (const p of line.length === 0 ? way : way.slice(1)) line.push(p);
      at = key(way[way.length - 1]!);
    }
    if (line.length > 1) lines.push(line);
  };
  const starts = Array.from(left.keys());
  for (const start of starts) if (!ends.has(start)) follow(start);
  // What has no beginning is a ring.
  for (const start of starts) follow(start);
  return lines;
}

/** The stretches of a line within a box (each segment by Liang & Barsky 1984). */
export function cutToBox(line: readonly LonLat[], box: Bbox): LonLat[][] {
  const out: LonLat[][] = [];
  let piece: LonLat[] = [];
  for (let i = 1; i < line.length; i++) {
    const a = line[i - 1]!;
    const b = line[i]!;
    const dx = b[0] - a[0];
    const dy = b[1] - a[1];
    let t0 = 0;
    let t1 = 1;
    for (const [p, q] of [
      [-dx, a[0] - box[0]],
      [dx, box[2] - a[0]],
      [-dy, a[1] - box[1]],
      [dy, box[3] - a[1]],
    ] as const) {
      if (p === 0) {
        if (q < 0) t1 = -1;
      } else if (p < 0) t0 = Math.max(t0, q / p);
      else t1 = Math.min(t1, q / p);
    }
    if (t0 > t1) continue;
    const at = (t: number): LonLat => (t === 0 ? a : t === 1 ? b : [a[0] + dx * t, a[1] + dy * t]);
    if (piece.length === 0) piece.push(at(t0));
    piece.push(at(t1));
    if (t1 < 1) {
      out.push(piece);
      piece = [];
    }
  }
  if (piece.length > 1) out.push(piece);
  return out;
}

/** An end inside the box (the extract was cut there) is led on to the edge in the coast's general direction. */
function toEdge(piece: LonLat[], box: Bbox): LonLat[] {
  const first = piece[0]!;
  const last = piece[piece.length - 1]!;
  const led = [...piece];
  if (within(box, first)) led.unshift(onward(first, first[0] - last[0], first[1] - last[1], box));
  if (within(box, last)) led.push(onward(last, last[0] - first[0], last[1] - first[1], box));
  return led;
}

/** Where a ray from inside the box leaves it. */
function onward([x, y]: LonLat, dx: number, dy: number, [w, s, e, n]: Bbox): LonLat {
  if (dx === 0 && dy === 0) return [x, n];
  const tx = dx === 0 ? Infinity : ((dx > 0 ? e : w) - x) / dx;
  const ty = dy === 0 ? Infinity : ((dy > 0 ? n : s) - y) / dy;
  if (tx < ty) return [dx > 0 ? e : w, y + dy * tx];
  return [x + dx * ty, dy > 0 ? n : s];
}

/** Place on the box's edge, clockwise from the north-west corner, 0…4. */
function edgePosition([x, y]: LonLat, [w, s, e, n]: Bbox): number {
  const fx = (x - w) / (e - w);
  const fy = (n - y) / (n - s);
  const toEdges = [Math.abs(y - n), Math.abs(x - e), Math.abs(y - s), Math.abs(x - w)];
  switch (toEdges.indexOf(Math.min(...toEdges))) {
    case 0:
      return fx;
    case 1:
      return 1 + fy;
    case 2:
      return 3 - fx;
    default:
      return 4 - fy;
  }
}

/** With water on the right one goes along a coast, then clockwise along the edge to where the next coast begins. */
function closeAlongEdge(pieces: readonly LonLat[][], box: Bbox): Ring[] {
  const corners = frameOf(box);
  const starts = pieces.map((p) => edgePosition(p[0]!, box));
  const used = new Set<number>();
  const rings: Ring[] = [];
  for (const [first] of pieces.entries()) {
    if (used.has(first)) continue;
    const ring: LonLat[] = [];
    let at = first;
    for (let guard = 0; guard <= pieces.length; guard++) {
      used.add(at);
      ring.push(...pieces[at]!);
      const exit = edgePosition(pieces[at]![pieces[at]!.length - 1]!, box);
      const ahead = (i: number): number => (starts[i]! - exit + 4) % 4;
      const candidates = starts.map((_, i) => i).filter((i) => i === first || !used.has(i));
      const next = candidates.reduce((a, b) => (ahead(b) < ahead(a) ? b : a));
      for (let c = Math.floor(exit) + 1; c <= exit + ahead(next); c++) ring.push(corners[c % 4]!);
      if (next === first) break;
      at = next;
    }
    ring.push(ring[0]!);
    if (ring.length >= 4 && ringArea(ring) !== 0) rings.push(ring);
  }
  return rings;
}
