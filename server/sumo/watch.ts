/**
 * What the signals' detection sees: vehicles as the signal port wants them, by lane from the stop line back. A vehicle on a
 * road upstream is seen too, as far as detection reaches, in the lane it will most likely use.
 */
import type { PortState } from '../contract/signal-port.ts';
import { PER_VEHICLE, QUEUED_MPS, type JunctionState } from '../domain/signals/model.ts';
import type { Shown, Waiting } from '../domain/signals/safety.ts';
import type { SignalLayout } from './junctions.ts';
import type { NetEdge, NetLane } from './net/model.ts';
import { betweenM, DETECTION_M } from './net/roads.ts';
import type { Vehicle } from './traffic.ts';

/** The way of a vehicle to its next signal, good while it stays on its edge. */
interface Way {
  readonly edge: NetEdge;
  readonly routeIndex: number;
  readonly route: readonly NetEdge[];
  readonly junction: number;
  /** From the end of the vehicle's lane to the stop line; not finite: no signal within reach. */
  readonly beyondM: number;
  readonly approach: NetEdge;
  readonly connections: readonly number[];
}
interface ExitPart {
  readonly junction: number;
  readonly exit: number;
  /** From the exit's begin to this lane's. */
  readonly beforeM: number;
}

const nowhere: readonly number[] = [];
/** Somebody who stands this near the stop line waits for the light. */
const AT_LINE_M = 100;

export class SignalWatch {
  readonly #layouts: readonly SignalLayout[];
  readonly #ways = new WeakMap<Vehicle, Way>();
  /** By the edge that ends at a signal: which, and its connections by the edge they lead to. */
  readonly #approaches = new Map<NetEdge, { junction: number; to: Map<NetEdge, number[]> }>();
  readonly #exitParts = new Map<NetLane, ExitPart[]>();
  readonly #laneNumber: readonly ReadonlyMap<NetLane, number>[];
  readonly #reachM: readonly (readonly number[])[];
  readonly #lanes: number[][][];
  readonly #exits: [number, number][][];
  readonly #between = new Map<NetEdge, Map<NetEdge, number>>();

  constructor(layouts: readonly SignalLayout[]) {
    this.#layouts = layouts;
    this.#laneNumber = layouts.map(({ lanes }) => new Map(lanes.map((lane, i) => [lane, i])));
    this.#reachM = layouts.map(({ junction }) => junction.lanes.map(({ lengthM }) => lengthM));
    this.#lanes = layouts.map(({ lanes }) => lanes.map(() => []));
    this.#exits = layouts.map(({ exits }) => exits.map(() => [0, 0]));
    for (const [junction, { connections, exits }] of layouts.entries()) {
      for (const [c, { from, to }] of connections.entries()) {
        const approach = this.#approaches.get(from.edge) ?? { junction, to: new Map<NetEdge, number[]>() };
        this.#approaches.set(from.edge, approach);
        approach.to.set(to.edge, [...(approach.to.get(to.edge) ?? []), c]);
      }
      for (const [exit, chain] of exits.entries()) {
        let beforeM = 0;
        for (const lane of chain) {
          this.#exitParts.set(lane, [...(this.#exitParts.get(lane) ?? []), { junction, exit, beforeM }]);
          beforeM += lane.lengthM;
        }
      }
    }
  }

  /** What is seen now; good until the next look. */
  look(vehicles: Iterable<Vehicle>): void {
    for (const lanes of this.#lanes) for (const lane of lanes) lane.length = 0;
    for (const [j, exits] of this.#exits.entries()) {
      for (const [e, exit] of exits.entries()) {
        exit[0] = 0;
        exit[1] = this.#layouts[j]!.junction.exits[e]!.lengthM;
      }
    }
    for (const vehicle of vehicles) {
      if (!vehicle.lane) continue;
      this.#inExits(vehicle, vehicle.lane);
      this.#inLanes(vehicle, vehicle.lane);
    }
  }

  state(j: number, { phase, stage, sinceS, redS, obeys }: Shown): JunctionState {
    const state: PortState = {
      id: this.#layouts[j]!.junction.id,
      phase,
      stage,
      sinceS,
      redS: [...redS],
      obeys,
      lanes: this.#lanes[j]!,
      exits: this.#exits[j]!,
    };
    return state;
  }

  /** By connection, whether somebody stands before it. */
  waiting(j: number, into: Waiting): void {
    into.fill(0);
    const { junction } = this.#layouts[j]!;
    for (const [lane, seen] of this.#lanes[j]!.entries()) {
      for (let at = 0; at < seen.length; at += PER_VEHICLE) {
        if (seen[at]! > AT_LINE_M || seen[at + 1]! > QUEUED_MPS) continue;
        const connection = seen[at + 2]!;
        if (connection >= 0) into[connection] = 1;
        else for (const [c, { lane: of }] of junction.connections.entries()) if (of === lane) into[c] = 1;
      }
    }
  }

  #inExits(vehicle: Vehicle, lane: NetLane): void {
    for (const { junction, exit, beforeM } of this.#exitParts.get(lane) ?? []) {
      const seen = this.#exits[junction]![exit]!;
      seen[0]++;
      seen[1] = Math.max(0, Math.min(seen[1], beforeM + vehicle.positionM - vehicle.lengthM));
    }
  }

