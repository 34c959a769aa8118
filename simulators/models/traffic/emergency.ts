/**
 * Ambulances, fire engines and police cars. With priority they take the freest lane and pass drivers who make way; past
 * those who stand they squeeze through the rescue corridor at the left edge, and through red lights they go slowly and only
 * when nobody crosses, while the drivers around them slow down and the junction ahead is held for them (§ 38 StVO; Road
 * Traffic Safety Law of the PRC, art. 53). Without priority they keep the traffic's pace and every light.
 */
import type { MoverKind } from '../../../server/contract/observations.ts';
import type { Place } from './curves.ts';
import { FOE_CROSS } from './conflicts.ts';
import type { Kernel } from './kernel.ts';
import { movementBetween } from './network.ts';
import type { Router } from './routing.ts';
import { LIGHT_RED, LIGHT_YELLOW } from './signals.ts';
import { kindIndex } from './vehicles.ts';

export interface Dispatch {
  readonly key: string;
  readonly kind: 'ambulance' | 'fire-engine' | 'police-car';
  readonly fromLink: string;
  readonly toLink: string;
  /** Where on the last link it arrives, metres along the pack's path. */
  readonly offsetM: number;
  readonly priority: boolean;
  /** Where on the first link it starts; its beginning where left out. */
  readonly fromOffsetM?: number;
  /** The way it takes, from `fromLink` to `toLink`; the quickest now where left out. */
  readonly way?: readonly string[];
}

/** Where a unit is on its way. */
export interface EmergencyWay {
  /** Positions of links in the pack, from the one it is on (or crosses into) to the last. */
  readonly links: readonly number[];
  /** Metres left of the first of them; more than its length while it still crosses the junction before it. */
  readonly leftM: number;
  readonly speedMps: number;
}

export interface EmergencyView {
  readonly id: number;
  readonly kind: MoverKind;
  readonly linkIndex: number;
  readonly lon: number;
  readonly lat: number;
  readonly headingDeg: number;
  readonly speedKph: number;
  readonly arrived: boolean;
}

interface Engine {
  readonly key: string;
  readonly id: number;
  readonly kind: number;
  priority: boolean;
  /** Links from here to the destination and the movements between them. */
  links: number[];
  movements: number[];
  leg: number;
  /** On the connector at the end of `leg`, else on the link. */
  crossing: boolean;
  /** Metres along the link or connector. */
  x: number;
  v: number;
  endX: number;
  arrived: boolean;
  yielding: number;
}

/** Pace past traffic that stands, m/s, and more of it for each m/s that drivers who make way still move at. */
const CORRIDOR_MPS = 7;
const PASSING = 1.2;
/** So near the line it has to be in a lane of its turn, m. */
const IN_LANE_M = 60;
/** At a red light it all but stops and looks at every lane before it goes on (NFPA 1451, NFPA 1500: a complete stop). */
const RED_PACE_MPS = 1.5;
const SEE_AHEAD_M = 90;
const HOLD_S = 4;
/** Drivers around it slow down to this share of their speed. */
const YIELD_SHARE = 0.55;

export class Emergency {
  private readonly engines = new Map<string, Engine>();
  private arrivals: { key: string; atS: number }[] = [];
  private readonly yieldCount: Uint16Array;
  private readonly kernel: Kernel;
  private readonly router: Router;
  private readonly linkSpeed: Float32Array;
  private readonly speedChanged: (link: number) => void;
  private readonly row: number;

  constructor(kernel: Kernel, router: Router, linkSpeed: Float32Array, speedChanged: (link: number) => void) {
    this.kernel = kernel;
    this.router = router;
    this.linkSpeed = linkSpeed;
    this.speedChanged = speedChanged;
    this.yieldCount = new Uint16Array(kernel.net.linkCount);
    this.row = router.rows.length;
  }

  get size(): number {
    return this.engines.size;
  }

  /** Share of their speed that drivers on a link keep while somebody with a siren is on it. */
  yieldShare(link: number): number {
    return this.yieldCount[link]! > 0 ? YIELD_SHARE : 1;
  }

