import { describe, expect, it } from 'vitest';
import type { ResponsePlan } from '../../../../server/contract/rulebook.ts';
import { recommendFor } from '../../../../server/domain/cases/commands-dispatch.ts';
import { aFreeUnit, at, CASE_START_MS, codeOf, MINUTE_MS, TestDesk } from '../../../support/case-world.ts';

const t = (zh: string) => ({ zh, en: zh });
/** Two engines at once; a ladder, a task and a second hospital more with the second alarm. */
const plan: ResponsePlan = {
  id: 'two-alarms',
  name: t('建筑火灾'),
  match: { category: 'fire.structure' },
  needs: [
    { kinds: ['fire-engine'], count: 2, level: 1 },
    { kinds: ['ladder'], count: 1, level: 2 },
    { kinds: ['fire-engine'], count: 1, level: 2 },
  ],
  tasks: [
    { department: 'police', title: t('封路'), minutes: 30, level: 1 },
    { department: 'fire', title: t('灭火'), minutes: 60, level: 1 },
    { department: 'street', title: t('疏散群众'), minutes: 20, level: 1 },
    { department: 'urban-management', title: t('围挡'), minutes: 40, level: 2 },
    { department: 'water', title: t('加压'), minutes: 10, level: 1 },
  ],
  notify: [
    { kind: 'hospital', count: 1, level: 1 },
    { kind: 'school', count: 1, level: 2 },
  ],
  parMinutes: 20,
  kind: 'ordinary',
};
const engine = (n: number, more = {}) =>
  aFreeUnit(`e${n}`, 'fire-engine', { position: at(n * 50, 0), ...more });
const units = () => [
  ...[1, 2, 3, 4].map((n) => engine(n)),
  aFreeUnit('l1', 'ladder'),
  aFreeUnit('p1', 'police-car', { department: 'dep-police', home: 'f-police' }),
];
const desk = (own = units()): TestDesk =>
  new TestDesk({
    units: own,
    rulebook: { plans: [plan, { ...plan, id: 'any', match: {}, needs: [] }], minimums: [] },
  });
const sentTo = (d: TestDesk, id: string): string[] =>
  d.incident(id).assignments.map((a) => `${a.unit}:${a.status}`);

