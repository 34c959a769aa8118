/** Rows of the evaluation in the order they are read. */
import { expect, it } from 'vitest';
import { fitName, pointsOff, rowsWithBars, rowsWithCases } from '../../../client/evaluation/figures.ts';
import type { EvaluationRow } from '../../../server/contract/api.ts';

const row = (id: string, cases: number, score: number | null): EvaluationRow => ({
  id,
  name: { zh: id, en: id },
  cases,
  score,
  onTimeShare: null,
  reworkShare: null,
  satisfaction: null,
  deductions: [],
});

it('UI-118 the best score comes first, one without a score last, and who had no case says nothing', () => {
  const rows = [row('a', 2, 80), row('b', 0, null), row('c', 5, null), row('d', 3, 95), row('e', 9, 80)];
  expect(rowsWithCases(rows).map((r) => r.id)).toEqual(['d', 'e', 'a', 'c']);
});

it('UI-118 points off are those of all deductions', () => {
  const deductions = [
    { incident: 'i', number: 1, code: 'overdue', points: 20, times: 2 },
    { incident: 'j', number: 2, code: 'hops', points: 5, times: 1 },
  ];
  expect(pointsOff({ ...row('a', 2, 75), deductions })).toBe(25);
});

it('UI-118 bars are of those with the most cases, in the order of their rank', () => {
  const ranked = [row('d', 3, 95), row('e', 9, 80), row('a', 2, 80), row('f', 4, 60), row('c', 99, null)];
  expect(rowsWithBars(ranked, 3).map((r) => r.id)).toEqual(['d', 'e', 'f']);
});

it.each([
  ['Ambulance Centre', 160, 'Ambulance Centre'],
  ['Ambulance Centre', 110, 'Ambulance…'],
  ['临江市卫生健康委员会', 200, '临江市卫生健康委员会'],
  ['临江市卫生健康委员会', 110, '临江市卫生…'],
])('UI-118 “%s” in %d pixels is “%s”', (name, px, shown) => {
  expect(fitName(name, px, 10)).toBe(shown);
});
