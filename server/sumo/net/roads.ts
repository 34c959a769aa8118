/** Roads beyond a junction: how far detection reaches upstream of a stop line, and which lanes an exit runs on over. */
import type { NetEdge, NetLane, SumoNet } from './model.ts';

/** Detection (loops, cameras, connected vehicles) reaches so far from a stop line, over nodes without a signal. */
export const DETECTION_M = 250;
/** An exit is watched for room so far. */
const EXIT_M = 150;

/** Metres of a lane and of the roads that feed it within detection's reach; all of a lane that is longer. */
export function reachM(net: SumoNet, lane: NetLane): number {
  const feeders = feedersOf(net);
  const visit = (edge: NetEdge, leftM: number, seen: ReadonlySet<NetEdge>): number => {
    let most = 0;
    if (leftM <= 0) return most;
    for (const [feeder, betweenM] of feeders.get(edge) ?? []) {
      if (seen.has(feeder)) continue;
      const own = betweenM + feeder.lanes[0]!.lengthM;
      most = Math.max(most, own + visit(feeder, leftM - own, new Set([...seen, feeder])));
    }
    return most;
  };
  const upstreamM = visit(lane.edge, DETECTION_M - lane.lengthM, new Set([lane.edge]));
  return Math.max(lane.lengthM, Math.min(DETECTION_M, lane.lengthM + upstreamM));
}

/** The lane and those behind it, up to where a way parts or a signal stands. */
export function ahead(lane: NetLane): NetLane[] {
  const chain = [lane];
  let lengthM = lane.lengthM;
  for (let last = lane; lengthM < EXIT_M;) {
    const [only, ...others] = last.out;
    if (!only || others.length > 0 || only.signal !== null || chain.includes(only.to)) break;
    last = only.to;
    chain.push(last);
    lengthM += last.lengthM;
  }
  return chain;
}

/** Metres over the junction from one edge to the next. */
export function betweenM(from: NetEdge, to: NetEdge): number {
  for (const lane of from.lanes) {
    for (const connection of lane.out) {
      if (connection.to.edge !== to) continue;
      let sum = 0;
      // A way across can be cut in two where vehicles wait in the middle.
      for (let via = connection.via; via && sum < DETECTION_M;) {
        sum += via.lengthM;
        via = via.out.find((c) => c.to.edge.function === 'internal' || c.via)?.via ?? null;
      }
      return sum;
    }
  }
  return 0;
}

const cache = new WeakMap<SumoNet, Map<NetEdge, Map<NetEdge, number>>>();

/** By edge, those that lead into it without a signal. */
function feedersOf(net: SumoNet): Map<NetEdge, Map<NetEdge, number>> {
  const known = cache.get(net);
  if (known) return known;
  const feeders = new Map<NetEdge, Map<NetEdge, number>>();
  for (const { from, to, signal, direction } of net.connections) {
    if (signal !== null || direction === 't') continue;
    if (from.edge.function !== 'normal' || to.edge.function !== 'normal') continue;
    const of = feeders.get(to.edge) ?? new Map<NetEdge, number>();
    feeders.set(to.edge, of.set(from.edge, betweenM(from.edge, to.edge)));
  }
  cache.set(net, feeders);
  return feeders;
}
