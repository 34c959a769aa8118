/**
 * Green bands: who leaves the first stop within one and drives at the speed meets green at every stop (the bandwidth of
 * arterial coordination: Little, Martin & Morgan, 1964, here found and not optimized). Spans are half-open, sorted and apart.
 */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Narrower than this nobody gets through. */
const LEAST_BAND_MS = 2_000;

/** `metres`: of each stop from the first one along the way; `greens[i]`: when stop i is green for it. */
export function greenBands(
  metres: readonly number[],
  greens: readonly (readonly Span[])[],
  speedMps: number,
): Span[] {
  let common: readonly Span[] | null = null;
  for (const [i, spans] of greens.entries()) {
    const lateMs = (metres[i]! / speedMps) * 1_000;
    const atFirst = spans.map((s) => ({ fromMs: s.fromMs - lateMs, untilMs: s.untilMs - lateMs }));
    common = common === null ? atFirst : intersect(common, atFirst);
    if (common.length === 0) return [];
  }
  return (common ?? []).filter((s) => s.untilMs - s.fromMs >= LEAST_BAND_MS);
}

function intersect(a: readonly Span[], b: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const fromMs = Math.max(a[i]!.fromMs, b[j]!.fromMs);
    const untilMs = Math.min(a[i]!.untilMs, b[j]!.untilMs);
    if (fromMs < untilMs) out.push({ fromMs, untilMs });
    if (a[i]!.untilMs < b[j]!.untilMs) i++;
    else j++;
  }
  return out;
}
