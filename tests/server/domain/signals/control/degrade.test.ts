/** What is believed of lanes, who decides then, and the longest red above every method. */
import { describe, expect, it } from 'vitest';
import { groundOf, type SignalHealth } from '../../../../../server/domain/signals/control/ground.ts';
import {
  LaneWatch,
  misfit,
  type JunctionHealth,
} from '../../../../../server/domain/signals/control/lane-health.ts';
import { overdue } from '../../../../../server/domain/signals/control/longest-red.ts';
import { crossing, queue, stateOf } from '../../../../support/signal-world.ts';

const x = crossing();
/** One behind the other without any room between. */
const crowd = Array.from({ length: 80 }, (_, i) => [1 + 2 * i, 0, -1]).flat();

/** The faults of the last of so many seconds, lane n showing what is given. */
function watched(seconds: number, laneAt: (s: number) => number[] | null, more = {}) {
  const watch = new LaneWatch(x);
  const seeAt = (s: number): JunctionHealth =>
    watch.see(stateOf(x, { sinceS: s, lanes: [laneAt(s), [], [], []], ...more }), s);
  for (let s = 0; s < seconds; s++) seeAt(s);
  return seeAt(seconds);
}
const faults = (...of: Parameters<typeof watched>) => Object.fromEntries(watched(...of).faults);

describe('what is believed of a lane', () => {
  it.each([
    ['nobody', 60, () => [], {}],
    ['who still is on the roads that lead to it', 0, () => [260, 9, -1, 300, 9, -1], {}],
    ['a queue at red, for as long as it is', 200, () => queue(8), { phase: 1 }],
    [
      'a queue at green that moves',
      60,
      (s: number) => queue(8).map((v, i) => (i % 3 === 0 ? v + (s % 7) : v)),
      {},
    ],
    [
      'a queue at green without room behind the line',
      60,
      () => queue(8),
      {
        exits: [
          [9, 2],
          [0, 200],
          [0, 200],
          [0, 200],
        ],
      },
    ],
  ] as const)('TR-192 %s: everything', (_, seconds, lane, more) => {
    expect(faults(seconds, lane as never, more)).toEqual({});
  });

  it.each([
    ['null', 0, (): null => null, 'out'],
    ['vehicles that move and stay', 6, () => [50, 9, -1], 'stuck'],
    ['a queue at green that stays', 21, () => queue(8), 'stuck'],
    ['more than have room', 0, () => crowd, 'impossible'],
    ['far behind what anything sees', 0, () => [700, 5, -1], 'impossible'],
    ['faster than any car', 0, () => [60, 90, -1], 'impossible'],
    ['the far before the near', 0, () => [60, 9, -1, 20, 9, -1], 'impossible'],
  ] as const)('TR-192 %s: nothing', (_, seconds, lane, fault) => {
    const { faults: of, state } = watched(seconds, lane);
    expect(Object.fromEntries(of)).toEqual({ 0: fault });
    expect(state.lanes).toEqual([null, [], [], []]);
  });

  it('TR-192 believes it again after half a minute of truth', () => {
    const lane = (s: number): number[] => (s === 0 ? crowd : []);
    expect(faults(29, lane)).toEqual({ 0: 'impossible' });
    expect(faults(31, lane)).toEqual({});
  });

  it('TR-192 sees that a controller repeats itself', () => {
    expect(watched(5, () => [], { sinceS: 3 }).frozen).toBe(false);
    expect(watched(6, () => [], { sinceS: 3 }).frozen).toBe(true);
    expect(watched(20, () => []).frozen).toBe(false);
  });

  it.each([
    [{ lanes: [[]] }, 'x: lanes'],
    [{ exits: [] }, 'x: exits'],
    [{ redS: [0] }, 'x: redS'],
    [{ phase: 2 }, 'x: phase 2'],
    [{ lanes: [[], [1, 2], [], []] }, 'x: lanes.1'],
    [{}, null],
  ])('TR-182 a state that cannot be of its junction: %j', (more, why) => {
    expect(misfit(x, stateOf(x, more as never))).toBe(why);
  });
});

describe('who decides', () => {
  const well: SignalHealth = { ageMs: 900, lanes: 4, faults: new Map(), frozen: false, unheeding: false };
  const one = new Map([[2, 'stuck' as const]]);
  const all = new Map([0, 1, 2, 3].map((l) => [l, 'out' as const]));
  const method = { by: 'method', method: 'ours' } as const;
  it.each([
    ['all is well', method, {}, 'method', false],
    ['a lane is not known', method, { faults: one }, 'actuated', true],
    ['no lane is known', method, { faults: all }, 'local', true],
    ['old data', method, { ageMs: 5_001 }, 'local', true],
    ['it repeats itself', method, { frozen: true }, 'local', true],
    ['it does not follow', method, { unheeding: true }, 'local', true],
    ['nothing comes', method, { ageMs: 60_001 }, 'silent', true],
    ['nothing comes, and nobody asked', { by: 'own' } as const, { ageMs: 60_001 }, 'silent', true],
    ['its own, with poor data', { by: 'own' } as const, { faults: all }, 'local', false],
    ['a plan, with poor data', { by: 'plan' } as const, { faults: all, ageMs: 9_000 }, 'plan', false],
  ])('TR-190 %s', (_, order, more, ground, hasReason) => {
    const { ground: is, reason } = groundOf(order, { ...well, ...more });
    expect([is, reason !== undefined]).toEqual([ground, hasReason]);
  });
});

describe('the longest red', () => {
  const waits = { lanes: [[], queue(1), [], []] };
  it.each([
    ['somebody waits, and it is time', { redS: [0, 85], ...waits }, 1],
    ['somebody waits, not long enough yet', { redS: [0, 84], ...waits }, null],
    ['nobody waits', { redS: [0, 500] }, null],
    ['a lane that is not known', { redS: [0, 85], lanes: [[], null, [], []] }, 1],
    ['somebody who still drives', { redS: [0, 500], lanes: [[], [150, 12, -1], [], []] }, null],
  ] as const)('TR-185 %s', (_, more, phase) => {
    expect(overdue(x, stateOf(x, more as never), 90)).toBe(phase);
  });

  it('TR-185 whom several phases let go waits since the last of them, not since each', () => {
    const more = { ...x, phases: [...x.phases, { ...x.phases[1]!, yields: [] }] };
    const waiting = [[], queue(3), [], []];
    expect(overdue(more, stateOf(more, { redS: [0, 20, 900], lanes: waiting }), 90)).toBeNull();
    expect(overdue(more, stateOf(more, { redS: [0, 900, 20], lanes: waiting }), 90)).toBeNull();
    expect(overdue(more, stateOf(more, { redS: [0, 900, 87], lanes: waiting }), 90)).toBe(1);
  });
});
