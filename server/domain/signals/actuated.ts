/**
 * Actuated control as most controllers have it: phases in the order of the junction's own plan, those without a call
 * skipped; a green is prolonged while the gaps between its vehicles stay short, up to its longest (NEMA TS 2, National
 * Electrical Manufacturers Association; Traffic Signal Timing Manual, 2nd ed., NCHRP 812, chapter 6).
 */
import { compileNetwork, RED, type Layout } from './layout.ts';
import {
  PER_VEHICLE,
  QUEUED_MPS,
  type ControlNetwork,
  type JunctionState,
  type SignalMethod,
} from './model.ts';

/** Passage time: a vehicle this close to the line, in seconds, prolongs the green. */
const PASSAGE_S = 3;
/** Where the call detectors lie: a vehicle that near to the line calls its phase. */
const CALL_M = 40;

/** Whether somebody near the line needs the phase, other than who has green already. */
function called(layout: Layout, state: JunctionState, phase: number, shown: number): boolean {
  for (let lane = 0; lane < layout.lanes; lane++) {
    const vehicles = state.lanes[lane];
    if (vehicles === undefined) continue;
    const mine = layout.ofLane[lane]!;
    // A lane whose detection is out calls always: nobody may be forgotten.
    const known = vehicles !== null;
    if (known && (vehicles.length < PER_VEHICLE || vehicles[0]! > CALL_M)) continue;
    const to = known ? vehicles[2]! : -1;
    for (const c of mine) {
      if (to >= 0 && c !== to) continue;
      if (
        layout.right[phase * layout.connections + c] !== RED &&
        layout.right[shown * layout.connections + c] === RED
      )
        return true;
    }
  }
  return false;
}

/** Whether the head of a green lane is within the passage time, or a queue still stands there. */
function prolonged(layout: Layout, state: JunctionState): boolean {
  for (const lane of layout.lanesIn[state.phase]!) {
    const vehicles = state.lanes[lane];
    if (!vehicles || vehicles.length < PER_VEHICLE) continue;
    const to = vehicles[2]!;
    if (to >= 0 && layout.right[state.phase * layout.connections + to] === RED) continue;
    const speed = vehicles[1]!;
    const standsInQueue = speed < QUEUED_MPS && vehicles[0]! < CALL_M;
    if (standsInQueue || vehicles[0]! <= PASSAGE_S * Math.max(speed, QUEUED_MPS)) return true;
  }
  return false;
}

export function createActuated(network: ControlNetwork): SignalMethod {
  const { layouts } = compileNetwork(network);
  const orders = layouts.map(({ junction }) => [...new Set(junction.plan.steps.map((step) => step.phase))]);
  let states: readonly (JunctionState | null)[] = [];
  return {
    see(seen) {
      states = seen;
    },
    wanted(j) {
      const state = states[j];
      if (!state) return 0;
      const { phase: shown, sinceS } = state;
      const layout = layouts[j]!;
      if (sinceS < layout.junction.phases[shown]!.maxGreenS && prolonged(layout, state)) return shown;
      const order = orders[j]!;
      const at = order.indexOf(shown);
      for (let k = 1; k <= order.length; k++) {
        const next = order[(at + k) % order.length]!;
        if (next !== shown && called(layout, state, next, shown)) return next;
      }
      return shown;
    },
  };
}
