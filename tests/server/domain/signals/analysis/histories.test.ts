import { describe, expect, it } from 'vitest';
import { GreenHistory } from '../../../../../server/domain/signals/analysis/green-history.ts';
import { MinuteHistory } from '../../../../../server/domain/signals/analysis/minute-history.ts';
import { RollingSums } from '../../../../../server/domain/signals/analysis/rolling-sums.ts';

describe('what was', () => {
  it('TR-226 greens begin and end when the controller says so', () => {
    const greens = new GreenHistory(600_000);
    greens.see(0, 9_000, 10_000);
    greens.see(0, 9_000, 11_000);
    greens.see(-1, 11_500, 12_000);
    greens.see(1, 16_500, 17_000);
    expect(greens.all).toEqual([
      { phase: 0, fromMs: 9_000, untilMs: 11_500 },
      { phase: 1, fromMs: 16_500, untilMs: null },
    ]);
  });

  it('TR-226 a green that began anew unseen is another one, and one of which nothing was heard ended when it was seen last', () => {
    const greens = new GreenHistory(600_000);
    greens.see(0, 0, 1_000);
    greens.see(0, 60_000, 65_000);
    greens.see(1, 66_000, 66_000);
    expect(greens.all).toEqual([
      { phase: 0, fromMs: 0, untilMs: 1_000 },
      { phase: 0, fromMs: 60_000, untilMs: 66_000 },
      { phase: 1, fromMs: 66_000, untilMs: null },
    ]);
  });

  it('TR-226 it is told when it was known what a signal shows', () => {
    const told = new GreenHistory(600_000);
    told.see(0, 8_000, 10_000);
    told.see(-1, 14_000, 14_000);
    // Silent for a minute.
    told.see(1, 70_000, 74_000);
    expect(told.known(75_000)).toEqual([
      { fromMs: 8_000, untilMs: 14_000 },
      { fromMs: 70_000, untilMs: null },
    ]);
    expect(told.known(90_000).at(-1)).toEqual({ fromMs: 70_000, untilMs: 74_000 });

    const changes = new GreenHistory(600_000);
    expect(changes.known(0)).toEqual([]);
    changes.change(2, 1_000);
    changes.change(-1, 30_000);
    expect(changes.known(90_000)).toEqual([{ fromMs: 1_000, untilMs: null }]);
    changes.change(null, 95_000);
    changes.change(0, 99_000);
    expect(changes.known(100_000)).toEqual([
      { fromMs: 1_000, untilMs: 95_000 },
      { fromMs: 99_000, untilMs: null },
    ]);
  });

  it('TR-226 greens of long ago are forgotten', () => {
    const greens = new GreenHistory(60_000);
    for (let s = 0; s < 600; s += 10) greens.change(s % 20 === 0 ? 0 : 1, s * 1_000);
    expect(greens.all[0]!.untilMs).toBeGreaterThanOrEqual(590_000 - 60_000);
    expect(greens.all.length).toBeLessThan(9);
  });

  it('TR-226 a minute that nobody wrote is not known', () => {
    const history = new MinuteHistory(4, 2);
    history.put(100, [1, 10]);
    history.put(102, [3, null]);
    expect(history.column(0, 103)).toEqual([1, null, 3, null]);
    expect(history.column(1, 103)).toEqual([10, null, null, null]);
    history.put(105, [6, 60]);
    expect(history.column(0, 105)).toEqual([3, null, null, 6]);
  });

  it('sums forget what left the window, and begin anew when the clock is set back', () => {
    const sums = new RollingSums(2, 10, 3);
    for (const [s, v] of [
      [0, 1],
      [10, 2],
      [20, 4],
    ] as const) {
      sums.advance(s);
      sums.add(1, v);
    }
    expect([...sums.sums]).toEqual([0, 7]);
    sums.advance(30);
    expect([...sums.sums]).toEqual([0, 6]);
    sums.advance(100);
    expect([...sums.sums]).toEqual([0, 0]);
    sums.add(0, 5);
    sums.advance(50);
    expect([...sums.sums]).toEqual([0, 0]);
  });
});