describe('sending', () => {
  it('DI-1 a unit that is on a case is not sent to another, whoever asks', () => {
    const d = desk();
    const [a, b] = [d.call(), d.call()];
    d.must('wang', 'incident.dispatch', { incident: a, units: ['e1'] });
    for (const [who, more] of [
      ['zhao', {}],
      ['sun', { override: '就近' }],
    ] as const)
      expect(d.ask(who, 'incident.dispatch', { incident: b, units: ['e1'], ...more })).toEqual({
        ok: false,
        refusal: { code: 'unit-busy', detail: 'E1 → #1000 (王调度)' },
      });
    expect(codeOf(d.ask('wang', 'incident.dispatch', { incident: a, units: ['e1'] }))).toBe('already-done');
    expect(sentTo(d, b)).toEqual([]);
    d.must('wang', 'incident.dispatch', { incident: b });
    expect(d.incident(b).assignments.map((x) => x.unit)).not.toContain('e1');
  });

  it.each([
    ['is on a case', ['e2', 'e1'], 'unit-busy'],
    ['is not there', ['e2', 'e9'], 'unknown-object'],
    ['is out of service', ['e2', 'e3'], 'unit-unavailable'],
    ['is off its shift', ['e2', 'e4'], 'unit-unavailable'],
    ['works for its own source', ['e2', 'l1'], 'unit-busy'],
  ])('DI-2 DI-3 where one of those named %s, none is sent, and it is said which', (_, ids, code) => {
    const own = units().map((u) => {
      if (u.id === 'e3') return { ...u, status: 'out-of-service' as const };
      if (u.id === 'e4') return { ...u, onShift: false };
      return u.id === 'l1' ? { ...u, status: 'on-scene' as const } : u;
    });
    const d = desk(own);
    d.must('wang', 'incident.dispatch', { incident: d.call(), units: ['e1'] });
    const id = d.call();
    const answer = d.ask('wang', 'incident.dispatch', { incident: id, units: ids });
    expect(answer).toMatchObject({
      refusal: { code, detail: expect.stringMatching(new RegExp(ids[1]!, 'i')) },
    });
    expect(sentTo(d, id)).toEqual([]);
    expect(d.state.unitOf.has('e2')).toBe(false);
    d.must('wang', 'incident.dispatch', { incident: id, units: ['e2', 'e2'] });
    expect(sentTo(d, id)).toEqual(['e2:dispatched']);
  });

  it('DI-3 a reason sends who is off shift or works elsewhere, never who is out of service', () => {
    const own = [
      engine(1, { onShift: false }),
      engine(2, { status: 'transporting' }),
      engine(3, { status: 'out-of-service' }),
    ];
    const d = desk(own);
    const id = d.call();
    const ask = (unit: string) =>
      codeOf(d.ask('wang', 'incident.dispatch', { incident: id, units: [unit], override: '大火' }));
    expect(['e1', 'e2', 'e3'].map(ask)).toEqual(['done', 'done', 'unit-unavailable']);
    expect(d.incident(id).overrides).toBe(2);
  });

  it('DI-4 without names goes what the plan still lacks; once it has all there is nothing to send', () => {
    const d = desk();
    const id = d.call();
    d.must('wang', 'incident.dispatch', { incident: id, units: ['e4'] });
    expect(d.must('wang', 'incident.dispatch', { incident: id }).result?.units).toHaveLength(1);
    expect(codeOf(d.ask('wang', 'incident.dispatch', { incident: id }))).toBe('already-done');
  });

  it('DI-4 where nothing fitting is free that is refused, with the plan it is for, in words', () => {
    const d = desk([aFreeUnit('p1', 'police-car')]);
    expect(d.ask('wang', 'incident.dispatch', { incident: d.call() })).toEqual({
      ok: false,
      refusal: { code: 'no-units', detail: expect.not.stringContaining('fire-engine') as string },
    });
    expect(d.journal.map((e) => e.type)).toEqual(['incident.reported']);
  });

  it('DI-4 where there are fewer than the plan wants, those go', () => {
    const d = desk([engine(1)]);
    expect(d.must('wang', 'incident.dispatch', { incident: d.call() }).result?.units).toEqual(['e1']);
  });

  it('DI-5 raising the alarm sends only what the level adds', () => {
    const d = desk();
    const id = d.call();
    d.must('wang', 'incident.dispatch', { incident: id });
    const before = d.incident(id).assignments.map((a) => a.unit);
    const raised = d.must('wang', 'incident.dispatch', { incident: id, level: 2 });
    expect(raised.result?.units).toHaveLength(2);
    expect(raised.result?.units).toContain('l1');
    expect(raised.result?.units?.some((u) => before.includes(u))).toBe(false);
    expect(d.record(id).case.plan).toMatchObject({ id: 'two-alarms', level: 2 });
    expect(d.record(id).case.tasks.map((x) => x.title.zh)).toEqual(['封路', '灭火', '疏散群众', '围挡']);
    expect(d.record(id).case.notified.map((n) => n.facility)).toEqual(['f-hospital', 'f-school']);
    // A lower level asked for afterwards takes nothing back.
    expect(codeOf(d.ask('wang', 'incident.dispatch', { incident: id, level: 1 }))).toBe('already-done');
  });

  it('DI-5 the level that triage asks for is sent at once', () => {
    const d = desk();
    const id = d.call();
    const question = d.world.rules.protocolFor({ category: 'fire.structure', severity: 1 })!.questions;
    const answer = question.flatMap((q) =>
      q.options.filter((o) => (o.level ?? 1) > 1).map((o) => [q.id, o.id]),
    )[0]!;
    d.must('li', 'incident.triage', { incident: id, answers: { [answer[0]!]: answer[1]! } });
    expect(d.incident(id).triage?.level).toBe(2);
    expect(d.must('wang', 'incident.dispatch', { incident: id }).result?.units).toHaveLength(4);
  });

  it('DI-6 with the first units each department of the plan gets its task once, with its deadline', () => {
    const d = desk();
    const id = d.call();
    d.nowMs += MINUTE_MS;
    d.must('wang', 'incident.dispatch', { incident: id, units: ['e1'] });
    d.must('wang', 'incident.dispatch', { incident: id, units: ['e2'] });
    const tasks = d
      .record(id)
      .case.tasks.map((x) => [x.department, x.lead, x.status, (x.dueAtMs! - d.nowMs) / MINUTE_MS]);
    // The small city has no water company.
    expect(tasks).toEqual([
      ['dep-police', false, 'open', 30],
      ['dep-fire', true, 'open', 60],
      ['dep-jie-west', false, 'open', 20],
    ]);
    expect(d.record(id).case.notified.map((n) => n.facility)).toEqual(['f-hospital']);
  });

  it('DI-6 a plan without units gives who leads a task of its own', () => {
    const d = desk();
    const id = d.call({ category: 'crime.theft', channel: '110', position: undefined });
    const lead = d.record(id).case.lead;
    d.must('wang', 'incident.dispatch', { incident: id });
    expect(d.record(id).case.tasks.filter((x) => x.department === lead)).toHaveLength(1);
    const other = d.call({ category: 'medical.emergency', channel: '120', position: undefined });
    d.must('wang', 'incident.dispatch', { incident: other });
    const own = d.record(other).case;
    expect(own.lead).toBe('dep-ambulance');
    expect(own.tasks[0]).toMatchObject({ department: 'dep-ambulance', lead: true });
    expect(own.tasks[0]?.dueAtMs).toBe(own.deadlines.find((x) => x.reach === 'resolved')?.dueAtMs);
  });

  it('says when each should be there, by its way at the time', () => {
    const d = desk([
      engine(1, { position: at(300, 0) }),
      aFreeUnit('e2', 'fire-engine', { position: undefined }),
    ]);
    const id = d.call({ position: at(300, 400) });
    d.must('wang', 'incident.dispatch', { incident: id });
    d.must('wang', 'incident.dispatch', { incident: id, units: ['e2'] });
    const [first, second] = d.record(id).case.assignments;
    expect((first!.etaAtMs! - d.nowMs) / 1_000).toBeCloseTo(40, 0);
    expect(second).not.toHaveProperty('etaAtMs');
  });
});

