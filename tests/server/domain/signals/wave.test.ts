/** Which phases units are held, and what they would have waited. */
import { describe, expect, it } from 'vitest';
import {
  decideWaves,
  leadFor,
  LONGEST_LEAD_S,
  meanPlanWaitS,
  phasesFor,
  planWaitS,
  type WaveSignal,
  type WaveWay,
  type WayJunction,
} from '../../../../server/domain/signals/wave.ts';
import { crossing, queue, stateOf } from '../../../support/signal-world.ts';

const x = crossing();
const signal = (more: Parameters<typeof stateOf>[1] = {}, waves = true): WaveSignal => ({
  junction: x,
  state: stateOf(x, more),
  waves,
});
const at = (more: Partial<WayJunction> = {}): WayJunction => ({
  signal: 'x',
  metres: 100,
  etaS: 5,
  from: 'x-in-e',
  to: 'x-out-w',
  held: false,
  ...more,
});
const way = (more: Partial<WaveWay> = {}): WaveWay => ({
  id: 'u1',
  priority: 1,
  startedAtS: 10,
  ahead: [at()],
  ...more,
});
const decide = (ways: readonly WaveWay[], s: WaveSignal | undefined = signal()) => decideWaves(ways, () => s);
const fromNorth = at({ from: 'x-in-n', to: 'x-out-s' });

describe('phases of a movement', () => {
  it.each([
    ['x-in-n', 'x-out-s', [0]],
    ['x-in-e', 'x-out-w', [1]],
    // Where it goes on is not one of the connections: any of the approach will do.
    ['x-in-e', 'x-out-nowhere', [1]],
    ['x-in-e', null, [1]],
    ['x-in-nowhere', null, []],
  ] as const)('TR-206 from %s to %s', (from, to, phases) => {
    expect(phasesFor(x, from, to)).toEqual(phases);
  });

  it('TR-206 the right of way comes before giving way', () => {
    const phases = [{ ...x.phases[0]!, yields: [1] }, x.phases[1]!];
    expect(phasesFor({ ...x, phases }, 'x-in-e', null)).toEqual([1]);
    expect(phasesFor({ ...x, phases: phases.slice(0, 1) }, 'x-in-e', null)).toEqual([0]);
  });
});

describe('when a junction is asked', () => {
  const lanes = (n: number) => [[], queue(n), [], []];
  it.each([
    // Otherwise it would end now: yellow, all-red and the other green first; and four seconds of sight.
    ['green already', signal({ phase: 1 }), 22],
    // Yellow and all-red.
    ['another green whose shortest is over', signal(), 9],
    ['another green that has just begun', signal({ sinceS: 2 }), 15],
    ['yellow', signal({ stage: 'yellow', sinceS: 1 }), 21],
    ['all-red', signal({ stage: 'all-red', sinceS: 1 }), 18],
    ['ten in the queue', signal({ phase: 1, lanes: lanes(10) }), 43],
    ['a queue without end', signal({ phase: 1, lanes: lanes(60) }), LONGEST_LEAD_S],
    ['a lane that cannot be seen', signal({ phase: 1, lanes: [[], null, [], []] }), 35.4],
  ] as const)('TR-206 %s', (_, s, leadS) => {
    expect(leadFor(s, 1, 'x-in-e', 'x-out-w')).toBeCloseTo(leadS);
  });

  it('TR-206 not before, then until the unit has passed, and not for one that stands', () => {
    const one = (etaS: number, held = false) => decide([way({ ahead: [at({ etaS, held })] })]);
    expect(one(10).standing.get('u1')).toEqual(['ahead']);
    expect(one(10).wanted.size).toBe(0);
    expect(one(9).wanted.get('x')).toBe(1);
    expect(one(40, true).standing.get('u1')).toEqual(['held']);
    expect(one(120, true).standing.get('u1')).toEqual(['ahead']);
  });
});

describe('two units', () => {
  it.each([
    ['the more urgent', way({ id: 'b', priority: 2, ahead: [fromNorth] }), 1, 'yielded'],
    [
      'the more urgent, though later',
      way({ id: 'b', priority: 1, startedAtS: 99, ahead: [fromNorth] }),
      1,
      'yielded',
    ],
    ['then the earlier', way({ id: 'b', startedAtS: 1, ahead: [fromNorth] }), 0, 'held'],
    [
      'both, where the same phase serves them',
      way({ id: 'b', priority: 4, ahead: [at({ from: 'x-in-w', to: null })] }),
      1,
      'held',
    ],
  ] as const)('TR-207 %s', (_, other, phase, standing) => {
    for (const ways of [
      [way(), other],
      [other, way()],
    ]) {
      const { wanted, standing: of } = decide(ways);
      expect(wanted.get('x')).toBe(phase);
      expect(of.get('b')).toEqual([standing]);
    }
  });

  it('TR-203 takes no signal whose limits forbid it, nor one that nobody has described', () => {
    expect(decide([way()], signal({}, false)).standing.get('u1')).toEqual(['refused']);
    const { wanted, standing } = decideWaves([way()], () => undefined);
    expect([wanted.size, standing.get('u1')]).toEqual([0, ['refused']]);
  });
});

describe('what it would have waited', () => {
  // Green for east–west from 30 to 55 of 60.
  it.each([
    [31, 0],
    [54, 0],
    [56, 35],
    [0.5, 30],
    [20.5, 10],
  ])('TR-208 by the plan, arriving at %d s: %d s', (atS, waitS) => {
    expect(planWaitS(x, x.plan, [1], atS)).toBe(waitS);
  });

  it('TR-208 on average red² over twice the cycle', () => {
    // Counted in whole seconds, so a little more.
    const mean = (35 * 35) / (2 * 60);
    expect(meanPlanWaitS(x, x.plan, [1])).toBeGreaterThan(mean);
    expect(meanPlanWaitS(x, x.plan, [1])).toBeLessThan(mean + 1.5);
    expect(meanPlanWaitS(x, x.plan, [7])).toBe(0);
  });
});
