import { describe, expect, it } from 'vitest';
import { codeOf, TestDesk } from '../../../support/case-world.ts';

const smoke = { category: 'fire.smoke', channel: '119' } as const;
/** An answer of the protocol that leads to this priority. */
function answerTo(desk: TestDesk, id: string, priority: number): Record<string, string> {
  const { questions } = desk.world.rules.protocolFor(desk.incident(id).facts)!;
  for (const q of questions)
    for (const o of q.options)
      if (o.priority === priority && o.category === undefined) return { [q.id]: o.id };
  throw new Error('no such answer');
}

describe('triage', () => {
  it('IN-40 what it finds out about the priority sets plan and deadlines anew', () => {
    const desk = new TestDesk();
    const incident = desk.call(smoke);
    expect(desk.incident(incident).facts.severity).toBe(2);
    const before = desk.record(incident).case.deadlines;
    desk.nowMs += 30_000;
    desk.must('li', 'incident.triage', { incident, answers: answerTo(desk, incident, 1) });
    const { case: c, severity } = desk.record(incident);
    expect(severity).toBe(1);
    expect(c.triage).toMatchObject({ by: '李接警', atMs: desk.nowMs });
    expect(c.deadlines.map((d) => d.reach)).toEqual(before.map((d) => d.reach));
    const due = (of: typeof before, reach: string) => of.find((d) => d.reach === reach)!.dueAtMs;
    expect(due(c.deadlines, 'dispatched')).toBeLessThan(due(before, 'dispatched'));
    expect(c.deadlines.find((d) => d.reach === 'triaged')?.state).toBe('met');
    desk.must('wang', 'incident.dispatch', { incident });
    expect(desk.record(incident).case.plan?.id).toBe('fire-life');
  });

  it('IN-40 what it finds out about the kind changes who is responsible', () => {
    const desk = new TestDesk();
    const incident = desk.call({ category: 'urban.noise', channel: '12345' });
    desk.must('li', 'incident.triage', { incident, answers: {}, category: 'crime.assault', severity: 1 });
    expect(desk.record(incident)).toMatchObject({
      category: 'crime.assault',
      severity: 1,
      case: { lead: 'dep-police', support: ['dep-ambulance'] },
    });
  });

  it('IN-40 a deadline that has ended stays as it ended', () => {
    const desk = new TestDesk();
    const incident = desk.call(smoke);
    desk.must('wang', 'incident.dispatch', { incident, units: ['u-f1'] });
    const met = desk.record(incident).case.deadlines.find((d) => d.reach === 'dispatched');
    expect(met?.state).toBe('met');
    desk.must('li', 'incident.triage', { incident, answers: answerTo(desk, incident, 1) });
    expect(desk.record(incident).case.deadlines.filter((d) => d.reach === 'dispatched')).toEqual([met]);
  });

  it('IN-40 is not undone by what the source goes on to say', () => {
    const desk = new TestDesk();
    desk.report({ id: 'x', category: 'fire.smoke', severity: 3 });
    desk.must('li', 'incident.triage', {
      incident: 'inc-1000',
      answers: {},
      category: 'fire.structure',
      severity: 1,
    });
    desk.nowMs += 60_000;
    const events = desk.report({ id: 'x', category: 'fire.smoke', severity: 3, address: '人民路' });
    expect(events[0]?.payload).toMatchObject({ changes: { address: '人民路' } });
    expect(desk.record('inc-1000')).toMatchObject({
      category: 'fire.structure',
      severity: 1,
      address: '人民路',
    });
  });

  it('IN-46 what was corrected by hand stays, and the rest follows the source', () => {
    const desk = new TestDesk();
    desk.report({ id: 'x', category: 'fire.smoke', severity: 3, address: '人民路' });
    desk.must('li', 'incident.edit', { incident: 'inc-1000', address: '人民路 12 号' });
    desk.nowMs += 60_000;
    desk.report({ id: 'x', category: 'fire.structure', severity: 2, address: '人民路东' });
    expect(desk.record('inc-1000')).toMatchObject({
      category: 'fire.structure',
      severity: 2,
      address: '人民路 12 号',
    });
  });

  it('IN-40 before triage the source may still change its mind', () => {
    const desk = new TestDesk();
    desk.report({ id: 'x', category: 'fire.smoke', severity: 3 });
    desk.nowMs += 60_000;
    desk.report({ id: 'x', category: 'fire.structure', severity: 1 });
    expect(desk.record('inc-1000')).toMatchObject({ category: 'fire.structure', severity: 1 });
  });

  it('IN-40 answers given with the call are triage too, and the call is timed from itself', () => {
    const desk = new TestDesk();
    const probe = desk.call(smoke);
    const answers = answerTo(desk, probe, 1);
    const { events, result } = desk.must('li', 'incident.create', { ...smoke, answers });
    expect(events.map((e) => e.type)).toEqual(['incident.reported', 'incident.triaged']);
    expect(desk.record(result!.incident!)).toMatchObject({ severity: 1, case: { stage: 'triaged' } });
  });

  it('IN-40 what a person says of the priority stands over what the answers lead to', () => {
    const desk = new TestDesk();
    const incident = desk.call(smoke);
    desk.must('li', 'incident.triage', { incident, answers: answerTo(desk, incident, 1), severity: 3 });
    expect(desk.incident(incident).facts.severity).toBe(3);
  });

  it('an answer that the protocol does not have is refused, with the call too', () => {
    const desk = new TestDesk();
    const incident = desk.call(smoke);
    for (const answers of [{ none: 'x' }, { __proto__: 'x', constructor: 'y' }] as Record<string, string>[])
      expect(codeOf(desk.ask('li', 'incident.triage', { incident, answers }))).toBe('unknown-answer');
    expect(codeOf(desk.ask('li', 'incident.create', { ...smoke, answers: { none: 'x' } }))).toBe(
      'unknown-answer',
    );
    expect(desk.journal).toHaveLength(1);
  });
});

describe('editing', () => {
  it('IN-40 another kind sets who is responsible and by when, counted from the report', () => {
    const desk = new TestDesk();
    const incident = desk.call({ category: 'urban.noise', channel: '12345' });
    const reportedAtMs = desk.nowMs;
    desk.nowMs += 60_000;
    desk.must('li', 'incident.edit', {
      incident,
      category: 'fire.structure',
      severity: 1,
      address: '人民路 5 号',
    });
    const { case: c, address } = desk.record(incident);
    expect(address).toBe('人民路 5 号');
    expect(c.lead).toBe('dep-fire');
    expect(c.deadlines.every((d) => d.startedAtMs === reportedAtMs)).toBe(true);
  });

  it('changes only what is given, and refuses nothing at all', () => {
    const desk = new TestDesk();
    const incident = desk.call({ detail: '二楼', address: '人民路' });
    const { deadlines, lead } = desk.incident(incident);
    desk.must('li', 'incident.edit', { incident, title: '仓库起火' });
    expect(desk.record(incident)).toMatchObject({
      title: { zh: '仓库起火', en: '仓库起火' },
      detail: { zh: '二楼' },
      address: '人民路',
    });
    expect(desk.incident(incident)).toMatchObject({ deadlines, lead });
    expect(codeOf(desk.ask('li', 'incident.edit', { incident }))).toBe('bad-field');
  });
});
