/**
 * The simulated city as one: traffic, weather, units, incidents and services stepped together on one clock, and what
 * each of them would send. Deterministic for a seed, a pack and a sequence of steps; it knows no wall clock.
 */
import type { OrdersAnswer } from '../../server/contract/api.ts';
import type { CityPack } from '../../server/contract/city-pack.ts';
import type {
  Observation,
  PositionObservation,
  WarningObservation,
} from '../../server/contract/observations.ts';
import { createRandom, type Random } from '../kernel/random.ts';
import { IncidentsModel, type Dispatch } from '../models/incidents/incidents.ts';
import type { Surroundings } from '../models/incidents/rates.ts';
import { Places } from '../models/places.ts';
import { TRAFFIC_STEP_S, type Roads, type TrafficSource } from '../models/roads.ts';
import { ServicesModel, type ServiceSurroundings } from '../models/services/services.ts';
import { Crews, REPORTS_FEED } from '../models/units/crews.ts';
import { UnitsModel } from '../models/units/units.ts';
import { warningOf } from '../models/weather/warning.ts';
import { WeatherModel } from '../models/weather/weather.ts';
import { Director } from '../scenarios/director.ts';
import { rateFactorOf, type Scenario } from '../scenarios/schema.ts';
import { sharedRoads } from '../scenarios/shared-roads.ts';

export interface SimulationOptions {
  readonly pack: CityPack;
  readonly traffic: TrafficSource;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly startMs: number;
  readonly startHour: number;
  /** Keeps incident numbers of this run apart from other runs'. */
  readonly tag: string;
  /** Who sends units; `own` where absent. With `server` they follow the orders given to `step`. */
  readonly dispatch?: Dispatch;
  readonly log: (line: string) => void;
}

/** Feed → what it says. */
export type Sink = (feedId: string, observation: Observation) => void;

const WEATHER_EVERY_S = 5;
const SERVICES_EVERY_S = 5;
const DETECTORS_EVERY_S = 20;
const SIGNAL_REFRESH_S = 20;
/** A call centre's interface that has nothing new repeats its last message, so that silence means trouble. */
const SIGN_OF_LIFE_S = 5;

