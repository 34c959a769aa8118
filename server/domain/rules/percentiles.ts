/** Percentiles of measured times. */

/**
 * The smallest value that at least `p` percent of the values do not exceed: the nearest rank, definition 1 of Hyndman
 * and Fan (1996), Sample Quantiles in Statistical Packages. It is always a value that was measured. Null: no values.
 */
export function percentile(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  // 0.9 × 10 is 9.000000000000002 for some p; a rank must not rise by that.
  const rank = Math.ceil((p / 100) * sorted.length - 1e-9);
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1]!;
}
