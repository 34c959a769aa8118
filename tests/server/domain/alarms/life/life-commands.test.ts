import { describe, expect, it } from 'vitest';
import { refusalText } from '../../../../../server/contract/refusals.ts';
import { decideAlarmTimers } from '../../../../../server/domain/alarms/life/alarm-timers.ts';
import { alarmCodeOf, AlarmDesk, ALARM_START_MS, MINUTE_MS } from '../../../../support/alarm-life.ts';

const typesOf = (events: readonly { readonly type: string }[]): string[] => events.map((e) => e.type);
const SHIFT = 8 * 60;

describe('what people do', () => {
  it('AL-70 a role without the right is refused, whatever it asks', () => {
    const d = new AlarmDesk();
    const alarms = [d.raise('jam', 'l1')];
    const codes = [
      d.ask('viewer', 'alarm.acknowledge', { alarms }),
      d.ask('li', 'alarm.shelve', { alarms, minutes: 15, reason: '施工' }),
      d.ask('wang', 'alarm.service', { alarms, inService: false, reason: '检修' }),
      d.ask('wang', 'rule.switch', { rule: 'jam', enabled: false }),
      d.ask('police', 'alarm.incident', { alarms }),
      d.ask({ id: 'x', name: 'x' }, 'alarm.acknowledge', { alarms }),
    ].map(alarmCodeOf);
    expect(new Set(codes)).toEqual(new Set(['not-allowed']));
    expect(d.journal).toHaveLength(1);
  });

  it('AL-71 who acknowledges a root has acknowledged what it explains', () => {
    const d = new AlarmDesk();
    const root = d.raise('dark', 's1');
    const [a, b] = [d.raise('jam', 'l1', { m: 100 }), d.raise('jam', 'l2', { m: 200 })];
    d.must('wang', 'alarm.acknowledge', { alarms: [root] });
    expect([root, a, b].map((id) => d.stateOf(id))).toEqual(Array(3).fill('acknowledged'));
    const late = d.raise('jam', 'l3', { m: 150 });
    expect([d.parentOf(late), d.stateOf(late)]).toEqual([root, 'unacknowledged']);
    expect(alarmCodeOf(d.ask('wang', 'alarm.acknowledge', { alarms: [root] }))).toBe('done');
    expect(d.stateOf(late)).toBe('acknowledged');
  });

  it('AL-72 acknowledged twice stays with the first', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1');
    d.must('wang', 'alarm.acknowledge', { alarms: [id] });
    expect(d.ask('zhao', 'alarm.acknowledge', { alarms: [id] })).toEqual({
      ok: false,
      refusal: { code: 'already-done', detail: 'A100' },
    });
    expect(d.record(id)?.acknowledged?.by).toBe('王调度');
    d.raise('dark', 's1', { m: 100 });
    d.must('zhao', 'alarm.acknowledge', { alarms: ['dark:s1'] });
    expect(d.parentOf(id)).toBe('dark:s1');
    expect(d.record(id)?.acknowledged?.by).toBe('王调度');
  });

  it('AL-73 a department acknowledges what its own rules say', () => {
    const d = new AlarmDesk();
    const [theirs, others] = [d.raise('dark', 's1'), d.raise('jam', 'l1', { m: 5_000 })];
    expect(alarmCodeOf(d.ask('police', 'alarm.acknowledge', { alarms: [others] }))).toBe('not-allowed');
    expect(alarmCodeOf(d.ask('fire', 'alarm.acknowledge', { alarms: [theirs] }))).toBe('not-allowed');
    d.must('police', 'alarm.acknowledge', { alarms: [others, theirs] });
    expect([d.stateOf(theirs), d.stateOf(others)]).toEqual(['acknowledged', 'unacknowledged']);
  });

  it('AL-74 of many what can be done is done; where nothing can, the first reason is told', () => {
    const d = new AlarmDesk();
    const [a, b] = [d.raise('jam', 'l1'), d.raise('jam', 'l2', { m: 5_000 })];
    d.must('wang', 'alarm.acknowledge', { alarms: [a] });
    d.must('wang', 'alarm.acknowledge', { alarms: ['jam:none', a, b, b] });
    expect(d.journal.at(-1)?.payload).toMatchObject({ alarms: [b] });
    d.must('wang', 'alarm.escalate', { alarms: [b, b], to: 'supervisor' });
    expect(d.record(b)?.escalated?.times).toBe(1);
    const refused = d.ask('wang', 'alarm.acknowledge', { alarms: ['jam:none', a] });
    expect(refused).toEqual({ ok: false, refusal: { code: 'alarm-gone', detail: 'jam:none' } });
  });

  it('AL-75 shelving is over when its time is: an active one rings again, another is gone', () => {
    const d = new AlarmDesk();
    const [on, off] = [d.raise('jam', 'l1'), d.raise('jam', 'l2', { m: 5_000 })];
    d.must('wang', 'alarm.acknowledge', { alarms: [off] });
    d.must('wang', 'alarm.shelve', { alarms: [on, off], minutes: 15, reason: '施工' });
    expect(d.record(on)).toMatchObject({
      state: 'shelved',
      shelved: { by: '王调度', untilMs: d.nowMs + 15 * MINUTE_MS, reason: '施工' },
    });
    d.says('returned', 'jam', 'l2');
    expect(d.stateOf(off)).toBe('shelved');
    d.heard();
    expect(typesOf(d.pass(14.99)).filter((t) => t !== 'alarm.operators-changed')).toEqual([]);
    expect(typesOf(d.pass(0.01))).toEqual(['alarm.unshelved']);
    expect([d.stateOf(on), d.stateOf(off), d.heard()]).toEqual(['unacknowledged', 'normal', [on]]);
    expect(decideAlarmTimers(d.state, d.nowMs, { operators: 1 })).toEqual([]);
  });

  it('AL-75 shelved again it has the new time and reason', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1');
    d.must('wang', 'alarm.shelve', { alarms: [id], minutes: 15, reason: '施工' });
    d.pass(10);
    d.must('zhao', 'alarm.shelve', { alarms: [id], minutes: SHIFT, reason: '停工' });
    d.pass(SHIFT - 1);
    expect(d.record(id)).toMatchObject({ state: 'shelved', shelved: { by: '赵调度', reason: '停工' } });
    d.pass(1);
    expect(d.stateOf(id)).toBe('unacknowledged');
  });

  it('AL-76 an emergency that nobody acknowledged is not put aside', () => {
    const d = new AlarmDesk();
    const id = d.raise('fire', 'i1');
    const shelve = () => d.ask('sun', 'alarm.shelve', { alarms: [id], minutes: 15, reason: '误报' });
    const service = () => d.ask('sun', 'alarm.service', { alarms: [id], inService: false, reason: '检修' });
    expect([shelve(), service()].map(alarmCodeOf)).toEqual(['emergency-stays', 'emergency-stays']);
    d.says('returned', 'fire', 'i1');
    expect(alarmCodeOf(shelve())).toBe('emergency-stays');
    d.raise('fire', 'i1');
    d.must('sun', 'alarm.acknowledge', { alarms: [id] });
    expect(alarmCodeOf(shelve())).toBe('done');
    expect(alarmCodeOf(service())).toBe('done');
  });

  it('AL-76 one that rang while it was shelved is not shelved for longer', () => {
    const d = new AlarmDesk();
    const id = d.raise('fire', 'i1');
    d.must('sun', 'alarm.acknowledge', { alarms: [id] });
    d.must('sun', 'alarm.shelve', { alarms: [id], minutes: 15, reason: '演练' });
    d.says('returned', 'fire', 'i1');
    d.raise('fire', 'i1');
    const again = d.ask('sun', 'alarm.shelve', { alarms: [id], minutes: 15, reason: '演练' });
    expect(alarmCodeOf(again)).toBe('emergency-stays');
  });

  it('AL-77 out of service needs a reason and lasts until it is put back', () => {
    const d = new AlarmDesk();
    const [on, off] = [d.raise('jam', 'l1'), d.raise('jam', 'l2', { m: 5_000 })];
    const alarms = [on, off];
    expect(alarmCodeOf(d.ask('sun', 'alarm.service', { alarms, inService: false }))).toBe('reason-needed');
    expect(alarmCodeOf(d.ask('sun', 'alarm.service', { alarms, inService: true }))).toBe('already-done');
    d.must('wang', 'alarm.shelve', { alarms: [on], minutes: 15, reason: '施工' });
    d.must('sun', 'alarm.service', { alarms, inService: false, reason: '检修' });
    expect(d.record(on)).toMatchObject({
      state: 'out-of-service',
      outOfService: { by: '孙值班长', reason: '检修', atMs: d.nowMs },
    });
    d.says('returned', 'jam', 'l2');
    d.pass(10_000);
    expect(alarms.map((id) => d.stateOf(id))).toEqual(['out-of-service', 'out-of-service']);
    d.heard();
    d.must('sun', 'alarm.service', { alarms, inService: true });
    expect([d.stateOf(on), d.stateOf(off), d.heard()]).toEqual(['unacknowledged', 'normal', [on]]);
  });

  it('AL-77 what is out of service is not shelved', () => {
    const d = new AlarmDesk();
    const alarms = [d.raise('jam', 'l1')];
    d.must('sun', 'alarm.service', { alarms, inService: false, reason: '检修' });
    const shelve = d.ask('wang', 'alarm.shelve', { alarms, minutes: 15, reason: '施工' });
    expect(alarmCodeOf(shelve)).toBe('already-done');
  });

  it('AL-78 taken off the shelf by hand it calls again, or is gone', () => {
    const d = new AlarmDesk();
    const [on, off] = [d.raise('jam', 'l1'), d.raise('jam', 'l2', { m: 5_000 })];
    const none = d.ask('wang', 'alarm.unshelve', { alarms: [on] });
    expect(none).toEqual({ ok: false, refusal: { code: 'not-shelved', detail: 'A100' } });
    d.must('wang', 'alarm.acknowledge', { alarms: [on] });
    d.must('wang', 'alarm.shelve', { alarms: [on, off], minutes: 15, reason: '施工' });
    d.says('returned', 'jam', 'l2');
    d.heard();
    d.must('wang', 'alarm.unshelve', { alarms: [on, off] });
    expect([d.stateOf(on), d.stateOf(off), d.heard()]).toEqual(['unacknowledged', 'normal', [on]]);
    d.pass(15);
    expect(d.heard()).toEqual([]);
  });
});

