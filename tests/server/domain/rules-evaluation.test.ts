import { describe, expect, it } from 'vitest';
import type { Department } from '../../../server/contract/city-pack.ts';
import { evaluateCases, type CaseSummary } from '../../../server/domain/rules/evaluation.ts';
import { percentile } from '../../../server/domain/rules/percentiles.ts';

const t = (en: string): { zh: string; en: string } => ({ zh: `${en}（中）`, en });
const department = (id: string, kind: Department['kind']): Department => ({ id, kind, name: t(id) });
const scoring = {
  overdue: 5,
  taskOverdue: 3,
  returned: 4,
  rework: 15,
  override: 2,
  dissatisfied: 10,
  hops: 1,
};
const ctx = {
  sinceMs: 1_000_000,
  scoring,
  departments: [department('fire', 'fire'), department('police', 'police'), department('port', 'port')],
  streets: [
    { id: 'north', name: t('North') },
    { id: 'south', name: t('South') },
  ],
};
const T = 2_000_000;
const finished = (number: number, changes: Partial<CaseSummary> = {}): CaseSummary => ({
  id: `inc-${number}`,
  number,
  category: 'fire.structure',
  severity: 1,
  title: t('fire'),
  lead: 'fire',
  departments: ['fire', 'police'],
  street: 'north',
  reportedAtMs: T,
  closedAtMs: T + 3_600_000,
  turnouts: [],
  travels: [],
  deadlines: [],
  tasks: {},
  returns: {},
  hops: 1,
  reopened: 0,
  overrides: 0,
  ...changes,
});
const evaluation = (satisfaction: number): NonNullable<CaseSummary['evaluation']> => ({
  atMs: T,
  by: 'A',
  score: 100,
  satisfaction,
  deductions: [],
});

describe('percentiles', () => {
  it.each([
    [[15, 20, 35, 40, 50], 5, 15],
    [[15, 20, 35, 40, 50], 30, 20],
    [[15, 20, 35, 40, 50], 40, 20],
    [[15, 20, 35, 40, 50], 50, 35],
    [[50, 15, 40, 20, 35], 100, 50],
    [[7], 0, 7],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90, 9],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 95, 10],
  ])('EV-2 the nearest rank in %j at %d is %d', (values, p, expected) => {
    expect(percentile(values, p)).toBe(expected);
  });

  it('EV-2 of no values there is none, and the values stay as they are', () => {
    expect(percentile([], 50)).toBeNull();
    const values = [3, 1, 2];
    percentile(values, 50);
    expect(values).toEqual([3, 1, 2]);
  });

  it('EV-2 gives the phases by percentiles, in seconds, of the cases that have them', () => {
    const cases = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) =>
      finished(n, {
        dispatchedAtMs: T + n * 10_000,
        turnouts: [n, n + 100],
        travels: n === 1 ? [300.04] : [],
        ...(n < 3 ? { firstOnSceneAtMs: T + n * 60_000, lastOnSceneAtMs: T + n * 90_000 } : {}),
      }),
    );
    expect(evaluateCases(cases, ctx).phases).toEqual([
      { phase: 'call-handling', count: 10, p50: 50, p90: 90, p95: 100 },
      { phase: 'turnout', count: 20, p50: 10, p90: 108, p95: 109 },
      { phase: 'travel', count: 1, p50: 300, p90: 300, p95: 300 },
      { phase: 'first-on-scene', count: 2, p50: 60, p90: 120, p95: 120 },
      { phase: 'full-response', count: 2, p50: 90, p90: 180, p95: 180 },
      { phase: 'closure', count: 10, p50: 3_600, p90: 3_600, p95: 3_600 },
    ]);
  });
});

