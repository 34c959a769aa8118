/** What share of a feed's observations was refused lately, out of counters that only grow. */
import type { FeedRecord } from '../../contract/records.ts';

/** The share is of this span, in steps of a minute. */
const SPAN_MS = 5 * 60_000;
const STEP_MS = 60_000;
/** Fewer observations than this say nothing. */
const FEWEST = 20;

interface Count {
  readonly atMs: number;
  readonly taken: number;
  readonly refused: number;
}

export class RefusedShare {
  private readonly counts = new Map<string, Count[]>();

  /** Percent, 0…100; null where too little came. */
  of(feed: Pick<FeedRecord, 'id' | 'taken' | 'refused'>, nowMs: number): number | null {
    let kept = this.counts.get(feed.id);
    if (kept === undefined) this.counts.set(feed.id, (kept = []));
    if (kept.length === 0 || nowMs - kept.at(-1)!.atMs >= STEP_MS) {
      kept.push({ atMs: nowMs, taken: feed.taken, refused: feed.refused });
    }
    // The newest count that is old enough is where the span begins.
    while (kept.length > 1 && nowMs - kept[1]!.atMs >= SPAN_MS) kept.shift();
    const since = kept[0]!;
    const refused = feed.refused - since.refused;
    const all = feed.taken - since.taken + refused;
    return all < FEWEST ? null : (100 * refused) / all;
  }
}
