/** What each place of the city is for, and so how close its streets and how tall its houses are. */
import type { Random } from '../kernel/random.ts';
import { dist, smoothNoise, type P } from './geometry.ts';
import type { Terrain } from './terrain.ts';

export type Zone =
  'oldtown' | 'cbd' | 'core' | 'residential' | 'industrial' | 'port' | 'university' | 'suburb' | 'rural';

/** Typical distance between neighbouring parallel streets, metres. */
export const streetSpacing: Readonly<Record<Zone, number>> = {
  oldtown: 92,
  cbd: 150,
  core: 185,
  residential: 245,
  industrial: 360,
  port: 420,
  university: 520,
  suburb: 370,
  rural: 760,
};

export interface Zones {
  at(p: P): Zone;
  readonly oldTown: P;
  readonly cbd: P;
  readonly university: P;
  readonly port: P;
}

export function makeZones(random: Random, terrain: Terrain): Zones {
  const jitter = random.fork('zones');
  const wave = smoothNoise(jitter.int(1e6), 1300);
  const fine = smoothNoise(jitter.int(1e6), 600);
  const oldTown: P = [-430, 760];
  const cbd: P = [750, -2800];
  const university: P = [-5350, -5000];
  const port: P = [7000, 2000];
  const southOf = (p: P): boolean => p[1] < terrain.riverY(p[0]);
  return {
    oldTown,
    cbd,
    university,
    port,
    at(p) {
      const [x, y] = p;
      const n = wave(x, y);
      const rim = dist(p, [0, 0]);
      const old = Math.max(Math.abs(x - oldTown[0]) / 990, Math.abs(y - oldTown[1]) / 1080);
      if (old < 1) return 'oldtown';
      const south = southOf(p);
      if (south && Math.abs(x - cbd[0]) < 1750 + 250 * n && y > -4500 - 250 * n) return 'cbd';
      if (!south && x > 5750 && y < 2300 + 0.25 * (x - 6000)) return 'port';
      if (Math.abs(x - university[0]) < 900 && Math.abs(y - university[1]) < 760) return 'university';
      const industry = dist(p, [6900, 4300]);
      if (!south && industry < 1900 + 400 * n) return 'industrial';
      if (dist(p, [6700, -4800]) < 1500 + 400 * n) return 'industrial';
      if (rim > 7600 + 600 * n) return 'rural';
      const core = dist(p, [300, 900]) + fine(x, y) * 350;
      if (!south && core < 3300 + 300 * n) return 'core';
      if (south && dist(p, [900, -2900]) < 2900 + 400 * n) return 'core';
      if (rim < 5600 + 500 * n) return 'residential';
      return 'suburb';
    },
  };
}
