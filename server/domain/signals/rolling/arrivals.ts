/**
 * The traffic a junction plans for: per lane, in order, when each vehicle could be at the stop line, and where it goes.
 * Three kinds follow each other: vehicles seen, vehicles that the plans of the junctions upstream will send, and a thin
 * stream at the learned rate behind them, so that no plan gains by what nobody can see yet.
 */
import { PER_VEHICLE, type JunctionState } from '../model.ts';
import type { Layout } from '../layout.ts';
import { VEHICLE_ROOM_M } from '../traffic-units.ts';
import type { Observer } from './observer.ts';
import type { Outflow } from './planner.ts';
import { parameters } from './parameters.ts';

export const MOST_ITEMS = 72;
const MOST_UNSEEN = 12;

/** Everything by lane, `MOST_ITEMS` (sums: one more) places each. */
export interface Arrivals {
  readonly count: Int16Array;
  readonly etaS: Float64Array;
  /** Connection, -1: not known. */
  readonly to: Int16Array;
  readonly weight: Float64Array;
  /** Not before this can its exit take it, s. */
  readonly releaseS: Float64Array;
  /** Sums of weight, and of weight × eta, over the first k. */
  readonly sumW: Float64Array;
  readonly sumWEta: Float64Array;
  /** Vehicles expected at the line by each second of the horizon, by lane. */
  readonly atLineBy: Int16Array;
}

export function createArrivals(lanes: number, horizonS: number): Arrivals {
  return {
    count: new Int16Array(lanes),
    etaS: new Float64Array(lanes * MOST_ITEMS),
    to: new Int16Array(lanes * MOST_ITEMS),
    weight: new Float64Array(lanes * MOST_ITEMS),
    releaseS: new Float64Array(lanes * MOST_ITEMS),
    sumW: new Float64Array(lanes * (MOST_ITEMS + 1)),
    sumWEta: new Float64Array(lanes * (MOST_ITEMS + 1)),
    atLineBy: new Int16Array(lanes * (horizonS + 1)),
  };
}

/** Seconds until a vehicle is at the line when nothing is in its way: it gathers speed up to the limit first. */
export function timeToLineS(distanceM: number, speedMps: number, limitMps: number): number {
  const a = parameters.acceleration;
  if (speedMps >= limitMps) return distanceM / Math.max(0.1, speedMps);
  const gatherM = (limitMps * limitMps - speedMps * speedMps) / (2 * a);
  if (gatherM >= distanceM) return (Math.sqrt(speedMps * speedMps + 2 * a * distanceM) - speedMps) / a;
  return (limitMps - speedMps) / a + (distanceM - gatherM) / limitMps;
}

