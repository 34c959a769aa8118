/** The land before the city: its limit, river with island, lake, hills and the docks of the port. */
import type { Random } from '../kernel/random.ts';
import { add, chainage, inRing, offset, smoothNoise, spline, unit, right, type P } from './geometry.ts';

export interface Terrain {
  /** Closed ring of the administrative limit. */
  readonly limit: readonly P[];
  readonly riverCentre: readonly P[];
  /** Half the river's width at each centre point. */
  readonly riverHalf: readonly number[];
  readonly river: readonly P[];
  readonly island: readonly P[];
  readonly lake: readonly P[];
  readonly lakeIsland: readonly P[];
  readonly ponds: readonly (readonly P[])[];
  readonly docks: readonly (readonly P[])[];
  readonly hills: readonly (readonly P[])[];
  readonly streams: readonly (readonly P[])[];
  isWater(p: P): boolean;
  /** True in water or within about `m` (≤ 60) metres of it. */
  nearWater(p: P, m: number): boolean;
  isHill(p: P): boolean;
  /** The river's middle at an x. */
  riverY(x: number): number;
  inLimit(p: P): boolean;
}

const RIVER: readonly P[] = [
  [-12500, -4300],
  [-10200, -3500],
  [-7800, -2650],
  [-5200, -3250],
  [-2700, -2350],
  [-500, -1350],
  [1700, -1500],
  [4000, -450],
  [6300, 1000],
  [8700, 1150],
  [10600, 2300],
  [12500, 2700],
];

/** A closed blob around `c`: an ellipse with a wavy edge. */
export function blob(random: Random, c: P, rx: number, ry: number, wave: number, turn = 0): P[] {
  const phases = [random.range(0, 6.3), random.range(0, 6.3), random.range(0, 6.3)] as const;
  const pts: P[] = [];
  for (let i = 0; i < 28; i++) {
    const t = (i / 28) * 2 * Math.PI;
    const r =
      1 +
      wave *
        (0.5 * Math.sin(2 * t + phases[0]) +
          0.32 * Math.sin(3 * t + phases[1]) +
          0.22 * Math.sin(5 * t + phases[2]));
    const x = rx * r * Math.cos(t);
    const y = ry * r * Math.sin(t);
    pts.push([
      c[0] + x * Math.cos(turn) - y * Math.sin(turn),
      c[1] + x * Math.sin(turn) + y * Math.cos(turn),
    ]);
  }
  return spline(pts, Math.max(12, Math.min(rx, ry) / 14), true);
}

