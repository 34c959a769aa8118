import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../simulators/kernel/random.ts';
import {
  hourly,
  lognormal,
  normalised,
  poisson,
  weightedIndex,
} from '../../../simulators/models/sampling.ts';

describe('SI-10: random deviates', () => {
  it.each([0.01, 0.7, 4, 35, 180])('SI-10: Poisson counts have mean and variance %d', (mean) => {
    const random = createRandom(11);
    const n = 20_000;
    const draws = Array.from({ length: n }, () => poisson(random, mean));
    const average = draws.reduce((a, b) => a + b, 0) / n;
    const variance = draws.reduce((a, b) => a + (b - average) ** 2, 0) / (n - 1);
    // Four standard errors of each estimate.
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(mean / n));
    expect(Math.abs(variance - mean)).toBeLessThan(4 * Math.sqrt((mean + 2 * mean ** 2) / n));
  });

  it('SI-10: half of the lognormal deviates lie below the median', () => {
    const random = createRandom(5);
    const below = Array.from({ length: 10_000 }, () => lognormal(random, 20, 0.5)).filter(
      (v) => v < 20,
    ).length;
    expect(Math.abs(below - 5_000)).toBeLessThan(200);
  });

  it('SI-10: weights are honoured, and none at all is an error', () => {
    const random = createRandom(3);
    const seen = [0, 0, 0];
    for (let i = 0; i < 9_000; i++) seen[weightedIndex(random, [1, 0, 2])]!++;
    expect(seen[1]).toBe(0);
    expect(seen[2]! / seen[0]!).toBeCloseTo(2, 0);
    expect(() => weightedIndex(random, [0, 0])).toThrow(RangeError);
  });

  it('SI-10: a daily curve is continuous over midnight and keeps its mean', () => {
    const curve = normalised(Array.from({ length: 24 }, (_, h) => h));
    expect(curve.reduce((a, b) => a + b, 0)).toBeCloseTo(24, 9);
    expect(hourly(curve, 23.999)).toBeCloseTo(hourly(curve, 0), 1);
    expect(hourly(curve, 25)).toBe(hourly(curve, 1));
  });
});
