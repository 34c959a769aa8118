/** Counts of a junction's vehicles by connection and exit, as the queue-based methods need them. Kept, not made anew. */
import type { Layout } from './layout.ts';
import { PER_VEHICLE, QUEUED_MPS, type JunctionState } from './model.ts';
import { VEHICLE_ROOM_M } from './traffic-units.ts';

export interface Queues {
  /** By connection: vehicles that stand, and all that are seen. */
  readonly standing: Float64Array;
  readonly present: Float64Array;
  /** By connection: vehicles on the move that reach the line within the range. */
  readonly coming: Float64Array;
  /** By exit: vehicles on it, what it holds, and metres free behind the last one. */
  readonly beyond: Float64Array;
  readonly holds: Float64Array;
  readonly freeM: Float64Array;
}

export function createQueues(layout: Layout): Queues {
  const { exits } = layout.junction;
  return {
    standing: new Float64Array(layout.connections),
    present: new Float64Array(layout.connections),
    coming: new Float64Array(layout.connections),
    beyond: new Float64Array(exits.length),
    holds: Float64Array.from(exits, (exit) => Math.max(1, exit.lengthM / VEHICLE_ROOM_M)),
    freeM: new Float64Array(exits.length),
  };
}

/** `withinS`: a vehicle on the move counts as coming when it can be at the line by then. */
export function countQueues(queues: Queues, layout: Layout, state: JunctionState, withinS: number): void {
  const { standing, present, coming, beyond, freeM } = queues;
  standing.fill(0);
  present.fill(0);
  coming.fill(0);
  for (let lane = 0; lane < layout.lanes; lane++) {
    const vehicles = state.lanes[lane];
    if (!vehicles) continue;
    const mine = layout.ofLane[lane]!;
    const { speedMps } = layout.junction.lanes[lane]!;
    for (let at = 0; at < vehicles.length; at += PER_VEHICLE) {
      const to = vehicles[at + 2]!;
      const known = to >= 0;
      // One that has not said where it goes counts in equal parts.
      const part = known ? 1 : 1 / mine.length;
      const stands = vehicles[at + 1]! < QUEUED_MPS;
      const near = vehicles[at]! <= withinS * speedMps;
      for (let i = 0; i < (known ? 1 : mine.length); i++) {
        const c = known ? to : mine[i]!;
        present[c] = present[c]! + part;
        if (stands) standing[c] = standing[c]! + part;
        else if (near) coming[c] = coming[c]! + part;
      }
    }
  }
  for (let e = 0; e < beyond.length; e++) {
    const exit = state.exits[e];
    beyond[e] = exit ? exit[0] : 0;
    freeM[e] = exit ? exit[1] : layout.junction.exits[e]!.lengthM;
  }
}
