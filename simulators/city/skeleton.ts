/** The roads a city plans before all others: arterials, waterfronts, rings and expressways, as centre lines. */
import type { RoadClass } from '../../server/contract/city-pack.ts';
import type { Random } from '../kernel/random.ts';
import { inRing, offset, simplify, spline, type P } from './geometry.ts';
import type { Terrain } from './terrain.ts';

export interface Road {
  /** Key of the road's name, one per named road. */
  readonly key: string;
  readonly class: RoadClass;
  readonly pts: readonly P[];
  /** Minor streets stop at water; these cross it. */
  readonly bridges: boolean;
}

export interface Expressway {
  readonly key: string;
  readonly class: 'motorway' | 'trunk';
  readonly pts: readonly P[];
  readonly closed: boolean;
  /** Carried on a viaduct all along. */
  readonly elevated: boolean;
  /** The at-grade road at which the expressway begins, where it does. */
  readonly startsAt?: string;
}

export interface Skeleton {
  readonly roads: readonly Road[];
  readonly expressways: readonly Expressway[];
}

/** Control points of the through roads; they run past the city limit and are cut there. */
const ARTERIALS: Readonly<
  Record<string, { class: RoadClass; bridges?: true; pts: readonly (readonly [number, number])[] }>
> = {
  zhongshan: {
    class: 'primary',
    bridges: true,
    pts: [
      [-700, 9800],
      [-520, 7900],
      [-430, 6000],
      [-520, 4000],
      [-430, 2350],
      [-470, 900],
      [-380, -950],
      [-180, -2450],
      [-60, -4600],
      [330, -6400],
      [420, -8000],
      [500, -9800],
    ],
  },
  hubin: {
    class: 'primary',
    bridges: true,
    pts: [
      [-3000, 9800],
      [-2550, 7800],
      [-2250, 5900],
      [-2180, 4000],
      [-2060, 2350],
      [-1960, 800],
      [-2080, -700],
      [-2150, -1700],
      [-2350, -3600],
      [-2500, -5200],
      [-2750, -6700],
      [-3100, -8200],
      [-3300, -9800],
    ],
  },
  jianshe: {
    class: 'primary',
    bridges: true,
    pts: [
      [2000, 9800],
      [1830, 7800],
      [1600, 6000],
      [1480, 4100],
      [1370, 2300],
      [1420, 950],
      [1560, -700],
      [1640, -2100],
      [1690, -3100],
      [1950, -4550],
      [2080, -6200],
      [2500, -8200],
      [2700, -9800],
    ],
  },
  dongfeng: {
    class: 'primary',
    bridges: true,
    pts: [
      [4200, 9800],
      [3900, 7900],
      [3740, 6150],
      [3480, 4350],
      [3350, 2650],
      [3240, 1250],
      [3260, 0],
      [3420, -1000],
      [3620, -2300],
      [3850, -4000],
      [4330, -5900],
      [4700, -7900],
      [5000, -9800],
    ],
  },
  gangcheng: {
    class: 'primary',
    pts: [
      [6900, 9800],
      [6350, 8000],
      [6080, 6450],
      [5750, 4950],
      [5560, 3450],
      [5480, 2100],
      [5650, 1050],
    ],
  },
  keji: {
    class: 'primary',
    pts: [
      [5950, 250],
      [6020, -1300],
      [6150, -3300],
      [6500, -5300],
      [7000, -7400],
      [7600, -9300],
    ],
  },
  renmin: {
    class: 'primary',
    pts: [
      [-1960, 900],
      [-1200, 850],
      [-470, 900],
      [450, 960],
      [1420, 950],
      [3240, 1280],
      [5480, 2050],
      [7400, 2500],
      [9800, 2900],
    ],
  },
  jiefang: {
    class: 'primary',
    pts: [
      [-9800, 1900],
      [-8200, 1450],
      [-6500, 1500],
      [-5100, 2000],
      [-3500, 2280],
      [-2060, 2330],
      [-430, 2350],
      [1370, 2300],
      [3350, 2680],
      [5560, 3450],
      [7500, 4250],
      [9800, 5000],
    ],
  },
  yucai: {
    class: 'primary',
    pts: [
      [-4300, 4900],
      [-3500, 4450],
      [-2180, 4030],
      [-520, 3980],
      [1480, 4100],
      [3480, 4350],
      [5750, 4950],
      [7700, 5900],
      [9500, 6700],
    ],
  },
  beihuan: {
    class: 'primary',
    pts: [
      [-7000, 7800],
      [-5200, 6350],
      [-3800, 6020],
      [-2250, 5900],
      [-430, 6000],
      [1600, 6020],
      [3740, 6150],
      [6080, 6450],
      [8800, 7300],
    ],
  },
  jiangnan: {
    class: 'primary',
    pts: [
      [-9800, -4900],
      [-8000, -4350],
      [-6300, -4250],
      [-4500, -4450],
      [-2350, -3650],
      [-130, -3080],
      [1690, -3060],
      [3620, -2280],
      [6020, -1250],
      [8000, -750],
      [9800, -200],
    ],
  },
  yingbin: {
    class: 'primary',
    pts: [
      [-9800, -6300],
      [-8000, -5950],
      [-6300, -5850],
      [-4500, -5800],
      [-2500, -5180],
      [-60, -4620],
      [1950, -4530],
      [3850, -4000],
      [6150, -3300],
      [8200, -2700],
      [9800, -2300],
    ],
  },
  fazhan: {
    class: 'primary',
    pts: [
      [-4300, -7300],
      [-2750, -6680],
      [-1100, -6480],
      [330, -6420],
      [2080, -6220],
      [4330, -5900],
      [6500, -5350],
      [8300, -4950],
      [9800, -4500],
    ],
  },
  yunfeng: {
    class: 'secondary',
    pts: [
      [-7100, 1450],
      [-7280, 2400],
      [-7400, 3500],
      [-6720, 4850],
      [-6050, 5650],
      [-5600, 6700],
    ],
  },
  shannan: {
    class: 'secondary',
    pts: [
      [-9600, 3000],
      [-7400, 2650],
      [-6200, 2550],
      [-4850, 2850],
      [-4250, 3600],
      [-4100, 4850],
    ],
  },
  linshan: {
    class: 'secondary',
    pts: [
      [-9600, 6900],
      [-8000, 6750],
      [-6300, 5350],
      [-5300, 5150],
      [-4150, 4850],
    ],
  },
  nanling: {
    class: 'secondary',
    pts: [
      [-5150, -5750],
      [-4950, -6600],
      [-4650, -7500],
      [-4500, -9500],
    ],
  },
  liyuan: {
    class: 'secondary',
    pts: [
      [-9700, -7600],
      [-7900, -7750],
      [-6400, -7750],
      [-4700, -7550],
      [-3000, -7700],
      [-1100, -8450],
      [400, -8250],
      [2400, -8100],
      [4750, -7950],
      [7200, -8000],
    ],
  },
  xihu: {
    class: 'secondary',
    pts: [
      [-5650, 1800],
      [-5850, 300],
      [-5980, -1200],
      [-6050, -2800],
    ],
  },
  xiyuan: {
    class: 'secondary',
    pts: [
      [-6300, -3700],
      [-6320, -4600],
      [-6300, -5850],
      [-6700, -7000],
    ],
  },
};

