/**
 * What is usual for each series by hour and kind of day (working, free), learnt while values stream by: median and spread,
 * no stored values, at most one value a minute. Deviations over it are robust z-scores: (value − median) / spread with the
 * spread as MAD × 1.4826, which is the modified z-score of Iglewicz & Hoaglin (1993). Invariant: memory is bounded by
 * `MOST_SERIES`; a full one takes about 650 bytes.
 */
import { BaselineSlots, PAGE, SLOT_BYTES, type Slot } from './baseline-slots.ts';
import { readSnapshot, writeSnapshot } from './baseline-snapshot.ts';
import type { Baselines, LocalClock } from '../evaluation/facts.ts';

const MINUTE_MS = 60_000;
const HALF_HOUR_MS = 30 * MINUTE_MS;
const DAY_MS = 86_400_000;
const HOURS = 24;
/** Pages of a kind of day. */
const PAGES = HOURS / PAGE;
const WORKING = 0;
const FREE = 1;
const NO_PAGE = -1;
const NEVER = -1;
/** Of a row: last minute, least spread, pages. */
const LAST = 0;
const LEAST = 1;
const PAGES_FROM = 2;
const ROW = PAGES_FROM + 2 * PAGES;

/** Further series are not learnt. */
const MOST_SERIES = 200_000;
/** A value stands for the time since the one before, but not for longer. */
const LONGEST_STEP_MIN = 15;
/** What is older than what was learnt last is not learnt; by so much, the clock was wrong and has been set back. */
const SET_BACK_MIN = 24 * 60;
/** An hour is known from so many of its minutes on. */
const KNOWN_MIN = 30;
/** An hour that is not known is taken from one that is so many hours away, its spread wider by one with each hour … */
const NEIGHBOURS = 2;
/** … else from all hours of the kind of day, where so many of them are known: their spread twice. */
const LEAST_HOURS = 4;
const ALL_HOURS_WIDER = 2;

/** Least spread by field, in its unit: what may differ without anything having happened. Others: 1. */
const leastSpreads: Readonly<Partial<Record<string, number>>> = {
  speedKph: 3,
  flowVph: 60,
  erQueue: 2,
  erWaitMin: 5,
  hallQueue: 3,
  hallWaitMin: 5,
  people: 20,
  pm25: 5,
  aqi: 8,
  bedsPct: 1,
  spacesPct: 3,
  residentsPct: 1,
  peoplePct: 1,
  levelM: 0.05,
  headwayRatio: 0.15,
};
/** Series end with their field. */
const leastSpreadOf = (series: string): number =>
  leastSpreads[series.slice(series.lastIndexOf(':') + 1)] ?? 1;

/** Which slots a minute is learnt in and looked up from. */
interface Moment {
  readonly minute: number;
  readonly kind: number;
  readonly hour: number;
  readonly day: number;
  /** The hours whose middles lie before and after, and how near the later one is, 0…1. */
  readonly before: { readonly kind: number; readonly hour: number };
  readonly after: { readonly kind: number; readonly hour: number };
  readonly share: number;
}
interface Usual {
  readonly median: number;
  readonly spread: number;
}

const PAGE_BYTES = PAGE * SLOT_BYTES;

export class StreamingBaselines implements Baselines {
  private readonly clock: LocalClock;
  private readonly index = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly slots = new BaselineSlots();
  /** A row a series: its last minute, its least spread, its pages by kind of day and hour. */
  private rows = new Int32Array(64 * ROW);
  private floats = new Float32Array(this.rows.buffer);
  private moment: Moment | null = null;

  constructor(clock: LocalClock) {
    this.clock = clock;
  }

  /** Series that something is known of. */
  get size(): number {
    return this.names.length;
  }

  learn(series: string, value: number, atMs: number): void {
    if (!Number.isFinite(value)) return;
    const minute = Math.floor(atMs / MINUTE_MS);
    const s = this.index.get(series) ?? this.open(series);
    if (s === null) return;
    const row = s * ROW;
    const last = this.rows[row + LAST]!;
    const isNewer = minute > last;
    if (!isNewer && last - minute < SET_BACK_MIN) return;
    this.rows[row + LAST] = minute;
    const stands = last === NEVER || !isNewer ? 1 : Math.min(minute - last, LONGEST_STEP_MIN);
    const { kind, hour, day } = this.momentOf(minute);
    this.slots.learn(this.slotFor(s, kind, hour), value, stands, day, this.floats[row + LEAST]!);
  }

  usual(series: string, atMs: number): Usual | null {
    const s = this.index.get(series);
    if (s === undefined) return null;
    const { before, after, share } = this.momentOf(Math.floor(atMs / MINUTE_MS));
    const a = this.hourly(s, before.kind, before.hour);
    const b = this.hourly(s, after.kind, after.hour);
    if (a === null || b === null) return a ?? b;
    return {
      median: a.median + (b.median - a.median) * share,
      spread: a.spread + (b.spread - a.spread) * share,
    };
  }

