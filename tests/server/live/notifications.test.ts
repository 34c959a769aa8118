/** What is told to the outside, on a whole engine: queued with what it tells of, delivered by somebody else. */
import { describe, expect, it } from 'vitest';
import type { NotificationOutlet } from '../../../server/live/notifications.ts';
import type { Route } from '../../../server/domain/notifications/route.ts';
import { aRule } from '../../support/alarm-life.ts';
import { alarmWorld, codeOf, settle, type AlarmWorld } from '../../support/alarm-world.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';
import { smallPackAt } from '../../support/small-pack.ts';
import { aDraft } from '../../support/warning-desk.ts';

const hook = { to: [{ channel: 'webhook', target: 'hook' }] } as const satisfies Route;
const mail = { to: [{ channel: 'email', target: 'duty' }], kinds: ['escalation'] } as const satisfies Route;
const rules = [
  aRule('high', {
    subject: 'station',
    when: 'station.levelM > 5.0',
    until: 'station.levelM < 4.0',
    escalate: [{ afterMin: 2, to: 'supervisor' }],
  }),
];
const rises = (world: AlarmWorld, levelM: number) => world.station('st-river', { levelM });

/** Somebody who delivers, and never does: what he was given and told to forget. */
class Postman implements NotificationOutlet {
  readonly has = new Map<string, number>();
  readonly told: string[] = [];
  take({ id }: { readonly id: string }, delayMs = 0): void {
    this.has.set(id, delayMs);
    this.told.push(id);
  }
  forget(id: string): void {
    this.has.delete(id);
  }
}
/** The types of each append from now on. */
function appendsOf({ journal }: AlarmWorld): string[][] {
  const appends: string[][] = [];
  const append = journal.append.bind(journal);
  journal.append = (seq, entries) => {
    appends.push(entries.map((e) => e.type));
    return append(seq, entries);
  };
  return appends;
}
const KEY = 'alarm:high:st-river:100:1:hook';
const settled = (id: string) => ({ id, delivered: true, attempts: 1 });

describe('a notification', () => {
  it('AL-193 is queued in the append of what it tells of, and delivered when that is durable', async () => {
    const world = await alarmWorld({ rules, routes: [hook, mail] });
    const postman = new Postman();
    world.engine.decisions.deliverBy(postman);
    const appends = appendsOf(world);
    let open = (): void => undefined;
    world.journal.gate = new Promise((resolve) => (open = resolve));
    await rises(world, 6);
    await world.pass();
    expect(postman.told).toEqual([]);
    open();
    await settle();
    expect(appends).toEqual([['alarm.raised', 'notification.queued']]);
    expect(postman.told).toEqual([KEY]);
    await world.pass(121);
    expect(appends.at(-1)).toEqual(['alarm.escalated', 'notification.queued', 'notification.queued']);
    expect(postman.told.slice(1).toSorted()).toEqual([
      'escalation:high:st-river:100:1:duty',
      'escalation:high:st-river:100:1:hook',
    ]);
  });

  it('AL-193 tells of public warnings that are approved or cancelled, and of nobody’s draft', async () => {
    const world = await alarmWorld({ routes: [hook] });
    const appends = appendsOf(world);
    await world.ask('wang', 'warning.draft', { draft: aDraft() });
    await world.ask('sun', 'warning.decide', { warning: 'warn-1', approved: true });
    await world.ask('sun', 'warning.cancel', { warning: 'warn-1', reason: '水已退' });
    await world.ask('wang', 'warning.draft', { draft: aDraft() });
    await world.ask('sun', 'warning.decide', { warning: 'warn-2', approved: false, reason: '重写' });
    expect(appends).toEqual([
      ['warning.drafted'],
      ['warning.decided', 'notification.queued'],
      ['warning.cancelled', 'notification.queued'],
      ['warning.drafted'],
      ['warning.decided'],
    ]);
  });

  it('AL-193 of an alarm about an incident says its number and category, not what callers said', async () => {
    const bad = aRule('bad', { subject: 'incident', when: 'incident.severity == 1.0', priority: 1 });
    const world = await alarmWorld({ rules: [bad], routes: [hook] });
    const call = { channel: '119', category: 'fire.structure', severity: 1 } as const;
    const secret = { title: '王小明家着火', address: '中山路128号', position: smallPackAt(300, 400) };
    await world.ask('li', 'incident.create', { ...call, ...secret });
    await world.pass();
    const [queued] = world.entries('notification.queued');
    const text = JSON.stringify(queued?.payload);
    expect(text).toContain('1000');
    expect(text).toContain('Structure fire');
    expect(text).not.toMatch(/王小明|中山路/);
  });

  it('AL-193 is about nothing where nobody is to be told', async () => {
    const world = await alarmWorld({ rules });
    await rises(world, 6);
    await world.pass(125);
    expect(world.entries('alarm.raised', 'alarm.escalated')).toHaveLength(2);
    expect(world.entries('notification.queued')).toEqual([]);
  });
});

