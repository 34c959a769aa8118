/**
 * How fast routes are found: the time of a recommendation (one incident, 200 units) and of one drawn route, on the
 * demo city and on a grid of 100,000 links, with a straightforward router on the same queries in the same run.
 */
import { City } from '../../server/city/city.ts';
import { metresPerDegree, type LonLat } from '../../server/contract/geo.ts';
import { PACK_FORMAT, type CityPack, type Junction, type Link } from '../../server/contract/city-pack.ts';
import { LinkTimes } from '../../server/city/routing/link-times.ts';
import { RoadGraph, U_TURN_S } from '../../server/city/routing/road-graph.ts';
import { Routing } from '../../server/city/routing/routing.ts';
import { ACCESS_KPH } from '../../server/city/routing/search.ts';
import { goalsOf, startsOf } from '../../server/city/routing/snap.ts';
import { generateCity } from '../../simulators/city/generate.ts';
import { createRandom, type Random } from '../../simulators/kernel/random.ts';
import { NaiveRoutes } from './naive-routes.ts';

const UNITS = 200;
/** A square grid of this side has 4 · side · (side − 1) links. */
const LARGE_SIDE = 159;
const LARGE_SPACING_M = 150;

export interface RouteFigures {
  readonly recommend_route_ms: number;
  readonly recommend_route_p99_ms: number;
  readonly single_route_ms: number;
  readonly route_refresh_ms: number;
  readonly naive_recommend_route_ms: number;
  readonly route_links: number;
  readonly large_recommend_route_ms: number;
  readonly large_single_route_ms: number;
  readonly large_route_refresh_ms: number;
  readonly large_route_links: number;
}

interface Row {
  readonly links: number;
  readonly recommendMs: number;
  readonly recommendP99Ms: number;
  readonly singleMs: number;
  readonly refreshMs: number;
  readonly naiveMs: number;
}

/** Medians over at least 100 queries each (the naive router: a few; it is slow); prints a table on the way. */
export async function routeFigures(seed = 1, quick = false): Promise<RouteFigures> {
  const queries = quick ? 100 : 400;
  console.log(`routes: ${UNITS} units to one incident, medians of ${queries} queries, seed ${seed}`);
  console.log('   links   recommend ms   p99 ms   one route ms   refresh ms   naive recommend ms');
  const demo = measure(City.fromPack(generateCity({ seed })), createRandom(seed), queries, quick ? 2 : 5);
  show(demo);
  // A pause, so that who measures around this is not starved.
  await new Promise((resolve) => setImmediate(resolve));
  const large = measure(
    City.fromPack(gridPack(LARGE_SIDE)),
    createRandom(seed),
    Math.max(100, queries / 4),
    0,
  );
  show(large);
  return {
    recommend_route_ms: round(demo.recommendMs),
    recommend_route_p99_ms: round(demo.recommendP99Ms),
    single_route_ms: round(demo.singleMs),
    route_refresh_ms: round(demo.refreshMs),
    naive_recommend_route_ms: round(demo.naiveMs),
    route_links: demo.links,
    large_recommend_route_ms: round(large.recommendMs),
    large_single_route_ms: round(large.singleMs),
    large_route_refresh_ms: round(large.refreshMs),
    large_route_links: large.links,
  };
}

function measure(city: City, random: Random, queries: number, naiveQueries: number): Row {
  const routing = new Routing(city);
  const places = placesOf(city, random);
  const speeds = speedsOf(city, random);
  const refresh = timed(20, () => {
    for (let i = 0; i < speeds.length; i += 4) speeds[i] = city.freeFlowKph(i) * random.range(0.1, 1);
    return () => routing.refresh(speeds);
  });
  const query = () => ({ target: places(), units: Array.from({ length: UNITS }, places) });
  const recommend = timed(queries, () => {
    const { target, units } = query();
    return () => routing.timesTo(target, units);
  });
  const single = timed(queries, () => {
    const [from, to] = [places(), places()];
    return () => routing.route(from, to);
  });
  const graph = new RoadGraph(city);
  const times = new LinkTimes(graph);
  times.refresh(speeds);
  const naive = new NaiveRoutes(city, (i) => times.seconds[i]!, {
    accessKph: ACCESS_KPH,
    turnS: (from, to) => (graph.twin[from] === to ? U_TURN_S : 0),
  });
  const perUnit = timed(naiveQueries, () => {
    const { target, units } = query();
    return () => {
      const goals = goalsOf(city, graph, target);
      for (const unit of units) naive.route(startsOf(city, graph, unit), goals);
    };
  });
  return {
    links: city.linkCount,
    recommendMs: quantile(recommend, 0.5),
    recommendP99Ms: quantile(recommend, 0.99),
    singleMs: quantile(single, 0.5),
    refreshMs: quantile(refresh, 0.5),
    naiveMs: quantile(perUnit, 0.5),
  };
}

