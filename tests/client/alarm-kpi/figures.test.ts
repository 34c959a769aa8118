/** The figures of the alarm system as they are drawn. */
import { describe, expect, it } from 'vitest';
import { foldPeaks } from '../../../client/alarm-kpi/bins.ts';
import {
  finePercent,
  floodSpans,
  judge,
  keptAway,
  pareto,
  rankRules,
  rateBins,
  shadedSpans,
  shareRows,
  untilNow,
} from '../../../client/alarm-kpi/figures.ts';
import type { RuleKpi } from '../../../server/contract/alarm-api.ts';

const TEN = 600_000;
const kpi = (rule: string, rung: number, share: number, priority: 1 | 2 | 3 = 3): RuleKpi => ({
  rule,
  name: { zh: rule, en: rule },
  priority,
  rung,
  share,
  chatters: 0,
  fleeting: 0,
  acknowledgedP50S: null,
  acknowledgedShare: 0,
  shelvedShare: 0,
  incidentShare: 0,
});

describe('the rate of alarms', () => {
  it('UI-181 goes on to the end of the window, the first bin too', () => {
    expect(untilNow([{ atMs: 0, n: 2 }], 90_000)).toEqual([
      { atMs: 0, n: 2 },
      { atMs: 90_000, n: 2 },
    ]);
    expect(untilNow([{ atMs: 0, n: 2 }], 0)).toHaveLength(1);
    expect(untilNow([], 90_000)).toEqual([]);
  });

  it('UI-181 is for each operator, and not known while nobody is on duty', () => {
    const { bins, minutes } = rateBins(
      {
        bins: [
          { atMs: 0, rung: 6, raised: 9, operators: 3 },
          { atMs: TEN, rung: 4, raised: 4, operators: 0 },
        ],
      },
      10,
    );
    expect(minutes).toBe(10);
    expect(bins).toEqual([
      { atMs: 0, rung: 6, raised: 9, perOperator: 2 },
      { atMs: TEN, rung: 4, raised: 4, perOperator: null },
    ]);
  });

  it('UI-179 folds what cannot be seen singly, and keeps the peaks', () => {
    const bins = [1, 9, 2, 3, null, null, 4].map((n, i) => ({ atMs: i * TEN, n }));
    expect(foldPeaks(bins, ['n'], 7)).toEqual({ bins, minutes: 10 });
    expect(foldPeaks(bins, ['n'], 4)).toEqual({
      minutes: 20,
      bins: [
        { atMs: 0, n: 9 },
        { atMs: 2 * TEN, n: 3 },
        { atMs: 4 * TEN, n: null },
        { atMs: 6 * TEN, n: 4 },
      ],
    });
    expect(foldPeaks(bins, ['n'], 3).bins).toHaveLength(3);
    expect(foldPeaks([], ['n'], 3)).toEqual({ bins: [], minutes: 10 });
  });

  it('UI-181 shades floods within the window; one that lasts up to its end', () => {
    const window = { sinceMs: 10 * TEN, untilMs: 20 * TEN };
    const spans = floodSpans({
      ...window,
      floods: [
        { fromMs: 5 * TEN, untilMs: 8 * TEN, rung: 40 },
        { fromMs: 9 * TEN, untilMs: 11 * TEN, rung: 50 },
        { fromMs: 18 * TEN + 5, untilMs: null, rung: 60 },
      ],
    });
    expect(spans).toEqual([
      { fromMs: 10 * TEN, untilMs: 11 * TEN, rung: 50, lasting: false },
      { fromMs: 18 * TEN + 5, untilMs: 20 * TEN, rung: 60, lasting: true },
    ]);
    expect(shadedSpans(spans).map((s) => [s.fromMs, s.untilMs])).toEqual([
      [10 * TEN, 11 * TEN],
      [18 * TEN, 20 * TEN],
    ]);
  });

  it.each([
    [0.5, 1, 'good'],
    [1, 1, 'good'],
    [1.01, 1, 'bad'],
    [null, 1, 'unknown'],
  ] as const)('UI-184 is judged against its target: %s of %i is %s', (value, target, verdict) => {
    expect(judge(value, target)).toBe(verdict);
  });

  it('UI-184 shows the time in flood to a tenth of a percent, so that its target of one can be read', () => {
    expect(finePercent(0.0096, 'en-US')).toBe('1.0%');
    expect(finePercent(0.0124, 'zh-CN')).toBe('1.2%');
  });

  it('UI-184 says what grouping kept away, and nothing where nothing was raised', () => {
    expect(keptAway({ rung: 30, raised: 40 })).toBeCloseTo(0.25);
    expect(keptAway({ rung: 0, raised: 0 })).toBeNull();
  });
});

describe('priorities', () => {
  it.each([
    ['as they should be', { 1: 0.05, 2: 0.15, 3: 0.8 }, [false, false, false]],
    ['with too many emergencies', { 1: 0.2, 2: 0.1, 3: 0.7 }, [true, false, true]],
    ['with hardly any urgent ones', { 1: 0, 2: 0.05, 3: 0.95 }, [false, false, false]],
  ])('UI-182 are held against 5, 15 and 80 in 100: %s', (_name, shares, off) => {
    expect(shareRows(shares)?.map((row) => row.off)).toEqual(off);
  });

  it('UI-182 are not judged where there are too few alarms', () => {
    expect(shareRows(null)).toBeNull();
  });
});

describe('who rings most', () => {
  it('UI-183 comes first, with what they make together', () => {
    const rows = pareto([kpi('b', 10, 0.1), kpi('a', 60, 0.6), kpi('never', 0, 0), kpi('c', 10, 0.1)]);
    expect(rows.map((row) => row.rule)).toEqual(['a', 'b', 'c']);
    expect(rows.map((row) => Number(row.sum.toFixed(3)))).toEqual([0.6, 0.7, 0.8]);
  });

  it('UI-183 orders the table of rules the same way, the more urgent first among equals', () => {
    const rules = [kpi('x', 1, 0.1, 3), kpi('y', 1, 0.1, 1), kpi('z', 5, 0.5)];
    expect(rankRules(rules).map((r) => r.rule)).toEqual(['z', 'y', 'x']);
  });
});
