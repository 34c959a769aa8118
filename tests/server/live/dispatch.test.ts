/** Units on the live picture: what their terminals say, what is decided here, orders, and the clock. */
import { describe, expect, it } from 'vitest';
import { City } from '../../../server/city/city.ts';
import type { CommandPayloads } from '../../../server/contract/commands.ts';
import type { UnitObservation } from '../../../server/contract/observations.ts';
import type { CommandAnswer } from '../../../server/contract/sync.ts';
import type { CaseCommandType } from '../../../server/domain/cases/decide.ts';
import { isOnShift } from '../../../server/live/case-world.ts';
import { people, type PersonName } from '../../support/case-world.ts';
import { callOf, feedOf, makeWorld, START_MS, type World } from '../../support/live-world.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';
import { until } from '../../support/screen-server.ts';
import { smallPack, smallPackAt } from '../../support/small-pack.ts';

const feeds = [
  feedOf('sim-units', 'units'),
  feedOf('other-units', 'units'),
  feedOf('sim-incidents', 'incidents'),
  feedOf('sim-facilities', 'facilities'),
];
let commands = 0;
async function must<T extends CaseCommandType>(
  world: World,
  who: PersonName,
  type: T,
  payload: CommandPayloads[T],
): Promise<Extract<CommandAnswer, { ok: true }>> {
  const id = `command-${++commands}`;
  const answer = await world.engine.cases.command({ id, type, payload }, people[who]);
  if (!answer.ok) throw new Error(`${type}: ${answer.refusal.code}`);
  return answer;
}
const say = (world: World, unit: string, more: Partial<UnitObservation>, feed = 'sim-units') =>
  world.observe(feed, { type: 'unit', id: unit, at: ++world.nowMs, ...more });
/** What was said is decided soon after. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const unit = (world: World, id = 'u-f1') => world.engine.records.get('unit', id)!;
const theCase = (world: World) => world.engine.records.get('incident', 'inc-1000')!.case;

/** A fire with one engine sent to it. */
async function sent(): Promise<World> {
  const world = await makeWorld({ feeds });
  const [lon, lat] = smallPackAt(120, 300);
  for (const id of ['u-f1', 'u-f2']) await say(world, id, { status: 'available', lon, lat });
  const position = smallPackAt(300, 400);
  await must(world, 'li', 'incident.create', { channel: '119', category: 'fire.structure', position });
  await must(world, 'wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] });
  return world;
}

describe('terminals', () => {
  it('DI-10 what a terminal reports moves its assignment on, and the case with it', async () => {
    const world = await sent();
    for (const status of ['en-route', 'on-scene'] as const) {
      await say(world, 'u-f1', { status });
      await until(() => theCase(world).assignments[0]?.status === status);
      expect(theCase(world).stage).toBe(status);
    }
    await say(world, 'u-f1', { status: 'en-route' });
    await settle();
    expect(theCase(world).assignments[0]?.status).toBe('on-scene');
    expect(
      world.journal.entries.filter((e) => e.type === 'assignment.progressed').map((e) => e.actor),
    ).toEqual(['unit:u-f1', 'unit:u-f1']);
  });

  it('DI-10 the same status said a thousand times is journalled once', async () => {
    const world = await sent();
    for (let n = 0; n < 1_000; n++) await say(world, 'u-f1', { status: 'en-route' });
    await settle();
    expect(world.journal.entries.filter((e) => e.type === 'assignment.progressed')).toHaveLength(1);
  });

  it('DI-11 free before it set out is not cleared, afterwards it is', async () => {
    const world = await sent();
    await say(world, 'u-f1', { status: 'available' });
    await settle();
    expect(theCase(world).assignments[0]?.status).toBe('dispatched');
    await say(world, 'u-f1', { status: 'en-route' });
    await settle();
    await say(world, 'u-f1', { status: 'available' });
    await until(() => theCase(world).assignments[0]?.status === 'cleared');
    expect(unit(world)).toMatchObject({ status: 'available' });
    expect(unit(world)).not.toHaveProperty('assigned');
  });

  it('DI-12 a unit is shown as it was decided here, over what its source says', async () => {
    const world = await sent();
    expect(unit(world)).toMatchObject({ status: 'dispatched', incident: 'inc-1000', assigned: true });
    await say(world, 'u-f1', { status: 'available' });
    expect(unit(world)).toMatchObject({ status: 'dispatched', incident: 'inc-1000', assigned: true });
    await must(world, 'sun', 'incident.close', { incident: 'inc-1000', override: '误报' });
    expect(unit(world)).toMatchObject({ status: 'available' });
    expect(unit(world)).not.toHaveProperty('incident');
    await must(world, 'fire', 'unit.service', { unit: 'u-f1', inService: false, reason: '检修' });
    expect(unit(world)).toMatchObject({
      status: 'out-of-service',
      outOfService: { by: '刘消防', reason: '检修', atMs: world.nowMs },
    });
    await say(world, 'u-f1', { status: 'available' });
    expect(unit(world).status).toBe('out-of-service');
    await must(world, 'fire', 'unit.service', { unit: 'u-f1', inService: true });
    expect(unit(world)).toMatchObject({ status: 'available' });
    expect(unit(world)).not.toHaveProperty('outOfService');
  });

  it('DI-12 its place is its source’s all the while', async () => {
    const world = await sent();
    const [lon, lat] = smallPackAt(200, 350);
    await say(world, 'u-f1', { status: 'en-route', lon, lat });
    world.engine.tick((world.nowMs += 3_000));
    expect(unit(world).position).toEqual([lon, lat]);
  });

  it('DI-12 a unit without a terminal is put into service here, and can be sent', async () => {
    const world = await makeWorld({ feeds });
    const position = smallPackAt(300, 400);
    await must(world, 'li', 'incident.create', { channel: '110', category: 'crime.theft', position });
    await must(world, 'police', 'unit.service', { unit: 'u-p1', inService: true });
    expect(unit(world, 'u-p1').status).toBe('available');
    await must(world, 'wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-p1'] });
    await must(world, 'police', 'assignment.status', { unit: 'u-p1', status: 'on-scene' });
    expect(unit(world, 'u-p1')).toMatchObject({ status: 'on-scene', incident: 'inc-1000' });
    await must(world, 'police', 'assignment.status', { unit: 'u-p1', status: 'cleared' });
    expect(theCase(world).stage).toBe('resolved');
    expect(unit(world, 'u-p1').status).toBe('available');
  });

  it('DI-13 the source’s “out of service” holds until it says otherwise', async () => {
    const world = await sent();
    await say(world, 'u-f2', { status: 'out-of-service' });
    const answer = await world.engine.cases.command(
      { id: 'command-x', type: 'incident.dispatch', payload: { incident: 'inc-1000', units: ['u-f2'] } },
      people.wang,
    );
    expect(answer).toMatchObject({ refusal: { code: 'unit-unavailable' } });
  });
});

