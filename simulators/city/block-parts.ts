/** Cuts a block into sub-areas along its main axis and lays cells over them, for rows of buildings. */
import type { Random } from '../kernel/random.ts';
import type { Face } from './faces.ts';
import { dist, type P } from './geometry.ts';

export interface Part {
  readonly u: P;
  cells(stepX: number, stepY: number, visit: (c: P, i: number, j: number) => void): void;
}

/** A face cut into sub-areas of about `size` metres along its main axis, with ways of 16 m between. */
export function parts(face: Face, dice: Random, size = 330): Part[] {
  const u = mainAxis(face);
  const v: P = [-u[1], u[0]];
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const p of face.ring) {
    const x = p[0] * u[0] + p[1] * u[1];
    const y = p[0] * v[0] + p[1] * v[1];
    x0 = Math.min(x0, x);
    x1 = Math.max(x1, x);
    y0 = Math.min(y0, y);
    y1 = Math.max(y1, y);
  }
  const nx = Math.max(1, Math.round((x1 - x0) / size));
  const ny = Math.max(1, Math.round((y1 - y0) / (size * dice.range(0.6, 0.9))));
  const out: Part[] = [];
  for (let i = 0; i < nx; i++) {
    for (let j = 0; j < ny; j++) {
      const [ax, bx] = [
        x0 + ((x1 - x0) * i) / nx + (i > 0 ? 8 : 0),
        x0 + ((x1 - x0) * (i + 1)) / nx - (i < nx - 1 ? 8 : 0),
      ];
      const [ay, by] = [
        y0 + ((y1 - y0) * j) / ny + (j > 0 ? 8 : 0),
        y0 + ((y1 - y0) * (j + 1)) / ny - (j < ny - 1 ? 8 : 0),
      ];
      out.push({
        u,
        cells(stepX, stepY, visit) {
          const cols = Math.max(1, Math.floor((bx - ax - 8) / stepX));
          const rows = Math.max(1, Math.floor((by - ay - 8) / stepY));
          const dx = (bx - ax) / cols;
          const dy = (by - ay) / rows;
          for (let a = 0; a < cols; a++) {
            for (let b = 0; b < rows; b++) {
              const x = ax + (a + 0.5) * dx;
              const y = ay + (b + 0.5) * dy;
              visit([u[0] * x + v[0] * y, u[1] * x + v[1] * y], a, b);
            }
          }
        },
      });
    }
  }
  return out;
}

/** The direction most of a face's rim runs in or across, turned to lie as near to east–west as it can. */
function mainAxis(face: Face): P {
  let c = 0;
  let s = 0;
  for (let i = 1; i < face.ring.length; i++) {
    const a = face.ring[i - 1]!;
    const b = face.ring[i]!;
    const t = 4 * Math.atan2(b[1] - a[1], b[0] - a[0]);
    c += Math.cos(t) * dist(a, b);
    s += Math.sin(t) * dist(a, b);
  }
  const t = Math.atan2(s, c) / 4;
  return [Math.cos(t), Math.sin(t)];
}
