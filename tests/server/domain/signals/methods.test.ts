import { describe, expect, it } from 'vitest';
import { cycleS, planned } from '../../../../server/domain/signals/plan.ts';
import { compileJunction, compileNetwork } from '../../../../server/domain/signals/layout.ts';
import { makeMethod } from '../../../../server/domain/signals/methods.ts';
import { methodNames, type JunctionState } from '../../../../server/domain/signals/model.ts';
import { roadPressure, SLOT_S } from '../../../../server/domain/signals/pressure.ts';
import { websterPlan } from '../../../../server/domain/signals/webster.ts';
import { leftTurnCrossing } from '../../../support/queue-world.ts';

const junction = leftTurnCrossing();
const network = { junctions: [junction] };
const layout = compileJunction(junction);

type LaneVehicles = Readonly<Record<number, readonly (readonly [m: number, mps: number, to: number])[]>>;
const stateWith = (vehicles: LaneVehicles, more: Partial<JunctionState> = {}): JunctionState => ({
  id: junction.id,
  phase: 0,
  stage: 'green',
  sinceS: 20,
  redS: [0, 30, 30, 30],
  obeys: 'wishes',
  lanes: junction.lanes.map((_, lane) => (vehicles[lane] ?? []).flat()),
  exits: junction.exits.map(() => [0, 200]),
  ...more,
});
const wish = (name: (typeof methodNames)[number], state: JunctionState, nowS = 100): number => {
  const method = makeMethod(name, network);
  method.see([state], nowS);
  return method.wanted(0);
};
const queue = (to: number, count: number): [number, number, number][] =>
  Array.from({ length: count }, (_, k) => [1 + k * 7.5, 0, to]);

describe('control methods', () => {
  it('TR-130 every method keeps the phase of a junction where nobody is and answers with a known phase', () => {
    const awake = methodNames.filter((name) => name !== 'fixed' && name !== 'webster');
    expect(awake.map((name) => wish(name, stateWith({})))).toEqual(awake.map(() => 0));
    for (const name of methodNames) {
      const method = makeMethod(name, network);
      method.see([null], 1);
      expect(junction.phases[method.wanted(0)]).toBeDefined();
    }
  });

  it('TR-131 fixed wants the phase of the plan at the time', () => {
    const times = Array.from({ length: 80 }, (_, s) => s);
    expect(times.map((s) => wish('fixed', stateWith({}), s))).toEqual(
      times.map((s) => planned(junction, junction.plan, s).phase),
    );
  });

  it('TR-132 Webster gives the cycle (1.5 L + 5)/(1 − Y) and greens in proportion to the flow ratios', () => {
    // 720 and 360 vehicles an hour in the two through phases: ratios 0.4 and 0.2; no lefts.
    const flows = [0.2, 0, 0.1, 0, 0.2, 0, 0.1, 0];
    const plan = websterPlan(layout, flows);
    const lostS = 4 * (4 + 2);
    expect(cycleS(junction, plan)).toBeLessThanOrEqual(125);
    const [northSouth, lefts, eastWest] = plan.steps;
    expect(northSouth!.greenS / eastWest!.greenS).toBeCloseTo(2, 1);
    expect(lefts!.greenS).toBe(junction.phases[1]!.minGreenS);
    const light = websterPlan(layout, [0.1, 0.02, 0.1, 0.02, 0.1, 0.02, 0.1, 0.02]);
    const y = 0.2 + 0.2;
    expect(cycleS(junction, light)).toBeGreaterThan(((1.5 * lostS + 5) / (1 - y)) * 0.8);
    expect(cycleS(junction, light)).toBeLessThan(((1.5 * lostS + 5) / (1 - y)) * 1.25);
  });

  it('TR-133 actuated prolongs while vehicles follow closely, and ends its green when a gap comes or it is longest', () => {
    const waiting = { 2: queue(2, 1) };
    const close = { 0: [[30, 13.9, 0]] as const, ...waiting };
    const far = { 0: [[90, 13.9, 0]] as const, ...waiting };
    expect(wish('actuated', stateWith(close))).toBe(0);
    expect(wish('actuated', stateWith(far))).toBe(2);
    expect(wish('actuated', stateWith(close, { sinceS: 60 }))).toBe(2);
  });

  it('TR-134 actuated skips phases that nobody calls', () => {
    expect(wish('actuated', stateWith({ 7: queue(7, 1) }))).toBe(2);
    expect(wish('actuated', stateWith({ 7: queue(7, 1) }, { phase: 2, redS: [30, 30, 0, 30] }))).toBe(2);
  });

  it('TR-135 max-pressure shows the phase with most vehicles before and fewest behind, once its slot is over', () => {
    const more = { 0: queue(0, 6), 2: queue(2, 8) };
    expect(wish('maxpressure', stateWith(more))).toBe(2);
    expect(wish('maxpressure', stateWith(more, { sinceS: SLOT_S - 1 }))).toBe(0);
    const exits = junction.exits.map((_, e): [number, number] => (e === 3 ? [5, 0] : [0, 200]));
    expect(wish('maxpressure', stateWith(more, { exits }))).toBe(0);
  });

  it('TR-136 advanced max-pressure keeps a green for those on the move who still reach it', () => {
    const state = stateWith({
      0: [
        [40, 13, 0],
        [55, 13, 0],
        [70, 13, 0],
      ],
      2: queue(2, 2),
    });
    expect(wish('efficient', state)).toBe(2);
    expect(wish('advanced', state)).toBe(0);
  });

  it('TR-137 capacity-aware pressure is 0 on an empty road, 1 on a full one, and sends nobody where no room is', () => {
    expect(roadPressure(0, 20)).toBe(0);
    expect(roadPressure(20, 20)).toBeCloseTo(1, 1);
    expect(roadPressure(5, 20)).toBeLessThan(roadPressure(10, 20));
    const exits = junction.exits.map((_, e): [number, number] => (e === 3 ? [26, 2] : [0, 200]));
    expect(wish('capacity', stateWith({ 0: queue(0, 2), 2: queue(2, 8) }, { exits }))).toBe(0);
  });

  it('TR-138 roads join junctions by the name of the road, in both directions', () => {
    const a = leftTurnCrossing({ id: 'a', outLinks: ['n', 'e', 's', 'street'] });
    const b = leftTurnCrossing({ id: 'b', inLinks: ['n2', 'street', 's2', 'w2'] });
    const { upstream, downstream } = compileNetwork({ junctions: [a, b] });
    expect(downstream[0]![3]).toEqual({ junction: 1, lanes: [2, 3] });
    expect(upstream[1]![2]).toEqual([{ junction: 0, exit: 3 }]);
    expect(upstream[0]![0]).toEqual([]);
  });
});
