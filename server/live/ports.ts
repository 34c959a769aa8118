/** What the live picture needs of the world outside it. Adapters lie in `storage/`; tests bring their own. */
import type { VitalsHistory } from '../contract/api.ts';
import type { FeedKind, VitalsRecord } from '../contract/records.ts';
import type { Observation } from '../contract/observations.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { LocalText } from '../contract/text.ts';

export interface NewEvent {
  readonly type: string;
  readonly payload: unknown;
}

export interface JournalEntry extends NewEvent {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  readonly atMs: number;
  /** Who caused it: a user's id, or `feed:ID`. */
  readonly actor: string;
}

/** Facts that must not be lost. */
export interface Journal {
  /** The seq of the last entry, 0 when empty. */
  readonly lastSeq: number;
  /**
   * Appends events after `expectedSeq`, all or none. Resolves when they are durable.
   * Answers 'conflict' where somebody else appended first: read on from there and decide again.
   * @throws where the store is closed or broken; nothing was then appended.
   */
  append(
    expectedSeq: number,
    events: readonly NewEvent[],
    actor: string,
    atMs: number,
  ): Promise<
    { readonly ok: true; readonly lastSeq: number } | { readonly ok: false; readonly reason: 'conflict' }
  >;
  /** Entries after `afterSeq`, in order. */
  read(afterSeq: number): AsyncIterable<JournalEntry>;
  close(): Promise<void>;
}

/** Sampled telemetry, for charts and (later) replay. Losing the newest seconds at a crash is accepted. */
export interface History {
  sampleVitals(vitals: VitalsRecord): void;
  /** Speeds in km/h by link index; only measured links. */
  sampleLinks(atMs: number, links: readonly { readonly index: number; readonly speedKph: number }[]): void;
  vitals(sinceMs: number): Promise<VitalsHistory>;
  linkTrend(
    index: number,
    sinceMs: number,
  ): Promise<readonly { readonly atMs: number; readonly speedKph: number }[]>;
  close(): Promise<void>;
}

/** A feed as configured, without its secret. */
export interface FeedDescription {
  readonly id: string;
  readonly name: LocalText;
  readonly kind: FeedKind;
  readonly format: string;
  /** The most objects (vehicles, detectors, open incidents) it may report at once. */
  readonly maxObjects: number;
}

/** What became of a batch. `refusals` carries the lines given to `observe`. */
export interface ObserveOutcome {
  readonly taken: number;
  /** Older than what is known of the object; ignored. */
  readonly late: number;
  /** The same event again; ignored. */
  readonly duplicate: number;
  readonly refusals: readonly Refusal[];
}

/** The door of feeds into the live picture. */
export interface ObservePort {
  /**
   * Takes observations that have passed the edge's checks of shape, time and place. `lines[i]` is the 1-based line of
   * `observations[i]` in its batch. Resolves when what must be durable (incidents) is.
   */
  observe(
    feedId: string,
    observations: readonly Observation[],
    lines: readonly number[],
    arrivedAtMs: number,
  ): Promise<ObserveOutcome>;
  /** Counts what the edge refused, so that it shows in the feed's health. */
  refused(feedId: string, refusals: readonly Refusal[], count: number, atMs: number): void;
  /** At which speed a recording is being played through the feed; null: it is live. */
  replaying(feedId: string, speed: number | null): void;
}
