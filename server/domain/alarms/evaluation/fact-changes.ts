/**
 * Facts as they change, and the rules that are woken by it: for one subject at a time, so that its rules see together what
 * changed together. Invariant: before another subject changes, or time passes, whoever was woken has looked.
 */
import { NumberColumn, TextColumn, type SubjectTable } from './columns.ts';
import { DerivedFacts, type DerivedPorts } from './derived-facts.ts';
import type { FactValue } from './facts.ts';
import { THE_ONE } from './rule-columns.ts';
import type { RuleRun } from './rule-run.ts';
import type { Surroundings } from './rule-state.ts';

const NOWHERE = -1;
/** The last moment that a `Date` can be. */
const LAST_MS = 8.64e15;

export class FactChanges {
  readonly derived: DerivedFacts;
  /** What a `where` looks at has changed, of the open subject. */
  chooseAgain = false;
  private readonly around: Surroundings;
  /** The subject that is being changed, and the rules that are woken for it. */
  private openTable: SubjectTable | null = null;
  private openSlot = NOWHERE;
  private woken: RuleRun[] = [];
  /** Rules that are woken for all of their subjects. */
  private readonly wokenEverywhere = new Set<RuleRun>();
  private round = 1;
  private readonly bounds = { low: 0, high: 0 };

  constructor(ports: DerivedPorts, around: Surroundings) {
    this.around = around;
    this.derived = new DerivedFacts(ports, around, this.change);
  }

  open(table: SubjectTable, slot: number): void {
    if (this.openSlot === slot && this.openTable === table) return;
    if (this.woken.length > 0) this.flush();
    this.openTable = table;
    this.openSlot = slot;
  }

  write(table: SubjectTable, slot: number, field: string, value: FactValue): void {
    const column = table.column(field);
    if (column instanceof NumberColumn && typeof value !== 'string')
      this.change(column, slot, value === null ? NaN : Number(value));
    else if (column instanceof TextColumn && (value === null || typeof value === 'string'))
      this.changeText(column, slot, value);
    else throw new Error(`${table.kind}.${field} can not be ${JSON.stringify(value)}`);
  }

  /** Takes a value that changes no truth; false: it may change one. Not for what runs with the clock. */
  takeQuietly(column: NumberColumn, slot: number, value: number): boolean {
    if (!(value > column.low[slot]! && value < column.high[slot]!)) return false;
    column.data[slot] = value;
    if (column.followed[slot] === 1) this.derived.took(column, slot, value, column.table.profiles[slot]!);
    return true;
  }

  readonly change = (column: NumberColumn, slot: number, value: number): void => {
    if (column.unitMs === 0 && this.takeQuietly(column, slot, value)) return;
    const { table } = column;
    this.open(table, slot);
    const before = column.data[slot]!;
    column.data[slot] = value;
    if (slot === THE_ONE) column.everywhere?.crossed(slot, before, value, this.wakeEverywhere);
    const profile = table.profiles[slot];
    // It is being taken in: everybody will look.
    if (!profile) return;
    const plan = profile.plan(column);
    if (column.unitMs > 0) {
      const { nowMs } = this.around;
      const { unitMs } = column;
      plan.crossed(slot, (nowMs - before) / unitMs, (nowMs - value) / unitMs, this.wake);
      this.watchTime(column, slot);
      return;
    }
    plan.crossed(slot, before, value, this.wake);
    const isOther = !Object.is(before, value);
    if (isOther) for (const limited of plan.limited) limited.disturb(slot);
    if (isOther && column.chooses) this.chooseAgain = true;
    if (!column.everywhere && !column.chooses) {
      plan.quiet(slot, value, this.bounds);
      column.low[slot] = this.bounds.low;
      column.high[slot] = this.bounds.high;
    }
    const follows = this.derived.follows(column, profile);
    if (column.hasBaseline) column.followed[slot] = Number(follows);
    if (follows) this.derived.took(column, slot, value, profile);
  };

  private changeText(column: TextColumn, slot: number, value: string | null): void {
    const before = column.values[slot] ?? null;
    if (before === value) return;
    column.values[slot] = value;
    const profile = column.table.profiles[slot];
    if (!profile) return;
    if (column.chooses) this.chooseAgain = true;
    profile.plan(column).wakeAll(this.wake);
  }

  /** Sees to it that somebody looks when a fact that runs with the clock reaches the next limit. */
  watchTime(column: NumberColumn, slot: number): void {
    const plan = column.table.profiles[slot]!.plan(column);
    const since = column.data[slot]!;
    const { unitMs } = column;
    const rank = plan.rank((this.around.nowMs - since) / unitMs);
    // Before the first limit a later moment changes nothing, and a timer is set.
    column.high[slot] = rank === 0 && !Number.isNaN(since) ? Infinity : -Infinity;
    if (rank === plan.cuts || Number.isNaN(since)) return;
    let due = Math.ceil(since + plan.limit(rank) * unitMs) - 1;
    if (!(due < LAST_MS)) return;
    while (plan.rank((due - since) / unitMs) <= rank) due++;
    if (due >= column.dueAtMs[slot]!) return;
    column.dueAtMs[slot] = due;
    this.around.at(due, () => this.look(column, slot, due));
  }

  private look(column: NumberColumn, slot: number, dueAtMs: number): void {
    // Another subject may have the slot by now: looking at it does no harm.
    if (column.dueAtMs[slot] !== dueAtMs) return;
    column.dueAtMs[slot] = Infinity;
    this.open(column.table, slot);
    const since = column.data[slot]!;
    const { unitMs } = column;
    const { nowMs } = this.around;
    const plan = column.table.profiles[slot]!.plan(column);
    plan.crossed(slot, (nowMs - 1 - since) / unitMs, (nowMs - since) / unitMs, this.wake);
    this.watchTime(column, slot);
  }

  readonly wake = (run: RuleRun): void => {
    if (run.wokenIn === this.round) return;
    run.wokenIn = this.round;
    this.woken.push(run);
  };

  readonly wakeEverywhere = (run: RuleRun): void => {
    this.wokenEverywhere.add(run);
  };

  /** Everybody looks anyway. */
  forgetWoken(): void {
    this.woken = [];
    this.round++;
  }

  /** Whoever was woken looks. */
  flush(): void {
    if (this.woken.length > 0) {
      const { woken } = this;
      this.forgetWoken();
      const profile = this.openTable!.profiles[this.openSlot]!;
      for (const run of woken) run.evaluate(this.openSlot, profile.truth(run));
    }
    if (this.wokenEverywhere.size === 0) return;
    const everywhere = [...this.wokenEverywhere];
    this.wokenEverywhere.clear();
    for (const run of everywhere) run.table.eachConcerned(run, (slot, where) => run.evaluate(slot, where));
  }

  /** The open subject is gone. */
  close(): void {
    this.openSlot = NOWHERE;
  }
}
