import { describe, expect, it } from 'vitest';
import { compileJunction } from '../../../../../server/domain/signals/layout.ts';
import { makeMethod } from '../../../../../server/domain/signals/methods.ts';
import type { JunctionState, MethodName } from '../../../../../server/domain/signals/model.ts';
import { timeToLineS } from '../../../../../server/domain/signals/rolling/arrivals.ts';
import { createObserver } from '../../../../../server/domain/signals/rolling/observer.ts';
import {
  crossingDemand,
  leftTurnCrossing,
  runWorld,
  type WorldOptions,
} from '../../../../support/queue-world.ts';

const junction = leftTurnCrossing();
const network = { junctions: [junction] };
const seeds = [1, 2];
const SECONDS = 900;

const delayS = (name: MethodName, world: Omit<WorldOptions, 'seed'>): number =>
  seeds.reduce(
    (sum, seed) => sum + runWorld({ ...world, seed }, makeMethod(name, world.network), SECONDS).meanDelayS,
    0,
  ) / seeds.length;

const one = (bySide: Parameters<typeof crossingDemand>[1]): Omit<WorldOptions, 'seed'> => ({
  network,
  demands: crossingDemand(0, bySide),
});
/** Two crossings with a short street from the west exit of one to the east side of the other. */
const street: Omit<WorldOptions, 'seed'> = {
  network: {
    junctions: [
      leftTurnCrossing({ id: 'a', outLinks: ['a0', 'a1', 'a2', 'street'], exitM: 120 }),
      leftTurnCrossing({ id: 'b', inLinks: ['b0', 'street', 'b2', 'b3'], approachM: 120 }),
    ],
  },
  demands: [
    ...crossingDemand(0, [
      [300, 60],
      [700, 60],
      [300, 60],
      [300, 60],
    ]),
    ...crossingDemand(1, [
      [600, 60],
      [0, 0],
      [600, 60],
      [300, 60],
    ]),
  ],
};
const worlds: readonly (readonly [string, Omit<WorldOptions, 'seed'>])[] = [
  ['even demand', one(Array.from({ length: 4 }, () => [300, 80] as const))],
  [
    'uneven demand',
    one([
      [500, 60],
      [120, 30],
      [450, 90],
      [150, 30],
    ]),
  ],
  ['more than fits', one(Array.from({ length: 4 }, () => [650, 150] as const))],
  ['a short street that fills', street],
];

const stateWith = (
  vehicles: Readonly<Record<number, number[]>>,
  more: Partial<JunctionState> = {},
): JunctionState => ({
  id: junction.id,
  phase: 0,
  stage: 'green',
  sinceS: 20,
  redS: [0, 30, 30, 30],
  obeys: 'wishes',
  lanes: junction.lanes.map((_, lane) => vehicles[lane] ?? []),
  exits: junction.exits.map(() => [0, 200]),
  ...more,
});
const wish = (...states: readonly JunctionState[]): number => {
  const method = makeMethod('ours', network);
  let wanted = 0;
  for (const [s, state] of states.entries()) {
    method.see([state], 100 + s);
    wanted = method.wanted(0);
  }
  return wanted;
};

describe('the rolling horizon', () => {
  it.each(worlds)(
    'TR-139 loses no more time than fixed plans and max-pressure: %s',
    (_, world) => {
      const ours = delayS('ours', world);
      expect(ours).toBeLessThanOrEqual(delayS('fixed', world));
      expect(ours).toBeLessThanOrEqual(delayS('maxpressure', world));
    },
    120_000,
  );

  it('TR-140 changes for a queue, and keeps its green for a platoon that is about to arrive', () => {
    const queue = [1, 0, 2, 9, 0, 2, 16, 0, 2];
    expect(wish(stateWith({ 2: queue }))).toBe(2);
    const platoon = Array.from({ length: 5 }, (_, k) => [14 + k * 25, 13.9, 0]).flat();
    expect(
      wish(stateWith({ 2: [1, 0, 2], 0: platoon, 4: platoon.map((x, i) => (i % 3 === 2 ? 4 : x)) })),
    ).toBe(0);
  });

  it('TR-141 sends nobody into an exit without room', () => {
    const queue = Array.from({ length: 6 }, (_, k) => [1 + k * 7.5, 0, 2]).flat();
    const free = stateWith({ 0: [1, 0, 0], 2: queue }, { phase: 1, redS: [30, 0, 30, 30] });
    expect(wish(free)).toBe(2);
    const exits = junction.exits.map((_, e): [number, number] => (e === 3 ? [26, 3] : [0, 200]));
    const full = { ...free, exits };
    expect(wish(full, full, full, full, full, full)).toBe(0);
  });

  it('TR-142 lets nobody wait without end while others stream', () => {
    const result = runWorld(
      {
        network,
        demands: crossingDemand(0, [
          [900, 0],
          [20, 0],
          [900, 0],
          [20, 0],
        ]),
        seed: 4,
      },
      makeMethod('ours', network),
      SECONDS,
    );
    expect(result.longestHeadWaitS).toBeLessThanOrEqual(130);
    const stream = Array.from({ length: 12 }, (_, k) => [5 + k * 15, 10, 0]).flat();
    expect(wish(stateWith({ 0: stream, 2: [1, 0, 2] }, { redS: [0, 40, 40, 40] }))).toBe(0);
    expect(wish(stateWith({ 0: stream, 2: [1, 0, 2] }, { redS: [0, 104, 104, 104] }))).toBe(2);
  });

  it('TR-143 learns how densely each lane leaves its queue, and how many come', () => {
    const watch = createObserver(
      compileJunction(junction),
      junction.lanes.map(() => true),
    );
    // Every 3 s one more vehicle comes into sight and one crosses the line.
    for (let s = 0; s < 1200; s++) {
      const vehicles = Array.from({ length: 8 }, (_, k) => [(k + 1) * 18 - ((s % 3) + 1) * 6, 6, 0]).flat();
      watch.look(stateWith({ 0: vehicles }), s);
    }
    expect(watch.headwayS[0]).toBeCloseTo(3, 0);
    expect(watch.rate[0]).toBeCloseTo(1 / 3, 1);
    expect(watch.headwayS[1]).toBe(2);
  });

  it('TR-144 reckons when a vehicle can be at the line by the way and the speed it gathers', () => {
    expect(timeToLineS(139, 13.9, 13.9)).toBeCloseTo(10, 5);
    expect(timeToLineS(1.3, 0, 13.9)).toBeCloseTo(1, 1);
    expect(timeToLineS(139, 0, 13.9)).toBeGreaterThan(12);
  });

  it('TR-145 forgets no lane whose detection is out', () => {
    const lanes = stateWith({}).lanes.map((seen, lane) => (lane === 2 ? null : seen));
    const method = makeMethod('ours', network);
    for (let s = 0; s < 200; s++)
      method.see([stateWith({ 2: s % 5 === 0 ? [190, 13.9, 2] : [] }, { redS: [0, 60, 60, 60] })], s);
    method.see([stateWith({}, { lanes, redS: [0, 60, 60, 60] })], 200);
    expect(method.wanted(0)).toBe(2);
  });

  it('TR-147 answers the same to the same', () => {
    const world = { ...street, seed: 9 };
    const once = runWorld(world, makeMethod('ours', world.network), 600);
    expect(runWorld(world, makeMethod('ours', world.network), 600)).toEqual(once);
  });
});
