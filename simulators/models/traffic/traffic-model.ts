/**
 * The city's traffic: the kernel with demand, buses, emergency vehicles, incidents and instruments around it.
 * Deterministic for a pack, options and the order of calls.
 */
import type { CityPack } from '../../../server/contract/city-pack.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import { moverKinds, type MoverKind } from '../../../server/contract/observations.ts';
import { createRandom } from '../../kernel/random.ts';
import { Blocks } from './blocks.ts';
import { Buses, type BusArrival } from './buses.ts';
import type { Place } from './curves.ts';
import { Emergency, type Dispatch, type EmergencyView, type EmergencyWay } from './emergency.ts';
import type { DriverParameters } from './idm.ts';
import { Kernel } from './kernel.ts';
import { LaneChanges } from './lane-change.ts';
import { PHANTOM } from './lanes.ts';
import { Measures, type DetectorReading } from './measures.ts';
import { ExactTrips, type ExactTrip } from './exact-trips.ts';
import { buildNetwork, movementBetween, type Network, type NetworkDetail } from './network.ts';
import type { SignalControl } from './signal-plans.ts';
import type { SignalRules, SignalStage } from './signals.ts';
import { Trips } from './trips.ts';
import { kindIndex } from './vehicles.ts';

export interface TrafficOptions {
  readonly seed: number;
  /** Hour of day the simulated clock begins at. */
  readonly startHour: number;
  /** Vehicles on the road at the peak hour. */
  readonly targetVehicles: number;
  /** Speed over dry-road speed, 1 where left out. */
  readonly weather?: { readonly speedFactor: number };
  /** Step, s. */
  readonly dtS?: number;
  readonly drivers?: Partial<Record<MoverKind, Partial<DriverParameters>>>;
  /** Simulated clock in seconds; wins over `startHour` (to keep signals in step with a real clock). */
  readonly startS?: number;
  readonly signals?: SignalRules;
  readonly network?: NetworkDetail;
  /** Vehicles known one by one, beside those of `targetVehicles`. */
  readonly exactTrips?: readonly ExactTrip[];
  /** False: nobody changes lanes between junctions. */
  readonly laneChanges?: boolean;
}

export interface DemandRequest {
  /** A district's id or a ring; null: anywhere, as people usually drive. */
  readonly fromArea: string | readonly LonLat[] | null;
  readonly toArea: string | readonly LonLat[] | null;
  readonly vehiclesPerHour: number;
  readonly seconds?: number;
}

export type VehicleCallback = (
  id: number,
  kind: MoverKind,
  linkIndex: number,
  lon: number,
  lat: number,
  headingDeg: number,
  speedKph: number,
  occupied: boolean,
) => void;

/** How long a lane change is drawn over, s. */
const SHIFT_S = 3;
/** Speed at which buses are assumed to have driven before the simulation began, m/s. */
const BUS_PACE_MPS = 5;

export class TrafficModel {
  readonly network: Network;
  readonly kernel: Kernel;
  readonly trips: Trips;
  readonly exactTrips: ExactTrips | null;
  readonly buses: Buses;
  readonly measures: Measures;
  readonly laneChanges: LaneChanges;
  private readonly emergency: Emergency;
  private readonly blocks: Blocks;
  /** What it was made from: with the same pack they make its twin. */
  readonly options: TrafficOptions;
  private readonly linkFactor: Float32Array;
  private speedFactor: number;
  private gone: number[] = [];
  private readonly place: Place = { lon: 0, lat: 0, headingDeg: 0 };

  /** `shell`: without routes and vehicles, for a snapshot to be restored into. */
  constructor(pack: CityPack, options: TrafficOptions, shell = false) {
    const random = createRandom(options.seed);
    this.network = buildNetwork(pack, options.network);
    this.options = options;
    const net = this.network;
    this.kernel = new Kernel(net, {
      startS: options.startS ?? options.startHour * 3_600,
      dtS: options.dtS ?? 0.5,
      ...(options.signals === undefined ? {} : { signals: options.signals }),
    });
    for (const [kind, changed] of Object.entries(options.drivers ?? {})) {
      const row = kindIndex[kind as MoverKind];
      this.kernel.following.setDriver(row, { ...this.kernel.drivers[row]!, ...changed });
    }
    this.linkFactor = new Float32Array(net.linkCount).fill(1);
    this.speedFactor = options.weather?.speedFactor ?? 1;
    this.buses = new Buses(this.kernel, random.fork('buses'));
    this.trips = new Trips(this.kernel, this.buses, random.fork('trips'), options.targetVehicles, shell);
    this.exactTrips =
      options.exactTrips === undefined ? null : new ExactTrips(this.kernel, this.trips, options.exactTrips);
    const guide = this.exactTrips ?? this.trips;
    this.laneChanges = new LaneChanges(this.kernel, guide);
    this.measures = new Measures(this.kernel);
    this.emergency = new Emergency(this.kernel, this.trips.router, this.measures.linkSpeed, (link) =>
      this.applySpeed(link),
    );
    this.blocks = new Blocks(this.kernel, this.laneChanges);
    this.kernel.guide = guide;
    this.kernel.observer = this.measures;
    if (this.speedFactor !== 1) this.setSpeedFactor(this.speedFactor);
    if (options.targetVehicles > 0 && !shell) {
      this.buses.placeAlong(BUS_PACE_MPS);
      this.trips.placeAlong(Math.round(this.trips.wanted() * 0.75));
    }
  }

