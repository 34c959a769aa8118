/**
 * What a feed in the native format sends: one JSON object an observation, `at` being the time of the event (ms since
 * 1970, or ISO 8601 with a zone), never the time of sending. Foreign formats are turned into these by `server/feeds`.
 */
import { z } from 'zod';
import { categoryCodes, channels } from './categories.ts';
import { lonLat } from './geo.ts';
import { localText } from './text.ts';
import { warningMessage } from './warnings.ts';

/** A kind of moving thing; the order is the number on the wire: append only, at most 16. */
export const moverKinds = [
  'car',
  'taxi',
  'bus',
  'truck',
  'ambulance',
  'fire-engine',
  'police-car',
  'other',
] as const;
export type MoverKind = (typeof moverKinds)[number];

const id = z.string().min(1).max(80);
const at = z.number();
const metrics = z.record(z.string().max(40), z.number());

/** Where something that moves is. Telemetry: the newest wins, an older one never moves it back. */
export const positionObservation = z.object({
  type: z.literal('position'),
  id,
  at,
  lon: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  headingDeg: z.number().min(0).max(360).optional(),
  speedKph: z.number().min(0).max(400).optional(),
  mover: z.enum(moverKinds).optional(),
  /** The link it drives on, where the vendor matches its positions to the city's map. */
  link: id.optional(),
  occupied: z.boolean().optional(),
});
/** The object has left (trip over, sensor off). */
export const goneObservation = z.object({ type: z.literal('gone'), id, at });

/** A loop detector's reading over its interval. */
export const detectorObservation = z.object({
  type: z.literal('detector'),
  id,
  at,
  /** Where it is, for a detector that the city pack does not know. */
  lon: z.number().min(-180).max(180).optional(),
  lat: z.number().min(-90).max(90).optional(),
  speedKph: z.number().min(0).max(250).nullable().optional(),
  flowVph: z.number().min(0).max(30_000).optional(),
  occupancyPct: z.number().min(0).max(100).optional(),
  intervalS: z.number().min(1).max(86_400).optional(),
});

export const signalObservation = z.object({
  type: z.literal('signal'),
  id,
  at,
  /** Index into the signal's phases in the city pack; -1 when dark. */
  phase: z.number().int().min(-1).max(15),
  state: z.enum(['green', 'yellow', 'all-red', 'dark', 'flashing']),
  remainingS: z.number().min(0).max(600).optional(),
});

export const incidentObservation = z.object({
  type: z.literal('incident'),
  /** The source's own number for it; the same id again is an update of the same incident. */
  id,
  at,
  channel: z.enum(channels),
  category: z.enum(categoryCodes),
  severity: z.number().int().min(1).max(4).optional(),
  title: localText.optional(),
  detail: localText.optional(),
  lon: z.number().min(-180).max(180).optional(),
  lat: z.number().min(-90).max(90).optional(),
  /** How well the position is known, in metres (1 sigma). */
  accuracyM: z.number().min(0).max(50_000).optional(),
  address: z.string().max(200).optional(),
  caller: z.object({ name: z.string().max(80).optional(), phone: z.string().max(40).optional() }).optional(),
  status: z.enum(['open', 'closed']).default('open'),
  /** The source's own word for the state, shown as it is. */
  sourceStatus: z.string().max(80).optional(),
  dueAt: z.number().optional(),
  agency: z.string().max(80).optional(),
  units: z.array(z.string().max(40)).max(100).optional(),
  /** The time this came to be known to the source, where it differs from `at` (opened earlier, updated now). */
  updatedAt: z.number().optional(),
});

export const unitStatuses = [
  'available',
  'dispatched',
  'en-route',
  'on-scene',
  'transporting',
  'at-facility',
  'returning',
  'out-of-service',
] as const;
export const unitObservation = z.object({
  type: z.literal('unit'),
  id,
  at,
  status: z.enum(unitStatuses).optional(),
  lon: z.number().min(-180).max(180).optional(),
  lat: z.number().min(-90).max(90).optional(),
  headingDeg: z.number().min(0).max(360).optional(),
  speedKph: z.number().min(0).max(400).optional(),
  incident: id.optional(),
});

