import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NaiveRoutes } from '../../../bench/support/naive-routes.ts';
import { City } from '../../../server/city/city.ts';
import { LinkTimes } from '../../../server/city/routing/link-times.ts';
import { RoadGraph, U_TURN_S } from '../../../server/city/routing/road-graph.ts';
import { Routing, type TravelTime } from '../../../server/city/routing/routing.ts';
import { ACCESS_KPH } from '../../../server/city/routing/search.ts';
import { goalsOf, startsOf } from '../../../server/city/routing/snap.ts';
import type { CityPack } from '../../../server/contract/city-pack.ts';
import { distanceM, pathLengthM, type LonLat } from '../../../server/contract/geo.ts';
import { roadPack, roadPackAt, type RoadIn } from '../../support/road-pack.ts';
import { smallPack, smallPackAt } from '../../support/small-pack.ts';

/** The straightforward router with the same speeds, from and to the same places on the network. */
function naiveOf(city: City, speedKph: Float32Array) {
  const graph = new RoadGraph(city);
  const times = new LinkTimes(graph);
  times.refresh(speedKph);
  const naive = new NaiveRoutes(city, (i) => times.seconds[i]!, {
    accessKph: ACCESS_KPH,
    turnS: (from, to) => (graph.twin[from] === to ? U_TURN_S : 0),
  });
  return (from: LonLat, to: LonLat, headingDeg?: number): TravelTime | null =>
    naive.route(startsOf(city, graph, from, headingDeg), goalsOf(city, graph, to));
}

const near = (a: number | undefined, b: number | undefined): boolean =>
  a === undefined || b === undefined ? a === b : Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a));

/** The same answers from `timesTo`, from `route` and from the straightforward router. */
function agree(
  city: City,
  speedKph: Float32Array,
  target: LonLat,
  sources: readonly LonLat[],
  headingsDeg: readonly (number | undefined)[] = [],
): void {
  const routing = new Routing(city);
  routing.refresh(speedKph);
  const naive = naiveOf(city, speedKph);
  const times = routing.timesTo(target, sources, { headingsDeg });
  for (const [i, source] of sources.entries()) {
    const wanted = naive(source, target, headingsDeg[i]);
    const route = routing.route(source, target, { headingDeg: headingsDeg[i] });
    expect(near(times[i]?.seconds, wanted?.seconds), `${times[i]?.seconds} is ${wanted?.seconds}`).toBe(true);
    expect(near(route?.seconds, wanted?.seconds), `${route?.seconds} is ${wanted?.seconds}`).toBe(true);
    if (route === null) continue;
    // The line is as long as the way, to the error of planes at two latitudes.
    expect(Math.abs(pathLengthM(route.path) - route.metres)).toBeLessThan(0.5 + 0.002 * route.metres);
    expect([route.path[0], route.path.at(-1)]).toEqual([source, target]);
    for (const [k, link] of route.links.slice(1).entries()) {
      const before = city.linkAt(route.links[k]!);
      expect(city.linkAt(link).from).toBe(before.to);
      expect(before.bannedTurns ?? []).not.toContain(city.linkAt(link).id);
    }
  }
}

const HOLDS = { failed: false, counterexample: null };
const speed = fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 110, noNaN: true }));
const spot = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const heading = fc.option(fc.double({ min: 0, max: 360, noNaN: true }), { nil: undefined });

/** Random junctions in a kilometre, joined at random one way or both, with turns banned at random. */
const randomPack: fc.Arbitrary<CityPack> = fc
  .record({
    spots: fc.uniqueArray(spot(0, 1000), { minLength: 2, maxLength: 12, selector: (p) => p.join() }),
    roads: fc.array(
      fc.record({
        ends: fc.tuple(fc.nat(), fc.nat()),
        bothWays: fc.boolean(),
        limitKph: fc.integer({ min: 20, max: 120 }),
        class: fc.constantFrom('motorway', 'primary', 'residential'),
        via: fc.array(spot(0, 1000), { maxLength: 1 }),
      }),
      { minLength: 1, maxLength: 40 },
    ),
    bans: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 }),
  })
  .map(({ spots, roads, bans }) => {
    const junctions = Object.fromEntries(spots.map((p, i) => [`j${i}`, p]));
    const list: RoadIn[] = [];
    for (const { ends, bothWays, ...road } of roads) {
      const from = `j${ends[0] % spots.length}`;
      const to = `j${ends[1] % spots.length}`;
      if (from === to) continue;
      list.push({ id: `l${list.length}`, from, to, ...road });
      if (bothWays) list.push({ id: `l${list.length}`, from: to, to: from, ...road });
    }
    if (list.length === 0) list.push({ id: 'l0', from: 'j0', to: 'j1' });
    const pack = roadPack(junctions, list);
    const banned = new Map<string, string[]>();
    for (const [a, b] of bans) {
      const before = pack.links[a % pack.links.length]!;
      const after = pack.links.filter((l) => l.from === before.to);
      if (after.length === 0) continue;
      banned.set(before.id, [...(banned.get(before.id) ?? []), after[b % after.length]!.id]);
    }
    return { ...pack, links: pack.links.map((l) => ({ ...l, bannedTurns: banned.get(l.id) })) };
  });

