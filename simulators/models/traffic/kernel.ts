/**
 * The moving part: one step of car-following over all lanes as a linear sweep, then the vehicles that crossed the end
 * of their lane move on. Deterministic; allocates nothing in the steady state. Invariants: no two vehicles of a lane
 * overlap, none moves backwards, none passes a red light.
 */
import { SimClock } from '../../kernel/clock.ts';
import { CarFollowing, FREE_M, STANDING, TOUCH_M } from './car-following.ts';
import type { DriverParameters } from './idm.ts';
import { Lanes, MOVE_EXIT, NO_STOP, PHANTOM, POS, SLOT } from './lanes.ts';
import { MAX_LANES, type Network } from './network.ts';
import { RightOfWay } from './right-of-way.ts';
import { FixedTimeControl, Signals } from './signals.ts';
import { Vehicles } from './vehicles.ts';

export interface Guide {
  /** The movement at the end of `link` for a vehicle that has just come onto it, or MOVE_EXIT. */
  next(vehicle: number, link: number): number;
  /** Where it has to stop on this link, in lane metres, or NO_STOP. */
  stopAt(vehicle: number, link: number): number;
  /** A vehicle has left at the end of a link. */
  leaves(vehicle: number): void;
  /** The first vehicle of a lane has stood for `waitedS` though no signal holds it: another movement of its lane, or the same. */
  otherWay(vehicle: number, lane: number, movement: number, waitedS: number): number;
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
  /** Told before the sweep, and after it while everybody is still on the lane they drove on. */
  observer: { begin(): void; end(): void } | null = null;
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
  // What the front vehicle of a lane meets, set by `look`.
  private gap = 0;
  private lead = 0;
  private limit = 0;

  constructor(net: Network, options: { startS: number; dtS: number }) {
    this.net = net;
    this.dtS = options.dtS;
    this.clock = new SimClock(options.startS, options.dtS);
    this.lanes = new Lanes(net, 4.4, 2);
    this.following = new CarFollowing(this.lanes, this.dtS);
    this.signals = new Signals(net, this.nowS, new FixedTimeControl(net));
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
    this.observer?.begin();
    this.sweep();
    this.observer?.end();
    this.moveOn();
    this.clock.advance();
  }

  private sweep(): void {
    const { count, head, reals } = this.lanes;
    const { laneSpeed, following } = this;
    const laneLength = this.net.laneLengthM;
    const n = this.net.laneCount;
    this.crossedCount = 0;
    let steps = 0;
    for (let l = 0; l < n; l++) {
      const k = count[l]!;
      if (k === 0) continue;
      steps += k;
      const first = head[l]!;
      const L = laneLength[l]!;
      this.look(l, first);
      following.lane(first, k, laneSpeed[l]!, L - 0.05, this.gap, this.lead, this.limit);
      if (reals[first * SLOT + POS]! > L) this.crossed[this.crossedCount++] = l;
    }
    this.steps += steps;
  }

  /** What lies before the first vehicle of a lane: leader, stop line or nothing. Sets gap, lead, limit. */
  private look(l: number, i: number): void {
    const net = this.net;
    const { lanes } = this;
    const { count } = lanes;
    const L = net.laneLengthM[l]!;
    const x = lanes.pos(i);
    const v = lanes.vel(i);
    const d = L - x;
    if (this.lanes.driver(i) === STANDING) {
      this.gap = FREE_M;
      this.lead = 0;
      this.limit = x;
      return;
    }
    if (l >= net.linkLanes) {
      const c = l - net.linkLanes;
      const t = net.toLane[c]!;
      this.followInto(t, d, L, l);
      const follow = this.right.mergeGap(c, d, true);
      if (follow < this.gap) {
        this.gap = follow;
        this.lead = this.right.mergeSpeed;
        this.limit = Math.min(this.limit, x + follow - TOUCH_M);
      }
      return;
    }
    // Most are far from the junction: nothing else is looked up for them.
    if (d > (v * v) / 3 + 20) {
      this.gap = FREE_M;
      this.lead = v;
      this.limit = L - 0.05;
      return;
    }
    const m = lanes.next(i);
    if (m === MOVE_EXIT) {
      this.gap = FREE_M;
      this.lead = v;
      this.limit = FREE_M;
      return;
    }
    const right = this.right;
    const connector = net.connectorOf[m * MAX_LANES + net.laneNumber[l]!]!;
    const c = connector - net.linkLanes;
    if (connector < 0 || !right.mayEnter(l, i, c, d, v, this.nowS)) {
      this.gap = Math.max(0.05, d + 1);
      this.lead = 0;
      this.limit = L - 0.05;
      if (v < 0.3) {
        const held = connector >= 0 && right.heldBySignal(c);
        if (!held) {
          const waited = (right.waitedS[l]! += this.dtS);
          if (waited > 4) this.askOtherWay(l, i, m, waited);
        }
      }
      return;
    }
    if (count[connector]! > 0) {
      const rear = this.lanes.tailRear(connector);
      this.gap = d + rear;
      this.lead = lanes.vel(this.lanes.tail(connector));
      this.limit = L + rear - TOUCH_M;
    } else
      this.followInto(net.toLane[c]!, d + net.laneLengthM[connector]!, L + net.laneLengthM[connector]!, l);
    const follow = right.mergeGap(c, d + net.laneLengthM[connector]!, false);
    if (follow < this.gap) {
      this.gap = follow;
      this.lead = right.mergeSpeed;
    }
    const behind = right.siblingRear(l, connector);
    if (behind < 0 && d + behind < this.gap) {
      this.gap = d + behind;
      this.lead = 0;
      this.limit = Math.min(this.limit, L + behind - TOUCH_M);
    }
  }

  /** The leader on lane `t`, which begins `d` metres ahead; `origin` is where t begins in the follower's metres. */
  private followInto(t: number, d: number, origin: number, from: number): void {
    const lanes = this.lanes;
    if (lanes.count[t]! > 0) {
      const rear = lanes.tailRear(t);
      const lead = lanes.vel(lanes.tail(t));
      this.lead = lead;
      // A lane swept before this one shows where its last vehicle is after the step, not before it.
      this.gap = d + rear - (t < from ? lead * this.dtS : 0);
      this.limit = origin + rear - TOUCH_M;
      return;
    }
    const L = this.net.laneLengthM[t]!;
    this.limit = FREE_M;
    if (L < 60) {
      // Too short to see from its beginning what waits at its end: come to it slowly.
      this.gap = d + L;
      this.lead = 6;
    } else {
      this.gap = FREE_M;
      this.lead = 0;
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
          const connector = net.connectorOf[m * MAX_LANES + net.laneNumber[l]!]!;
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
    lanes.setMask(slot, m >= 0 ? this.net.movementLanes[m]! : 0xffff);
    const stop = this.guide === null ? NO_STOP : this.guide.stopAt(v, link);
    lanes.setStopAt(slot, stop);
    // Buses stop at the kerb.
    if (stop < NO_STOP) lanes.setMask(slot, 1);
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
