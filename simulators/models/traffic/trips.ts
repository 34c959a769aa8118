/**
 * Trips of cars, taxis and trucks: as many on the road as the hour and `targetVehicles` say, from zone to zone, along the
 * router's rows. Who finds no space to enter waits outside. Every vehicle is accounted for:
 * entered = left + gave up + present.
 */
import type { Random } from '../../kernel/random.ts';
import type { Buses } from './buses.ts';
import type { Kernel, Guide } from './kernel.ts';
import type { Stops } from './lane-change.ts';
import { MOVE_EXIT, NO_STOP } from './lanes.ts';
import { Router } from './routing.ts';
import { kindIndex } from './vehicles.ts';
import { demandShare, outwardShare, Zones } from './zones.ts';

const VARIANTS = 3;
const SINKS = 5;
/** Drivers with navigation. */
const LIVE_SHARE = 0.6;
const TAXI_SHARE = 0.11;
const TRUCK_SHARE = 0.08;
/** Navigation sees new travel times after this long, s. */
const REFRESH_S = 240;
/** Habits follow what drivers have lived through: rows anew after this long, from times remembered about as long, s. */
const HABIT_REFRESH_S = 900;
const HABIT_NOISE = 0.25;
const PENDING = 1 << 16;
/** Entries tried a step. */
const TRIES = 300;
/** Stood so long behind a full link, a driver turns elsewhere; and after so long parks for good, s. */
const DETOUR_AFTER_S = 45;
const GIVE_UP_AFTER_S = 240;

export interface ExtraDemand {
  /** Zones to choose from; none: wherever people live or work. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly perS: number;
  untilS: number;
  due: number;
}

export class Trips implements Guide, Stops {
  readonly router: Router;
  readonly zones: Zones;
  readonly buses: Buses;
  targetVehicles: number;
  demandFactor = 1;
  /** How far the clock that demand follows is ahead of the kernel's, s. */
  demandShiftS = 0;
  entered = 0;
  left = 0;
  gaveUp = 0;
  detours = 0;
  private gone: number[] = [];
  private readonly kernel: Kernel;
  private readonly random: Random;
  private readonly sinks: number[][] = [];
  private readonly sources: number[][];
  private readonly pendingLink = new Int32Array(PENDING);
  private readonly pendingRow = new Int32Array(PENDING);
  private readonly pendingKind = new Uint8Array(PENDING);
  private pendingHead = 0;
  pending = 0;
  private debt = 0;
  private refreshDue = 0;
  private habitDue = 0;
  private habitRow = 0;
  /** Travel times as remembered, and each habit's own view of them. */
  private readonly usualS: Float32Array;
  private readonly habits: readonly Float32Array[];
  private readonly seenS: Float32Array;
  private urgent = 0;
  private refreshRow = 0;
  private readonly extra: ExtraDemand[] = [];

  /** `shell`: routes are left empty, for a state that brings its own. */
  constructor(kernel: Kernel, buses: Buses, random: Random, targetVehicles: number, shell: boolean) {
    this.kernel = kernel;
    this.buses = buses;
    this.random = random;
    this.targetVehicles = targetVehicles;
    const net = kernel.net;
    this.router = new Router(net);
    // Rows are links × zones × variants bytes and as much work to fill: fewer zones on a large network.
    const most = Math.max(12, Math.min(180, Math.floor(1.2e6 / net.linkCount)));
    this.zones = new Zones(net, random.fork('zones'), most);
    this.usualS = this.router.liveS.slice();
    this.seenS = new Float32Array(net.linkCount);
    this.habits = Array.from({ length: VARIANTS - 1 }, (_, v) =>
      this.router.habit(random.fork(`habit-${v + 1}`), HABIT_NOISE),
    );
    this.sources = this.zones.zones.map((z) =>
      z.gate ? z.links.filter((l) => net.pack.junctions[net.linkFrom[l]!]?.kind === 'edge') : [...z.links],
    );
    this.zones.zones.forEach((z, n) => {
      const ends = z.gate
        ? z.links.filter((l) => net.pack.junctions[net.linkTo[l]!]?.kind === 'edge')
        : z.links;
      for (let v = 0; v < VARIANTS; v++) {
        const at = (v * SINKS) % Math.max(1, ends.length);
        const sinks = z.gate ? [...ends] : [...ends, ...ends].slice(at, at + Math.min(SINKS, ends.length));
        this.sinks.push(sinks);
        if (shell) this.router.rows.push(new Uint8Array(0));
        else this.compute(n * VARIANTS + v, null);
      }
    });
  }

