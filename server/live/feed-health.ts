/**
 * How each feed does: rate, lag, silence and what was refused (FE). Counts are exact; the record that screens see is
 * put at most once a second, and only when a person would see a difference.
 */
import type { Observation } from '../contract/observations.ts';
import type { FeedRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import { reportTimeMs } from '../domain/cases/report.ts';
import { feedState } from '../domain/staleness.ts';
import { ArrivalRhythm } from './arrival-rhythm.ts';
import type { FeedDescription } from './ports.ts';
import { RecentSamples } from './recent-samples.ts';
import type { Records } from './records.ts';

const RATE_WINDOW_S = 10;
const KEPT_REFUSALS = 10;
/** Counters that only run on are shown this often. */
const COUNTERS_EVERY_MS = 5_000;
const RECORD_EVERY_MS = 950;
/** Samples of lag taken from one batch. */
const LAG_SAMPLES = 8;
/** Event times so far ahead of their arrival say that the feed's clock is wrong; less is jitter of two good clocks. */
const CLOCK_AHEAD_MS = 1_000;

export interface FeedCounts {
  taken: number;
  refused: number;
  late: number;
  duplicate: number;
}

export class FeedHealth {
  readonly feed: FeedDescription;
  readonly counts: FeedCounts = { taken: 0, refused: 0, late: 0, duplicate: 0 };
  /** The speed of the recording that is played through it; null: it is live. */
  replaySpeed: number | null = null;
  private readonly rhythm = new ArrivalRhythm();
  private readonly lagsMs = new RecentSamples(101);
  private readonly perSecond = new Float64Array(RATE_WINDOW_S + 1);
  private readonly secondOf = new Float64Array(RATE_WINDOW_S + 1);
  private refusals: FeedRecord['lastRefusals'] = [];
  private shown: FeedRecord | undefined;
  private shownAtMs = -Infinity;

  constructor(feed: FeedDescription) {
    this.feed = feed;
  }

  /** A batch arrived, also one with nothing new in it: the feed lives. */
  seen(arrivedAtMs: number): void {
    this.rhythm.arrived(arrivedAtMs);
  }

  /** Samples the lag of a batch: arrival minus the time its observations tell of (FE-53). */
  lag(batch: readonly Observation[], arrivedAtMs: number): void {
    const step = Math.max(1, Math.floor(batch.length / LAG_SAMPLES));
    for (let i = 0; i < batch.length; i += step) {
      const o = batch[i]!;
      this.lagsMs.add(arrivedAtMs - (o.type === 'incident' ? reportTimeMs(o) : o.at));
    }
  }

  taken(n: number, nowMs: number): void {
    this.counts.taken += n;
    const second = Math.floor(nowMs / 1000);
    const i = second % this.perSecond.length;
    if (this.secondOf[i] !== second) {
      this.secondOf[i] = second;
      this.perSecond[i] = 0;
    }
    this.perSecond[i]! += n;
  }

  refused(refusals: readonly Refusal[], count: number, atMs: number): void {
    this.counts.refused += count;
    const newest = refusals
      .slice(-KEPT_REFUSALS)
      .map((r) => ({ ...r, atMs }))
      .toReversed();
    if (newest.length > 0) this.refusals = [...newest, ...this.refusals].slice(0, KEPT_REFUSALS);
  }

  ratePerS(nowMs: number): number {
    // The running second is left out: it is not over.
    const now = Math.floor(nowMs / 1000);
    let sum = 0;
    for (let i = 0; i < this.perSecond.length; i++) {
      const age = now - this.secondOf[i]!;
      if (age >= 1 && age <= RATE_WINDOW_S) sum += this.perSecond[i]!;
    }
    return sum / RATE_WINDOW_S;
  }

  state(nowMs: number): FeedRecord['state'] {
    return feedState(this.rhythm.lastAtMs, this.rhythm.knownMs(nowMs), nowMs);
  }

  record(objects: number, nowMs: number): FeedRecord {
    const lag = this.lagsMs.median();
    const { lastAtMs, medianMs: interval } = this.rhythm;
    return {
      id: this.feed.id,
      name: this.feed.name,
      kind: this.feed.kind,
      format: this.feed.format,
      state: this.state(nowMs),
      ratePerS: Math.round(this.ratePerS(nowMs) * 10) / 10,
      ...(lag === undefined ? {} : { lagMs: Math.max(0, Math.round(lag)) }),
      ...(lag === undefined || lag > -CLOCK_AHEAD_MS ? {} : { clockAheadMs: Math.round(-lag) }),
      ...(lastAtMs === undefined ? {} : { lastSeenAtMs: lastAtMs }),
      ...(interval === undefined ? {} : { medianIntervalMs: Math.round(interval) }),
      objects,
      ...this.counts,
      lastRefusals: this.refusals,
      ...(this.replaySpeed === null ? {} : { replaying: true }),
    };
  }

  /** Puts the record where something worth seeing changed (FE-52). */
  publish(records: Records, objects: number, nowMs: number): void {
    if (nowMs - this.shownAtMs < RECORD_EVERY_MS) return;
    const next = this.record(objects, nowMs);
    const before = this.shown;
    const worth =
      before === undefined ||
      before.state !== next.state ||
      before.refused !== next.refused ||
      before.late !== next.late ||
      before.lastRefusals !== next.lastRefusals ||
      before.replaying !== next.replaying ||
      differs(before.ratePerS, next.ratePerS) ||
      differs(before.objects, next.objects) ||
      differs(before.lagMs ?? 0, next.lagMs ?? 0) ||
      differs(before.clockAheadMs ?? 0, next.clockAheadMs ?? 0) ||
      nowMs - this.shownAtMs >= COUNTERS_EVERY_MS;
    if (!worth) return;
    this.shown = next;
    this.shownAtMs = nowMs;
    records.put('feed', next);
  }
}

/** More than a tenth, and more than the last digit. */
const differs = (a: number, b: number): boolean =>
  Math.abs(a - b) > Math.max(1, 0.1 * Math.max(Math.abs(a), Math.abs(b)));