describe('routing on live speeds', () => {
  it('DI-40 agrees with a straightforward search on random networks with banned turns', () => {
    const place = spot(-200, 1200).map(([x, y]) => roadPackAt(x, y));
    const property = fc.property(
      randomPack,
      fc.array(speed, { minLength: 80, maxLength: 80 }),
      place,
      fc.array(fc.tuple(place, heading), { minLength: 1, maxLength: 6 }),
      (pack, speeds, target, sources) => {
        const speedKph = Float32Array.from(pack.links, (_, i) => speeds[i % speeds.length]!);
        agree(
          City.fromPack(pack),
          speedKph,
          target,
          sources.map(([p]) => p),
          sources.map(([, deg]) => deg),
        );
      },
    );
    expect(fc.check(property, { numRuns: 1_500 })).toMatchObject(HOLDS);
  });

  it('DI-40 agrees with a straightforward search on the small city', () => {
    const city = City.fromPack(smallPack());
    const place = spot(-350, 1230).map(([x, y]) => smallPackAt(x, y));
    const property = fc.property(
      fc.array(speed, { minLength: city.linkCount, maxLength: city.linkCount }),
      place,
      fc.array(fc.tuple(place, heading), { minLength: 1, maxLength: 10 }),
      (speeds, target, sources) => {
        agree(
          city,
          Float32Array.from(speeds),
          target,
          sources.map(([p]) => p),
          sources.map(([, deg]) => deg),
        );
      },
    );
    expect(fc.check(property, { numRuns: 150 })).toMatchObject(HOLDS);
  });

  it('DI-40 answers the same query the same after others', () => {
    const city = City.fromPack(smallPack());
    const routing = new Routing(city);
    const [a, b, c] = [smallPackAt(20, 30), smallPackAt(800, 700), smallPackAt(400, 10)];
    const first = routing.timesTo(a, [b, c]);
    routing.timesTo(c, [a]);
    routing.route(b, c);
    expect(routing.timesTo(a, [b, c])).toEqual(first);
  });
});

/** Two roads from west to east: north is shorter, south is a detour. All 50 km/h, one way. */
const twoWays = roadPack({ w: [0, 0], e: [2000, 0], out: [2500, 0], in: [-500, 0] }, [
  { id: 'in', from: 'in', to: 'w' },
  { id: 'north', from: 'w', to: 'e', via: [[1000, 300]] },
  { id: 'south', from: 'w', to: 'e', via: [[1000, -600]] },
  { id: 'out', from: 'e', to: 'out' },
]);

