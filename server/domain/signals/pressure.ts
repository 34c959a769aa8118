/**
 * Control by pressure: at the end of each slot the phase is shown whose streams have most vehicles before and fewest
 * behind the junction. No forecast, no model of the network, and queues stay bounded wherever any control can bound them.
 *
 * - `maxpressure`: P. Varaiya, "Max pressure control of a network of signalized intersections", Transp. Res. C 36 (2013).
 * - `efficient`: Q. Wu et al., "Efficient pressure: improving efficiency for signalized intersections" (2021): means over
 *   a stream's lanes on either side in place of sums, so that an approach of many lanes does not win by its lanes alone.
 * - `advanced`: L. Zhang et al., "Expression might be enough: representing pressure and demand for reinforcement learning
 *   based traffic signal control", ICML (2022): the phase shown also counts those on the move who would still reach it.
 * - `capacity`: J. Gregoire et al., "Capacity-aware backpressure traffic signal control", IEEE Trans. Control Netw. Syst.
 *   2 (2014): pressure grows to 1 as a road fills, so that a full road sends none where none fits.
 */
import { compileNetwork, GREEN, RED, type Layout } from './layout.ts';
import type { ControlNetwork, JunctionState, SignalMethod } from './model.ts';
import { countQueues, createQueues, type Queues } from './queues.ts';
import { VEHICLE_ROOM_M, YIELDING_SHARE } from './traffic-units.ts';

type PressureKind = 'maxpressure' | 'efficient' | 'advanced' | 'capacity';

/** A phase is kept for at least so long. */
export const SLOT_S = 10;
/** Exponent and unbounded capacity of Gregoire's pressure function; he uses m = 4 and a capacity of 500. */
const POWER = 4;
const UNBOUNDED = 500;

/** Pressure of a road that holds `holds` and has `count` on it: 0 empty, 1 full. */
export function roadPressure(count: number, holds: number): number {
  const share = count / holds;
  const pressure =
    (count / UNBOUNDED + (2 - holds / UNBOUNDED) * share ** POWER) / (1 + share ** (POWER - 1));
  return Math.min(1, pressure);
}

export function createPressure(kind: PressureKind, network: ControlNetwork): SignalMethod {
  const { layouts } = compileNetwork(network);
  const queues = layouts.map(createQueues);
  const holdsOf = layouts.map((layout) =>
    layout.junction.lanes.map((lane) => Math.max(1, lane.lengthM / VEHICLE_ROOM_M)),
  );
  let states: readonly (JunctionState | null)[] = [];

  const pressureOf = (layout: Layout, q: Queues, holds: readonly number[], c: number): number => {
    const e = layout.exitOf[c]!;
    const lane = layout.laneOf[c]!;
    switch (kind) {
      case 'maxpressure':
        return q.standing[c]! - q.beyond[e]! / layout.lanesTo[c]!;
      case 'efficient':
      case 'advanced':
        return (q.standing[c]! - q.beyond[e]!) / layout.lanesTo[c]!;
      case 'capacity':
        if (q.freeM[e]! < VEHICLE_ROOM_M) return 0;
        return Math.max(
          0,
          roadPressure(q.present[c]!, holds[lane]!) - roadPressure(q.beyond[e]!, q.holds[e]!),
        );
    }
  };

  return {
    see(seen) {
      states = seen;
    },
    wanted(j) {
      const state = states[j];
      if (!state) return 0;
      const { phase: shown, sinceS } = state;
      if (sinceS < SLOT_S) return shown;
      const layout = layouts[j]!;
      const q = queues[j]!;
      countQueues(q, layout, state, SLOT_S);
      let best = shown;
      let most = -Infinity;
      for (let p = 0; p < layout.phases; p++) {
        let sum = 0;
        for (let c = 0; c < layout.connections; c++) {
          const right = layout.right[p * layout.connections + c]!;
          if (right === RED) continue;
          let pressure = pressureOf(layout, q, holdsOf[j]!, c);
          if (kind === 'advanced' && p === shown) pressure += q.coming[c]! / layout.lanesTo[c]!;
          sum += right === GREEN ? pressure : pressure * YIELDING_SHARE;
        }
        // The phase shown wins where nothing is better: a change costs time.
        if (sum > most || (sum === most && p === shown)) {
          most = sum;
          best = p;
        }
      }
      return best;
    },
  };
}