const EXPRESSWAYS: readonly {
  key: string;
  startsAt: string;
  pts: readonly (readonly [number, number])[];
}[] = [
  {
    key: 'jichang',
    startsAt: 'gangcheng',
    pts: [
      [5545, 2760],
      [6300, 3000],
      [7350, 3400],
      [8400, 3800],
      [9900, 4300],
    ],
  },
  {
    key: 'beibu',
    startsAt: 'beihuan',
    pts: [
      [640, 6030],
      [700, 6500],
      [640, 7450],
      [560, 8400],
      [400, 9900],
    ],
  },
  {
    key: 'nanbu',
    startsAt: 'fazhan',
    pts: [
      [1230, -6330],
      [1280, -6800],
      [1330, -7600],
      [1500, -8600],
      [1650, -9900],
    ],
  },
  {
    key: 'xibu',
    startsAt: 'xihu',
    pts: [
      [-5860, -320],
      [-6400, -420],
      [-7600, -760],
      [-8600, -700],
      [-9900, -500],
    ],
  },
];

const RING_2: readonly P[] = [
  [-150, 4980],
  [1700, 5030],
  [3300, 4900],
  [4420, 4000],
  [4620, 2300],
  [4500, 700],
  [4560, -700],
  [4980, -2200],
  [4850, -4100],
  [3600, -5080],
  [1900, -5330],
  [0, -5450],
  [-2000, -5850],
  [-3500, -5250],
  [-3900, -4200],
  [-4000, -2900],
  [-4520, -1300],
  [-4700, 300],
  [-4480, 2000],
  [-3850, 3500],
  [-3000, 4600],
  [-1800, 4950],
];
const RING_3: readonly P[] = [
  [0, 7480],
  [1900, 7450],
  [4000, 7250],
  [5800, 6850],
  [6850, 5950],
  [7330, 4700],
  [7400, 3300],
  [7500, 1700],
  [7560, -100],
  [7500, -2000],
  [7400, -4000],
  [6850, -5800],
  [5800, -6650],
  [4000, -7150],
  [2200, -7450],
  [0, -7150],
  [-2000, -7350],
  [-4000, -7750],
  [-5100, -7650],
  [-6500, -6900],
  [-7250, -5500],
  [-7450, -3300],
  [-7600, -1500],
  [-7800, 0],
  [-7700, 1800],
  [-7500, 3200],
  [-7000, 4600],
  [-6200, 5400],
  [-5300, 6900],
  [-3900, 7450],
  [-2000, 7550],
];

