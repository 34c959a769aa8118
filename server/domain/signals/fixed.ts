/** The plan as it was found: what the junction would do by itself. */
import type { ControlNetwork, SignalMethod } from './model.ts';
import { planned } from './plan.ts';

export function createFixed({ junctions }: ControlNetwork): SignalMethod {
  let now = 0;
  return {
    see(_, nowS) {
      now = nowS;
    },
    wanted(j) {
      const junction = junctions[j]!;
      return planned(junction, junction.plan, now).phase;
    },
  };
}
