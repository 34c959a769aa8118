/**
 * The direction streets take: along or across the planned roads and shores nearby. A cross field (4-fold symmetric,
 * held as cos 4θ and sin 4θ) on a raster; after Chen, Esch, Wonka, Müller, Zhang, "Interactive procedural street
 * modeling", SIGGRAPH 2008, with the planned roads as the field's design elements.
 */
import type { Random } from '../kernel/random.ts';
import { dist, smoothNoise, type P } from './geometry.ts';
import type { Zones } from './zones.ts';

export interface Guide {
  readonly pts: readonly P[];
  readonly weight: number;
}

const CELL = 60;
const REACH = 9900;
const N = (2 * REACH) / CELL;
const RADIUS = 1500;

/** Angle (radians) of one of the four directions at a place. */
export type Field = (p: P) => number;

export function makeField(random: Random, guides: readonly Guide[], zones: Zones): Field {
  const c = new Float64Array(N * N);
  const s = new Float64Array(N * N);
  const r = Math.ceil(RADIUS / CELL);
  const fall = new Float64Array((2 * r + 1) ** 2);
  for (let j = -r; j <= r; j++) {
    for (let i = -r; i <= r; i++)
      fall[(j + r) * (2 * r + 1) + i + r] = Math.exp(-(Math.hypot(i, j) * CELL) / 230);
  }
  for (const guide of guides) {
    let carried = 0;
    for (let k = 1; k < guide.pts.length; k++) {
      const a = guide.pts[k - 1]!;
      const b = guide.pts[k]!;
      carried += dist(a, b);
      if (carried < 80) continue;
      const t = 4 * Math.atan2(b[1] - a[1], b[0] - a[0]);
      const wc = Math.cos(t) * guide.weight * carried;
      const ws = Math.sin(t) * guide.weight * carried;
      carried = 0;
      const ci = Math.floor((a[0] + REACH) / CELL);
      const cj = Math.floor((a[1] + REACH) / CELL);
      for (let j = Math.max(0, cj - r); j <= Math.min(N - 1, cj + r); j++) {
        for (let i = Math.max(0, ci - r); i <= Math.min(N - 1, ci + r); i++) {
          const f = fall[(j - cj + r) * (2 * r + 1) + i - ci + r]!;
          c[j * N + i]! += wc * f;
          s[j * N + i]! += ws * f;
        }
      }
    }
  }
  const bend = smoothNoise(random.fork('field').int(1e6), 260);
  const slow = smoothNoise(random.fork('field-slow').int(1e6), 700);
  return (p) => {
    const i = Math.max(0, Math.min(N - 1, Math.floor((p[0] + REACH) / CELL)));
    const j = Math.max(0, Math.min(N - 1, Math.floor((p[1] + REACH) / CELL)));
    const theta = Math.atan2(s[j * N + i]!, c[j * N + i]!) / 4;
    const zone = zones.at(p);
    if (zone === 'oldtown') return theta + 0.34 * bend(p[0], p[1]);
    if (zone === 'cbd') return theta;
    return theta + 0.1 * slow(p[0], p[1]) + (zone === 'rural' ? 0.25 * bend(p[0], p[1]) : 0);
  };
}
