import { describe, expect, it } from 'vitest';
import { incidentRecord as schema } from '../../../../server/contract/records.ts';
import { incidentRecord } from '../../../../server/domain/cases/record.ts';
import { summaryOf } from '../../../../server/domain/cases/summary.ts';
import { emptyCases, forgetClosed } from '../../../../server/domain/cases/state.ts';
import { evolveCases } from '../../../../server/domain/cases/evolve.ts';
import { MINUTE_MS, TestDesk } from '../../../support/case-world.ts';

/** A fire from the call to its evaluation, with everything that can happen on the way. */
function fire(): { desk: TestDesk; incident: string } {
  const desk = new TestDesk();
  const incident = desk.call({ caller: { phone: '13800138000' }, address: '人民路 5 号' });
  const minute = (): void => void desk.pass(1);
  desk.must('wang', 'incident.claim', { incident });
  desk.must('wang', 'incident.triage', { incident, answers: {} });
  minute();
  desk.must('wang', 'incident.dispatch', { incident, units: ['u-f1', 'u-f2'] });
  minute();
  desk.terminal('u-f1', 'en-route');
  minute();
  desk.terminal('u-f2', 'en-route');
  desk.terminal('u-f1', 'on-scene');
  minute();
  desk.terminal('u-f2', 'on-scene');
  desk.must('sun', 'incident.supervise', { incident, reason: '领导关注' });
  desk.must('wang', 'incident.transfer', { incident, department: 'dep-police', reason: '刑案' });
  desk.must('police', 'incident.return', { incident, reason: '火灾' });
  for (const task of desk.record(incident).case.tasks.filter((x) => x.status === 'open'))
    desk.must('wang', 'task.done', { incident, task: task.id });
  minute();
  desk.terminal('u-f1', 'available');
  desk.terminal('u-f2', 'available');
  minute();
  desk.must('sun', 'incident.verify', { incident, accepted: true });
  desk.must('wang', 'incident.close', { incident });
  minute();
  desk.must('sun', 'incident.evaluate', { incident, satisfaction: 3, comment: '到场快' });
  return { desk, incident };
}

describe('the record of a case', () => {
  it('is what the contract says, after every event', () => {
    const { desk } = fire();
    const state = emptyCases();
    for (const event of desk.journal) {
      evolveCases(state, event);
      const read = schema.strict().safeParse(incidentRecord(state, event.payload.id));
      expect([event.type, read.error?.issues ?? []]).toEqual([event.type, []]);
    }
  });

  it('IN-30 tells when anything was last done about it', () => {
    const { desk, incident } = fire();
    expect(desk.record(incident).updatedAtMs).toBe(desk.nowMs);
  });

  it('units its source names and units sent from here are told together', () => {
    const desk = new TestDesk();
    desk.report({ id: 'x', units: ['E9', '消1'] });
    desk.must('wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f1', 'u-f2'] });
    expect(desk.record('inc-1000').units).toEqual(['E9', '消1', '消2']);
  });

  it('SE-61 revealing answers what is masked; the journal keeps who and why, and the case is as before', () => {
    const desk = new TestDesk();
    const incident = desk.call({
      caller: { name: '张', phone: '13800138000' },
      address: '人民路 5 号 502 室',
    });
    desk.must('li', 'incident.call', { incident, channel: '119', caller: { phone: '13900139000' } });
    const before = desk.incident(incident);
    const { events, result } = desk.must('fire', 'incident.reveal', { incident, reason: '找不到入口' });
    expect(events).toEqual([
      {
        type: 'incident.revealed',
        payload: {
          id: incident,
          atMs: desk.nowMs,
          by: { id: 'fire', name: '刘消防', role: 'department', department: 'dep-fire' },
          reason: '找不到入口',
        },
      },
    ]);
    expect(result?.revealed).toMatchObject({
      address: '人民路 5 号 502 室',
      callers: [{ name: '张', phone: '13800138000' }, { phone: '13900139000' }],
    });
    expect(JSON.stringify(events)).not.toMatch(/13800138000|502/);
    expect(desk.incident(incident)).toEqual(before);
  });
});

