/**
 * Fixed time by the flows: F. V. Webster, "Traffic signal settings", Road Research Technical Paper 39 (1958). The cycle of
 * least delay is (1.5 L + 5)/(1 − Y) with the lost time L and the sum Y of the critical flow ratios; greens share what is
 * left of it in proportion to the ratios.
 */
import type { PortPlan } from '../../contract/signal-port.ts';
import { leastGreenS } from './contradiction.ts';
import { compileNetwork, GREEN, RED, type Layout } from './layout.ts';
import type { ControlNetwork, JunctionState, SignalMethod } from './model.ts';
import { changeS, cycleS, planned } from './plan.ts';
import { createObserver } from './rolling/observer.ts';
import { YIELDING_SHARE } from './traffic-units.ts';

/** Lost at each start, s (HCM 6th ed.: start-up lost time 2 s). */
const STARTUP_LOST_S = 2;
const SHORTEST_CYCLE_S = 30;
const LONGEST_CYCLE_S = 120;
/** Ratios above this ask for a cycle without end. */
const MOST_Y = 0.95;
/** Vehicles per second that leave a lane's queue where nothing is known (1,800 an hour). */
const SATURATION_PER_S = 0.5;
/** Flows are averaged over so long, and the plan is made anew so often, s. */
const FLOW_WINDOW_S = 600;
const REPLAN_S = 300;

/** `flows`: vehicles per second by lane; `saturationPerS`: how many leave its queue, for all lanes or each. Phases come in the order of the junction's own plan. */
export function websterPlan(
  layout: Layout,
  flows: ArrayLike<number>,
  saturationPerS: number | ArrayLike<number> = SATURATION_PER_S,
): PortPlan {
  const { junction } = layout;
  const order = [...new Set(junction.plan.steps.map((step) => step.phase))];
  const changes = order.map((phase, i) => changeS(junction, phase, order[(i + 1) % order.length]!));
  const lostS = changes.reduce((sum, s) => sum + s + (s > 0 ? STARTUP_LOST_S : 0), 0);
  const ratios = criticalRatios(
    layout,
    order,
    (lane) =>
      (flows[lane] ?? 0) /
      (typeof saturationPerS === 'number' ? saturationPerS : (saturationPerS[lane] ?? SATURATION_PER_S)),
  );
  const sumY = Math.min(
    MOST_Y,
    ratios.reduce((sum, y) => sum + y, 0),
  );
  const cycle = Math.min(LONGEST_CYCLE_S, Math.max(SHORTEST_CYCLE_S, (1.5 * lostS + 5) / (1 - sumY)));
  const greenS = Math.max(0, cycle - changes.reduce((sum, s) => sum + s, 0));
  const total = ratios.reduce((sum, y) => sum + y, 0);
  return {
    offsetS: junction.plan.offsetS,
    steps: order.map((phase, i) => {
      const share = total > 0 ? ratios[i]! / total : 1 / order.length;
      const wanted = Math.round(greenS * share);
      const least = Math.max(1, leastGreenS(junction, phase));
      return { phase, greenS: Math.min(junction.phases[phase]!.maxGreenS, Math.max(least, wanted)) };
    }),
  };
}

/**
 * By phase, the largest flow ratio of the lanes it serves. A lane that several phases serve asks only what those before
 * have not given it: the phases with the right of way for all its vehicles come first.
 */
function criticalRatios(
  layout: Layout,
  order: readonly number[],
  ratioOf: (lane: number) => number,
): number[] {
  const ratios = order.map(() => 0);
  const left = Array.from({ length: layout.lanes }, (_, lane) => ratioOf(lane));
  const serves = (phase: number, lane: number): number => {
    let share = 0;
    for (const c of layout.ofLane[lane]!) {
      const right = layout.right[phase * layout.connections + c]!;
      if (right !== RED) share += right === GREEN ? 1 : YIELDING_SHARE;
    }
    return share / Math.max(1, layout.ofLane[lane]!.length);
  };
  const lanes = left.map((_, lane) => lane).sort((a, b) => left[b]! - left[a]!);
  for (const lane of lanes) {
    let given = 0;
    let best = -1;
    for (const [i, phase] of order.entries()) {
      const share = serves(phase, lane);
      if (share === 0) continue;
      given += ratios[i]! * share;
      if (best < 0 || share > serves(order[best]!, lane)) best = i;
    }
    if (best >= 0 && given < left[lane]!)
      ratios[best] = ratios[best]! + (left[lane]! - given) / serves(order[best]!, lane);
  }
  return ratios;
}

export function createWebster(network: ControlNetwork): SignalMethod {
  const { layouts } = compileNetwork(network);
  const observers = layouts.map((layout) =>
    createObserver(
      layout,
      layout.junction.lanes.map(() => false),
      FLOW_WINDOW_S,
    ),
  );
  const plans: PortPlan[] = layouts.map(({ junction }) => junction.plan);
  let now = 0;
  let madeS = Number.NaN;
  return {
    see(states: readonly (JunctionState | null)[], nowS) {
      now = nowS;
      for (const [j, observer] of observers.entries()) observer.look(states[j] ?? null, nowS);
      if (Number.isNaN(madeS)) madeS = nowS;
      if (nowS - madeS < REPLAN_S) return;
      madeS = nowS;
      for (const [j, layout] of layouts.entries()) {
        const plan = websterPlan(
          layout,
          observers[j]!.rate,
          observers[j]!.headwayS.map((s) => 1 / s),
        );
        // The new plan begins with its first step now.
        const cycle = cycleS(layout.junction, plan);
        plans[j] = { ...plan, offsetS: (cycle - (nowS % cycle)) % cycle };
      }
    },
    wanted(j) {
      return planned(layouts[j]!.junction, plans[j]!, now).phase;
    },
  };
}