export class Simulation {
  readonly places: Places;
  readonly traffic: TrafficSource;
  readonly incidents: IncidentsModel;
  readonly units: UnitsModel;
  readonly weather: WeatherModel;
  readonly services: ServicesModel;
  readonly #crews: Crews | null;
  readonly #random: Random;
  readonly #roads: Roads;
  readonly #options: SimulationOptions;
  #director: Director;
  #steps = 0;
  #sinceScenarioS = 0;
  #incidentSaidS = 0;
  #hourShift = 0;
  #warnings: WarningObservation[] = [];
  #warned = 0;
  readonly #signalSeen: { phase: number; state: string; saidS: number }[] = [];
  readonly #sliceOf = { count: 2 };

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.traffic = options.traffic;
    this.#random = createRandom(options.seed).fork('city');
    this.#roads = sharedRoads(options.traffic);
    this.places = new Places(options.pack);
    this.units = new UnitsModel(this.places, this.#roads, this.#random.fork('units'), options.startMs);
    this.weather = new WeatherModel(this.places, this.#roads, this.#random.fork('weather'));
    this.services = new ServicesModel(
      this.places,
      this.weather,
      this.#random.fork('services'),
      options.startMs,
    );
    this.incidents = new IncidentsModel(
      this.places,
      this.#roads,
      this.units,
      this.#random.fork('incidents'),
      options.tag,
      options.dispatch,
    );
    this.#crews =
      options.dispatch === 'server'
        ? new Crews(this.places, this.units, this.incidents, this.#random.fork('crews'))
        : null;
    this.#director = this.#direct(options.scenario, options.seed);
    this.incidents.seedBoard(options.startMs, this.#surroundings());
    this.services.step(1, this.#serviceSurroundings());
  }

  get scenario(): Scenario {
    return this.#director.scenario;
  }

  get nowMs(): number {
    return this.#options.startMs + this.#steps * TRAFFIC_STEP_S * 1000;
  }

  get elapsedS(): number {
    return this.#steps * TRAFFIC_STEP_S;
  }

  get hour(): number {
    return (this.#options.startHour + this.#hourShift + this.elapsedS / 3600) % 24;
  }

  get closedLinks(): number {
    return this.#director.closedLinks + this.weather.closedLinks;
  }

  /** Positions are said `hz` times a second, in slices of half a second. */
  setPositionRate(hz: number): void {
    this.#sliceOf.count = Math.max(1, Math.round(1 / (hz * TRAFFIC_STEP_S)));
  }

  /** Another scenario from its beginning, at its own hour of day; who is on the road stays. */
  switchTo(scenario: Scenario, seed: number): void {
    this.#director.end();
    this.#sinceScenarioS = 0;
    this.#hourShift = (this.#hourShift + scenario.startHour - this.hour + 24) % 24;
    this.traffic.setDemandHour(scenario.startHour);
    this.#director = this.#direct(scenario, seed);
  }

  #direct(scenario: Scenario, seed: number): Director {
    this.traffic.setDemandFactor(scenario.demandFactor);
    this.weather.setScenario(scenario.weather, scenario.flooding);
    return new Director(scenario, {
      places: this.places,
      roads: this.#roads,
      traffic: this.traffic,
      router: this.units.router,
      random: createRandom(seed).fork(`scenario-${scenario.name}`),
      openCase: (scripted) => this.incidents.script(scripted, this.nowMs),
      warn: (warning) => {
        const { manifest } = this.places.pack;
        const id = `${manifest.id}-met-${this.#options.tag}-${++this.#warned}`;
        this.#warnings.push(warningOf(warning, manifest, id, this.nowMs));
      },
      log: this.#options.log,
    });
  }

  #surroundings(): Surroundings {
    return {
      hour: this.hour,
      conditions: this.weather.conditions,
      rateFactor: (category) => rateFactorOf(this.scenario, category),
    };
  }

  #serviceSurroundings(): ServiceSurroundings {
    const { conditions } = this.weather;
    return {
      hour: this.hour,
      minute: this.#sinceScenarioS / 60,
      conditions,
      crowdAt: (facility) => this.#director.crowdAt(facility),
      erFactor: rateFactorOf(this.scenario, 'medical.emergency'),
      patientsAt: (facility) => this.#director.patientsAt(facility),
      plumeAt: (position) => this.#director.plumeAt(position, conditions.windFromDeg),
    };
  }

  /** One step of half a second. `orders`: what the server wants, where it has said something new. */
  step(orders?: OrdersAnswer): void {
    this.traffic.step();
    this.#steps++;
    this.#sinceScenarioS += TRAFFIC_STEP_S;
    const every = (seconds: number): boolean => this.#steps % Math.round(seconds / TRAFFIC_STEP_S) === 0;
    this.#director.step(this.#sinceScenarioS / 60);
    const arrivals = this.units.step(this.nowMs, TRAFFIC_STEP_S);
    if (this.#crews) {
      if (orders) this.#crews.hear(orders, this.nowMs);
      this.#crews.step(this.nowMs, arrivals);
    }
    const own = this.#crews ? [] : arrivals;
    this.incidents.step(this.nowMs, TRAFFIC_STEP_S, this.#surroundings(), own);
    for (const at of this.units.takeHandovers()) this.services.handOver(at);
    if (every(WEATHER_EVERY_S)) {
      for (const flood of this.weather.step(this.#sinceScenarioS / 60, WEATHER_EVERY_S)) {
        if (flood.kind === 'closed') {
          this.incidents.script({ key: 'waterlogging', position: flood.position, severity: 1 }, this.nowMs);
        }
      }
    }
    if (every(SERVICES_EVERY_S)) this.services.step(SERVICES_EVERY_S, this.#serviceSurroundings());
    for (const call of this.traffic.busArrivals()) {
      const route = this.places.pack.busRoutes.find((r) => r.id === call.route);
      const stop = route?.stops[call.stopIndex];
      if (!route || !stop || call.headwayS === null) continue;
      const link = this.places.linkIndex(stop.link);
      if (link < 0) continue;
      const { position } = this.places.along(link, stop.offsetM);
      this.services.busCalled({ position, headwayS: call.headwayS, plannedS: route.headwayS });
    }
  }

  /** Says what is due after this step. What is not asked for is not kept, except reports of incidents. */
  collect(sink: Sink): void {
    const nowMs = this.nowMs;
    this.#positions(sink);
    this.collectIncidents(sink);
    if (this.#crews?.briefed !== false) for (const o of this.units.collect(nowMs)) sink('sim-units', o);
    if (this.#steps % 2 !== 0) return;
    this.#signals(sink);
    this.#detectors(sink);
    for (const o of this.services.facilities(nowMs)) sink('sim-facilities', o);
    for (const o of this.services.stations(nowMs, this.#serviceSurroundings())) sink('sim-stations', o);
  }

  /** Reports of incidents and warnings alone: all that is not let go when the run is behind. */
  collectIncidents(sink: Sink): void {
    for (const o of this.#warnings.splice(0)) sink('sim-warnings', o);
    const said = this.incidents.take();
    if (said.length > 0) this.#incidentSaidS = this.elapsedS;
    else if (this.elapsedS - this.#incidentSaidS >= SIGN_OF_LIFE_S) {
      this.#incidentSaidS = this.elapsedS;
      const repeated = this.incidents.repeatLast();
      if (repeated) said.push(repeated);
    }
    for (const o of said) sink(REPORTS_FEED, o);
  }

  #positions(sink: Sink): void {
    const at = this.nowMs;
    const { links } = this.places.pack;
    const slices = this.#sliceOf.count;
    const slice = this.#steps % slices;
    this.traffic.forEachVehicle((id, kind, linkIndex, lon, lat, headingDeg, speedKph) => {
      if (id % slices !== slice || isEmergency(kind)) return;
      const link = links[linkIndex]?.id;
      const observation: PositionObservation = {
        type: 'position',
        id: `v${id}`,
        at,
        lon: Math.round(lon * 1e6) / 1e6,
        lat: Math.round(lat * 1e6) / 1e6,
        headingDeg: ((Math.round(headingDeg) % 360) + 360) % 360,
        speedKph: Math.round(speedKph * 10) / 10,
        mover: kind,
        ...(link === undefined ? {} : { link }),
      };
      sink('sim-positions', observation);
    });
    for (const id of this.traffic.takeGone()) sink('sim-positions', { type: 'gone', id: `v${id}`, at });
  }

  #signals(sink: Sink): void {
    const at = this.nowMs;
    const { signals } = this.places.pack;
    this.traffic.signalStates((index, phase, state, remainingS) => {
      const id = signals[index]?.id;
      if (id === undefined) return;
      const seen = this.#signalSeen[index];
      const same = seen !== undefined && seen.phase === phase && seen.state === state;
      if (same && this.elapsedS - seen.saidS < SIGNAL_REFRESH_S) return;
      this.#signalSeen[index] = { phase, state, saidS: this.elapsedS };
      const left = Math.round(Math.max(0, Math.min(600, remainingS)) * 10) / 10;
      sink('sim-signals', { type: 'signal', id, at, phase, state, remainingS: left });
    });
  }

  /** All at once, each 20 s, as a loop controller's poll: bursts with pauses between would look like a feed that stalls. */
  #detectors(sink: Sink): void {
    if (this.elapsedS % DETECTORS_EVERY_S !== 0) return;
    for (const r of this.traffic.detectorReadings()) {
      sink('sim-detectors', {
        type: 'detector',
        id: r.id,
        at: this.nowMs,
        speedKph: r.speedKph === null ? null : Math.min(250, Math.round(r.speedKph * 10) / 10),
        flowVph: Math.min(30_000, Math.round(r.flowVph)),
        occupancyPct: Math.max(0, Math.min(100, Math.round(r.occupancyPct * 10) / 10)),
        intervalS: DETECTORS_EVERY_S,
      });
    }
  }

  /**
   * Last words of a run that ends: its open reports are closed, or they would stay on the board for ever. What the
   * server handles is the server's to close.
   */
  wrapUp(sink: Sink): void {
    this.incidents.closeAll(this.nowMs);
    this.collectIncidents(sink);
  }
}

/** Emergency vehicles are reported by their units; as probes they would make jams look like free flow. */
const isEmergency = (kind: string): boolean =>
  kind === 'ambulance' || kind === 'fire-engine' || kind === 'police-car';
