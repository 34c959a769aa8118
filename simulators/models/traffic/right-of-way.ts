/**
 * Who may drive into a junction now. A connector is entered only when its light allows, no crossing connector is taken,
 * whoever goes first has a gap large enough, and there is room behind (keep clear). A vehicle that cannot stop any
 * more has its connector reserved, so that two never decide for crossing paths in the same step.
 */
import { FOE_CROSS, FOE_FIRST, FOE_MERGE, FOE_OPPOSING } from './conflicts.ts';
import type { Lanes } from './lanes.ts';
import { connectorFrom, type Network } from './network.ts';
import {
  LIGHT_FREE,
  LIGHT_GREEN,
  LIGHT_NONE,
  LIGHT_RED,
  LIGHT_YELLOW,
  LIGHT_YIELD,
  type Signals,
} from './signals.ts';

/** Braking that a driver accepts for a yellow light, m/s². */
const YELLOW_BRAKE_MPS2 = 3.2;
/** Critical gaps, s (HCM 2010, chapter 19, rounded down for city drivers). */
const GAP_CROSS_S = 4;
const GAP_MERGE_S = 3.2;
/** After this long without a gap a driver takes any that is physically free, s. */
const PATIENCE_S = 14;
/** Distance kept to the vehicle one will stand behind, m. */
const STAND_M = 2;

export class RightOfWay {
  /** Connector that the first vehicle of a link's lane is bound to take, 0 none. */
  readonly committed: Int32Array;
  /** Vehicles bound for a connector and not yet on it. */
  private readonly reserved: Uint8Array;
  /** Metres of a lane promised to vehicles that are on their way into it. */
  readonly inbound: Float32Array;
  /** Seconds the first vehicle has stood without a signal holding it. */
  readonly waitedS: Float32Array;
  /** Connector by which the last vehicle came into a lane, and by connector whether it is that of its lane. */
  private readonly cameBy: Int32Array;
  private readonly cameLast: Uint8Array;
  readonly closed: Uint8Array;
  /** Vehicles that entered each connector since the start. */
  readonly entries: Uint32Array;
  /** An emergency vehicle crosses this junction from `holdLink` until then. */
  private readonly holdUntilS: Float64Array;
  private readonly holdLink: Int32Array;
  /** No junction is held beyond then. */
  private lastHoldS = 0;
  /** Simulated time of this step. */
  nowS = 0;
  /** What `merging` found: gap and speed of the leader. */
  readonly merged = new Float64Array(2);
  private readonly net: Network;
  private readonly lanes: Lanes;
  private readonly signals: Signals;

  constructor(net: Network, lanes: Lanes, signals: Signals) {
    this.net = net;
    this.lanes = lanes;
    this.signals = signals;
    this.committed = new Int32Array(net.linkLanes);
    this.reserved = new Uint8Array(net.fromLane.length);
    this.inbound = new Float32Array(net.linkLanes);
    this.waitedS = new Float32Array(net.linkLanes);
    this.cameBy = new Int32Array(net.linkLanes).fill(-1);
    this.cameLast = new Uint8Array(net.fromLane.length);
    this.closed = new Uint8Array(net.linkCount);
    this.entries = new Uint32Array(net.fromLane.length);
    this.holdUntilS = new Float64Array(net.pack.junctions.length);
    this.holdLink = new Int32Array(net.pack.junctions.length).fill(-1);
  }

  /** Holds a junction for who comes from `link`; one that is held for another stays so. */
  hold(junction: number, link: number, untilS: number, nowS: number): void {
    if (this.holdUntilS[junction]! > nowS && this.holdLink[junction] !== link) return;
    this.holdUntilS[junction] = untilS;
    this.holdLink[junction] = link;
    if (untilS > this.lastHoldS) this.lastHoldS = untilS;
  }

  release(junction: number): void {
    this.holdUntilS[junction] = 0;
  }

  /** Link for which a junction was held last; -1 none. */
  heldFor(junction: number): number {
    return this.holdLink[junction]!;
  }

  heldBySignal(c: number): boolean {
    const light = this.signals.light[c]!;
    return light === LIGHT_RED || light === LIGHT_YELLOW;
  }

