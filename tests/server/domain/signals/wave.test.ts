/** Which phases units are held, and what they would have waited. */
import { describe, expect, it } from 'vitest';
import {
  decideWaves,
  leadFor,
  LONGEST_LEAD_S,
  meanPlanWaitS,
  phasesFor,
  planWaitS,
  underWaves,
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
const fromNorth = at({ from: 'x-in-n', to: 'x-out-s', etaS: 4 });

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
    ['green already', signal({ phase: 1 }), 0],
    // Yellow and all-red.
    ['another green whose shortest is over', signal(), 5],
    ['another green that has just begun', signal({ sinceS: 2 }), 11],
    // What was chosen is not known; it is asked again then.
    ['yellow', signal({ stage: 'yellow', sinceS: 1 }), 4],
    ['all-red', signal({ stage: 'all-red', sinceS: 1 }), 1],
    ['ten in the queue', signal({ phase: 1, lanes: lanes(10) }), 21],
    ['a queue without end', signal({ phase: 1, lanes: lanes(60) }), LONGEST_LEAD_S],
    ['and with who stands behind the unit left out', signal({ phase: 1, lanes: lanes(60) }), 30.5, 100],
    ['a lane that cannot be seen', signal({ phase: 1, lanes: [[], null, [], []] }), 13.4],
  ] as const)('TR-206 %s', (_, s, leadS, metres: number = 500) => {
    // Braking from 1.4 times 14 m/s at 3 m/s², and a second for the decision.
    expect(leadFor(s, 1, at({ metres }))).toBeCloseTo(leadS + 19.6 / 6 + 1);
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

describe('what may begin before a unit comes', () => {
  // A third phase lets only the north go.
  const junction = crossing('x', { phases: [...x.phases, { ...x.phases[0]!, green: [0] }] });
  const shownAt = (
    etaS: number,
    intended: number,
    more: Parameters<typeof stateOf>[1] = {},
    waitedS: readonly number[] = [],
  ): number => {
    const state = stateOf(junction, { redS: [0, 20, 20], ...more });
    const s: WaveSignal = { junction, state, waitedS, waves: true };
    return underWaves(decide([way({ ahead: [at({ etaS })] })], s), 'x', intended);
  };

  it.each([
    // Its shortest green of 8 s, a change of 5 s before and after it, 4.3 s of sight and decision.
    ['its own green is left where there is time to come back', 23, { phase: 1 }, 2, 2],
    ['and not where there is none', 22, { phase: 1 }, 2, 1],
    ['another one may go over to a third in time', 23, {}, 2, 2],
    ['and not too late: it comes early', 22, {}, 2, 1],
    ['or the one that is shown stays, where more are to go', 22, { lanes: [queue(3, 0), [], [], []] }, 2, 0],
    ['what is shown may stay until it has to end', 10, {}, 0, 0],
    ['and no longer', 9, {}, 0, 1],
  ] as const)('TR-204 %s', (_, etaS, more, intended, shown) => {
    const { lanes, ...rest } = { lanes: undefined, ...more };
    const seen = lanes === undefined ? {} : { lanes: lanes.map((l) => [...l]) };
    expect(shownAt(etaS, intended, { ...rest, ...seen })).toBe(shown);
  });

  it('TR-204 one that is held may go over to another phase that serves it as well', () => {
    const both = crossing('x', { phases: [...x.phases, { ...x.phases[1]!, green: [1] }] });
    const s: WaveSignal = { junction: both, state: stateOf(both, { phase: 1 }), waves: true };
    const decision = decide([way()], s);
    expect([0, 1, 2].map((intended) => underWaves(decision, 'x', intended))).toEqual([1, 1, 2]);
  });

  it.each([
    // Until 30 s from now; then the unit would stand before it.
    ['who has stood long is served in time before it', 25, [90, -1, -1, -1], {}, 0],
    ['and not sooner than need be', 35, [90, -1, -1, -1], {}, 1],
    ['who may still stand when it has passed waits', 25, [60, -1, -1, -1], {}, 1],
    ['at once, where it would come before the unit anyhow', 15, [110, -1, -1, -1], {}, 0],
    ['a green that would end just then ends in time before', 25, [], { sinceS: 50 }, 0],
    ['and one that lasts is left alone', 25, [], { sinceS: 20 }, 1],
  ] as const)('TR-209 %s', (_, etaS, waitedS, more, shown) => {
    expect(shownAt(etaS, 1, { phase: 1, redS: [20, 0, 20], ...more }, waitedS)).toBe(shown);
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

  it('TR-207 what could not end before the more urgent one is not begun for another', () => {
    const soon = way({ id: 'a', priority: 1, ahead: [at({ from: 'x-in-n', to: 'x-out-s', etaS: 8 })] });
    const { wanted, standing, guards } = decide([way({ priority: 2 }), soon]);
    expect([wanted.get('x'), standing.get('a'), standing.get('u1')]).toEqual([
      undefined,
      ['ahead'],
      ['yielded'],
    ]);
    expect(underWaves({ guards }, 'x', 1)).toBe(0);
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
