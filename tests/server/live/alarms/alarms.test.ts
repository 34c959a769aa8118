/** Alarms on a whole engine: from observations over rules to the journal and the screens, over restarts and several servers. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { City } from '../../../../server/city/city.ts';
import type { AlarmRule } from '../../../../server/contract/alarms.ts';
import { Evaluator } from '../../../../server/domain/alarms/evaluation/evaluator.ts';
import type { Transition } from '../../../../server/domain/alarms/evaluation/facts.ts';
import { aRule } from '../../../support/alarm-life.ts';
import { alarmFeeds, alarmWorld, settle, type AlarmWorld } from '../../../support/alarm-world.ts';
import { callOf } from '../../../support/live-world.ts';
import { MemoryJournal } from '../../../support/memory-journal.ts';
import { smallPack } from '../../../support/small-pack.ts';

const high = aRule('high', {
  subject: 'station',
  when: 'station.levelM > 5.0',
  until: 'station.levelM < 4.0',
  offDelayS: 2,
});
const ALARM = 'high:st-river';
const rises = (world: AlarmWorld, levelM: number): Promise<void> => world.station('st-river', { levelM });
const types = (world: AlarmWorld): string[] => world.entries(...told).map((e) => e.type);
const told = ['alarm.raised', 'alarm.repeated', 'alarm.returned'];

/** The journal takes nothing until it is opened. */
function shut(journal: MemoryJournal): () => void {
  let open = (): void => undefined;
  journal.gate = new Promise((resolve) => (open = resolve));
  return open;
}

describe('an alarm', () => {
  it('AL-171 comes of what a feed says, and ends by it', async () => {
    const world = await alarmWorld({ rules: [high] });
    await rises(world, 4.5);
    await world.pass();
    expect(world.states).toEqual({});
    await rises(world, 5.5);
    await world.pass();
    expect(world.alarm(ALARM)).toMatchObject({
      number: 100,
      state: 'unacknowledged',
      raisedAtMs: world.nowMs - 1_000,
      facts: [{ field: 'station.levelM', value: 5.5, op: '>', limit: 5 }],
      subject: { kind: 'station', id: 'st-river', district: 'qu', name: { en: 'Xiao River Gauge' } },
    });
    await world.pass();
    expect(world.engine.records.get('watch', 'alarms')).toMatchObject({ last10Min: 1 });
    await rises(world, 3);
    await world.pass();
    expect(world.states).toEqual({ [ALARM]: 'unacknowledged' });
    await world.pass(2);
    expect(world.states).toEqual({ [ALARM]: 'returned' });
    expect(types(world)).toEqual(['alarm.raised', 'alarm.returned']);
  });

  it('AL-171 shows the facts of now beside those it rang with', async () => {
    const world = await alarmWorld({ rules: [high] });
    await rises(world, 5.5);
    await world.pass();
    expect(world.alarm(ALARM)?.factsNow).toBeUndefined();
    await rises(world, 6.25);
    await world.pass(6);
    expect(world.alarm(ALARM)).toMatchObject({ facts: [{ value: 5.5 }], factsNow: [{ value: 6.25 }] });
    expect(types(world)).toEqual(['alarm.raised']);
  });

  it('AL-171 is in the journal before anybody sees it, also where its data falls silent meanwhile', async () => {
    const slow = aRule('slow', { when: 'link.speedKph < 10.0' });
    const world = await alarmWorld({ rules: [slow] });
    const open = shut(world.journal);
    const reading = { type: 'detector', id: 'd-1', speedKph: 5, flowVph: 300, intervalS: 10 } as const;
    await world.observe('loops', { ...reading, at: world.nowMs });
    await world.pass(60);
    expect([world.engine.records.count('alarm'), world.journal.entries.length]).toEqual([0, 0]);
    open();
    await settle();
    await world.pass();
    expect(world.engine.records.all('alarm')).toMatchObject([
      { rule: 'slow', active: true, uncertain: true },
    ]);
    await world.observe('loops', { ...reading, at: world.nowMs });
    await world.pass(2);
    expect(world.engine.records.all('alarm')[0]?.uncertain).toBeUndefined();
    expect(types(world)).toEqual(['alarm.raised']);
  });

  it('AL-171 that could not be stored waits, is decided again and rings once', async () => {
    const said: unknown[] = [];
    const log = (_: string, message: string): void => void said.push(message);
    const world = await alarmWorld({ rules: [high], log });
    world.journal.failing = 2;
    await rises(world, 6);
    await world.pass(2);
    expect(world.states).toEqual({});
    expect(said).toContain('alarms were not stored; they wait');
    // Over before the journal is well again: it rang all the same.
    await rises(world, 3);
    await world.pass(6);
    expect(types(world)).toEqual(['alarm.raised', 'alarm.returned']);
    expect(world.states).toEqual({ [ALARM]: 'returned' });
    expect(world.alarm(ALARM)?.count).toBe(1);
  });

  it('AL-171 that cannot be decided holds up no other', async () => {
    const said: unknown[] = [];
    const log = (_: string, message: string): void => void said.push(message);
    const world = await alarmWorld({ rules: [high], log });
    const good: Transition = {
      rule: 'high',
      ruleVersion: 0,
      alarm: ALARM,
      to: 'raised',
      atMs: world.nowMs,
      facts: [],
      subject: { kind: 'station', id: 'st-river', name: { zh: '站', en: 'gauge' } },
    };
    const broken = { ...good, alarm: 'high:nothing', subject: undefined as never };
    const advance = vi.spyOn(Evaluator.prototype, 'advance').mockReturnValueOnce([broken, good]);
    onTestFinished(() => advance.mockRestore());
    await world.pass(4);
    expect(world.states).toEqual({ [ALARM]: 'unacknowledged' });
    expect(said).toContain('an alarm could not be decided');
    await rises(world, 6);
    await world.pass(2);
    await rises(world, 3);
    await world.pass(4);
    expect(world.states).toEqual({ [ALARM]: 'returned' });
  });
});

