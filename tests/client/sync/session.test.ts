import { describe, expect, it } from 'vitest';
import { Session } from '../../../client/sync/session.ts';
import { gatherMessage } from '../../../server/contract/frames.ts';
import type { Change, Delta, Snapshot } from '../../../server/contract/sync.ts';
import type { IncidentRecord } from '../../../server/contract/records.ts';
import { anIncident } from '../../support/records.ts';
import { FakeWorld } from './fake-world.ts';

const incident = (id: string, number: number): IncidentRecord => anIncident({ id, number });

const snapshot = (epoch: string, seq: number, serverTimeMs: number, ...ids: string[]): Snapshot => ({
  epoch,
  seq,
  serverTimeMs,
  records: {
    incident: ids.map((id, i) => incident(id, i)),
    unit: [],
    facility: [],
    station: [],
    feed: [],
    vitals: [],
    presence: [],
    alarm: [],
    rule: [],
    watch: [],
    warning: [],
    handover: [],
    control: [],
    wave: [],
    measurement: [],
    'special-plan': [],
  },
});
const change = (seq: number, id: string): Change => ({ seq, kind: 'incident', id, value: incident(id, seq) });
const delta = (
  epoch: string,
  from: number,
  seq: number,
  serverTimeMs: number,
  ...changes: Change[]
): Delta => ({
  epoch,
  from,
  seq,
  serverTimeMs,
  changes,
});
const tick = (serverTimeMs: number, skipped = 0): Uint8Array =>
  gatherMessage({ skipped, tick: 1, serverTimeMs, intervalMs: 500 }, []);

function live(): { world: FakeWorld; session: Session } {
  const world = new FakeWorld();
  const session = new Session(undefined, world);
  session.start();
  world.socket.accept();
  world.socket.tell('snapshot', snapshot('e1', 10, world.now, 'a'));
  return { world, session };
}

describe('records', () => {
  it('SY-62 says hello without a seq first, and shows the snapshot', () => {
    const { world, session } = live();
    expect(world.socket.last('hello')).toEqual({ protocol: 1 });
    expect([...session.mirror.records.incident.keys()]).toEqual(['a']);
    expect(session.connection.phase).toBe('live');
    expect(session.connection.resumedBy).toBe('snapshot');
  });

  it('SY-63 after a cut asks from the last seq, and a delta makes it whole without a gap', () => {
    const { world, session } = live();
    world.socket.cut('transport close');
    expect(session.connection.phase).toBe('reconnecting');
    world.pass(1_000);
    world.socket.accept();
    expect(world.socket.last('hello')).toEqual({ protocol: 1, epoch: 'e1', seq: 10 });
    expect(session.connection.phase).toBe('reconnecting');
    world.socket.tell('delta', delta('e1', 10, 12, world.now, change(11, 'b'), change(12, 'c')));
    expect([...session.mirror.records.incident.keys()]).toEqual(['a', 'b', 'c']);
    expect(session.connection).toMatchObject({ phase: 'live', resumedBy: 'delta', resyncedAtMs: world.now });
  });

  it('SY-64 on a gap changes nothing, asks once however many deltas follow, and is whole again', () => {
    const { world, session } = live();
    const hellos = world.socket.count('hello');
    world.socket.tell('delta', delta('e1', 12, 13, world.now, change(13, 'x')));
    world.socket.tell('delta', delta('e1', 13, 14, world.now, change(14, 'y')));
    expect(world.socket.count('hello')).toBe(hellos + 1);
    expect([...session.mirror.records.incident.keys()]).toEqual(['a']);
    world.socket.tell('delta', delta('e1', 10, 14, world.now, change(13, 'x'), change(14, 'y')));
    expect([...session.mirror.records.incident.keys()]).toEqual(['a', 'x', 'y']);
  });

  it('SY-64 of another epoch nothing is applied; the snapshot that follows replaces everything', () => {
    const { world, session } = live();
    world.socket.tell('delta', delta('e2', 1, 2, world.now, change(2, 'z')));
    expect(session.mirror.records.incident.has('z')).toBe(false);
    world.socket.tell('snapshot', snapshot('e2', 2, world.now, 'z'));
    expect([...session.mirror.records.incident.keys()]).toEqual(['z']);
  });

  it('SY-65 tells subscribers of a kind once a delta, and its version grows', () => {
    const { world, session } = live();
    let heard = 0;
    let others = 0;
    session.subscribe('incident', () => heard++);
    session.subscribe('unit', () => others++);
    const before = session.version('incident');
    world.socket.tell('delta', delta('e1', 10, 12, world.now, change(11, 'b'), change(12, 'c')));
    world.socket.tell('delta', delta('e1', 10, 12, world.now, change(11, 'b'), change(12, 'c')));
    expect([heard, others]).toEqual([1, 0]);
    expect(session.version('incident')).toBe(before + 1);
  });

  it('SY-63 an unanswered hello is said again', () => {
    const world = new FakeWorld();
    const session = new Session(undefined, world);
    session.start();
    world.socket.accept();
    world.pass(6_000);
    expect(world.socket.count('hello')).toBe(2);
    expect(session.connection.phase).toBe('connecting');
  });
});

