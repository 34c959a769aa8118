/** How long somebody has stood before a red. */
import { describe, expect, it } from 'vitest';
import { Standing } from '../../../../server/domain/signals/standing.ts';
import { crossing, queue, stateOf } from '../../../support/signal-world.ts';

const x = crossing();
const north = (lane: number[] | null) => [lane, [], [], []];

describe('who stands before a red', () => {
  it.each([
    ['from the second in which somebody stands first', north(queue(1, 0)), [10, -1, -1, -1]],
    ['whoever does not say where to may want any of its lane', north(queue(1)), [10, -1, -1, -1]],
    ['a lane that is not seen is as it was', north(null), [10, -1, -1, -1]],
    ['nobody any more', north([]), [-1, -1, -1, -1]],
    ['or who drives', north([5, 8, 0]), [-1, -1, -1, -1]],
  ] as const)('TR-209 %s', (_, then, waitedS) => {
    const standing = new Standing(x);
    standing.see(stateOf(x, { phase: 1, lanes: north(queue(2, 0)) }), 100);
    standing.see(stateOf(x, { phase: 1, lanes: then.map((l) => l && [...l]) }), 110);
    expect(standing.waitedS).toEqual(waitedS);
  });

  it.each([
    ['green', stateOf(x, { lanes: north(queue(1, 0)) }), 110],
    ['dark', stateOf(x, { stage: 'dark', phase: -1, lanes: north(queue(1, 0)) }), 110],
  ] as const)('TR-209 nobody where it is %s', (_, state, atS) => {
    const standing = new Standing(x);
    standing.see(stateOf(x, { phase: 1, lanes: north(queue(1, 0)) }), 100);
    standing.see(state, atS);
    expect(standing.waitedS).toEqual([-1, -1, -1, -1]);
  });

  it('TR-209 begins anew where the clock was set back', () => {
    const standing = new Standing(x);
    const state = stateOf(x, { phase: 1, lanes: north(queue(1, 0)) });
    standing.see(state, 100);
    standing.see(state, 40);
    expect(standing.waitedS[0]).toBe(0);
  });
});