describe('what is kept of a finished case', () => {
  it('EV-7 its times, tasks, returns and deductions', () => {
    const { desk, incident } = fire();
    const at = (minute: number) => desk.record(incident).reportedAtMs + minute * MINUTE_MS;
    expect(summaryOf(desk.incident(incident))).toMatchObject({
      id: incident,
      number: 1_000,
      lead: 'dep-fire',
      street: 'jie-west',
      reportedAtMs: at(0),
      dispatchedAtMs: at(1),
      firstEnRouteAtMs: at(2),
      firstOnSceneAtMs: at(3),
      lastOnSceneAtMs: at(4),
      resolvedAtMs: at(5),
      closedAtMs: at(6),
      turnouts: [60, 120],
      travels: [60, 60],
      returns: { 'dep-police': 1 },
      hops: 2,
      reopened: 0,
      evaluation: { satisfaction: 3 },
    });
    const { tasks, deadlines } = summaryOf(desk.incident(incident))!;
    expect(tasks['dep-fire']).toEqual({ onTime: 1, late: [] });
    expect(deadlines.every((d) => typeof d.met === 'boolean')).toBe(true);
    expect(deadlines.length).toBeGreaterThan(2);
  });

  it('EV-7 tasks that were late are named, also when they were done', () => {
    const desk = new TestDesk();
    const incident = desk.call();
    const give = (minutes: number) =>
      desk.must('wang', 'incident.task', { incident, department: 'police', title: `${minutes}`, minutes })
        .result!.task!;
    const [late, never, soon] = [give(1), give(2), give(90)];
    desk.pass(5);
    for (const task of [late, soon]) desk.must('police', 'task.done', { incident, task });
    desk.must('wang', 'incident.close', { incident, override: '结束' });
    expect(summaryOf(desk.incident(incident))?.tasks['dep-police']).toEqual({
      onTime: 1,
      late: [late, never],
    });
  });

  it('EV-7 nothing of what is open, was never handled here, or is part of another', () => {
    const desk = new TestDesk();
    desk.report({ id: 'x' });
    desk.report({ id: 'x', status: 'closed' });
    const [whole, part] = [desk.call(), desk.call()];
    desk.must('wang', 'incident.dispatch', { incident: whole, units: ['u-f1'] });
    desk.must('wang', 'incident.merge', { incident: part, into: whole });
    expect(summaryOf(desk.incident(whole))).toBeNull();
    desk.must('wang', 'incident.close', { incident: whole, override: '结束' });
    expect(['inc-1000', part].map((id) => summaryOf(desk.incident(id)))).toEqual([null, null]);
    expect(summaryOf(desk.incident(whole))).not.toBeNull();
  });

  it('EV-7 what was ended here out of its order is judged, with what that costs', () => {
    const desk = new TestDesk();
    const incident = desk.call();
    desk.must('wang', 'incident.close', { incident, override: '误报' });
    expect(summaryOf(desk.incident(incident))).toMatchObject({ overrides: 1, turnouts: [], travels: [] });
  });
});

describe('forgetting', () => {
  it('IN-23 a case that was worked on after it closed is kept as long as after closing', () => {
    const { desk, incident } = fire();
    expect(forgetClosed(desk.state, desk.nowMs)).toEqual([]);
    expect(forgetClosed(desk.state, desk.nowMs + 1)).toEqual([incident]);
    // Events that come about it afterwards change nothing.
    desk.apply([
      { type: 'incident.noted', payload: { id: incident, atMs: 0, by: { id: 'x', name: 'x' }, text: 'x' } },
    ]);
    expect(desk.state.byId.has(incident)).toBe(false);
  });
});
