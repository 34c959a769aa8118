/** The trend of a fact with what is newer than the last sample of the history: the value it rang with, and the one of now. Pure. */
import type { AlarmAnswer } from '../../server/contract/alarm-api.ts';
import type { AlarmFact, AlarmRecord } from '../../server/contract/alarms.ts';
import type { TrendPoint } from '../ui/trend.tsx';
import { factsOf } from './fact-words.ts';

type Trend = AlarmAnswer['trends'][number];

/** Fewer points are no trend. */
const LEAST = 2;

export const isTrend = ({ values }: Pick<Trend, 'values'>): boolean =>
  values.filter((v) => v !== null).length >= LEAST;

/** Oldest first. What is over is drawn as far as the history goes. */
export function trendPoints(
  { field, atMs, values }: Trend,
  alarm: Pick<AlarmRecord, 'active' | 'facts' | 'factsNow' | 'lastRaisedAtMs'>,
  nowMs: number,
): readonly TrendPoint[] {
  const points = atMs.map((at, i): TrendPoint => ({ atMs: at, value: values[i] ?? null }));
  if (!alarm.active) return points;
  const numberOf = (facts: readonly AlarmFact[]): number | null => {
    const value = facts.find((f) => f.field === field)?.value;
    return typeof value === 'number' ? value : null;
  };
  const beganMs = points[0]?.atMs ?? nowMs;
  const told = [
    { atMs: alarm.lastRaisedAtMs, value: numberOf(alarm.facts) },
    { atMs: nowMs, value: numberOf(factsOf(alarm)) },
  ].filter((p) => p.value !== null && p.atMs >= beganMs);
  return [...points, ...told].sort((a, b) => a.atMs - b.atMs);
}
