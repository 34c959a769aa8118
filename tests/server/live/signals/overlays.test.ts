/** What runs over the signals' modes for a time, on a whole engine: green waves, measurements, special plans. */
import { describe, expect, it } from 'vitest';
import { City } from '../../../../server/city/city.ts';
import { alarmFeeds, alarmWorld, codeOf, settle, type AlarmWorld } from '../../../support/alarm-world.ts';
import { Controllers } from '../../../support/controllers.ts';
import { callOf, feedOf } from '../../../support/live-world.ts';
import { smallPack, smallPackAt } from '../../../support/small-pack.ts';

const feeds = [...alarmFeeds, feedOf('controllers', 'signal-port')];
const city = City.fromPack(smallPack());
const UNIT = 'u-f1';
/** On the road through the middle, from the west end to the east end. */
const START_M = 20;
const ROW_M = 445;

interface Scene {
  readonly world: AlarmWorld;
  readonly controllers: Controllers;
}
async function connected(): Promise<Scene> {
  const scene = { world: await alarmWorld({ feeds, city }), controllers: new Controllers(city) };
  await run(scene, 2);
  return scene;
}
async function run({ world, controllers }: Scene, seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s++) {
    const { feed, ...report } = controllers.report();
    controllers.take(world.engine.signalReport(feed, report, world.nowMs));
    await world.pass();
  }
}
async function drive(
  { world }: Scene,
  eastM: number,
  status?: 'available' | 'en-route' | 'on-scene',
): Promise<void> {
  const [lon, lat] = smallPackAt(eastM, ROW_M);
  await world.observe('mixed', {
    type: 'unit',
    id: UNIT,
    at: world.nowMs,
    lon,
    lat,
    headingDeg: 90,
    ...(status && { status }),
  });
  await settle();
}

/** An engine under way along the road to a case of some severity at its other end. */
async function underWay(severity: number): Promise<Scene> {
  const scene = await connected();
  const { world } = scene;
  await drive(scene, START_M, 'available');
  const [lon, lat] = smallPackAt(860, ROW_M);
  await world.observe('calls', callOf('a', world.nowMs, { severity, category: 'fire.structure', lon, lat }));
  expect(codeOf(await world.ask('wang', 'incident.dispatch', { incident: 'inc-1000', units: [UNIT] }))).toBe(
    'done',
  );
  await world.pass();
  await drive(scene, START_M + 5, 'en-route');
  await run(scene, 2);
  return scene;
}
const wave = ({ world }: Scene) => world.engine.records.get('wave', `wave:${UNIT}`);

describe('green waves', () => {
  it('TR-200 begins by itself for a severe case, holds what lies ahead, and ends where the unit arrives', async () => {
    const scene = await underWay(1);
    const { world, controllers } = scene;
    expect(wave(scene)).toMatchObject({
      state: 'running',
      priority: 1,
      incident: 'inc-1000',
      by: { id: 'system' },
    });
    const ahead = wave(scene)!.junctions;
    expect(ahead.length).toBeGreaterThanOrEqual(3);
    expect(ahead.map((j) => j.metres)).toEqual(ahead.map((j) => j.metres).toSorted((a, b) => a - b));
    const first = ahead[0]!.signal;
    const held = () => wave(scene)!.junctions.find((j) => j.signal === first)!.state;
    for (let m = START_M + 15; m < 150; m += 12) {
      await drive(scene, m);
      await run(scene, 1);
    }
    expect(held()).toBe('held');
    expect(world.engine.records.get('control', first)).toMatchObject({ mode: 'local', ground: 'wave' });
    expect(controllers.last.wanted[first]).toBeTypeOf('number');
    for (let m = 150; m < 300; m += 12) {
      await drive(scene, m);
      await run(scene, 1);
    }
    expect(held()).toBe('passed');
    await drive(scene, 850, 'on-scene');
    await run(scene, 3);
    expect(wave(scene)).toMatchObject({ state: 'done' });
    expect(wave(scene)!.savedS).toBeTypeOf('number');
    expect(controllers.last.wanted).toEqual({});
    expect(world.entries('wave.began', 'wave.ended').map((e) => [e.type, e.actor])).toEqual([
      ['wave.began', 'system'],
      ['wave.ended', 'system'],
    ]);
  });

  it('TR-201 does not begin by itself for a lesser case, but by hand, and ends when somebody cancels it', async () => {
    const scene = await underWay(3);
    const { world } = scene;
    expect(wave(scene)).toBeUndefined();
    expect(codeOf(await world.ask('wang', 'wave.start', { unit: 'u-nobody' }))).toBe('not-found');
    expect(codeOf(await world.ask('wang', 'wave.start', { unit: UNIT }))).toBe('done');
    expect(codeOf(await world.ask('wang', 'wave.start', { unit: UNIT }))).toBe('already-done');
    await run(scene, 3);
    expect(wave(scene)).toMatchObject({ state: 'running', by: { id: 'wang' } });
    expect(codeOf(await world.ask('wang', 'wave.cancel', { unit: UNIT, reason: '改道' }))).toBe('done');
    await run(scene, 3);
    expect(wave(scene)).toMatchObject({ state: 'cancelled' });
  });

  it('TR-202 one that somebody cancelled does not begin again by itself', async () => {
    const scene = await underWay(1);
    await scene.world.ask('wang', 'wave.cancel', { unit: UNIT, reason: '改道' });
    await run(scene, 5);
    expect(wave(scene)).toMatchObject({ state: 'cancelled' });
  });

  it('TR-203 leaves signals alone whose limits do not allow waves', async () => {
    const scene = await underWay(1);
    const { world } = scene;
    const signals = scene.controllers.junctions.map((j) => j.id);
    await world.ask('sun', 'signal.mode', { signals, mode: 'local', limits: { maxRedS: 120, waves: false } });
    await run(scene, 3);
    expect(new Set(wave(scene)!.junctions.map((j) => j.state))).toEqual(new Set(['refused']));
    expect(scene.controllers.last.wanted).toEqual({});
  });
});

