/** Plane geometry of rings in whatever unit they come in: area, containment, a place inside for a label. */
import type { Bbox, LonLat } from '../contract/geo.ts';

export type Ring = readonly LonLat[];
/** Outer ring first, then holes. */
export type Polygon = readonly Ring[];

/** Signed area by the shoelace formula: positive counter-clockwise (y up). */
export function ringArea(ring: Ring): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    sum += ring[j]![0] * ring[i]![1] - ring[i]![0] * ring[j]![1];
  }
  return sum / 2;
}

/** Area without its holes, never negative. */
export function polygonArea(polygon: Polygon): number {
  let area = 0;
  for (const [i, ring] of polygon.entries()) area += (i === 0 ? 1 : -1) * Math.abs(ringArea(ring));
  return Math.max(0, area);
}

/** Even-odd rule, so holes count whatever their direction. A point on an edge falls on one side or the other. */
export function inPolygon(polygon: Polygon, x: number, y: number): boolean {
  let inside = false;
  for (const ring of polygon) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const a = ring[i]!;
      const b = ring[j]!;
      if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
    }
  }
  return inside;
}

export function bboxOfPoints(points: Iterable<LonLat>): Bbox {
  let west = Infinity;
  let south = Infinity;
  let east = -Infinity;
  let north = -Infinity;
  for (const [x, y] of points) {
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < south) south = y;
    if (y > north) north = y;
  }
  return [west, south, east, north];
}

function signedDistance(polygon: Polygon, x: number, y: number): number {
  let best = Infinity;
  for (const ring of polygon) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const a = ring[i]!;
      const b = ring[j]!;
      const dx = b[0] - a[0];
      const dy = b[1] - a[1];
      const length2 = dx * dx + dy * dy;
      const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / length2));
      const ex = x - a[0] - t * dx;
      const ey = y - a[1] - t * dy;
      best = Math.min(best, ex * ex + ey * ey);
    }
  }
  const distance = Math.sqrt(best);
  return inPolygon(polygon, x, y) ? distance : -distance;
}

/**
 * The place inside a polygon that is farthest from its edges, to a 60th of its size: where a label sits best
 * (the pole of inaccessibility, found by quartering cells as in Garcia-Castellanos & Lombardo 2007 / polylabel).
 */
export function interiorPoint(polygon: Polygon): LonLat {
  const [west, south, east, north] = bboxOfPoints(polygon[0]!);
  const width = east - west;
  const height = north - south;
  const size = Math.min(width, height);
  if (size === 0) return [west, south];
  const precision = size / 60;
  interface Cell {
    readonly x: number;
    readonly y: number;
    readonly half: number;
    readonly distance: number;
    readonly most: number;
  }
  const cellAt = (x: number, y: number, half: number): Cell => {
    const distance = signedDistance(polygon, x, y);
    return { x, y, half, distance, most: distance + half * Math.SQRT2 };
  };
  let best = cellAt((west + east) / 2, (south + north) / 2, 0);
  const queue: Cell[] = [];
  const step = size / 2;
  // A sliver of a long polygon must not make thousands of first cells.
  const first = Math.max(step, Math.max(width, height) / 24);
  for (let x = west; x < east; x += first * 2) {
    for (let y = south; y < north; y += first * 2) queue.push(cellAt(x + first, y + first, first));
  }
  for (let looked = 0; queue.length > 0 && looked < 400; looked++) {
    let top = 0;
    for (let i = 1; i < queue.length; i++) if (queue[i]!.most > queue[top]!.most) top = i;
    const cell = queue[top]!;
    queue[top] = queue[queue.length - 1]!;
    queue.pop();
    if (cell.distance > best.distance) best = cell;
    if (cell.most - best.distance <= precision) break;
    const half = cell.half / 2;
    for (const [sx, sy] of [
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1],
    ] as const) {
      queue.push(cellAt(cell.x + sx * half, cell.y + sy * half, half));
    }
  }
  return [best.x, best.y];
}
