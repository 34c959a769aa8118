/**
 * Everything that rang (or would have, without grouping) and what became of it, newest last: a ring buffer of typed arrays,
 * about 22 bytes each. What no longer fits is forgotten, oldest first, and known to be.
 */
import type { AlarmPriority } from '../../../contract/alarms.ts';

/** It would have rung without grouping. */
export const RAISED = 1;
/** It rang. */
export const RANG = 2;
export const ACKNOWLEDGED = 4;
export const SHELVED = 8;
export const INCIDENT = 16;
export const FLEETING = 32;
/** With it its alarm began to chatter. */
export const CHATTERS = 64;
/** Its alarm was taken out of service. */
export const OUT_OF_SERVICE = 128;

/** 112 in every 10 minutes of a month. */
const CAPACITY = 500_000;
const FIRST_CAPACITY = 1_024;
/** What came later can be older by so much: servers’ clocks, and feeds that are behind. */
const CLOCKS_DIFFER_MS = 3_600_000;

export interface Ring {
  readonly atMs: number;
  readonly rule: number;
  readonly priority: AlarmPriority;
  readonly flags: number;
  /** Until somebody acknowledged it; null: nobody did. */
  readonly acknowledgedAfterMs: number | null;
}

/** Places are 1, 2, 3 … for ever; 0 is none. */
export class RingLog {
  /** The time of the newest one that was forgotten; -Infinity: none was. */
  forgottenUntilMs = -Infinity;
  private readonly most: number;
  private last = 0;
  private capacity: number;
  private at: Float64Array;
  private rule: Uint32Array;
  private priority: Uint8Array;
  private flags: Uint8Array;
  /** One more than the milliseconds; 0: not acknowledged. */
  private delay: Uint32Array;
  private previous: Uint32Array;

  constructor(most: number = CAPACITY) {
    this.most = most;
    this.capacity = Math.min(most, FIRST_CAPACITY);
    this.at = new Float64Array(this.capacity);
    this.rule = new Uint32Array(this.capacity);
    this.priority = new Uint8Array(this.capacity);
    this.flags = new Uint8Array(this.capacity);
    this.delay = new Uint32Array(this.capacity);
    this.previous = new Uint32Array(this.capacity);
  }

  /** Answers its place. `previous`: the place of the same alarm’s ring before. */
  push(ring: Omit<Ring, 'acknowledgedAfterMs'>, previous: number): number {
    if (this.last === this.capacity && this.capacity < this.most) this.grow();
    const slot = this.last % this.capacity;
    if (this.last >= this.capacity) this.forgottenUntilMs = Math.max(this.forgottenUntilMs, this.at[slot]!);
    this.at[slot] = ring.atMs;
    this.rule[slot] = ring.rule;
    this.priority[slot] = ring.priority;
    this.flags[slot] = ring.flags;
    this.delay[slot] = 0;
    this.previous[slot] = previous;
    return ++this.last;
  }

  mark(place: number, flag: number): void {
    if (this.holds(place)) this.flags[(place - 1) % this.capacity]! |= flag;
  }

  /** Marks a ring and those of its alarm before it, back to the first that bears one of `until` already. */
  markBack(place: number, flag: number, until: number, atMs: number | null = null): void {
    for (let p = place; this.holds(p);) {
      const slot = (p - 1) % this.capacity;
      if ((this.flags[slot]! & until) !== 0) return;
      this.flags[slot]! |= flag;
      if (atMs !== null) this.delay[slot] = Math.max(0, atMs - this.at[slot]!) + 1;
      p = this.previous[slot]!;
    }
  }

  /** Of those in [`fromMs`, `untilMs`], the newest first. */
  each(fromMs: number, untilMs: number, visit: (ring: Ring) => void): void {
    for (let place = this.last; this.holds(place); place--) {
      const slot = (place - 1) % this.capacity;
      const atMs = this.at[slot]!;
      if (atMs < fromMs - CLOCKS_DIFFER_MS) return;
      if (atMs < fromMs || atMs > untilMs) continue;
      const delay = this.delay[slot]!;
      visit({
        atMs,
        rule: this.rule[slot]!,
        priority: this.priority[slot] as AlarmPriority,
        flags: this.flags[slot]!,
        acknowledgedAfterMs: delay === 0 ? null : delay - 1,
      });
    }
  }

  private holds(place: number): boolean {
    return place > 0 && place <= this.last && place > this.last - this.capacity;
  }

  /** Only while none was forgotten, so that each stays in its slot. */
  private grow(): void {
    this.capacity = Math.min(this.most, this.capacity * 2);
    this.at = larger(this.at, new Float64Array(this.capacity));
    this.rule = larger(this.rule, new Uint32Array(this.capacity));
    this.priority = larger(this.priority, new Uint8Array(this.capacity));
    this.flags = larger(this.flags, new Uint8Array(this.capacity));
    this.delay = larger(this.delay, new Uint32Array(this.capacity));
    this.previous = larger(this.previous, new Uint32Array(this.capacity));
  }
}

function larger<T extends { set(from: T): void }>(from: T, into: T): T {
  into.set(from);
  return into;
}
