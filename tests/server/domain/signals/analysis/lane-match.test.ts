import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyMatch,
  matchLane,
  type LaneMatch,
} from '../../../../../server/domain/signals/analysis/lane-match.ts';

function matched(before: readonly number[], now: readonly number[], stepS = 1): LaneMatch {
  const out = emptyMatch();
  matchLane(before, now, stepS, out);
  return out;
}

describe('vehicles without names', () => {
  it('TR-220 a queue that stands loses nobody', () => {
    const queue = [1, 0, 0, 8.5, 0, 0, 16, 0, 0];
    expect(matched(queue, queue)).toEqual(emptyMatch());
  });

  it('TR-220 who led the queue crossed, and those behind it moved up', () => {
    const { crossedAfterS, crossedBy, left, joined } = matched(
      [2, 3, 4, 9.5, 2.5, 5, 17, 1, 4],
      [6.7, 3.1, 5, 15.5, 2, 4],
    );
    expect(crossedBy).toEqual([4]);
    expect(crossedAfterS[0]).toBeGreaterThan(0.4);
    expect(crossedAfterS[0]).toBeLessThan(0.7);
    expect([left, joined]).toEqual([0, 0]);
  });

  it('TR-220 two at speed cross within one long step, in their order', () => {
    const { crossedBy, crossedAfterS } = matched([3, 14, 1, 25, 14, 2, 60, 14, 3], [32, 14, 3], 2);
    expect(crossedBy).toEqual([1, 2]);
    expect(crossedAfterS[0]).toBeLessThan(crossedAfterS[1]!);
  });

  it('TR-220 who is missing far from the line changed lanes, and who is there anew joined', () => {
    const from = matched([30, 5, 0, 60, 5, 0, 90, 5, 0], [25, 5, 0, 85, 5, 0]);
    expect([from.crossedBy.length, from.left, from.joined]).toEqual([0, 1, 0]);
    const into = matched([30, 5, 0, 90, 5, 0], [25, 5, 0, 55, 5, 0, 85, 5, 0]);
    expect([into.crossedBy.length, into.left, into.joined]).toEqual([0, 0, 1]);
  });

  it('TR-220 before − crossed − left + joined is what is there now, whatever they say', () => {
    const vehicle = fc.tuple(
      fc.double({ min: 0, max: 300, noNaN: true }),
      fc.double({ min: 0, max: 25, noNaN: true }),
    );
    const lane = fc
      .array(vehicle, { maxLength: 30 })
      .map((all) => all.toSorted((a, b) => a[0] - b[0]).flatMap(([d, v]) => [d, v, 0]));
    fc.assert(
      fc.property(lane, lane, fc.integer({ min: 1, max: 5 }), (before, now, stepS) => {
        const { crossedBy, left, joined } = matched(before, now, stepS);
        expect(before.length / 3 - crossedBy.length - left + joined).toBe(now.length / 3);
      }),
    );
  });
});