export function makeSkeleton(random: Random, terrain: Terrain): Skeleton {
  const jitter = random.fork('skeleton');
  // One smooth displacement for everything keeps junctions of the plan together when a seed moves them.
  const phase = [
    jitter.range(0, 6.3),
    jitter.range(0, 6.3),
    jitter.range(0, 6.3),
    jitter.range(0, 6.3),
  ] as const;
  const warp = (p: P): P => [
    p[0] + 95 * Math.sin(p[1] / 1450 + phase[0]) + 45 * Math.sin(p[1] / 520 + phase[2]),
    p[1] + 95 * Math.sin(p[0] / 1600 + phase[1]) + 45 * Math.sin(p[0] / 560 + phase[3]),
  ];
  const roads: Road[] = [];
  for (const [key, plan] of Object.entries(ARTERIALS)) {
    const pts = spline(plan.pts.map(warp), 45);
    for (const run of insideLimit(extendEnds(pts), terrain)) {
      roads.push({ key, class: plan.class, pts: run, bridges: plan.bridges === true });
    }
  }

  const bankRoad = (side: 1 | -1, gap: number): P[] => {
    const smooth = (i: number): number => {
      let sum = 0;
      let n = 0;
      for (let k = i - 12; k <= i + 12; k++) {
        const h = terrain.riverHalf[k];
        if (h !== undefined) {
          sum += h;
          n++;
        }
      }
      return side * (sum / n + gap);
    };
    return simplify(offset(terrain.riverCentre, smooth), 1.5);
  };
  const north = bankRoad(-1, 72);
  const beforePort = north.filter((p) => p[0] < 6050);
  const alongPort = bankRoad(-1, 330).filter((p) => p[0] > 6050);
  roads.push({
    key: 'binjiang',
    class: 'primary',
    bridges: false,
    pts: spline(simplify([...beforePort.slice(0, -2), ...alongPort.slice(4)], 6), 45),
  });
  roads.push({ key: 'yanjiang', class: 'secondary', bridges: false, pts: spline(bankRoad(1, 78), 45) });
  const lakeRing = offset(terrain.lake, 62, true);
  const lakeOut = inRing(lakeRing[0]!, terrain.lake) ? offset(terrain.lake, -62, true) : lakeRing;
  roads.push({ key: 'huanhu', class: 'secondary', bridges: false, pts: closeRing(lakeOut) });

  // The line of the old city wall: an irregular ring around the old town.
  const wall: P[] = [];
  for (let i = 0; i < 16; i++) {
    const t = (i / 16) * 2 * Math.PI;
    const k = (Math.abs(Math.cos(t)) ** 3.2 + Math.abs(Math.sin(t)) ** 3.2) ** (-1 / 3.2);
    wall.push([-430 + k * 1000 * Math.cos(t), 760 + k * 1090 * Math.sin(t)]);
  }
  roads.push({ key: 'huancheng', class: 'secondary', bridges: false, pts: spline(wall.map(warp), 40, true) });

  const expressways: Expressway[] = [
    {
      key: 'erhuan',
      class: 'trunk',
      pts: spline(RING_2.map(warp), 40, true),
      closed: true,
      elevated: true,
    },
    {
      key: 'raocheng',
      class: 'motorway',
      pts: spline(RING_3.map(warp), 40, true),
      closed: true,
      elevated: false,
    },
    ...EXPRESSWAYS.map((e): Expressway => ({
      key: e.key,
      class: 'motorway',
      pts: spline(e.pts.map(warp), 40),
      closed: false,
      elevated: false,
      startsAt: e.startsAt,
    })),
  ];
  return { roads, expressways };
}

/** The stretches of a path inside the city limit, each with one point beyond it. */
function insideLimit(pts: readonly P[], terrain: Terrain): P[][] {
  const runs: P[][] = [];
  let run: P[] = [];
  for (const [i, p] of pts.entries()) {
    const before = pts[i - 1];
    if (terrain.inLimit(p)) {
      if (run.length === 0 && before !== undefined) run.push(before);
      run.push(p);
    } else if (run.length > 0) {
      runs.push([...run, p]);
      run = [];
    }
  }
  if (run.length > 1) runs.push(run);
  return runs;
}

const closeRing = (pts: readonly P[]): P[] => [...pts.slice(0, -1), pts[0]!];

/** Ends that are meant to meet another road reach a little over it; what sticks out is pruned later. */
function extendEnds(pts: readonly P[]): P[] {
  const stretch = (from: P, to: P): P => {
    const d = Math.hypot(to[0] - from[0], to[1] - from[1]);
    return [to[0] + ((to[0] - from[0]) / d) * 130, to[1] + ((to[1] - from[1]) / d) * 130];
  };
  return [stretch(pts[1]!, pts[0]!), ...pts, stretch(pts.at(-2)!, pts.at(-1)!)];
}