describe('who delivers', () => {
  it('AL-194 is given what is pending when he comes, only what is durable, and each once', async () => {
    const world = await alarmWorld({ rules, routes: [hook] });
    await rises(world, 6);
    await world.pass();
    let open = (): void => undefined;
    world.journal.gate = new Promise((resolve) => (open = resolve));
    const approved = world
      .ask('wang', 'warning.draft', { draft: aDraft() })
      .then(() => world.ask('sun', 'warning.decide', { warning: 'warn-1', approved: true }));
    await settle();
    open();
    await settle();
    await approved;
    world.journal.gate = new Promise((resolve) => (open = resolve));
    const cancelled = world.ask('sun', 'warning.cancel', { warning: 'warn-1', reason: '水已退' });
    await settle();
    const postman = new Postman();
    world.engine.decisions.deliverBy(postman);
    expect(postman.told.map((id) => id.split(':')[0])).toEqual(['alarm', 'warning']);
    open();
    await cancelled;
    expect(postman.told.map((id) => id.split(':')[0])).toEqual(['alarm', 'warning', 'warning']);
    expect(new Set(postman.told).size).toBe(3);
  });

  it('AL-194 says what became of it; settled it is pending nowhere, also after a restart', async () => {
    const world = await alarmWorld({ rules, routes: [hook] });
    await rises(world, 6);
    await world.pass();
    const postman = new Postman();
    world.engine.decisions.deliverBy(postman);
    await world.engine.decisions.settle(settled(KEY));
    await world.engine.decisions.settle(settled(KEY));
    expect([...postman.has]).toEqual([]);
    expect(world.entries('notification.settled').map((e) => e.payload)).toEqual([
      { ...settled(KEY), atMs: world.nowMs },
    ]);
    const after = await alarmWorld({ rules, routes: [hook], journal: world.journal });
    const next = new Postman();
    after.engine.decisions.deliverBy(next);
    expect(next.told).toEqual([]);
  });

  it('AL-194 hears where that could not be stored, and what is pending is there after a restart', async () => {
    const world = await alarmWorld({ rules, routes: [hook] });
    await rises(world, 6);
    await world.pass();
    world.journal.failing = 1;
    await expect(world.engine.decisions.settle(settled(KEY))).rejects.toThrow(/journal-failed/);
    const after = await alarmWorld({ rules, routes: [hook], journal: world.journal });
    const postman = new Postman();
    after.engine.decisions.deliverBy(postman);
    expect([...postman.has]).toEqual([[KEY, 0]]);
  });

  it('AL-194 on another server waits, and forgets what is delivered here', async () => {
    const journal = new MemoryJournal();
    const here = await alarmWorld({ rules, routes: [hook], journal });
    const there = await alarmWorld({ rules, routes: [hook], journal: new MemoryJournal(journal) });
    const [postman, other] = [new Postman(), new Postman()];
    here.engine.decisions.deliverBy(postman);
    there.engine.decisions.deliverBy(other);
    await rises(here, 6);
    await here.pass();
    await settle();
    expect([[...postman.has], [...other.has]]).toEqual([[[KEY, 0]], [[KEY, 120_000]]]);
    await here.engine.decisions.settle(settled(KEY));
    await settle();
    expect([postman.has.size, other.has.size]).toEqual([0, 0]);
    expect(codeOf(await here.ask('li', 'alarm.acknowledge', { alarms: ['high:st-river'] }))).toBe('done');
  });
});
