/** Traffic analysis on the engine's live picture: what controllers, vehicles and loops say, and what is made of it. */
import { describe, expect, it } from 'vitest';
import { City } from '../../../../server/city/city.ts';
import type { PositionObservation } from '../../../../server/contract/observations.ts';
import type { ControlRecord } from '../../../../server/contract/signal-control.ts';
import { Engine } from '../../../../server/live/engine.ts';
import type { History } from '../../../../server/live/ports.ts';
import { feedOf, makeWorld, START_MS, type World } from '../../../support/live-world.ts';
import { MemoryJournal } from '../../../support/memory-journal.ts';
import { noHistory } from '../../../support/no-history.ts';
import { portCrossing, portSees } from '../../../support/port-junction.ts';
import { smallPack } from '../../../support/small-pack.ts';

const PORTED = 's-j-2-2';
const SOUTH = 'j-1-2>j-2-2';
const WEST = 'j-2-1>j-2-2';
const FORTH = ['j-2-0>j-2-1', 'j-2-1>j-2-2', 'j-2-2>j-2-3'];
const junction = portCrossing(PORTED, { south: SOUTH, west: WEST, out: 'j-2-2>j-3-2' });

const car = (
  world: World,
  id: string,
  link: string,
  share: number,
  speedKph: number,
): PositionObservation => {
  const { path } = world.city.linkAt(world.city.linkIndex(link));
  const [a, b] = [path[0]!, path.at(-1)!];
  return {
    type: 'position',
    id,
    at: world.nowMs,
    lon: a[0] + (b[0] - a[0]) * share,
    lat: a[1] + (b[1] - a[1]) * share,
    speedKph,
    link,
  };
};

/** Second by second: `each` lets something happen, then time passes. */
async function run(world: World, seconds: number, each: (s: number) => unknown): Promise<void> {
  for (let s = 0; s < seconds; s++) {
    world.nowMs += 1_000;
    await each((world.nowMs - START_MS) / 1_000);
    world.engine.tick(world.nowMs);
  }
}

const control = (more: Partial<ControlRecord>): ControlRecord => ({
  id: PORTED,
  name: { zh: '中心路口', en: 'Centre Crossing' },
  position: [118.6, 30.2],
  mode: 'local',
  method: 'fixed',
  ground: 'local',
  limits: { maxRedS: 120, waves: true },
  feed: 'signals',
  ...more,
});

describe('signals', () => {
  it('TR-225 what a controller does not see is told from the vehicles that report', async () => {
    const world = await makeWorld();
    const { analysis } = world.engine;
    analysis.described([junction]);
    await run(world, 60, async (s) => {
      const lanes = [[5, 0, 0], [], null];
      analysis.seen([portSees({ id: PORTED, sinceS: s, lanes })], world.nowMs, s);
      await world.observe('cars', car(world, 'a', WEST, 0.5, 3), car(world, 'b', WEST, 0.6, 3));
    });
    const answer = analysis.signalAnswer(PORTED)!;
    const [south, west] = answer.approaches;
    expect(south).toMatchObject({ link: SOUTH, measuredBy: 'video', queue: 1 });
    expect(west).toMatchObject({ link: WEST, measuredBy: 'probes', queue: 2, los: 'F' });
    expect(west!.confidence).toBeLessThan(south!.confidence);
    expect(answer.line.measuredBy).toBe('video');
  });

  it('TR-225 a signal without a port is told so too, and one of which nothing is known is left out', async () => {
    const world = await makeWorld();
    const { analysis } = world.engine;
    await run(world, 30, () => world.observe('cars', car(world, 'a', 'j-1-0>j-1-1', 0.5, 10)));
    expect(analysis.signalLines()).toMatchObject([
      { id: 's-j-1-1', measuredBy: 'probes', mode: 'local', flowVph: null, confidence: 0.13 },
    ]);
    expect(analysis.signalAnswer('s-j-3-3')).toMatchObject({
      state: null,
      greens: [],
      line: { delayS: null },
    });
    expect(analysis.signalAnswer('nowhere')).toBeNull();
  });

  it('TR-225 a controller that is silent does not speak for its junction any more', async () => {
    const world = await makeWorld();
    const { analysis } = world.engine;
    analysis.described([junction]);
    await run(world, 20, (s) => analysis.seen([portSees({ id: PORTED, sinceS: s })], world.nowMs, s));
    expect(analysis.confidence(PORTED)).toBeGreaterThan(0.9);
    await run(world, 15, () => undefined);
    expect(analysis.confidence(PORTED)).toBe(0);
    expect(analysis.signalLines().find((l) => l.id === PORTED)).toMatchObject({
      ground: 'silent',
      measuredBy: null,
      delayS: null,
    });
  });

  it('TR-226 shows ten minutes of greens and two hours minute by minute', async () => {
    const world = await makeWorld();
    const { analysis } = world.engine;
    analysis.described([junction]);
    await run(world, 1_000, (s) => {
      const sinceS = s % 20;
      const phase = Math.floor(s / 20) % 2;
      analysis.seen([portSees({ id: PORTED, phase, sinceS, lanes: [[5, 0, 0], [], []] })], world.nowMs, s);
    });
    const { greens, history } = analysis.signalAnswer(PORTED)!;
    expect(greens.at(-1)).toMatchObject({ untilMs: null });
    expect(greens.length).toBeGreaterThanOrEqual(30);
    expect(greens.length).toBeLessThanOrEqual(33);
    expect(history.atMs).toHaveLength(120);
    expect(history.queue.filter((q) => q === 1)).toHaveLength(16);
    expect(history.queue[0]).toBeNull();
  });

  it('TR-227 a junction described as before keeps what is known of it; another one begins anew', async () => {
    const world = await makeWorld();
    const { analysis } = world.engine;
    analysis.described([junction]);
    const cross = async (): Promise<void> => {
      let at = 200;
      await run(world, 20, (s) => {
        at -= 12;
        analysis.seen(
          [portSees({ id: PORTED, sinceS: s, lanes: [at > 0 ? [at, 12, 0] : [], [], []] })],
          world.nowMs,
          s,
        );
      });
    };
    await cross();
    expect(analysis.totals(PORTED)!.vehicles).toBe(1);
    analysis.described([structuredClone(junction)]);
    await cross();
    expect(analysis.totals(PORTED)!.vehicles).toBe(2);
    expect(analysis.flows(PORTED)!.connectionVph[0]).toBeGreaterThan(0);
    analysis.described([{ ...junction, maxRedS: 90 }]);
    expect(analysis.totals(PORTED)).toEqual({ vehicles: 0, lostVehS: 0 });
    expect(analysis.totals('s-j-1-1')).toBeNull();
  });
});