describe('measurements', () => {
  it('TR-195 lets the two ways take turns, measures each block and gives the signals back', async () => {
    const scene = await connected();
    const { world, controllers } = scene;
    const signals = ['s-j-2-2'];
    await world.ask('sun', 'signal.measure', {
      signals,
      base: 'fixed',
      test: 'actuated',
      blockMin: 2,
      pairs: 2,
    });
    expect(codeOf(await world.ask('wang', 'signal.mode', { signals, mode: 'auto' }))).toBe('in-measurement');
    const grounds: string[] = [];
    for (let block = 0; block < 4; block++) {
      await run(scene, 60);
      grounds.push(world.engine.records.get('control', 's-j-2-2')!.ground);
      await run(scene, 60);
    }
    await run(scene, 5);
    const record = world.engine.records.get('measurement', 'measurement-1')!;
    expect(record).toMatchObject({ state: 'done', design: 'switch-back' });
    expect(
      record.blocks
        .map((b) => b.arm)
        .slice(0, 2)
        .toSorted(),
    ).toEqual(['base', 'test']);
    expect(record.blocks.map((b) => (b.arm === 'test' ? 'method' : 'local'))).toEqual(grounds);
    expect(world.engine.records.get('control', 's-j-2-2')).toMatchObject({ mode: 'local', ground: 'local' });
    expect(controllers.last.wanted).toEqual({});
    expect(world.entries('measurement.block')).toHaveLength(4);
  });
});

describe('special plans', () => {
  it('TR-205 gives the signals around a place plans of their own for a time, and takes them back', async () => {
    const scene = await connected();
    const { world, controllers } = scene;
    const position = smallPackAt(440, 440);
    const start = { kind: 'event', position, direction: 'from', minutes: 5, reason: '演唱会散场' } as const;
    expect(
      codeOf(await world.ask('sun', 'special-plan.start', { ...start, position: [118, 29], radiusM: 200 })),
    ).toBe('no-signals-near');
    expect(await world.ask('sun', 'special-plan.start', { ...start, radiusM: 260 })).toMatchObject({
      ok: true,
      result: { specialPlan: 'special-plan-1' },
    });
    await run(scene, 1);
    const told = Object.keys(controllers.last.plans);
    expect(told.toSorted()).toEqual(['s-j-1-2', 's-j-2-1', 's-j-2-2', 's-j-2-3', 's-j-3-2']);
    await run(scene, 2);
    expect(world.engine.records.get('special-plan', 'special-plan-1')?.signals.toSorted()).toEqual(
      told.toSorted(),
    );
    expect(world.engine.records.get('control', 's-j-2-2')).toMatchObject({ ground: 'plan' });
    await run(scene, 300);
    expect(world.engine.records.get('special-plan', 'special-plan-1')).toBeUndefined();
    expect(world.engine.records.get('control', 's-j-2-2')).toMatchObject({ ground: 'local' });
    expect(world.entries('special-plan.ended')).toMatchObject([{ actor: 'system' }]);
  });
});