  /** Seconds on the simulated clock. */
  get timeS(): number {
    return this.kernel.nowS;
  }

  step(): void {
    this.blocks.step();
    this.buses.step();
    this.trips.step();
    this.exactTrips?.step();
    if (this.options.laneChanges !== false) this.laneChanges.step();
    this.emergency.step();
    this.kernel.step();
    this.measures.sampleLinks(this.trips.router.liveS);
  }

  /** Runs on without anybody watching: what was measured meanwhile is dropped. */
  warmUp(seconds: number): void {
    const steps = Math.round(seconds / this.kernel.dtS);
    for (let i = 0; i < steps; i++) this.step();
    this.takeGone();
    this.detectorReadings();
    this.busArrivals();
  }

  /** Vehicles on the road, emergency vehicles included. */
  get vehicleCount(): number {
    return this.kernel.vehicles.present + this.emergency.size;
  }

  /** Vehicles that wait outside for space to enter. */
  get queuedOutside(): number {
    return this.trips.pending + (this.exactTrips?.pending ?? 0);
  }

  get meanSpeedKph(): number {
    return this.measures.networkSpeedMps * 3.6;
  }

  forEachVehicle(cb: VehicleCallback): void {
    const net = this.network;
    const { lanes, vehicles, tick, dtS } = this.kernel;
    const place = this.place;
    const shiftTicks = SHIFT_S / dtS;
    for (let l = 0; l < net.laneCount; l++) {
      const n = lanes.count[l]!;
      if (n === 0) continue;
      const curve = net.laneCurve[l]!;
      const offset = net.laneRightM[l]!;
      const link = net.laneLink[l]!;
      for (let i = lanes.head[l]!, e = i + n; i < e; i++) {
        const v = lanes.vehicle(i);
        if (v === PHANTOM) continue;
        let right = offset;
        const since = (tick - vehicles.shiftTick[v]!) / shiftTicks;
        if (since < 1) right += vehicles.shiftM[v]! * (1 - since * since * (3 - 2 * since));
        net.curves.locate(curve, lanes.pos(i), right, place);
        cb(
          vehicles.tripId[v]!,
          moverKinds[vehicles.kind[v]!]!,
          link,
          place.lon,
          place.lat,
          place.headingDeg,
          lanes.vel(i) * 3.6,
          vehicles.occupied[v] === 1,
        );
      }
    }
    this.emergency.each(place, (id, kind, link, speedMps) =>
      cb(id, moverKinds[kind]!, link, place.lon, place.lat, place.headingDeg, speedMps * 3.6, true),
    );
  }

  /** Trip ids that have left since last asked. */
  takeGone(): number[] {
    const out = this.gone.length > 0 ? [...this.gone, ...this.trips.takeGone()] : this.trips.takeGone();
    this.gone = [];
    return out;
  }

  /** Blocks lanes: a count from the kerb, or their numbers (0 = kerb). Answers a handle, 0 where nothing was blocked. */
  blockLanes(linkId: string, offsetM: number, lanes: number | readonly number[], seconds: number): number {
    return this.blocks.add(this.linkOf(linkId), offsetM, lanes, seconds);
  }

  unblock(handle: number): void {
    this.blocks.remove(handle);
  }

  /** Nobody enters the link any more; who is on it drives on. Emergency vehicles may. */
  closeLink(linkId: string): void {
    this.kernel.right.closed[this.linkOf(linkId)] = 1;
    this.trips.refreshSoon();
  }

  reopenLink(linkId: string): void {
    this.kernel.right.closed[this.linkOf(linkId)] = 0;
    this.trips.refreshSoon();
  }

  /** Rain, snow: everybody's desired speed, 1 = dry. */
  setSpeedFactor(factor: number): void {
    this.speedFactor = Math.max(0.1, Math.min(1.5, factor));
    for (let link = 0; link < this.network.linkCount; link++) this.applySpeed(link);
  }

  setLinkSpeedFactor(linkId: string, factor: number): void {
    const link = this.linkOf(linkId);
    this.linkFactor[link] = Math.max(0.05, Math.min(1.5, factor));
    this.applySpeed(link);
  }

