/**
 * Whether an observation of the right shape can be true: its place in the city (or the feed's own area), its time near
 * now. Replayed times are mapped before they come here (FE-34, FE-38).
 */
import type { Observation } from '../contract/observations.ts';
import type { Refusal } from '../contract/refusals.ts';
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

/** A time for people, also where it is far out of any calendar. */
function isoText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}
