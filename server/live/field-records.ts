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

export class FieldRecords {
  private readonly city: City;
  private readonly records: Records;
  /** Event time of the newest report of each object, by kind and id. */
  private readonly newestMs = new Map<string, number>();
  private readonly waitingUnits = new Map<string, UnitRecord>();
  private readonly unitIncidents: UnitIncidents;
  /** Stations the pack does not know, by feed: they count against its limit. */
  private readonly ownStations = new Map<string, Set<string>>();
  /** What each feed has reported on. */
  private readonly reported = new Map<string, Set<string>>();

  constructor(city: City, records: Records, findIncident: FindIncident) {
    this.city = city;
    this.records = records;
    this.unitIncidents = new UnitIncidents(findIncident);
    const pack = city.pack;
    if (!pack) return;
    for (const u of pack.units) {
      records.put('unit', {
        id: u.id,
        callsign: u.callsign,
        name: u.name,
        department: u.department,
        kind: u.kind,
        // Not heard of: nobody must count on it.
        status: 'out-of-service',
      });
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
    const before = this.waitingUnits.get(o.id) ?? this.records.get('unit', o.id);
    if (!before) return { code: 'unknown-object', detail: o.id };
    const stale = this.order('unit', o.id, source);
    if (stale) return stale;
    this.unitIncidents.report(o, source.feedId);
    const { incident: _before, ...rest } = before;
    const incident = this.unitIncidents.of(o.id);
    const next: UnitRecord = {
      ...rest,
      ...(incident === undefined ? {} : { incident }),
      status: o.status ?? before.status,
      ...(o.lon !== undefined && o.lat !== undefined ? { position: [o.lon, o.lat] as const } : {}),
      ...(o.headingDeg !== undefined ? { headingDeg: Math.round(o.headingDeg) % 360 } : {}),
      provenance: provenanceOf(source),
    };
    this.waitingUnits.set(o.id, next);
    const shown = this.records.get('unit', o.id)!;
    if (next.status !== shown.status || next.incident !== shown.incident) this.putUnit(next);
    return 'taken';
  }

  /** Names incidents that have come to be known, and no longer those that closed. */
  incidentsChanged(): void {
    for (const id of this.unitIncidents.units()) {
      const { incident: before, ...rest } = this.waitingUnits.get(id) ?? this.records.get('unit', id)!;
      const incident = this.unitIncidents.of(id);
      if (incident !== before) this.putUnit(incident === undefined ? rest : { ...rest, incident });
    }
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
    for (const next of this.waitingUnits.values()) {
      const shown = this.records.get('unit', next.id)!;
      const sinceMs = nowMs - (shown.provenance?.receivedAtMs ?? 0);
      if (sinceMs < MOVING_MS) continue;
      const moved =
        next.position !== undefined &&
        (shown.position === undefined || distanceM(shown.position, next.position) >= MOVED_M);
      if (moved || sinceMs >= REFRESH_MS) this.putUnit(next);
    }
  }

  /** How many units, facilities and stations a feed has reported on. */
  objectsOf(feedId: string): number {
    return this.reported.get(feedId)?.size ?? 0;
  }

  private putUnit(next: UnitRecord): void {
    this.waitingUnits.delete(next.id);
    this.records.put('unit', next);
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
