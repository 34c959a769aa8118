/** Buses and the metro: routes over contiguous links found by travel time, stops along them, metro lines under them. */
import type { BusRoute } from '../../server/contract/city-pack.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { Random } from '../kernel/random.ts';
import { dist, pointAt, spline, type P } from './geometry.ts';
import type { RoadNames } from './names.ts';
import type { Network, PlanJunction, PlanLink } from './network.ts';

export interface Stop {
  readonly name: LocalText;
  readonly p: P;
}

const METRO: readonly {
  name: LocalText;
  pts: readonly P[];
  stations: readonly [string, string, number][];
}[] = [
  {
    name: { zh: '地铁1号线', en: 'Metro Line 1' },
    pts: [
      [-500, 7900],
      [-430, 6000],
      [-480, 4000],
      [-430, 2350],
      [-450, 900],
      [-360, -950],
      [-150, -2500],
      [-60, -4600],
      [330, -6400],
      [400, -7600],
    ],
    stations: [
      ['长林', 'Changlin', 0.03],
      ['北站', 'North Railway Station', 0.16],
      ['育才路', 'Yucai Road', 0.25],
      ['市政府', 'City Hall', 0.35],
      ['鼓楼', 'Drum Tower', 0.45],
      ['望江门', 'Wangjiang Gate', 0.56],
      ['金融城', 'Financial City', 0.68],
      ['会展中心', 'Expo Centre', 0.79],
      ['南塘', 'Nantang', 0.89],
      ['发展大道', 'Fazhan Avenue', 0.97],
    ],
  },
  {
    name: { zh: '地铁2号线', en: 'Metro Line 2' },
    pts: [
      [-7600, 1500],
      [-5100, 1950],
      [-3500, 2280],
      [-2060, 2330],
      [-1300, 900],
      [-430, 900],
      [1420, 950],
      [3240, 1280],
      [5480, 2050],
      [7000, 2400],
    ],
    stations: [
      ['石塘', 'Shitang', 0.03],
      ['云峰山', 'Yunfeng Hill', 0.19],
      ['溪湖北', 'Xi Lake North', 0.31],
      ['湖滨', 'Hubin', 0.4],
      ['文庙', 'Confucian Temple', 0.53],
      ['建设路', 'Jianshe Road', 0.64],
      ['东风大道', 'Dongfeng Avenue', 0.75],
      ['港城', 'Gangcheng', 0.89],
      ['临江港', 'Linjiang Port', 0.98],
    ],
  },
  {
    name: { zh: '地铁3号线', en: 'Metro Line 3' },
    pts: [
      [-6300, -5300],
      [-4500, -4700],
      [-2400, -3650],
      [-130, -3080],
      [1690, -3060],
      [3500, -2300],
      [3300, 0],
      [3280, 1250],
      [3400, 2650],
      [3550, 4350],
      [3740, 6100],
    ],
    stations: [
      ['大学城', 'University Town', 0.03],
      ['秀水', 'Xiushui', 0.17],
      ['江南大道西', 'Jiangnan Avenue West', 0.29],
      ['临江塔', 'Linjiang Tower', 0.43],
      ['奥体中心', 'Olympic Sports Centre', 0.54],
      ['沿江路', 'Yanjiang Road', 0.65],
      ['东江', 'Dongjiang', 0.83],
      ['金沙', 'Jinsha', 0.92],
      ['东湾', 'Dongwan', 0.98],
    ],
  },
];

export function makeMetro(): { lines: { name: LocalText; pts: P[] }[]; stops: Stop[] } {
  const lines = METRO.map((m) => ({ name: m.name, pts: spline(m.pts, 60) }));
  const stops: Stop[] = [];
  for (const [i, m] of METRO.entries()) {
    for (const [zh, en, at] of m.stations) {
      const p = pointAt(lines[i]!.pts, at).p;
      if (!stops.some((s) => dist(s.p, p) < 350)) stops.push({ name: { zh, en }, p });
    }
  }
  return { lines, stops };
}

/** Ends of bus routes: name and about where. */
const TERMINALS: readonly (readonly [string, string, number, number])[] = [
  ['北站', 'North Railway Station', 560, 5850],
  ['溪湖', 'Xi Lake', -4200, 1800],
  ['临江港', 'Linjiang Port', 6600, 2400],
  ['大学城', 'University Town', -5000, -4500],
  ['南塘', 'Nantang', 300, -6300],
  ['东湾', 'Dongwan', 6000, 4900],
  ['科技园', 'Science Park', 6050, -3200],
  ['鼓楼', 'Drum Tower', -430, 800],
  ['金融城', 'Financial City', 900, -2800],
  ['石塘', 'Shitang', -6200, 1500],
  ['桃源', 'Taoyuan', 3700, 6100],
  ['白石', 'Baishi', -2600, -6500],
  ['望江门', 'Wangjiang Gate', -350, -1000],
  ['育才路', 'Yucai Road', 1450, 4100],
];

export const busTerminals = (): Stop[] =>
  TERMINALS.map(([zh, en, x, y]) => ({ name: { zh, en }, p: [x, y] }));

