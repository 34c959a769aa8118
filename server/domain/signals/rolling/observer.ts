/**
 * What the rolling horizon learns by watching: per lane how many vehicles come, how densely they leave a queue, and how
 * many may wait before the lane where nobody sees them; per exit whether its last vehicle stands.
 *
 * Vehicles have no names here: those that left since the last look are counted by laying the new list over the old one.
 */
import { PER_VEHICLE, QUEUED_MPS, type JunctionState } from '../model.ts';
import { VEHICLE_ROOM_M } from '../traffic-units.ts';
import { GREEN, RED, type Layout } from '../layout.ts';

/** First guess of the saturation headway, s (1,900 vehicles/h; HCM 6th ed., base saturation flow). */
const FIRST_HEADWAY_S = 2;
const LEAST_HEADWAY_S = 1.3;
const MOST_HEADWAY_S = 5;
const HEADWAY_GAIN = 0.05;
/** Arrivals are averaged over so long. */
const RATE_WINDOW_S = 240;
const FIRST_RATE = 0.05;
/** A vehicle counts as one of a discharging queue when so close behind the one before it, m. */
const PLATOON_M = 28;
const MOST_WATCHED = 96;
const MOST_HIDDEN = 10;

export interface Observer {
  look(state: JunctionState | null, nowS: number): void;
  /** Vehicles per second, by lane. */
  readonly rate: Float64Array;
  /** Seconds between vehicles leaving a queue, by lane. */
  readonly headwayS: Float64Array;
  /** Vehicles that may wait before a lane that is full, by lane. */
  readonly hidden: Float64Array;
  /** Where vehicles come into sight, metres from the line, by lane. */
  readonly entryM: Float64Array;
  /** Seconds that the head of a lane has been standing at the line although its light lets it go, by lane. */
  readonly balksS: Float64Array;
  /** Seconds that an exit's last vehicle has been standing, by exit. */
  readonly standingS: Float64Array;
  /** Share of a lane's vehicles by connection. */
  readonly share: Float64Array;
}

