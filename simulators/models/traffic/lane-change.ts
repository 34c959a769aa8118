/**
 * Lane changes on links, each link every few steps: towards the lanes that serve the next turn, around what blocks a
 * lane, and for speed (MOBIL: A. Kesting, M. Treiber, D. Helbing, Transp. Res. Rec. 1999 (2007) 86, with politeness
 * and safety braking). Also takes out vehicles that have reached the place where they park.
 */
import { STANDING } from './car-following.ts';
import type { Kernel } from './kernel.ts';
import { MOVE_EXIT, NO_STOP, PHANTOM } from './lanes.ts';
import { LANE_WIDTH_M } from './network.ts';

/** A link is looked at every this many steps. */
export const LANE_CHANGE_EVERY = 4;
const POLITENESS = 0.25;
/** Advantage that makes a change worth it, m/s². */
const THRESHOLD_MPS2 = 0.35;
/** Hardest braking forced on the new follower, m/s². */
const SAFE_BRAKE_MPS2 = 3;
const SAFE_BRAKE_URGENT_MPS2 = 5;
/** From this far before the junction only lanes that serve the turn are chosen freely, m. */
const CHOOSE_M = 180;
/** Who lets another merge before it lifts the foot: this much slower at each look, m/s. */
const COURTESY_MPS = 1.6;
const CLOSEST_URGENT_M = 0.8;
/** Gap of who has nobody ahead, m. */
const NOBODY_M = 1e3;
/** Accelerations in `found`: as weighed, with nobody ahead, where it is now. */
const ACCEL = 0;
const FREE = 1;
const PRESENT = 2;
/** A blocked lane is seen from this far, m. */
const SEE_BLOCK_M = 140;

export interface Stops {
  /** A vehicle has reached the place where its trip ends; takes it out and answers true, or gives it another trip. */
  parked(vehicle: number, lane: number, rank: number): boolean;
  /** A bus stands at its stop: answers how long. */
  atStop(vehicle: number, link: number): number;
  /** It drives on: its next stop on this link, or NO_STOP. */
  departs(vehicle: number, link: number): number;
}

export class LaneChanges {
  /** Most upstream obstacle of each lane in lane metres, -1 none. */
  readonly blockedAt: Float32Array;
  changes = 0;
  private readonly kernel: Kernel;
  private readonly stops: Stops;
  /** What `weigh` found, m/s². */
  private readonly found = new Float64Array(3);

  constructor(kernel: Kernel, stops: Stops) {
    this.kernel = kernel;
    this.stops = stops;
    this.blockedAt = new Float32Array(kernel.net.linkLanes).fill(-1);
  }

  step(): void {
    const { net, tick } = this.kernel;
    for (let link = tick % LANE_CHANGE_EVERY; link < net.linkCount; link += LANE_CHANGE_EVERY)
      this.link(link);
  }

  private link(link: number): void {
    const { net, lanes, vehicles, tick } = this.kernel;
    const first = net.laneStart[link]!;
    const last = net.laneStart[link + 1]! - 1;
    const L = net.laneLengthM[first]!;
    for (let lane = first; lane <= last; lane++) {
      for (let rank = 0; rank < lanes.count[lane]!; rank++) {
        const i = lanes.head[lane]! + rank;
        const vehicle = lanes.vehicle(i);
        if (vehicle === PHANTOM) continue;
        if (lanes.driver(i) === STANDING) {
          if (tick >= vehicles.standUntil[vehicle]!) this.driveOn(i, vehicle, link);
          continue;
        }
        if (lanes.next(i) === MOVE_EXIT && lanes.pos(i) >= L * vehicles.exitShare[vehicle]!) {
          if (this.stops.parked(vehicle, lane, rank)) {
            rank--;
            continue;
          }
        }
        if (lanes.stopAt(i) < NO_STOP && lanes.vel(i) < 0.5 && lanes.stopAt(i) - lanes.pos(i) < 4) {
          const dwell = this.stops.atStop(vehicle, link);
          lanes.setDriver(i, STANDING);
          lanes.setVel(i, 0);
          vehicles.standUntil[vehicle] = tick + Math.round(dwell / this.kernel.dtS);
          continue;
        }
        if (first === last || (rank === 0 && this.kernel.right.committed[lane] !== 0)) continue;
        if (this.consider(lane, rank, i, lane - first, last - first)) rank--;
      }
    }
  }

  private driveOn(i: number, vehicle: number, link: number): void {
    const { net, lanes, vehicles } = this.kernel;
    lanes.setDriver(i, vehicles.driver[vehicle]!);
    const stop = this.stops.departs(vehicle, link);
    lanes.setStopAt(i, stop);
    const m = lanes.next(i);
    lanes.setMask(i, stop < NO_STOP ? 1 : m >= 0 ? net.movementLanes[m]! : 0xffff);
  }

