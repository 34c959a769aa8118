/** An in-memory live picture for tests of feeds and transports: it takes everything and remembers it. */
import type { Observation } from '../../server/contract/observations.ts';
import type { Refusal } from '../../server/contract/refusals.ts';
import type { ObserveOutcome, ObservePort } from '../../server/live/ports.ts';

export class FeedDouble implements ObservePort {
  readonly seen: { feed: string; observation: Observation; line: number }[] = [];
  readonly refusals: { feed: string; refusals: readonly Refusal[]; count: number }[] = [];
  readonly replays = new Map<string, boolean>();
  /** Every call of observe, with how many came. */
  readonly calls: { feed: string; n: number }[] = [];
  /** What the next calls answer instead. */
  failWith: Refusal | null = null;
  keep = true;
  taken = 0;

  async observe(
    feedId: string,
    observations: readonly Observation[],
    lines: readonly number[],
  ): Promise<ObserveOutcome> {
    this.calls.push({ feed: feedId, n: observations.length });
    if (this.failWith !== null) {
      const refusal = this.failWith;
      return {
        taken: 0,
        late: 0,
        duplicate: 0,
        refusals: lines.map((line) => ({ ...refusal, line })),
      };
    }
    this.taken += observations.length;
    if (this.keep) {
      for (const [i, observation] of observations.entries()) {
        this.seen.push({ feed: feedId, observation, line: lines[i]! });
      }
    }
    return { taken: observations.length, late: 0, duplicate: 0, refusals: [] };
  }

  refused(feedId: string, refusals: readonly Refusal[], count: number): void {
    this.refusals.push({ feed: feedId, refusals, count });
  }

  replaying(feedId: string, speed: number | null): void {
    this.replays.set(feedId, speed !== null);
  }

  /** Refused so far, by feed. */
  refusedOf(feedId: string): number {
    return this.refusals.filter((r) => r.feed === feedId).reduce((sum, r) => sum + r.count, 0);
  }
}
