/** What the rulebook says while a call is taken: which questions are asked, how urgent it is, what counts as near. Pure. */
import { categories, type CategoryCode } from '../../server/contract/categories.ts';
import { determinants, type Triage } from '../../server/contract/cases.ts';
import type { CaseMatch, Rulebook, TriageProtocol } from '../../server/contract/rulebook.ts';

/** Category and priority, category, family and priority, family, priority, everything (rulebook.ts); null: no match. */
function specificity(match: CaseMatch, category: CategoryCode, priority: number): number | null {
  if (match.category !== undefined && match.category !== category) return null;
  if (match.family !== undefined && match.family !== categories[category].family) return null;
  if (match.priority !== undefined && match.priority !== priority) return null;
  return (
    (match.category === undefined ? 0 : 4) +
    (match.family === undefined ? 0 : 2) +
    (match.priority === undefined ? 0 : 1)
  );
}

/** The most specific entry that matches; among equals the first. */
export function mostSpecific<T extends { readonly match: CaseMatch }>(
  entries: readonly T[],
  category: CategoryCode,
  priority: number,
): T | null {
  let best: T | null = null;
  let bestAt = -1;
  for (const entry of entries) {
    const at = specificity(entry.match, category, priority);
    if (at !== null && at > bestAt) [best, bestAt] = [entry, at];
  }
  return best;
}

export const usualPriority = (category: CategoryCode): number => categories[category].severity;

/** The questions for a category at the priority said so far; null where the rulebook has none. */
export const protocolFor = (
  rulebook: Rulebook | undefined,
  category: CategoryCode | null,
  severity: number | null = null,
): TriageProtocol | null =>
  rulebook && category ? mostSpecific(rulebook.triage, category, severity ?? usualPriority(category)) : null;

export interface Urgency {
  readonly priority: number;
  readonly determinant?: Triage['determinant'];
  /** What the answers make of it, where that is another category. */
  readonly category: CategoryCode;
}

type Option = TriageProtocol['questions'][number]['options'][number];
const strictness = (o: Option): number => o.priority ?? (o.category ? usualPriority(o.category) : 4);

/**
 * How urgent it is by the answers so far, as the server will judge it: the strictest priority, the most urgent
 * determinant, the category of the strictest answer that names one.
 */
export function urgencyOf(
  category: CategoryCode,
  protocol: TriageProtocol | null,
  answers: Readonly<Record<string, string>>,
): Urgency {
  const chosen = (protocol?.questions ?? []).flatMap(
    (question) => question.options.find((o) => o.id === answers[question.id]) ?? [],
  );
  const priorities = chosen.flatMap((o) => o.priority ?? []);
  const ranks = chosen.flatMap((o) => (o.determinant ? determinants.indexOf(o.determinant) : []));
  const becomes =
    chosen.filter((o) => o.category !== undefined).sort((a, b) => strictness(a) - strictness(b))[0]
      ?.category ?? category;
  return {
    priority:
      priorities.length > 0
        ? Math.min(...priorities)
        : Math.min(usualPriority(category), usualPriority(becomes)),
    ...(ranks.length > 0 ? { determinant: determinants[Math.max(...ranks)] } : {}),
    category: becomes,
  };
}

/** Answers to questions that are asked; those of a category one has left are not sent. */
export function answersAsked(
  protocol: TriageProtocol | null,
  answers: Readonly<Record<string, string>>,
): Record<string, string> {
  const asked = (protocol?.questions ?? []).filter((q) => q.options.some((o) => o.id === answers[q.id]));
  return Object.fromEntries(asked.map((q) => [q.id, answers[q.id]!]));
}
