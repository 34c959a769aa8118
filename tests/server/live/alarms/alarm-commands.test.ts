/** People's commands about alarms and rules on a whole engine. */
import { describe, expect, it } from 'vitest';
import type { AlarmRecord } from '../../../../server/contract/alarms.ts';
import { aRule } from '../../../support/alarm-life.ts';
import { alarmWorld, codeOf, type AlarmWorld } from '../../../support/alarm-world.ts';
import { MemoryJournal } from '../../../support/memory-journal.ts';

const high = aRule('high', {
  subject: 'station',
  when: 'station.levelM > 5.0',
  incident: { category: 'weather.flood', severity: 2 },
});
const mine = aRule('mine', { subject: 'facility', when: 'facility.spacesPct >= 90.0' });
const ALARM = 'high:st-river';
const MINE = 'mine:f-parking';

async function flooded(journal = new MemoryJournal()): Promise<AlarmWorld> {
  const world = await alarmWorld({ rules: [high], journal });
  await world.station('st-river', { levelM: 6 });
  await world.facility('f-parking', { spacesFree: 12 });
  await world.pass();
  return world;
}
const save = (world: AlarmWorld, rule = mine, expected?: number) =>
  world.ask('sun', 'rule.save', { rule, enabled: true }, expected === undefined ? {} : { expected });

describe('a rule', () => {
  it('AL-174 that is saved is tried on what is known at once, and again when it is changed', async () => {
    const world = await flooded();
    expect(codeOf(await save(world))).toBe('done');
    await world.pass();
    expect(world.alarm(MINE)).toMatchObject({ state: 'unacknowledged', ruleVersion: 1 });
    expect(world.engine.records.get('rule', 'mine')).toMatchObject({ version: 1, changedBy: '孙值班长' });
    expect(codeOf(await save(world, { ...mine, when: 'facility.spacesPct >= 96.0' }))).toBe(
      'version-conflict',
    );
    expect(codeOf(await save(world, { ...mine, when: 'facility.spacesPct >= 96.0' }, 1))).toBe('done');
    await world.pass();
    expect(world.alarm(MINE)).toMatchObject({ active: false, state: 'returned' });
    await world.facility('f-parking', { spacesFree: 1 });
    await world.pass();
    expect(world.alarm(MINE)).toMatchObject({ active: true, ruleVersion: 2 });
  });

  it('AL-174 that is switched off or deleted has no alarms; switched on it rings for what still holds', async () => {
    const world = await flooded();
    const enabled = (on: boolean) => world.ask('sun', 'rule.switch', { rule: 'high', enabled: on });
    expect(codeOf(await enabled(false))).toBe('done');
    await world.pass(2);
    expect(world.states).toEqual({});
    expect(codeOf(await enabled(true))).toBe('done');
    await world.pass();
    expect(world.states).toEqual({ [ALARM]: 'unacknowledged' });
    await save(world);
    await world.pass();
    expect(codeOf(await world.ask('sun', 'rule.delete', { rule: 'mine', reason: '不再需要' }))).toBe('done');
    await world.facility('f-parking', { spacesFree: 0 });
    await world.pass(2);
    expect(world.states).toEqual({ [ALARM]: 'unacknowledged' });
    expect(world.engine.records.get('rule', 'mine')).toBeUndefined();
  });

  it('AL-174 is as people left it after a restart', async () => {
    const journal = new MemoryJournal();
    const before = await flooded(journal);
    await save(before, { ...mine, when: 'facility.spacesPct >= 50.0' });
    await before.ask('sun', 'rule.switch', { rule: 'high', enabled: false });
    await before.pass();
    const after = await alarmWorld({ rules: [high], journal, startMs: before.nowMs });
    const rules = (world: AlarmWorld) =>
      world.engine.records.all('rule').toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(rules(after)).toEqual(rules(before));
    expect(rules(after).map((r) => [r.id, r.enabled, r.version])).toEqual([
      ['high', false, 1],
      ['mine', true, 1],
    ]);
    await after.station('st-river', { levelM: 9 });
    await after.facility('f-parking', { spacesFree: 110 });
    await after.pass();
    expect(after.states).toEqual({ [MINE]: 'unacknowledged' });
  });

  it('AL-174 that does not compile is refused with what is wrong, and nothing changes', async () => {
    const world = await flooded();
    const answer = await save(world, { ...mine, when: 'facility.spaces > 1.0' });
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'bad-rule' } });
    expect(!answer.ok && answer.refusal.detail).toContain('when: ');
    expect(world.engine.records.get('rule', 'mine')).toBeUndefined();
  });

  it('AL-174 that this version of the product cannot read is said, and the others ring', async () => {
    const said: unknown[] = [];
    const broken = { ...mine, id: 'broken', when: 'facility.something > 1.0' };
    const log = (...args: unknown[]): void => void said.push(args);
    const world = await alarmWorld({ rules: [broken, mine], log });
    expect(said).toContainEqual([
      'error',
      'an alarm rule cannot be used',
      { rule: 'broken', problems: [expect.objectContaining({ field: 'when' })] },
    ]);
    await world.facility('f-parking', { spacesFree: 0 });
    await world.pass();
    expect(world.states).toEqual({ [MINE]: 'unacknowledged' });
  });
});

