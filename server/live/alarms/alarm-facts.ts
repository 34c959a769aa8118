/**
 * Facts for alarm rules out of the live records: what changed of a unit, a facility, an incident … in the words of
 * `alarm-fields.ts`. Links and signals have their own ways (they are no records).
 */
import { categories } from '../../contract/categories.ts';
import type { LonLat } from '../../contract/geo.ts';
import type {
  FacilityRecord,
  FeedRecord,
  IncidentRecord,
  RecordKind,
  StationRecord,
  UnitRecord,
  VitalsRecord,
} from '../../contract/records.ts';
import type { Change } from '../../contract/sync.ts';
import type { LocalText } from '../../contract/text.ts';
import type { WarningRecord } from '../../contract/warnings.ts';
import type { FactUpdate, FactValue } from '../../domain/alarms/evaluation/facts.ts';
import { runs } from '../../domain/cases/stages.ts';
import { RefusedShare } from './refused-share.ts';

type Facts = Readonly<Record<string, FactValue>>;
type Write = { -readonly [K in keyof FactUpdate]: FactUpdate[K] };

export interface AlarmFactsDeps {
  readonly update: (update: FactUpdate) => void;
  readonly remove: (kind: FactUpdate['kind'], id: string, atMs: number) => void;
  readonly placeOf: (p: LonLat) => { readonly district?: string; readonly street?: string };
  readonly handledBySource: (feedId: string) => boolean;
  readonly nowMs: () => number;
}

const MINUTE_MS = 60_000;
const NEVER = null;

export class AlarmFacts {
  private readonly deps: AlarmFactsDeps;
  /** When each unit came into its present status. */
  private readonly statuses = new Map<string, { readonly status: string; readonly sinceMs: number }>();
  private readonly refused = new RefusedShare();

  constructor(deps: AlarmFactsDeps) {
    this.deps = deps;
  }

  /** In which status a unit was before the server started, and since when. */
  recall(unit: string, status: string, sinceMs: number): void {
    this.statuses.set(unit, { status, sinceMs });
  }

  /** Takes a change of any record; those that rules do not speak of are passed over. */
  changed(change: Pick<Change, 'kind' | 'id' | 'value'>): void {
    const { kind, id, value } = change;
    const atMs = this.deps.nowMs();
    if (value === null) {
      if (isSubject(kind)) this.deps.remove(kind, id, atMs);
      return;
    }
    switch (kind) {
      case 'unit':
        return this.unit(value as UnitRecord, atMs);
      case 'facility':
        return this.facility(value as FacilityRecord, atMs);
      case 'station':
        return this.station(value as StationRecord, atMs);
      case 'incident':
        return this.incident(value as IncidentRecord, atMs);
      case 'feed':
        return this.feed(value as FeedRecord, atMs);
      case 'warning':
        return this.warning(value as WarningRecord, atMs);
      case 'vitals':
        return this.city(value as VitalsRecord, atMs);
      case 'presence':
      case 'alarm':
      case 'rule':
      case 'watch':
      case 'handover':
      case 'control':
      case 'wave':
      case 'measurement':
      case 'special-plan':
        return undefined;
    }
  }

  private emit(update: Omit<Write, 'facts'>, facts: Facts): void {
    this.deps.update({ ...update, facts });
  }

  private placed(position: LonLat | undefined): Facts {
    const place = position === undefined ? {} : this.deps.placeOf(position);
    return { district: place.district ?? null, street: place.street ?? null };
  }

  private unit(u: UnitRecord, atMs: number): void {
    const before = this.statuses.get(u.id);
    const isKnown = !isUnheardOf(u);
    const sinceMs = before?.status === u.status ? before.sinceMs : atMs;
    if (isKnown && before?.status !== u.status) this.statuses.set(u.id, { status: u.status, sinceMs });
    this.emit(
      {
        kind: 'unit',
        id: u.id,
        atMs,
        name: { zh: `${u.name.zh} ${u.callsign}`, en: `${u.name.en} ${u.callsign}` },
        position: u.position ?? null,
      },
      {
        id: u.id,
        ...this.placed(u.position),
        kind: u.kind,
        department: u.department,
        callsign: u.callsign,
        status: isKnown ? u.status : null,
        statusMin: isKnown ? sinceMs : NEVER,
        assigned: u.assigned === true,
        // Said by its case; without one nothing is owed.
        ...(u.assigned !== true && { parOverdue: false }),
        silentS: u.provenance?.receivedAtMs ?? NEVER,
      },
    );
  }

  private facility(f: FacilityRecord, atMs: number): void {
    const { metrics: m, capacity: c } = f;
    this.emit(
      { kind: 'facility', id: f.id, atMs, name: f.name, position: f.position },
      {
        id: f.id,
        ...this.placed(f.position),
        kind: f.kind,
        bedsFree: known(m['bedsFree']),
        bedsPct: takenPct(m['bedsFree'], c['beds']),
        erQueue: known(m['erQueue']),
        erBaysFree: known(m['erBaysFree']),
        erWaitMin: known(m['erWaitMin']),
        spacesFree: known(m['spacesFree']),
        spacesPct: takenPct(m['spacesFree'], c['spaces']),
        hallQueue: known(m['hallQueue']),
        hallWaitMin: known(m['hallWaitMin']),
        countersOpen: known(m['countersOpen']),
        residents: known(m['residents']),
        residentsPct: sharePct(m['residents'], c['places']),
        people: known(m['people']),
        peoplePct: sharePct(m['people'], c['places']),
        headwayRatio: known(m['headwayRatio']),
        silentS: f.provenance?.receivedAtMs ?? NEVER,
      },
    );
  }