describe('where the way leads', () => {
  const city = City.fromPack(twoWays);
  const ids = (links: readonly number[] | undefined): string[] => (links ?? []).map((i) => city.linkAt(i).id);
  const from = roadPackAt(-300, 0);
  const to = roadPackAt(2300, 0);

  it('DI-40 goes round a jam as soon as it is known, and back when it is over', () => {
    const routing = new Routing(city);
    const speeds = new Float32Array(city.linkCount).fill(Number.NaN);
    expect(ids(routing.route(from, to)?.links)).toEqual(['in', 'north', 'out']);
    speeds[city.linkIndex('north')] = 6;
    routing.refresh(speeds);
    expect(ids(routing.route(from, to)?.links)).toEqual(['in', 'south', 'out']);
    speeds[city.linkIndex('north')] = Number.NaN;
    routing.refresh(speeds);
    expect(ids(routing.route(from, to)?.links)).toEqual(['in', 'north', 'out']);
  });

  it('DI-42 never takes a banned turn', () => {
    const links = twoWays.links.map((l) => (l.id === 'in' ? { ...l, bannedTurns: ['north'] } : l));
    const banned = City.fromPack({ ...twoWays, links });
    expect(ids(new Routing(banned).route(from, to)?.links)).toEqual(['in', 'south', 'out']);
  });

  it('DI-47 says null for what no way leads to, and where there are no roads', () => {
    const routing = new Routing(city);
    expect(routing.timesTo(from, [to, from])).toEqual([
      null,
      { seconds: expect.closeTo(0, 6), metres: expect.closeTo(0, 6) },
    ]);
    expect(routing.route(to, from)).toBeNull();
    const plain = City.plain({ center: [0, 0], zoom: 10, bbox: [-1, -1, 1, 1] });
    expect(new Routing(plain).timesTo([0, 0], [[0, 0.1]])).toEqual([null]);
    expect(new Routing(plain).route([0, 0], [0, 0.1])).toBeNull();
    expect(new Routing(city).timesTo(from, [])).toEqual([]);
  });

  it('DI-46 serves what lies off the road from the nearest link, straight at 20 km/h', () => {
    const routing = new Routing(city);
    const on = routing.timesTo(to, [roadPackAt(-450, 0)])[0]!;
    const off = routing.timesTo(to, [roadPackAt(-450, -600)])[0]!;
    expect(off.metres - on.metres).toBeCloseTo(600, 0);
    expect(off.seconds - on.seconds).toBeCloseTo((600 / 20) * 3.6, 0);
    const far = routing.route(roadPackAt(-200, 30_000), to)!;
    expect(far.seconds).toBeGreaterThan((29_000 / 20) * 3.6);
    expect(distanceM(far.path[1]!, far.path[0]!)).toBeGreaterThan(29_000);
  });
});

/** A block with one-way roads around it, a two-way road to the east with a dead end, a motorway of two carriageways. */
const block = roadPack(
  { a: [0, 0], b: [400, 0], c: [400, 400], d: [0, 400], end: [1400, 0], m: [0, -900], n: [3000, -900] },
  [
    { id: 'ab', from: 'a', to: 'b' },
    { id: 'bc', from: 'b', to: 'c' },
    { id: 'cd', from: 'c', to: 'd' },
    { id: 'da', from: 'd', to: 'a' },
    { id: 'out', from: 'b', to: 'end' },
    { id: 'back', from: 'end', to: 'b' },
    { id: 'mn', from: 'm', to: 'n', class: 'motorway', limitKph: 100 },
    { id: 'nm', from: 'n', to: 'm', class: 'motorway', limitKph: 100 },
  ],
);

