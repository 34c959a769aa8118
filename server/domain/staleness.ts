/**
 * When a feed counts as silent (FE-51): after five of its own usual intervals, so that a detector that reports every
 * five minutes and a vehicle feed that reports twice a second are each judged by what is normal for them.
 */
import type { FeedRecord } from '../contract/records.ts';

export const STALE_INTERVALS = 5;
/** Below this a pause is jitter of the network, not silence. */
export const SHORTEST_SILENCE_MS = 3_000;
/** The interval assumed until two batches have shown the real one. */
export const ASSUMED_INTERVAL_MS = 12_000;

/** After how long a silence something with this usual interval is stale. */
export const staleAfterMs = (medianIntervalMs: number | undefined): number =>
  Math.max(SHORTEST_SILENCE_MS, STALE_INTERVALS * (medianIntervalMs ?? ASSUMED_INTERVAL_MS));

export function feedState(
  lastSeenAtMs: number | undefined,
  medianIntervalMs: number | undefined,
  nowMs: number,
): FeedRecord['state'] {
  if (lastSeenAtMs === undefined) return 'waiting';
  return nowMs - lastSeenAtMs > staleAfterMs(medianIntervalMs) ? 'stale' : 'live';
}
