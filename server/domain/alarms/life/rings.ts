/**
 * When alarms rang, as far back as it matters: to the second for the rate of 10 minutes, by bins of 10 minutes for the
 * shares of 24 hours. Bounded whatever happens; children never ring, so they are not in here.
 */
import { priorityTargets, RATE_WINDOW_MS, type AlarmPriority } from '../../../contract/alarms.ts';
import { UndoMap, type UndoLog } from '../../undo.ts';

export type PerPriority = Readonly<Record<AlarmPriority, number>>;
export const noneYet: PerPriority = { 1: 0, 2: 0, 3: 0 };

const SECOND_MS = 1_000;
const DAY_MS = 24 * 3_600_000;
/** Old bins are dropped in one go once there are so many times as many as are asked for. */
const SLACK = 1.5;
/** Below so many rings a day shares of priorities say nothing. */
const SHARES_FROM = 20;
/** Clearly above what EEMUA 191 asks for: twice its share of emergencies, or little that is not important. */
const MOST_EMERGENCIES = 2 * priorityTargets[1];
const MOST_IMPORTANT = 0.35;

/** Counts of time bins; those older than `spanMs` before the newest are forgotten in time. */
class Bins {
  private readonly counts: UndoMap<number, PerPriority>;
  private readonly binMs: number;
  private readonly spanMs: number;

  constructor(undo: UndoLog, binMs: number, spanMs: number) {
    this.counts = new UndoMap(undo);
    this.binMs = binMs;
    this.spanMs = spanMs;
  }

  add(atMs: number, priority: AlarmPriority): void {
    const bin = Math.floor(atMs / this.binMs);
    const before = this.counts.get(bin) ?? noneYet;
    this.counts.set(bin, { ...before, [priority]: before[priority] + 1 });
    const most = this.spanMs / this.binMs;
    if (this.counts.size <= most * SLACK) return;
    for (const old of this.counts.keys()) if (old <= bin - most) this.counts.delete(old);
  }

  /** What rang in the span up to `nowMs`. */
  upTo(nowMs: number): PerPriority {
    const last = Math.floor(nowMs / this.binMs);
    const first = last - this.spanMs / this.binMs;
    const sum = { ...noneYet };
    for (const [bin, counts] of this.counts.entries()) {
      if (bin <= first || bin > last) continue;
      for (const p of [1, 2, 3] as const) sum[p] += counts[p];
    }
    return sum;
  }

  get size(): number {
    return this.counts.size;
  }
}

export class Rings {
  private readonly recent: Bins;
  private readonly day: Bins;

  constructor(undo: UndoLog) {
    this.recent = new Bins(undo, SECOND_MS, RATE_WINDOW_MS);
    this.day = new Bins(undo, RATE_WINDOW_MS, DAY_MS);
  }

  add(atMs: number, priority: AlarmPriority): void {
    this.recent.add(atMs, priority);
    this.day.add(atMs, priority);
  }

  /** How many rang in the 10 minutes up to `nowMs`. */
  last10Min(nowMs: number): number {
    return total(this.recent.upTo(nowMs));
  }

  /** Shares of the last 24 hours; null where too few rang. */
  shares(nowMs: number): PerPriority | null {
    return sharesOf(this.day.upTo(nowMs));
  }

  /** Bins in memory. */
  get size(): number {
    return this.recent.size + this.day.size;
  }
}

export const total = (n: PerPriority): number => n[1] + n[2] + n[3];

/** Shares of priorities; null where too few rang for them to say anything. */
export function sharesOf(rung: PerPriority): PerPriority | null {
  const all = total(rung);
  if (all < SHARES_FROM) return null;
  return { 1: rung[1] / all, 2: rung[2] / all, 3: rung[3] / all };
}

/** Too much is called important for the word to mean anything. */
export const isInflated = (shares: PerPriority | null): boolean =>
  shares !== null && (shares[1] > MOST_EMERGENCIES || shares[1] + shares[2] > MOST_IMPORTANT);