describe('orders', () => {
  it('DI-14 terminals read all orders of their units', async () => {
    const world = await sent();
    const { orders, handled } = await world.engine.queries.orders('sim-units', undefined, 1_000);
    expect(orders).toEqual([
      {
        unit: 'u-f1',
        incident: 'inc-1000',
        number: 1_000,
        status: 'dispatched',
        assignedAtMs: expect.any(Number),
        position: smallPackAt(300, 400),
        category: 'fire.structure',
        severity: 1,
      },
    ]);
    expect(handled).toEqual([]);
  });

  it('DI-14 another feed’s units are not told; those of nobody yet are told to all', async () => {
    const world = await sent();
    await must(world, 'police', 'unit.service', { unit: 'u-p1', inService: true });
    await must(world, 'wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-p1'] });
    const of = async (feed: string) =>
      (await world.engine.queries.orders(feed, undefined, 0)).orders.map((o) => o.unit);
    expect(await of('sim-units')).toEqual(['u-f1', 'u-p1']);
    expect(await of('other-units')).toEqual(['u-p1']);
  });

  it('DI-14 who has read them waits for the next change', async () => {
    const world = await sent();
    const read = await world.engine.queries.orders('sim-units', undefined, 0);
    let answered = false;
    const next = world.engine.queries
      .orders('sim-units', read.version, 5_000)
      .finally(() => (answered = true));
    await settle();
    expect(answered).toBe(false);
    await must(world, 'wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f2'] });
    const { orders, version } = await next;
    expect(orders.map((o) => o.unit)).toEqual(['u-f1', 'u-f2']);
    expect(version).toBeGreaterThan(read.version);
  });

  it('DI-14 waiting ends after a while with the same, and when the server stops', async () => {
    const world = await sent();
    const { version, orders } = await world.engine.queries.orders('sim-units', undefined, 0);
    expect(await world.engine.queries.orders('sim-units', version, 10)).toEqual({
      version,
      orders,
      handled: [],
    });
    const waits = world.engine.queries.orders('sim-units', version, 60_000);
    world.engine.queries.close();
    expect((await waits).version).toBe(version);
  });

  it('DI-14 who takes somebody to a hospital is told which; who is cleared has no order', async () => {
    const world = await sent();
    const facility = 'f-hospital';
    await must(world, 'fire', 'assignment.status', { unit: 'u-f1', status: 'transporting', facility });
    const order = async () => (await world.engine.queries.orders('sim-units', undefined, 0)).orders[0];
    expect(await order()).toMatchObject({
      status: 'transporting',
      facility,
      position: world.city.facility(facility)!.position,
    });
    await must(world, 'fire', 'assignment.status', { unit: 'u-f1', status: 'cleared' });
    expect(await order()).toBeUndefined();
  });

  it('DI-14 a vendor is told which of its cases are handled here, by its own numbers', async () => {
    const world = await sent();
    await world.observe(
      'sim-incidents',
      callOf('x-1', START_MS),
      callOf('x-2', START_MS),
      callOf('x-3', START_MS),
    );
    await must(world, 'wang', 'incident.dispatch', { incident: 'inc-1001', units: ['u-f2'] });
    await must(world, 'wang', 'incident.merge', { incident: 'inc-1002', into: 'inc-1000' });
    const { orders, handled } = await world.engine.queries.orders('sim-units', undefined, 0);
    expect(handled).toEqual([
      { feed: 'sim-incidents', externalId: 'x-1', incident: 'inc-1001', closed: false },
      { feed: 'sim-incidents', externalId: 'x-2', incident: 'inc-1002', closed: false },
    ]);
    expect(orders.find((o) => o.unit === 'u-f2')).toMatchObject({
      source: { feed: 'sim-incidents', externalId: 'x-1' },
    });
  });
});