  /** Whether a connector is driven on, promised, or still under the rear of who left it. */
  occupied(c: number): boolean {
    if (this.reserved[c]! > 0 || this.lanes.holds(this.net.linkLanes + c)) return true;
    if (this.cameLast[c] === 0) return false;
    const t = this.net.toLane[c]!;
    return this.lanes.count[t]! > 0 && this.lanes.tailRear(t) < 0;
  }

  /** The first vehicle (slot i) of lane l: may it go on into connector c? */
  mayEnter(l: number, i: number, c: number): boolean {
    const net = this.net;
    const light = this.signals.light[c]!;
    const connector = net.linkLanes + c;
    const bound = this.committed[l] === connector;
    if (light === LIGHT_RED) {
      if (bound) this.giveUp(l, this.lanes.length(i));
      return false;
    }
    if (bound) return true;
    const d = net.laneLengthM[l]! - this.lanes.pos(i);
    const v = this.lanes.vel(i);
    if (light === LIGHT_YELLOW && d > 0 && (v * v) / (2 * d) < YELLOW_BRAKE_MPS2) return false;
    const t = net.toLane[c]!;
    // A connector's link is the one it leads to.
    const link = net.laneLink[connector]!;
    if (this.closed[link] === 1) return false;
    if (this.lastHoldS > this.nowS) {
      const junction = net.linkFrom[link]!;
      if (this.holdUntilS[junction]! > this.nowS && this.holdLink[junction] !== net.laneLink[l]) return false;
    }
    const from = net.foeStart[c]!;
    const to = net.foeStart[c + 1]!;
    if (to > from) {
      if (!this.room(t, i)) return false;
      const waited = this.waitedS[l]!;
      const patience = waited > 1 ? Math.max(0, 1 - (waited - 1) / PATIENCE_S) : 1;
      const reach = d + net.laneLengthM[connector]!;
      for (let k = from; k < to; k++) {
        const f = net.foe[k]! - net.linkLanes;
        const kind = net.foeKind[k]!;
        if (kind & FOE_CROSS) {
          if (this.occupied(f)) return false;
        } else if (kind & FOE_MERGE && this.mergeTaken(f, reach)) return false;
        if (patience > 0 && this.yields(light, kind, f) && this.comes(f, kind, patience)) return false;
      }
    }
    if (d < (v * v) / 4.4 + v * 0.6 + 1.5) {
      this.committed[l] = connector;
      this.reserved[c]!++;
      this.inbound[t]! += this.lanes.length(i) + STAND_M;
    }
    return true;
  }

  /** The first vehicle of a lane turns out not to take the connector it was bound for. */
  giveUp(l: number, lengthM: number): void {
    const connector = this.committed[l]!;
    if (connector === 0) return;
    const c = connector - this.net.linkLanes;
    this.committed[l] = 0;
    this.reserved[c]!--;
    const t = this.net.toLane[c]!;
    this.inbound[t] = Math.max(0, this.inbound[t]! - lengthM - STAND_M);
  }

  enterConnector(l: number, c: number, lengthM: number): void {
    if (this.committed[l] === this.net.linkLanes + c) {
      this.committed[l] = 0;
      this.reserved[c]!--;
    } else this.inbound[this.net.toLane[c]!]! += lengthM + STAND_M;
    this.waitedS[l] = 0;
    this.entries[c]!++;
  }

  leaveConnector(c: number, lengthM: number): void {
    const t = this.net.toLane[c]!;
    this.inbound[t] = Math.max(0, this.inbound[t]! - lengthM - STAND_M);
    const before = this.cameBy[t]!;
    if (before >= 0) this.cameLast[before] = 0;
    this.cameBy[t] = c;
    this.cameLast[c] = 1;
  }

  /** Whether the vehicle of slot i would find place to stand in lane t, behind all that are bound for it. */
  room(t: number, i: number): boolean {
    const lanes = this.lanes;
    const lengthM = lanes.length(i);
    const promised = this.inbound[t]!;
    if (lanes.count[t] === 0)
      return promised === 0 || this.net.laneLengthM[t]! > promised + lengthM + STAND_M;
    if (lanes.full(t)) return false;
    const moving = Math.min(12, lanes.vel(lanes.tail(t)));
    return lanes.tailRear(t) + moving * 1.5 > promised + lengthM + STAND_M;
  }

