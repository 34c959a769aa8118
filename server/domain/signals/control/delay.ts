/** Mean control delay under a fixed plan: uniform and incremental delay of the HCM (7th ed., ch. 19, eqs. 19-20 and 19-26). */
import { changeS } from '../plan.ts';
import type { Junction } from '../model.ts';
import type { PortPlan } from '../../../contract/signal-port.ts';

/** The time over which the flows are as they are, h. */
const PERIOD_H = 0.25;
/** Incremental delay factor of pretimed phases, and no metering upstream. */
const K = 0.5;
const I = 1;
/** Whoever gives way discharges at about half the saturation flow. */
const YIELDING = 0.5;

export interface Flows {
  /** By connection, vehicles an hour. */
  readonly connectionVph: readonly number[];
  /** By lane, vehicles an hour of green. */
  readonly saturationVph: readonly number[];
}

/** Of one lane, s a vehicle. `greenShare`: effective green over the cycle. */
export function hcmDelayS(
  cycleS: number,
  greenShare: number,
  flowVph: number,
  saturationVph: number,
): number {
  const capacityVph = saturationVph * greenShare;
  const x = capacityVph > 0 ? flowVph / capacityVph : Infinity;
  if (!Number.isFinite(x)) return flowVph > 0 ? PERIOD_H * 3_600 : 0;
  const uniformS = (0.5 * cycleS * (1 - greenShare) ** 2) / (1 - Math.min(1, x) * greenShare);
  const over = x - 1;
  const root = Math.sqrt(over * over + (8 * K * I * x) / (capacityVph * PERIOD_H));
  const incrementalS = 900 * PERIOD_H * (over + root);
  return (greenShare >= 1 ? 0 : uniformS) + incrementalS;
}

/** Mean over all vehicles of a junction, s; 0 where nobody comes. */
export function planDelayS(junction: Junction, plan: PortPlan, flows: Flows): number {
  const { cycleS, greenS } = greensOf(junction, plan);
  let lostS = 0;
  let all = 0;
  for (const lane of junction.lanes.keys()) {
    const flowVph = laneVph(junction, flows, lane);
    if (flowVph <= 0) continue;
    const share = Math.min(1, greenS[lane]! / cycleS);
    lostS += flowVph * hcmDelayS(cycleS, share, flowVph, flows.saturationVph[lane]!);
    all += flowVph;
  }
  return all === 0 ? 0 : lostS / all;
}

export function laneVph(junction: Junction, { connectionVph }: Flows, lane: number): number {
  let sum = 0;
  for (const [c, { lane: of }] of junction.connections.entries()) if (of === lane) sum += connectionVph[c]!;
  return sum;
}

/** Effective green of each lane in a cycle; the green lost at the start is won back in the yellow (HCM: l₁ = e). */
function greensOf(junction: Junction, plan: PortPlan): { cycleS: number; greenS: Float64Array } {
  const greenS = new Float64Array(junction.lanes.length);
  let cycleS = 0;
  for (const [i, { phase, greenS: lasts }] of plan.steps.entries()) {
    const next = plan.steps[(i + 1) % plan.steps.length]!.phase;
    cycleS += lasts + changeS(junction, phase, next);
    const rights = rightsIn(junction, phase);
    for (const lane of greenS.keys()) greenS[lane]! += lasts * rights[lane]!;
  }
  return { cycleS, greenS };
}

/** By lane, how much of its saturation flow a phase lets go: the mean over its connections. */
function rightsIn(junction: Junction, phase: number): Float64Array {
  const { green, yields } = junction.phases[phase]!;
  const sum = new Float64Array(junction.lanes.length);
  const n = new Float64Array(junction.lanes.length);
  for (const [c, { lane }] of junction.connections.entries()) {
    n[lane]!++;
    if (green.includes(c)) sum[lane]!++;
    else if (yields.includes(c)) sum[lane]! += YIELDING;
  }
  return sum.map((s, lane) => (n[lane]! > 0 ? s / n[lane]! : 0));
}
