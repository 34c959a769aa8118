/** Figures of proposals, measurements, traffic and green waves. */
import { describe, expect, it } from 'vitest';
import {
  armDelayS,
  blockPoints,
  byGain,
  byRecency,
  gainPct,
  measuredShare,
  verdictOf,
} from '../../../client/signals/figures.ts';
import { bestForecast, trendLine } from '../../../client/signals/traffic-figures.ts';
import { savedSeconds, waveAhead } from '../../../client/signals/wave.ts';
import type { MeasurementRecord } from '../../../server/contract/signal-control.ts';
import { aControl, aWave } from './records.ts';

const proposal = (delayNowS: number, delayThenS: number) => ({
  id: `p${delayThenS}`,
  atMs: 0,
  plan: { offsetS: 0, steps: [{ phase: 0, greenS: 30 }] },
  cycleS: 60,
  delayNowS,
  delayThenS,
  confidence: 0.8,
  reason: { zh: '排队', en: 'queues' },
});
const blocks: MeasurementRecord['blocks'] = [
  { fromMs: 0, untilMs: 60_000, arm: 'base', lostVehH: 1, vehicles: 100, delayS: 50 },
  {
    fromMs: 60_000,
    untilMs: 120_000,
    arm: 'base',
    lostVehH: 1,
    vehicles: 300,
    delayS: 30,
    controlDelayS: 33,
  },
  { fromMs: 120_000, untilMs: 180_000, arm: 'test', lostVehH: 1, vehicles: 0, delayS: 0 },
];
const measured = (id: string, part: Partial<MeasurementRecord>): MeasurementRecord => ({
  id,
  name: { zh: id, en: id },
  signals: [],
  controls: [],
  design: 'switch-back',
  base: 'fixed',
  test: 'ours',
  blockMin: 5,
  state: 'done',
  startedAtMs: 0,
  endsAtMs: 1_000,
  startedBy: { id: 'p', name: 'p' },
  blocks: [],
  ...part,
});

describe('proposals', () => {
  it('UI-214 say what they would gain; who would gain most comes first', () => {
    expect(gainPct(proposal(40, 30))).toBe(-25);
    expect(gainPct(proposal(0, 30))).toBe(0);
    const controls = [
      aControl('s1', { proposal: proposal(40, 38) }),
      aControl('s2'),
      aControl('s3', { proposal: proposal(40, 20) }),
    ];
    expect(byGain(controls).map((c) => c.id)).toEqual(['s3', 's1']);
  });
});

describe('measurements', () => {
  it('UI-215 count a block for the way that ruled it, an arm by its vehicles, and none where nothing crossed', () => {
    expect(blockPoints(blocks)).toEqual([
      { atMs: 0, base: 50, test: null, control: null },
      { atMs: 60_000, base: 30, test: null, control: 33 },
      { atMs: 120_000, base: null, test: 0, control: null },
    ]);
    expect(armDelayS(blocks, 'base')).toBe(35);
    expect(armDelayS(blocks, 'test')).toBeNull();
  });

  it.each([
    [{ changePct: -10, lowPct: -15, highPct: -2, pairs: 4 }, 'better'],
    [{ changePct: 10, lowPct: 1, highPct: 12, pairs: 4 }, 'worse'],
    [{ changePct: -10, lowPct: -25, highPct: 3, pairs: 4 }, 'open'],
    [undefined, 'open'],
  ] as const)('UI-216 call an effect of %j %s: its interval must not hold zero', (effect, verdict) => {
    expect(verdictOf(effect)).toBe(verdict);
  });

  it('UI-216 are listed running first, then the newest, with how much is over', () => {
    const all = [
      measured('old', { startedAtMs: 1 }),
      measured('new', { startedAtMs: 9 }),
      measured('runs', { state: 'running', startedAtMs: 0, endsAtMs: 200 }),
    ];
    expect(byRecency(all).map((m) => m.id)).toEqual(['runs', 'new', 'old']);
    expect([-50, 50, 500].map((nowMs) => measuredShare(all[2]!, nowMs))).toEqual([0, 0.25, 1]);
  });
});

describe('traffic', () => {
  it('UI-224 draws a trend with a gap where nothing was known', () => {
    expect(trendLine([1, 2, null, 1, 2], 40, 20)).toHaveLength(2);
    expect(trendLine([1, 2], 40, 20)).toEqual(['0.0,18.0 40.0,2.0']);
    expect(trendLine([null, null], 40, 20)).toEqual([]);
  });

  it('UI-225 marks the forecast that erred least, once it was held against the simple way', () => {
    const forecast = {
      minutes: 15,
      value: 1.5,
      error: 0.05,
      errorAsNow: 0.07,
      errorAsLastWeek: 0.04,
    } as const;
    expect(bestForecast(forecast)).toBe('week');
    expect(bestForecast({ ...forecast, errorAsLastWeek: null })).toBe('ours');
    expect(bestForecast({ ...forecast, error: 0.09, errorAsLastWeek: null })).toBe('now');
    expect(bestForecast({ ...forecast, error: null })).toBeNull();
  });
});

describe('a green wave', () => {
  it('UI-229 lists what is still ahead, counts what is passed and what is further, and says no seconds that were not measured', () => {
    const { shown, more, passed } = waveAhead(aWave(), 2);
    expect(shown.map((j) => j.signal)).toEqual(['s2', 's3']);
    expect([more, passed]).toEqual([1, 1]);
    expect(savedSeconds(aWave())).toBeNull();
    expect(savedSeconds(aWave({ savedS: 0 }))).toBe(0);
    expect(savedSeconds(aWave({ savedS: 41.6 }))).toBe(42);
  });
});