describe('after a restart', () => {
  it('AL-172 an alarm is there once, rings no more while it lasts, and returns when it is over', async () => {
    const journal = new MemoryJournal();
    const before = await alarmWorld({ rules: [high], journal });
    await rises(before, 6);
    await before.pass(2);
    await before.ask('wang', 'alarm.acknowledge', { alarms: [ALARM] });
    const { factsNow: _, ...shown } = before.alarm(ALARM)!;
    const after = await alarmWorld({ rules: [high], journal, startMs: before.nowMs + 60_000 });
    // Nothing is known yet: it stays.
    await after.pass(10);
    expect(after.alarm(ALARM)).toMatchObject({ ...shown, state: 'acknowledged' });
    await rises(after, 6);
    await after.pass(10);
    expect(types(after)).toEqual(['alarm.raised']);
    expect(after.alarm(ALARM)?.state).toBe('acknowledged');
    await rises(after, 3);
    await after.pass(4);
    expect(types(after)).toEqual(['alarm.raised', 'alarm.returned']);
    expect(after.states).toEqual({});
  });

  const kept = aRule('kept', { subject: 'facility', when: 'facility.spacesPct > 90.0', offDelayS: 5 });
  const live = aRule('live', { subject: 'feed', when: 'feed.state == "live"' });
  const open = aRule('open', { subject: 'incident', when: 'incident.severity <= 4.0' });
  const unit = aRule('unit', { subject: 'unit', when: 'unit.status == "on-scene"' });
  const without = (part: 'facilities' | 'units', id: string): City => {
    const pack = smallPack();
    return City.fromPack({ ...pack, [part]: pack[part].filter((x) => x.id !== id) });
  };
  const full = (world: AlarmWorld) => world.facility('f-parking', { spacesFree: 10 });
  const calls = (world: AlarmWorld, status: 'open' | 'closed' = 'open') =>
    world.observe('calls', callOf('a', world.nowMs, { status }));
  it.each<{
    what: string;
    rule: AlarmRule;
    alarm: string;
    begin: (world: AlarmWorld) => Promise<unknown>;
    end?: (world: AlarmWorld) => Promise<unknown>;
    later: Parameters<typeof alarmWorld>[0];
  }>([
    {
      what: 'a facility',
      rule: kept,
      alarm: 'kept:f-parking',
      begin: full,
      later: { city: without('facilities', 'f-parking') },
    },
    {
      what: 'a unit',
      rule: unit,
      alarm: 'unit:u-c1',
      begin: (w) => w.observe('mixed', { type: 'unit', id: 'u-c1', at: w.nowMs, status: 'on-scene' }),
      later: { city: without('units', 'u-c1') },
    },
    {
      what: 'a feed',
      rule: live,
      alarm: 'live:calls',
      begin: calls,
      later: { feeds: alarmFeeds.filter((f) => f.id !== 'calls') },
    },
    {
      what: 'an incident that was closed and forgotten',
      rule: open,
      alarm: 'open:inc-1000',
      begin: calls,
      end: (w) => calls(w, 'closed'),
      later: {},
    },
    {
      what: 'a rule of the product',
      rule: kept,
      alarm: 'kept:f-parking',
      begin: full,
      later: { rules: [] },
    },
  ])('AL-172 what is about $what that was taken away meanwhile is over', async (t) => {
    const journal = new MemoryJournal();
    const before = await alarmWorld({ rules: [t.rule], journal });
    await t.begin(before);
    await before.pass(2);
    expect(before.alarm(t.alarm)?.active).toBe(true);
    before.nowMs += 1;
    await t.end?.(before);
    const startMs = before.nowMs + 2 * 3_600_000;
    const after = await alarmWorld({ rules: [t.rule], journal, startMs, ...t.later });
    await after.pass(10);
    expect(after.alarm(t.alarm)).toMatchObject({ active: false, state: 'returned' });
  });

  it('AL-172 who was on duty counts for a minute, like behind a cut', async () => {
    const journal = new MemoryJournal();
    const before = await alarmWorld({ journal });
    before.screen('s1');
    before.screen('s2', 'supervisor');
    await before.pass(2);
    const after = await alarmWorld({ journal, startMs: before.nowMs });
    const operators = (): number | undefined => after.engine.records.get('watch', 'alarms')?.operators;
    await after.pass(30);
    expect(operators()).toBe(2);
    after.screen('s3');
    await after.pass(65);
    expect(operators()).toBe(1);
  });
});