describe('departments and streets', () => {
  const cases = [
    finished(1),
    finished(2, {
      deadlines: [
        { reach: 'dispatched', met: false },
        { reach: 'on-scene', met: false },
        { reach: 'resolved', met: true },
      ],
      tasks: { police: { onTime: 1, late: ['t1', 't2'] }, fire: { onTime: 1, late: [] } },
      returns: { police: 1 },
      reopened: 1,
      hops: 3,
      evaluation: evaluation(2),
    }),
    finished(3, { lead: 'police', departments: ['police'], street: 'south', evaluation: evaluation(5) }),
  ];
  const answer = evaluateCases(cases, ctx);
  const row = (id: string): (typeof answer.departments)[number] | undefined =>
    [...answer.departments, ...answer.streets].find((r) => r.id === id);

  it('EV-3 a department answers for the cases it leads, but not for the desk’s stages', () => {
    expect(row('fire')).toEqual({
      id: 'fire',
      name: t('fire'),
      cases: 2,
      // On scene late 5, reopened 15, 2 points below content 20, two hand-overs more 2: 42 over 2 cases.
      score: 79,
      onTimeShare: 0.6667,
      reworkShare: 0.5,
      satisfaction: 2,
      deductions: [
        { incident: 'inc-2', number: 2, code: 'dissatisfied', points: 20, times: 2 },
        { incident: 'inc-2', number: 2, code: 'rework', points: 15, times: 1 },
        { incident: 'inc-2', number: 2, code: 'overdue', points: 5, times: 1 },
        { incident: 'inc-2', number: 2, code: 'hops', points: 2, times: 2 },
      ],
    });
  });

  it('EV-3 one that supports answers for its own tasks and returns alone', () => {
    expect(row('police')).toMatchObject({
      cases: 3,
      score: 96.7,
      onTimeShare: 0.3333,
      reworkShare: 0,
      satisfaction: 5,
      deductions: [
        { incident: 'inc-2', code: 'task-overdue', points: 6, times: 2 },
        { incident: 'inc-2', code: 'returned', points: 4, times: 1 },
      ],
    });
  });

  it('EV-3 a street counts everything within it', () => {
    // Of 7 deadlines and tasks 3 were kept; 57 points over 2 cases.
    expect(row('north')).toMatchObject({ cases: 2, score: 71.5, onTimeShare: 0.4286, reworkShare: 0.5 });
    expect(row('south')).toMatchObject({ cases: 1, score: 100, deductions: [] });
  });

  it('EV-4 each deduction names its case, and the score follows from what is listed', () => {
    for (const r of [...answer.departments, ...answer.streets]) {
      const lost = r.deductions.reduce((sum, d) => sum + d.points, 0);
      expect(r.score).toBe(Math.round((100 - lost / r.cases) * 10) / 10);
      for (const d of r.deductions) expect(cases.find((c) => c.id === d.incident)?.number).toBe(d.number);
    }
  });

  it('EV-4 puts the lowest score first', () => {
    expect(answer.departments.map((r) => r.id)).toEqual(['fire', 'police']);
    expect(answer.streets.map((r) => r.id)).toEqual(['north', 'south']);
  });

  it('EV-5 shows the formula in both languages with the numbers of the book', () => {
    for (const text of [answer.formula.zh, answer.formula.en])
      for (const points of Object.values(scoring)) expect(text).toMatch(new RegExp(`\\b${points}\\b`));
    expect(answer.formula.zh).toContain('已派遣');
    expect(answer.formula.en).toContain('Dispatched');
  });

  it('EV-6 counts cases closed since then; what was not measured is null', () => {
    const quiet = evaluateCases([finished(1), finished(2, { closedAtMs: 999_999 })], ctx);
    expect(quiet.departments.find((r) => r.id === 'fire')).toMatchObject({
      cases: 1,
      score: 100,
      onTimeShare: null,
      satisfaction: null,
    });
    expect(quiet.departments.find((r) => r.id === 'police')).toMatchObject({ cases: 1, reworkShare: null });
    const nothing = evaluateCases([], ctx);
    expect(nothing).toMatchObject({ sinceMs: 1_000_000, departments: [], streets: [] });
    expect(nothing.phases.every((p) => p.count === 0 && p.p50 === null && p.p95 === null)).toBe(true);
  });
});
