import { describe, expect, it } from 'vitest';
import type { FeedRecord } from '../../../server/contract/records.ts';
import { feedOf, makeWorld, START_MS, type World } from '../../support/live-world.ts';
import { smallPackAt } from '../../support/small-pack.ts';

const [lon, lat] = smallPackAt(110, 10);
const car = (id: string, at: number, speedKph = 30) =>
  ({ type: 'position', id, at, lon, lat, headingDeg: 90, speedKph }) as const;
const feed = (world: World, id: string): FeedRecord => world.engine.records.get('feed', id)!;

describe('engine', () => {
  it('FE-50 counts what became of every line, and names refused lines', async () => {
    const world = await makeWorld();
    const outcome = await world.engine.observe(
      'mixed',
      [
        car('a', START_MS),
        car('a', START_MS),
        car('a', START_MS - 1),
        { type: 'unit', id: 'nobody', at: START_MS },
        { type: 'signal', id: 'nowhere', at: START_MS, phase: 0, state: 'green' },
      ],
      [10, 11, 12, 13, 14],
      START_MS,
    );
    expect(outcome).toEqual({
      taken: 1,
      late: 1,
      duplicate: 1,
      refusals: [
        { code: 'unknown-object', detail: 'nobody', line: 13 },
        { code: 'unknown-object', detail: 'nowhere', line: 14 },
      ],
    });
    world.engine.tick((world.nowMs += 1_000));
    expect(feed(world, 'mixed')).toMatchObject({ taken: 1, late: 1, duplicate: 1, refused: 2, objects: 1 });
    expect(feed(world, 'mixed').lastRefusals.map((r) => r.line)).toEqual([14, 13]);
  });

  it('FE-51 a feed goes from waiting to live to stale, at five of its own intervals', async () => {
    const world = await makeWorld();
    expect(feed(world, 'cars').state).toBe('waiting');
    for (let i = 0; i < 35; i++) {
      await world.observe('cars', car('a', world.nowMs));
      world.engine.tick(world.nowMs);
      world.nowMs += 2_000;
    }
    expect(feed(world, 'cars')).toMatchObject({ state: 'live', medianIntervalMs: 2_000, ratePerS: 0.5 });
    const last = world.nowMs - 2_000;
    world.engine.tick((world.nowMs = last + 9_900));
    expect(feed(world, 'cars').state).toBe('live');
    world.engine.tick((world.nowMs = last + 11_000));
    expect(feed(world, 'cars').state).toBe('stale');
    expect(world.engine.records.get('vitals', 'city')).toMatchObject({
      feedsStale: 1,
      feedsWaiting: 4,
      feeds: 5,
    });
  });

  it('FE-51 a poll without news keeps a feed alive', async () => {
    const world = await makeWorld();
    for (let i = 0; i < 6; i++) {
      await world.observe('calls');
      world.engine.tick((world.nowMs += 5_000));
    }
    expect(feed(world, 'calls')).toMatchObject({ state: 'live', taken: 0, medianIntervalMs: 5_000 });
  });

  it('FE-52 a feed whose numbers hardly change is put every few seconds, not every second', async () => {
    const world = await makeWorld();
    let puts = 0;
    world.engine.records.onChange((c) => (puts += c.kind === 'feed' && c.id === 'cars' ? 1 : 0));
    for (let i = 0; i < 150; i++) {
      await world.observe('cars', car('a', world.nowMs));
      world.engine.tick((world.nowMs += 200));
    }
    expect(puts).toBeLessThanOrEqual(20);
    expect(puts).toBeGreaterThanOrEqual(6);
  });

  it('FE-53 the lag of a feed is arrival minus event time', async () => {
    const world = await makeWorld();
    for (let i = 0; i < 5; i++) {
      await world.observe('cars', car('a', world.nowMs - 1_500));
      world.engine.tick((world.nowMs += 1_000));
    }
    expect(feed(world, 'cars').lagMs).toBe(1_500);
  });

  it('FE-53 the lag of an update is counted from the update, not from when the incident was opened', async () => {
    const world = await makeWorld();
    const opened = { type: 'incident', id: 'a', at: START_MS - 3_600_000, channel: '110' } as const;
    for (let i = 0; i < 5; i++) {
      await world.observe('calls', {
        ...opened,
        category: 'crime.theft',
        status: 'open',
        updatedAt: world.nowMs - 800,
        sourceStatus: `step ${i}`,
      });
      world.engine.tick((world.nowMs += 1_000));
    }
    expect(feed(world, 'calls').lagMs).toBe(800);
  });

  it('FE-56 what is dated ahead of its arrival is shown as old as its arrival; a clock far ahead is told', async () => {
    const world = await makeWorld();
    const { id } = world.city.pack!.facilities[0]!;
    const { id: unitId } = world.city.pack!.units[0]!;
    const ahead = START_MS + 460;
    await world.observe(
      'mixed',
      { type: 'facility', id, at: ahead, metrics: { bedsFree: 1 } },
      { type: 'unit', id: unitId, at: ahead, status: 'en-route' },
      car('a', ahead),
      { type: 'incident', id: 'x', at: ahead, channel: '110', category: 'crime.theft', status: 'open' },
    );
    const told = { observedAtMs: START_MS, receivedAtMs: START_MS };
    const { records } = world.engine;
    expect(records.get('facility', id)?.provenance).toMatchObject(told);
    expect(records.get('unit', unitId)?.provenance).toMatchObject(told);
    expect(records.get('incident', 'inc-1000')?.provenance).toMatchObject(told);
    expect(world.engine.picture.objectAnswer(0)).toMatchObject(told);
    world.engine.tick((world.nowMs += 1_000));
    expect(feed(world, 'mixed')).toMatchObject({ lagMs: 0 });
    expect(feed(world, 'mixed')).not.toHaveProperty('clockAheadMs');
    // Its order is still by its own clock.
    expect((await world.observe('mixed', car('a', ahead - 1))).late).toBe(1);
    for (let i = 0; i < 9; i++) await world.observe('cars', car('b', world.nowMs + 90_000 + i));
    world.engine.tick((world.nowMs += 1_000));
    expect(feed(world, 'cars')).toMatchObject({ lagMs: 0, clockAheadMs: 90_004 });
  });

  it('FE-54 more open incidents than a feed may have are refused; those it has go on', async () => {
    const world = await makeWorld({ feeds: [feedOf('calls', 'incidents', 3)] });
    const call = (id: string, at: number, status: 'open' | 'closed' = 'open') =>
      ({ type: 'incident', id, at, channel: '110', category: 'crime.theft', status }) as const;
    const flood = await world.observe('calls', ...[1, 2, 3, 4, 5].map((n) => call(`c${n}`, START_MS)));
    expect([flood.taken, flood.refusals.map((r) => [r.code, r.line])]).toEqual([
      3,
      [
        ['too-many-objects', 4],
        ['too-many-objects', 5],
      ],
    ]);
    const next = await world.observe('calls', call('c1', START_MS + 1, 'closed'), call('c4', START_MS + 1));
    expect(next).toMatchObject({ taken: 2, refusals: [] });
    expect((await world.observe('calls', call('c1', START_MS + 2))).refusals[0]?.code).toBe(
      'too-many-objects',
    );
  });

  it('FE-54 the numbers of one station do not gather for ever', async () => {
    const world = await makeWorld();
    const { id } = world.city.pack!.facilities[0]!;
    const refused: string[] = [];
    for (let i = 0; i < 200; i++) {
      const o = { type: 'facility', id, at: START_MS + i, metrics: { [`n${i}`]: i } } as const;
      refused.push(...(await world.observe('mixed', o)).refusals.map((r) => r.code));
    }
    expect(refused).toHaveLength(200 - 64);
    expect(Object.keys(world.engine.records.get('facility', id)!.metrics)).toHaveLength(64);
  });

  it('FE-54 a million ids from one feed are refused above its limit, other feeds go on', async () => {
    const world = await makeWorld({ feeds: [feedOf('bad', 'positions', 500), feedOf('cars', 'positions')] });
    const flood = Array.from({ length: 50_000 }, (_, i) => car(`x${i}`, START_MS));
    const outcome = await world.engine.observe('bad', flood, [], START_MS);
    expect(outcome.taken).toBe(500);
    expect(outcome.refusals[0]).toMatchObject({ code: 'too-many-objects', line: 501 });
    expect((await world.observe('cars', car('a', START_MS))).taken).toBe(1);
    expect(world.engine.positions.count).toBe(501);
  });

  it('a vehicle without a link is matched to the road and says where its number comes from', async () => {
    const world = await makeWorld();
    await world.observe('cars', car('a', START_MS));
    const answer = world.engine.picture.objectAnswer(0)!;
    expect(answer).toMatchObject({
      id: 'a',
      feed: 'cars',
      speedKph: 30,
      observedAtMs: START_MS,
      mover: 'car',
    });
    expect(answer.link).toBeDefined();
    expect(world.engine.picture.objectAnswer(99)).toBeNull();
    expect(world.engine.picture.objectAnswer(-1)).toBeNull();
    expect(await world.engine.picture.linkAnswer(-1)).toBeNull();
    expect(world.engine.picture.searchVehicles('A', 5)).toMatchObject([{ slot: 0, id: 'a', feed: 'cars' }]);
  });

  it('a detector that the city does not know becomes a station where it says it is', async () => {
    const world = await makeWorld();
    const o = { type: 'detector', id: '773869', at: START_MS, speedKph: 64.4, lon, lat } as const;
    expect((await world.observe('loops', o)).taken).toBe(1);
    expect(world.engine.records.get('station', '773869')).toMatchObject({
      kind: 'loop',
      position: [lon, lat],
      metrics: { speedKph: 64.4 },
      provenance: { feed: 'loops', observedAtMs: START_MS },
    });
    const { lon: _lon, lat: _lat, ...placeless } = o;
    expect((await world.observe('loops', { ...placeless, id: 'x' })).refusals[0]?.code).toBe(
      'unknown-object',
    );
  });

  it('a unit is out of service until it is heard of; its status shows at once, its movement every two seconds', async () => {
    const world = await makeWorld();
    const { id } = world.city.pack!.units[0]!;
    expect(world.engine.records.get('unit', id)?.status).toBe('out-of-service');
    const at = (ms: number, east: number) => {
      const [lon, lat] = smallPackAt(east, 0);
      return { type: 'unit', id, at: START_MS + ms, status: 'en-route', lon, lat } as const;
    };
    await world.observe('mixed', at(0, 0));
    expect(world.engine.records.get('unit', id)?.status).toBe('en-route');
    const before = world.engine.records.seq;
    for (let i = 1; i <= 10; i++) {
      await world.observe('mixed', at(i * 100, i * 20));
      world.engine.tick((world.nowMs += 100));
    }
    const unitPuts = (): number =>
      world.engine.records.since(before)!.filter((c) => c.kind === 'unit').length;
    expect(unitPuts()).toBe(0);
    world.engine.tick((world.nowMs += 1_500));
    expect(unitPuts()).toBe(1);
    expect(world.engine.records.get('unit', id)?.position).toEqual(smallPackAt(200, 0));
    expect((await world.observe('mixed', at(50, 0))).late).toBe(1);
  });

  it('vital signs leave out what is not known', async () => {
    const world = await makeWorld();
    world.engine.tick((world.nowMs += 1_000));
    const none = world.engine.records.get('vitals', 'city')!;
    expect(none).not.toHaveProperty('meanSpeedKph');
    expect(none).not.toHaveProperty('congestionIndex');
    expect(none).not.toHaveProperty('hospitalLoad');
    const hospital = world.city.pack!.facilities.find((f) => (f.capacity.beds ?? 0) > 0)!;
    await world.observe('mixed', car('a', START_MS, 20), car('b', START_MS, 40), {
      type: 'facility',
      id: hospital.id,
      at: START_MS,
      metrics: { bedsFree: hospital.capacity.beds! / 4, erQueue: 7 },
    });
    world.engine.tick((world.nowMs += 1_000));
    expect(world.engine.records.get('vitals', 'city')).toMatchObject({
      vehicles: 2,
      meanSpeedKph: 30,
      linksMeasured: 1,
      hospitalLoad: 0.75,
      erQueue: 7,
    });
  });

  it('SY-25 signals never go back, count down by themselves, and vanish when silent', async () => {
    const world = await makeWorld();
    const { id } = world.city.pack!.signals[0]!;
    const signal = (ms: number, phase: number, remainingS: number) =>
      ({ type: 'signal', id, at: START_MS + ms, phase, state: 'green', remainingS }) as const;
    await world.observe('signals', signal(0, 1, 20));
    expect(world.engine.signals.columns.state[0]).toBe(1);
    expect((await world.observe('signals', signal(-1, 2, 20))).late).toBe(1);
    expect((await world.observe('signals', signal(0, 2, 20))).duplicate).toBe(1);
    const told = world.engine.version.seal();
    const tile = world.city.signalTile(0);
    const { ByteWriter } = await import('../../../server/contract/frames.ts');
    const changed = (since: number): boolean =>
      world.engine.signals.encodeSince(new ByteWriter(), tile, since, world.nowMs);
    await world.observe('signals', signal(5_000, 1, 15));
    expect(changed(told)).toBe(false);
    await world.observe('signals', signal(6_000, 1, 40));
    expect(changed(told)).toBe(true);
    world.engine.tick((world.nowMs += 70_000));
    expect(world.engine.signals.columns.state[0]).toBe(255);
  });
});
