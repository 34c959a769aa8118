/** What the plan would send, changed by hand; the unit board. */
import { describe, expect, it } from 'vitest';
import { assignmentOf, boardRows, departmentOfHead } from '../../../client/dispatch/board.ts';
import {
  canPick,
  isEdited,
  needsReason,
  nextBest,
  pickedUnits,
  togglePick,
} from '../../../client/dispatch/recommendation.ts';
import type { RecommendationAnswer, RecommendedUnit } from '../../../server/contract/api.ts';
import { assignment, incidentRecord, unitRecord } from '../cases.ts';

const candidate = (callsign: string, part: Partial<RecommendedUnit> = {}): RecommendedUnit => ({
  unit: callsign,
  callsign,
  department: 'fire',
  kind: 'fire-engine',
  picked: false,
  why: 'slower',
  ...part,
});
const answer: RecommendationAnswer = {
  incident: 'inc-1',
  plan: { id: 'p', name: { zh: '火灾', en: 'Fire' }, level: 1 },
  needs: [{ kinds: ['fire-engine'], count: 2, there: [], units: ['E1', 'E2'] }],
  candidates: [
    candidate('E1', { picked: true, why: 'fastest', seconds: 100 }),
    candidate('E2', { picked: true, why: 'only', seconds: 140 }),
    candidate('E9', { seconds: 300 }),
    candidate('E4', { seconds: 200, why: 'keeps-minimum' }),
    candidate('E5', { why: 'busy' }),
  ],
  uncovered: [],
  tasks: [],
  notify: [],
  lead: null,
  support: [],
};

describe('what the plan would send', () => {
  it('UI-91 is what it recommends until somebody changes it, and says then that it was changed', () => {
    expect(pickedUnits(answer, null)).toEqual(['E1', 'E2']);
    expect(isEdited(answer, null)).toBe(false);
    const without = togglePick(answer, null, 'E2');
    expect(without).toEqual(['E1']);
    expect(isEdited(answer, without)).toBe(true);
    const back = togglePick(answer, without, 'E2');
    expect(isEdited(answer, back)).toBe(false);
  });

  it('UI-91 lists who comes next, the nearest first and those without a way last', () => {
    expect(nextBest(answer, null, 8).map((c) => c.callsign)).toEqual(['E4', 'E9', 'E5']);
    expect(nextBest(answer, ['E4'], 2).map((c) => c.callsign)).toEqual(['E1', 'E2']);
  });

  it('UI-91 asks a reason for a unit that a rule keeps back, and takes none that is busy', () => {
    expect(needsReason(answer, null)).toBe(false);
    expect(needsReason(answer, ['E1', 'E9'])).toBe(false);
    expect(needsReason(answer, ['E1', 'E4'])).toBe(true);
    expect(answer.candidates.filter((c) => !canPick(c)).map((c) => c.callsign)).toEqual(['E5']);
  });
});

describe('the unit board', () => {
  const units = [
    unitRecord('A1', { department: 'ems' }),
    unitRecord('A2', { department: 'ems', status: 'on-scene' }),
    unitRecord('P1', { department: 'police' }),
    unitRecord('X1', { department: 'unknown' }),
  ];
  const ids = (folded: readonly string[]): string[] =>
    boardRows(units, ['police', 'ems'], new Set(folded)).map((row) => row.id);

  it('UI-92 groups units by department in the order of the city, and folds', () => {
    expect(ids([])).toEqual([
      'department:police',
      'unit-P1',
      'department:ems',
      'unit-A1',
      'unit-A2',
      'department:unknown',
      'unit-X1',
    ]);
    expect(ids(['ems', 'unknown'])).toEqual([
      'department:police',
      'unit-P1',
      'department:ems',
      'department:unknown',
    ]);
    expect(departmentOfHead('department:ems')).toBe('ems');
  });

  it('UI-92 counts each department by status', () => {
    const head = boardRows(units, ['ems'], new Set())[0];
    expect(head).toMatchObject({
      total: 2,
      counts: [
        { status: 'available', n: 1 },
        { status: 'on-scene', n: 1 },
      ],
    });
  });

  it('UI-92 knows what a unit does for its case, until it is clear', () => {
    const case1 = incidentRecord(
      1,
      {},
      { assignments: [assignment('A2', { status: 'on-scene' }), assignment('A1', { status: 'cleared' })] },
    );
    const incidents = new Map([[case1.id, case1]]);
    expect(assignmentOf(unitRecord('A2', { incident: 'inc-1' }), incidents)?.status).toBe('on-scene');
    expect(assignmentOf(unitRecord('A1', { incident: 'inc-1' }), incidents)).toBeUndefined();
    expect(assignmentOf(unitRecord('A1'), incidents)).toBeUndefined();
  });
});
