/** The approaches of a junction: its lanes by the road they lie on, and which connections lead from each. */
import type { PortJunction } from '../../../contract/signal-port.ts';

export interface Approach {
  readonly link: string;
  readonly lanes: readonly number[];
  /** Of its longest lane. */
  readonly lengthM: number;
  /** Of its fastest lane. */
  readonly speedMps: number;
  readonly connections: readonly number[];
}

/** In the order in which their first lanes stand. */
export function approachesOf(junction: PortJunction): Approach[] {
  const byLink = new Map<string, number[]>();
  for (const [i, lane] of junction.lanes.entries()) {
    const lanes = byLink.get(lane.link);
    if (lanes === undefined) byLink.set(lane.link, [i]);
    else lanes.push(i);
  }
  return [...byLink].map(([link, lanes]) => ({
    link,
    lanes,
    lengthM: Math.max(...lanes.map((l) => junction.lanes[l]!.lengthM)),
    speedMps: Math.max(...lanes.map((l) => junction.lanes[l]!.speedMps)),
    connections: junction.connections.flatMap((c, i) => (lanes.includes(c.lane) ? [i] : [])),
  }));
}

/** `[phase][lane]`: whether a lane discharges freely in it: some connection has the right of way, none gives way. */
export function freeLanes(junction: PortJunction): boolean[][] {
  return junction.phases.map(({ green, yields }) => {
    const gives = new Set(yields.map((c) => junction.connections[c]?.lane));
    const goes = new Set(green.map((c) => junction.connections[c]?.lane));
    return junction.lanes.map((_, lane) => goes.has(lane) && !gives.has(lane));
  });
}
