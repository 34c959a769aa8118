/** Follows every vehicle of a running SUMO: where it is, how fast, and the way it will take. */
import type { NetEdge, NetLane, SumoNet } from './net/model.ts';
import type { StepAnswer, Values } from './traci/answers.ts';
import type { TraciClient } from './traci/client.ts';
import { domain, variable } from './traci/constants.ts';
import type { TraciValue } from './traci/wire.ts';

export interface Vehicle {
  readonly id: string;
  lengthM: number;
  /** null while it is off the road (being teleported). */
  lane: NetLane | null;
  /** Metres from the lane's begin to its front. */
  positionM: number;
  speedMps: number;
  route: readonly NetEdge[];
  routeId: string;
  /** Place in the route of the edge it is on, or left last. */
  routeIndex: number;
  /** Its class in SUMO, where it is on the network's plane and its heading; only where positions are followed. */
  vehicleClass: string;
  at: readonly [number, number] | null;
  headingDeg: number;
}

/** What is asked of each vehicle: nothing, its lane, or its place on the plane too. */
export type Following = 'counts' | 'lanes' | 'positions';

const perVehicle = [
  variable.laneId,
  variable.lanePositionM,
  variable.speedMps,
  variable.routeIndex,
  variable.routeId,
];
const perPosition = [...perVehicle, variable.position, variable.angle];

export class SumoTraffic {
  readonly vehicles = new Map<string, Vehicle>();
  readonly #net: SumoNet;
  readonly traci: TraciClient;
  readonly #variables: readonly number[] | null;
  /** Still on the way or still to come, by SUMO's count. */
  expected = Infinity;
  nowS = 0;
  arrived = 0;
  /** Who arrived with the last step. */
  arrivedNow: readonly string[] = [];
  teleports = 0;

  constructor(net: SumoNet, traci: TraciClient, following: Following) {
    this.#net = net;
    this.traci = traci;
    this.#variables = following === 'counts' ? null : following === 'positions' ? perPosition : perVehicle;
  }

  async begin(): Promise<void> {
    const now = this.traci.subscribe(domain.simulation, '', [
      variable.timeS,
      variable.departedIds,
      variable.arrivedIds,
      variable.teleportStartedIds,
      variable.expectedVehicles,
    ]);
    const present = this.traci.get(domain.vehicle, '', variable.idList);
    this.traci.flush();
    this.#simulation(await now);
    await this.#meet(await present);
  }

  /** Takes over what a step said. */
  async after(answer: StepAnswer): Promise<void> {
    const simulation = answer.variables.get(domain.simulation)?.get('');
    const departed = simulation ? this.#simulation(simulation) : [];
    const rerouted: Vehicle[] = [];
    for (const [id, values] of answer.variables.get(domain.vehicle) ?? []) {
      const vehicle = this.vehicles.get(id);
      if (!vehicle) continue;
      const routeId = vehicle.routeId;
      this.#update(vehicle, values);
      if (vehicle.routeId !== routeId) rerouted.push(vehicle);
    }
    const routes = rerouted.map((vehicle) => this.#askRoute(vehicle));
    await Promise.all([this.#meet(departed), ...routes]);
  }

  #simulation(values: Values): TraciValue {
    this.nowS = Number(values.get(variable.timeS) ?? this.nowS);
    this.expected = Number(values.get(variable.expectedVehicles) ?? 0);
    const arrived = values.get(variable.arrivedIds);
    this.arrivedNow = Array.isArray(arrived) ? arrived.map(String) : [];
    for (const id of this.arrivedNow) this.vehicles.delete(id);
    this.arrived += this.arrivedNow.length;
    const teleported = values.get(variable.teleportStartedIds);
    this.teleports += Array.isArray(teleported) ? teleported.length : 0;
    return values.get(variable.departedIds) ?? [];
  }

  async #meet(ids: TraciValue): Promise<void> {
    const variables = this.#variables;
    if (variables === null || !Array.isArray(ids) || ids.length === 0) return;
    const meetings = ids.map((each) => {
      const vehicle: Vehicle = {
        id: String(each),
        lengthM: 5,
        lane: null,
        positionM: 0,
        speedMps: 0,
        route: [],
        routeId: '',
        routeIndex: 0,
        vehicleClass: '',
        at: null,
        headingDeg: 0,
      };
      this.vehicles.set(vehicle.id, vehicle);
      const kind =
        variables === perPosition ? this.traci.get(domain.vehicle, vehicle.id, variable.vehicleClass) : null;
      const length = this.traci.get(domain.vehicle, vehicle.id, variable.lengthM);
      const values = this.traci.subscribe(domain.vehicle, vehicle.id, variables);
      return Promise.all([
        this.#askRoute(vehicle),
        kind?.then((word) => (vehicle.vehicleClass = String(word))),
        length.then((lengthM) => (vehicle.lengthM = Number(lengthM))),
        values.then((now) => this.#update(vehicle, now)),
      ]);
    });
    this.traci.flush();
    await Promise.all(meetings);
  }

  async #askRoute(vehicle: Vehicle): Promise<void> {
    const edges = this.traci.get(domain.vehicle, vehicle.id, variable.edges);
    // A new vehicle's questions go out together.
    queueMicrotask(() => this.traci.flush());
    const ids = await edges;
    vehicle.route = (Array.isArray(ids) ? ids : []).flatMap((id) => this.#net.edges.get(String(id)) ?? []);
  }

  #update(vehicle: Vehicle, values: Values): void {
    vehicle.lane = this.#net.lanes.get(String(values.get(variable.laneId))) ?? null;
    vehicle.positionM = Number(values.get(variable.lanePositionM) ?? 0);
    vehicle.speedMps = Math.max(0, Number(values.get(variable.speedMps) ?? 0));
    vehicle.routeIndex = Number(values.get(variable.routeIndex) ?? 0);
    vehicle.routeId = String(values.get(variable.routeId) ?? '');
    const at = values.get(variable.position);
    vehicle.at = Array.isArray(at) ? [Number(at[0]), Number(at[1])] : null;
    vehicle.headingDeg = Number(values.get(variable.angle) ?? 0);
  }
}