  /**
   * Whether a vehicle will be in connector c's target lane before this one, over another connector; this one (slot `at`
   * of lane l) is `onConnector` or still before it. The nearest goes into `merged`.
   */
  merging(c: number, l: number, at: number, onConnector: boolean): boolean {
    const net = this.net;
    const begin = net.mergeStart[c]!;
    const end = net.mergeStart[c + 1]!;
    if (begin === end) return false;
    const lanes = this.lanes;
    const { count } = lanes;
    let gap = Infinity;
    let d = -1;
    for (let k = begin; k < end; k++) {
      const connector = net.merge[k]!;
      const f = connector - net.linkLanes;
      if (!lanes.holds(connector) && (onConnector || this.reserved[f] === 0)) continue;
      if (d < 0) {
        d = net.laneLengthM[l]! - lanes.pos(at);
        if (!onConnector) d += net.laneLengthM[net.linkLanes + c]!;
      }
      const L = net.laneLengthM[connector]!;
      for (let i = lanes.head[connector]!, e = i + count[connector]!; i < e; i++) {
        const other = L - lanes.pos(i);
        if (other > d || (other === d && f > c)) break;
        const g = d - other - lanes.length(i);
        if (g < gap) {
          gap = g;
          this.merged[1] = lanes.vel(i);
        }
      }
      if (!onConnector && this.reserved[f]! > 0) {
        const from = net.fromLane[f]!;
        const i = lanes.head[from]!;
        const other = net.laneLengthM[from]! - lanes.pos(i) + L;
        const g = d - other - lanes.length(i);
        if (other < d && g < gap) {
          gap = g;
          this.merged[1] = lanes.vel(i);
        }
      }
    }
    this.merged[0] = gap;
    return gap < Infinity;
  }

  /** Connector over which a vehicle has left lane l whose rear still stands in it, other than `connector`; -1 none. */
  siblingInWay(l: number, connector: number): number {
    const net = this.net;
    const { lanes } = this;
    let rear = 0;
    let which = -1;
    for (let k = net.leavingStart[l]!, e = net.leavingStart[l + 1]!; k < e; k++) {
      const s = net.leaving[k]!;
      if (s === connector || !lanes.holds(s)) continue;
      const r = lanes.tailRear(s);
      if (r < rear) {
        rear = r;
        which = s;
      }
    }
    return which;
  }

  /** Whether somebody on merging connector f is level with or behind one that has `reach` metres to go. */
  private mergeTaken(f: number, reach: number): boolean {
    const net = this.net;
    const lanes = this.lanes;
    const connector = net.linkLanes + f;
    const L = net.laneLengthM[connector]!;
    if (lanes.holds(connector)) {
      const i = lanes.tail(connector);
      if (L - lanes.pos(i) + lanes.length(i) + 1 > reach) return true;
    }
    if (this.reserved[f]! > 0) {
      const from = net.fromLane[f]!;
      const i = lanes.head[from]!;
      if (net.laneLengthM[from]! - lanes.pos(i) + L + lanes.length(i) + 1 > reach) return true;
    }
    return false;
  }

  private yields(light: number, kind: number, f: number): boolean {
    const other = this.signals.light[f]!;
    switch (light) {
      case LIGHT_YIELD:
        return other === LIGHT_GREEN || (other === LIGHT_YIELD && (kind & FOE_OPPOSING) !== 0);
      case LIGHT_FREE:
        return other === LIGHT_GREEN || other === LIGHT_YIELD;
      case LIGHT_NONE:
        return (kind & FOE_FIRST) !== 0;
      default:
        return false;
    }
  }

  /** Whether the first vehicle of f's lane is about to take f, too soon to go before it. */
  private comes(f: number, kind: number, patience: number): boolean {
    const net = this.net;
    const lanes = this.lanes;
    const from = net.fromLane[f]!;
    if (lanes.count[from] === 0) return false;
    const j = lanes.head[from]!;
    const m = lanes.next(j);
    if (m < 0 || connectorFrom(net, m, from) !== net.linkLanes + f) return false;
    const d = net.laneLengthM[from]! - lanes.pos(j);
    const critical = (kind & FOE_MERGE ? GAP_MERGE_S : GAP_CROSS_S) * patience;
    if (d > Math.max(2, lanes.vel(j)) * critical) return false;
    return this.room(net.toLane[f]!, j);
  }
}
