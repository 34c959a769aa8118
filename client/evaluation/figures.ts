/** The figures of the evaluation in the order they are read. Pure. */
import type { EvaluationRow } from '../../server/contract/api.ts';

/** Best score first; what has none yet, for want of cases, last. */
export const rankRows = (rows: readonly EvaluationRow[]): readonly EvaluationRow[] =>
  [...rows].sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || b.cases - a.cases || (a.id < b.id ? -1 : 1));

/** A row without a case says nothing. */
export const rowsWithCases = (rows: readonly EvaluationRow[]): readonly EvaluationRow[] =>
  rankRows(rows.filter((row) => row.cases > 0));

export const pointsOff = (row: EvaluationRow): number => row.deductions.reduce((sum, d) => sum + d.points, 0);

/** Bars for those with the most cases, at most so many, in the order of their rank. */
export function rowsWithBars(ranked: readonly EvaluationRow[], most: number): readonly EvaluationRow[] {
  const scored = ranked.filter((row) => row.score !== null);
  const busiest = new Set([...scored].sort((a, b) => b.cases - a.cases).slice(0, most));
  return scored.filter((row) => busiest.has(row));
}

/** A name that fits into so many pixels of small print, cut at its end. Han characters are as wide as two letters. */
export function fitName(name: string, widthPx: number, letterPx: number): string {
  const most = Math.floor(widthPx / letterPx);
  const wide = (letters: readonly string[]): number =>
    letters.reduce((sum, letter) => sum + (letter > '\u2e7f' ? 2 : 1), 0);
  const letters = Array.from(name);
  if (wide(letters) <= most) return name;
  while (letters.length > 1 && wide(letters) > most - 1) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}
