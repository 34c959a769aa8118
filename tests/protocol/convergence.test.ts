/** Seeded fuzz: whatever feeds say, however screens are cut and the server restarted, all end with the server's state. */
import { describe, expect, it } from 'vitest';
import { recordKinds } from '../../server/contract/records.ts';
import { maskIncident } from '../../server/domain/privacy.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { makeWorld, type World } from '../support/live-world.ts';
import { serve, TestScreen, until, type ScreenServer } from '../support/screen-server.ts';
import { smallPackAt } from '../support/small-pack.ts';

/** Seeds that once found something stay, with what they found. */
const seeds = [1, 2, 3, 20_261_123];
const STEPS = 120;
const SCREENS = 3;

function seeded(seed: number): (n: number) => number {
  let a = seed >>> 0;
  return (n) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

function expected(world: World): unknown {
  const { records } = world.engine;
  return Object.fromEntries(
    recordKinds.map((kind) => [
      kind,
      new Map(
        records
          .all(kind)
          .map((r) => [r.id, kind === 'incident' ? maskIncident(r as never, { role: 'viewer' }) : r] as const)
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
    ]),
  );
}

const held = (screen: TestScreen): unknown =>
  Object.fromEntries(
    recordKinds.map((kind) => [
      kind,
      new Map(
        [...(screen.mirror.records[kind] as Map<string, unknown>)].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
    ]),
  );

describe('convergence', () => {
  it.each(seeds)('SY-8 every screen converges on the server (seed %i)', async (seed) => {
    const random = seeded(seed);
    const journal = new MemoryJournal();
    let at = Date.now();
    let world = await makeWorld({ realClock: true, journal });
    let server: ScreenServer = await serve(world);
    const screens = Array.from({ length: SCREENS }, () => new TestScreen(server.url));
    const view = { bbox: [118.59, 30.19, 118.62, 30.22] as const, zoom: 15, layers: ['vehicles' as const] };
    await until(() => screens.every((s) => s.mirror.epoch !== ''));
    for (const s of screens) await s.view(view);

    const back = async (screen: TestScreen): Promise<void> => {
      await screen.reconnect();
      // What a new connection shows starts anew.
      screen.telemetry.vehicles.clear();
      await screen.view(view);
    };
    const operations: (() => Promise<unknown>)[] = [
      async () => {
        const [lon, lat] = smallPackAt(random(1_000), random(1_000));
        await world.observe('cars', { type: 'position', id: `c${random(12)}`, at: ++at, lon, lat });
      },
      async () => world.observe('cars', { type: 'gone', id: `c${random(12)}`, at: ++at }),
      async () =>
        world.observe('calls', {
          type: 'incident',
          id: `i${random(10)}`,
          at: ++at,
          channel: '110',
          category: random(2) ? 'crime.theft' : 'medical.cardiac',
          status: random(3) ? 'open' : 'closed',
          severity: 1 + random(4),
          caller: { phone: '13800000000' },
        }),
      async () => {
        const stations = world.city.pack!.stations;
        const { id } = stations[random(stations.length)]!;
        await world.observe('mixed', { type: 'station', id, at: ++at, metrics: { aqi: random(200) } });
      },
      async () => world.engine.tick(Date.now()),
      async () => new Promise((resolve) => setTimeout(resolve, random(60))),
      async () => {
        const screen = screens[random(SCREENS)]!;
        screen.cut();
        await back(screen);
      },
      async () => {
        if (random(4) !== 0) return;
        await server.close();
        world = await makeWorld({ realClock: true, journal });
        server = await serve(world, { port: server.port });
        for (const screen of screens) await back(screen);
      },
    ];
    for (let step = 0; step < STEPS; step++) {
      await operations[random(10) < 5 ? random(4) : random(operations.length)]!();
    }

    await until(() =>
      screens.every(
        (s) => s.mirror.seq === world.engine.records.seq && s.mirror.epoch === world.engine.records.epoch,
      ),
    );
    await until(() => screens.every((s) => s.telemetry.vehicles.size === world.engine.positions.count));
    await new Promise((resolve) => setTimeout(resolve, 450));
    const truth = expected(world);
    for (const screen of screens) expect(held(screen)).toEqual(truth);
    const { positions } = world.engine;
    for (const screen of screens) {
      for (const [slot, seen] of screen.telemetry.vehicles) {
        expect(positions.isLive(slot)).toBe(true);
        expect([seen.x, seen.y]).toEqual([positions.columns.x[slot], positions.columns.y[slot]]);
      }
      screen.close();
    }
    await server.close();
  });
});
