/** What a trial run says, as figures and bars: the rule as written beside the one that is live. Pure. */
import type { DryRunAnswer, DryRunOutcome } from '../../server/contract/alarm-api.ts';
import { RATE_WINDOW_MS } from '../../server/contract/alarms.ts';
import type { Bin } from '../alarm-kpi/bins.ts';

export const dryRunHours = [8, 24, 72, 168] as const;

type SideBySide = Bin<'proposed' | 'current'>;

/** Every ten minutes of what was run over; `current` is null throughout where there is no such rule yet. */
export function sideBySide(answer: DryRunAnswer): readonly SideBySide[] {
  const { proposed, current } = answer;
  const byTime = (outcome: DryRunOutcome | null): ReadonlyMap<number, number> =>
    new Map((outcome?.bins ?? []).map((bin) => [slot(bin.atMs), bin.rung]));
  const [mine, theirs] = [byTime(proposed), byTime(current)];
  const out: SideBySide[] = [];
  for (let atMs = slot(answer.fromMs); atMs <= answer.untilMs; atMs += RATE_WINDOW_MS)
    out.push({
      atMs,
      proposed: mine.get(atMs) ?? 0,
      current: current === null ? null : (theirs.get(atMs) ?? 0),
    });
  return out;
}
const slot = (ms: number): number => Math.floor(ms / RATE_WINDOW_MS) * RATE_WINDOW_MS;

const DAY_MS = 24 * 60 * 60_000;
/** Rung after grouping, for each day of the span; null where there was no span. */
export function perDay(
  outcome: DryRunOutcome,
  span: Pick<DryRunAnswer, 'fromMs' | 'untilMs'>,
): number | null {
  const ms = span.untilMs - span.fromMs;
  return ms > 0 ? (outcome.annunciated * DAY_MS) / ms : null;
}

/** Those that rang most, with their share of everything. */
export function topSubjects(
  outcome: DryRunOutcome,
  most: number,
): readonly (DryRunOutcome['subjects'][number] & { readonly share: number })[] {
  const all = outcome.subjects.reduce((sum, s) => sum + s.times, 0);
  return [...outcome.subjects]
    .sort((a, b) => b.times - a.times || b.activeS - a.activeS || (a.subject.id < b.subject.id ? -1 : 1))
    .slice(0, most)
    .map((s) => ({ ...s, share: all === 0 ? 0 : s.times / all }));
}

/** True where less history was there than was asked for: more than a twentieth is missing. */
export const isShort = (answer: DryRunAnswer, hours: number): boolean =>
  answer.untilMs - answer.fromMs < hours * 3_600_000 * 0.95;

/** Samples this far apart hide what is shorter: said beside the figures. */
export const COARSE_FROM_S = 30;
