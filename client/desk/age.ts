/** How old a thing may be before the screen says so: limits by kind, and what the feed's own habit says. */
import type { FeedRecord } from '../../server/contract/records.ts';

/** As on the server (SPEC: FE): silent for 5 of its median intervals is stale. */
const STALE_INTERVALS = 5;
const FLOOR_MS = 5_000;

/** Where the feed is not known, a thing of this kind is out of date after this long. */
export const staleAfterMs = {
  vehicle: 30_000,
  link: 5 * 60_000,
  signal: 30_000,
  unit: 2 * 60_000,
  facility: 15 * 60_000,
  station: 30 * 60_000,
  vitals: 10_000,
} as const;
export type AgedKind = keyof typeof staleAfterMs;

/** The limit for what a feed reports: its habit where that is slower than the kind's own limit. */
export function limitMs(kind: AgedKind, feed?: Pick<FeedRecord, 'medianIntervalMs'>): number {
  const habit = feed?.medianIntervalMs === undefined ? 0 : feed.medianIntervalMs * STALE_INTERVALS;
  return Math.max(FLOOR_MS, staleAfterMs[kind], habit);
}

export const isStale = (
  observedAtMs: number,
  nowMs: number,
  kind: AgedKind,
  feed?: Pick<FeedRecord, 'medianIntervalMs'>,
): boolean => nowMs - observedAtMs > limitMs(kind, feed);
