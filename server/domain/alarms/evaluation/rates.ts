/**
 * How fast a value changes a minute, over about the last five: the least-squares line through the means of its minutes, so
 * that a burst of values weighs no more than the minute it falls into. Values that come more rarely are compared with the
 * one before. Invariant: constant memory.
 */
const MINUTE_MS = 60_000;
const MINUTES = 6;
/** The minute before is taken in where it is the only one, but not from longer ago than this. */
const LONGEST_GAP_MS = 60 * MINUTE_MS;
/** A slope over less is noise. */
const LEAST_SPAN_MIN = 1;

interface MinuteMean {
  minute: number;
  n: number;
  /** Mean time (ms) and value of the values in it. */
  atMs: number;
  value: number;
}

export class Rate {
  /** Oldest first. */
  private readonly minutes: MinuteMean[] = [];
  /** When a timer will look whether it is still known. */
  dueAtMs = Infinity;
  private lastAtMs = -Infinity;
  private gapMs = 0;

  add(atMs: number, value: number): void {
    if (this.lastAtMs > -Infinity) this.gapMs = Math.min(atMs - this.lastAtMs, LONGEST_GAP_MS);
    this.lastAtMs = atMs;
    const minute = Math.floor(atMs / MINUTE_MS);
    const newest = this.minutes.at(-1);
    if (newest?.minute === minute) {
      newest.n++;
      newest.atMs += (atMs - newest.atMs) / newest.n;
      newest.value += (value - newest.value) / newest.n;
      return;
    }
    const used = this.minutes.length === MINUTES ? this.minutes.shift() : undefined;
    const next = used ?? { minute, n: 1, atMs, value };
    next.minute = minute;
    next.n = 1;
    next.atMs = atMs;
    next.value = value;
    this.minutes.push(next);
  }

  /** From when on it is not known any more, should nothing come. */
  get knownUntilMs(): number {
    return this.lastAtMs + Math.max((MINUTES - 1) * MINUTE_MS, 2 * this.gapMs);
  }

  /** In units a minute; NaN: not known. */
  perMinute(): number {
    const n = this.minutes.length;
    const newest = this.minutes[n - 1];
    if (!newest || n < 2) return NaN;
    let first = n - 1;
    while (first > 0 && this.minutes[first - 1]!.minute > newest.minute - MINUTES) first--;
    if (first === n - 1) {
      if (newest.atMs - this.minutes[n - 2]!.atMs > LONGEST_GAP_MS) return NaN;
      first = n - 2;
    }
    const from = this.minutes[first]!;
    if (newest.atMs - from.atMs < LEAST_SPAN_MIN * MINUTE_MS) return NaN;
    // The present minute is not over: it weighs by what has come, against the one before.
    const share = Math.min(1, newest.n / this.minutes[n - 2]!.n);
    let w = 0;
    let t = 0;
    let v = 0;
    let tt = 0;
    let tv = 0;
    for (let i = first; i < n; i++) {
      const m = this.minutes[i]!;
      const weight = i === n - 1 ? share : 1;
      const x = (m.atMs - from.atMs) / MINUTE_MS;
      const y = m.value - from.value;
      w += weight;
      t += weight * x;
      v += weight * y;
      tt += weight * x * x;
      tv += weight * x * y;
    }
    return (w * tv - t * v) / (w * tt - t * t);
  }
}
