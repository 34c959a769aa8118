/**
 * The live picture: the only mutable state of the server. Observations come in by `observe`, each kind goes to its
 * own part; `tick` lets time pass. Nothing here knows a socket or a request.
 */
import { randomUUID } from 'node:crypto';
import type { City } from '../city/city.ts';
import { defaultAlarmRules } from '../city/alarms/default-rules.ts';
import { defaultRulebook } from '../city/rulebook/default-rulebook.ts';
import { Routing } from '../city/routing/routing.ts';
import type { AlarmRule } from '../contract/alarms.ts';
import {
  type DetectorObservation,
  type IncidentObservation,
  type Observation,
  type PositionObservation,
  type SignalObservation,
  type UnitObservation,
  type WarningObservation,
} from '../contract/observations.ts';
import type { IncidentRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { Rulebook } from '../contract/rulebook.ts';
import type { PortAnswer } from '../contract/signal-port.ts';
import type { LocalClock } from '../domain/alarms/evaluation/facts.ts';
import type { Route } from '../domain/notifications/route.ts';
import { makeLocalClock } from '../domain/rules/local-clock.ts';
import { makeRules, type Rules } from '../domain/rules/rules.ts';
import { AlarmQueries } from './alarms/alarm-queries.ts';
import { FactSources } from './alarms/fact-sources.ts';
import { makeMethod } from '../domain/signals/methods.ts';
import { TrafficAnalysis } from './analysis/analysis.ts';
import { signalPlaces } from './analysis/signal-places.ts';
import type { Cases } from './cases.ts';
import { CaseQueries } from './case-queries.ts';
import { makeCaseWorld } from './case-world.ts';
import { Decisions } from './decisions.ts';
import { FeedHealth } from './feed-health.ts';
import { FieldRecords, type Source } from './field-records.ts';
import { LinkStates } from './link-states.ts';
import { PictureQueries } from './picture-queries.ts';
import { Positions } from './positions.ts';
import type { FeedDescription, History, Journal, ObserveOutcome, ObservePort } from './ports.ts';
import { Records } from './records.ts';
import type { RawReport } from './signals/port.ts';
import { SignalStates } from './signals.ts';
import { Version } from './tile-source.ts';
import { sisterFeeds } from './unit-incidents.ts';
import { vitalsOf } from './vitals.ts';

/** A vehicle is matched to the road anew after it moved so far (tile units, about 3 cm each). */
const REMATCH_UNITS = 300;
/** A position older than this on arrival says nothing about how the link flows now. */
const PROBE_TOO_OLD_MS = 120_000;
/**
 * A vehicle that tells no speed and hardly moved is no probe: it may be parked as well as stand in a queue. Only of those
 * that say so themselves is standing known to be driving slowly.
 */
const SLOWEST_DERIVED_PROBE_KPH = 3;
const AGE_EVERY_MS = 1_000;
const VITALS_EVERY_MS = 1_000;
const SAMPLE_VITALS_EVERY_MS = 10_000;
const SAMPLE_LINKS_EVERY_MS = 60_000;
const RETIRE_EVERY_MS = 30_000;
/** Travel times follow the roads' speeds this often. */
const ROUTES_EVERY_MS = 5_000;
/** So many observations are taken before others (sockets, requests) get their turn. */
const CHUNK = 2_000;

export type EngineLog = (level: 'info' | 'warn' | 'error', message: string, detail?: unknown) => void;

export interface EngineOptions {
  readonly city: City;
  readonly feeds: readonly FeedDescription[];
  readonly journal: Journal;
  readonly history: History;
  readonly nowMs: () => number;
  readonly log?: EngineLog;
  /** The product's own where absent. */
  readonly rulebook?: Rulebook;
  /** The alarm rules that come with the product; its own where absent. */
  readonly alarmRules?: readonly AlarmRule[];
  /** Who outside is told of alarms; nobody where absent. */
  readonly routes?: readonly Route[];
  /** Who we are to those who read our warnings. */
  readonly sender?: { readonly id: string; readonly name: string };
  /** Names the sequence of records; a new one each start unless a test says otherwise. */
  readonly epoch?: string;
}

interface Feed {
  readonly number: number;
  readonly description: FeedDescription;
  readonly health: FeedHealth;
}

/** What became of one observation. */
type Outcome = 'taken' | 'late' | 'duplicate' | Refusal;
const TOO_MANY: Refusal = { code: 'too-many-objects' };

/** Fires at most once an interval. */
class Every {
  private lastMs = -Infinity;
  private readonly intervalMs: number;
  constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
  }
  due(nowMs: number): boolean {
    // A clock set back counts as due.
    if (nowMs >= this.lastMs && nowMs - this.lastMs < this.intervalMs) return false;
    this.lastMs = nowMs;
    return true;
  }
}