describe('two servers on one journal', () => {
  const pair = async (rules: readonly AlarmRule[]): Promise<[AlarmWorld, AlarmWorld]> => {
    const journal = new MemoryJournal();
    return [
      await alarmWorld({ rules, journal }),
      await alarmWorld({ rules, journal: new MemoryJournal(journal) }),
    ];
  };
  const both = async ([a, b]: [AlarmWorld, AlarmWorld], seconds: number): Promise<void> => {
    for (let s = 0; s < seconds; s++) await Promise.all([a.pass(), b.pass()]);
  };

  it('AL-173 what both see is one alarm on both', async () => {
    const worlds = await pair([high]);
    for (const levelM of [6, 3]) {
      for (const world of worlds) await rises(world, levelM);
      await both(worlds, 5);
    }
    for (const world of worlds) {
      expect(types(world)).toEqual(['alarm.raised', 'alarm.returned']);
      expect(world.alarm(ALARM)).toMatchObject({ number: 100, count: 1, state: 'returned' });
    }
  });

  it('AL-173 what a server rang that died is over where another sees that it is', async () => {
    const [dies, stays] = await pair([high]);
    // One alone saw it rise.
    await rises(stays, 3);
    await rises(dies, 6);
    await both([dies, stays], 5);
    expect(stays.alarm(ALARM)).toMatchObject({ active: true });
    await both([dies, stays], 40);
    expect(types(stays)).toEqual(['alarm.raised', 'alarm.returned']);
    expect(stays.alarm(ALARM)).toMatchObject({ state: 'returned' });
  });

  it('AL-173 what another server ended too soon rings again once while it holds here, and not for ever', async () => {
    const [sees, ends] = await pair([high]);
    await rises(ends, 3);
    await rises(sees, 6);
    await both([sees, ends], 45);
    expect(types(sees)).toEqual(['alarm.raised', 'alarm.returned']);
    await both([sees, ends], 30);
    expect(sees.alarm(ALARM)).toMatchObject({ active: true, count: 2 });
    // Servers that will not agree: one ends it, the other has said its word.
    await both([sees, ends], 200);
    expect(types(sees)).toEqual(['alarm.raised', 'alarm.returned', 'alarm.repeated', 'alarm.returned']);
  });

  it('AL-173 how many are on duty is what the one says that sees most, and is not said for ever', async () => {
    const worlds = await pair([]);
    const [a, b] = worlds;
    a.screen('a1');
    a.screen('a2');
    await both(worlds, 3);
    const leave = b.screen('b1');
    await both(worlds, 90);
    leave();
    await both(worlds, 90);
    for (const world of worlds) expect(world.engine.records.get('watch', 'alarms')?.operators).toBe(2);
    expect(a.entries('alarm.operators-changed').map((e) => e.payload)).toMatchObject([{ operators: 2 }]);
  });
});