describe('a command about alarms', () => {
  const shown = async (
    world: AlarmWorld,
    ...[who, type, payload]: Parameters<AlarmWorld['ask']>
  ): Promise<AlarmRecord | undefined> => {
    expect(codeOf(await world.ask(who, type, payload))).toBe('done');
    return world.alarm(ALARM);
  };

  it('AL-175 does what it says as soon as it is durable, and no sooner', async () => {
    const world = await flooded();
    const alarms = [ALARM];
    expect(await shown(world, 'wang', 'alarm.escalate', { alarms, to: 'supervisor' })).toMatchObject({
      escalated: { to: 'supervisor', times: 1 },
    });
    world.journal.failing = 1;
    expect(codeOf(await world.ask('li', 'alarm.acknowledge', { alarms }))).toBe('journal-failed');
    expect(world.alarm(ALARM)?.state).toBe('unacknowledged');
    world.nowMs += 1_500;
    expect(await shown(world, 'li', 'alarm.acknowledge', { alarms })).toMatchObject({
      state: 'acknowledged',
    });
    const away = await shown(world, 'wang', 'alarm.shelve', { alarms, minutes: 15, reason: '检修' });
    expect(away).toMatchObject({ state: 'shelved', shelved: { untilMs: world.nowMs + 15 * 60_000 } });
    const back = await shown(world, 'wang', 'alarm.unshelve', { alarms });
    expect(back).toMatchObject({ state: 'unacknowledged' });
    await shown(world, 'li', 'alarm.acknowledge', { alarms });
    const out = await shown(world, 'sun', 'alarm.service', { alarms, inService: false, reason: '换传感器' });
    expect(out).toMatchObject({ state: 'out-of-service' });
  });

  it('AL-175 what is shelved is back when its time is over', async () => {
    const world = await flooded();
    await shown(world, 'wang', 'alarm.shelve', { alarms: [ALARM], minutes: 1, reason: '检修' });
    await world.pass(59);
    expect(world.states).toEqual({ [ALARM]: 'shelved' });
    await world.pass(2);
    expect(world.states).toEqual({ [ALARM]: 'unacknowledged' });
  });

  it('AL-175 turned into an incident, both are in one append', async () => {
    const world = await flooded();
    const appends: string[][] = [];
    const append = world.journal.append.bind(world.journal);
    world.journal.append = (seq, entries) => {
      appends.push(entries.map((e) => e.type));
      return append(seq, entries);
    };
    const answer = await world.ask('wang', 'alarm.incident', { alarms: [ALARM] });
    expect(answer).toMatchObject({ ok: true, result: { incident: 'inc-1000', number: 1_000 } });
    expect(appends).toEqual([['incident.reported', 'alarm.became-incident', 'alarm.acknowledged']]);
    expect(world.alarm(ALARM)).toMatchObject({
      state: 'acknowledged',
      incident: { id: 'inc-1000', number: 1_000 },
    });
    expect(world.engine.records.get('incident', 'inc-1000')).toMatchObject({
      channel: 'sensor',
      category: 'weather.flood',
      severity: 2,
      position: world.alarm(ALARM)!.subject.position,
    });
    expect(await world.ask('wang', 'alarm.incident', { alarms: [ALARM] })).toEqual({
      ok: false,
      refusal: { code: 'already-done', detail: '#1000' },
    });
  });

  it('AL-175 neither is there where it could not be stored', async () => {
    const world = await flooded();
    world.journal.failing = 1;
    expect(codeOf(await world.ask('wang', 'alarm.incident', { alarms: [ALARM] }))).toBe('journal-failed');
    expect(world.engine.records.count('incident')).toBe(0);
    expect(world.alarm(ALARM)).toMatchObject({ state: 'unacknowledged' });
    expect(world.alarm(ALARM)?.incident).toBeUndefined();
  });

  it('AL-175 SY-50 asked twice is done once, and answered as it was, also after a restart', async () => {
    const journal = new MemoryJournal();
    const world = await flooded(journal);
    const id = 'the-same';
    const ask = (w: AlarmWorld) => w.ask('wang', 'alarm.incident', { alarms: [ALARM] }, { id });
    const first = await ask(world);
    const { length } = journal.entries;
    expect(first).toMatchObject({ ok: true, seq: length });
    const after = await alarmWorld({ rules: [high], journal });
    for (const again of [await ask(world), await ask(after)])
      expect(again).toEqual({ ok: true, seq: length, result: { incident: 'inc-1000' } });
    expect(journal.entries).toHaveLength(length);
    expect(after.engine.records.all('incident')).toHaveLength(1);
  });

  it('AL-175 an alarm about an incident becomes that one', async () => {
    const rule = aRule('bad', { subject: 'incident', when: 'incident.severity == 1.0', priority: 1 });
    const world = await alarmWorld({ rules: [rule] });
    const call = { channel: '119', category: 'fire.structure', severity: 1 } as const;
    await world.ask('li', 'incident.create', call);
    await world.pass();
    const id = 'taken';
    const answer = await world.ask('wang', 'alarm.incident', { alarms: ['bad:inc-1000'] }, { id });
    expect(answer).toMatchObject({ ok: true, result: { incident: 'inc-1000', number: 1_000 } });
    expect(await world.ask('wang', 'alarm.incident', { alarms: ['bad:inc-1000'] }, { id })).toEqual(answer);
    expect(world.engine.records.all('incident')).toHaveLength(1);
  });
});
