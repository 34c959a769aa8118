/**
 * The moving part: one step of car-following over all lanes as a linear sweep, then the vehicles that crossed the end
 * of their lane move on. Deterministic; allocates nothing in the steady state. Invariants: no two vehicles of a lane
 * overlap, none moves backwards, none passes a red light.
 */
import { SimClock } from '../../kernel/clock.ts';
import {
  CarFollowing,
  DESIRED,
  FREE_M,
  GAP,
  LEAD,
  LIMIT,
  STANDING,
  STOP_LINE,
  TOUCH_M,
} from './car-following.ts';
import type { DriverParameters } from './idm.ts';
import { Lanes, MOVE_EXIT, NO_STOP, PHANTOM, POS, SLOT } from './lanes.ts';
import { connectorFrom, type Network } from './network.ts';
import { RightOfWay } from './right-of-way.ts';
import { Signals, type SignalRules } from './signals.ts';
import { Vehicles } from './vehicles.ts';

/** On a link shorter than this there is hardly time to change lanes, m. */
const LOOK_AHEAD_M = 400;
/** Lanes are laid out anew every this many steps. */
const RELAY_EVERY = 8;

const NONE = new Uint8Array(0);

export interface Guide {
  /** The movement at the end of `link` for a vehicle that has just come onto it, or MOVE_EXIT. */
  next(vehicle: number, link: number): number;
  /** The movement it takes after `movement`, where that is known; else negative. */
  after(vehicle: number, movement: number): number;
  /** Where it has to stop on this link, in lane metres, or NO_STOP. */
  stopAt(vehicle: number, link: number): number;
  /** A vehicle has left at the end of a link. */
  leaves(vehicle: number): void;
  /** The first vehicle of a lane has stood for `waitedS` though no signal holds it: another movement of its lane, or the same. */
  otherWay(vehicle: number, lane: number, movement: number, waitedS: number): number;
}

export interface LaneObserver {
  /** By lane, 1 where it wants to be told. */
  readonly watched: Uint8Array;
  before(lane: number): void;
  after(lane: number): void;
}

export class Kernel {
  readonly net: Network;
  readonly lanes: Lanes;
  readonly vehicles = new Vehicles();
  readonly signals: Signals;
  readonly right: RightOfWay;
  readonly dtS: number;
  private readonly clock: SimClock;
  guide: Guide | null = null;
  /** Told of the lanes it watches, where there are vehicles on them: before they move, and after while all are still there. */
  observer: LaneObserver | null = null;
  readonly following: CarFollowing;
  /** Desired speed of a driver with factor 1, m/s, all influences included. */
  readonly laneSpeed: Float32Array;
  /** Vehicles that came onto and left each link, since the start. */
  readonly linkIn: Uint32Array;
  readonly linkOut: Uint32Array;
  readonly movementCount: Uint32Array;
  /** Vehicle-steps done since the start. */
  steps = 0;
  private readonly crossed: Int32Array;
  private crossedCount = 0;
  /** What the first vehicle of a lane meets, set by `look`. */
  private readonly ahead: Float64Array;

  constructor(net: Network, options: { startS: number; dtS: number; signals?: SignalRules }) {
    this.net = net;
    this.dtS = options.dtS;
    this.clock = new SimClock(options.startS, options.dtS);
    this.lanes = new Lanes(net, 4.4, 2);
    this.following = new CarFollowing(this.lanes, this.dtS);
    this.ahead = this.following.ahead;
    this.signals = new Signals(net, this.lanes, this.nowS, options.signals);
    this.right = new RightOfWay(net, this.lanes, this.signals);
    this.laneSpeed = Float32Array.from(net.laneLimitMps);
    this.linkIn = new Uint32Array(net.linkCount);
    this.linkOut = new Uint32Array(net.linkCount);
    this.movementCount = new Uint32Array(net.movementTo.length);
    this.crossed = new Int32Array(net.laneCount);
  }

  /** Seconds on the simulated clock. */
  get nowS(): number {
    return this.clock.nowS;
  }

