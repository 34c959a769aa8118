/** Control of signals on a whole engine, with controllers that keep the lowest rules. */
import { describe, expect, it } from 'vitest';
import { defaultAlarmRules } from '../../../../server/city/alarms/default-rules.ts';
import { City } from '../../../../server/city/city.ts';
import type { PortReport } from '../../../../server/contract/signal-port.ts';
import {
  alarmFeeds,
  alarmWorld,
  codeOf,
  type AlarmWorld,
  type AlarmWorldOptions,
} from '../../../support/alarm-world.ts';
import { Controllers } from '../../../support/controllers.ts';
import { feedOf } from '../../../support/live-world.ts';
import { smallPack } from '../../../support/small-pack.ts';

const CENTRE = 's-j-2-2';
const feeds = [...alarmFeeds, feedOf('controllers', 'signal-port'), feedOf('others', 'signal-port')];
const city = City.fromPack(smallPack());

async function connected(
  options: AlarmWorldOptions = {},
): Promise<{ world: AlarmWorld; controllers: Controllers }> {
  const world = await alarmWorld({ feeds, city, ...options });
  const controllers = new Controllers(city);
  await run(world, controllers, 1);
  return { world, controllers };
}

/** So many seconds, with a report in each. */
async function run(world: AlarmWorld, controllers: Controllers, seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s++) {
    send(world, controllers, controllers.report());
    await world.pass();
  }
}

function send(world: AlarmWorld, controllers: Controllers, report: PortReport): void {
  const { feed, ...rest } = report;
  controllers.take(world.engine.signalReport(feed, rest, world.nowMs));
}

const control = (world: AlarmWorld, id = CENTRE) => world.engine.records.get('control', id);
const auto = (world: AlarmWorld, more = {}) =>
  world.ask('wang', 'signal.mode', { signals: [CENTRE], mode: 'auto', method: 'actuated', ...more });

describe('the signal port', () => {
  it('TR-180 shows every signal that is described, on its own plan until somebody sets it', async () => {
    const { world, controllers } = await connected();
    expect(world.engine.records.count('control')).toBe(controllers.junctions.length);
    expect(control(world)).toMatchObject({
      mode: 'local',
      ground: 'local',
      method: 'ours',
      name: { zh: '中心路口', en: 'Centre Crossing' },
      district: 'qu',
      feed: 'controllers',
    });
    expect(controllers.last).toMatchObject({ describe: false, wanted: {} });
  });

  it('TR-181 wishes a phase each second where it is automatic, and nowhere else', async () => {
    const { world, controllers } = await connected();
    expect(codeOf(await auto(world, { reason: '试运行' }))).toBe('done');
    await run(world, controllers, 3);
    expect(Object.keys(controllers.last.wanted)).toEqual([CENTRE]);
    expect(control(world)).toMatchObject({
      mode: 'auto',
      ground: 'method',
      changed: { by: { id: 'wang' }, reason: '试运行' },
    });
  });

  it('TR-182 refuses a wrong junction by its name and takes the others', async () => {
    const world = await alarmWorld({ feeds, city });
    const controllers = new Controllers(city);
    const [first, second, third] = controllers.junctions;
    const wrong = { ...first!, plan: { offsetS: 0, steps: [{ phase: 31, greenS: 20 }] } };
    const stranger = { ...second!, id: 's-nowhere' };
    const report = controllers.report();
    const raw = { ...report, describe: [wrong, stranger, { ...third!, futureField: 1 }] };
    send(world, controllers, raw);
    await world.pass(5);
    expect([...world.engine.records.values('control')].map((c) => c.id)).toEqual([third!.id]);
    const { refused, lastRefusals } = world.engine.records.get('feed', 'controllers')!;
    expect(refused).toBe(2);
    expect(lastRefusals.map((r) => r.code).toSorted()).toEqual(['bad-junction', 'unknown-object']);
    // What it does not know it asks for again, though not with every answer.
    expect(controllers.last.describe).toBe(true);
    send(world, controllers, controllers.report());
    expect(controllers.last.describe).toBe(false);
  });

  it('TR-183 answers a late report with what it answered last', async () => {
    const { world, controllers } = await connected();
    await auto(world);
    await run(world, controllers, 2);
    const { wanted } = controllers.last;
    const late = { ...controllers.report(), atS: controllers.atS - 3 };
    send(world, controllers, late);
    expect(controllers.last.wanted).toEqual(wanted);
    await world.pass(6);
    expect(world.engine.records.get('feed', 'controllers')?.late).toBe(1);
  });

  it('TR-184 lets a junction belong to one feed only', async () => {
    const { world } = await connected();
    const others = new Controllers(city, 'others');
    send(world, others, others.report());
    expect(control(world)?.feed).toBe('controllers');
    expect(others.last.wanted).toEqual({});
  });
});