describe('where a way begins and ends', () => {
  const city = City.fromPack(block);
  const routing = new Routing(city);
  const ids = (links: readonly number[] | undefined): string[] => (links ?? []).map((i) => city.linkAt(i).id);

  it('DI-43 drives straight to a target ahead on the same link and around to one behind', () => {
    const ahead = routing.route(roadPackAt(100, 0), roadPackAt(300, 0))!;
    expect(ids(ahead.links)).toEqual(['ab']);
    expect(ahead.metres).toBeCloseTo(200, 0);
    const behind = routing.route(roadPackAt(300, 0), roadPackAt(100, 0))!;
    expect(ids(behind.links)).toEqual(['ab', 'bc', 'cd', 'da', 'ab']);
    expect(behind.metres).toBeCloseTo(1400, 0);
  });

  it('DI-44 serves a two-way road from both of its directions', () => {
    const p = (x: number): LonLat => roadPackAt(x, 0);
    const [east, west] = [routing.route(p(700), p(1000))!, routing.route(p(1000), p(700))!];
    expect([ids(east.links), ids(west.links)]).toEqual([['out'], ['back']]);
    expect(west.seconds).toBeCloseTo(east.seconds, 3);
  });

  it('DI-44 lets a unit that drives go on in its direction, and turn where that is fastest', () => {
    const [here, behind] = [roadPackAt(1000, 0), roadPackAt(700, 0)];
    const standing = routing.route(here, behind)!;
    const driving = routing.route(here, behind, { headingDeg: 90 })!;
    expect(ids(standing.links)).toEqual(['back']);
    expect(ids(driving.links)).toEqual(['out', 'back']);
    expect(driving.metres).toBeCloseTo(400 + 700, 0);
    const driven = routing.route(here, roadPackAt(1400, 0), { headingDeg: 90 })!.seconds;
    const returned = routing.route(roadPackAt(1400, 0), behind, { headingDeg: 270 })!.seconds;
    // DI-42: the U-turn has its price.
    expect(driving.seconds).toBeCloseTo(driven + returned + U_TURN_S, 1);
    expect(routing.timesTo(behind, [here, here], { headingsDeg: [90, undefined] })).toEqual([
      { seconds: expect.closeTo(driving.seconds, 6), metres: expect.closeTo(driving.metres, 6) },
      { seconds: expect.closeTo(standing.seconds, 6), metres: expect.closeTo(standing.metres, 6) },
    ]);
  });

  it('DI-44 takes no heading from a unit that no road there could have', () => {
    const [here, there] = [roadPackAt(1000, 0), roadPackAt(700, 0)];
    expect(routing.route(here, there, { headingDeg: 0 })).toEqual(routing.route(here, there));
    expect(routing.route(here, there, { headingDeg: Number.NaN })).toEqual(routing.route(here, there));
  });

  it('DI-44 does not reach one carriageway of a motorway from the other', () => {
    const target = roadPackAt(1000, -900);
    const [nearer, farther] = [roadPackAt(500, -900), roadPackAt(1500, -900)];
    const times = routing.timesTo(target, [nearer, farther]);
    const longest = Math.max(times[0]!.metres, times[1]!.metres);
    expect(longest).toBeGreaterThan(2000);
  });

  it('DI-42 turns at a price also where a U-turn is the only way', () => {
    const there = routing.route(roadPackAt(300, 0), roadPackAt(900, 0), { headingDeg: 90 })!;
    expect(ids(there.links)).toEqual(['ab', 'out']);
    const out = routing.route(roadPackAt(900, 0), roadPackAt(380, 200), { headingDeg: 90 })!;
    expect(ids(out.links)).toEqual(['out', 'back', 'bc']);
  });

  it('DI-45 reaches a crossing from every arm', () => {
    // On the one-way road into the crossing, which who comes from the east could only enter by going round the block.
    const target = roadPackAt(385, -3);
    const west = routing.route(roadPackAt(200, 0), target, { headingDeg: 90 })!;
    const east = routing.route(roadPackAt(900, 0), target, { headingDeg: 270 })!;
    expect([ids(west.links), ids(east.links)]).toEqual([['ab'], ['back']]);
    expect(east.metres).toBeCloseTo(500 + Math.hypot(15, 3), 0);
    const farther = routing.route(roadPackAt(900, 0), roadPackAt(370, -3), { headingDeg: 270 })!;
    expect(farther.metres).toBeGreaterThan(1500);
  });
});

describe('nearestOnLink', () => {
  const city = City.fromPack(smallPack());

  it('DI-46 agrees with looking at every link', () => {
    const place = spot(-3000, 4000).map(([x, y]) => smallPackAt(x, y));
    const property = fc.property(place, (p) => {
      const all = Array.from({ length: city.linkCount }, (_, i) => city.projectOnLink(i, p));
      const nearest = city.nearestOnLink(p)!;
      const least = Math.min(...all.map(({ awayM }) => awayM));
      expect(nearest.awayM).toBeCloseTo(least, 6);
      expect(nearest).toEqual(all[nearest.link]);
    });
    expect(fc.check(property, { numRuns: 500 })).toMatchObject(HOLDS);
  });

  it('DI-46 knows how far along the link the place is', () => {
    const { from, to } = { from: roadPackAt(100, 40), to: roadPackAt(300, 7) };
    const straight = City.fromPack(roadPack({ a: [0, 0], b: [400, 0] }, [{ id: 'ab', from: 'a', to: 'b' }]));
    expect(straight.nearestOnLink(from)!.share).toBeCloseTo(0.25, 3);
    expect(straight.nearestOnLink(from)!.awayM).toBeCloseTo(40, 0);
    expect(straight.nearestOnLink(to)!.share).toBeCloseTo(0.75, 3);
    expect(straight.nearestOnLink(roadPackAt(-50, 0))).toMatchObject({ link: 0, share: 0 });
    expect(straight.nearestOnLink(roadPackAt(500, 0))).toMatchObject({ link: 0, share: 1 });
    expect(straight.nearestOnLink(to, 270)).toBeNull();
    expect(straight.nearestOnLink(from, 90, 30)).toBeNull();
    expect(straight.nearestOnLink([Number.NaN, 0])).toBeNull();
  });
});
