import { describe, expect, it } from 'vitest';
import {
  CutPlan,
  noWatchers,
  sortWatchers,
  type Watchers,
} from '../../../../../server/domain/alarms/evaluation/cut-points.ts';
import type { Side } from '../../../../../server/domain/alarms/expressions/watches.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;
type Name = (typeof NAMES)[number];

function plan(cuts: readonly (readonly [Name, number, Side])[], more: Partial<Watchers<Name, string>> = {}) {
  const watchers: Watchers<Name, string> = { ...noWatchers<Name, string>(), ...more };
  for (const [rule, limit, side] of cuts) {
    watchers.cuts.push({ rule, limit, side });
    watchers.all.add(rule);
  }
  sortWatchers(watchers);
  return new CutPlan<Name, string>(watchers, (rule) => rule !== 'e');
}
function woken(p: CutPlan<Name, string>, before: number, after: number): string {
  const out: string[] = [];
  p.crossed(0, before, after, (rule) => out.push(rule));
  return out.sort().join('');
}

describe('cuts of the number line', () => {
  // a: < 10, b: > 20 and < 30, c: == 20, d: <= 10; e does not concern the subject.
  const p = plan([
    ['b', 20, 'above'],
    ['b', 30, 'below'],
    ['a', 10, 'below'],
    ['c', 20, 'below'],
    ['c', 20, 'above'],
    ['d', 10, 'above'],
    ['e', 15, 'below'],
  ]);

  it.each([
    [0, 9.99, ''],
    [9.99, 10, 'a'],
    [10, 10.01, 'd'],
    [9, 11, 'ad'],
    [11, 19, ''],
    [19, 20, 'c'],
    [20, 21, 'bc'],
    [19, 21, 'bcc'],
    [21, 29, ''],
    [29, 30, 'b'],
    [30, 1e9, ''],
    [40, 0, 'abbccd'],
    [20, 20, ''],
    [NaN, NaN, ''],
    [NaN, 5, 'abcd'],
    [40, NaN, 'abcd'],
  ])('AL-2 from %d to %d wakes “%s”', (before, after, rules) => {
    expect(woken(p, before, after)).toBe(rules);
    expect(woken(p, after, before)).toBe(rules);
  });

  it.each([
    [5, -Infinity, 10],
    [10, 10, 10],
    [15, 10, 20],
    [20, 20, 20],
    [99, 30, Infinity],
    [NaN, Infinity, -Infinity],
  ])('AL-2 around %d nobody is woken between %d and %d', (value, low, high) => {
    const bounds = { low: 0, high: 0 };
    p.quiet(0, value, bounds);
    expect(bounds).toEqual({ low, high });
  });

  it('AL-2 limits that move with the subject lie where they are now', () => {
    const limits = [50, 70];
    const moving = plan([['a', 10, 'below']], { moving: [{ rule: 'b', limit: (slot) => limits[slot]! }] });
    const bounds = { low: 0, high: 0 };
    moving.quiet(1, 60, bounds);
    expect(bounds).toEqual({ low: 10, high: 70 });
    moving.quiet(0, 60, bounds);
    expect(bounds).toEqual({ low: 50, high: Infinity });
    expect([woken(moving, 60, 40), woken(moving, 60, 50), woken(moving, 60, 51)]).toEqual(['b', 'b', '']);
  });

  it('AL-2 who reads a fact otherwise is woken by every change of it, and nothing is quiet then', () => {
    const any = plan([['a', 10, 'below']], { any: ['b', 'e'], all: new Set<Name>(['b', 'e']) });
    expect([woken(any, 20, 21), woken(any, 20, 20), woken(any, 20, 5)]).toEqual(['b', '', 'ab']);
    const bounds = { low: 0, high: 0 };
    any.quiet(0, 20, bounds);
    expect(bounds.low).toBeGreaterThan(bounds.high);
  });
});