  /**
   * `count` series from the `first` on, in the order in which they were met; all where left out. Several parts cover a large
   * city without holding anybody up.
   */
  export(first = 0, count = Infinity): Uint8Array {
    const names = this.names.slice(first, first + count);
    return writeSnapshot(
      names.map((name, i) => {
        const row = (first + i) * ROW;
        const pages: (readonly [number, Uint8Array])[] = [];
        for (let p = 0; p < 2 * PAGES; p++) {
          const page = this.rows[row + PAGES_FROM + p]!;
          if (page !== NO_PAGE) pages.push([p, this.slots.bytesOf(page)]);
        }
        return { name, lastMinute: this.rows[row + LAST]!, pages };
      }),
    );
  }

  /** Takes over what `export` gave; what is known of the same series is replaced. False: it is none, nothing was taken. */
  import(snapshot: Uint8Array): boolean {
    const found = readSnapshot(snapshot, PAGE_BYTES);
    if (found === null) return false;
    for (const { name, lastMinute, pages } of found) {
      const s = this.index.get(name) ?? this.open(name);
      if (s === null) continue;
      this.rows[s * ROW + LAST] = lastMinute;
      for (const [p, bytes] of pages) {
        if (p >= 2 * PAGES) continue;
        this.slots.bytesOf(this.slotFor(s, Math.floor(p / PAGES), (p % PAGES) * PAGE)).set(bytes);
      }
    }
    return true;
  }

  private open(series: string): number | null {
    const s = this.names.length;
    if (s >= MOST_SERIES) return null;
    if (s * ROW >= this.rows.length) {
      const rows = new Int32Array(2 * this.rows.length);
      rows.set(this.rows);
      this.rows = rows;
      this.floats = new Float32Array(rows.buffer);
    }
    this.names.push(series);
    this.index.set(series, s);
    this.rows.fill(NO_PAGE, s * ROW + PAGES_FROM, (s + 1) * ROW);
    this.rows[s * ROW + LAST] = NEVER;
    this.floats[s * ROW + LEAST] = leastSpreadOf(series);
    return s;
  }

  private slotFor(series: number, kind: number, hour: number): number {
    const p = pageAt(series, kind, hour);
    if (this.rows[p] === NO_PAGE) this.rows[p] = this.slots.page();
    return this.rows[p]! + (hour % PAGE);
  }

  private known(series: number, kind: number, hour: number): Slot | null {
    const page = this.rows[pageAt(series, kind, hour)]!;
    if (page === NO_PAGE) return null;
    const slot = this.slots.at(page + (hour % PAGE));
    return slot.minutes >= KNOWN_MIN ? slot : null;
  }

  private hourly(series: number, kind: number, hour: number): Usual | null {
    const own = this.known(series, kind, hour);
    if (own) return sure(own, 1);
    for (let d = 1; d <= NEIGHBOURS; d++) {
      const near =
        this.known(series, kind, (hour + HOURS - d) % HOURS) ?? this.known(series, kind, (hour + d) % HOURS);
      if (near) return sure(near, 1 + d);
    }
    return this.allHours(series, kind);
  }

  /** The middle of the known hours; its spread holds what is usual within them and between them. */
  private allHours(series: number, kind: number): Usual | null {
    const slots: Slot[] = [];
    for (let hour = 0; hour < HOURS; hour++) {
      if (this.rows[pageAt(series, kind, hour)] === NO_PAGE) {
        hour += PAGE - 1;
        continue;
      }
      const slot = this.known(series, kind, hour);
      if (slot) slots.push(slot);
    }
    if (slots.length < LEAST_HOURS) return null;
    const median = middle(slots.map((s) => s.median));
    const spread = middle(slots.map((s) => sure(s, 1).spread + Math.abs(s.median - median)));
    return { median, spread: spread * ALL_HOURS_WIDER };
  }

  /** The clock gives a fraction of an hour, which may lie a hair before the full one. */
  private localMinute(ms: number): { readonly minute: number; readonly workday: boolean } {
    const { hour, workday } = this.clock.at(ms);
    return { minute: Math.round(hour * 60) % (HOURS * 60), workday };
  }

  private hourAt(ms: number): { readonly kind: number; readonly hour: number } {
    const { minute, workday } = this.localMinute(ms);
    return { kind: workday ? WORKING : FREE, hour: Math.floor(minute / 60) };
  }

  private momentOf(minute: number): Moment {
    if (this.moment?.minute === minute) return this.moment;
    const ms = minute * MINUTE_MS;
    const now = this.localMinute(ms);
    const midnightMs = ms - now.minute * MINUTE_MS;
    this.moment = {
      minute,
      ...this.hourAt(ms),
      day: Math.floor(midnightMs / DAY_MS),
      before: this.hourAt(ms - HALF_HOUR_MS),
      after: this.hourAt(ms + HALF_HOUR_MS),
      share: ((now.minute + 30) % 60) / 60,
    };
    return this.moment;
  }
}

/** What few days have shown is held for less sure: after one day twice the spread, after five 1.2 times. */
const sure = ({ median, spread, days }: Slot, wider: number): Usual => ({
  median,
  spread: spread * wider * (1 + 1 / days),
});

const pageAt = (series: number, kind: number, hour: number): number =>
  series * ROW + PAGES_FROM + kind * PAGES + Math.floor(hour / PAGE);

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
