/**
 * The native format: what `contract/observations.ts` describes, with times as ms or ISO 8601. Says of each value either
 * the observation or one refusal. Positions and detectors, which come by the hundred thousand, are checked by hand; that
 * these checks take and refuse exactly what the schemas do is held by a property test (FE-22).
 */
import { z } from 'zod';
import {
  detectorObservation,
  facilityObservation,
  goneObservation,
  incidentObservation,
  moverKinds,
  positionObservation,
  signalObservation,
  stationObservation,
  unitObservation,
  warningObservation,
  type DetectorObservation,
  type Observation,
  type ObservationType,
  type PositionObservation,
} from '../contract/observations.ts';
import type { Refusal } from '../contract/refusals.ts';

export const schemas = {
  position: positionObservation,
  gone: goneObservation,
  detector: detectorObservation,
  signal: signalObservation,
  incident: incidentObservation,
  unit: unitObservation,
  facility: facilityObservation,
  station: stationObservation,
  warning: warningObservation,
} as const satisfies Record<ObservationType, z.ZodType>;

/** Compared by identity: a refusal is a plain object with a code, an observation has a type. */
export const isRefusal = (v: Observation | Refusal): v is Refusal => 'code' in v;

const movers: ReadonlySet<unknown> = new Set(moverKinds);
const timeFields = ['at', 'updatedAt', 'dueAt'] as const;

/** The observation in `raw`, or why there is none. `allowed`: the types this feed may send. */
export function readNative(raw: unknown, allowed: ReadonlySet<string>): Observation | Refusal {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { code: 'not-object' };
  const o = raw as Record<string, unknown>;
  const type = o['type'];
  if (type === 'position' && allowed.has('position')) {
    const fast = checkedPosition(o);
    if (fast !== null) return fast;
  } else if (type === 'detector' && allowed.has('detector')) {
    const fast = checkedDetector(o);
    if (fast !== null) return fast;
  }
  return readBySchema(o, allowed);
}

/** The slow and thorough way: says what is wrong. */
export function readBySchema(
  o: Readonly<Record<string, unknown>>,
  allowed: ReadonlySet<string>,
): Observation | Refusal {
  const type = o['type'];
  if (typeof type !== 'string' || !Object.hasOwn(schemas, type)) {
    return { code: 'unknown-kind', detail: excerpt(type) };
  }
  if (!allowed.has(type)) return { code: 'wrong-kind', detail: type };
  let value: Record<string, unknown> | null = null;
  for (const field of timeFields) {
    const at = o[field];
    if (typeof at === 'string') {
      const ms = parseInstant(at);
      if (ms === null) return { code: 'bad-time', detail: `${field} ${excerpt(at)}` };
      value ??= { ...o };
      value[field] = ms;
    } else if (field === 'at' && (typeof at !== 'number' || !Number.isFinite(at))) {
      return { code: 'bad-time', detail: `at ${excerpt(at)}` };
    }
  }
  const place = badPosition(o);
  if (place !== null) return place;
  const parsed = schemas[type as ObservationType].safeParse(value ?? o);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return {
    code: 'bad-field',
    detail: `${issue?.path.join('.') || type}: ${issue?.message ?? 'invalid'}`.slice(0, 300),
  };
}

/**
 * ISO 8601 with a zone, to ms since 1970, or null. Without a zone a time means something else on every machine, so it
 * is not taken.
 */
export function parseInstant(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)) return null;
  const ms = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(ms) ? null : ms;
}

/** A short and harmless quotation of what came. */
export function excerpt(v: unknown): string {
  const text = plainText(v);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function plainText(v: unknown): string {
  switch (typeof v) {
    case 'string':
      return v;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(v);
    case 'undefined':
      return '(missing)';
    case 'object':
    case 'function':
    case 'symbol':
      return v === null ? 'null' : Array.isArray(v) ? '[…]' : '{…}';
  }
}

function badPosition(o: Readonly<Record<string, unknown>>): Refusal | null {
  const { lon, lat } = o;
  if (typeof lon === 'number' && typeof lat === 'number' && Math.abs(lat) > 90 && Math.abs(lat) <= 180) {
    if (Math.abs(lon) <= 90) {
      const detail = `lon ${lon}, lat ${lat}: longitude and latitude are swapped`;
      return { code: 'bad-position', detail };
    }
  }
  for (const [name, v, limit] of [
    ['lon', lon, 180],
    ['lat', lat, 90],
  ] as const) {
    if (v === undefined) continue;
    if (typeof v !== 'number' || !Number.isFinite(v) || Math.abs(v) > limit) {
      return { code: 'bad-position', detail: `${name} ${excerpt(v)}` };
    }
  }
  return null;
}

const within = (v: unknown, min: number, max: number): boolean =>
  typeof v === 'number' && v >= min && v <= max;
const absentOrWithin = (v: unknown, min: number, max: number): boolean =>
  v === undefined || within(v, min, max);
const isId = (v: unknown): v is string => typeof v === 'string' && v.length >= 1 && v.length <= 80;

function checkedPosition(o: Readonly<Record<string, unknown>>): PositionObservation | null {
  const { id, at, lon, lat, headingDeg, speedKph, mover, link, occupied } = o;
  if (
    !isId(id) ||
    typeof at !== 'number' ||
    !Number.isFinite(at) ||
    !within(lon, -180, 180) ||
    !within(lat, -90, 90) ||
    !absentOrWithin(headingDeg, 0, 360) ||
    !absentOrWithin(speedKph, 0, 400) ||
    (mover !== undefined && !movers.has(mover)) ||
    (link !== undefined && !isId(link)) ||
    (occupied !== undefined && typeof occupied !== 'boolean')
  ) {
    return null;
  }
  return {
    type: 'position',
    id,
    at,
    lon,
    lat,
    headingDeg,
    speedKph,
    mover,
    link,
    occupied,
  } as PositionObservation;
}

function checkedDetector(o: Readonly<Record<string, unknown>>): DetectorObservation | null {
  const { id, at, lon, lat, speedKph, flowVph, occupancyPct, intervalS } = o;
  if (
    !isId(id) ||
    typeof at !== 'number' ||
    !Number.isFinite(at) ||
    !absentOrWithin(lon, -180, 180) ||
    !absentOrWithin(lat, -90, 90) ||
    (speedKph !== null && !absentOrWithin(speedKph, 0, 250)) ||
    !absentOrWithin(flowVph, 0, 30_000) ||
    !absentOrWithin(occupancyPct, 0, 100) ||
    !absentOrWithin(intervalS, 1, 86_400)
  ) {
    return null;
  }
  return {
    type: 'detector',
    id,
    at,
    lon,
    lat,
    speedKph,
    flowVph,
    occupancyPct,
    intervalS,
  } as DetectorObservation;
}