  setDemandFactor(factor: number): void {
    this.trips.demandFactor = Math.max(0, factor);
  }

  /** Moves the clock that demand follows, not the one of signals; who is on the road stays. */
  setDemandHour(hourOfDay: number): void {
    this.trips.demandShiftS = hourOfDay * 3_600 - this.timeS;
  }

  addDemand(request: DemandRequest): void {
    this.trips.addExtra({
      from: this.zonesOf(request.fromArea),
      to: this.zonesOf(request.toArea),
      perS: request.vehiclesPerHour / 3_600,
      untilS: this.timeS + (request.seconds ?? Infinity),
      due: 0,
    });
  }

  /** Sends an emergency vehicle; false where there is no way. One already on the road starts where it is. */
  dispatch(vehicle: Dispatch): boolean {
    return this.emergency.dispatch(vehicle);
  }

  /** Takes an emergency vehicle off the road (back in its station). */
  dismiss(key: string): void {
    const id = this.emergency.dismiss(key);
    if (id !== null) this.gone.push(id);
  }

  vehicleOf(key: string): EmergencyView | null {
    return this.emergency.view(key, this.place);
  }

  /** What lies ahead of an emergency vehicle under way. */
  wayOf(key: string): EmergencyWay | null {
    return this.emergency.way(key);
  }

  /** Emergency vehicles that reached their destination since last asked. */
  takeArrivals(): { key: string; atS: number }[] {
    return this.emergency.takeArrivals();
  }

  signalStates(
    cb: (signalIndex: number, phase: number, state: SignalStage, remainingS: number) => void,
  ): void {
    this.kernel.signals.each(this.timeS, cb);
  }

  /** Replaces the pack's plans, at all signals or at one. */
  setSignalControl(control: SignalControl, signalId?: string): void {
    this.kernel.signals.setControl(control, signalId === undefined ? undefined : this.signalOf(signalId));
  }

  setSignalDark(signalId: string, dark: boolean): void {
    this.kernel.signals.setDark(this.signalOf(signalId), dark, this.timeS);
  }

  /** Readings since last asked. */
  detectorReadings(): DetectorReading[] {
    return this.measures.takeReadings();
  }

  busArrivals(): BusArrival[] {
    return this.buses.takeArrivals();
  }

  /** Vehicles an hour that leave the link, smoothed over three minutes. */
  linkFlow(link: number): number {
    return this.measures.linkFlow[link] ?? 0;
  }

  linkMeanSpeedKph(link: number): number {
    return (this.measures.linkSpeed[link] ?? 0) * 3.6;
  }

  /** Vehicles that took a movement since the start. */
  movementCount(fromLink: string, toLink: string): number {
    return this.kernel.movementCount[this.movementOf(fromLink, toLink)] ?? 0;
  }

  /** Vehicles that stand (below 5 km/h) on the approach and want this movement. */
  movementQueue(fromLink: string, toLink: string): number {
    const net = this.network;
    const { lanes } = this.kernel;
    const m = this.movementOf(fromLink, toLink);
    if (m < 0) return 0;
    const link = net.movementFrom[m]!;
    let n = 0;
    for (let l = net.laneStart[link]!; l < net.laneStart[link + 1]!; l++)
      for (let i = lanes.head[l]!, e = i + lanes.count[l]!; i < e; i++)
        if (lanes.next(i) === m && lanes.vel(i) < 1.4) n++;
    return n;
  }

  private applySpeed(link: number): void {
    const net = this.network;
    const f = this.speedFactor * this.linkFactor[link]! * this.emergency.yieldShare(link);
    for (let l = net.laneStart[link]!; l < net.laneStart[link + 1]!; l++)
      this.kernel.laneSpeed[l] = net.laneLimitMps[l]! * f;
  }

  private zonesOf(area: string | readonly LonLat[] | null): number[] {
    if (area === null) return [];
    const ring =
      typeof area === 'string'
        ? this.network.pack.districts.find((d) => d.id === area)?.polygons[0]?.[0]
        : area;
    if (ring === undefined || ring.length === 0) throw new RangeError(`no such area: ${String(area)}`);
    return this.trips.zones.within(ring.map((p) => this.network.curves.toLine([p]) as [number, number]));
  }

  private linkOf(id: string): number {
    const link = this.network.linkIndex.get(id);
    if (link === undefined) throw new RangeError(`no such link: ${id}`);
    return link;
  }

  private signalOf(id: string): number {
    const n = this.network.pack.signals.findIndex((s) => s.id === id);
    if (n < 0) throw new RangeError(`no such signal: ${id}`);
    return n;
  }

  private movementOf(from: string, to: string): number {
    return movementBetween(this.network, this.linkOf(from), this.linkOf(to));
  }
}
