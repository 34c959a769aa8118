/** One run of the simulators: pack from the server, models on the wall clock, publishing, control port, clean end. */
import { readFile } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type { OrdersAnswer } from '../../server/contract/api.ts';
import type { IncidentObservation, Observation } from '../../server/contract/observations.ts';
import type { CityPack } from '../../server/contract/city-pack.ts';
import { startColleagues } from '../colleagues/shift.ts';
import type { WhatIfAnswer, WhatIfRequest, WhatIfWatch } from '../control/fork.ts';
import { createRandom } from '../kernel/random.ts';
import type { Dispatch } from '../models/incidents/incidents.ts';
import { TRAFFIC_STEP_S, type TrafficSource } from '../models/roads.ts';
import { REPORTS_FEED } from '../models/units/crews.ts';
import type { FaultRequest } from '../publish/faults.ts';
import { Publisher, type FeedPlan } from '../publish/publisher.ts';
import { reasonOf, type Transport } from '../publish/transport.ts';
import { scenarioNames, scenarios } from '../scenarios/library.ts';
import { scenario as scenarioSchema, type Scenario } from '../scenarios/schema.ts';
import { openControl, type Controlled } from './control.ts';
import { OpenReports } from './open-reports.ts';
import { vehiclesFor } from './fleet.ts';
import { followOrders } from './orders-client.ts';
import { fetchPack } from './pack-client.ts';
import { Pacer } from './pacer.ts';
import { SIGNAL_PORT_FEED, SignalClient, signalPortUrl, type PortSource } from './signal-client.ts';
import { Simulation } from './simulation.ts';
import { resultsUrl, WhatIfClient } from './what-if-client.ts';

