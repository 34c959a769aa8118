/** Bins of ten minutes for charts: without gaps, and folded where there are more than can be seen. Pure. */
import { RATE_WINDOW_MS } from '../../server/contract/alarms.ts';

export type Bin<K extends string> = { readonly atMs: number } & Readonly<Record<K, number | null>>;

/**
 * At most `most` bins, as many beside each other as that takes; of each only the highest stays, so that no peak is lost.
 * `minutes`: what one of the new bins spans.
 */
export function foldPeaks<K extends string>(
  bins: readonly Bin<K>[],
  keys: readonly K[],
  most: number,
): { readonly bins: readonly Bin<K>[]; readonly minutes: number } {
  const size = Math.max(1, Math.ceil(bins.length / most));
  const minutes = (size * RATE_WINDOW_MS) / 60_000;
  if (size === 1) return { bins, minutes };
  const out: Bin<K>[] = [];
  for (let i = 0; i < bins.length; i += size) {
    const part = bins.slice(i, i + size);
    const peak = (key: K): number | null => {
      const known = part.map((bin): number | null => bin[key]).filter((value) => value !== null);
      return known.length === 0 ? null : Math.max(...known);
    };
    out.push(Object.assign({ atMs: part[0]!.atMs }, ...keys.map((key) => ({ [key]: peak(key) }))) as Bin<K>);
  }
  return { bins: out, minutes };
}