export function makeBusRoutes(
  random: Random,
  network: Network,
  roadName: RoadNames,
  linkId: (l: PlanLink) => string,
): BusRoute[] {
  const dice = random.fork('buses');
  const drivable = network.links.filter((l) => l.class !== 'motorway' && l.class !== 'trunk');
  const nearest = (p: P): PlanJunction => {
    let best: PlanJunction | null = null;
    for (const l of drivable) {
      if (l.class === 'residential' || l.from.kind === 'edge') continue;
      if (best === null || dist(l.from.p, p) < dist(best.p, p)) best = l.from;
    }
    if (best === null) throw new Error('a city without streets');
    return best;
  };
  const ends = busTerminals().map((s) => ({ ...s, junction: nearest(s.p) }));
  const pairs: [number, number][] = [];
  for (let i = 0; i < ends.length; i++) {
    for (let j = i + 1; j < ends.length; j++) if (dist(ends[i]!.p, ends[j]!.p) > 3600) pairs.push([i, j]);
  }
  const chosen = pairs
    .map((pair) => ({ pair, key: dice.next() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, 28);
  const routes: BusRoute[] = [];
  for (const [k, { pair }] of chosen.entries()) {
    const number = k < 20 ? k + 1 : 81 + k;
    const headwayS = 60 * (4 + dice.int(9));
    for (const [direction, from, to] of [
      ['a', ends[pair[0]]!, ends[pair[1]]!],
      ['b', ends[pair[1]]!, ends[pair[0]]!],
    ] as const) {
      const links = route(from.junction, to.junction, k);
      if (links.length < 6) continue;
      const stops = stopsAlong(links, roadName, linkId, from.name, to.name);
      if (stops.length < 4) continue;
      routes.push({
        id: `bus-${number}${direction}`,
        name: {
          zh: `${number}路（${from.name.zh}→${to.name.zh}）`,
          en: `Bus ${number} (${from.name.en} → ${to.name.en})`,
        },
        links: links.map(linkId),
        stops,
        headwayS,
      });
    }
  }
  return routes;
}

/** Quickest way between junctions without turning back; `variety` shifts the liking for lesser streets by route. */
function route(from: PlanJunction, to: PlanJunction, variety: number): PlanLink[] {
  const cost = new Map<PlanLink, number>();
  const before = new Map<PlanLink, PlanLink>();
  const done = new Set<PlanLink>();
  const buckets: PlanLink[][] = [];
  const push = (l: PlanLink, c: number): void => {
    // Dial's buckets of 2 s: the order inside one does not matter here.
    (buckets[Math.floor(c / 2)] ??= []).push(l);
  };
  const price = (l: PlanLink): number => {
    const liking =
      l.class === 'primary'
        ? 1 + (variety % 3) * 0.15
        : l.class === 'secondary'
          ? 0.95
          : l.class === 'tertiary'
            ? 1.05
            : 2.2;
    return (l.lengthM / (l.speedLimitKph / 3.6)) * liking + 8;
  };
  const usable = (l: PlanLink): boolean =>
    l.class !== 'motorway' && l.class !== 'trunk' && l.to.kind !== 'edge';
  for (const l of from.out) {
    if (!usable(l)) continue;
    cost.set(l, price(l));
    push(l, price(l));
  }
  for (let b = 0; b < buckets.length; b++) {
    const bucket = buckets[b];
    if (bucket === undefined) continue;
    for (let i = 0; i < bucket.length; i++) {
      const l = bucket[i]!;
      if (done.has(l)) continue;
      done.add(l);
      if (l.to === to) {
        const path = [l];
        for (let p = before.get(l); p !== undefined; p = before.get(p)) path.unshift(p);
        return path;
      }
      for (const next of l.to.out) {
        if (next === l.twin || done.has(next) || !usable(next)) continue;
        const c = cost.get(l)! + price(next);
        if (c < (cost.get(next) ?? Infinity)) {
          cost.set(next, c);
          before.set(next, l);
          push(next, c);
        }
      }
    }
  }
  return [];
}

function stopsAlong(
  links: readonly PlanLink[],
  roadName: RoadNames,
  linkId: (l: PlanLink) => string,
  first: LocalText,
  last: LocalText,
): BusRoute['stops'] {
  const stops: BusRoute['stops'] = [];
  let since = 1e9;
  const used = new Map<string, number>();
  for (const [i, l] of links.entries()) {
    const enough = since > 420 && l.lengthM > 70 && !l.bridge;
    if (enough || i === links.length - 1) {
      const cross = l.to.into.find((x) => x !== l && !x.ramp && roadName(x).zh !== roadName(l).zh);
      const here = roadName(l);
      const there = cross ? roadName(cross) : here;
      const base =
        i === 0
          ? first
          : i === links.length - 1
            ? last
            : { zh: `${here.zh}${there.zh}口`, en: `${here.en} at ${there.en}` };
      const n = (used.get(base.zh) ?? 0) + 1;
      used.set(base.zh, n);
      const name = n === 1 ? base : { zh: `${base.zh}${n}`, en: `${base.en} ${n}` };
      stops.push({
        link: linkId(l),
        offsetM: Math.round(l.lengthM * (i === links.length - 1 ? 0.8 : 0.55)),
        name,
      });
      since = 0;
    }
    since += l.lengthM;
  }
  return stops;
}
