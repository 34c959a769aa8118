/** What is told of the effect of a change, and how sure. */
import { describe, expect, it } from 'vitest';
import type { MeasuredBlock } from '../../../../../server/domain/signals/control/events.ts';
import {
  beforeAfterEffect,
  pairedEffect,
  switchBackArms,
} from '../../../../../server/domain/signals/control/measurement.ts';

const MINUTE_MS = 60_000;
const block = (k: number, arm: 'base' | 'test', delayS: number, controlDelayS?: number): MeasuredBlock => ({
  fromMs: k * 5 * MINUTE_MS,
  untilMs: (k + 1) * 5 * MINUTE_MS,
  arm,
  lostVehH: 1,
  vehicles: 100,
  delayS,
  ...(controlDelayS !== undefined && { controlDelayS }),
});
const paired = (blocks: readonly MeasuredBlock[]) => pairedEffect(blocks, 0, 5);

describe('switch-back', () => {
  it('TR-196 draws each pair anew, the same for the same id, both ways often', () => {
    const arms = switchBackArms('measurement-1', 24);
    expect(switchBackArms('measurement-1', 24)).toEqual(arms);
    expect(switchBackArms('measurement-2', 24)).not.toEqual(arms);
    const pairs = Array.from({ length: 24 }, (_, k) => arms.slice(2 * k, 2 * k + 2));
    for (const pair of pairs) expect(pair.toSorted()).toEqual(['base', 'test']);
    const first = pairs.filter(([a]) => a === 'test').length;
    expect(first).toBeGreaterThan(5);
    expect(first).toBeLessThan(19);
  });

  it('TR-197 tells the change of the mean delay with Student’s interval of the pairs', () => {
    // Logarithms of the ratios: ln 0.8, ln 0.9, ln 0.85; mean −0.16369, s 0.05890, t 4.303 with 2 degrees of freedom.
    const blocks = [
      block(0, 'base', 40),
      block(1, 'test', 32),
      block(2, 'test', 45),
      block(3, 'base', 50),
      block(4, 'base', 60),
      block(5, 'test', 51),
    ];
    expect(paired(blocks)).toEqual({ changePct: -15.1, lowPct: -26.7, highPct: -1.7, pairs: 3 });
  });

  it('TR-197 leaves out pairs of which a block is missing or empty, and says nothing of one pair', () => {
    const blocks = [
      block(0, 'base', 40),
      block(1, 'test', 30),
      block(3, 'test', 9),
      block(4, 'test', 0),
      block(5, 'base', 9),
    ];
    expect(paired(blocks)).toBeUndefined();
    expect(paired([...blocks, block(6, 'test', 30), block(7, 'base', 40)])).toMatchObject({
      changePct: -25,
      pairs: 2,
    });
  });
});

describe('before and after', () => {
  it('TR-198 takes out what changed at the signals that nobody touched', () => {
    const blocks = [
      block(0, 'base', 40, 20),
      block(1, 'base', 44, 22),
      block(2, 'test', 45, 30),
      block(3, 'test', 30, 20),
    ];
    // The ratio went from 2 to 1.5.
    expect(beforeAfterEffect(blocks)).toMatchObject({ changePct: -25, lowPct: -25, highPct: -25, pairs: 2 });
  });

  it('TR-198 is less sure where blocks differ, and silent before there are two on each side', () => {
    const few = [block(0, 'base', 40, 20), block(1, 'base', 50, 20), block(2, 'test', 30, 20)];
    expect(beforeAfterEffect(few)).toBeUndefined();
    const { lowPct, changePct, highPct } = beforeAfterEffect([...few, block(3, 'test', 42, 20)])!;
    expect(lowPct).toBeLessThan(changePct - 20);
    expect(highPct).toBeGreaterThan(changePct + 20);
  });
});