  /** One vehicle; true where it has left this lane. */
  private consider(lane: number, rank: number, i: number, number: number, top: number): boolean {
    const { lanes, net } = this.kernel;
    const mask = lanes.mask(i);
    const x = lanes.pos(i);
    const left = net.laneLengthM[lane]! - x;
    const blocked = this.blockedAhead(lane, x);
    const served = (mask & (1 << number)) !== 0;
    if (blocked || !served) {
      let direction = 0;
      if (!served) direction = nearest(mask, number, top);
      if (blocked && (direction === 0 || this.blockedAhead(lane + direction, x))) {
        const up = number < top && !this.blockedAhead(lane + 1, x);
        const down = number > 0 && !this.blockedAhead(lane - 1, x);
        if (up) direction = 1;
        else if (down) direction = -1;
      }
      if (direction === 0) return false;
      const urgent = blocked || left < 60 + lanes.vel(i) * 6;
      return this.change(lane, rank, i, direction, urgent, true);
    }
    // A free choice: only where there is something to gain, and not out of the turn's lanes when the junction is near.
    if (rank === 0 && lanes.vel(i) > 8) return false;
    if (left < 12 || lanes.stopAt(i) < 1e8) return false;
    this.weigh(i, lane, rank > 0 ? i - 1 : -1);
    if (this.found[FREE]! - this.found[ACCEL]! <= THRESHOLD_MPS2) return false;
    this.found[PRESENT] = this.found[ACCEL]!;
    const near = left < CHOOSE_M;
    if (
      number < top &&
      (!near || mask & (1 << (number + 1))) &&
      !this.blockedAhead(lane + 1, x) &&
      this.change(lane, rank, i, 1, false, false)
    )
      return true;
    return (
      number > 0 &&
      (!near || (mask & (1 << (number - 1))) !== 0) &&
      !this.blockedAhead(lane - 1, x) &&
      this.change(lane, rank, i, -1, false, false)
    );
  }

  /** Into `found`: acceleration of slot i in a lane behind slot j (-1: nobody), and with nobody ahead (Treiber 2000, eq. 3). */
  private weigh(i: number, lane: number, j: number): void {
    const { lanes, laneSpeed, following } = this.kernel;
    const d = lanes.driver(i);
    const v = lanes.vel(i);
    const r = v / (laneSpeed[lane]! * lanes.factor(i));
    const free = following.accel[d]! * (1 - r * r * r * r);
    let gap = NOBODY_M;
    let dv = 0;
    if (j >= 0) {
      gap = Math.max(0.1, lanes.pos(j) - lanes.length(j) - lanes.pos(i));
      dv = v - lanes.vel(j);
    }
    const wanted =
      following.standstill[d]! + Math.max(0, v * following.gapTime[d]! + v * dv * following.closing[d]!);
    const q = wanted / gap;
    this.found[FREE] = free;
    this.found[ACCEL] = free - following.accel[d]! * q * q;
  }

  private blockedAhead(lane: number, x: number): boolean {
    const at = this.blockedAt[lane]!;
    return at >= 0 && x < at && at - x < SEE_BLOCK_M;
  }

  private change(
    lane: number,
    rank: number,
    i: number,
    direction: number,
    urgent: boolean,
    must: boolean,
  ): boolean {
    const kernel = this.kernel;
    const { lanes, right } = kernel;
    const target = lane + direction;
    if (lanes.full(target)) return false;
    const x = lanes.pos(i);
    const rear = x - lanes.length(i);
    if (rear < 0) return false;
    const { found } = this;
    const toRank = lanes.rankAt(target, x);
    const n = lanes.count[target]!;
    if (toRank === 0 && right.committed[target] !== 0 && n > 0) return false;
    const ahead = toRank > 0 ? lanes.head[target]! + toRank - 1 : -1;
    const closest = urgent ? CLOSEST_URGENT_M : kernel.following.standstill[lanes.driver(i)]! * 0.75;
    const hardest = urgent ? -SAFE_BRAKE_URGENT_MPS2 : -SAFE_BRAKE_MPS2;
    if (ahead >= 0 && lanes.pos(ahead) - lanes.length(ahead) - x < closest)
      return urgent && must && this.makeWay(target, toRank);
    this.weigh(i, lane, ahead);
    const after = found[ACCEL]!;
    if (after < hardest) return urgent && must && this.makeWay(target, toRank);
    let harm = 0;
    if (toRank < n) {
      const j = lanes.head[target]! + toRank;
      if (rear - lanes.pos(j) < closest) return urgent && must && this.makeWay(target, toRank);
      if (lanes.driver(j) !== STANDING) {
        this.weigh(j, target, i);
        const braking = found[ACCEL]!;
        // In a queue every gap is small: there only the distance counts.
        if (braking < hardest && (lanes.vel(j) > 1.5 || !must))
          return urgent && must && this.makeWay(target, toRank);
        if (!must) {
          this.weigh(j, target, ahead);
          harm = Math.min(6, Math.max(0, found[ACCEL]! - braking));
        }
      }
    }
    if (!must && !(after - found[PRESENT]! - POLITENESS * harm > THRESHOLD_MPS2)) return false;
    const slot = lanes.move(lane, rank, target, toRank);
    const vehicle = lanes.vehicle(slot);
    // Drawn moving over from where it was; `direction` > 0 is to the left.
    kernel.vehicles.shiftM[vehicle] = direction * LANE_WIDTH_M;
    kernel.vehicles.shiftTick[vehicle] = kernel.tick;
    if (rank === 0) right.waitedS[lane] = 0;
    this.changes++;
    return true;
  }

  /** The vehicle at `rank` of the target lane opens a gap for who must merge before it. Nobody has changed lanes yet. */
  private makeWay(target: number, rank: number): false {
    const { lanes } = this.kernel;
    if (rank > 0 && rank < lanes.count[target]!) {
      const j = lanes.head[target]! + rank;
      lanes.setVel(j, Math.max(0, lanes.vel(j) - COURTESY_MPS));
    }
    return false;
  }
}

/** Direction (+1 left, -1 right) of the nearest lane of the mask, 0 where there is none. */
function nearest(mask: number, number: number, top: number): number {
  for (let step = 1; step <= top; step++) {
    if (number + step <= top && mask & (1 << (number + step))) return 1;
    if (number - step >= 0 && mask & (1 << (number - step))) return -1;
  }
  return 0;
}