export interface RunOptions {
  readonly scenario: string;
  readonly seed: number;
  readonly speed: number;
  readonly vehicles: number;
  readonly hour?: number;
  readonly server: string;
  /** Feed token, for the orders. */
  readonly token: string;
  readonly dispatch: Dispatch;
  /** Whether simulated colleagues work what people do not. */
  readonly colleagues: boolean;
  readonly rateHz: number;
  readonly controlPort: number;
  readonly stateFile: string;
  readonly faults: readonly FaultRequest[];
  readonly transport: Transport;
  /** Who advises the signals: `server`, `none`, or an address that answers the signal port. */
  readonly signals: string;
  /** The controllers of this traffic's signals; null where it has none. */
  readonly openSignals: (traffic: TrafficSource) => PortSource | null;
  /** Forks of this traffic; null where it cannot be forked. */
  readonly fork: (
    traffic: TrafficSource,
    request: WhatIfRequest,
    watch: WhatIfWatch,
  ) => Promise<WhatIfAnswer> | null;
  readonly makeTraffic: (
    pack: CityPack,
    options: { seed: number; startHour: number; targetVehicles: number },
  ) => TrafficSource;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

const WARM_UP_S = 120;
/** In slices, so that the process answers and can be ended meanwhile. */
const WARM_UP_SLICE_S = 4;
/** An unpublished report is not worth waiting longer for at the end, ms. */
const LAST_WORDS_MS = 1_500;

/** Telemetry: room for one state of each object. Incidents: for hours of a server that is away. */
export const simulatorFeeds: readonly FeedPlan[] = [
  { id: 'sim-positions', mode: 'latest', bound: 150_000, batch: 5_000 },
  { id: 'sim-detectors', mode: 'latest', bound: 10_000, batch: 2_000 },
  { id: 'sim-signals', mode: 'latest', bound: 10_000, batch: 2_000 },
  // 20 a request: the answer names 20 refused lines, so none that must be sent again goes unseen.
  { id: 'sim-incidents', mode: 'every', bound: 50_000, batch: 20 },
  { id: 'sim-units', mode: 'latest', bound: 5_000, batch: 1_000 },
  { id: 'sim-facilities', mode: 'latest', bound: 5_000, batch: 1_000 },
  { id: 'sim-stations', mode: 'latest', bound: 5_000, batch: 1_000 },
  { id: 'sim-warnings', mode: 'every', bound: 100, batch: 10 },
];

/** A scenario by its name, or from a JSON file. @throws with a sentence for the person. */
export async function findScenario(name: string): Promise<Scenario> {
  const known = scenarios.get(name);
  if (known) return known;
  if (!name.endsWith('.json')) {
    throw new Error(`no scenario “${name}”; there are ${scenarioNames.join(', ')}, or give a .json file`);
  }
  return readScenario(JSON.parse(await readFile(name, 'utf8')));
}

function readScenario(raw: unknown): Scenario {
  const parsed = scenarioSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map((i) => `${i.path.join('.')}: ${i.message}`);
  throw new Error(`not a scenario: ${issues.join('; ')}`);
}

/** Before there is anything to control. */
const starting: Controlled = {
  state: () => ({ phase: 'starting' }),
  scenario: () => {
    throw new Error('the simulation is still starting; ask again in a few seconds');
  },
  fault: () => {
    throw new Error('the simulation is still starting; ask again in a few seconds');
  },
  whatIf: () => Promise.reject(new Error('the simulation is still starting; ask again in a few seconds')),
};

/** Ends when the signal is aborted. @throws where it cannot begin; nothing is left open then. */
export async function run(options: RunOptions): Promise<void> {
  let controlled = starting;
  // First of all: two simulations of one city would fight over its feeds.
  const control = await openControl(options.controlPort, {
    state: () => controlled.state(),
    scenario: (request) => controlled.scenario(request),
    fault: (request) => controlled.fault(request),
    whatIf: (request) => controlled.whatIf(request),
  });
  try {
    await runModels(options, (ready) => {
      controlled = ready;
    });
  } catch (cause) {
    await options.transport.close();
    throw cause;
  } finally {
    control.close();
    control.closeAllConnections();
  }
}

async function runModels(options: RunOptions, ready: (controlled: Controlled) => void): Promise<void> {
  const { log, signal } = options;
  const scenario = await findScenario(options.scenario);
  const pack = await fetchPack(options.server, log, signal);
  log(
    `${pack.manifest.name.zh} ${pack.manifest.name.en}: ${pack.links.length} links, ${pack.units.length} units`,
  );
  const startHour = options.hour ?? scenario.startHour;
  const began = Date.now();
  const targetVehicles = vehiclesFor(pack, options.vehicles, log);
  const traffic = options.makeTraffic(pack, { seed: options.seed, startHour, targetVehicles });
  traffic.setDemandFactor(scenario.demandFactor);
  for (let s = 0; s < WARM_UP_S; s += WARM_UP_SLICE_S) {
    traffic.warmUp(WARM_UP_SLICE_S);
    await breathe();
    signal.throwIfAborted();
  }
  log(
    `${traffic.vehicleCount} vehicles on the road after ${((Date.now() - began) / 1000).toFixed(1)} s of warm-up`,
  );

  const startMs = Date.now();
  const simulation = new Simulation({
    pack,
    traffic,
    scenario,
    seed: options.seed,
    startMs,
    startHour,
    tag: startMs.toString(36),
    dispatch: options.dispatch,
    log,
  });
  simulation.setPositionRate(options.rateHz);
  const chance = createRandom(options.seed).fork('publish');
  const publisher = new Publisher({
    transport: options.transport,
    feeds: simulatorFeeds,
    nowMs: Date.now,
    random: () => chance.next(),
    log,
  });
  for (const fault of options.faults) publisher.faults.inject(fault, Date.now());
  const reports = new OpenReports(options.stateFile, log);
  const fromBefore = await reports.leftOver(Date.now());
  const closeLeftOver = (o: IncidentObservation): void => {
    reports.note(o);
    publisher.publish(REPORTS_FEED, o);
  };
  // Where the server dispatches, it may handle some of them: then they are not ours to close.
  if (options.dispatch === 'own') fromBefore.splice(0).forEach(closeLeftOver);
  else for (const o of fromBefore) reports.note({ ...o, status: 'open' });
  let orders: OrdersAnswer | undefined;
  let ordered = false;
  const onOrders = (answer: OrdersAnswer): void => {
    orders = answer;
    ordered = true;
    const handled = new Set<string>();
    for (const { feed, externalId } of answer.handled) {
      if (feed !== REPORTS_FEED) continue;
      handled.add(externalId);
      reports.handOver(externalId);
    }
    for (const o of fromBefore.splice(0)) if (!handled.has(o.id)) closeLeftOver(o);
  };

  let speed = options.speed;
  // Simulated time as people see it: at another speed than 1 it is laid over the wall clock.
  // A step is made when its end is due, so the first is one step ahead of the clock's beginning.
  const stepMs = TRAFFIC_STEP_S * 1000;
  const originNow = (): { wallMs: number; simMs: number } => ({
    wallMs: Date.now(),
    simMs: simulation.nowMs + stepMs,
  });
  let origin = originNow();
  const wallOf = (simMs: number): number => Math.round(origin.wallMs + (simMs - origin.simMs) / speed);
  const sink = (feedId: string, o: Observation): void => {
    const timed = onWallClock(o, wallOf);
    if (timed.type === 'incident') reports.note(timed);
    publisher.publish(feedId, timed);
  };
  let forking = false;
  const fork = async (request: WhatIfRequest, watch: WhatIfWatch = {}): Promise<WhatIfAnswer> => {
    if (forking) throw new Error('another what-if is being worked out; ask again when it is done');
    forking = true;
    try {
      const answer = options.fork(traffic, request, watch);
      if (answer === null) throw new Error('this traffic cannot be forked');
      return await answer;
    } finally {
      forking = false;
    }
  };
  const whatIfUrl = resultsUrl(options.signals, options.server);
  const whatIfs =
    whatIfUrl === null
      ? null
      : new WhatIfClient({
          url: whatIfUrl,
          token: options.token,
          feed: SIGNAL_PORT_FEED,
          demandFactor: () => simulation.scenario.demandFactor,
          fork,
          log,
          signal,
        });
  const advised = adviseSignals(options, traffic, whatIfs);
  const step = (late: boolean): void => {
    simulation.step(orders);
    orders = undefined;
    advised?.tick();
    if (!late) simulation.collect(sink);
    else simulation.collectIncidents(sink);
  };
  const makePacer = (): Pacer =>
    new Pacer({
      intervalMs: stepMs / speed,
      nowMs: () => performance.now(),
      step,
      log,
      onError: (cause) =>
        log(`step failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`),
      onMoved: (ms) => {
        origin = { ...origin, wallMs: origin.wallMs + ms };
      },
    });
  let pacer = makePacer();
  const colleagues = options.colleagues
    ? startColleagues({ server: options.server, seed: options.seed, speed, log, signal })
    : null;
  const setSpeed = (wanted: number): void => {
    origin = originNow();
    speed = wanted;
    pacer.stop();
    pacer = makePacer();
    pacer.start();
    colleagues?.setSpeed(speed);
  };

  ready({
    state: () => ({
      phase: 'running',
      scenario: simulation.scenario.name,
      title: simulation.scenario.title,
      speed,
      hour: Math.round(simulation.hour * 100) / 100,
      simulatedS: simulation.elapsedS,
      vehicles: traffic.vehicleCount,
      openCases: simulation.incidents.openCases,
      openReports: simulation.incidents.openReports,
      closedLinks: simulation.closedLinks,
      weather: simulation.weather.conditions,
      lagMs: Math.round(pacer.lagMs),
      stepsNotPublished: pacer.skipped,
      dispatch: options.dispatch,
      colleagues: colleagues?.stats() ?? null,
      signals: advised?.stats() ?? null,
      feeds: publisher.stats(),
    }),
    scenario: (request) => {
      const next =
        request.scenario === undefined ? scenarios.get(request.name ?? '') : readScenario(request.scenario);
      if (!next) throw new Error(`no scenario “${request.name}”; there are ${scenarioNames.join(', ')}`);
      simulation.switchTo(next, request.seed ?? options.seed);
      if (request.speed !== undefined) setSpeed(request.speed);
      log(`scenario ${next.name} begins`);
      return { scenario: next.name, title: next.title, speed };
    },
    fault: (request) => {
      if (!simulatorFeeds.some((f) => f.id === request.feed))
        throw new Error(`no feed “${request.feed}” here`);
      publisher.faults.inject(request, Date.now());
      log(`fault ${request.kind} on ${request.feed} for ${request.seconds} s`);
      return request;
    },
    whatIf: (request) => fork(request),
  });
  log(`scenario ${scenario.name} runs at ${speed}×; control at http://127.0.0.1:${options.controlPort}`);

  const housekeeping = setInterval(() => {
    publisher.tick();
    reports.save().catch((cause: unknown) => log(reasonOf(cause)));
  }, 1000);
  origin = originNow();
  pacer.start();
  const following =
    options.dispatch === 'own'
      ? Promise.resolve()
      : followOrders({
          server: options.server,
          token: options.token,
          onOrders,
          // Without dispatch nobody wants anything; one that has given orders once is only being mended.
          onAbsent: () => {
            if (!ordered) onOrders({ version: 0, orders: [], handled: [] });
          },
          random: () => chance.next(),
          log,
          signal,
        });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  pacer.stop();
  clearInterval(housekeeping);
  await Promise.all([following, colleagues?.ended, advised?.settled(), whatIfs?.settled()]);
  simulation.wrapUp(sink);
  await publisher.stop(LAST_WORDS_MS);
  await reports.save();
}

function adviseSignals(
  options: RunOptions,
  traffic: TrafficSource,
  whatIfs: WhatIfClient | null,
): SignalClient | null {
  const url = signalPortUrl(options.signals, options.server);
  const port = url === null ? null : options.openSignals(traffic);
  if (url === null || port === null) return null;
  const { token, log, signal } = options;
  return new SignalClient({
    url,
    token,
    port,
    nowS: () => traffic.timeS,
    nowMs: () => performance.now(),
    ...(whatIfs && { onWhatIf: (offer) => whatIfs.take(offer) }),
    log,
    signal,
  });
}

function onWallClock(o: Observation, wallOf: (simMs: number) => number): Observation {
  const at = wallOf(o.at);
  if (o.type === 'warning') {
    const { message } = o;
    const expiresAtMs = message.expiresAtMs === undefined ? undefined : wallOf(message.expiresAtMs);
    return { ...o, at, message: { ...message, sentAtMs: at, expiresAtMs } };
  }
  if (o.type !== 'incident') return { ...o, at };
  return {
    ...o,
    at,
    ...(o.updatedAt === undefined ? {} : { updatedAt: wallOf(o.updatedAt) }),
    ...(o.dueAt === undefined ? {} : { dueAt: wallOf(o.dueAt) }),
  };
}
