/** The city's traffic as small drawings and verdicts. Pure. */
import type { TrafficAnswer } from '../../server/contract/signal-api.ts';

/** A trend as the points of lines: a gap where nothing was known is a gap. */
export function trendLine(
  trend: readonly (number | null)[],
  width: number,
  height: number,
): readonly string[] {
  const known = trend.filter((v) => v !== null);
  if (known.length === 0) return [];
  const low = Math.min(...known);
  const span = Math.max(0.05, Math.max(...known) - low);
  const step = trend.length > 1 ? width / (trend.length - 1) : 0;
  const lines: string[] = [];
  let line: string[] = [];
  const end = (): void => {
    if (line.length > 1) lines.push(line.join(' '));
    line = [];
  };
  trend.forEach((value, i) => {
    if (value === null) end();
    else
      line.push(
        `${(i * step).toFixed(1)},${(height - 2 - ((value - low) / span) * (height - 4)).toFixed(1)}`,
      );
  });
  end();
  return lines;
}

type Forecast = TrafficAnswer['forecast'][number];
/** Which way of looking ahead erred least; null while one of them has not been measured. */
export function bestForecast({
  error,
  errorAsNow,
  errorAsLastWeek,
}: Forecast): 'ours' | 'now' | 'week' | null {
  if (error === null || errorAsNow === null) return null;
  const ways = [
    ['ours', error],
    ['now', errorAsNow],
    ['week', errorAsLastWeek ?? Number.POSITIVE_INFINITY],
  ] as const;
  return ways.reduce((best, way) => (way[1] < best[1] ? way : best))[0];
}
