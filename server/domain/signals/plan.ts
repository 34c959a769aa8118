/** Fixed time plans: how long a change takes, how long a cycle is, and which phase a plan wants at a time. */
import { serves } from '../../contract/signal-phases.ts';
import type { PortPlan } from '../../contract/signal-port.ts';
import type { Junction } from './model.ts';

/** Whether the phase lets a connection go, with the right of way or without. */
export function opens(junction: Junction, phase: number, connection: number): boolean {
  const { green, yields } = junction.phases[phase]!;
  return green.includes(connection) || yields.includes(connection);
}

/** Seconds from the end of one phase's green to the next's: none where nobody loses the green or the right of way. */
export function changeS(junction: Junction, from: number, to: number): number {
  if (from === to) return 0;
  const [before, after] = [junction.phases[from]!, junction.phases[to]!];
  return serves(after, before) ? 0 : before.yellowS + before.allRedS;
}

export function cycleS(junction: Junction, { steps }: PortPlan): number {
  return steps.reduce(
    (sum, { phase, greenS }, i) =>
      sum + greenS + changeS(junction, phase, steps[(i + 1) % steps.length]!.phase),
    0,
  );
}

/** Where a plan is at a time: the phase it wants shown or changed to, and for how long it has wanted it. */
export function planned(
  junction: Junction,
  plan: PortPlan,
  nowS: number,
): { readonly phase: number; readonly sinceS: number } {
  const { steps, offsetS } = plan;
  const cycle = cycleS(junction, plan);
  let left = (((nowS + offsetS) % cycle) + cycle) % cycle;
  for (const [i, { phase, greenS }] of steps.entries()) {
    if (left < greenS) return { phase, sinceS: left };
    left -= greenS;
    const next = steps[(i + 1) % steps.length]!.phase;
    const change = changeS(junction, phase, next);
    if (left < change) return { phase: next, sinceS: 0 };
    left -= change;
  }
  return { phase: steps[0]!.phase, sinceS: 0 };
}