  /** Sends a vehicle; one already on the road starts from where it is. False where there is no way. */
  dispatch(d: Dispatch): boolean {
    const { net, right } = this.kernel;
    const to = net.linkIndex.get(d.toLink) ?? -1;
    const old = this.engines.get(d.key);
    const from = old === undefined ? (net.linkIndex.get(d.fromLink) ?? -1) : old.links[old.leg]!;
    if (from < 0 || to < 0) return false;
    const endX = this.laneMetres(to, d.offsetM);
    const x = old !== undefined ? old.x : this.laneMetres(from, d.fromOffsetM ?? 0);
    if (d.way !== undefined && old === undefined) return this.setOut(d, d.way, x, endX);
    // The road that is closed to others is open to them.
    this.router.compute(this.row, [to], this.router.liveS, null);
    const links = [from];
    const movements: number[] = [];
    let at = from;
    if (old?.crossing === true) {
      const m = old.movements[old.leg]!;
      movements.push(m);
      at = net.movementTo[m]!;
      links.push(at);
    }
    // Behind it already on the same link: once around.
    const around = at === to && !(old?.crossing === true) && x > endX + 1;
    if (around) {
      let best = -1;
      let cost = Infinity;
      for (let m = net.movementStart[at]!; m < net.movementStart[at + 1]!; m++)
        if (this.router.costS[net.movementTo[m]!]! < cost) {
          cost = this.router.costS[net.movementTo[m]!]!;
          best = m;
        }
      if (best < 0) return false;
      movements.push(best);
      links.push((at = net.movementTo[best]!));
    }
    while (at !== to) {
      const m = this.router.movement(this.row, at);
      if (m < 0 || links.length > net.linkCount) return false;
      movements.push(m);
      links.push((at = net.movementTo[m]!));
    }
    if (old !== undefined) {
      this.stopYielding(old);
      if (right.heldFor(net.linkTo[old.links[old.leg]!]!) === old.links[old.leg]) this.release(old);
      Object.assign(old, { priority: d.priority, links, movements, leg: 0, endX, arrived: false });
      return true;
    }
    this.begin(d, links, movements, x, endX);
    return true;
  }

  /** On a way that was given link by link; false where it has a gap. */
  private setOut(d: Dispatch, way: readonly string[], x: number, endX: number): boolean {
    const { net } = this.kernel;
    const links = way.map((id) => net.linkIndex.get(id) ?? -1);
    if (links.includes(-1) || way[0] !== d.fromLink || way.at(-1) !== d.toLink) return false;
    const movements = links.slice(1).map((to, k) => movementBetween(net, links[k]!, to));
    if (movements.includes(-1)) return false;
    this.begin(d, links, movements, x, endX);
    return true;
  }

  private begin(d: Dispatch, links: number[], movements: number[], x: number, endX: number): void {
    this.engines.set(d.key, {
      key: d.key,
      id: this.kernel.vehicles.newTripId(),
      kind: kindIndex[d.kind],
      priority: d.priority,
      links,
      movements,
      leg: 0,
      crossing: false,
      x,
      v: 0,
      endX,
      arrived: false,
      yielding: -1,
    });
  }

  way(key: string): EmergencyWay | null {
    const e = this.engines.get(key);
    if (e === undefined || e.arrived) return null;
    const { net } = this.kernel;
    const leg = e.crossing ? e.leg + 1 : e.leg;
    const links = e.links.slice(leg);
    const end = leg === e.links.length - 1 ? e.endX : net.linkLengthM[links[0]!]!;
    const leftM = e.crossing ? net.laneLengthM[this.connector(e)]! - e.x + end : end - e.x;
    return { links, leftM, speedMps: e.v };
  }

  /** Takes a vehicle off the road. */
  dismiss(key: string): number | null {
    const e = this.engines.get(key);
    if (e === undefined) return null;
    this.stopYielding(e);
    this.engines.delete(key);
    return e.id;
  }

  step(): void {
    for (const e of this.engines.values()) if (!e.arrived) this.drive(e);
  }

  takeArrivals(): { key: string; atS: number }[] {
    const out = this.arrivals;
    this.arrivals = [];
    return out;
  }

  view(key: string, place: Place): EmergencyView | null {
    const e = this.engines.get(key);
    if (e === undefined) return null;
    this.locate(e, place);
    return {
      id: e.id,
      kind: (Object.keys(kindIndex) as MoverKind[])[e.kind]!,
      linkIndex: this.linkOf(e),
      lon: place.lon,
      lat: place.lat,
      headingDeg: place.headingDeg,
      speedKph: e.v * 3.6,
      arrived: e.arrived,
    };
  }

  each(place: Place, cb: (id: number, kind: number, link: number, speedMps: number) => void): void {
    for (const e of this.engines.values()) {
      this.locate(e, place);
      cb(e.id, e.kind, this.linkOf(e), e.v);
    }
  }