describe('escalation', () => {
  const told = (d: AlarmDesk, minutes: number) =>
    d
      .pass(minutes)
      .flatMap((e) => (e.type === 'alarm.escalated' ? [[e.payload.to, ...e.payload.alarms].join(' ')] : []));

  it('AL-79 goes by the steps of the rule in the order of their times, each once', () => {
    const d = new AlarmDesk();
    d.raise('fire', 'i1');
    const said: [number, string[]][] = [];
    for (let minute = 1; minute <= 20; minute++) {
      const events = told(d, 1);
      if (events.length > 0) said.push([minute, events]);
      expect(decideAlarmTimers(d.state, d.nowMs, { operators: 1 })).toEqual([]);
    }
    expect(said).toEqual([
      [1, ['dispatcher fire:i1']],
      [3, ['supervisor fire:i1']],
    ]);
    expect(d.record('fire:i1')?.escalated).toEqual({
      to: 'supervisor',
      atMs: ALARM_START_MS + 3 * MINUTE_MS,
      times: 2,
    });
  });

  it('AL-79 after a long sleep every step is taken at once, those of many alarms together', () => {
    const d = new AlarmDesk();
    d.raise('fire', 'i1');
    d.raise('fire', 'i2', { m: 5_000 });
    expect(told(d, 60)).toEqual(['dispatcher fire:i1 fire:i2', 'supervisor fire:i1 fire:i2']);
    expect(told(d, 60)).toEqual([]);
  });

  it('AL-79 an alarm that takes two steps at once ends with the later, whatever others take', () => {
    const d = new AlarmDesk();
    d.raise('fire', 'i1');
    expect(told(d, 1)).toEqual(['dispatcher fire:i1']);
    d.raise('fire', 'i2', { m: 5_000 });
    expect(told(d, 60)).toEqual(['dispatcher fire:i2', 'supervisor fire:i1 fire:i2']);
    expect(d.record('fire:i2')?.escalated?.to).toBe('supervisor');
  });

  it('AL-79 only what calls is escalated, and from when it last rang', () => {
    const d = new AlarmDesk();
    const seen = d.raise('jam', 'l1');
    d.must('wang', 'alarm.acknowledge', { alarms: [seen] });
    d.raise('dark', 's1', { m: 5_000 });
    const child = d.raise('jam', 'l2', { m: 5_100 });
    const over = d.raise('jam', 'l3', { m: 10_000 });
    d.says('returned', 'jam', 'l3');
    const shelved = d.raise('jam', 'l4', { m: 15_000 });
    d.must('wang', 'alarm.shelve', { alarms: [shelved], minutes: 10, reason: '施工' });
    expect([d.parentOf(child), d.stateOf(over)]).toEqual(['dark:s1', 'returned']);
    expect([told(d, 10), told(d, 4), told(d, 1)]).toEqual([[], [], ['supervisor jam:l4']]);
  });

  it('AL-79 an activation begins the steps anew', () => {
    const d = new AlarmDesk();
    d.raise('jam', 'l1');
    expect(told(d, 5)).toEqual(['supervisor jam:l1']);
    d.says('returned', 'jam', 'l1');
    d.raise('jam', 'l1');
    expect(d.record('jam:l1')).not.toHaveProperty('escalated');
    expect([told(d, 4), told(d, 1)]).toEqual([[], ['supervisor jam:l1']]);
  });

  it('AL-80 by hand goes to whom one says, and takes no step away from the rule', () => {
    const d = new AlarmDesk();
    const id = d.raise('fire', 'i1');
    d.must('li', 'alarm.escalate', { alarms: [id], to: 'supervisor', reason: '火势大' });
    expect(d.record(id)?.escalated).toEqual({ to: 'supervisor', atMs: d.nowMs, times: 1 });
    expect(d.journal.at(-1)?.payload).toMatchObject({ reason: '火势大', by: { id: 'li' } });
    const again = d.ask('li', 'alarm.escalate', { alarms: [id], to: 'supervisor' });
    expect(alarmCodeOf(again)).toBe('already-done');
    expect(told(d, 3)).toEqual(['dispatcher fire:i1', 'supervisor fire:i1']);
  });
});

describe('what refusals say', () => {
  it('AL-74 is a sentence in both languages', () => {
    const d = new AlarmDesk();
    const answer = d.ask('viewer', 'alarm.acknowledge', { alarms: [d.raise('jam', 'l1')] });
    expect(!answer.ok && refusalText(answer.refusal)).toEqual({
      zh: '您的角色不能执行此操作：观察员 / Viewer',
      en: 'Your role may not do this: 观察员 / Viewer',
    });
  });
});
