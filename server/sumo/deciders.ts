/** Whoever decides at the signals of a SUMO run: a control method beside it, or a server over the network. */
import { leastGreenS } from '../domain/signals/contradiction.ts';
import type { ControlNetwork, JunctionState, SignalMethod } from '../domain/signals/model.ts';
import type { PortPlan } from '../contract/signal-port.ts';

export interface Decider {
  /** Once a second, before anything is asked. */
  see(states: readonly JunctionState[], nowS: number): void | Promise<void>;
  /** The phase wanted at a junction; null: nothing fresh is wished, its own plan runs. */
  wish(junction: number): number | null;
  /** Plans to run instead of the junctions' own from now on, by number; null: their own again. */
  readonly plans?: () => Iterable<readonly [junction: number, plan: PortPlan | null]>;
}

/** A method is asked in green only, once the minimum is over. */
export function methodDecider({ junctions }: ControlNetwork, method: SignalMethod): Decider {
  let states: readonly JunctionState[] = [];
  return {
    see(seen, nowS) {
      states = seen;
      method.see(seen, nowS);
    },
    wish(j) {
      const { phase, stage, sinceS } = states[j]!;
      return stage === 'green' && sinceS >= leastGreenS(junctions[j]!, phase) ? method.wanted(j) : phase;
    },
  };
}