export class Engine implements ObservePort {
  readonly version = new Version();
  readonly records: Records;
  readonly positions: Positions;
  readonly links: LinkStates;
  readonly signals: SignalStates;
  readonly city: City;
  readonly nowMs: () => number;
  private readonly history: History;
  readonly cases: Cases;
  /** Commands and the audit trail go in here. */
  readonly decisions: Decisions;
  readonly rules: Rules;
  readonly clock: LocalClock;
  private readonly factSources: FactSources;
  /** What people ask about cases. */
  readonly queries: CaseQueries;
  /** … and about alarms. */
  readonly alarmQueries: AlarmQueries;
  /** … and about single objects of the picture. */
  readonly picture: PictureQueries;
  /** … and about traffic at signals, on corridors and in districts. */
  readonly analysis: TrafficAnalysis;
  private readonly routing: Routing | null;
  private readonly field: FieldRecords;
  private readonly feeds = new Map<string, Feed>();
  private readonly feedIds: string[] = [];
  /** By feed: the feeds whose incidents it may speak of, likeliest first. */
  private readonly sisters = new Map<string, readonly string[]>();
  private readonly ageing = new Every(AGE_EVERY_MS - 50);
  private readonly vitals = new Every(VITALS_EVERY_MS - 50);
  private readonly vitalsSample = new Every(SAMPLE_VITALS_EVERY_MS);
  private readonly linksSample = new Every(SAMPLE_LINKS_EVERY_MS);
  private readonly retiring = new Every(RETIRE_EVERY_MS);
  private readonly routes = new Every(ROUTES_EVERY_MS);