  get tick(): number {
    return this.clock.ticks;
  }

  get drivers(): readonly DriverParameters[] {
    return this.following.drivers;
  }

  step(): void {
    this.signals.step(this.nowS);
    if (this.clock.ticks % RELAY_EVERY === 0) this.lanes.relay();
    this.sweep();
    this.moveOn();
    this.clock.advance();
  }

  private sweep(): void {
    const { count, head, reals, taken } = this.lanes;
    const { laneSpeed, following, ahead, observer } = this;
    const watched = observer?.watched ?? NONE;
    this.right.nowS = this.nowS;
    const laneLength = this.net.laneLengthM;
    let crossed = 0;
    let steps = 0;
    for (let w = 0; w < taken.length; w++)
      for (let bits = taken[w]!; bits !== 0; bits &= bits - 1) {
        const l = (w << 5) + 31 - Math.clz32(bits & -bits);
        const k = count[l]!;
        steps += k;
        const first = head[l]!;
        const L = laneLength[l]!;
        const told = watched[l] === 1;
        if (told) observer!.before(l);
        this.look(l, first);
        ahead[DESIRED] = laneSpeed[l]!;
        ahead[STOP_LINE] = L - 0.05;
        following.lane(first, k);
        if (told) observer!.after(l);
        if (reals[first * SLOT + POS]! > L) this.crossed[crossed++] = l;
      }
    this.crossedCount = crossed;
    this.steps += steps;
  }

  /** What lies before the first vehicle of a lane (slot i): leader, stop line or nothing. Fills `ahead`. */
  private look(l: number, i: number): void {
    const { net, lanes, ahead } = this;
    const L = net.laneLengthM[l]!;
    const x = lanes.pos(i);
    const v = lanes.vel(i);
    const d = L - x;
    if (lanes.driver(i) === STANDING) {
      ahead[GAP] = FREE_M;
      ahead[LEAD] = 0;
      ahead[LIMIT] = x;
      return;
    }
    if (l >= net.linkLanes) {
      const c = l - net.linkLanes;
      ahead[GAP] = d;
      ahead[LIMIT] = L;
      this.followInto(net.toLane[c]!, l);
      if (this.right.merging(c, l, i, true)) this.followMerging(x);
      return;
    }
    // Most are far from the junction: nothing else is looked up for them.
    if (d > (v * v) / 3 + 20) {
      ahead[GAP] = FREE_M;
      ahead[LEAD] = v;
      ahead[LIMIT] = L - 0.05;
      return;
    }
    const m = lanes.next(i);
    if (m === MOVE_EXIT) {
      ahead[GAP] = FREE_M;
      ahead[LEAD] = v;
      ahead[LIMIT] = FREE_M;
      return;
    }
    const right = this.right;
    const connector = connectorFrom(net, m, l);
    const c = connector - net.linkLanes;
    if (connector < 0 || !right.mayEnter(l, i, c)) {
      ahead[GAP] = d > 0.05 - 1 ? d + 1 : 0.05;
      ahead[LEAD] = 0;
      ahead[LIMIT] = L - 0.05;
      if (v < 0.3 && (connector < 0 || !right.heldBySignal(c))) {
        const waited = (right.waitedS[l]! += this.dtS);
        if (waited > 4) this.askOtherWay(l, i, m, waited);
      }
      return;
    }
    if (lanes.count[connector]! > 0) {
      const rear = lanes.tailRear(connector);
      ahead[GAP] = d + rear;
      ahead[LEAD] = lanes.vel(lanes.tail(connector));
      ahead[LIMIT] = L + rear - TOUCH_M;
    } else {
      ahead[GAP] = d + net.laneLengthM[connector]!;
      ahead[LIMIT] = L + net.laneLengthM[connector]!;
      this.followInto(net.toLane[c]!, l);
    }
    if (right.merging(c, l, i, false) && right.merged[0]! < ahead[GAP]) {
      ahead[GAP] = right.merged[0]!;
      ahead[LEAD] = right.merged[1]!;
    }
    const sibling = right.siblingInWay(l, connector);
    if (sibling < 0) return;
    const rear = lanes.tailRear(sibling);
    if (d + rear >= ahead[GAP]) return;
    ahead[GAP] = d + rear;
    ahead[LEAD] = 0;
    if (L + rear - TOUCH_M < ahead[LIMIT]) ahead[LIMIT] = L + rear - TOUCH_M;
  }