/** Wall-clock milliseconds of each run; `prepare` is not counted. The first tenth warms up and is left out. */
function timed(runs: number, prepare: () => () => unknown): number[] {
  const ms: number[] = [];
  const warmUp = Math.ceil(runs / 10);
  for (let i = 0; i < warmUp + runs; i++) {
    const run = prepare();
    const began = performance.now();
    run();
    if (i >= warmUp) ms.push(performance.now() - began);
  }
  return ms;
}

/** Places up to 40 m off random links. */
function placesOf(city: City, random: Random): () => LonLat {
  return () => {
    const { path } = city.linkAt(random.int(city.linkCount));
    const [a, b] = [path[0]!, path[1]!];
    const t = random.next();
    const off = (): number => random.range(-0.0004, 0.0004);
    return [a[0] + (b[0] - a[0]) * t + off(), a[1] + (b[1] - a[1]) * t + off()];
  };
}

/** Four links in five are measured, from a jam to free flow. */
function speedsOf(city: City, random: Random): Float32Array {
  return Float32Array.from({ length: city.linkCount }, (_, i) =>
    random.chance(0.8) ? city.freeFlowKph(i) * random.range(0.1, 1) : Number.NaN,
  );
}

/** A square grid of two-way roads, every tenth of them an arterial. */
function gridPack(side: number): CityPack {
  const origin: LonLat = [118, 30];
  const per = metresPerDegree(origin[1]);
  const at = (row: number, column: number): LonLat => [
    origin[0] + (column * LARGE_SPACING_M) / per.lon,
    origin[1] + (row * LARGE_SPACING_M) / per.lat,
  ];
  const junctions: Junction[] = [];
  const links: Link[] = [];
  const join = (a: readonly [number, number], b: readonly [number, number], arterial: boolean): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      links.push({
        id: `${from.join('-')}>${to.join('-')}`,
        from: from.join('-'),
        to: to.join('-'),
        path: [at(...from), at(...to)],
        class: arterial ? 'primary' : 'residential',
        lanes: arterial ? 3 : 1,
        speedLimitKph: arterial ? 60 : 30,
        bridge: false,
        tunnel: false,
      });
    }
  };
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      junctions.push({ id: `${row}-${column}`, position: at(row, column), kind: 'plain' });
      if (column + 1 < side) join([row, column], [row, column + 1], row % 10 === 0);
      if (row + 1 < side) join([row, column], [row + 1, column], column % 10 === 0);
    }
  }
  return {
    manifest: {
      format: PACK_FORMAT,
      id: 'grid',
      name: { zh: '网格', en: 'Grid' },
      fictional: true,
      center: at(side / 2, side / 2),
      bbox: [...at(0, 0), ...at(side, side)] as unknown as CityPack['manifest']['bbox'],
      timezone: 'Asia/Shanghai',
      attribution: 'made up',
      drivesOn: 'right',
    },
    junctions,
    links,
    signals: [],
    detectors: [],
    districts: [],
    areas: [],
    lines: [],
    buildings: [],
    facilities: [],
    departments: [],
    units: [],
    busRoutes: [],
    stations: [],
  };
}

function show(row: Row): void {
  const cell = (v: number, width: number): string => (Number.isNaN(v) ? '–' : v.toFixed(2)).padStart(width);
  console.log(
    `${String(row.links).padStart(8)}   ${cell(row.recommendMs, 12)}   ${cell(row.recommendP99Ms, 6)}   ` +
      `${cell(row.singleMs, 12)}   ${cell(row.refreshMs, 10)}   ${cell(row.naiveMs, 18)}`,
  );
}

const quantile = (values: readonly number[], q: number): number =>
  values.length === 0 ? Number.NaN : values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))]!;
const round = (v: number): number => Number(v.toFixed(3));
