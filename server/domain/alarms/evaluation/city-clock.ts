/**
 * The local time as rules see it. It is set at the moments at which a rule's limit on `clock.hour` is crossed and at every
 * quarter of an hour (midnight and changes of summer time are such), and stands still between: no comparison can tell.
 */
import { NumberColumn, type SubjectTable } from './columns.ts';
import type { LocalClock } from './facts.ts';
import { THE_ONE } from './rule-columns.ts';
import type { Surroundings } from './rule-state.ts';
import type { Timer } from './timers.ts';

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;
/** Clocks may show whole seconds only. */
const COARSE_MS = 1_000;

export class CityClock {
  private readonly clock: LocalClock;
  private readonly around: Surroundings;
  private readonly change: (column: NumberColumn, slot: number, value: number) => void;
  private readonly hour: NumberColumn;
  private readonly weekday: NumberColumn;
  private readonly workday: NumberColumn;
  private timer: Timer | null = null;

  constructor(
    clock: LocalClock,
    table: SubjectTable,
    around: Surroundings,
    change: (column: NumberColumn, slot: number, value: number) => void,
  ) {
    this.clock = clock;
    this.around = around;
    this.change = change;
    table.add('clock');
    this.hour = table.column('hour') as NumberColumn;
    this.weekday = table.column('weekday') as NumberColumn;
    this.workday = table.column('workday') as NumberColumn;
  }

  private get isWatched(): boolean {
    return [this.hour, this.weekday, this.workday].some((c) => c.everywhere !== null);
  }

  /** What it shows now. */
  set(): void {
    const { nowMs } = this.around;
    if (nowMs === -Infinity) return;
    const { hour, weekday, workday } = this.clock.at(nowMs);
    this.change(this.hour, THE_ONE, hour);
    this.change(this.weekday, THE_ONE, weekday);
    this.change(this.workday, THE_ONE, Number(workday));
  }

  /** The next moment at which it has to be set, where somebody looks. */
  wait(): void {
    const { nowMs } = this.around;
    if (this.timer) this.around.cancel(this.timer);
    this.timer = null;
    if (nowMs === -Infinity || !this.isWatched) return;
    this.timer = this.around.at(this.nextAtMs(nowMs), () => {
      this.set();
      this.wait();
    });
  }

  private nextAtMs(nowMs: number): number {
    const quarter = (Math.floor(nowMs / QUARTER_MS) + 1) * QUARTER_MS;
    const plan = this.hour.everywhere;
    if (!plan) return quarter;
    const { hour } = this.clock.at(nowMs);
    const rank = plan.rank(hour);
    if (rank === plan.cuts) return quarter;
    const passed = (ms: number): boolean => plan.rank(this.clock.at(ms).hour) > rank;
    let before = Math.floor(nowMs);
    const guess = Math.ceil(nowMs + (plan.limit(rank) - hour) * HOUR_MS) + COARSE_MS;
    let after = Math.min(guess, quarter - 1);
    if (after <= before || !passed(after)) return quarter;
    while (after - before > 1) {
      const mid = Math.floor((before + after) / 2);
      if (passed(mid)) after = mid;
      else before = mid;
    }
    return after;
  }
}
