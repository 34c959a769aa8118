/**
 * Trips that are known one by one: each vehicle starts at its second on the first link of its route and takes that route
 * to the end, lane by lane. Beside the demand of `Trips`, whose vehicles it leaves to it. Who finds no space waits
 * outside in the order of starting.
 */
import type { Guide, Kernel } from './kernel.ts';
import type { Stops } from './lane-change.ts';
import { MOVE_EXIT, NO_STOP } from './lanes.ts';
import type { Trips } from './trips.ts';

export interface ExactTrip {
  readonly startS: number;
  /** Positions of links in the pack. */
  readonly links: readonly number[];
  /** Row of the driver table. */
  readonly driver: number;
}

/** In `Vehicles.row`: a vehicle of this list. Its trip stands in `stop`, its place on the route in `leg`. */
const EXACT = -2;

export class ExactTrips implements Guide, Stops {
  /** By trip, when it left; NaN until then. */
  readonly leftS: Float64Array;
  entered = 0;
  left = 0;
  /** Trips that have started and wait outside. */
  pending = 0;
  private readonly kernel: Kernel;
  private readonly trips: Trips;
  private readonly list: readonly ExactTrip[];
  private readonly movements: readonly (readonly number[])[];
  private readonly order: readonly number[];
  private started = 0;
  /** Trips that wait, by the lane they start in. */
  private readonly waiting = new Map<number, number[]>();

  /** @throws RangeError where links of a route do not follow each other. */
  constructor(kernel: Kernel, trips: Trips, list: readonly ExactTrip[]) {
    this.kernel = kernel;
    this.trips = trips;
    this.list = list;
    this.leftS = new Float64Array(list.length).fill(Number.NaN);
    this.movements = list.map((trip, n) => this.laidOut(trip, n));
    this.order = list.map((_, n) => n).sort((a, b) => list[a]!.startS - list[b]!.startS || a - b);
  }

  /** Seconds spent until now by all that have started, those who wait outside and those still under way included. */
  travelTime(nowS: number): { readonly vehicles: number; readonly meanS: number } {
    let sum = 0;
    for (let k = 0; k < this.started; k++) {
      const n = this.order[k]!;
      const end = this.leftS[n]!;
      sum += (Number.isNaN(end) ? nowS : end) - this.list[n]!.startS;
    }
    return { vehicles: this.started, meanS: this.started > 0 ? sum / this.started : 0 };
  }

  step(): void {
    const { kernel } = this;
    for (; this.started < this.order.length; this.started++) {
      const n = this.order[this.started]!;
      if (this.list[n]!.startS > kernel.nowS) break;
      const lane = this.firstLane(n);
      const queue = this.waiting.get(lane);
      if (queue === undefined) this.waiting.set(lane, [n]);
      else queue.push(n);
      this.pending++;
    }
    for (const [lane, queue] of this.waiting)
      while (queue.length > 0 && this.enter(queue[0]!, lane)) {
        queue.shift();
        this.pending--;
      }
  }

  private enter(n: number, lane: number): boolean {
    const { vehicles, drivers } = this.kernel;
    const { driver } = this.list[n]!;
    const v = vehicles.add(driver);
    vehicles.row[v] = EXACT;
    vehicles.stop[v] = n;
    vehicles.leg[v] = -1;
    vehicles.exitShare[v] = 2;
    const factor = drivers[driver]!.speedFactor;
    if (this.kernel.insert(v, lane, 0.5, 0, factor) < 0) {
      vehicles.release(v);
      return false;
    }
    this.entered++;
    this.trips.entered++;
    return true;
  }

  /** The lane with the fewest vehicles of those from which the route's first movement goes. */
  private firstLane(n: number): number {
    const { net, lanes } = this.kernel;
    const link = this.list[n]!.links[0]!;
    const m = this.movements[n]![0];
    let best = -1;
    let least = Infinity;
    for (let lane = net.laneStart[link]!; lane < net.laneStart[link + 1]!; lane++) {
      if (m !== undefined && (net.movementLanes[m]! & (1 << net.laneNumber[lane]!)) === 0) continue;
      const taken = lanes.count[lane]! + (this.waiting.get(lane)?.length ?? 0);
      if (taken < least) {
        least = taken;
        best = lane;
      }
    }
    return best;
  }

  /** The movements along a route, each into a lane from which the next one goes where there is such a lane. */
  private laidOut(trip: ExactTrip, n: number): number[] {
    const { net } = this.kernel;
    const out: number[] = [];
    let wanted = 0xffff;
    for (let leg = trip.links.length - 2; leg >= 0; leg--) {
      const from = trip.links[leg]!;
      let best = -1;
      let spread = n;
      for (let m = net.movementStart[from]!; m < net.movementStart[from + 1]!; m++) {
        if (net.movementTo[m] !== trip.links[leg + 1]) continue;
        const fits = (this.lanesInto(m) & wanted) !== 0;
        // Where any lane will do, vehicles take them in turn.
        if (best < 0 || (fits && ((this.lanesInto(best) & wanted) === 0 || spread-- % 3 === 0))) best = m;
      }
      if (best < 0) throw new RangeError(`trip ${n}: no way from link ${from} to ${trip.links[leg + 1]!}`);
      out.unshift(best);
      wanted = net.movementLanes[best]!;
    }
    return out;
  }

  private lanesInto(m: number): number {
    const { net } = this.kernel;
    let mask = 0;
    for (let k = net.connectorStart[m]!; k < net.connectorStart[m + 1]!; k++) {
      const connector = net.connectorOf[k]!;
      if (connector >= 0) mask |= 1 << net.laneNumber[connector]!;
    }
    return mask;
  }

  // --- Guide

  next(vehicle: number, link: number): number {
    const { vehicles } = this.kernel;
    if (vehicles.row[vehicle] !== EXACT) return this.trips.next(vehicle, link);
    const leg = ++vehicles.leg[vehicle]!;
    return this.movements[vehicles.stop[vehicle]!]![leg] ?? MOVE_EXIT;
  }

  after(vehicle: number, movement: number): number {
    const { vehicles } = this.kernel;
    if (vehicles.row[vehicle] !== EXACT) return this.trips.after(vehicle, movement);
    return this.movements[vehicles.stop[vehicle]!]![vehicles.leg[vehicle]! + 1] ?? -1;
  }

  stopAt(vehicle: number): number {
    return this.kernel.vehicles.row[vehicle] === EXACT ? NO_STOP : this.trips.stopAt(vehicle);
  }

  leaves(vehicle: number): void {
    const { vehicles, nowS } = this.kernel;
    if (vehicles.row[vehicle] === EXACT) {
      this.leftS[vehicles.stop[vehicle]!] = nowS;
      this.left++;
    }
    this.trips.leaves(vehicle);
  }

  otherWay(vehicle: number, lane: number, movement: number, waitedS: number): number {
    if (this.kernel.vehicles.row[vehicle] === EXACT) return movement;
    return this.trips.otherWay(vehicle, lane, movement, waitedS);
  }

  // --- Stops

  parked(vehicle: number, lane: number, rank: number): boolean {
    return this.kernel.vehicles.row[vehicle] !== EXACT && this.trips.parked(vehicle, lane, rank);
  }

  atStop(vehicle: number): number {
    return this.trips.atStop(vehicle);
  }

  departs(vehicle: number): number {
    return this.trips.departs(vehicle);
  }
}