  /** One who is on its connector at `x` follows who will be in the lane before it. */
  private followMerging(x: number): void {
    const { ahead, right } = this;
    const gap = right.merged[0]!;
    if (gap >= ahead[GAP]!) return;
    ahead[GAP] = gap;
    ahead[LEAD] = right.merged[1]!;
    const limit = x + gap - TOUCH_M;
    if (limit < ahead[LIMIT]!) ahead[LIMIT] = limit;
  }

  /** The leader on lane `t`. Before the call `ahead` says where t begins: GAP metres ahead, at LIMIT in the follower's metres. */
  private followInto(t: number, from: number): void {
    const { lanes, ahead } = this;
    if (lanes.count[t]! > 0) {
      const rear = lanes.tailRear(t);
      const lead = lanes.vel(lanes.tail(t));
      ahead[LEAD] = lead;
      // A lane swept before this one shows where its last vehicle is after the step, not before it.
      ahead[GAP] = ahead[GAP]! + rear - (t < from ? lead * this.dtS : 0);
      ahead[LIMIT] = ahead[LIMIT]! + rear - TOUCH_M;
      return;
    }
    const L = this.net.laneLengthM[t]!;
    ahead[LIMIT] = FREE_M;
    if (L < 60) {
      // Too short to see from its beginning what waits at its end: come to it slowly.
      ahead[GAP] = ahead[GAP]! + L;
      ahead[LEAD] = 6;
    } else {
      ahead[GAP] = FREE_M;
      ahead[LEAD] = 0;
    }
  }

  private askOtherWay(l: number, i: number, m: number, waitedS: number): void {
    const lanes = this.lanes;
    const vehicle = lanes.vehicle(i);
    if (vehicle === PHANTOM || this.guide === null || lanes.driver(i) === STANDING) return;
    const other = this.guide.otherWay(vehicle, l, m, waitedS);
    if (other === m) return;
    this.right.giveUp(l, lanes.length(i));
    lanes.setNext(i, other);
    lanes.setMask(i, other >= 0 ? this.net.movementLanes[other]! : 0xffff);
  }

  /** Takes the vehicles that crossed the end of their lane into the next, in lane order. */
  private moveOn(): void {
    const net = this.net;
    const { lanes } = this;
    const { count, head } = lanes;
    const right = this.right;
    for (let k = 0; k < this.crossedCount; k++) {
      const l = this.crossed[k]!;
      const L = net.laneLengthM[l]!;
      while (count[l]! > 0) {
        const i = head[l]!;
        const over = lanes.pos(i) - L;
        if (over <= 0) break;
        if (l < net.linkLanes) {
          const m = lanes.next(i);
          const link = net.laneLink[l]!;
          if (m === MOVE_EXIT) {
            this.linkOut[link]!++;
            const v = lanes.vehicle(i);
            this.lanes.remove(l, 0);
            right.waitedS[l] = 0;
            this.guide?.leaves(v);
            continue;
          }
          const connector = connectorFrom(net, m, l);
          if (connector < 0 || this.lanes.full(connector)) {
            this.holdBack(l, L);
            break;
          }
          right.enterConnector(l, connector - net.linkLanes, lanes.length(i));
          const j = this.lanes.move(l, 0, connector, count[connector]!);
          lanes.setPos(j, over);
          this.linkOut[link]!++;
          this.movementCount[m]!++;
        } else {
          const c = l - net.linkLanes;
          const t = net.toLane[c]!;
          const room = count[t]! > 0 ? this.lanes.tailRear(t) - TOUCH_M : net.laneLengthM[t]! - 0.1;
          if (room < 0 || this.lanes.full(t)) {
            this.holdBack(l, L);
            break;
          }
          right.leaveConnector(c, lanes.length(i));
          const j = this.lanes.move(l, 0, t, count[t]!);
          lanes.setPos(j, Math.min(over, room));
          if (lanes.pos(j) < over) lanes.setVel(j, Math.min(lanes.vel(j), 2));
          this.arrive(j, t);
        }
      }
    }
  }

