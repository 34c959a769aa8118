/** Where in an expression something is wrong: its text in pieces, those that are underlined among them. Pure. */
import type { RuleProblem } from '../../server/contract/alarm-api.ts';

export interface Piece {
  readonly text: string;
  readonly wrong: boolean;
}

/** The place of a problem within a text: at least a character wide, never beyond its end. What is sent is trimmed. */
function spanOf(problem: RuleProblem, text: string): readonly [from: number, to: number] | null {
  if (problem.start === undefined || text === '') return null;
  const lead = text.length - text.trimStart().length;
  const from = Math.max(0, Math.min(problem.start + lead, text.length - 1));
  const to = problem.end === undefined ? from + 1 : problem.end + lead;
  return [from, Math.max(from + 1, Math.min(to, text.length))];
}

/**
 * `checked` is the text that the problems were found in: what was typed since may have moved them, so that only a text that
 * is the same is underlined.
 */
export function piecesOf(text: string, checked: string, problems: readonly RuleProblem[]): readonly Piece[] {
  const whole: readonly Piece[] = text === '' ? [] : [{ text, wrong: false }];
  if (text !== checked) return whole;
  const spans = problems
    .map((problem) => spanOf(problem, text))
    .filter((span) => span !== null)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const out: Piece[] = [];
  let at = 0;
  for (const [from, to] of spans) {
    if (to <= at) continue;
    const begin = Math.max(from, at);
    if (begin > at) out.push({ text: text.slice(at, begin), wrong: false });
    const last = out.at(-1);
    if (last?.wrong === true) out[out.length - 1] = { text: last.text + text.slice(begin, to), wrong: true };
    else out.push({ text: text.slice(begin, to), wrong: true });
    at = to;
  }
  if (at < text.length) out.push({ text: text.slice(at), wrong: false });
  return out;
}

/** Problems of a field, and of what lies in it: `areas` takes `areas.0.ring`. */
export const inField = <P extends { readonly field: string }>(
  problems: readonly P[],
  field: string,
): readonly P[] => problems.filter((p) => p.field === field || p.field.startsWith(`${field}.`));
