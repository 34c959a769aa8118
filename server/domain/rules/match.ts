/** Which entries of the rulebook hold for a case: the most specific wins, among equals the first. */
import { categories, type CategoryCode } from '../../contract/categories.ts';
import type { CaseMatch } from '../../contract/rulebook.ts';

/** What happened and how urgent it is; severity 1…4 is what the rulebook calls priority. */
export interface CaseKind {
  readonly category: CategoryCode;
  readonly severity: number;
}

export const matches = (match: CaseMatch, c: CaseKind): boolean =>
  (match.category === undefined || match.category === c.category) &&
  (match.family === undefined || match.family === categories[c.category].family) &&
  (match.priority === undefined || match.priority === c.severity);

/** 5 category and priority, 4 category, 3 family and priority, 2 family, 1 priority, 0 everything. */
export function specificity(match: CaseMatch): number {
  const kind = match.category !== undefined ? 4 : match.family !== undefined ? 2 : 0;
  return kind + (match.priority === undefined ? 0 : 1);
}

/** Entries that hold for `c`, the most specific first; `rank` decides between entries for the same cases. */
export function bestFirst<T extends { readonly match: CaseMatch }>(
  entries: readonly T[],
  c: CaseKind,
  rank: (entry: T) => number = () => 0,
): T[] {
  return entries
    .filter((entry) => matches(entry.match, c))
    .sort((a, b) => specificity(b.match) - specificity(a.match) || rank(b) - rank(a));
}