  /** A vehicle has come onto a link: what next? */
  arrive(slot: number, lane: number): void {
    const link = this.net.laneLink[lane]!;
    const lanes = this.lanes;
    this.linkIn[link]!++;
    const v = lanes.vehicle(slot);
    const m = this.guide === null ? MOVE_EXIT : this.guide.next(v, link);
    lanes.setNext(slot, m);
    lanes.setMask(slot, m >= 0 ? this.lanesFor(v, m) : 0xffff);
    const stop = this.guide === null ? NO_STOP : this.guide.stopAt(v, link);
    lanes.setStopAt(slot, stop);
    // Buses stop at the kerb.
    if (stop < NO_STOP) lanes.setMask(slot, 1);
  }

  /** Lanes from which a vehicle takes movement m; before a short link those that lead it into the right lane there. */
  private lanesFor(vehicle: number, m: number): number {
    const { net } = this;
    const all = net.movementLanes[m]!;
    const to = net.movementTo[m]!;
    if ((all & (all - 1)) === 0 || net.linkLengthM[to]! > LOOK_AHEAD_M || this.guide === null) return all;
    const after = this.guide.after(vehicle, m);
    if (after < 0) return all;
    const wanted = net.movementLanes[after]!;
    let best = 0;
    for (let k = 0, rest = all; rest > 0; k++, rest >>= 1) {
      if ((rest & 1) === 0) continue;
      const connector = net.connectorOf[net.connectorStart[m]! + k]!;
      if (wanted & (1 << net.laneNumber[connector]!)) best |= 1 << k;
    }
    return best > 0 ? best : all;
  }

  /** The first vehicle cannot cross after all: back to the line, and the others behind it. Nobody ends behind where the step began. */
  private holdBack(l: number, L: number): void {
    const { lanes } = this;
    const { count, head } = lanes;
    let limit = L - 0.02;
    for (let i = head[l]!; i < head[l]! + count[l]!; i++) {
      if (lanes.pos(i) <= limit) break;
      lanes.setPos(i, limit);
      lanes.setVel(i, 0);
      limit = lanes.pos(i) - lanes.length(i) - TOUCH_M;
    }
  }

  /**
   * Puts a vehicle into a lane with its front at `x` where both gaps allow it. Answers the slot or -1.
   * The caller has filled the row of `vehicle`.
   */
  insert(vehicle: number, lane: number, x: number, speedMps: number, factor: number): number {
    const lanes = this.lanes;
    if (lanes.full(lane)) return -1;
    const row = this.vehicles.driver[vehicle]!;
    const p = this.drivers[row]!;
    const rank = lanes.rankAt(lane, x);
    const first = lanes.head[lane]!;
    if (rank > 0) {
      const ahead = first + rank - 1;
      if (lanes.pos(ahead) - lanes.length(ahead) - x < p.standstillM) return -1;
    } else if (this.right.committed[lane]! > 0 && lanes.count[lane]! > 0) return -1;
    if (rank < lanes.count[lane]!) {
      const behind = first + rank;
      const room = x - p.lengthM - lanes.pos(behind);
      const v = lanes.vel(behind);
      if (room < p.standstillM + Math.max(0, v * 1.2 + (v * (v - speedMps)) / 4)) return -1;
    } else if (x - p.lengthM < 0 && this.right.inbound[lane]! > 0) return -1;
    const slot = lanes.open(lane, rank);
    lanes.setPos(slot, x);
    lanes.setVel(slot, speedMps);
    lanes.setLength(slot, p.lengthM);
    lanes.setFactor(slot, factor);
    lanes.setDriver(slot, row);
    lanes.setVehicle(slot, vehicle);
    this.arrive(slot, lane);
    return slot;
  }
}
