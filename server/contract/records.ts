/**
 * Records: what every screen must agree on, object by object. Each change of one gets the next `seq` (see sync.ts).
 * What leaves the server is already masked for who gets it.
 */
import { z } from 'zod';
import {
  alarmRecord,
  handoverRecord,
  ruleRecord,
  watchRecord,
  type AlarmRecord,
  type HandoverRecord,
  type RuleRecord,
  type WatchRecord,
} from './alarms.ts';
import { caseFields } from './cases.ts';
import { categoryCodes, channels } from './categories.ts';
import { facilityKinds, stationKinds, unitKinds } from './city-pack.ts';
import { lonLat } from './geo.ts';
import { unitStatuses } from './observations.ts';
import { refusal } from './refusals.ts';
import { roles } from './roles.ts';
import { localText } from './text.ts';
import {
  controlRecord,
  measurementRecord,
  specialPlanRecord,
  waveRecord,
  type ControlRecord,
  type MeasurementRecord,
  type SpecialPlanRecord,
  type WaveRecord,
} from './signal-control.ts';
import { warningRecord, type WarningRecord } from './warnings.ts';

const id = z.string().min(1).max(160);
const ms = z.number();

/** Where a record's latest facts came from and when they were true. */
const provenance = z.object({ feed: z.string(), observedAtMs: ms, receivedAtMs: ms });

export const incidentRecord = z.object({
  id,
  /** Short number people say aloud, e.g. 1042. */
  number: z.number().int(),
  channel: z.enum(channels),
  category: z.enum(categoryCodes),
  severity: z.number().int().min(1).max(4),
  title: localText,
  detail: localText.optional(),
  position: lonLat.optional(),
  /** 'exact' from the source; 'street' or 'none' where the source withholds or lacks it. */
  placed: z.enum(['exact', 'approximate', 'none']),
  accuracyM: z.number().optional(),
  address: z.string().optional(),
  district: id.optional(),
  street: id.optional(),
  status: z.enum(['open', 'closed']),
  sourceStatus: z.string().optional(),
  agency: z.string().optional(),
  units: z.array(z.string()),
  reportedAtMs: ms,
  updatedAtMs: ms,
  closedAtMs: ms.optional(),
  dueAtMs: ms.optional(),
  caller: z.object({ name: z.string().optional(), phone: z.string().optional() }).optional(),
  /** Open incidents near in time and place that may be the same event, best first. */
  duplicateHints: z.array(
    z.object({ incident: id, distanceM: z.number(), minutesApart: z.number(), score: z.number() }),
  ),
  /** What is done about it. */
  case: caseFields,
  /** True where something was left out for this reader. */
  masked: z.boolean().optional(),
  provenance,
});
export type IncidentRecord = z.infer<typeof incidentRecord>;

export const unitRecord = z.object({
  id,
  callsign: z.string(),
  name: localText,
  department: z.string(),
  kind: z.enum(unitKinds),
  status: z.enum(unitStatuses),
  position: lonLat.optional(),
  headingDeg: z.number().optional(),
  /** The case it works on: sent from here, or as its source says. */
  incident: z.string().optional(),
  /** True where it was sent from here: only then does closing the case free it. */
  assigned: z.boolean().optional(),
  capabilities: z.array(z.string()),
  crew: z.number().int(),
  home: z.string(),
  /** Taken out of service from here, by whom and why. */
  outOfService: z.object({ by: z.string(), reason: z.string().optional(), atMs: ms }).optional(),
  provenance: provenance.optional(),
});
export type UnitRecord = z.infer<typeof unitRecord>;

export const facilityRecord = z.object({
  id,
  kind: z.enum(facilityKinds),
  name: localText,
  position: lonLat,
  capacity: z.record(z.string(), z.number()),
  metrics: z.record(z.string(), z.number()),
  provenance: provenance.optional(),
});
export type FacilityRecord = z.infer<typeof facilityRecord>;

export const stationRecord = z.object({
  id,
  kind: z.enum(stationKinds),
  name: localText,
  position: lonLat,
  metrics: z.record(z.string(), z.number()),
  provenance: provenance.optional(),
});
export type StationRecord = z.infer<typeof stationRecord>;