  constructor(options: EngineOptions) {
    const { city, journal, nowMs } = options;
    this.city = city;
    this.nowMs = nowMs;
    this.history = options.history;
    this.records = new Records(options.epoch ?? randomUUID());
    this.positions = new Positions(this.version);
    this.links = new LinkStates(city, this.version);
    this.signals = new SignalStates(city, this.version);
    this.field = new FieldRecords(
      city,
      this.records,
      (externalId, feedId) => this.incidentId(externalId, feedId),
      (unit) => this.cases?.decisionOn(unit) ?? {},
    );
    const pack = city.pack;
    const timeZone = pack?.manifest.timezone ?? 'UTC';
    this.rules = makeRules(options.rulebook ?? defaultRulebook, pack?.departments ?? [], timeZone);
    this.clock = makeLocalClock(this.rules.book.calendar, timeZone);
    this.factSources = new FactSources({
      city,
      records: this.records,
      links: this.links,
      history: this.history,
      clock: this.clock,
      handledBySource: (id) => this.feeds.get(id)?.description.handledBySource === true,
      nowMs,
    });
    this.routing = city.linkCount === 0 ? null : new Routing(city);
    const world = makeCaseWorld({
      city,
      rules: this.rules,
      routing: this.routing,
      nowMs,
      reportedUnit: (id) => this.field.reportedUnit(id),
      service: (unit) => this.cases.state.service.get(unit),
      facility: (id) => this.records.get('facility', id),
    });
    this.decisions = new Decisions({
      journal,
      records: this.records,
      world,
      nowMs,
      log: options.log ?? ((): void => undefined),
      timeZone,
      evaluator: this.factSources.evaluator,
      places: this.factSources.places,
      builtInRules: options.alarmRules ?? defaultAlarmRules,
      routes: options.routes ?? [],
      sender: options.sender ?? { id: 'city-brain', name: 'City Brain' },
      signals: {
        city,
        routing: this.routing,
        places: signalPlaces(city),
        measures: {
          described: (junctions) => this.analysis.described(junctions),
          seen: (states, atMs, atS) => this.analysis.seen(states, atMs, atS),
          totals: (signal) => this.analysis.totals(signal),
          flows: (signal) => this.analysis.flows(signal),
        },
        makeMethod,
        unit: (id) => this.field.reportedUnit(id),
      },
      onUnits: (units) => this.field.decided(units),
      onReported: (event) => this.factSources.reported(event),
    });
    this.cases = this.decisions.cases;
    this.queries = new CaseQueries({
      city,
      cases: this.cases,
      world,
      routing: this.routing,
      nowMs,
      unitPosition: (id) => this.field.reportedUnit(id)?.position,
      mayOrder: (feedId, unit) => this.field.mayOrder(feedId, unit),
      incidentFeedsOf: (feedId) => this.sisters.get(feedId) ?? [],
    });
    this.alarmQueries = new AlarmQueries({
      city,
      nowMs,
      timeZone,
      records: this.records,
      history: this.history,
      decisions: this.decisions,
      factSources: this.factSources,
      calendar: this.rules.book.calendar,
    });
    this.picture = new PictureQueries({
      city,
      nowMs,
      positions: this.positions,
      links: this.links,
      history: this.history,
      feedIds: this.feedIds,
    });
    this.analysis = new TrafficAnalysis({
      city,
      nowMs,
      records: this.records,
      links: this.links,
      positions: this.positions,
      signals: this.signals,
      usual: this.factSources.baselines,
      history: this.history,
    });
    for (const description of options.feeds) {
      const number = this.positions.addFeed(description.maxObjects);
      this.feeds.set(description.id, { number, description, health: new FeedHealth(description) });
      this.feedIds[number] = description.id;
    }
    const reporting = options.feeds.filter((f) => f.kind === 'incidents' || f.kind === 'mixed');
    for (const id of this.feeds.keys()) {
      this.sisters.set(
        id,
        sisterFeeds(
          id,
          reporting.map((f) => f.id),
        ),
      );
    }
  }

  /** Brings back what the journal holds, and shows the feeds. */
  async start(): Promise<void> {
    await this.decisions.start();
    await this.factSources.start();
    await this.analysis.start();
    this.tick(this.nowMs());
  }

  /** Resolves when what was taken in is durable. */
  async stop(): Promise<void> {
    await this.decisions.stop();
    this.factSources.keep(this.nowMs());
  }

