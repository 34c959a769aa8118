import { describe, expect, it } from 'vitest';
import type { IncidentObservation } from '../../../server/contract/observations.ts';
import { makeWorld, START_MS } from '../../support/live-world.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';

const incident = (id: string, more: Partial<IncidentObservation> = {}): IncidentObservation => ({
  type: 'incident',
  id,
  at: START_MS,
  channel: '110',
  category: 'traffic.collision',
  status: 'open',
  ...more,
});

describe('incident desk', () => {
  it('IN-20 an incident is seen only when it is durable', async () => {
    const world = await makeWorld();
    let open = (): void => undefined;
    world.journal.gate = new Promise((resolve) => (open = resolve));
    const answered = world.observe('calls', incident('a'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(world.engine.records.count('incident')).toBe(0);
    open();
    expect((await answered).taken).toBe(1);
    expect(world.engine.records.count('incident')).toBe(1);
    expect(world.journal.entries).toHaveLength(1);
  });

  it('IN-20 where it cannot be stored it is refused, nothing is shown, and sent again it is taken', async () => {
    const world = await makeWorld();
    await world.observe('calls', incident('a'));
    world.journal.failing = 1;
    const failed = await world.observe('calls', incident('b'), incident('c'));
    expect(failed.taken).toBe(0);
    expect(failed.refusals.map((r) => [r.code, r.line])).toEqual([
      ['journal-failed', 1],
      ['journal-failed', 2],
    ]);
    expect(world.engine.records.count('incident')).toBe(1);
    world.nowMs += 2_000;
    expect((await world.observe('calls', incident('b'), incident('c'))).taken).toBe(2);
    expect(
      world.engine.records
        .all('incident')
        .map((i) => i.number)
        .toSorted((a, b) => a - b),
    ).toEqual([1000, 1001, 1002]);
  });

  it('IN-21 where others append first, their incidents are taken in and ours is decided again', async () => {
    const source = await makeWorld();
    await source.observe('calls', incident('theirs'));
    const theirs = source.journal.entries.map(({ type, payload }) => ({ type, payload }));
    const world = await makeWorld();
    world.journal.others.push(theirs);
    expect((await world.observe('calls', incident('ours'))).taken).toBe(1);
    expect(
      world.engine.records
        .all('incident')
        .map((i) => i.id)
        .toSorted(),
    ).toEqual(['inc-1000', 'inc-1001']);
    expect(world.journal.entries.map((e) => e.seq)).toEqual([1, 2]);
  });

  it('IN-21 only what others appended is read, and what was decided before is taken back', async () => {
    const source = await makeWorld();
    await source.observe('calls', incident('theirs', { lon: 118.602, lat: 30.202 }));
    const theirs = source.journal.entries.map(({ type, payload }) => ({
      type,
      payload: { ...(payload as object), id: 'inc-1002', number: 1002 },
    }));
    const world = await makeWorld();
    await world.observe('calls', incident('a', { lon: 118.602, lat: 30.202 }), incident('b'));
    world.journal.readsFrom.length = 0;
    world.journal.others.push(theirs);
    await world.observe(
      'calls',
      incident('c', { lon: 118.602, lat: 30.202 }),
      incident('a', { at: START_MS + 1, status: 'closed' }),
    );
    expect(world.journal.readsFrom).toEqual([2]);
    const again = await makeWorld({ journal: world.journal });
    const byId = (w: typeof world) =>
      w.engine.records.all('incident').toSorted((x, y) => x.number - y.number);
    expect(byId(world)).toEqual(byId(again));
    expect(byId(world).map((i) => [i.number, i.status])).toEqual([
      [1000, 'closed'],
      [1001, 'open'],
      [1002, 'open'],
      [1003, 'open'],
    ]);
    expect(world.engine.records.get('incident', 'inc-1003')?.duplicateHints.map((h) => h.incident)).toEqual([
      'inc-1002',
    ]);
  });

  it('IN-21 reports that come at once are decided one after the other', async () => {
    const world = await makeWorld();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => world.observe('calls', incident(`x${i % 5}`))),
    );
    expect(answers.reduce((n, a) => n + a.taken, 0)).toBe(5);
    expect(answers.reduce((n, a) => n + a.duplicate, 0)).toBe(15);
    expect(world.engine.records.count('incident')).toBe(5);
  });

  it('IN-22 after a restart every acknowledged incident is there, as it was', async () => {
    const journal = new MemoryJournal();
    const before = await makeWorld({ journal });
    await before.observe('calls', incident('a', { lon: 118.602, lat: 30.202 }), incident('b'));
    await before.observe('calls', incident('a', { at: START_MS + 1, status: 'closed' }));
    const after = await makeWorld({ journal });
    expect(after.engine.records.all('incident')).toEqual(before.engine.records.all('incident'));
    expect(after.engine.openIncidents('calls').map((o) => o.externalId)).toEqual(['b']);
    expect((await after.observe('calls', incident('b'))).duplicate).toBe(1);
  });

  it('IN-23 closed incidents leave the screens after an hour', async () => {
    const world = await makeWorld();
    await world.observe('calls', incident('a'), incident('b'));
    await world.observe('calls', incident('a', { at: START_MS + 1, status: 'closed' }));
    world.engine.tick((world.nowMs += 3_700_000));
    expect(world.engine.records.all('incident').map((i) => i.id)).toEqual(['inc-1001']);
  });

  it('an incident with a place is given its district', async () => {
    const world = await makeWorld();
    await world.observe('calls', incident('a', { lon: 118.602, lat: 30.202 }));
    expect(world.engine.records.get('incident', 'inc-1000')?.district).toBe('qu');
  });
});