  // --- Guide

  next(vehicle: number, link: number): number {
    const { vehicles, right, net } = this.kernel;
    if (vehicles.route[vehicle]! >= 0) return this.buses.next(vehicle, link);
    let m = this.router.movement(vehicles.row[vehicle]!, link);
    if (m === -1) return MOVE_EXIT;
    if (m === -2 || right.closed[net.movementTo[m]!] === 1) {
      const live = vehicles.row[vehicle]! - (vehicles.row[vehicle]! % VARIANTS);
      const other = this.router.movement(live, link);
      if (other === -1) return MOVE_EXIT;
      if (other >= 0) {
        vehicles.row[vehicle] = live;
        m = other;
      } else if (m === -2) m = this.newDestination(vehicle, link);
    }
    return m;
  }

  after(vehicle: number, movement: number): number {
    const { vehicles, net } = this.kernel;
    if (vehicles.route[vehicle]! >= 0) return -1;
    return this.router.movement(vehicles.row[vehicle]!, net.movementTo[movement]!);
  }

  stopAt(vehicle: number): number {
    return this.kernel.vehicles.route[vehicle]! >= 0 ? this.buses.stopAt(vehicle) : NO_STOP;
  }

  leaves(vehicle: number): void {
    this.gone.push(this.kernel.vehicles.tripId[vehicle]!);
    this.kernel.vehicles.release(vehicle);
    this.left++;
  }

  otherWay(vehicle: number, lane: number, movement: number, waitedS: number): number {
    const { net, right, vehicles, lanes, tick } = this.kernel;
    const served = (net.movementLanes[movement]! & (1 << net.laneNumber[lane]!)) !== 0;
    const closed = right.closed[net.movementTo[movement]!] === 1;
    const limit = served && !closed ? DETOUR_AFTER_S + (vehicle % 30) : closed ? 0 : 6;
    if (waitedS < limit) return movement;
    if (waitedS > GIVE_UP_AFTER_S) {
      this.gaveUp++;
      this.left--;
      return MOVE_EXIT;
    }
    if (vehicles.route[vehicle]! >= 0) return movement;
    const from = net.leavingStart[lane]!;
    const n = net.leavingStart[lane + 1]! - from;
    for (let k = 0; k < n; k++) {
      const connector = net.leaving[from + ((k + tick + vehicle) % n)]! - net.linkLanes;
      const m = net.connectorMovement[connector]!;
      const to = net.movementTo[m]!;
      if (m === movement || right.closed[to] === 1 || lanes.full(net.toLane[connector]!)) continue;
      if (served && !right.room(net.toLane[connector]!, lanes.head[lane]!)) continue;
      if (this.router.movement(vehicles.row[vehicle]!, to) === -2) continue;
      this.detours++;
      return m;
    }
    return movement;
  }

  // --- Stops

  parked(vehicle: number, lane: number, rank: number): boolean {
    const { vehicles, lanes, net } = this.kernel;
    const link = net.laneLink[lane]!;
    if (vehicles.kind[vehicle] === kindIndex.taxi && this.random.chance(0.7)) {
      // Sets down, or picks up, and drives on.
      const m = this.newDestination(vehicle, link);
      if (m >= 0) {
        vehicles.occupied[vehicle] = vehicles.occupied[vehicle] === 1 ? 0 : 1;
        const i = lanes.head[lane]! + rank;
        lanes.setNext(i, m);
        lanes.setMask(i, net.movementLanes[m]!);
        return false;
      }
    }
    lanes.remove(lane, rank);
    if (rank === 0) this.kernel.right.waitedS[lane] = 0;
    this.kernel.linkOut[link]!++;
    this.leaves(vehicle);
    return true;
  }

  atStop(vehicle: number): number {
    return this.buses.atStop(vehicle);
  }

  departs(vehicle: number): number {
    return this.stopAt(vehicle);
  }

  // --- Demand

  /** Hour of day for demand. */
  private get hour(): number {
    const h = ((this.kernel.nowS + this.demandShiftS) / 3_600) % 24;
    return h < 0 ? h + 24 : h;
  }

  /** Vehicles that should be on the road now. */
  wanted(): number {
    return this.targetVehicles * this.demandFactor * demandShare(this.hour);
  }