  private station(s: StationRecord, atMs: number): void {
    const { metrics: m } = s;
    this.emit(
      { kind: 'station', id: s.id, atMs, name: s.name, position: s.position },
      {
        id: s.id,
        ...this.placed(s.position),
        kind: s.kind,
        pm25: known(m['pm25']),
        aqi: known(m['aqi']),
        rainMmH: known(m['rainMmH']),
        levelM: known(m['levelM']),
        people: known(m['people']),
        speedKph: known(m['speedKph']),
        flowVph: known(m['flowVph']),
        occupancyPct: known(m['occupancyPct']),
        silentS: s.provenance?.receivedAtMs ?? NEVER,
      },
    );
  }

  private incident(i: IncidentRecord, atMs: number): void {
    const c = i.case;
    for (const a of c.assignments) {
      if (a.status === 'cleared') continue;
      this.deps.update({ kind: 'unit', id: a.unit, atMs, facts: { parOverdue: a.parOverdue === true } });
    }
    // What is over, or part of another case, rings no more by itself.
    if (i.status !== 'open' || c.mergedInto !== undefined) {
      this.deps.remove('incident', i.id, atMs);
      return;
    }
    const active = c.assignments.filter((a) => a.status !== 'cleared');
    const target = c.deadlines.find((d) => d.reach === 'on-scene' && runs(d));
    const etas = active.flatMap((a) => (a.etaAtMs === undefined ? [] : [a.etaAtMs]));
    const { family, name } = categories[i.category];
    this.emit(
      {
        kind: 'incident',
        id: i.id,
        atMs,
        // Not its title: names of alarms are read by people who may not see what callers said.
        name: { zh: `#${i.number} ${name.zh}`, en: `#${i.number} ${name.en}` },
        position: i.position ?? null,
        ...(i.district !== undefined && { district: i.district }),
      },
      {
        id: i.id,
        district: i.district ?? null,
        street: i.street ?? null,
        category: i.category,
        family,
        channel: i.channel,
        severity: i.severity,
        stage: c.stage,
        ageMin: i.reportedAtMs,
        overdue: c.overdue,
        lateMin: target ? target.dueAtMs : NEVER,
        lateForecastMin: target && etas.length > 0 ? (Math.min(...etas) - target.dueAtMs) / MINUTE_MS : null,
        reports: c.reports.length,
        unitsSent: active.length,
        unitsOnScene: active.filter((a) => a.status === 'on-scene').length,
        claimed: c.claim !== undefined,
        handledBySource: this.deps.handledBySource(i.provenance.feed),
        merged: c.merged.length > 0,
        silentS: NEVER,
      },
    );
  }

  private feed(f: FeedRecord, atMs: number): void {
    this.emit(
      { kind: 'feed', id: f.id, atMs, name: f.name },
      {
        id: f.id,
        kind: f.kind,
        state: f.state,
        ratePerS: f.ratePerS,
        lagS: f.lagMs === undefined ? null : f.lagMs / 1_000,
        refusedPct: this.refused.of(f, atMs),
        silentS: f.lastSeenAtMs ?? NEVER,
      },
    );
  }

  private warning(w: WarningRecord, atMs: number): void {
    const { id, message: m, state } = w;
    this.emit(
      { kind: 'warning', id, atMs, name: nameOfWarning(w) },
      {
        id,
        event: m.event.zh || m.event.en,
        severity: m.severity,
        urgency: m.urgency,
        certainty: m.certainty,
        status: m.status,
        state,
        silentS: NEVER,
      },
    );
  }

  private city(v: VitalsRecord, atMs: number): void {
    this.emit(
      { kind: 'city', id: v.id, atMs, name: { zh: '全市', en: 'The whole city' } },
      {
        vehicles: v.vehicles,
        meanSpeedKph: known(v.meanSpeedKph),
        congestionIndex: known(v.congestionIndex),
        congestedShare: known(v.congestedShare),
        openIncidents: v.openIncidents,
        openSevere: v.openSevere,
        unitsAvailable: v.unitsAvailable,
        hospitalLoad: known(v.hospitalLoad),
        erQueue: known(v.erQueue),
        parkingLoad: known(v.parkingLoad),
        aqi: known(v.aqi),
        rainMmH: known(v.rainMmH),
        feedsStale: v.feedsStale,
      },
    );
  }
}

const subjects: ReadonlySet<RecordKind> = new Set([
  'unit',
  'facility',
  'station',
  'incident',
  'feed',
  'warning',
]);
const isSubject = (kind: RecordKind): kind is RecordKind & FactUpdate['kind'] => subjects.has(kind);

/** Names of alarms are read by people who may not see what nobody approved yet (SE-81). */
function nameOfWarning({ id, direction, decidedBy, message }: WarningRecord): LocalText {
  const { headline, event } = message;
  if (direction === 'out' && decidedBy === undefined)
    return { zh: `预警草案 ${id}`, en: `Draft warning ${id}` };
  return headline.zh || headline.en ? headline : event;
}

/** The city pack says that there is such a unit; nobody has said how it is. */
const isUnheardOf = (u: UnitRecord): boolean =>
  u.provenance === undefined && u.status === 'out-of-service' && u.outOfService === undefined;

const known = (v: number | undefined): number | null => v ?? null;
const sharePct = (part: number | undefined, whole: number | undefined): number | null =>
  part === undefined || whole === undefined || whole <= 0 ? null : (100 * part) / whole;
const takenPct = (free: number | undefined, whole: number | undefined): number | null =>
  free === undefined || whole === undefined ? null : sharePct(Math.max(0, whole - free), whole);
