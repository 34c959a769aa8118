/**
 * Whether an observation of the right shape can be true: its place in the city (or the feed's own area), its time near
 * now. Replayed times are mapped before they come here (FE-34, FE-38).
 */
import { metresPerDegree, type Bbox, type LonLat } from '../contract/geo.ts';
import type { Observation, WarningObservation } from '../contract/observations.ts';
import type { Refusal } from '../contract/refusals.ts';
import { excerpt } from './native.ts';
import type { Area } from './parser.ts';
import { replayedMs, type ReplayClock } from './replay-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Telemetry older than this says nothing of now. */
export const MAX_TELEMETRY_AGE_MS = DAY_MS;
/** A case can be open for a year. */
export const MAX_INCIDENT_AGE_MS = 400 * DAY_MS;
/** Clocks drift; more than this is a wrong clock, not a drift. */
export const MAX_FUTURE_MS = 5 * MINUTE_MS;

/** The refusal of an event time, or null. */
export function checkTime(atMs: number, incident: boolean, nowMs: number): Refusal | null {
  const age = nowMs - atMs;
  if (age > (incident ? MAX_INCIDENT_AGE_MS : MAX_TELEMETRY_AGE_MS)) {
    return { code: 'too-old', detail: isoText(atMs) };
  }
  return age < -MAX_FUTURE_MS ? { code: 'in-future', detail: isoText(atMs) } : null;
}

/** The refusal of a place, or null. */
export function checkPlace(lon: number, lat: number, area: Area): Refusal | null {
  if (area.contains([lon, lat])) return null;
  const swapped = Math.abs(lon) <= 90 && area.contains([lat, lon]);
  return {
    code: 'outside-city',
    detail: `lon ${lon}, lat ${lat}${swapped ? ': longitude and latitude are swapped' : ''}`,
  };
}

/** Maps an observation's times through a replay clock. The observation is ours alone: it is changed in place. */
export function shiftTimes(o: Observation, clock: ReplayClock): void {
  o.at = replayedMs(clock, o.at);
  if (o.type === 'warning') {
    const { message } = o;
    for (const key of ['sentAtMs', 'effectiveAtMs', 'onsetAtMs', 'expiresAtMs'] as const) {
      const ms = message[key];
      if (ms !== undefined) message[key] = replayedMs(clock, ms);
    }
  }
  // What a sensor reports every five minutes comes every five seconds at 60×.
  if (o.type === 'detector' && o.intervalS !== undefined) {
    o.intervalS = Math.max(1, o.intervalS / clock.speed);
  }
  if (o.type === 'incident') {
    if (o.updatedAt !== undefined) o.updatedAt = replayedMs(clock, o.updatedAt);
    if (o.dueAt !== undefined) o.dueAt = replayedMs(clock, o.dueAt);
  }
}

/** The refusal of an observation that cannot be true, or null. */
export function implausible(o: Observation, area: Area, nowMs: number): Refusal | null {
  if (o.type === 'warning') return implausibleWarning(o, area, nowMs);
  const incident = o.type === 'incident';
  const late = checkTime(o.at, incident, nowMs);
  if (late !== null) return late;
  if (incident && o.updatedAt !== undefined) {
    const updated = checkTime(o.updatedAt, true, nowMs);
    if (updated !== null) return updated;
  }
  if (o.type === 'station') {
    return o.position === undefined ? null : checkPlace(o.position[0], o.position[1], area);
  }
  if (!('lon' in o) && !('lat' in o)) return null;
  if (o.lon === undefined && o.lat === undefined) return null;
  if (o.lon === undefined || o.lat === undefined) {
    return { code: 'bad-position', detail: `${o.lon === undefined ? 'lon' : 'lat'} is missing` };
  }
  return checkPlace(o.lon, o.lat, area);
}

/** One sent long ago may be in force; one that has been over for a day says nothing any more. */
function implausibleWarning({ at, message }: WarningObservation, area: Area, nowMs: number): Refusal | null {
  const time = checkTime(at, false, nowMs);
  const over = message.expiresAtMs ?? at;
  if (time !== null && (time.code !== 'too-old' || nowMs - over > MAX_TELEMETRY_AGE_MS)) return time;
  const boxes = message.areas.flatMap((a) => [...a.polygons.map(boxOf), ...a.circles.map(circleBox)]);
  if (boxes.length === 0 || boxes.some((box) => overlap(box, area.bbox))) return null;
  return { code: 'outside-city', detail: excerpt(message.areas[0]!.description) };
}

const overlap = (a: Bbox, b: Bbox): boolean => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

function boxOf(ring: readonly LonLat[]): Bbox {
  const lons = ring.map((p) => p[0]);
  const lats = ring.map((p) => p[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

function circleBox({ center, radiusM }: { readonly center: LonLat; readonly radiusM: number }): Bbox {
  const [lon, lat] = center;
  const m = metresPerDegree(Math.min(89, Math.abs(lat)));
  const [dLon, dLat] = [radiusM / m.lon, radiusM / m.lat];
  return [lon - dLon, lat - dLat, lon + dLon, lat + dLat];
}

/** A time for people, also where it is far out of any calendar. */
function isoText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}