  step(): void {
    const { kernel } = this;
    if (this.targetVehicles > 0) {
      const missing = this.wanted() - kernel.vehicles.present - this.pending;
      // At most a fill in eight minutes, so that a rise in demand comes as a wave and not at once.
      this.debt += Math.min(Math.max(0, missing), (this.targetVehicles / 480) * kernel.dtS * 2);
      while (this.debt >= 1) {
        this.debt--;
        this.ask();
      }
    }
    this.askExtra();
    this.admit();
    this.refresh();
  }

  /** A few live rows a step, all of them in REFRESH_S; quickly after a road was closed or opened. */
  private refresh(): void {
    const n = this.zones.zones.length;
    this.refreshDue += this.urgent > 0 ? 3 : (n * this.kernel.dtS) / REFRESH_S;
    for (; this.refreshDue >= 1; this.refreshDue--) {
      this.refreshRow = (this.refreshRow + 1) % n;
      this.compute(this.refreshRow * VARIANTS, this.kernel.right.closed);
      if (this.urgent > 0) this.urgent--;
    }
    const habits = n * (VARIANTS - 1);
    this.habitDue += (habits * this.kernel.dtS) / HABIT_REFRESH_S;
    for (; this.habitDue >= 1; this.habitDue--) {
      if (this.habitRow % n === 0) this.remember();
      this.compute(Math.floor(this.habitRow / n) + 1 + (this.habitRow % n) * VARIANTS, null);
      this.habitRow = (this.habitRow + 1) % habits;
    }
  }

  /** Half of what was usual gives way to what is measured now. */
  private remember(): void {
    const { usualS, router } = this;
    for (let i = 0; i < usualS.length; i++) usualS[i]! += (router.liveS[i]! - usualS[i]!) * 0.5;
  }

  /** A row anew: live ones from the times measured now, habits from those remembered. */
  private compute(row: number, closed: Uint8Array | null): void {
    const variant = row % VARIANTS;
    let times = this.router.liveS;
    if (variant > 0) {
      const view = this.habits[variant - 1]!;
      times = this.seenS;
      for (let i = 0; i < times.length; i++) times[i] = this.usualS[i]! * view[i]! + 1;
    }
    this.router.compute(row, this.sinks[row]!, times, closed);
  }

  refreshSoon(): void {
    this.urgent = this.zones.zones.length;
  }

  addExtra(demand: ExtraDemand): void {
    this.extra.push(demand);
  }

  takeGone(): number[] {
    const out = this.gone;
    this.gone = [];
    return out;
  }

  /** Vehicles already under way when the simulation begins: `n` trips, each somewhere along its route. */
  placeAlong(n: number): void {
    const { net, vehicles } = this.kernel;
    for (let k = 0; k < n; k++) {
      const trip = this.draw();
      if (trip === null) continue;
      let link = trip.link;
      // Two passes over the route: how long it is, then to a point of it.
      let hops = 0;
      for (let at = link; hops < 400; hops++) {
        const m = this.router.movement(trip.row, at);
        if (m < 0) break;
        at = net.movementTo[m]!;
      }
      let go = this.random.int(Math.max(1, hops));
      while (go-- > 0) {
        const m = this.router.movement(trip.row, link);
        if (m < 0) break;
        link = net.movementTo[m]!;
      }
      const L = net.linkLengthM[link]!;
      if (L < 20) continue;
      const m = this.router.movement(trip.row, link);
      const first = net.laneStart[link]!;
      const count = net.laneStart[link + 1]! - first;
      let lane = first + this.random.int(count);
      if (m >= 0 && L < 200)
        for (let t = 0; t < count && !(net.movementLanes[m]! & (1 << (lane - first))); t++)
          lane = first + ((lane - first + 1) % count);
      const v = this.make(trip.kind, trip.row);
      const speed = net.linkLimitMps[link]! * 0.5;
      if (this.kernel.insert(v, lane, this.random.range(10, L - 2), speed, this.factorOf(trip.kind)) < 0)
        vehicles.release(v);
      else this.entered++;
    }
  }