export function makeTerrain(random: Random): Terrain {
  const jitter = random.fork('terrain');
  const limit: P[] = [];
  const limitNoise = smoothNoise(jitter.int(1e6), 0.7);
  for (let i = 0; i < 72; i++) {
    const t = (i / 72) * 2 * Math.PI;
    // A superellipse: a circle pulled a little towards its corners, then frayed.
    const k = (Math.abs(Math.cos(t)) ** 2.9 + Math.abs(Math.sin(t)) ** 2.9) ** (-1 / 2.9);
    const r = k * (8800 + 240 * limitNoise(4 * Math.cos(t) + 9, 4 * Math.sin(t) + 9));
    limit.push([r * Math.cos(t), r * Math.sin(t)]);
  }
  limit.push(limit[0]!);

  const control = RIVER.map((p, i): P =>
    i < 3 || i > 8 ? p : [p[0] + jitter.range(-110, 110), p[1] + jitter.range(-110, 110)],
  );
  const riverCentre = spline(control, 60);
  const chain = chainage(riverCentre);
  const widthNoise = smoothNoise(jitter.int(1e6), 900);
  const bankNoise = smoothNoise(jitter.int(1e6), 330);
  const islandAt = chain.at(-1)! * 0.215;
  const riverHalf = riverCentre.map((_, i) => {
    const s = chain[i]!;
    const bulge = 150 * Math.exp(-(((s - islandAt) / 1000) ** 2));
    return 205 + (s / chain.at(-1)!) * 95 + widthNoise(s, 0) * 28 + bulge;
  });
  const bank = (side: 1 | -1): P[] =>
    offset(riverCentre, (i) => side * (riverHalf[i]! + bankNoise(chain[i]!, side * 999) * 14));
  const river = [...bank(1), ...bank(-1).toReversed()];
  river.push(river[0]!);

  const islandPath = riverCentre.filter((_, i) => Math.abs(chain[i]! - islandAt) <= 760);
  const taper = (i: number): number => {
    const t = i / (islandPath.length - 1);
    return 105 * Math.sin(Math.PI * t) ** 0.7;
  };
  const islandSide = offset(islandPath, (i) => taper(i) + 8);
  const island = [...islandSide, ...offset(islandPath, (i) => -taper(i)).toReversed()];
  island.push(island[0]!);

  const lake = blob(jitter, [-3150, 760], 790, 690, 0.2);
  const lakeIsland = blob(jitter, [-3300, 800], 120, 75, 0.16);
  const ponds = [
    blob(jitter, [2650, 5350], 260, 150, 0.25, 0.5),
    blob(jitter, [700, -4050], 170, 110, 0.2),
    blob(jitter, [-3450, -5350], 210, 140, 0.2, 1),
    blob(jitter, [6600, -4300], 300, 170, 0.3, 2),
    blob(jitter, [-1250, 5050], 190, 120, 0.25, 0.2),
    blob(jitter, [-6900, 300], 340, 190, 0.3, 0.7),
  ];
  const hills = [
    blob(jitter, [-5750, 3900], 1250, 1000, 0.3, 0.4),
    blob(jitter, [-7300, 5600], 700, 900, 0.3, -0.5),
    blob(jitter, [-1150, -7700], 780, 560, 0.28),
    blob(jitter, [5150, -7050], 700, 520, 0.3, 0.6),
    blob(jitter, [-6050, -6900], 800, 600, 0.3, 0.2),
    blob(jitter, [600, 3200], 330, 260, 0.25),
  ];

  // Basins cut into the north bank downstream, square to it.
  const docks: P[][] = [];
  const left = bank(-1);
  let last = -1e9;
  for (let i = 0; i < left.length - 1 && docks.length < 6; i++) {
    if (left[i]![0] < 6250 || chain[i]! - last < 330) continue;
    last = chain[i]!;
    const d = unit(riverCentre[i]!, riverCentre[i + 1]!);
    const inward = right(d);
    const wide = 52;
    const deep = 190;
    const p = add(left[i]!, inward, 60);
    const ring = [
      add(p, d, -wide),
      add(p, d, wide),
      add(add(p, d, wide), inward, -deep - 60),
      add(add(p, d, -wide), inward, -deep - 60),
    ];
    docks.push([...ring, ring[0]!]);
  }
  const streams = [
    spline(
      [
        [-2450, 900],
        [-1750, 1050],
        [-1560, 650],
        [-1540, -150],
        [-1180, -620],
        [-900, -1150],
      ],
      40,
    ),
    spline(
      [
        [-5100, 5200],
        [-3600, 4750],
        [-2900, 3400],
        [-3100, 2200],
        [-3250, 1350],
      ],
      40,
    ),
    spline(
      [
        [7900, 8100],
        [6900, 6900],
        [6600, 5500],
        [6700, 4100],
        [6350, 2500],
        [6000, 1300],
      ],
      40,
    ),
    spline(
      [
        [2600, -8600],
        [3000, -6900],
        [2750, -5200],
        [2550, -3700],
        [2500, -1600],
      ],
      40,
    ),
    spline(
      [
        [-8600, -7600],
        [-7000, -5600],
        [-5300, -5100],
        [-4900, -4100],
        [-4700, -3400],
      ],
      40,
    ),
  ];

  const CELL = 10;
  const REACH = 9800;
  const n = (2 * REACH) / CELL;
  const mask = new Uint8Array(n * n);
  const paint = (ring: readonly P[], value: number): void => {
    fill(ring, CELL, REACH, n, (index) => (mask[index] = value));
  };
  for (const ring of [river, lake, ...ponds, ...docks]) paint(ring, 1);
  for (const ring of [island, lakeIsland]) paint(ring, 0);
  const cellAt = (x: number, y: number): number => {
    const i = Math.floor((x + REACH) / CELL);
    const j = Math.floor((y + REACH) / CELL);
    return i < 0 || j < 0 || i >= n || j >= n ? 0 : mask[j * n + i]!;
  };
  const isWater = (p: P): boolean => cellAt(p[0], p[1]) === 1;
  return {
    limit,
    riverCentre,
    riverHalf,
    river,
    island,
    lake,
    lakeIsland,
    ponds,
    docks,
    hills,
    streams,
    isWater,
    nearWater(p, m) {
      if (isWater(p)) return true;
      for (let k = 0; k < 8; k++) {
        const t = (k * Math.PI) / 4;
        if (cellAt(p[0] + m * Math.cos(t), p[1] + m * Math.sin(t)) === 1) return true;
        if (m > 20 && cellAt(p[0] + (m / 2) * Math.cos(t), p[1] + (m / 2) * Math.sin(t)) === 1) return true;
      }
      return false;
    },
    riverY(x) {
      for (let i = 1; i < riverCentre.length; i++) {
        const a = riverCentre[i - 1]!;
        const b = riverCentre[i]!;
        if (b[0] >= x) return a[1] + ((x - a[0]) / (b[0] - a[0] || 1)) * (b[1] - a[1]);
      }
      return riverCentre.at(-1)![1];
    },
    isHill: (p) => hills.some((ring) => inRing(p, ring)),
    inLimit: (p) => inRing(p, limit),
  };
}

/** Scanline fill of a ring over a square raster centred on the origin. */
function fill(
  ring: readonly P[],
  cell: number,
  reach: number,
  n: number,
  set: (index: number) => void,
): void {
  const ys = ring.map((p) => p[1]);
  const j0 = Math.max(0, Math.floor((Math.min(...ys) + reach) / cell));
  const j1 = Math.min(n - 1, Math.ceil((Math.max(...ys) + reach) / cell));
  for (let j = j0; j <= j1; j++) {
    const y = (j + 0.5) * cell - reach;
    const xs: number[] = [];
    for (let i = 0, k = ring.length - 1; i < ring.length; k = i++) {
      const a = ring[i]!;
      const b = ring[k]!;
      if (a[1] > y !== b[1] > y) xs.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
    }
    xs.sort((a, b) => a - b);
    for (let k = 0; k + 1 < xs.length; k += 2) {
      const i0 = Math.max(0, Math.ceil((xs[k]! + reach) / cell - 0.5));
      const i1 = Math.min(n - 1, Math.floor((xs[k + 1]! + reach) / cell - 0.5));
      for (let i = i0; i <= i1; i++) set(j * n + i);
    }
  }
}
