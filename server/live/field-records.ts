/**
 * Units, facilities and stations: records that feeds report piece by piece, starting from what the city pack says of
 * them. The newest event wins; what only repeats itself refreshes its age now and then.
 */
import type { City } from '../city/city.ts';
import { distanceM } from '../contract/geo.ts';
import type {
  DetectorObservation,
  FacilityObservation,
  StationObservation,
  UnitObservation,
} from '../contract/observations.ts';
import type { FacilityRecord, StationRecord, UnitRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { Records } from './records.ts';
import { UnitIncidents, type FindIncident } from './unit-incidents.ts';

/** How often a record is put again of which only the time, or a little movement, is new. */
const REFRESH_MS = 15_000;
/** Units that move are put at most this often; between, the newest place waits. */
const MOVING_MS = 2_000;
const MOVED_M = 10;
/** Numbers one facility or station may have: names that come and go must not gather for ever. */
const MAX_METRICS = 64;

/** The feed and the two times of an observation. */
export interface Source {
  readonly feedId: string;
  readonly atMs: number;
  readonly receivedAtMs: number;
}

export type FieldOutcome = 'taken' | 'late' | 'duplicate' | Refusal;
const TOO_MANY_METRICS: Refusal = { code: 'bad-field', detail: `metrics: over ${MAX_METRICS} names` };

const provenanceOf = (s: Source): { feed: string; observedAtMs: number; receivedAtMs: number } => ({
  feed: s.feedId,
  // A source whose clock is ahead does not know the future: nothing is younger than its arrival.
  observedAtMs: Math.min(s.atMs, s.receivedAtMs),
  receivedAtMs: s.receivedAtMs,
});

/** What is decided here about a unit, over what its source says of it. */
export interface UnitDecision {
  /** The case it was sent to, and how far it is. */
  readonly assigned?: { readonly incident: string; readonly status: UnitRecord['status'] };
  readonly service?: {
    readonly inService: boolean;
    readonly by: string;
    readonly reason?: string;
    readonly atMs: number;
  };
}

export class FieldRecords {
  private readonly city: City;
  private readonly records: Records;
  private readonly decisionOn: (unit: string) => UnitDecision;
  /** Units as their sources say, newest. */
  private readonly units = new Map<string, UnitRecord>();
  /** Event time of the newest report of each object, by kind and id. */
  private readonly newestMs = new Map<string, number>();
  /** Units whose newest report is not shown yet. */
  private readonly waitingUnits = new Set<string>();
  private readonly unitIncidents: UnitIncidents;
  /** Stations the pack does not know, by feed: they count against its limit. */
  private readonly ownStations = new Map<string, Set<string>>();
  /** What each feed has reported on. */
  private readonly reported = new Map<string, Set<string>>();

  constructor(
    city: City,
    records: Records,
    findIncident: FindIncident,
    decisionOn: (unit: string) => UnitDecision = () => ({}),
  ) {
    this.city = city;
    this.records = records;
    this.decisionOn = decisionOn;
    this.unitIncidents = new UnitIncidents(findIncident);
    const pack = city.pack;
    if (!pack) return;
    for (const u of pack.units) {
      this.units.set(u.id, {
        id: u.id,
        callsign: u.callsign,
        name: u.name,
        department: u.department,
        kind: u.kind,
        capabilities: u.capabilities,
        crew: u.crew,
        home: u.home,
        // Not heard of: nobody must count on it.
        status: 'out-of-service',
      });
      this.putUnit(u.id);
    }
    for (const f of pack.facilities) {
      records.put('facility', {
        id: f.id,
        kind: f.kind,
        name: f.name,
        position: f.position,
        capacity: f.capacity,
        metrics: {},
      });
    }
    for (const s of pack.stations) {
      records.put('station', { id: s.id, kind: s.kind, name: s.name, position: s.position, metrics: {} });
    }
  }

  unit(o: UnitObservation, source: Source): FieldOutcome {
    const before = this.units.get(o.id);
    if (!before) return { code: 'unknown-object', detail: o.id };
    const stale = this.order('unit', o.id, source);
    if (stale) return stale;
    this.unitIncidents.report(o, source.feedId);
    const { incident: _before, ...rest } = before;
    const incident = this.unitIncidents.of(o.id);
    this.units.set(o.id, {
      ...rest,
      ...(incident === undefined ? {} : { incident }),
      status: o.status ?? before.status,
      ...(o.lon !== undefined && o.lat !== undefined ? { position: [o.lon, o.lat] as const } : {}),
      ...(o.headingDeg !== undefined ? { headingDeg: Math.round(o.headingDeg) % 360 } : {}),
      provenance: provenanceOf(source),
    });
    this.waitingUnits.add(o.id);
    const shown = this.records.get('unit', o.id)!;
    const next = this.unitRecord(o.id);
    if (next.status !== shown.status || next.incident !== shown.incident) this.putUnit(o.id);
    return 'taken';
  }

  /** Names incidents that have come to be known, and no longer those that closed. */
  incidentsChanged(): void {
    for (const id of this.unitIncidents.units()) {
      const { incident: before, ...rest } = this.units.get(id)!;
      const incident = this.unitIncidents.of(id);
      if (incident === before) continue;
      this.units.set(id, incident === undefined ? rest : { ...rest, incident });
      this.putUnit(id);
    }
  }

  /** Shows units about which something was decided. */
  decided(units: Iterable<string>): void {
    for (const id of units) if (this.units.has(id)) this.putUnit(id);
  }

  /** The unit as its source says it, without what is decided here. */
  reportedUnit(id: string): UnitRecord | undefined {
    return this.units.get(id);
  }

  /** True where the unit was last reported by this feed, or by nobody yet. */
  mayOrder(feedId: string, unit: string): boolean {
    const feed = this.units.get(unit)?.provenance?.feed;
    return feed === undefined || feed === feedId;
  }

  facility(o: FacilityObservation, source: Source): FieldOutcome {
    const before = this.records.get('facility', o.id);
    if (!before) return { code: 'unknown-object', detail: o.id };
    const stale = this.order('facility', o.id, source);
    if (stale) return stale;
    const metrics = { ...before.metrics, ...o.metrics };
    if (Object.keys(metrics).length > MAX_METRICS) return TOO_MANY_METRICS;
    if (worthPutting(before, metrics, source)) {
      this.records.put('facility', { ...before, metrics, provenance: provenanceOf(source) });
    }
    return 'taken';
  }

  station(o: StationObservation, source: Source, maxOwn: number): FieldOutcome {
    const known = this.records.get('station', o.id);
    if (!known) {
      if (!o.position) return { code: 'unknown-object', detail: o.id };
      if (!this.mayAdd(source.feedId, o.id, maxOwn)) return { code: 'too-many-objects' };
    }
    const stale = this.order('station', o.id, source);
    if (stale) return stale;
    const before: StationRecord = known ?? {
      id: o.id,
      kind: o.kind ?? 'air',
      name: o.name ?? { zh: o.id, en: o.id },
      position: o.position!,
      metrics: {},
    };
    const metrics = { ...before.metrics, ...o.metrics };
    if (Object.keys(metrics).length > MAX_METRICS) return TOO_MANY_METRICS;
    if (worthPutting(before, metrics, source)) {
      this.records.put('station', { ...before, metrics, provenance: provenanceOf(source) });
    }
    return 'taken';
  }

  /** A loop that the city pack does not know, but that says where it is, becomes a station. */
  freeLoop(o: DetectorObservation, source: Source, maxOwn: number): FieldOutcome {
    if (o.lon === undefined || o.lat === undefined) {
      if (!this.records.get('station', o.id)) return { code: 'unknown-object', detail: o.id };
    }
    const metrics: Record<string, number> = {};
    if (typeof o.speedKph === 'number') metrics['speedKph'] = Math.round(o.speedKph * 10) / 10;
    if (o.flowVph !== undefined) metrics['flowVph'] = Math.round(o.flowVph);
    if (o.occupancyPct !== undefined) metrics['occupancyPct'] = Math.round(o.occupancyPct * 10) / 10;
    const position = o.lon !== undefined && o.lat !== undefined ? ([o.lon, o.lat] as const) : undefined;
    return this.station(
      {
        type: 'station',
        id: o.id,
        at: o.at,
        metrics,
        kind: 'loop',
        name: { zh: `检测器 ${o.id}`, en: `Detector ${o.id}` },
        ...(position ? { position } : {}),
      },
      source,
      maxOwn,
    );
  }

  /** Puts units whose newest place has waited. */
  tick(nowMs: number): void {
    for (const id of this.waitingUnits) {
      const next = this.units.get(id)!;
      const shown = this.records.get('unit', id)!;
      const sinceMs = nowMs - (shown.provenance?.receivedAtMs ?? 0);
      if (sinceMs < MOVING_MS) continue;
      const moved =
        next.position !== undefined &&
        (shown.position === undefined || distanceM(shown.position, next.position) >= MOVED_M);
      if (moved || sinceMs >= REFRESH_MS) this.putUnit(id);
    }
  }

  /** How many units, facilities and stations a feed has reported on. */
  objectsOf(feedId: string): number {
    return this.reported.get(feedId)?.size ?? 0;
  }

  private putUnit(id: string): void {
    this.waitingUnits.delete(id);
    this.records.put('unit', this.unitRecord(id));
  }

  /** The unit with what is decided here over what its source says (DI-12). */
  private unitRecord(id: string): UnitRecord {
    const reported = this.units.get(id)!;
    const { assigned, service } = this.decisionOn(id);
    if (service?.inService === false) {
      const { by, reason, atMs } = service;
      const outOfService = { by, ...(reason !== undefined && { reason }), atMs };
      return { ...reported, status: 'out-of-service', outOfService };
    }
    if (assigned) return { ...reported, ...assigned, assigned: true };
    // Put into service here, and no terminal that could say otherwise.
    const silent = service?.inService === true && reported.provenance === undefined;
    return silent ? { ...reported, status: 'available' } : reported;
  }

  private order(kind: string, id: string, { feedId, atMs }: Source): 'late' | 'duplicate' | null {
    const key = `${kind}\u0000${id}`;
    const newest = this.newestMs.get(key);
    if (newest !== undefined && atMs <= newest) return atMs === newest ? 'duplicate' : 'late';
    this.newestMs.set(key, atMs);
    let reported = this.reported.get(feedId);
    if (!reported) this.reported.set(feedId, (reported = new Set()));
    reported.add(key);
    return null;
  }

  private mayAdd(feedId: string, id: string, maxOwn: number): boolean {
    let own = this.ownStations.get(feedId);
    if (!own) this.ownStations.set(feedId, (own = new Set()));
    if (own.size >= maxOwn) return false;
    own.add(id);
    return true;
  }
}

function worthPutting(
  before: FacilityRecord | StationRecord,
  metrics: Readonly<Record<string, number>>,
  source: Source,
): boolean {
  if (!before.provenance || before.provenance.feed !== source.feedId) return true;
  if (source.receivedAtMs - before.provenance.receivedAtMs >= REFRESH_MS) return true;
  const names = Object.keys(metrics);
  return (
    names.length !== Object.keys(before.metrics).length ||
    names.some((name) => metrics[name] !== before.metrics[name])
  );
}
