import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '../../../../server/contract/api.ts';
import { isCaseEvent, SYSTEM, type CaseEvent } from '../../../../server/domain/cases/events.ts';
import { timelineOf } from '../../../../server/domain/cases/timeline.ts';
import { CASE_START_MS, MINUTE_MS, TestDesk } from '../../../support/case-world.ts';

const linesOf = (desk: TestDesk, id: string): TimelineEntry[] =>
  desk.journal.flatMap((event, k) => {
    const told = timelineOf(event, k + 1);
    return told?.incidents.includes(id) ? [told.line] : [];
  });

describe('the timeline', () => {
  it('IN-43 tells what was done, by whom and when, in order', () => {
    const desk = new TestDesk();
    desk.report({ id: 'x' });
    const incident = 'inc-1000';
    const minute = (): void => void (desk.nowMs += MINUTE_MS);
    minute();
    const from = { id: 'wang', name: '王调度', role: 'dispatcher', from: '10.0.0.7' } as const;
    desk.ask(from, 'incident.dispatch', { incident, units: ['u-f1'] });
    minute();
    desk.terminal('u-f1', 'on-scene');
    desk.must('li', 'incident.note', { incident, text: '已断电', attachments: ['a'.repeat(64)] });
    desk.must('wang', 'incident.resolve', { incident, result: '明火已灭' });
    const lines = linesOf(desk, incident);
    expect(
      lines.map(({ seq, type, by, atMs, text }) => [seq, type, by, (atMs - CASE_START_MS) / MINUTE_MS, text]),
    ).toEqual([
      [1, 'incident.reported', 'feed:calls', 0, undefined],
      [2, 'incident.assigned', '王调度', 1, undefined],
      [3, 'assignment.progressed', '消1', 2, undefined],
      [4, 'incident.noted', '李接警', 2, '已断电'],
      [5, 'incident.resolved', '王调度', 2, '明火已灭'],
    ]);
    expect(lines[1]).toMatchObject({ from: '10.0.0.7', facts: { units: '消1', level: 1 } });
    expect(lines[2]?.facts).toEqual({ unit: 'u-f1', status: 'on-scene' });
    expect(lines[3]?.attachments).toEqual(['a'.repeat(64)]);
  });

  it('IN-43 a reason stands in words', () => {
    const desk = new TestDesk();
    const incident = desk.call();
    const reasons: string[] = [];
    const because = (reason: string): { reason: string } => {
      reasons.push(reason);
      return { reason };
    };
    desk.must('sun', 'incident.supervise', { incident, ...because('督办') });
    desk.must('sun', 'incident.reveal', { incident, ...because('核实') });
    desk.must('wang', 'incident.transfer', { incident, department: 'police', ...because('权属') });
    desk.must('police', 'task.return', { incident, task: 'inc-1000-t1', ...because('不是') });
    desk.must('sun', 'incident.close', { incident, override: because('结束').reason });
    desk.must('wang', 'incident.reopen', { incident, ...because('复燃') });
    expect(linesOf(desk, incident).flatMap((l) => l.text ?? [])).toEqual(reasons);
  });

  it('IN-43 what concerns two incidents stands in both', () => {
    const desk = new TestDesk();
    const [a, b] = [desk.call(), desk.call()];
    desk.must('wang', 'incident.apart', { incident: a, other: b });
    desk.must('wang', 'incident.merge', { incident: b, into: a });
    desk.must('wang', 'incident.unmerge', { incident: b });
    for (const id of [a, b])
      expect(
        linesOf(desk, id)
          .map((l) => l.type)
          .slice(-3),
      ).toEqual(['incident.set-apart', 'incident.merged', 'incident.unmerged']);
  });

  it('IN-43 what the clock did is the system’s; a unit’s service is of no case', () => {
    const desk = new TestDesk();
    const incident = desk.call();
    desk.pass(60);
    const late = linesOf(desk, incident).filter((l) => l.type === 'deadline.changed');
    expect(late.length).toBeGreaterThan(2);
    expect(new Set(late.map((l) => l.by))).toEqual(new Set([SYSTEM.name]));
    const { events } = desk.must('fire', 'unit.service', { unit: 'u-f1', inService: false, reason: '检修' });
    expect(timelineOf(events[0]!, 9)).toBeNull();
  });

  it('events of others in the journal are none of a case', () => {
    expect(isCaseEvent({ type: 'user.signed-in' })).toBe(false);
    expect(isCaseEvent({ type: 'toString' })).toBe(false);
    expect(isCaseEvent({ type: 'incident.noted' } satisfies Pick<CaseEvent, 'type'>)).toBe(true);
  });
});
