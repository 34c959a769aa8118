import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentObservation } from '../../server/contract/observations.ts';
import { recordKinds } from '../../server/contract/records.ts';
import type { Mirror, View } from '../../server/contract/sync.ts';
import { Commands } from '../../server/transport/socket-commands.ts';
import { callOf, makeWorld, type World } from '../support/live-world.ts';
import { serve, TestScreen, until, type ScreenServer } from '../support/screen-server.ts';
import { smallPackAt } from '../support/small-pack.ts';

let world: World;
let server: ScreenServer;
const screens: TestScreen[] = [];
const open = (): TestScreen => {
  const screen = new TestScreen(server.url);
  screens.push(screen);
  return screen;
};
const synced = async (): Promise<TestScreen> => {
  const screen = open();
  await until(() => screen.mirror.epoch !== '');
  return screen;
};
const VIEW: View = {
  bbox: [118.59, 30.19, 118.62, 30.22],
  zoom: 15,
  layers: ['vehicles', 'links', 'signals'],
};

let at = Date.now();
const car = (id: string, eastM: number, northM: number) => {
  const [lon, lat] = smallPackAt(eastM, northM);
  return { type: 'position', id, at: ++at, lon, lat, speedKph: 30 } as const;
};
const report = (id: string, more: Partial<IncidentObservation> = {}) => callOf(id, ++at, more);
const recordsOf = (mirror: Mirror): unknown =>
  Object.fromEntries(
    recordKinds.map((kind) => [
      kind,
      Object.fromEntries([...mirror.records[kind]].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  );

beforeEach(async () => {
  at = Date.now();
  world = await makeWorld({ realClock: true });
  server = await serve(world);
});
afterEach(async () => {
  for (const screen of screens.splice(0)) screen.close();
  await server.close();
});

describe('screens over real sockets', () => {
  it('SY-6 two screens, one of them cut: no gap, no duplicate, both the same', async () => {
    const [a, b] = [await synced(), await synced()];
    await world.observe('calls', report('x1'));
    await until(() => a.mirror.seq === world.engine.records.seq && b.mirror.seq === world.engine.records.seq);
    b.cut();
    await until(() => !b.socket.connected);
    for (let i = 2; i <= 40; i++) await world.observe('calls', report(`x${i}`));
    await world.observe('calls', report('x1', { status: 'closed' }));
    await b.reconnect();
    await until(() => a.mirror.seq === world.engine.records.seq && b.mirror.seq === world.engine.records.seq);
    expect(recordsOf(b.mirror)).toEqual(recordsOf(a.mirror));
    expect(b.mirror.records.incident.size).toBe(40);
    expect(b.answersBy).toEqual(['snapshot', 'delta']);
    expect(b.outcomes).not.toContain('gap');
  });

  it('SY-7 after a restart of the server a screen gets a snapshot, not numbers of another run', async () => {
    const screen = await synced();
    await world.observe('calls', report('x1'));
    await until(() => screen.mirror.records.incident.size === 1);
    await server.close();
    const next = await makeWorld({ realClock: true, journal: world.journal });
    server = await serve(next, { port: server.port });
    world = next;
    await screen.reconnect();
    await until(() => screen.mirror.epoch === next.engine.records.epoch);
    expect(screen.answersBy).toEqual(['snapshot', 'snapshot']);
    expect([...screen.mirror.records.incident.keys()]).toEqual(['inc-1000']);
  });

  it('SY-40 the first frame follows the view at once', async () => {
    await world.observe('cars', car('a', 10, 10), car('b', 300, 300));
    await server.close();
    server = await serve(world, { tickHz: 1 });
    const screen = await synced();
    const asked = performance.now();
    expect(await screen.view(VIEW)).toMatchObject({ ok: true, layers: ['vehicles', 'links', 'signals'] });
    await until(() => screen.telemetry.vehicles.size === 2);
    expect(performance.now() - asked).toBeLessThan(500);
  });

  it('SY-43 a screen that does not read costs bounded memory, is told, and sees the truth again', async () => {
    const [good, slow] = [await synced(), await synced()];
    await good.view({ ...VIEW, hz: 5 });
    await slow.view({ ...VIEW, hz: 5 });
    const raw = (slow.socket.io.engine.transport as unknown as { ws: { _socket: import('node:net').Socket } })
      .ws._socket;
    raw.pause();
    const connection = [...server.io.sockets.sockets.values()].find((s) => s.id === slow.socket.id)!.conn;
    const unsent = (): number => {
      const { transport, writeBuffer } = connection as unknown as {
        transport: { socket: { bufferedAmount: number } };
        writeBuffer: { data?: { length: number } }[];
      };
      return transport.socket.bufferedAmount + writeBuffer.reduce((n, p) => n + (p.data?.length ?? 0), 0);
    };
    // Far more than the kernel takes for a reader that has stopped.
    let most = 0;
    const end = Date.now() + 12_000;
    while (server.sockets.stats().telemetry.skipped < 5 && Date.now() < end) {
      const batch = Array.from({ length: 8_000 }, (_, i) => car(`c${i}`, (i * 7) % 1_000, (i * 13) % 1_000));
      await world.observe('cars', ...batch);
      for (let i = 0; i < 50; i++)
        await world.observe('calls', report(`s${i}`, { detail: { zh: '长'.repeat(500), en: `${at}` } }));
      most = Math.max(most, unsent());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(server.sockets.stats().telemetry.skipped).toBeGreaterThanOrEqual(5);
    expect(most).toBeLessThan(3_000_000);
    raw.resume();
    await world.observe(
      'cars',
      ...Array.from({ length: 7_900 }, (_, i) => ({ type: 'gone', id: `c${i}`, at: ++at }) as const),
    );
    await until(() => slow.telemetry.headers.some((h) => h.skipped > 0), 10_000);
    await until(() => slow.mirror.seq === world.engine.records.seq, 10_000);
    await until(() => slow.telemetry.vehicles.size === 100 && good.telemetry.vehicles.size === 100, 10_000);
    expect(slow.telemetry.vehicles).toEqual(good.telemetry.vehicles);
    expect(recordsOf(slow.mirror)).toEqual(recordsOf(good.mirror));
    expect(slow.outcomes).not.toContain('gap');
  }, 60_000);

  it('SY-50 the same command asked again gets the same answer, and is done once', async () => {
    let done = 0;
    await server.close();
    const commands = new Commands({
      execute: async ({ type }) => {
        if (type === 'incident.note') throw new Error('boom');
        return { ok: true, seq: ++done };
      },
    });
    const person = { id: 'wang', name: '王', role: 'dispatcher' } as const;
    server = await serve(world, { commands, personOf: () => person });
    const [a, b] = [await synced(), await synced()];
    const ask = (screen: TestScreen, id: string, type: string): Promise<unknown> =>
      screen.socket
        .timeout(2_000)
        .emitWithAck('command', { id, type, payload: { incident: 'inc-1', text: 'x' } });
    const answers = await Promise.all([
      ask(a, 'same-id-1', 'incident.claim'),
      ask(b, 'same-id-1', 'incident.claim'),
      ask(a, 'same-id-1', 'incident.claim'),
    ]);
    expect(answers).toEqual([
      { ok: true, seq: 1 },
      { ok: true, seq: 1 },
      { ok: true, seq: 1 },
    ]);
    expect(await ask(a, 'other-id-2', 'incident.claim')).toEqual({ ok: true, seq: 2 });
    expect(await ask(a, 'third-id-3', 'nonsense')).toMatchObject({
      ok: false,
      refusal: { code: 'unknown-command' },
    });
    expect(await ask(a, 'fourth-id-4', 'incident.note')).toMatchObject({
      ok: false,
      refusal: { code: 'internal' },
    });
  });

  it('SE-20 nonsense, floods and missing callbacks end no process and disturb no other screen', async () => {
    const good = await synced();
    const bad = await synced();
    for (const event of ['hello', 'view', 'command', 'nothing', '__proto__']) {
      for (const body of [
        undefined,
        null,
        7,
        'x',
        [],
        { protocol: 9 },
        { bbox: [1, 2] },
        { id: 'x'.repeat(1_000) },
      ]) {
        bad.socket.emit(event, body);
      }
    }
    expect(await bad.view({ ...VIEW, bbox: [0, Number.NaN, 0, 0] })).toMatchObject({
      ok: false,
      refusal: { code: 'bad-field' },
    });
    const flood = await Promise.all(Array.from({ length: 200 }, () => bad.view(VIEW)));
    expect(flood.filter((a) => !a.ok).length).toBeGreaterThan(100);
    expect(flood.find((a) => !a.ok)).toMatchObject({ refusal: { code: 'rate-limited' } });
    bad.socket.io.engine.write('2["view",');
    await until(() => !bad.socket.connected);
    await world.observe('calls', report('after'));
    await until(() => good.mirror.seq === world.engine.records.seq);
    expect(good.mirror.records.incident.size).toBe(1);
  });

  it('SE-21 a message over 64 kB, or bytes that are no protocol, cost the sender its connection and nobody else', async () => {
    const good = await synced();
    const bad = await synced();
    bad.socket.emit('command', { id: '12345678', type: 'x', payload: 'x'.repeat(100_000) });
    await until(() => !bad.socket.connected);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () =>
        socket.end('\u0000\u0001 GARBAGE \r\n\r\n'.repeat(50)),
      );
      socket
        .on('close', () => resolve())
        .on('error', reject)
        .resume();
    });
    const binary = await synced();
    binary.socket.io.engine.write(new Uint8Array([0xcb, 1, 2, 3]));
    await until(() => !binary.socket.connected);
    await world.observe('calls', report('after'));
    await until(() => good.mirror.records.incident.size === 1);
    expect(good.socket.connected).toBe(true);
  });

  it('SE-1 a viewer gets no caller, by snapshot or by delta', async () => {
    const caller = { name: 'Li Lei', phone: '13812345678' };
    await world.observe('calls', report('before', { caller }));
    const screen = await synced();
    await world.observe('calls', report('after', { caller }));
    await until(() => screen.mirror.records.incident.size === 2);
    for (const incident of screen.mirror.records.incident.values()) {
      expect(incident).toMatchObject({ masked: true });
      expect(incident).not.toHaveProperty('caller');
    }
    expect(world.engine.records.get('incident', 'inc-1000')?.caller).toEqual(caller);
  });

  it('SY-4 a screen with a gap is not patched over it: it asks and gets everything', async () => {
    const screen = await synced();
    await world.observe('calls', report('x1'));
    await until(() => screen.mirror.records.incident.size === 1);
    screen.mirror.seq -= 3;
    screen.mirror.records.incident.clear();
    await world.observe('calls', report('x2'));
    await until(() => screen.mirror.records.incident.size === 2);
    expect(screen.outcomes).toContain('gap');
  });
});
