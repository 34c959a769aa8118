/** Random deviates beyond the uniform and the normal; the caller passes the source. */
import type { Random } from '../kernel/random.ts';

/** Time to the next event of a Poisson process, in the unit of `mean`. */
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random.next());

/**
 * Number of events in an interval with expectation `mean`: Knuth's product method in slices of at most 20, which keeps
 * exp(-mean) away from underflow (a sum of Poisson deviates is one).
 */
export function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let rest = mean; rest > 0; rest -= 20) {
    const limit = Math.exp(-Math.min(rest, 20));
    for (let product = random.next(); product > limit; product *= random.next()) count++;
  }
  return count;
}

/** Lognormal by its median and the standard deviation of its logarithm. */
export const lognormal = (random: Random, median: number, sigma: number): number =>
  median * Math.exp(sigma * random.normal());

/** An index with probability proportional to its weight. @throws where no weight is positive. */
export function weightedIndex(random: Random, weights: readonly number[]): number {
  let total = 0;
  for (const w of weights) total += w;
  if (!(total > 0)) throw new RangeError('no positive weight');
  let left = random.next() * total;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return weights.length - 1;
}

/** A daily curve given by 24 hourly values, linear between the hours. */
export function hourly(curve: readonly number[], hour: number): number {
  const h = ((hour % 24) + 24) % 24;
  const i = Math.floor(h);
  const a = curve[i] ?? 1;
  const b = curve[(i + 1) % 24] ?? 1;
  return a + (b - a) * (h - i);
}

/** The curve scaled to a mean of 1. */
export function normalised(curve: readonly number[]): number[] {
  const mean = curve.reduce((a, b) => a + b, 0) / curve.length;
  return curve.map((v) => v / mean);
}