/** Numbers a facility reports of itself: bedsFree, erQueue, spacesFree, hallQueue, places… (see `metricNames`). */
export const facilityObservation = z.object({ type: z.literal('facility'), id, at, metrics });

/** Numbers an instrument reports: pm25, rainMmH, levelM, people… A station unknown to the pack needs its place. */
export const stationObservation = z.object({
  type: z.literal('station'),
  id,
  at,
  metrics,
  kind: z.enum(['air', 'rain', 'river', 'loop', 'crowd']).optional(),
  name: localText.optional(),
  position: lonLat.optional(),
});

/** A public warning of another authority; `id` is its CAP identifier. */
export const warningObservation = z.object({
  type: z.literal('warning'),
  id: z.string().min(1).max(300),
  at,
  message: warningMessage,
});

export const observation = z.discriminatedUnion('type', [
  positionObservation,
  goneObservation,
  detectorObservation,
  signalObservation,
  incidentObservation,
  unitObservation,
  facilityObservation,
  stationObservation,
  warningObservation,
]);
export type Observation = z.infer<typeof observation>;
export type ObservationType = Observation['type'];
export type PositionObservation = z.infer<typeof positionObservation>;
export type DetectorObservation = z.infer<typeof detectorObservation>;
export type SignalObservation = z.infer<typeof signalObservation>;
export type IncidentObservation = z.infer<typeof incidentObservation>;
export type UnitObservation = z.infer<typeof unitObservation>;
export type FacilityObservation = z.infer<typeof facilityObservation>;
export type StationObservation = z.infer<typeof stationObservation>;
export type WarningObservation = z.infer<typeof warningObservation>;

/** The metrics the product knows: their words, unit, and what of a facility's capacity they are held against. */
export const metricNames = {
  bedsFree: { zh: '空余床位', en: 'Free beds', unit: '', of: 'beds' },
  erQueue: { zh: '急诊候诊', en: 'ER queue', unit: '', of: null },
  erBaysFree: { zh: '急诊空位', en: 'Free ER bays', unit: '', of: 'erBays' },
  erWaitMin: { zh: '急诊等候', en: 'ER wait', unit: 'min', of: null },
  spacesFree: { zh: '空余车位', en: 'Free spaces', unit: '', of: 'spaces' },
  hallQueue: { zh: '排队人数', en: 'Queue', unit: '', of: null },
  hallWaitMin: { zh: '等候时间', en: 'Wait', unit: 'min', of: null },
  countersOpen: { zh: '开放窗口', en: 'Open counters', unit: '', of: 'counters' },
  residents: { zh: '在住人数', en: 'Residents', unit: '', of: 'places' },
  headwayS: { zh: '公交车头时距', en: 'Bus headway', unit: 's', of: null },
  headwayRatio: { zh: '车头时距偏差', en: 'Headway ÷ planned', unit: '×', of: null },
  pm25: { zh: 'PM2.5', en: 'PM2.5', unit: 'µg/m³', of: null },
  aqi: { zh: '空气质量指数', en: 'AQI', unit: '', of: null },
  rainMmH: { zh: '雨强', en: 'Rain', unit: 'mm/h', of: null },
  levelM: { zh: '水位', en: 'Water level', unit: 'm', of: null },
  people: { zh: '人数', en: 'People', unit: '', of: 'places' },
  speedKph: { zh: '车速', en: 'Speed', unit: 'km/h', of: null },
  flowVph: { zh: '流量', en: 'Flow', unit: 'veh/h', of: null },
  occupancyPct: { zh: '占有率', en: 'Occupancy', unit: '%', of: null },
} as const;
export type MetricName = keyof typeof metricNames;