  #inLanes(vehicle: Vehicle, lane: NetLane): void {
    const { edge } = lane;
    let way = this.#ways.get(vehicle);
    if (way?.edge !== edge || way.routeIndex !== vehicle.routeIndex || way.route !== vehicle.route) {
      way = this.#wayOf(vehicle, edge);
      this.#ways.set(vehicle, way);
    }
    if (way.beyondM === Infinity) return;
    const distanceM = Math.max(0, lane.lengthM - vehicle.positionM + way.beyondM);
    const numbers = this.#laneNumber[way.junction]!;
    const { connections } = this.#layouts[way.junction]!.junction;
    let number = numbers.get(lane);
    let connection = way.connections.find((c) => connections[c]!.lane === number);
    if (edge !== way.approach) {
      connection = this.#likely(way);
      number = connections[connection]!.lane;
    } else if (connection === undefined) {
      // On its way to another lane of the road: it counts where it will stand.
      connection = way.connections[0];
      if (connection === undefined) {
        if (number === undefined) return;
      } else number = connections[connection]!.lane;
    }
    if (number === undefined || distanceM > this.#reachM[way.junction]![number]!) return;
    insert(this.#lanes[way.junction]![number]!, distanceM, vehicle.speedMps, connection ?? -1);
  }

  /** Of the lanes a vehicle upstream may choose, the emptiest. */
  #likely({ junction, connections }: Way): number {
    const all = this.#layouts[junction]!.junction.connections;
    const lanes = this.#lanes[junction]!;
    let best = connections[0]!;
    for (const c of connections) {
      if (lanes[all[c]!.lane]!.length < lanes[all[best]!.lane]!.length) best = c;
    }
    return best;
  }

  #wayOf(vehicle: Vehicle, edge: NetEdge): Way {
    const { route, routeIndex } = vehicle;
    const none = {
      edge,
      routeIndex,
      route,
      junction: 0,
      beyondM: Infinity,
      approach: edge,
      connections: nowhere,
    };
    let at = routeIndex;
    let beyondM = 0;
    let approach = edge;
    if (edge !== route[at]) {
      const next = route[++at];
      if (!next) return none;
      approach = next;
      beyondM = next.lanes[0]!.lengthM;
    }
    for (;;) {
      const signal = this.#approaches.get(approach);
      const next = route[at + 1];
      if (signal) {
        const connections = (next && signal.to.get(next)) ?? nowhere;
        if (connections.length === 0 && approach !== edge) return none;
        return { edge, routeIndex, route, junction: signal.junction, beyondM, approach, connections };
      }
      if (!next || beyondM > DETECTION_M) return none;
      beyondM += this.#betweenM(approach, next) + next.lanes[0]!.lengthM;
      approach = next;
      at++;
    }
  }

  #betweenM(from: NetEdge, to: NetEdge): number {
    let known = this.#between.get(from);
    if (!known) this.#between.set(from, (known = new Map()));
    let lengthM = known.get(to);
    if (lengthM === undefined) known.set(to, (lengthM = betweenM(from, to)));
    return lengthM;
  }
}

/** Keeps a lane's vehicles in their order from the stop line. */
function insert(lane: number[], distanceM: number, speedMps: number, connection: number): void {
  let at = lane.length;
  while (at > 0 && lane[at - PER_VEHICLE]! > distanceM) {
    lane[at] = lane[at - 3]!;
    lane[at + 1] = lane[at - 2]!;
    lane[at + 2] = lane[at - 1]!;
    at -= PER_VEHICLE;
  }
  lane[at] = distanceM;
  lane[at + 1] = speedMps;
  lane[at + 2] = connection;
}