describe('following units', () => {
  const onCase = () => {
    const d = desk();
    const id = d.call();
    d.must('wang', 'incident.dispatch', { incident: id, units: ['e1'] });
    return { d, id, status: () => d.incident(id).assignments[0]!.status };
  };

  it('DI-10 a terminal moves its assignment forward only', () => {
    const { d, status } = onCase();
    const said: [Parameters<typeof d.terminal>[1], string][] = [
      ['dispatched', 'dispatched'],
      ['en-route', 'en-route'],
      ['en-route', 'en-route'],
      ['on-scene', 'on-scene'],
      ['en-route', 'on-scene'],
      ['dispatched', 'on-scene'],
      ['out-of-service', 'on-scene'],
      ['transporting', 'transporting'],
      ['on-scene', 'transporting'],
      ['at-facility', 'at-facility'],
      ['transporting', 'at-facility'],
    ];
    for (const [word, then] of said) {
      d.terminal('e1', word);
      expect([word, status()]).toEqual([word, then]);
    }
  });

  it('DI-10 what it said before it was sent counts for nothing', () => {
    const { d, status } = onCase();
    expect(d.terminal('e1', 'on-scene', CASE_START_MS - 1)).toEqual([]);
    expect(status()).toBe('dispatched');
    d.terminal('e1', 'on-scene', CASE_START_MS);
    expect(status()).toBe('on-scene');
    expect(d.terminal('e2', 'on-scene')).toEqual([]);
  });

  it('DI-11 free before it set out means that it has not read its order; afterwards it is cleared', () => {
    const { d, status } = onCase();
    for (const word of ['available', 'returning'] as const) expect(d.terminal('e1', word)).toEqual([]);
    expect(status()).toBe('dispatched');
    d.terminal('e1', 'en-route');
    d.terminal('e1', 'available');
    expect(status()).toBe('cleared');
    expect(d.state.unitOf.has('e1')).toBe(false);
    expect(d.terminal('e1', 'on-scene')).toEqual([]);
  });

  it('DI-11 who comes back to the same case is on it a second time', () => {
    const { d, id } = onCase();
    d.terminal('e1', 'on-scene');
    d.terminal('e1', 'available');
    d.must('wang', 'incident.dispatch', { incident: id, units: ['e1'] });
    d.terminal('e1', 'en-route');
    expect(sentTo(d, id)).toEqual(['e1:cleared', 'e1:en-route']);
  });

  it.each([
    ['a unit on no case', { unit: 'e2', status: 'on-scene' }, 'unit-unavailable'],
    ['a unit that is not there', { unit: 'e9', status: 'on-scene' }, 'unknown-object'],
    [
      'a hospital that is not there',
      { unit: 'e1', status: 'transporting', facility: 'f-none' },
      'unknown-object',
    ],
    ['what it is already', { unit: 'e1', status: 'dispatched' }, 'already-done'],
  ] as const)('DI-10 said by hand, %s is refused', (_, payload, code) => {
    expect(codeOf(onCase().d.ask('wang', 'assignment.status', payload))).toBe(code);
  });

  it('DI-10 said by hand it is kept with where it takes somebody', () => {
    const { d, id } = onCase();
    d.must('fire', 'assignment.status', { unit: 'e1', status: 'transporting', facility: 'f-hospital' });
    expect(d.record(id).case.assignments[0]).toMatchObject({
      status: 'transporting',
      facility: 'f-hospital',
    });
    expect(d.stage(id)).toBe('transporting');
  });

  it('DI-13 a unit is taken out of service with a reason, not while on a case, and put back', () => {
    const { d } = onCase();
    const ask = (payload: { unit: string; inService: boolean; reason?: string }) =>
      codeOf(d.ask('fire', 'unit.service', payload));
    expect(ask({ unit: 'e1', inService: false, reason: '检修' })).toBe('unit-busy');
    expect(ask({ unit: 'e2', inService: false })).toBe('reason-needed');
    expect(ask({ unit: 'e2', inService: true })).toBe('already-done');
    expect(ask({ unit: 'e2', inService: false, reason: '检修' })).toBe('done');
    expect(ask({ unit: 'e2', inService: false, reason: '检修' })).toBe('already-done');
    expect(
      codeOf(d.ask('wang', 'incident.dispatch', { incident: d.call(), units: ['e2'], override: '急' })),
    ).toBe('unit-unavailable');
    expect(ask({ unit: 'e2', inService: true })).toBe('done');
    d.must('wang', 'incident.dispatch', { incident: d.call(), units: ['e2'] });
  });

  it.each([
    ['an ordinary one', 2, 20, 20],
    ['one of the highest priority', 1, 20, 10],
    ['one of the highest priority whose plan asks more often', 1, 6, 6],
  ])('DI-30 on %s who answers is asked again in time', (_, severity, parMinutes, minutes) => {
    const d = new TestDesk({ units: units(), rulebook: { plans: [{ ...plan, match: {}, parMinutes }] } });
    const id = d.call({ severity });
    d.must('wang', 'incident.dispatch', { incident: id, units: ['e1'] });
    expect(codeOf(d.ask('fire', 'unit.par', { unit: 'e1' }))).toBe('already-done');
    d.terminal('e1', 'on-scene');
    const due = () => (d.incident(id).assignments[0]!.parDueAtMs! - d.nowMs) / MINUTE_MS;
    expect(due()).toBe(minutes);
    d.nowMs += 3 * MINUTE_MS;
    d.must('fire', 'unit.par', { unit: 'e1' });
    expect(due()).toBe(minutes);
    d.terminal('e1', 'available');
    expect(d.incident(id).assignments[0]).not.toHaveProperty('parDueAtMs');
  });
});

describe('asking before sending', () => {
  it('DI-25 who is on the case, or was at its scene, counts for what the plan needs', () => {
    const d = desk();
    const id = d.call();
    const lacking = () => recommendFor(d.state, d.incident(id), undefined, d.world).needs[0]!;
    expect(lacking()).toMatchObject({ count: 2, there: [], units: ['e4', 'e3'] });
    d.must('wang', 'incident.dispatch', { incident: id, units: ['e1', 'e2'] });
    expect(lacking()).toMatchObject({ there: ['e1', 'e2'], units: [] });
    d.terminal('e1', 'on-scene');
    d.terminal('e1', 'available');
    d.terminal('e2', 'en-route');
    d.terminal('e2', 'available');
    expect(lacking().there).toEqual(['e1']);
    expect(lacking().units).toHaveLength(1);
  });
});
