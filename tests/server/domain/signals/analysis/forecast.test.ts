import { describe, expect, it } from 'vitest';
import { featuresOf, HORIZONS_MIN, STEP_MS } from '../../../../../server/domain/signals/analysis/forecast.ts';
import {
  PooledForecast,
  type Judged,
} from '../../../../../server/domain/signals/analysis/pooled-forecast.ts';
import { SeriesForecast } from '../../../../../server/domain/signals/analysis/series-forecast.ts';
import { createRandom } from '../../../../../simulators/kernel/random.ts';

const STEPS_A_DAY = 288;
/** A day with two rush hours. */
const usualAt = (atMs: number): number => {
  const hour = (atMs / 3_600_000) % 24;
  return 1.2 + 0.6 * Math.exp(-((hour - 8) ** 2) / 2) + 0.8 * Math.exp(-((hour - 18) ** 2) / 3);
};
/** The usual, and a deviation from it that decays by a half in half an hour. */
function days(count: number, seed: number): number[] {
  const random = createRandom(seed);
  let off = 0;
  return Array.from({ length: count * STEPS_A_DAY }, (_, step) => {
    off = off * 0.5 ** (5 / 30) + 0.06 * (random.next() + random.next() - 1);
    return usualAt(step * STEP_MS) + off;
  });
}

describe('forecasts', () => {
  it('TR-235 it says "as now" until something was learnt', () => {
    const forecast = new SeriesForecast(() => null);
    expect(forecast.all().map((f) => f.value)).toEqual([null, null, null]);
    forecast.add(0, 1.4);
    expect(forecast.all().map((f) => f.value)).toEqual([1.4, 1.4, 1.4]);
  });

  it('TR-235 without what is usual only the way it moves tells', () => {
    expect(featuresOf(1.5, 1.2, null, 1.8)).toEqual([0, 0, expect.closeTo(0.3, 9)]);
    expect(featuresOf(1.5, null, 1.4, 1.8)).toEqual([expect.closeTo(-0.1, 9), expect.closeTo(0.4, 9), 0]);
  });

  it('TR-236 it learns to beat "as now" and "as a week ago", and says by how much', () => {
    const forecast = new SeriesForecast(usualAt);
    for (const [step, value] of days(9, 7).entries()) forecast.add(step * STEP_MS, value);
    for (const { minutes, error, errorAsNow, errorAsLastWeek } of forecast.all()) {
      expect(error).toBeLessThan(errorAsLastWeek!);
      expect(error! / errorAsNow!).toBeLessThan(minutes === 15 ? 0.95 : 0.75);
    }
  });

  it('TR-236 errors are of what came: of steps that nobody told, and of weeks that nobody knows, there are none', () => {
    const forecast = new SeriesForecast(() => null);
    forecast.add(0, 1);
    forecast.add(STEP_MS, null);
    forecast.add(3 * STEP_MS, 1.5);
    expect(forecast.all()[0]).toMatchObject({ error: 0.5, errorAsNow: 0.5, errorAsLastWeek: null });
    forecast.add(6 * STEP_MS, null);
    expect(forecast.all()[1]).toMatchObject({ error: null, value: null });
  });

  it('TR-236 what the history recalls is a week ago', () => {
    const weekMs = 7 * 86_400_000;
    const forecast = new SeriesForecast(() => null);
    forecast.recall(3 * STEP_MS, 2);
    forecast.add(weekMs, 1);
    forecast.add(weekMs + 3 * STEP_MS, 1.5);
    expect(forecast.all()[0]!.errorAsLastWeek).toBeCloseTo(0.5, 5);
  });

  it('TR-235 roads learn from each other, and nothing is learnt from before it was judged', () => {
    const judged: Judged[] = [];
    const pool = new PooledForecast((_, atMs) => usualAt(atMs));
    pool.onJudged = (j) => judged.push(j);
    const roads = [1, 2, 3].map((seed) => days(2, seed));
    for (let step = 0; step < roads[0]!.length; step++)
      pool.add(step * STEP_MS, new Map(roads.map((road, i) => [i, road[step]!])));
    const first = judged.filter((j) => j.horizon === 0).slice(0, 3);
    expect(first.map((j) => j.forecast)).toEqual(first.map((j) => j.asNow));
    const late = judged.filter((j) => j.horizon === 2).slice(-300);
    const mae = (of: (j: Judged) => number): number =>
      late.reduce((sum, j) => sum + Math.abs(of(j) - j.actual), 0) / late.length;
    expect(mae((j) => j.forecast) / mae((j) => j.asNow)).toBeLessThan(0.7);
    expect(HORIZONS_MIN).toEqual([15, 30, 60]);
  });
});