describe('degrading', () => {
  const lanesOf = (c: Controllers) => c.junctions.find((j) => j.id === CENTRE)!.lanes;

  it('TR-190 goes from its method to gaps, to its own plan, to silent, and back, each with the reason', async () => {
    const { world, controllers } = await connected();
    await auto(world, { method: 'maxpressure' });
    await run(world, controllers, 2);
    expect(control(world)).toMatchObject({ ground: 'method' });
    controllers.lanes.set(
      CENTRE,
      lanesOf(controllers).map((_, i) => (i === 0 ? null : [])),
    );
    await run(world, controllers, 2);
    expect(control(world)).toMatchObject({ ground: 'actuated' });
    expect(control(world)?.groundReason?.en).toContain('detection is out on 1 of');
    controllers.lanes.set(
      CENTRE,
      lanesOf(controllers).map(() => null),
    );
    await run(world, controllers, 2);
    expect(control(world)).toMatchObject({ ground: 'local', groundReason: { zh: '所有车道的检测均不可用' } });
    expect(controllers.last.wanted).toEqual({});
    controllers.lanes.delete(CENTRE);
    controllers.mute.add(CENTRE);
    await run(world, controllers, 7);
    expect(control(world)?.groundReason?.en).toContain('older than 5 s');
    await run(world, controllers, 60);
    expect(control(world)).toMatchObject({ ground: 'silent' });
    controllers.mute.delete(CENTRE);
    await run(world, controllers, 2);
    expect(control(world)).toMatchObject({ ground: 'method' });
    expect(control(world)?.groundReason).toBeUndefined();
  });

  it('TR-193 leaves a controller alone for a minute that does not follow its wishes, then tries again', async () => {
    const { world, controllers } = await connected();
    await auto(world);
    const stubborn = async (seconds: number): Promise<void> => {
      for (let s = 0; s < seconds; s++) {
        const report = controllers.report();
        const states = report.states.map((state) => ({ ...state, obeys: 'plan' as const }));
        send(world, controllers, { ...report, states });
        await world.pass();
      }
    };
    await stubborn(15);
    expect(control(world)).toMatchObject({ ground: 'method' });
    await stubborn(5);
    expect(control(world)?.groundReason?.en).toContain('does not follow');
    expect(controllers.last.wanted).toEqual({});
    await stubborn(50);
    expect(controllers.last.wanted).toEqual({});
    await run(world, controllers, 15);
    expect(control(world)).toMatchObject({ ground: 'method' });
    expect(Object.keys(controllers.last.wanted)).toEqual([CENTRE]);
  });

  it('TR-191 calls somebody where a signal does less than it was set to for two minutes', async () => {
    const rules = defaultAlarmRules.filter((r) => r.id === 'signal-degraded');
    const { world, controllers } = await connected({ rules });
    await auto(world);
    controllers.lanes.set(
      CENTRE,
      lanesOf(controllers).map(() => null),
    );
    await run(world, controllers, 110);
    expect(world.states).toEqual({});
    await run(world, controllers, 20);
    expect(world.alarm(`signal-degraded:${CENTRE}`)).toMatchObject({ state: 'unacknowledged', priority: 3 });
    // Set to local, it does what it was set to.
    await world.ask('wang', 'signal.mode', { signals: [CENTRE], mode: 'local' });
    await run(world, controllers, 125);
    expect(world.alarm(`signal-degraded:${CENTRE}`)?.active).toBe(false);
  });
});

describe('after a restart', () => {
  it('TR-172 everything that was decided is as before', async () => {
    const { world, controllers } = await connected();
    await auto(world, { limits: { maxRedS: 90, waves: false } });
    const started = await world.ask('sun', 'signal.measure', {
      signals: ['s-j-1-1'],
      base: 'fixed',
      test: 'maxpressure',
      blockMin: 5,
      pairs: 2,
    });
    expect(started).toMatchObject({ ok: true, result: { measurement: 'measurement-1' } });
    await run(world, controllers, 2);
    const before = [
      control(world),
      control(world, 's-j-1-1'),
      world.engine.records.get('measurement', 'measurement-1'),
    ];
    await world.engine.stop();
    const { world: again } = await connected({ journal: world.journal, startMs: world.nowMs });
    const after = [
      control(again),
      control(again, 's-j-1-1'),
      again.engine.records.get('measurement', 'measurement-1'),
    ];
    expect(after.map((r) => ({ ...r, ground: null }))).toEqual(before.map((r) => ({ ...r, ground: null })));
  });
});