export const feedKinds = [
  'positions',
  'detectors',
  'signals',
  'signal-port',
  'incidents',
  'units',
  'facilities',
  'stations',
  'warnings',
  'mixed',
] as const;
export type FeedKind = (typeof feedKinds)[number];
/** 'waiting': nothing came yet. 'stale': silent for over 5 of its median intervals. */
export const feedStates = ['waiting', 'live', 'stale'] as const;
export const feedRecord = z.object({
  id,
  name: localText,
  kind: z.enum(feedKinds),
  format: z.string(),
  state: z.enum(feedStates),
  /** Observations taken a second, over the last 10 s. */
  ratePerS: z.number(),
  /** Arrival minus event time, median of the recent ones; never below 0. */
  lagMs: z.number().optional(),
  /** Its clock is ahead of the server's by so much; absent where it is not, or hardly. */
  clockAheadMs: z.number().optional(),
  lastSeenAtMs: ms.optional(),
  medianIntervalMs: z.number().optional(),
  objects: z.number().int(),
  taken: z.number().int(),
  refused: z.number().int(),
  late: z.number().int(),
  duplicate: z.number().int(),
  /** Newest first, at most 10. */
  lastRefusals: z.array(refusal.extend({ atMs: ms })),
  /** True while a recording is played through it. */
  replaying: z.boolean().optional(),
});
export type FeedRecord = z.infer<typeof feedRecord>;

/** The city at a glance. One record, id `city`; absent numbers are not known, never 0. */
export const vitalsRecord = z.object({
  id: z.literal('city'),
  atMs: ms,
  vehicles: z.number().int(),
  meanSpeedKph: z.number().optional(),
  /** Travel time over free-flow travel time, weighted by vehicles (TTI; 1 = free). */
  congestionIndex: z.number().optional(),
  /** Share of measured link length at level of service E or F, 0…1. */
  congestedShare: z.number().optional(),
  linksMeasured: z.number().int(),
  links: z.number().int(),
  openIncidents: z.number().int(),
  openSevere: z.number().int(),
  unitsAvailable: z.number().int(),
  units: z.number().int(),
  /** Occupied hospital beds over all beds, 0…1. */
  hospitalLoad: z.number().optional(),
  erQueue: z.number().optional(),
  parkingLoad: z.number().optional(),
  aqi: z.number().optional(),
  rainMmH: z.number().optional(),
  feedsStale: z.number().int(),
  /** Feeds from which nothing has come yet; they are not stale. */
  feedsWaiting: z.number().int().optional(),
  feeds: z.number().int(),
});
export type VitalsRecord = z.infer<typeof vitalsRecord>;

/** Who is looking at what: one record a signed-in screen, gone when it goes. */
export const presenceRecord = z.object({
  id,
  user: z.string(),
  name: z.string(),
  role: z.enum(roles),
  /** The case it shows; null: none. */
  incident: z.string().nullable(),
  sinceMs: ms,
});
export type PresenceRecord = z.infer<typeof presenceRecord>;

export const recordSchemas = {
  incident: incidentRecord,
  unit: unitRecord,
  facility: facilityRecord,
  station: stationRecord,
  feed: feedRecord,
  vitals: vitalsRecord,
  presence: presenceRecord,
  alarm: alarmRecord,
  rule: ruleRecord,
  watch: watchRecord,
  warning: warningRecord,
  handover: handoverRecord,
  control: controlRecord,
  wave: waveRecord,
  measurement: measurementRecord,
  'special-plan': specialPlanRecord,
} as const;
export interface RecordTypes {
  incident: IncidentRecord;
  unit: UnitRecord;
  facility: FacilityRecord;
  station: StationRecord;
  feed: FeedRecord;
  vitals: VitalsRecord;
  presence: PresenceRecord;
  alarm: AlarmRecord;
  rule: RuleRecord;
  watch: WatchRecord;
  warning: WarningRecord;
  handover: HandoverRecord;
  control: ControlRecord;
  wave: WaveRecord;
  measurement: MeasurementRecord;
  'special-plan': SpecialPlanRecord;
}
export type RecordKind = keyof RecordTypes;
export const recordKinds = Object.keys(recordSchemas) as RecordKind[];

/** All records by kind and id: the server's own, and a client's mirror of them. */
export type RecordMaps = { readonly [K in RecordKind]: Map<string, RecordTypes[K]> };
export const emptyRecordMaps = (): RecordMaps => ({
  incident: new Map(),
  unit: new Map(),
  facility: new Map(),
  station: new Map(),
  feed: new Map(),
  vitals: new Map(),
  presence: new Map(),
  alarm: new Map(),
  rule: new Map(),
  watch: new Map(),
  warning: new Map(),
  handover: new Map(),
  control: new Map(),
  wave: new Map(),
  measurement: new Map(),
  'special-plan': new Map(),
});
