import { describe, expect, it } from 'vitest';
import { at, codeOf, MINUTE_MS, TestDesk } from '../../../support/case-world.ts';

/** Noise: urban management leads; police, environment and the street office support. */
const noise = { category: 'urban.noise', channel: '12345' } as const;

describe('handing a case on', () => {
  it('DI-32 counts a hop; the new lead gets the task and the deadline that already runs', () => {
    const desk = new TestDesk();
    const incident = desk.call(noise);
    expect(desk.record(incident).case).toMatchObject({
      lead: 'dep-urban',
      support: ['dep-police', 'dep-jie-west'],
      hops: 0,
    });
    const due = desk.record(incident).case.deadlines.find((d) => d.reach === 'resolved')!.dueAtMs;
    desk.nowMs += MINUTE_MS;
    desk.must('wang', 'incident.transfer', { incident, department: 'police', reason: '治安问题' });
    const after = desk.record(incident).case;
    expect(after).toMatchObject({ lead: 'dep-police', support: ['dep-jie-west'], hops: 1, returns: 0 });
    expect(after.tasks).toMatchObject([
      { department: 'dep-police', lead: true, status: 'open', dueAtMs: due },
    ]);
  });

  it('DI-32 a case that was handed on stays there when its priority is changed, its clock runs on', () => {
    const desk = new TestDesk();
    const incident = desk.call(noise);
    desk.must('wang', 'incident.transfer', { incident, department: 'police', reason: '治安问题' });
    const started = desk.record(incident).case.deadlines[0]!.startedAtMs;
    desk.nowMs += MINUTE_MS;
    desk.must('wang', 'incident.triage', { incident, answers: {}, severity: 1 });
    const { lead, deadlines } = desk.record(incident).case;
    expect(lead).toBe('dep-police');
    expect(new Set(deadlines.map((d) => d.startedAtMs))).toEqual(new Set([started]));
  });

  it('DI-32 the task of who led before is dropped, with the supporters that are named', () => {
    const desk = new TestDesk();
    const incident = desk.call(noise);
    desk.must('wang', 'incident.transfer', { incident, department: 'police', reason: '治安' });
    desk.must('wang', 'incident.transfer', {
      incident,
      department: 'fire',
      support: ['dep-police', 'fire', 'street-office'],
      reason: '消防通道',
    });
    const { case: c } = desk.record(incident);
    expect(c).toMatchObject({ lead: 'dep-fire', support: ['dep-police', 'dep-jie-west'], hops: 2 });
    expect(c.tasks.map((x) => [x.department, x.status])).toEqual([
      ['dep-police', 'cancelled'],
      ['dep-fire', 'open'],
    ]);
  });

  it.each([
    ['that the city does not have', { department: 'port' }, 'no-department'],
    ['that leads already', { department: 'dep-urban' }, 'already-done'],
    ['with a supporter that is not there', { department: 'police', support: ['port'] }, 'no-department'],
  ])('DI-32 to a department %s it is refused', (_, payload, code) => {
    const desk = new TestDesk();
    const incident = desk.call(noise);
    expect(codeOf(desk.ask('wang', 'incident.transfer', { incident, reason: '权属', ...payload }))).toBe(
      code,
    );
  });
});

describe('giving a case back', () => {
  it('DI-32 it goes to the next of the duty list, then to the arbiter, and once only from each', () => {
    const desk = new TestDesk();
    const incident = desk.call(noise);
    const giveBack = (who: 'urban' | 'police') =>
      desk.must(who, 'incident.return', { incident, reason: '不属本部门职责' }).events[0]!.payload;
    expect(giveBack('urban')).toMatchObject({ lead: 'dep-police', returned: true, arbiter: false });
    expect(giveBack('police')).toMatchObject({ lead: 'dep-jie-west', returned: true, arbiter: false });
    const office = { id: 'o', name: '城西', role: 'department', department: 'dep-jie-west' } as const;
    const last = desk.ask(office, 'incident.return', { incident, reason: '不属街道职责' });
    expect(last.ok && last.events[0]?.payload).toMatchObject({ lead: 'dep-emergency', arbiter: true });
    expect(desk.record(incident).case).toMatchObject({ lead: 'dep-emergency', hops: 3, returns: 3 });
    // Sent there again by the desk, it may not come back a second time.
    desk.must('wang', 'incident.transfer', { incident, department: 'dep-urban', reason: '仲裁' });
    expect(codeOf(desk.ask('urban', 'incident.return', { incident, reason: '再退' }))).toBe(
      'returned-before',
    );
    expect(desk.record(incident).case.lead).toBe('dep-urban');
  });

  it('DI-32 never into a void: the arbiter cannot give it back to itself', () => {
    const desk = new TestDesk();
    const incident = desk.call(noise);
    const of = (department: string) =>
      ({ id: department, name: department, role: 'department', department }) as const;
    for (const department of ['dep-urban', 'dep-police', 'dep-jie-west'])
      expect(codeOf(desk.ask(of(department), 'incident.return', { incident, reason: '不是' }))).toBe('done');
    expect(desk.record(incident).case.lead).toBe('dep-emergency');
    const last = desk.ask(of('dep-emergency'), 'incident.return', { incident, reason: '不是' });
    expect(codeOf(last)).toBe('nobody-else');
    expect(desk.record(incident).case).toMatchObject({ lead: 'dep-emergency', returns: 3 });
  });

  it('DI-32 only by who leads; who leads gives back the case with its task', () => {
    const desk = new TestDesk();
    const incident = desk.call(noise);
    expect(codeOf(desk.ask('police', 'incident.return', { incident, reason: '不是' }))).toBe('not-allowed');
    desk.must('wang', 'incident.dispatch', { incident });
    const own = desk.record(incident).case.tasks.find((x) => x.department === 'dep-urban')!;
    desk.must('urban', 'task.return', { incident, task: own.id, reason: '不属城管' });
    const { case: c } = desk.record(incident);
    expect(c).toMatchObject({ lead: 'dep-police', hops: 1, returns: 1 });
    expect(c.tasks.find((x) => x.id === own.id)).toMatchObject({ status: 'returned' });
  });
});

