/** The roads a city plans before all others: arterials, waterfronts, rings and expressways, as centre lines. */
import type { RoadClass } from '../../server/contract/city-pack.ts';
import type { Random } from '../kernel/random.ts';
import { inRing, offset, simplify, spline, type P } from './geometry.ts';
import { ARTERIALS, EXPRESSWAYS, RING_2, RING_3 } from './road-plan.ts';
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