export function createObserver(
  layout: Layout,
  entry: readonly boolean[],
  rateWindowS = RATE_WINDOW_S,
): Observer {
  const { junction, lanes } = layout;
  const rate = new Float64Array(lanes).fill(FIRST_RATE);
  const headwayS = new Float64Array(lanes).fill(FIRST_HEADWAY_S);
  const hidden = new Float64Array(lanes);
  const exits = junction.exits.length;
  const standingS = new Float64Array(exits);
  const share = new Float64Array(layout.connections).fill(0.2);
  const exitFreeM = new Float64Array(exits).fill(-1);
  const exitCount = new Float64Array(exits);
  const oldCount = new Int16Array(lanes).fill(-1);
  const oldM = new Float64Array(lanes * MOST_WATCHED);
  const oldMps = new Float64Array(lanes * MOST_WATCHED);
  const oldTo = new Int16Array(lanes * MOST_WATCHED);
  const entryM = Float64Array.from(junction.lanes, (lane) => lane.lengthM);
  const balksS = new Float64Array(lanes);
  const seenEntries = new Float64Array(lanes);
  const lastCrossS = new Float64Array(lanes).fill(-1e9);
  let watchedS = 0;
  let lastS = Number.NaN;

  /** How many of the old list's head are gone: the shift that lays the new head best over where an old one must be. */
  const gone = (lane: number, vehicles: readonly number[], stepS: number): number => {
    const before = oldCount[lane]!;
    if (vehicles.length === 0) return before;
    const headM = vehicles[0]!;
    const base = lane * MOST_WATCHED;
    let best = 0;
    let bestMiss = Infinity;
    for (let k = 0; k < before && k < 5; k++) {
      const expected = oldM[base + k]! - ((oldMps[base + k]! + vehicles[1]!) / 2) * stepS;
      const miss = Math.abs(expected - headM);
      if (miss < bestMiss) {
        bestMiss = miss;
        best = k;
      }
    }
    return bestMiss > 12 && before - best > 0 && oldM[base]! < headM ? Math.min(before, 1) : best;
  };

  const lookAtLane = (state: JunctionState, lane: number, stepS: number, nowS: number): void => {
    const vehicles = state.lanes[lane];
    if (!vehicles) {
      oldCount[lane] = -1;
      return;
    }
    const count = Math.min(MOST_WATCHED, vehicles.length / PER_VEHICLE);
    const base = lane * MOST_WATCHED;
    if (oldCount[lane]! >= 0) {
      const left = gone(lane, vehicles, stepS);
      for (let k = 0; k < left; k++) {
        const crossS = nowS - stepS + Math.min(stepS, oldM[base + k]! / Math.max(1, oldMps[base + k]!));
        const gapS = crossS - lastCrossS[lane]!;
        const to = oldTo[base + k]!;
        const free =
          to >= 0 && state.phase >= 0 && layout.right[state.phase * layout.connections + to] === GREEN;
        const behindM = k > 0 ? oldM[base + k]! - oldM[base + k - 1]! : oldMps[base + k]! * gapS;
        if (
          free &&
          gapS < MOST_HEADWAY_S &&
          gapS > 0.8 &&
          behindM < PLATOON_M &&
          oldMps[base + k]! < 0.9 * junction.lanes[lane]!.speedMps
        ) {
          const sample = Math.max(LEAST_HEADWAY_S, gapS);
          headwayS[lane] = headwayS[lane]! + HEADWAY_GAIN * (sample - headwayS[lane]!);
        }
        lastCrossS[lane] = crossS;
        if (to >= 0) {
          for (const c of layout.ofLane[lane]!)
            share[c] = share[c]! + 0.02 * ((c === to ? 1 : 0) - share[c]!);
        }
      }
      const came = Math.max(0, count - (oldCount[lane]! - left));
      const window = Math.min(rateWindowS, 30 + watchedS);
      rate[lane] = rate[lane]! + (stepS / window) * (came / stepS - rate[lane]!);
      if (entry[lane]) {
        // Where vehicles come into sight: the median of the places of those that are new behind the old tail.
        const oldTailM = oldCount[lane]! > left ? oldM[base + oldCount[lane]! - 1]! : 0;
        for (let k = count - came; k < count; k++) {
          const m = vehicles[k * PER_VEHICLE]!;
          if (k < 0 || m < oldTailM) continue;
          const stepM = Math.max(1, 40 / (1 + seenEntries[lane]! / 3));
          seenEntries[lane] = seenEntries[lane]! + 1;
          entryM[lane] = entryM[lane]! + (m > entryM[lane]! ? stepM : -stepM);
        }
        // A queue that stands there hides those who cannot come in.
        let tailM = 0;
        for (let k = count - 1; k >= 0; k--) {
          if (vehicles[k * PER_VEHICLE + 1]! >= QUEUED_MPS * 1.5) continue;
          tailM = vehicles[k * PER_VEHICLE]!;
          break;
        }
        const believed = hidden[lane]!;
        const arriving = rate[lane];
        if (tailM > entryM[lane]! - 1.6 * VEHICLE_ROOM_M && came === 0)
          hidden[lane] = Math.min(MOST_HIDDEN, believed + arriving * stepS);
        else hidden[lane] = Math.max(0, believed - came);
        if (tailM < entryM[lane]! - 5 * VEHICLE_ROOM_M) hidden[lane] = 0;
      }
    }
    if (count === 0) balksS[lane] = 0;
    else {
      const to = vehicles[2]!;
      const open =
        to >= 0 && state.stage === 'green' && layout.right[state.phase * layout.connections + to] !== RED;
      if (vehicles[1]! > QUEUED_MPS || vehicles[0]! > 2 * VEHICLE_ROOM_M) balksS[lane] = 0;
      else if (open) balksS[lane] = balksS[lane]! + stepS;
    }
    oldCount[lane] = count;
    for (let k = 0; k < count; k++) {
      oldM[base + k] = vehicles[k * PER_VEHICLE]!;
      oldMps[base + k] = vehicles[k * PER_VEHICLE + 1]!;
      oldTo[base + k] = vehicles[k * PER_VEHICLE + 2]!;
    }
  };

  return {
    look(state, nowS) {
      const stepS = nowS - lastS;
      lastS = nowS;
      if (!state || !(stepS > 0 && stepS <= 3)) {
        oldCount.fill(-1);
        exitFreeM.fill(-1);
        if (!state) return;
      }
      const dt = stepS > 0 && stepS <= 3 ? stepS : 1;
      watchedS += dt;
      for (let lane = 0; lane < lanes; lane++) lookAtLane(state, lane, dt, nowS);
      for (let e = 0; e < exits; e++) {
        const exit = state.exits[e];
        if (!exit) {
          standingS[e] = 0;
          exitFreeM[e] = -1;
          continue;
        }
        const stands =
          exit[0] > 0 &&
          exitFreeM[e]! >= 0 &&
          exit[0] === exitCount[e]! &&
          Math.abs(exit[1] - exitFreeM[e]!) < 0.5 * dt;
        standingS[e] = stands ? standingS[e]! + dt : 0;
        exitFreeM[e] = exit[1];
        exitCount[e] = exit[0];
      }
    },
    rate,
    headwayS,
    hidden,
    entryM,
    balksS,
    standingS,
    share,
  };
}