  async observe(
    feedId: string,
    observations: readonly Observation[],
    lines: readonly number[],
    arrivedAtMs: number,
  ): Promise<ObserveOutcome> {
    const feed = this.feeds.get(feedId);
    if (!feed) {
      return {
        taken: 0,
        late: 0,
        duplicate: 0,
        refusals: lines.map((line) => ({ code: 'unknown-feed', line })),
      };
    }
    feed.health.seen(arrivedAtMs);
    const tally = new Tally();
    const incidents: { o: IncidentObservation; line: number }[] = [];
    const warnings: { o: WarningObservation; line: number }[] = [];
    for (let i = 0; i < observations.length; i++) {
      if (i > 0 && i % CHUNK === 0) await new Promise(setImmediate);
      const o = observations[i]!;
      const line = lines[i] ?? i + 1;
      if (o.type === 'incident') incidents.push({ o, line });
      else if (o.type === 'warning') warnings.push({ o, line });
      else tally.count(this.take(feed, o, arrivedAtMs), line);
    }
    if (incidents.length > 0) {
      const outcomes = await this.cases.report(
        feedId,
        incidents.map(({ o }) => o),
        feed.description.maxObjects,
        feed.description.handledBySource !== true,
      );
      this.field.incidentsChanged();
      for (const [i, outcome] of outcomes.entries()) tally.count(outcome, incidents[i]!.line);
    }
    if (warnings.length > 0) {
      const outcomes = await this.decisions.warnings.receive(
        feedId,
        warnings.map(({ o }) => o),
      );
      for (const [i, outcome] of outcomes.entries()) tally.count(outcome, warnings[i]!.line);
    }
    tally.refusals.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    feed.health.lag(observations, arrivedAtMs);
    feed.health.taken(tally.taken, this.nowMs());
    feed.health.counts.late += tally.late;
    feed.health.counts.duplicate += tally.duplicate;
    if (tally.refusals.length > 0) {
      feed.health.refused(tally.refusals, tally.refusals.length, arrivedAtMs);
    }
    return { taken: tally.taken, late: tally.late, duplicate: tally.duplicate, refusals: tally.refusals };
  }

  signalReport(feedId: string, report: RawReport, arrivedAtMs: number): PortAnswer {
    const { answer, taken, late, refusals } = this.decisions.signals.report(feedId, report, arrivedAtMs);
    const health = this.feeds.get(feedId)?.health;
    health?.seen(arrivedAtMs);
    health?.taken(taken, this.nowMs());
    if (late && health) health.counts.late++;
    if (refusals.length > 0) health?.refused(refusals, refusals.length, arrivedAtMs);
    return answer;
  }

  refused(feedId: string, refusals: readonly Refusal[], count: number, atMs: number): void {
    this.feeds.get(feedId)?.health.refused(refusals, count, atMs);
  }

  replaying(feedId: string, speed: number | null): void {
    const feed = this.feeds.get(feedId);
    if (!feed) return;
    feed.health.replaySpeed = speed;
    this.positions.setPace(feed.number, speed ?? 1);
  }

  /** Lets time pass; call a few times a second. */
  tick(nowMs: number): void {
    if (this.ageing.due(nowMs)) {
      this.positions.age(nowMs);
      this.signals.age(nowMs);
      this.links.tick(nowMs, this.positions);
      this.field.tick(nowMs);
      this.decisions.tick(nowMs);
      this.factSources.tick(nowMs);
      this.analysis.tick(nowMs);
      for (const feed of this.feeds.values()) {
        feed.health.publish(this.records, this.objectsOf(feed), nowMs);
      }
    }
    if (this.routes.due(nowMs)) this.routing?.refresh(this.links.speedKph);
    if (this.retiring.due(nowMs)) this.decisions.retire(nowMs);
    if (this.vitals.due(nowMs)) {
      const vitals = vitalsOf(this, nowMs);
      this.records.put('vitals', vitals);
      if (this.vitalsSample.due(nowMs)) this.history.sampleVitals(vitals);
    }
    if (this.linksSample.due(nowMs)) this.history.sampleLinks(nowMs, this.links.measured());
  }

  /** What a feed has open, by the source's own ids: for formats in which an incident closes by vanishing. */
  openIncidents(feedId: string): readonly { readonly externalId: string; readonly record: IncidentRecord }[] {
    return this.cases.openOf(feedId);
  }

  /** Our id of the open incident that a feed names by its source's number, or by ours. */
  private incidentId(externalId: string, feedId: string): string | undefined {
    const id = this.cases.openIdOf(externalId, this.sisters.get(feedId) ?? []) ?? externalId;
    // What is not durable yet has no record: nobody may see it.
    return this.records.get('incident', id)?.status === 'open' ? id : undefined;
  }

  private objectsOf(feed: Feed): number {
    const { number, description } = feed;
    return (
      this.positions.liveOf(number) +
      this.links.loopsOfFeed(number) +
      this.signals.knownOf(number) +
      this.field.objectsOf(description.id) +
      this.cases.openCount(description.id) +
      this.decisions.warnings.standingOf(description.id) +
      this.decisions.signals.port.countOf(description.id)
    );
  }

