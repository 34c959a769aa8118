/**
 * A rule as it was written made into one that can be evaluated: types checked, names looked up, every problem with its
 * place. A rule that compiles can not fail later.
 */
import type { ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import type { RuleProblem } from '../../../contract/alarm-api.ts';
import type { AlarmRule } from '../../../contract/alarms.ts';
import { err, ok, type Result } from '../../../contract/result.ts';
import { celLanguage, staysInPlace } from './cel.ts';
import type { Places } from '../evaluation/facts.ts';
import { factsIn, type Fact, type TruthExpr } from './formula.ts';
import { Lowering } from './lowering.ts';
import { libraryProblem, Refused, sentences, type ExpressionField } from './rule-problems.ts';

export interface CompiledRule {
  readonly rule: AlarmRule;
  readonly where: TruthExpr | null;
  readonly when: TruthExpr;
  readonly until: TruthExpr | null;
  readonly suppressWhen: TruthExpr | null;
}

/** `places`: where given, the names of districts and streets are held against it. */
export function compileRule(rule: AlarmRule, places?: Places): Result<CompiledRule, RuleProblem[]> {
  const problems: RuleProblem[] = [];
  const areas = rule.areas.map((a) => a.id);
  for (const id of new Set(areas.filter((a, i) => areas.indexOf(a) !== i)))
    problems.push({ field: 'areas', message: sentences.areaTwice(id) });
  const lowering = new Lowering(rule, places);
  const read = (field: ExpressionField): TruthExpr | null => {
    const source = rule[field];
    if (source === undefined) return null;
    const compiled = compileExpression(field, source, rule, lowering);
    if (compiled.ok) return compiled.value;
    problems.push(compiled.error);
    return null;
  };
  const where = read('where');
  const when = read('when');
  const until = read('until');
  const suppressWhen = read('suppressWhen');
  if (problems.length > 0 || when === null) return err(problems);
  return ok({ rule, where, when, until, suppressWhen });
}

function compileExpression(
  field: ExpressionField,
  source: string,
  rule: AlarmRule,
  lowering: Lowering,
): Result<TruthExpr, RuleProblem> {
  const { environment } = celLanguage(rule.subject);
  try {
    const parsed = environment.parse(source);
    const checked = parsed.check();
    if (!checked.valid) return err(libraryProblem(field, source, rule.subject, checked.error!));
    const { range } = parsed.ast;
    if (checked.type !== 'bool') throw new Refused(sentences.notBool(checked.type ?? ''), range);
    const expression = lowering.truth(parsed.ast);
    const moving = field === 'where' ? factsIn(expression).find((f) => !mayChoose(f, rule)) : undefined;
    if (moving) throw new Refused(sentences.moves(moving.shown), placeOf(source, moving) ?? range);
    return ok(expression);
  } catch (e) {
    if (e instanceof Refused) return err({ field, message: e.text, start: e.start, end: e.end });
    if (isLibraryError(e)) return err(libraryProblem(field, source, rule.subject, e));
    throw e;
  }
}

/** Whether a fact may stand in `where`: it stays as it is while the subject lives. */
const mayChoose = (f: Fact, rule: AlarmRule): boolean =>
  f.fixed || (f.call !== undefined && f.call.method !== 'earlier' && staysInPlace(rule.subject));

function placeOf(source: string, fact: Fact): { start: number; end: number } | undefined {
  const name = fact.call?.method ?? fact.key;
  const start = source.search(new RegExp(`\\b${name}\\b`));
  return start < 0 ? undefined : { start, end: start + name.length };
}

const isLibraryError = (e: unknown): e is ParseError | CelTypeError =>
  e instanceof Error && (e.name === 'ParseError' || e.name === 'TypeError') && 'summary' in e;