  private newDestination(vehicle: number, link: number): number {
    const { vehicles } = this.kernel;
    const old = Math.floor(vehicles.row[vehicle]! / VARIANTS);
    for (let t = 0; t < 6; t++) {
      const zone = this.zones.destination(this.random, this.random.int(2) as 0 | 1, old);
      const row = zone * VARIANTS + this.variant();
      const m = this.router.movement(row, link);
      if (m >= 0) {
        vehicles.row[vehicle] = row;
        return m;
      }
    }
    return MOVE_EXIT;
  }

  private variant(): number {
    return this.random.next() < LIVE_SHARE ? 0 : 1 + this.random.int(VARIANTS - 1);
  }

  private draw(): { link: number; row: number; kind: number } | null {
    const { random, zones } = this;
    const purpose = random.next() < outwardShare(this.hour) ? 0 : 1;
    const from = zones.origin(random, purpose);
    return this.drawFrom(from, zones.destination(random, purpose, from));
  }

  private drawFrom(from: number, to: number): { link: number; row: number; kind: number } | null {
    const { random } = this;
    const sources = this.sources[from]!;
    if (sources.length === 0) return null;
    const row = to * VARIANTS + this.variant();
    const u = random.next();
    const kind =
      u < TAXI_SHARE ? kindIndex.taxi : u < TAXI_SHARE + TRUCK_SHARE ? kindIndex.truck : kindIndex.car;
    for (let t = 0; t < 4; t++) {
      const link = sources[random.int(sources.length)]!;
      if (this.router.movement(row, link) >= 0 && this.kernel.right.closed[link] === 0)
        return { link, row, kind };
    }
    return null;
  }

  private ask(trip = this.draw()): void {
    if (trip === null || this.pending >= PENDING) return;
    const at = (this.pendingHead + this.pending++) % PENDING;
    this.pendingLink[at] = trip.link;
    this.pendingRow[at] = trip.row;
    this.pendingKind[at] = trip.kind;
  }

  private askExtra(): void {
    const now = this.kernel.nowS;
    for (let k = this.extra.length - 1; k >= 0; k--) {
      const e = this.extra[k]!;
      if (now > e.untilS) {
        this.extra.splice(k, 1);
        continue;
      }
      e.due += e.perS * this.kernel.dtS;
      for (; e.due >= 1; e.due--) {
        const from = e.from.length > 0 ? this.random.pick(e.from) : this.zones.origin(this.random, 0);
        const to = e.to.length > 0 ? this.random.pick(e.to) : this.zones.destination(this.random, 1, from);
        this.ask(this.drawFrom(from, to));
      }
    }
  }

  /** Lets those in who find a gap; the others go back to the end of the queue. */
  private admit(): void {
    const { net, vehicles } = this.kernel;
    for (let k = Math.min(TRIES, this.pending); k > 0; k--) {
      const at = this.pendingHead;
      this.pendingHead = (at + 1) % PENDING;
      this.pending--;
      const link = this.pendingLink[at]!;
      const row = this.pendingRow[at]!;
      const kind = this.pendingKind[at]!;
      const v = this.make(kind, row);
      const L = net.linkLengthM[link]!;
      const first = net.laneStart[link]!;
      const gate = net.pack.junctions[net.linkFrom[link]!]?.kind === 'edge';
      const lane = gate ? first + this.random.int(net.laneStart[link + 1]! - first) : first;
      const length = this.kernel.drivers[kind]!.lengthM;
      const x = gate
        ? Math.min(L, length + 1)
        : Math.max(Math.min(length, L), this.random.range(0.15, 0.6) * L);
      const speed = net.linkLimitMps[link]! * (gate ? 0.7 : 0.25);
      if (this.kernel.insert(v, lane, x, speed, this.factorOf(kind)) < 0) {
        vehicles.release(v);
        const back = (this.pendingHead + this.pending++) % PENDING;
        this.pendingLink[back] = link;
        this.pendingRow[back] = row;
        this.pendingKind[back] = kind;
      } else this.entered++;
    }
  }

  private make(kind: number, row: number): number {
    const { vehicles } = this.kernel;
    const v = vehicles.add(kind);
    vehicles.row[v] = row;
    vehicles.occupied[v] = kind === kindIndex.taxi && this.random.chance(0.6) ? 1 : 0;
    vehicles.exitShare[v] = this.random.range(0.3, 0.9);
    return v;
  }

  private factorOf(kind: number): number {
    const p = this.kernel.drivers[kind]!;
    return Math.max(0.6, p.speedFactor * (1 + p.speedSpread * this.random.normal()));
  }
}