  private take(
    feed: Feed,
    o: Exclude<Observation, IncidentObservation | WarningObservation>,
    arrivedAtMs: number,
  ): Outcome {
    switch (o.type) {
      case 'position':
        return this.position(feed, o, arrivedAtMs);
      case 'gone':
        return outcome(this.positions.gone(feed.number, o.id, o.at, arrivedAtMs));
      case 'detector':
        return this.detector(feed, o, arrivedAtMs);
      case 'signal':
        return this.signal(feed, o, arrivedAtMs);
      case 'unit':
        return this.unit(feed, o, arrivedAtMs);
      case 'facility':
        return this.field.facility(o, sourceOf(feed, o.at, arrivedAtMs));
      case 'station':
        return this.field.station(o, sourceOf(feed, o.at, arrivedAtMs), feed.description.maxObjects);
    }
  }

  private unit(feed: Feed, o: UnitObservation, arrivedAtMs: number): Outcome {
    const outcome = this.field.unit(o, sourceOf(feed, o.at, arrivedAtMs));
    if (outcome === 'taken') this.cases.unitReported(o);
    return outcome;
  }

  private position(feed: Feed, o: PositionObservation, arrivedAtMs: number): Outcome {
    const { positions, city } = this;
    const taken = positions.report(feed.number, o, arrivedAtMs);
    if (taken !== 'taken') return outcome(taken);
    if (city.linkCount === 0) return 'taken';
    const slot = positions.lastSlot;
    let link = positions.link[slot]!;
    if (o.link !== undefined) link = city.linkIndex(o.link);
    else if (link < 0 || positions.lastMoveUnits >= REMATCH_UNITS) {
      link = city.matchLink(o.lon, o.lat, o.headingDeg, link);
    }
    positions.link[slot] = link;
    const speedKph = positions.lastSpeedKph;
    const tells =
      speedKph !== undefined && (o.speedKph !== undefined || speedKph >= SLOWEST_DERIVED_PROBE_KPH);
    if (link >= 0 && tells && arrivedAtMs - o.at <= PROBE_TOO_OLD_MS) {
      const at = Math.min(o.at, arrivedAtMs);
      this.links.probe(link, speedKph, at, positions.lastGapMs, arrivedAtMs, feed.number);
    }
    return 'taken';
  }

  private detector(feed: Feed, o: DetectorObservation, arrivedAtMs: number): Outcome {
    const known = this.city.detector(o.id);
    if (known) return this.links.loop(known.linkIndex, o, arrivedAtMs, feed.number);
    return this.field.freeLoop(o, sourceOf(feed, o.at, arrivedAtMs), feed.description.maxObjects);
  }

  private signal(feed: Feed, o: SignalObservation, arrivedAtMs: number): Outcome {
    const index = this.city.signalIndex(o.id);
    if (index < 0) return { code: 'unknown-object', detail: o.id };
    const outcome = this.signals.report(index, o, arrivedAtMs, feed.number);
    if (outcome === 'taken') this.factSources.signal(index, o, arrivedAtMs);
    return outcome;
  }
}

const sourceOf = (feed: Feed, atMs: number, receivedAtMs: number): Source => ({
  feedId: feed.description.id,
  atMs,
  receivedAtMs,
});

const outcome = (o: 'taken' | 'late' | 'duplicate' | 'too-many-objects'): Outcome =>
  o === 'too-many-objects' ? TOO_MANY : o;

class Tally {
  taken = 0;
  late = 0;
  duplicate = 0;
  readonly refusals: Refusal[] = [];

  count(o: Outcome, line: number): void {
    if (o === 'taken') this.taken++;
    else if (o === 'late') this.late++;
    else if (o === 'duplicate') this.duplicate++;
    else this.refusals.push({ ...o, line });
  }
}