describe('connection', () => {
  it('SY-60 silence of three intervals is stale, and the next message ends it', () => {
    const { world, session } = live();
    world.socket.tell('t', tick(world.now));
    world.pass(1_400);
    expect(session.connection.phase).toBe('live');
    world.pass(600);
    expect(session.connection.phase).toBe('stale');
    world.socket.tell('t', tick(world.now));
    world.pass(250);
    expect(session.connection.phase).toBe('live');
  });

  it('SY-60 messages that come late against the fastest are lagging, with how much', () => {
    const { world, session } = live();
    for (let i = 0; i < 4; i++) {
      world.pass(500);
      world.socket.tell('t', tick(world.now));
    }
    world.pass(250);
    expect(session.connection.phase).toBe('live');
    world.pass(250);
    world.socket.tell('t', tick(world.now - 1_500));
    world.pass(250);
    expect(session.connection.phase).toBe('lagging');
    expect(session.connection.lagMs).toBe(1_500);
  });

  it('SY-60 skipped ticks are lagging for a few seconds', () => {
    const { world, session } = live();
    world.socket.tell('t', tick(world.now, 4));
    world.pass(250);
    expect(session.connection).toMatchObject({ phase: 'lagging', skippedTicks: 4 });
    for (let i = 0; i < 8; i++) {
      world.pass(500);
      world.socket.tell('t', tick(world.now));
    }
    expect(session.connection.phase).toBe('live');
  });

  it('SY-61 tries for ever, with growing pauses of at most ten seconds', () => {
    const { world, session } = live();
    world.socket.cut('transport close');
    const pauses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const before = world.socket.connects;
      const start = world.now;
      while (world.socket.connects === before) world.pass(50);
      pauses.push(world.now - start);
      world.socket.refuse('no route');
    }
    expect(pauses[0]).toBeLessThanOrEqual(500);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
    expect(pauses.at(-1)).toBeGreaterThan(4_000);
    expect(session.connection).toMatchObject({ phase: 'reconnecting', reason: 'no route' });
    expect(session.connection.retryInMs).toBeGreaterThan(0);
  });

  it('SY-69 when the screen comes back it asks again and says when it was whole', () => {
    const { world, session } = live();
    world.pass(60_000);
    const hellos = world.socket.count('hello');
    world.comeBack();
    world.comeBack();
    expect(world.socket.count('hello')).toBe(hellos + 1);
    world.socket.tell('delta', delta('e1', 10, 10, world.now));
    expect(session.connection).toMatchObject({ resumedBy: 'delta', resyncedAtMs: world.now });
  });

  it('SY-69 coming back without a connection connects at once', () => {
    const { world } = live();
    world.socket.cut('transport close');
    world.pass(30);
    const before = world.socket.connects;
    world.comeBack();
    expect(world.socket.connects).toBe(before + 1);
  });

  it('the server’s clock is known from the fastest message', () => {
    const { world, session } = live();
    world.socket.tell('t', tick(world.now - 5_000));
    expect(session.serverNowMs()).toBe(world.now);
    const { world: behind, session: other } = live();
    behind.socket.cut('x');
    behind.pass(1_000);
    behind.socket.accept();
    behind.socket.tell('t', tick(behind.now - 5_000));
    expect(other.serverNowMs()).toBe(behind.now - 5_000);
  });
});

describe('views and commands', () => {
  const view = { bbox: [118, 30, 119, 31] as const, zoom: 14, layers: ['vehicles' as const] };

  it('a view is sent when the records are whole, and again after a reconnect', () => {
    const world = new FakeWorld();
    const session = new Session(undefined, world);
    session.start();
    session.setView(view);
    expect(world.socket.count('view')).toBe(0);
    world.socket.accept();
    world.socket.tell('snapshot', snapshot('e1', 1, world.now));
    expect(world.socket.count('view')).toBe(1);
    world.socket.cut('x');
    world.pass(1_000);
    world.socket.accept();
    world.socket.tell('delta', delta('e1', 1, 1, world.now));
    expect(world.socket.count('view')).toBe(2);
  });

  it('SY-66 a command answers what the server says, or that no answer came', async () => {
    const { world, session } = live();
    const first = session.command('incident.close', { id: 'a' }, 10);
    expect(world.socket.last('command')).toEqual({
      id: 'command-1',
      type: 'incident.close',
      payload: { id: 'a' },
      expected: 10,
    });
    world.socket.answer('command', { ok: true, seq: 11 });
    expect(await first).toEqual({ ok: true, seq: 11 });
    const second = session.command('incident.close', { id: 'a' });
    world.pass(15_000);
    expect(await second).toMatchObject({ ok: false });
    world.socket.cut('x');
    expect(await session.command('incident.close', {})).toMatchObject({ ok: false });
  });
});