describe('tasks', () => {
  const asked = () => {
    const desk = new TestDesk();
    const incident = desk.call();
    const give = (department: string) =>
      desk.must('wang', 'incident.task', { incident, department, title: '封路', minutes: 15 }).result!.task!;
    return { desk, incident, police: give('police'), fire: give('fire') };
  };
  const taskOf = ({ desk, incident, police }: ReturnType<typeof asked>) =>
    desk.record(incident).case.tasks.find((x) => x.id === police);

  it('DI-33 are taken and done by their own department, with what came of them', () => {
    const a = asked();
    const { desk, incident, police: task } = a;
    expect(taskOf(a)).toMatchObject({
      department: 'dep-police',
      lead: false,
      dueAtMs: desk.nowMs + 15 * MINUTE_MS,
    });
    desk.must('police', 'task.accept', { incident, task });
    expect(taskOf(a)).toMatchObject({ status: 'accepted', by: '陈民警', acceptedAtMs: desk.nowMs });
    desk.nowMs += MINUTE_MS;
    desk.must('police', 'task.done', { incident, task, result: '已封控' });
    expect(taskOf(a)).toMatchObject({ status: 'done', note: '已封控', doneAtMs: desk.nowMs });
    for (const type of ['task.accept', 'task.done'] as const)
      expect(codeOf(desk.ask('police', type, { incident, task }))).toBe('already-done');
    expect(codeOf(desk.ask('police', 'task.return', { incident, task, reason: '晚了' }))).toBe(
      'already-done',
    );
  });

  it('DI-33 another’s task does not exist for a department; the desk may speak for it', () => {
    const a = asked();
    const { desk, incident, police: task } = a;
    for (const [type, more] of [
      ['task.accept', {}],
      ['task.done', {}],
      ['task.return', { reason: '不是' }],
    ] as const) {
      expect(codeOf(desk.ask('fire', type, { incident, task, ...more }))).toBe('not-found');
      expect(codeOf(desk.ask('wang', type, { incident, task: 'none', ...more }))).toBe('not-found');
    }
    desk.must('wang', 'task.accept', { incident, task });
    desk.must('wang', 'task.return', { incident, task, reason: '电话告知无法到场' });
    expect(taskOf(a)).toMatchObject({ status: 'returned', by: '王调度', note: '电话告知无法到场' });
  });

  it('DI-33 the desk returns the leading department’s task without handing the case on', () => {
    const { desk, incident, fire } = asked();
    desk.must('wang', 'task.return', { incident, task: fire, reason: '重复' });
    expect(desk.record(incident).case).toMatchObject({ lead: 'dep-fire', hops: 0 });
  });

  it('DI-33 for a department that the city does not have there are none', () => {
    const { desk, incident } = asked();
    expect(codeOf(desk.ask('wang', 'incident.task', { incident, department: 'port', title: '封航' }))).toBe(
      'no-department',
    );
  });

  it('DI-33 “the street office” is that of the street where it happened', () => {
    const desk = new TestDesk();
    const west = desk.call({ position: at(100, 400) });
    desk.must('wang', 'incident.task', { incident: west, department: 'street-office', title: '安抚群众' });
    expect(desk.record(west).case.tasks[0]?.department).toBe('dep-jie-west');
    const east = desk.call({ position: at(800, 400) });
    const ask = { incident: east, department: 'street-office', title: '安抚群众' };
    expect(codeOf(desk.ask('wang', 'incident.task', ask))).toBe('no-department');
  });
});
