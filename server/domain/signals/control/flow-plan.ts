/**
 * A fixed plan for measured flows: Webster's cycle and greens, stretched to the cycle of a street or to longer shortest
 * greens where that is wished, and kept within what the phases allow.
 */
import type { PortPlan } from '../../../contract/signal-port.ts';
import { leastGreenS } from '../contradiction.ts';
import { compileJunction } from '../layout.ts';
import type { Junction } from '../model.ts';
import { cycleS } from '../plan.ts';
import { websterPlan } from '../webster.ts';
import { laneVph, type Flows } from './delay.ts';

export interface PlanWishes {
  /** Of a street; absent: what suits this junction. */
  readonly cycleS?: number;
  /** By lane, how many times its flow counts. */
  readonly weights?: readonly number[];
  /** Every green lasts so many times its shortest at least. */
  readonly leastGreens?: number;
}

export function planFor(junction: Junction, flows: Flows, wishes: PlanWishes = {}): PortPlan {
  const { weights, leastGreens = 1 } = wishes;
  const perS = junction.lanes.map(
    (_, lane) => (laneVph(junction, flows, lane) * (weights?.[lane] ?? 1)) / 3_600,
  );
  const saturationPerS = flows.saturationVph.map((vph) => vph / 3_600);
  const plan = websterPlan(compileJunction(junction), perS, saturationPerS);
  const { steps } = plan;
  const greensS = steps.reduce((sum, s) => sum + s.greenS, 0);
  const changesS = cycleS(junction, plan) - greensS;
  const most = steps.map(({ phase }) => junction.phases[phase]!.maxGreenS);
  const least = steps.map(({ phase }, i) =>
    Math.min(most[i]!, Math.max(1, Math.ceil(leastGreenS(junction, phase) * leastGreens))),
  );
  const totalS = Math.max(
    least.reduce((sum, s) => sum + s, 0),
    wishes.cycleS === undefined ? greensS : Math.round(wishes.cycleS - changesS),
  );
  const greens = shared(
    totalS,
    steps.map((s) => s.greenS),
    least,
    most,
  );
  return { ...plan, steps: steps.map(({ phase }, i) => ({ phase, greenS: greens[i]! })) };
}

/** Divides whole seconds in proportion; where a bound holds, the others share the rest. */
function shared(
  totalS: number,
  parts: readonly number[],
  least: readonly number[],
  most: readonly number[],
): number[] {
  const greens = parts.map(() => 0);
  const open = new Set(parts.keys());
  let leftS = totalS;
  while (open.size > 0) {
    const sum = [...open].reduce((s, i) => s + parts[i]!, 0);
    const shareOf = (i: number): number => (leftS * parts[i]!) / sum;
    // The shortest first: they take from the others, the longest give to them.
    const short = [...open].find((i) => shareOf(i) < least[i]!);
    const bound = short ?? [...open].find((i) => shareOf(i) > most[i]!);
    if (bound === undefined) {
      for (const i of open) greens[i] = Math.min(most[i]!, Math.max(least[i]!, Math.round(shareOf(i))));
      break;
    }
    const greenS = short === undefined ? most[bound]! : least[bound]!;
    greens[bound] = greenS;
    leftS -= greenS;
    open.delete(bound);
  }
  return greens;
}
