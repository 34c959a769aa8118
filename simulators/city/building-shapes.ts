/** Footprints drawn into a rectangle on the ground: slabs, towers, courtyards, halls. */
import { add, type P } from './geometry.ts';
import { corners, type Rect } from './site.ts';

/** Rings in the plane; outer first, then holes. */
export type Footprint = P[][];

const at = (r: Rect, x: number, y: number): P => {
  const v: P = [-r.u[1], r.u[0]];
  return add(add(r.c, r.u, x * r.w), v, y * r.d);
};
/** A ring from fractions of the rectangle (-0.5 … 0.5). */
const ring = (r: Rect, ...xy: readonly (readonly [number, number])[]): P[] => {
  const pts = xy.map(([x, y]) => at(r, x, y));
  return [...pts, pts[0]!];
};

export const plain = (r: Rect): Footprint => {
  const c = corners(r);
  return [[...c, c[0]]];
};
export const lShape = (r: Rect, k: number): Footprint => [
  ring(r, [-0.5, -0.5], [0.5, -0.5], [0.5, -0.5 + k], [-0.5 + k, -0.5 + k], [-0.5 + k, 0.5], [-0.5, 0.5]),
];
export const uShape = (r: Rect, k: number): Footprint => [
  ring(
    r,
    [-0.5, -0.5],
    [0.5, -0.5],
    [0.5, 0.5],
    [0.5 - k, 0.5],
    [0.5 - k, -0.5 + k],
    [-0.5 + k, -0.5 + k],
    [-0.5 + k, 0.5],
    [-0.5, 0.5],
  ),
];
/** A house around a yard (四合院). */
export const courtyard = (r: Rect, k: number): Footprint => {
  const i = 0.5 - k;
  return [
    ring(r, [-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]),
    ring(r, [-i, -i], [-i, i], [i, i], [i, -i]),
  ];
};
/** A residential tower with bays, like two wings around a core. */
export const bayTower = (r: Rect): Footprint => [
  ring(
    r,
    [-0.5, -0.36],
    [-0.16, -0.36],
    [-0.16, -0.5],
    [0.16, -0.5],
    [0.16, -0.36],
    [0.5, -0.36],
    [0.5, 0.36],
    [0.2, 0.36],
    [0.2, 0.5],
    [-0.2, 0.5],
    [-0.2, 0.36],
    [-0.5, 0.36],
  ),
];
export const octagon = (r: Rect): Footprint => [
  ring(
    r,
    [-0.2, -0.5],
    [0.2, -0.5],
    [0.5, -0.2],
    [0.5, 0.2],
    [0.2, 0.5],
    [-0.2, 0.5],
    [-0.5, 0.2],
    [-0.5, -0.2],
  ),
];
export const oval = (r: Rect, inner: number): Footprint => {
  const circle = (k: number): P[] => {
    const pts: P[] = [];
    for (let i = 0; i < 28; i++) {
      const t = (i / 28) * 2 * Math.PI;
      pts.push(at(r, 0.5 * k * Math.cos(t), 0.5 * k * Math.sin(t)));
    }
    return [...pts, pts[0]!];
  };
  return inner > 0 ? [circle(1), circle(inner).toReversed()] : [circle(1)];
};
