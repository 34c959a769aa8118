/** What the live picture needs of the world outside it. Adapters lie in `storage/`; tests bring their own. */
import type { z } from 'zod';
import type { VitalsHistory } from '../contract/api.ts';
import type { factValue } from '../contract/alarms.ts';
import type { SubjectKind } from '../contract/alarm-fields.ts';
import type { LonLat } from '../contract/geo.ts';
import type { FeedKind, VitalsRecord } from '../contract/records.ts';
import type { Observation } from '../contract/observations.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { Role } from '../contract/roles.ts';
import type { LocalText } from '../contract/text.ts';

export interface NewEvent {
  readonly type: string;
  readonly payload: unknown;
}

/** An event with who caused it and when, ready to be appended. */
export interface NewEntry extends NewEvent {
  /** Who caused it: `user:ID`, `feed:ID`, `unit:ID` or `system`. */
  readonly actor: string;
  readonly atMs: number;
  /** The id of the command it answers, so that the same command asked again is known, after a restart too. */
  readonly command?: string;
}

export interface JournalEntry extends NewEntry {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
}

export type AppendOutcome =
  { readonly ok: true; readonly lastSeq: number } | { readonly ok: false; readonly reason: 'conflict' };

/** Facts that must not be lost. */
export interface Journal {
  /** The seq of the last entry known here, 0 when empty. */
  readonly lastSeq: number;
  /**
   * Appends entries after `expectedSeq`, all or none. Resolves when they are durable.
   * Answers 'conflict' where somebody else appended first: read on from there and decide again.
   * @throws where the store is closed or broken; nothing was then appended.
   */
  append(expectedSeq: number, entries: readonly NewEntry[]): Promise<AppendOutcome>;
  /** Entries after `afterSeq`, in order. */
  read(afterSeq: number): AsyncIterable<JournalEntry>;
  /** Calls back (soon, perhaps more than once) when somebody else may have appended; returns how to stop. */
  watch(callback: () => void): () => void;
  close(): Promise<void>;
}

/** Local accounts and the sessions of who is signed in. Passwords are only ever kept as argon2id hashes. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly department?: string;
  /** Encoded argon2id hash; null: cannot sign in by password (demo accounts). */
  readonly passwordHash: string | null;
  readonly disabled: boolean;
  /** Failed sign-ins in a row. */
  readonly failures: number;
  /** Signing in is refused until then; null: not locked. */
  readonly lockedUntilMs: number | null;
  /** Grows with every change of role, department, password or `disabled`; sessions of an older version end. */
  readonly version: number;
}

export interface SessionRow {
  /** SHA-256 of the cookie's token, hex: whoever reads the table cannot sign in with it. */
  readonly tokenHash: string;
  readonly account: string;
  /** The account's version when it was opened. */
  readonly accountVersion: number;
  readonly csrf: string;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
}

export interface Accounts {
  get(id: string): Promise<Account | null>;
  all(): Promise<readonly Account[]>;
  /** Makes or replaces an account; `version` is set by the store (one more than before). */
  put(account: Omit<Account, 'version'>): Promise<Account>;
  /** Counts a failed sign-in, or forgets them after a good one; does not change `version`. */
  signInTried(id: string, failures: number, lockedUntilMs: number | null): Promise<void>;
  openSession(row: SessionRow): Promise<void>;
  session(tokenHash: string): Promise<SessionRow | null>;
  /** Says that a session is still used. */
  touchSession(tokenHash: string, seenAtMs: number): Promise<void>;
  endSession(tokenHash: string): Promise<void>;
  /** Ends sessions not seen since. */
  endOldSessions(seenBeforeMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Pictures and papers that belong to cases, by the SHA-256 of what is in them. */
export interface Attachments {
  /** Keeps the bytes and names them; the same bytes again are the same attachment. */
  put(bytes: Uint8Array): Promise<string>;
  get(sha256: string): Promise<Uint8Array | null>;
}

/** What is known of a subject of alarm rules, or changed of it since the sample before. */
export interface FactSample {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly facts: Readonly<Record<string, z.infer<typeof factValue>>>;
  readonly name?: LocalText;
  readonly position?: LonLat | null;
  /** It is no more. */
  readonly gone?: true;
}
export interface LinkSample {
  readonly index: number;
  readonly speedKph: number;
  /** How much of its room vehicles take, %. */
  readonly fullPct: number;
}
/** One moment of the history. */
export interface HistoryRow {
  readonly atMs: number;
  /** JSON of `FactSample[]`; null where none was taken then. */
  readonly facts: string | null;
  /** Every subject stands in it, not only those that changed. */
  readonly full: boolean;
  /** By link index: km/h, 255 = not measured; null where none was taken then. */
  readonly speeds: Uint8Array | null;
  /** By link index: %, 255 = not known. */
  readonly filled: Uint8Array | null;
}

/** Sampled telemetry, for charts, trial runs of alarm rules and (later) replay. Losing the newest seconds at a crash is accepted. */
export interface History {
  sampleVitals(vitals: VitalsRecord): void;
  /** Only measured links. */
  sampleLinks(atMs: number, links: readonly LinkSample[]): void;
  sampleFacts(atMs: number, full: boolean, samples: readonly FactSample[]): void;
  vitals(sinceMs: number): Promise<VitalsHistory>;
  linkTrend(
    index: number,
    sinceMs: number,
  ): Promise<readonly { readonly atMs: number; readonly speedKph: number }[]>;
  /** At most `limit` rows after `afterMs`, oldest first. */
  rows(afterMs: number, untilMs: number, limit: number): Promise<readonly HistoryRow[]>;
  /** When the last full sample at or before `atMs` was taken, else the first there is; null: none. */
  fullBefore(atMs: number): Promise<number | null>;
  /** Numbers of a subject since then, oldest first; null where a field was not known. */
  factTrend(
    kind: SubjectKind,
    id: string,
    fields: readonly string[],
    sinceMs: number,
  ): Promise<readonly { readonly atMs: number; readonly values: readonly (number | null)[] }[]>;
  /** What is usual, as it was last kept. */
  keepBaselines(bytes: Uint8Array): void;
  baselines(): Promise<Uint8Array | null>;
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
  /** Its incidents are dispatched and ended by their own source: they get no deadlines here. */
  readonly handledBySource?: boolean;
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