describe('corridors', () => {
  const idOf = (world: World): string => world.engine.analysis.corridorLines()[0]!.id;

  it('TR-230 foresees greens where a plan runs, and not where a method decides', async () => {
    const world = await makeWorld();
    const { analysis, records } = world.engine;
    analysis.described([junction]);
    await run(world, 30, (s) =>
      analysis.seen([portSees({ id: PORTED, phase: s < 10 ? 0 : 1, sinceS: s % 10 })], world.nowMs, s),
    );
    const stop = (): NonNullable<ReturnType<typeof analysis.corridorAnswer>>['stops'][number] =>
      analysis.corridorAnswer(idOf(world), 5)!.stops[1]!;
    expect(stop().signal).toBe(PORTED);
    expect(stop().forth[0]).toMatchObject({ fromMs: START_MS + 10_000 });
    expect(stop().forth.filter((g) => g.planned).length).toBeGreaterThanOrEqual(2);
    records.put('control', control({ mode: 'auto', ground: 'method', method: 'ours' }));
    expect(stop().forth.filter((g) => g.planned)).toEqual([]);
    const plan = { offsetS: 0, steps: [{ phase: 1, greenS: 55 }] };
    records.put('control', control({ mode: 'advice', ground: 'plan', plan }));
    const [planned] = stop().forth.filter((g) => g.planned);
    expect(planned!.untilMs - planned!.fromMs).toBeGreaterThan(30_000);
  });

  it('TR-231 follows vehicles only while somebody looks', async () => {
    const world = await makeWorld();
    const { analysis } = world.engine;
    const drive = (seconds: number): Promise<void> =>
      run(world, seconds, (s) => {
        const way = (s * 10) % 600;
        return world.observe('cars', car(world, 'a', FORTH[Math.floor(way / 200)]!, (way % 200) / 200, 36));
      });
    await drive(30);
    expect(analysis.corridorAnswer(idOf(world), 10)!.trajectories).toEqual([]);
    await drive(20);
    const [line] = analysis.corridorAnswer(idOf(world), 10)!.trajectories;
    expect(line).toMatchObject({ way: 'forth' });
    const metres = line!.points.filter((_, i) => i % 2 === 1);
    expect(metres).toHaveLength(20);
    expect(metres.at(-1)! - metres[0]!).toBeGreaterThan(150);
    // Asked last 61 s and more ago.
    await drive(65);
    expect(analysis.corridorAnswer(idOf(world), 10)!.trajectories).toEqual([]);
  });

  it('TR-231 not more than sixty at a time', async () => {
    const world = await makeWorld({ feeds: [feedOf('cars', 'positions')] });
    const { analysis } = world.engine;
    analysis.corridorAnswer(idOf(world), 10);
    await run(world, 4, () =>
      world.observe(
        'cars',
        ...Array.from({ length: 80 }, (_, i) => car(world, `c-${i}`, FORTH[1]!, (i + 1) / 82, 20)),
      ),
    );
    expect(analysis.corridorAnswer(idOf(world), 10)!.trajectories).toHaveLength(60);
  });
});