export function fillArrivals(
  arrivals: Arrivals,
  layout: Layout,
  state: JunctionState,
  observer: Observer,
  feeders: readonly (readonly {
    readonly outflow: Outflow;
    readonly exit: number;
    readonly share: number;
  }[])[],
  nowS: number,
  horizonS: number,
): void {
  const { junction } = layout;
  for (let lane = 0; lane < layout.lanes; lane++) {
    const { lengthM, speedMps } = junction.lanes[lane]!;
    const vehicles = state.lanes[lane] ?? null;
    const base = lane * MOST_ITEMS;
    let n = 0;
    let lastEta = 0;
    const add = (eta: number, to: number, weight: number): void => {
      if (n >= MOST_ITEMS || eta > horizonS + 20) return;
      lastEta = Math.max(lastEta, eta);
      arrivals.etaS[base + n] = lastEta;
      arrivals.to[base + n] = to;
      arrivals.weight[base + n] = weight;
      arrivals.releaseS[base + n] = 0;
      n++;
    };
    if (vehicles) {
      for (let k = 0; k < vehicles.length; k += PER_VEHICLE)
        add(timeToLineS(vehicles[k]!, vehicles[k + 1]!, speedMps), vehicles[k + 2]!, 1);
    }
    const entryM = Math.min(lengthM, observer.entryM[lane]!);
    const travelS = entryM / speedMps;
    if (!vehicles) {
      // Nothing is seen there: as many wait as have come at the learned rate since its green.
      const waiting = Math.min(MOST_UNSEEN, Math.round(observer.rate[lane]! * redOf(layout, state, lane)));
      for (let k = 0; k < waiting; k++) add(timeToLineS(k * VEHICLE_ROOM_M, 0, speedMps), -1, 1);
    }
    const hidden = Math.floor(observer.hidden[lane]! * parameters.hidden);
    for (let k = 0; k < hidden; k++) add(timeToLineS(entryM, 0, speedMps), -1, 1);
    let from = Math.max(lastEta, travelS);
    const sources = feeders[lane]!;
    if (sources.length > 0) {
      let untilS = 0;
      for (const { outflow, exit, share } of sources) {
        if (share < 0.02) continue;
        untilS = Math.max(untilS, outflow.untilS - nowS);
        for (let k = 0; k < outflow.count; k++) {
          if (outflow.exit[k] !== exit) continue;
          const leaves = outflow.atS[k]! - nowS;
          if (leaves >= 0)
            n += insert(arrivals, base, n, leaves + travelS, outflow.weight[k]! * share, lastEta);
        }
      }
      if (n > 0) lastEta = Math.max(lastEta, arrivals.etaS[base + n - 1]!);
      from = Math.max(from, untilS + travelS);
    }
    const rate = observer.rate[lane]! * parameters.unseen;
    if (rate > 0.004) {
      // Whole vehicles at even distances, so that streams which give way find the gaps that there are on average.
      const everyS = Math.max(2, 1 / rate);
      for (let t = from + everyS / 2; t < horizonS; t += everyS) add(t, -1, 1);
    }
    arrivals.count[lane] = n;
  }
  holdForExits(arrivals, layout, state, observer);
  for (let lane = 0; lane < layout.lanes; lane++) {
    const base = lane * MOST_ITEMS;
    const sums = lane * (MOST_ITEMS + 1);
    const n = arrivals.count[lane]!;
    let w = 0;
    let we = 0;
    arrivals.sumW[sums] = 0;
    arrivals.sumWEta[sums] = 0;
    for (let k = 0; k < n; k++) {
      w += arrivals.weight[base + k]!;
      we += arrivals.weight[base + k]! * arrivals.etaS[base + k]!;
      arrivals.sumW[sums + k + 1] = w;
      arrivals.sumWEta[sums + k + 1] = we;
    }
    let k = 0;
    for (let t = 0; t <= horizonS; t++) {
      while (k < n && arrivals.etaS[base + k]! <= t) k++;
      arrivals.atLineBy[lane * (horizonS + 1) + t] = k;
    }
  }
}

/** Seconds since any of a lane's connections had its green. */
function redOf(layout: Layout, state: JunctionState, lane: number): number {
  let least = Infinity;
  for (let p = 0; p < layout.phases; p++)
    if (layout.lanesIn[p]!.includes(lane)) least = Math.min(least, state.redS[p]!);
  return Number.isFinite(least) ? least : 0;
}

/** Answers how many were put in: puts a vehicle from upstream in its place among the others from upstream (they come after those seen). */
function insert(
  arrivals: Arrivals,
  base: number,
  n: number,
  eta: number,
  weight: number,
  notBefore: number,
): number {
  if (n >= MOST_ITEMS || weight < 0.05) return 0;
  const at = Math.max(eta, notBefore);
  let k = n;
  while (k > 0 && arrivals.etaS[base + k - 1]! > at) {
    arrivals.etaS[base + k] = arrivals.etaS[base + k - 1]!;
    arrivals.to[base + k] = arrivals.to[base + k - 1]!;
    arrivals.weight[base + k] = arrivals.weight[base + k - 1]!;
    k--;
  }
  arrivals.etaS[base + k] = at;
  arrivals.to[base + k] = -1;
  arrivals.weight[base + k] = weight;
  arrivals.releaseS[base + n] = 0;
  return 1;
}

/** No value in sending a vehicle where it finds no room: it is held until the exit's queue has moved on. */
function holdForExits(arrivals: Arrivals, layout: Layout, state: JunctionState, observer: Observer): void {
  const { junction } = layout;
  for (let e = 0; e < junction.exits.length; e++) {
    const exit = state.exits[e];
    if (!exit || observer.standingS[e]! < 2) continue;
    let room = Math.floor(exit[1] / VEHICLE_ROOM_M);
    if (room > 12) continue;
    let heldS = parameters.exitHoldS;
    for (let c = 0; c < layout.connections; c++) {
      if (layout.exitOf[c] !== e) continue;
      const base = layout.laneOf[c]! * MOST_ITEMS;
      for (let k = 0; k < arrivals.count[layout.laneOf[c]!]!; k++) {
        if (arrivals.to[base + k] !== c) continue;
        if (room > 0) room--;
        else {
          arrivals.releaseS[base + k] = heldS;
          heldS += parameters.exitHeadwayS;
        }
      }
    }
  }
}
