/** How many operators were on duty when. Nobody on duty counts as one: an alarm at night is somebody’s too. */

/** Changes that are kept: two in three minutes, for a month. */
const MOST_CHANGES = 30_000;

export class Duty {
  private readonly most: number;
  private at: number[] = [];
  private operators: number[] = [];

  constructor(most: number = MOST_CHANGES) {
    this.most = most;
  }

  /** From `atMs` on; a clock that is behind says it of the latest moment that is known. */
  change(atMs: number, operators: number): void {
    this.at.push(Math.max(atMs, this.at.at(-1) ?? -Infinity));
    this.operators.push(operators);
    if (this.at.length <= this.most) return;
    // In one go, so that it is not done with every change.
    const kept = Math.ceil(this.most * 0.9);
    this.at = this.at.slice(-kept);
    this.operators = this.operators.slice(-kept);
  }

  /** Operators × milliseconds of a span. Before the first change that is known there was nobody. */
  timeOf(fromMs: number, untilMs: number): number {
    let sum = 0;
    let from = fromMs;
    for (let i = this.firstAfter(fromMs); from < untilMs; i++) {
      const until = Math.min(untilMs, this.at[i] ?? Infinity);
      sum += (until - from) * Math.max(1, this.operators[i - 1] ?? 0);
      from = until;
    }
    return sum;
  }

  /** On duty at a moment, at least 1. */
  when(atMs: number): number {
    return Math.max(1, this.operators[this.firstAfter(atMs) - 1] ?? 0);
  }

  private firstAfter(ms: number): number {
    let [low, high] = [0, this.at.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at[middle]! <= ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
