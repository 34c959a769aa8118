/** Another person before the same screen: nothing of the one before is left, and the server answers anew. */
import { describe, expect, it } from 'vitest';
import { Session } from '../../../client/sync/session.ts';
import { recordKinds } from '../../../server/contract/records.ts';
import type { Snapshot } from '../../../server/contract/sync.ts';
import { FakeWorld } from '../sync/fake-world.ts';

const snapshot = (epoch: string, seq: number, serverTimeMs: number, ...facilities: string[]): Snapshot => ({
  epoch,
  seq,
  serverTimeMs,
  records: {
    incident: [],
    unit: [],
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
    facility: facilities.map((id) => ({
      id,
      kind: 'hospital' as const,
      name: { zh: id, en: id },
      position: [118, 30] as const,
      capacity: {},
      metrics: {},
    })),
  },
});

function live(): { world: FakeWorld; session: Session } {
  const world = new FakeWorld();
  const session = new Session(undefined, world);
  session.start();
  world.socket.accept();
  world.socket.tell('snapshot', snapshot('e1', 10, world.now, 'a'));
  return { world, session };
}

describe('a session that begins anew', () => {
  it('UI-100 forgets at once what the person before could see, and tells who watches', () => {
    const { session } = live();
    let heard = 0;
    session.subscribe('facility', () => heard++);
    session.restart();
    for (const kind of recordKinds) expect(session.mirror.records[kind].size).toBe(0);
    expect(heard).toBe(1);
    expect(session.connection.phase).toBe('connecting');
  });

  it('UI-100 says hello without a seq, and takes the snapshot of the new one', () => {
    const { world, session } = live();
    const before = world.socket.connects;
    session.restart();
    expect(world.socket.connects).toBe(before + 1);
    world.socket.accept();
    expect(world.socket.last('hello')).toEqual({ protocol: 1 });
    world.socket.tell('snapshot', snapshot('e1', 12, world.now, 'b', 'c'));
    expect([...session.mirror.records.facility.keys()]).toEqual(['b', 'c']);
    expect(session.connection).toMatchObject({ phase: 'live', resumedBy: 'snapshot' });
  });

  it('UI-100 connects once, not again after the pause of a lost connection', () => {
    const { world, session } = live();
    session.restart();
    const connects = world.socket.connects;
    world.socket.accept();
    world.socket.tell('snapshot', snapshot('e1', 12, world.now));
    world.pass(30_000);
    expect(world.socket.connects).toBe(connects);
  });

  it('UI-100 does so without a connection too, and nothing where it was not started', () => {
    const { world, session } = live();
    world.socket.cut('transport close');
    const before = world.socket.connects;
    session.restart();
    expect(world.socket.connects).toBe(before + 1);
    expect(session.mirror.epoch).toBe('');
    const idle = new Session(undefined, new FakeWorld());
    idle.restart();
    expect(idle.connection.phase).toBe('connecting');
  });

  it('UI-100 a view that was set is asked for again', () => {
    const { world, session } = live();
    session.setView({ bbox: [118, 30, 119, 31], zoom: 12, layers: [] });
    session.restart();
    world.socket.accept();
    world.socket.tell('snapshot', snapshot('e1', 12, world.now));
    expect(world.socket.count('view')).toBe(2);
  });
});
