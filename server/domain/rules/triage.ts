/**
 * What the answers to a protocol's questions say of a case. Answers only name what they are sure of: the strictest
 * priority, the most urgent determinant and the highest alarm level count, whatever the other answers say.
 */
import { determinants } from '../../contract/cases.ts';
import { categories, type CategoryCode } from '../../contract/categories.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { TriageProtocol } from '../../contract/rulebook.ts';
import type { CaseKind } from './match.ts';

export interface TriageOutcome {
  /** Id of the protocol; empty where the rulebook has none for the case. */
  readonly protocol: string;
  readonly severity: number;
  readonly determinant?: (typeof determinants)[number];
  readonly category: CategoryCode;
  /** The alarm level that the answers call for, where they do. */
  readonly level?: number;
}

type Option = TriageProtocol['questions'][number]['options'][number];

/** Works out the answers, by question id; none at all leave the case as it is. */
export function triageBy(
  protocol: TriageProtocol | undefined,
  c: CaseKind,
  answers: Readonly<Record<string, string>>,
): Result<TriageOutcome, Refusal> {
  const chosen: Option[] = [];
  const questions = new Map(protocol?.questions.map((q) => [q.id, q]));
  for (const [question, answer] of Object.entries(answers)) {
    const option = questions.get(question)?.options.find((o) => o.id === answer);
    if (option === undefined) return err({ code: 'unknown-answer', detail: `${question}: ${answer}` });
    chosen.push(option);
  }
  const category = categoryBy(chosen) ?? c.category;
  const priorities = chosen.flatMap((o) => o.priority ?? []);
  const ranks = chosen.flatMap((o) =>
    o.determinant === undefined ? [] : determinants.indexOf(o.determinant),
  );
  const levels = chosen.flatMap((o) => o.level ?? []);
  return ok({
    protocol: protocol?.id ?? '',
    severity:
      priorities.length > 0
        ? Math.min(...priorities)
        : category === c.category
          ? c.severity
          : Math.min(c.severity, categories[category].severity),
    category,
    ...(ranks.length > 0 ? { determinant: determinants[Math.max(...ranks)] } : {}),
    ...(levels.length > 0 ? { level: Math.max(...levels) } : {}),
  });
}

/** What it turns out to be: by the strictest of the answers that say so, among equals the first. */
function categoryBy(chosen: readonly Option[]): CategoryCode | undefined {
  const strict = (o: Option): number => o.priority ?? (o.category ? categories[o.category].severity : 4);
  return chosen.filter((o) => o.category !== undefined).sort((a, b) => strict(a) - strict(b))[0]?.category;
}