describe('the clock', () => {
  it('DI-30 DI-31 warns, escalates and misses crews by itself, durably and once', async () => {
    const world = await sent();
    await say(world, 'u-f1', { status: 'on-scene' });
    await settle();
    for (let minute = 0; minute < 15; minute++) {
      world.engine.tick((world.nowMs += 60_000));
      await settle();
    }
    const told = world.journal.entries.filter((e) => e.actor === 'system').map((e) => e.type);
    expect(told.filter((t) => t === 'unit.par-overdue')).toHaveLength(1);
    expect(theCase(world)).toMatchObject({ overdue: true, assignments: [{ parOverdue: true }] });
    expect(theCase(world).deadlines.find((d) => d.reach === 'triaged')).toMatchObject({ state: 'met' });
  });

  it('DI-31 what could not be stored is tried again with a later tick', async () => {
    const world = await makeWorld({ feeds });
    await must(world, 'li', 'incident.create', { channel: '119', category: 'fire.structure' });
    world.journal.failing = 1;
    world.engine.tick((world.nowMs += 600_000));
    await settle();
    expect(theCase(world).overdue).toBe(false);
    world.engine.tick((world.nowMs += 2_000));
    await settle();
    expect(theCase(world).overdue).toBe(true);
  });

  it('DI-31 two servers on one journal say it once', async () => {
    const world = await sent();
    const other = await makeWorld({ feeds, journal: new MemoryJournal(world.journal) });
    for (let minute = 0; minute < 3; minute++) {
      for (const w of [world, other]) w.engine.tick((w.nowMs += 200_000));
      await settle();
    }
    const said = world.journal.entries
      .filter((e) => e.type === 'deadline.changed')
      .map((e) => JSON.stringify({ ...(e.payload as object), atMs: 0 }));
    expect(said.length).toBeGreaterThan(2);
    expect(new Set(said).size).toBe(said.length);
  });

  it.each([
    ['08:00', '20:00', '07:59', false],
    ['08:00', '20:00', '08:00', true],
    ['08:00', '20:00', '19:59', true],
    ['08:00', '20:00', '20:00', false],
    ['20:00', '08:00', '23:30', true],
    ['20:00', '08:00', '00:00', true],
    ['20:00', '08:00', '07:59', true],
    ['20:00', '08:00', '12:00', false],
  ])('DI-8 a shift from %s to %s at %s: %s', (from, to, clock, on) => {
    const nowMs = Date.parse(`2027-01-15T${clock}:00+08:00`);
    expect(isOnShift({ shift: { from, to } }, nowMs, 'Asia/Shanghai')).toBe(on);
    expect(isOnShift({}, nowMs, 'Asia/Shanghai')).toBe(true);
  });
});

describe('hospitals', () => {
  it('DI-7 the nearest with free beds are told; full ones only where there is no other', async () => {
    const pack = smallPack();
    const far = { ...pack.facilities[0]!, id: 'f-far', position: smallPackAt(860, 860) };
    const city = City.fromPack({ ...pack, facilities: [...pack.facilities, far] });
    const world = await makeWorld({ feeds, city });
    const beds = (id: string, bedsFree: number) =>
      world.observe('sim-facilities', { type: 'facility', id, at: ++world.nowMs, metrics: { bedsFree } });
    const position = smallPackAt(300, 400);
    await must(world, 'li', 'incident.create', { channel: '119', category: 'fire.structure', position });
    const told = () =>
      world.engine.queries
        .recommendation('inc-1000', undefined, people.wang)!
        .notify.filter((n) => n.facility !== 'f-health')
        .map((n) => n.facility);
    expect(told()).toEqual(['f-hospital']);
    await beds('f-hospital', 0);
    await beds('f-far', 3);
    expect(told()).toEqual(['f-far']);
    await beds('f-far', 0);
    expect(told()).toEqual(['f-hospital']);
  });
});