  private drive(e: Engine): void {
    const { kernel } = this;
    const { net, dtS } = kernel;
    const driver = kernel.drivers[e.kind]!;
    const link = e.links[e.leg]!;
    const last = e.leg === e.links.length - 1;
    let target: number;
    let length: number;
    let stopIn = Infinity;
    if (e.crossing) {
      const c = this.connector(e);
      length = net.laneLengthM[c]!;
      target = Math.max(4, Math.min(net.laneLimitMps[c]! * 1.2, 14));
      if (e.priority) this.hold(link);
    } else {
      length = net.linkLengthM[link]!;
      const limit = net.linkLimitMps[link]!;
      const left = length - e.x;
      if (e.priority) {
        this.startYielding(e, link);
        target = limit * driver.speedFactor;
        target = Math.min(
          target,
          this.paceAhead(link, e.x, left < IN_LANE_M ? e.movements[e.leg] : undefined),
        );
      } else target = Math.min(limit, Math.max(1.5, this.linkSpeed[link]!));
      if (last) stopIn = e.endX - e.x;
      else {
        const c = this.connector(e) - net.linkLanes;
        const light = kernel.signals.light[c]!;
        const red = light === LIGHT_RED || light === LIGHT_YELLOW;
        if (e.priority) {
          if (left < e.v * HOLD_S + 15) this.hold(link);
          if (red) target = Math.min(target, Math.sqrt(RED_PACE_MPS ** 2 + 2 * driver.brakeMps2 * left));
          if (left < 3 + (e.v * e.v) / (2 * driver.brakeMps2) && this.crossed(c)) stopIn = left;
        } else if ((red || this.crossed(c)) && left < 3 + (e.v * e.v) / (2 * driver.brakeMps2)) stopIn = left;
        target = Math.min(
          target,
          Math.sqrt(net.laneLimitMps[net.linkLanes + c]! ** 2 * 1.4 + 2 * driver.brakeMps2 * left),
        );
      }
    }
    if (stopIn < Infinity)
      target = Math.min(target, Math.sqrt(2 * driver.brakeMps2 * Math.max(0, stopIn - 0.5)));
    e.v = Math.max(0, e.v + Math.max(-6 * dtS, Math.min(driver.accelMps2 * dtS, target - e.v)));
    let step = e.v * dtS;
    if (step > stopIn) step = Math.max(0, stopIn);
    e.x += step;
    if (last && !e.crossing && e.x >= e.endX - 1.5) {
      e.arrived = true;
      e.v = 0;
      this.stopYielding(e);
      this.arrivals.push({ key: e.key, atS: kernel.nowS });
      return;
    }
    if (e.x < length || stopIn < Infinity) return;
    e.x -= length;
    if (e.crossing) {
      this.release(e);
      e.crossing = false;
      e.leg++;
    } else {
      this.stopYielding(e);
      e.crossing = true;
    }
  }

  /** The connector at the end of its leg, from the leftmost lane that serves the turn. */
  private connector(e: Engine): number {
    const { net } = this.kernel;
    const m = e.movements[e.leg]!;
    for (let k = net.connectorStart[m + 1]! - 1; k >= net.connectorStart[m]!; k--) {
      const c = net.connectorOf[k]!;
      if (c >= 0) return c;
    }
    throw new Error(`movement ${m} has no connector`);
  }

  private crossed(c: number): boolean {
    const { net, right } = this.kernel;
    for (let k = net.foeStart[c]!; k < net.foeStart[c + 1]!; k++)
      if (net.foeKind[k]! & FOE_CROSS && right.occupied(net.foe[k]! - net.linkLanes)) return true;
    return false;
  }

  /** Pace past whoever is next in sight, in the lane where that is fastest of those that serve its movement. */
  private paceAhead(link: number, x: number, movement: number | undefined): number {
    const { net, lanes } = this.kernel;
    const first = net.laneStart[link]!;
    let best = 0;
    for (let l = first; l < net.laneStart[link + 1]!; l++) {
      if (movement !== undefined && (net.movementLanes[movement]! & (1 << (l - first))) === 0) continue;
      let pace = Infinity;
      for (let i = lanes.tail(l); i >= lanes.head[l]! && lanes.count[l]! > 0; i--) {
        const ahead = lanes.pos(i) - lanes.length(i) - x;
        if (ahead < 0) continue;
        if (ahead < SEE_AHEAD_M) pace = CORRIDOR_MPS + PASSING * lanes.vel(i);
        break;
      }
      best = Math.max(best, pace);
    }
    return best;
  }

  private hold(link: number): void {
    const { right, net, nowS } = this.kernel;
    right.hold(net.linkTo[link]!, link, nowS + 2, nowS);
  }

  private release(e: Engine): void {
    this.kernel.right.release(this.kernel.net.linkTo[e.links[e.leg]!]!);
  }

  private startYielding(e: Engine, link: number): void {
    if (e.yielding === link) return;
    this.stopYielding(e);
    e.yielding = link;
    if (this.yieldCount[link]!++ === 0) this.speedChanged(link);
  }

  private stopYielding(e: Engine): void {
    const link = e.yielding;
    if (link < 0) return;
    e.yielding = -1;
    if (--this.yieldCount[link]! === 0) this.speedChanged(link);
  }

  private laneMetres(link: number, offsetM: number): number {
    const { net } = this.kernel;
    return Math.max(0, Math.min(net.linkLengthM[link]! - 1, offsetM - net.linkTrimM[link]!));
  }

  private linkOf(e: Engine): number {
    return e.links[e.crossing ? e.leg + 1 : e.leg]!;
  }

  private locate(e: Engine, place: Place): void {
    const { net } = this.kernel;
    if (e.crossing) {
      const c = this.connector(e);
      net.curves.locate(net.laneCurve[c]!, e.x, 0, place);
      return;
    }
    const link = e.links[e.leg]!;
    const left = net.laneStart[link + 1]! - 1;
    // The corridor lies left of the leftmost lane; who has arrived, or drives like others, is in a lane.
    const right = net.laneRightM[e.arrived ? net.laneStart[link]! : left]!;
    net.curves.locate(net.laneCurve[left]!, e.x, right - (e.priority && !e.arrived ? 1.4 : 0), place);
  }
}
