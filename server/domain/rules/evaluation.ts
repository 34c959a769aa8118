/**
 * How work went, over finished cases: by department and by street a score whose every deduction names its case, and
 * the percentiles of the phases (times are skewed: a mean would hide who waited long).
 */
import type { EvaluationAnswer, EvaluationRow } from '../../contract/api.ts';
import type { Evaluation, Stage } from '../../contract/cases.ts';
import type { CategoryCode } from '../../contract/categories.ts';
import type { Department } from '../../contract/city-pack.ts';
import type { LonLat } from '../../contract/geo.ts';
import type { Scoring } from '../../contract/rulebook.ts';
import type { LocalText } from '../../contract/text.ts';
import { percentile } from './percentiles.ts';
import { formulaText, scoreBy, type ScoreFacts } from './score.ts';

/** What is kept of a finished case. */
export interface CaseSummary {
  readonly id: string;
  readonly number: number;
  readonly category: CategoryCode;
  readonly severity: number;
  readonly title: LocalText;
  readonly lead: string | null;
  /** All departments it concerned, the leading one among them. */
  readonly departments: readonly string[];
  readonly street?: string | undefined;
  readonly position?: LonLat | undefined;
  readonly reportedAtMs: number;
  readonly dispatchedAtMs?: number | undefined;
  readonly firstEnRouteAtMs?: number | undefined;
  readonly firstOnSceneAtMs?: number | undefined;
  readonly lastOnSceneAtMs?: number | undefined;
  readonly resolvedAtMs?: number | undefined;
  readonly closedAtMs: number;
  /** Of each unit: sent until it drove, and drove until it was there, seconds. */
  readonly turnouts: readonly number[];
  readonly travels: readonly number[];
  /** Deadlines that ended, by the stage to reach. */
  readonly deadlines: readonly { readonly reach: Stage; readonly met: boolean }[];
  /** Tasks by department; `late` by task id. */
  readonly tasks: Readonly<Record<string, { readonly onTime: number; readonly late: readonly string[] }>>;
  /** How often each department returned it. */
  readonly returns: Readonly<Record<string, number>>;
  readonly hops: number;
  readonly reopened: number;
  readonly overrides: number;
  readonly evaluation?: Evaluation | undefined;
}

export interface EvaluationContext {
  /** Cases closed before this do not count. */
  readonly sinceMs: number;
  readonly scoring: Scoring;
  readonly departments: readonly Department[];
  readonly streets: readonly { readonly id: string; readonly name: LocalText }[];
}

/** Stages that the desk reaches, not the department: nobody can drive before being sent. */
export const deskReaches: readonly Stage[] = ['triaged', 'dispatched'];

/** What one department or street has to answer for in one case. */
interface Share {
  readonly case: CaseSummary;
  readonly facts: ScoreFacts;
  readonly met: number;
  readonly missed: number;
  readonly onTime: number;
  /** True where rework and satisfaction are its own. */
  readonly leads: boolean;
}

/** Everything that `GET /api/v1/evaluation` answers (EV-1 … EV-6). */
export function evaluateCases(cases: Iterable<CaseSummary>, ctx: EvaluationContext): EvaluationAnswer {
  const counted = [...cases].filter((c) => c.closedAtMs >= ctx.sinceMs);
  const byDepartment = new Map<string, Share[]>();
  const byStreet = new Map<string, Share[]>();
  const add = (to: Map<string, Share[]>, key: string, share: Share): void => {
    const shares = to.get(key);
    if (shares === undefined) to.set(key, [share]);
    else shares.push(share);
  };
  for (const c of counted) {
    for (const id of new Set([...(c.lead === null ? [] : [c.lead]), ...c.departments]))
      add(byDepartment, id, shareOf(c, id));
    if (c.street !== undefined) add(byStreet, c.street, shareOf(c, null));
  }
  const rows = (
    shares: ReadonlyMap<string, Share[]>,
    known: readonly { readonly id: string; readonly name: LocalText }[],
  ): EvaluationRow[] =>
    known
      .flatMap(({ id, name }) => {
        const own = shares.get(id);
        return own === undefined ? [] : [rowOf(id, name, own, ctx.scoring)];
      })
      .sort((a, b) => (a.score ?? 100) - (b.score ?? 100) || b.cases - a.cases || (a.id < b.id ? -1 : 1));
  return {
    sinceMs: ctx.sinceMs,
    formula: formulaText(ctx.scoring, deskReaches),
    departments: rows(byDepartment, ctx.departments),
    streets: rows(byStreet, ctx.streets),
    phases: phasesOf(counted),
  };
}