describe('districts and the city', () => {
  it('TR-232 adds up what is lost, TR-233 and says where and since when', async () => {
    const world = await makeWorld();
    const { analysis } = world.engine;
    const jam = Array.from({ length: 12 }, (_, i) => i);
    await run(world, 120, () =>
      world.observe(
        'cars',
        ...jam.map((i) => car(world, `jam-${i}`, WEST, (i + 1) / 14, 4)),
        car(world, 'free', 'j-4-0>j-4-1', 0.5, 30),
      ),
    );
    const { areas, bottlenecks } = analysis.trafficAnswer();
    const [city, district] = areas;
    expect(district).toMatchObject({ id: 'qu', lostVehH: city!.lostVehH });
    // Twelve vehicles at about a tenth of the free speed.
    expect(city!.lostVehH).toBeGreaterThan(9);
    expect(city!.lostVehH).toBeLessThan(12);
    expect(city!.congestionIndex).toBeGreaterThan(4);
    expect(bottlenecks).toMatchObject([{ link: WEST, queue: 12 }]);
    expect(bottlenecks[0]!.sinceMs - START_MS).toBeLessThan(30_000);
    await run(world, 300, () =>
      world.observe('cars', ...jam.map((i) => car(world, `jam-${i}`, WEST, (i + 1) / 14, 50))),
    );
    expect(analysis.trafficAnswer().bottlenecks).toEqual([]);
  });

  it('TR-232 takes what a controller sees before what vehicles tell', async () => {
    const world = await makeWorld();
    const { analysis } = world.engine;
    analysis.described([junction]);
    const queue = Array.from({ length: 8 }, (_, i) => [2 + 7.5 * i, 0, 0]).flat();
    await run(world, 60, (s) =>
      analysis.seen([portSees({ id: PORTED, sinceS: s, lanes: [queue, [], []] })], world.nowMs, s),
    );
    const { areas, bottlenecks } = analysis.trafficAnswer();
    expect(areas[0]).toMatchObject({ lostVehH: 8, congestionIndex: null, signals: 1 });
    expect(bottlenecks).toMatchObject([{ link: SOUTH, lostVehH: 8, queue: 8 }]);
  });

  it('TR-234 keeps three hours by five minutes', async () => {
    const world = await makeWorld();
    await run(world, 900, (s) => world.observe('cars', car(world, 'a', WEST, 0.5, s < 450 ? 10 : 30)));
    const { trend } = world.engine.analysis.trafficAnswer().areas[0]!;
    expect(trend).toHaveLength(36);
    expect(trend.filter((v) => v !== null).length).toBeGreaterThanOrEqual(3);
    expect(trend.at(-1)).toBeLessThan(trend.at(-3)!);
  });

  it('TR-234 takes them from the history after a restart', async () => {
    const minutesAgo = (minutes: number): number => START_MS - minutes * 60_000;
    const vitals: History['vitals'] = async (sinceMs) => ({
      atMs: [minutesAgo(24 * 60), minutesAgo(100), minutesAgo(20)].filter((at) => at >= sinceMs),
      series: { congestionIndex: sinceMs < minutesAgo(24 * 60) ? [3, 2, 1.5] : [2, 1.5] },
    });
    const engine = new Engine({
      city: City.fromPack(smallPack()),
      feeds: [],
      journal: new MemoryJournal(),
      history: { ...noHistory, vitals },
      nowMs: () => START_MS,
    });
    await engine.start();
    const { trend } = engine.analysis.trafficAnswer().areas[0]!;
    expect(trend.flatMap((v, i) => (v === null ? [] : [[35 - i, v]]))).toEqual([
      [20, 2],
      [4, 1.5],
    ]);
  });

  it('TR-235 forecasts the city and its roads', async () => {
    const world = await makeWorld({ city: City.fromPack(smallPack()) });
    const { analysis } = world.engine;
    await run(world, 700, () => world.observe('cars', car(world, 'a', WEST, 0.5, 20)));
    const [soon] = analysis.trafficAnswer().forecast;
    expect(soon).toMatchObject({ minutes: 15, error: null });
    expect(soon!.value).toBeCloseTo(analysis.trafficAnswer().areas[0]!.congestionIndex!, 1);
    // As now, until something else was learnt.
    expect(analysis.linkForecast(15)).toMatchObject({ minutes: 15, links: [] });
  });
});
