import { describe, expect, it } from 'vitest';
import type { DeadlineRule } from '../../../../server/contract/rulebook.ts';
import { decideTimers } from '../../../../server/domain/cases/timers.ts';
import { CASE_START_MS, MINUTE_MS, TestDesk } from '../../../support/case-world.ts';

const rule = (reach: DeadlineRule['reach'], minutes: number): DeadlineRule => ({
  match: {},
  reach,
  minutes,
  warnAt: 0.5,
  escalate: [
    { afterMinutes: 0, to: 'dispatcher' },
    { afterMinutes: 5, to: 'supervisor' },
  ],
});
const desk = () => new TestDesk({ rulebook: { deadlines: [rule('dispatched', 10), rule('resolved', 60)] } });
const told = (events: readonly { readonly type: string; readonly payload: object }[]) =>
  events.map(({ type, payload: p }) => {
    const { reach, state, to, task, unit } = p as Record<string, string | undefined>;
    return [type, ...[reach, state, to, task, unit].filter((x) => x !== undefined)].join(' ');
  });

describe('deadlines', () => {
  it('DI-31 are warned of, missed and escalated once each', () => {
    const d = desk();
    const id = d.call();
    const said: [number, string[]][] = [];
    for (let minute = 1; minute <= 40; minute++) {
      const events = told(d.pass(1));
      if (events.length > 0) said.push([minute, events]);
      expect(decideTimers(d.state, d.world.rules, d.nowMs)).toEqual([]);
    }
    expect(said).toEqual([
      [5, ['deadline.changed dispatched warned']],
      [10, ['deadline.changed dispatched overdue dispatcher']],
      [15, ['deadline.changed dispatched overdue supervisor']],
      [30, ['deadline.changed resolved warned']],
    ]);
    expect(d.record(id).case.overdue).toBe(true);
    expect(d.record(id).case.deadlines[0]).toMatchObject({ escalations: 2, escalatedTo: 'supervisor' });
  });

  it('DI-31 after a long sleep everything is said at once, and once', () => {
    const d = desk();
    d.call();
    expect(told(d.pass(100))).toEqual([
      'deadline.changed dispatched overdue supervisor',
      'deadline.changed resolved overdue supervisor',
    ]);
    expect(d.pass(100)).toEqual([]);
  });

  it('DI-31 what is reached in time is met, what is late is missed, and neither is spoken of again', () => {
    const d = desk();
    const [inTime, late] = [d.call(), d.call()];
    d.pass(9);
    d.must('wang', 'incident.dispatch', { incident: inTime, units: ['u-f1'] });
    d.pass(3);
    d.must('wang', 'incident.dispatch', { incident: late, units: ['u-f2'] });
    const of = (id: string) => d.record(id).case.deadlines[0]!;
    expect(of(inTime)).toMatchObject({ state: 'met', endedAtMs: CASE_START_MS + 9 * MINUTE_MS });
    expect(of(late)).toMatchObject({ state: 'missed', endedAtMs: CASE_START_MS + 12 * MINUTE_MS });
    expect(told(d.pass(10))).toEqual([]);
    d.must('sun', 'incident.close', { incident: late, override: '误报' });
    expect(d.record(late).case.deadlines[1]?.state).toBe('met');
    d.must('sun', 'incident.evaluate', { incident: late });
    expect(d.record(late).case.evaluation?.deductions).toContainEqual({
      code: 'overdue',
      points: 5,
      times: 1,
      of: 'dispatched',
    });
  });

  it('DI-31 a merged or closed case is not warned of', () => {
    const d = desk();
    const [a, b, c] = [d.call(), d.call(), d.call()];
    d.must('wang', 'incident.merge', { incident: b, into: a });
    d.must('wang', 'incident.close', { incident: c, override: '误报' });
    expect(new Set(d.pass(20).map((e) => e.payload.id))).toEqual(new Set([a]));
  });

  it('DI-31 the way to the scene that nobody had to drive is void, not missed', () => {
    const d = new TestDesk({ rulebook: { deadlines: [rule('on-scene', 30), rule('resolved', 60)] } });
    const incident = d.call();
    d.must('wang', 'incident.resolve', { incident, override: '电话处理' });
    expect(d.record(incident).case.deadlines.map((x) => [x.reach, x.state])).toEqual([
      ['on-scene', 'void'],
      ['resolved', 'met'],
    ]);
  });

  it('DI-31 a task that is late is said once, and no more when it is done', () => {
    const d = desk();
    const incident = d.call();
    const give = (minutes: number) =>
      d.must('wang', 'incident.task', { incident, department: 'police', title: '封路', minutes }).result!
        .task!;
    const [late, done] = [give(2), give(4)];
    d.must('police', 'task.done', { incident, task: done });
    expect(told(d.pass(3))).toEqual([`task.overdue ${late}`]);
    expect(told(d.pass(1))).toEqual([]);
    expect(d.record(incident).case.overdue).toBe(true);
    d.must('police', 'task.done', { incident, task: late });
    expect(d.record(incident).case.overdue).toBe(false);
    expect(d.record(incident).case.tasks[0]).toMatchObject({ status: 'done', overdue: true });
  });
});

describe('crews on scene', () => {
  it('DI-30 who does not answer is overdue, said once, until somebody answers', () => {
    const d = new TestDesk({ rulebook: { deadlines: [] } });
    const incident = d.call({ severity: 2 });
    d.must('wang', 'incident.dispatch', { incident, units: ['u-f1'] });
    d.terminal('u-f1', 'on-scene');
    expect(told(d.pass(19))).toEqual([]);
    expect(told(d.pass(1))).toEqual(['unit.par-overdue u-f1']);
    expect(told(d.pass(1))).toEqual([]);
    expect(d.record(incident).case).toMatchObject({ overdue: true, assignments: [{ parOverdue: true }] });
    d.must('wang', 'unit.par', { unit: 'u-f1' });
    expect(d.record(incident).case.overdue).toBe(false);
    expect(told(d.pass(20))).toEqual(['unit.par-overdue u-f1']);
    d.terminal('u-f1', 'available');
    expect(d.record(incident).case.overdue).toBe(false);
  });

  it('DI-30 a plan that does not ask has nobody overdue', () => {
    const d = new TestDesk({ rulebook: { deadlines: [] } });
    const incident = d.call({ category: 'crime.theft', channel: '110' });
    d.must('wang', 'incident.dispatch', { incident, units: ['u-p1'] });
    d.terminal('u-p1', 'on-scene');
    expect(told(d.pass(500))).toEqual([]);
  });
});
