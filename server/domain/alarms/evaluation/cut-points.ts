/**
 * Which rules a change of one fact can concern. The limits of all rules cut the number line of a fact; a rule is woken only
 * when the value has crossed one of its own cuts, so that what a value costs does not grow with the number of rules. This is
 * predicate indexing (Hanson, Chaabouni, Kim & Wang 1990, A predicate matching algorithm for database rule systems) in front
 * of what Rete (Forgy 1982) calls its alpha network; the memory of what was true lies in the cuts themselves.
 */
import type { NumberOf } from '../expressions/formula.ts';
import type { Side } from '../expressions/watches.ts';

/** What watches a column, over all rules. `C`: a column, `R`: a rule. */
export interface Watchers<R, C> {
  readonly cuts: { readonly rule: R; readonly limit: number; readonly side: Side }[];
  readonly moving: { readonly rule: R; readonly limit: NumberOf }[];
  /** Woken by every change. */
  readonly any: R[];
  /** Woken when it becomes known or unknown: everybody. */
  readonly all: Set<R>;
  /** Columns whose moving limits are calculated from this one. */
  readonly limited: { readonly rule: R; readonly column: C }[];
}

export const noWatchers = <R, C>(): Watchers<R, C> => ({
  cuts: [],
  moving: [],
  any: [],
  all: new Set(),
  limited: [],
});

/** Once all are in, so that plans need not sort. */
export function sortWatchers<R, C>(watchers: Watchers<R, C>): void {
  watchers.cuts.sort((a, b) => a.limit - b.limit || order(a.side) - order(b.side));
}
const order = (side: Side): number => (side === 'below' ? 0 : 1);

/** The cuts of one fact by those rules that concern a subject. */
export class CutPlan<R, C> {
  /** Of each cut: where it is, whether it lies above the limit itself, whom it wakes. */
  private readonly limits: readonly number[];
  private readonly above: readonly boolean[];
  private readonly rules: readonly (readonly R[])[];
  private readonly any: readonly R[];
  private readonly all: readonly R[];
  private readonly moving: readonly { readonly rule: R; readonly limit: NumberOf }[];
  readonly limited: readonly C[];

  constructor(watchers: Watchers<R, C>, concerns: (rule: R) => boolean) {
    const limits: number[] = [];
    const above: boolean[] = [];
    const rules: R[][] = [];
    for (const { rule, limit, side } of watchers.cuts) {
      if (!concerns(rule)) continue;
      const last = limits.length - 1;
      const isAbove = side === 'above';
      if (last >= 0 && limits[last] === limit && above[last] === isAbove) {
        if (!rules[last]!.includes(rule)) rules[last]!.push(rule);
        continue;
      }
      limits.push(limit);
      above.push(isAbove);
      rules.push([rule]);
    }
    this.limits = limits;
    this.above = above;
    this.rules = rules;
    this.any = [...new Set(watchers.any.filter(concerns))];
    this.all = [...watchers.all].filter(concerns);
    this.moving = watchers.moving.filter((m) => concerns(m.rule));
    this.limited = [...new Set(watchers.limited.filter((l) => concerns(l.rule)).map((l) => l.column))];
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /** Whether every change wakes somebody. */
  get wakesAlways(): boolean {
    return this.any.length > 0 || this.limited.length > 0;
  }

  get cuts(): number {
    return this.limits.length;
  }

  /** How many cuts lie below a value. */
  rank(value: number): number {
    let from = 0;
    let to = this.limits.length;
    while (from < to) {
      const mid = (from + to) >> 1;
      const limit = this.limits[mid]!;
      if (value > limit || (value === limit && !this.above[mid])) from = mid + 1;
      else to = mid;
    }
    return from;
  }

  limit(cut: number): number {
    return this.limits[cut]!;
  }

  /** Wakes whoever's comparisons can differ between two values (NaN: not known) of a subject. */
  crossed(slot: number, before: number, after: number, wake: (rule: R) => void): void {
    if (Number.isNaN(before) || Number.isNaN(after)) {
      if (!(Number.isNaN(before) && Number.isNaN(after))) this.wakeAll(wake);
      return;
    }
    if (before === after) return;
    const a = this.rank(before);
    const b = this.rank(after);
    for (let i = Math.min(a, b); i < Math.max(a, b); i++) for (const rule of this.rules[i]!) wake(rule);
    for (const { rule, limit } of this.moving) {
      const l = limit(slot);
      if (Math.sign(before - l) !== Math.sign(after - l)) wake(rule);
    }
    for (const rule of this.any) wake(rule);
  }

  wakeAll(wake: (rule: R) => void): void {
    for (const rule of this.all) wake(rule);
  }

  /**
   * Between which values nobody is woken, exclusive, as `[low, high]` into `out`: what the fast path compares with. Nothing
   * lies between them where every change wakes somebody.
   */
  quiet(slot: number, value: number, out: { low: number; high: number }): void {
    out.low = Infinity;
    out.high = -Infinity;
    if (this.wakesAlways || Number.isNaN(value)) return;
    const r = this.rank(value);
    let low = r > 0 ? this.limits[r - 1]! : -Infinity;
    let high = r < this.limits.length ? this.limits[r]! : Infinity;
    for (const { limit } of this.moving) {
      const l = limit(slot);
      if (l >= value && l < high) high = l;
      if (l <= value && l > low) low = l;
    }
    out.low = low;
    out.high = high;
  }
}
