import { describe, expect, it } from 'vitest';
import { greenBands } from '../../../../../server/domain/signals/analysis/bands.ts';
import { plannedGreens } from '../../../../../server/domain/signals/analysis/planned-greens.ts';
import { portCrossing } from '../../../../support/port-junction.ts';

describe('greens ahead', () => {
  const { plan, phases } = portCrossing();

  it('TR-230 a plan goes on from what shows now', () => {
    const shown = { phase: 0, stage: 'green', sinceS: 10 } as const;
    expect(plannedGreens(plan, phases, shown, 100_000, 180_000)).toEqual([
      { phase: 0, fromMs: 100_000, untilMs: 120_000 },
      { phase: 1, fromMs: 125_000, untilMs: 145_000 },
      { phase: 0, fromMs: 150_000, untilMs: 180_000 },
    ]);
  });

  it('TR-230 between two greens the next one comes when yellow and all-red are over', () => {
    const yellow = plannedGreens(plan, phases, { phase: 0, stage: 'yellow', sinceS: 1 }, 0, 10_000);
    expect(yellow).toEqual([{ phase: 1, fromMs: 4_000, untilMs: 10_000 }]);
    const red = plannedGreens(plan, phases, { phase: 1, stage: 'all-red', sinceS: 1 }, 0, 10_000);
    expect(red).toEqual([{ phase: 0, fromMs: 1_000, untilMs: 10_000 }]);
  });

  it('TR-230 a green that is overdue ends now, and a dark signal foretells nothing', () => {
    const late = plannedGreens(plan, phases, { phase: 0, stage: 'green', sinceS: 45 }, 0, 10_000);
    expect(late).toEqual([{ phase: 1, fromMs: 5_000, untilMs: 10_000 }]);
    expect(plannedGreens(plan, phases, { phase: 0, stage: 'dark', sinceS: 0 }, 0, 10_000)).toEqual([]);
  });

  it('TR-229 who leaves within a band meets green at every stop', () => {
    const green = (fromMs: number, untilMs: number): { fromMs: number; untilMs: number } => ({
      fromMs,
      untilMs,
    });
    const greens = [
      [green(0, 30_000), green(60_000, 90_000)],
      // 200 m on, at 10 m/s 20 s later.
      [green(10_000, 40_000), green(70_000, 100_000)],
      [green(45_000, 75_000)],
    ];
    expect(greenBands([0, 200, 400], greens, 10)).toEqual([{ fromMs: 5_000, untilMs: 20_000 }]);
    expect(greenBands([0, 200], greens.slice(0, 2), 10)).toEqual([
      { fromMs: 0, untilMs: 20_000 },
      { fromMs: 60_000, untilMs: 80_000 },
    ]);
    expect(greenBands([0, 200], [[green(0, 10_000)], [green(0, 21_000)]], 10)).toEqual([]);
  });
});