/** `department` null: all of the case. */
function shareOf(c: CaseSummary, department: string | null): Share {
  const whole = department === null;
  const leads = whole || c.lead === department;
  const deadlines = leads ? c.deadlines.filter((d) => whole || !deskReaches.includes(d.reach)) : [];
  const tasks = Object.entries(c.tasks)
    .filter(([owner]) => whole || owner === department)
    .map(([, t]) => t);
  const returns = Object.entries(c.returns).filter(([who]) => whole || who === department);
  return {
    case: c,
    leads,
    met: deadlines.filter((d) => d.met).length,
    missed: deadlines.filter((d) => !d.met).length,
    onTime: tasks.reduce((n, t) => n + t.onTime, 0),
    facts: {
      overdue: deadlines.filter((d) => !d.met).map((d) => d.reach),
      overdueTasks: tasks.flatMap((t) => t.late),
      returns: returns.reduce((n, [, times]) => n + times, 0),
      hops: leads ? c.hops : 0,
      reopened: leads ? c.reopened : 0,
      overrides: leads ? c.overrides : 0,
      satisfaction: leads ? c.evaluation?.satisfaction : undefined,
    },
  };
}

function rowOf(id: string, name: LocalText, shares: readonly Share[], scoring: Scoring): EvaluationRow {
  const deductions = shares.flatMap(({ case: c, facts }) =>
    byCode(scoreBy(scoring, facts).deductions).map((d) => ({ incident: c.id, number: c.number, ...d })),
  );
  const lost = deductions.reduce((sum, d) => sum + d.points, 0);
  const sum = (of: (s: Share) => number): number => shares.reduce((n, s) => n + of(s), 0);
  const good = sum((s) => s.met + s.onTime);
  const bad = sum((s) => s.missed + s.facts.overdueTasks.length);
  const led = shares.filter((s) => s.leads);
  const satisfied = led.flatMap((s) => s.facts.satisfaction ?? []);
  return {
    id,
    name,
    cases: shares.length,
    score: Math.max(0, round(100 - lost / shares.length, 1)),
    onTimeShare: good + bad === 0 ? null : round(good / (good + bad), 4),
    reworkShare:
      led.length === 0 ? null : round(led.filter((s) => s.facts.reopened > 0).length / led.length, 4),
    satisfaction:
      satisfied.length === 0 ? null : round(satisfied.reduce((a, b) => a + b, 0) / satisfied.length, 2),
    deductions: deductions.sort((a, b) => b.points - a.points || b.number - a.number),
  };
}

/** One line a case and code. */
function byCode(deductions: Evaluation['deductions']): { code: string; points: number; times: number }[] {
  const out = new Map<string, { code: string; points: number; times: number }>();
  for (const { code, points, times } of deductions) {
    const line = out.get(code);
    if (line === undefined) out.set(code, { code, points, times });
    else {
      line.points += points;
      line.times += times;
    }
  }
  return [...out.values()];
}

function phasesOf(cases: readonly CaseSummary[]): EvaluationAnswer['phases'] {
  /** Seconds from the report to a moment, of the cases that reached it. */
  const until = (of: (c: CaseSummary) => number | undefined): number[] =>
    cases.flatMap((c) => {
      const atMs = of(c);
      return atMs === undefined ? [] : Math.max(0, (atMs - c.reportedAtMs) / 1_000);
    });
  const phase = (
    name: EvaluationAnswer['phases'][number]['phase'],
    seconds: readonly number[],
  ): EvaluationAnswer['phases'][number] => {
    const at = (p: number): number | null => {
      const value = percentile(seconds, p);
      return value === null ? null : round(value, 1);
    };
    return { phase: name, count: seconds.length, p50: at(50), p90: at(90), p95: at(95) };
  };
  return [
    phase(
      'call-handling',
      until((c) => c.dispatchedAtMs),
    ),
    phase(
      'turnout',
      cases.flatMap((c) => c.turnouts),
    ),
    phase(
      'travel',
      cases.flatMap((c) => c.travels),
    ),
    phase(
      'first-on-scene',
      until((c) => c.firstOnSceneAtMs),
    ),
    phase(
      'full-response',
      until((c) => c.lastOnSceneAtMs),
    ),
    phase(
      'closure',
      until((c) => c.closedAtMs),
    ),
  ];
}

const round = (n: number, digits: number): number => Math.round(n * 10 ** digits) / 10 ** digits;
