/** What the figures of the alarm system say, in the order they are drawn. Pure. */
import type { AlarmKpiAnswer, RuleKpi } from '../../server/contract/alarm-api.ts';
import {
  alarmPriorities,
  priorityTargets,
  RATE_WINDOW_MS,
  type AlarmPriority,
} from '../../server/contract/alarms.ts';
import type { Language } from '../../server/contract/text.ts';
import { formatNumber } from '../desk/format.ts';
import { foldPeaks, type Bin } from './bins.ts';

export const kpiHours = [8, 24, 168] as const;
export type KpiHours = (typeof kpiHours)[number];

/** Alarms an operator and 10 minutes, and the share of time in flood (EEMUA 191, table 4; ISA-18.2 §16). */
export const RATE_TARGET = 1;
export const FLOOD_TARGET = 0.01;

type RateBin = Bin<'rung' | 'raised' | 'perOperator'>;

/** Alarms rung, raised before grouping, and those an operator in 10 minutes; folded to what can be seen. */
export function rateBins(
  answer: Pick<AlarmKpiAnswer, 'bins'>,
  most: number,
): { readonly bins: readonly RateBin[]; readonly minutes: number } {
  const bins = answer.bins.map(({ atMs, rung, raised, operators }) => ({
    atMs,
    rung,
    raised,
    perOperator: operators > 0 ? rung / operators : null,
  }));
  return foldPeaks(bins, ['rung', 'raised', 'perOperator'], most);
}

/** A step is drawn up to the next one: the last bin goes on to the end of the window. */
export function untilNow<B extends { readonly atMs: number }>(
  bins: readonly B[],
  untilMs: number,
): readonly B[] {
  const last = bins.at(-1);
  return last === undefined || last.atMs >= untilMs ? bins : [...bins, { ...last, atMs: untilMs }];
}

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly rung: number;
  /** It is not over. */
  readonly lasting: boolean;
}
/** Floods within the window; one that is not over ends where the window does. */
export const floodSpans = (answer: Pick<AlarmKpiAnswer, 'floods' | 'sinceMs' | 'untilMs'>): readonly Span[] =>
  answer.floods
    .map((flood) => ({
      fromMs: Math.max(flood.fromMs, answer.sinceMs),
      untilMs: Math.min(flood.untilMs ?? answer.untilMs, answer.untilMs),
      rung: flood.rung,
      lasting: flood.untilMs === null,
    }))
    .filter((span) => span.untilMs > span.fromMs);

/** The bins that a flood touches, so that a short one is as wide as the bars it stands behind. */
export const shadedSpans = (spans: readonly Span[], binMs = RATE_WINDOW_MS): readonly Span[] =>
  spans.map((span) => ({
    ...span,
    fromMs: Math.floor(span.fromMs / binMs) * binMs,
    untilMs: Math.ceil(span.untilMs / binMs) * binMs,
  }));

export interface ShareRow {
  readonly priority: AlarmPriority;
  readonly share: number;
  readonly target: number;
  /** Of 1 and 2 there should not be more, of 3 not fewer. */
  readonly off: boolean;
}
export const shareRows = (
  shares: Readonly<Record<AlarmPriority, number>> | null,
): readonly ShareRow[] | null =>
  shares &&
  alarmPriorities.map((priority) => {
    const [share, target] = [shares[priority], priorityTargets[priority]];
    return { priority, share, target, off: priority === 3 ? share < target : share > target };
  });

export interface ParetoRow {
  readonly rule: string;
  readonly name: RuleKpi['name'];
  readonly priority: AlarmPriority;
  readonly rung: number;
  readonly share: number;
  /** Shares of this one and all before it. */
  readonly sum: number;
}
/** Who rings most first, with what they make together. */
export function pareto(actors: readonly RuleKpi[]): readonly ParetoRow[] {
  let sum = 0;
  return [...actors]
    .filter((actor) => actor.rung > 0)
    .sort((a, b) => b.rung - a.rung || (a.rule < b.rule ? -1 : 1))
    .map(({ rule, name, priority, rung, share }) => ({
      rule,
      name,
      priority,
      rung,
      share,
      sum: (sum += share),
    }));
}

/** How much of what was raised grouping kept away; null where nothing was raised. */
export const keptAway = (answer: Pick<AlarmKpiAnswer, 'rung' | 'raised'>): number | null =>
  answer.raised === 0 ? null : Math.max(0, 1 - answer.rung / answer.raised);

export type Verdict = 'good' | 'bad' | 'unknown';
export const judge = (value: number | null, target: number): Verdict =>
  value === null ? 'unknown' : value <= target ? 'good' : 'bad';

/** Rules by what rang, those that never did last. */
export const rankRules = (rules: readonly RuleKpi[]): readonly RuleKpi[] =>
  [...rules].sort((a, b) => b.rung - a.rung || a.priority - b.priority || (a.rule < b.rule ? -1 : 1));

/** Held against one in a hundred, a whole percent would hide on which side it is. */
export const finePercent = (share: number, language: Language): string =>
  `${formatNumber(share * 100, language, 1)}%`;
