/**
 * A SUMO as the city behind a running server: each second its controllers report on the signal port and are answered with
 * wishes, its vehicles are published as positions. What the server does not answer in time is not waited for: wishes grow
 * stale and the junctions run their own plans.
 */
import type { PositionObservation } from '../contract/observations.ts';
import {
  portPlan,
  SIGNAL_WISH_VALID_S,
  type PortAnswer,
  type PortPlan,
  type PortReport,
} from '../contract/signal-port.ts';
import type { ControlNetwork, JunctionState } from '../domain/signals/model.ts';
import { z } from 'zod';
import type { Decider } from './deciders.ts';
import { shortId } from './net/ids.ts';
import type { ToLonLat } from './net/projection.ts';
import type { SumoTraffic, Vehicle } from './traffic.ts';

export interface LiveOptions {
  readonly server: string;
  readonly token: string;
  /** Feed of the kind `signal-port`. */
  readonly signalFeed: string;
  /** Feed of the kind `positions` or `mixed`. */
  readonly vehicleFeed: string;
  readonly place: ToLonLat;
  readonly nowMs: () => number;
  readonly onNote: (sentence: string) => void;
  readonly timeoutMs?: number;
}

/** A step is a second: an answer that takes longer is of no use for it. */
const TIMEOUT_MS = 900;
const LINES_A_MESSAGE = 2_000;
const KPH_PER_MPS = 3.6;
const FASTEST_KPH = 400;

const answered = z.object({
  describe: z.boolean(),
  validS: z.number(),
  wanted: z.record(z.string(), z.number()),
  plans: z.record(z.string(), portPlan.nullable()),
}) satisfies z.ZodType<PortAnswer>;

/** Asks the server which phases are wanted. */
export class LiveDecider implements Decider {
  readonly #options: LiveOptions;
  readonly #network: ControlNetwork;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #post: Poster;
  #described = false;
  #answer: PortAnswer = { describe: false, validS: SIGNAL_WISH_VALID_S, wanted: {}, plans: {} };
  #answeredS = -Infinity;
  #nowS = 0;
  #plans: (readonly [number, PortPlan | null])[] = [];

  constructor(network: ControlNetwork, options: LiveOptions) {
    this.#options = options;
    this.#network = network;
    this.#numbers = new Map(network.junctions.map(({ id }, j) => [id, j]));
    this.#post = new Poster(options, 'the signal port');
  }

  async see(states: readonly JunctionState[], nowS: number): Promise<void> {
    this.#nowS = nowS;
    const report: PortReport = {
      feed: this.#options.signalFeed,
      atS: nowS,
      ...(this.#described ? {} : { describe: [...this.#network.junctions] }),
      states: [...states],
    };
    const said = await this.#post.send('/api/v1/signal-port', JSON.stringify(report), 'application/json');
    if (said === null) return;
    const read = answered.safeParse(said);
    if (!read.success) return this.#post.note('it answers what is no answer of a signal port');
    this.#answer = read.data;
    this.#answeredS = nowS;
    this.#described = !read.data.describe;
    this.#plans = Object.entries(read.data.plans).flatMap(([id, plan]) => {
      const j = this.#numbers.get(id);
      return j === undefined ? [] : [[j, plan] as const];
    });
  }

  wish(j: number): number | null {
    if (this.#nowS - this.#answeredS > this.#answer.validS) return null;
    return this.#answer.wanted[this.#network.junctions[j]!.id] ?? null;
  }

  readonly plans = (): Iterable<readonly [number, PortPlan | null]> => this.#plans.splice(0);
}

/**
 * Publishes where the vehicles are, one message after the other: where the server is slower than the clock, the places of
 * a second are left out. Who left is told all the same.
 */
export class LiveVehicles {
  readonly #options: LiveOptions;
  readonly #post: Poster;
  #gone: string[] = [];
  #busy = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#post = new Poster(options, 'the vehicles’ feed');
  }

  async publish(traffic: Pick<SumoTraffic, 'arrivedNow' | 'vehicles'>): Promise<void> {
    this.#gone.push(...traffic.arrivedNow);
    if (this.#busy) return;
    this.#busy = true;
    const at = this.#options.nowMs();
    const lines = this.#gone.splice(0).map((id) => JSON.stringify({ type: 'gone', id: shortId(id), at }));
    for (const vehicle of traffic.vehicles.values()) {
      const observation = this.#positionOf(vehicle, at);
      if (observation) lines.push(JSON.stringify(observation));
    }
    for (let from = 0; from < lines.length; from += LINES_A_MESSAGE) {
      const body = `${lines.slice(from, from + LINES_A_MESSAGE).join('\n')}\n`;
      const path = `/api/v1/ingest/${encodeURIComponent(this.#options.vehicleFeed)}`;
      await this.#post.send(path, body, 'application/x-ndjson');
    }
    this.#busy = false;
  }

  #positionOf(vehicle: Vehicle, at: number): PositionObservation | null {
    if (vehicle.at === null || vehicle.lane === null) return null;
    const [lon, lat] = this.#options.place(vehicle.at);
    const { edge } = vehicle.lane;
    return {
      type: 'position',
      id: shortId(vehicle.id),
      at,
      lon,
      lat,
      headingDeg: ((vehicle.headingDeg % 360) + 360) % 360,
      speedKph: Math.min(FASTEST_KPH, vehicle.speedMps * KPH_PER_MPS),
      mover: moverOf(vehicle.vehicleClass),
      ...(edge.function === 'normal' ? { link: shortId(edge.id) } : {}),
    };
  }
}

function moverOf(vehicleClass: string): PositionObservation['mover'] {
  switch (vehicleClass) {
    case 'passenger':
    case 'private':
    case 'hov':
    case 'evehicle':
      return 'car';
    case 'taxi':
      return 'taxi';
    case 'bus':
    case 'coach':
      return 'bus';
    case 'truck':
    case 'trailer':
    case 'delivery':
      return 'truck';
    case 'emergency':
      return 'ambulance';
    case 'authority':
      return 'police-car';
    default:
      return 'other';
  }
}

/** Sends one body after the other; tells of a fault when it begins and when it is over, not every second. */
class Poster {
  readonly #options: LiveOptions;
  readonly #what: string;
  #fault: string | null = null;

  constructor(options: LiveOptions, what: string) {
    this.#options = options;
    this.#what = what;
  }

  note(fault: string | null): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#options.onNote(`${this.#what}: ${fault ?? 'all is well again'}`);
  }

  /** null where nothing was answered. */
  async send(path: string, body: string, type: string): Promise<unknown> {
    const { server, token, timeoutMs = TIMEOUT_MS } = this.#options;
    try {
      const response = await fetch(new URL(path, server), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': type },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const said: unknown = await response.json().catch(() => null);
      if (response.ok) {
        this.note(null);
        return said;
      }
      const { code } = (said ?? {}) as { code?: unknown };
      this.note(`the server refuses with ${response.status}${typeof code === 'string' ? ` (${code})` : ''}`);
    } catch (cause) {
      const { name = '', message = '' } = cause instanceof Error ? cause : {};
      this.note(
        name === 'TimeoutError'
          ? 'the server does not answer in time'
          : `the server is not reached: ${message}`,
      );
    }
    return null;
  }
}
