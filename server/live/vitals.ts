/** The city at a glance, worked out of the live picture. What is not measured is absent, never 0. */
import type { City } from '../city/city.ts';
import { LOS_UNKNOWN, SPEED_UNKNOWN } from '../contract/frames.ts';
import type { FacilityRecord, StationRecord, VitalsRecord } from '../contract/records.ts';
import { travelTimeIndex } from '../domain/traffic.ts';
import type { LinkStates } from './link-states.ts';
import type { Positions } from './positions.ts';
import type { Records } from './records.ts';

/** A facility or an instrument silent for so long is not counted. */
const OLD_MS = 30 * 60_000;
/** First level of service that counts as congested: E. */
const LOS_E = 4;
const SEVERE = 1;

export interface VitalsSources {
  readonly city: City;
  readonly records: Records;
  readonly positions: Positions;
  readonly links: LinkStates;
}

const rounded = (v: number, digits: number): number => Math.round(v * 10 ** digits) / 10 ** digits;

export function vitalsOf({ city, records, positions, links }: VitalsSources, nowMs: number): VitalsRecord {
  let openIncidents = 0;
  let openSevere = 0;
  for (const i of records.values('incident')) {
    // What was merged is counted with its case.
    if (i.status !== 'open' || i.case.mergedInto !== undefined) continue;
    openIncidents++;
    if (i.severity <= SEVERE) openSevere++;
  }
  let unitsAvailable = 0;
  for (const u of records.values('unit')) if (u.status === 'available') unitsAvailable++;
  let feedsStale = 0;
  let feedsWaiting = 0;
  for (const f of records.values('feed')) {
    if (f.state === 'stale') feedsStale++;
    if (f.state === 'waiting') feedsWaiting++;
  }
  return {
    id: 'city',
    atMs: nowMs,
    vehicles: positions.count,
    ...known('meanSpeedKph', meanSpeedKph(positions), 1),
    ...congestion(city, links),
    links: city.linkCount,
    openIncidents,
    openSevere,
    unitsAvailable,
    units: records.count('unit'),
    ...facilities(records.values('facility'), nowMs),
    ...known('aqi', meanMetric(records.values('station'), 'aqi', nowMs), 0),
    ...known('rainMmH', meanMetric(records.values('station'), 'rainMmH', nowMs), 1),
    feedsStale,
    feedsWaiting,
    feeds: records.count('feed'),
  };
}

function known<K extends keyof VitalsRecord>(
  name: K,
  value: number | undefined,
  digits: number,
): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [name]: rounded(value, digits) } as Partial<Record<K, number>>);
}

function meanSpeedKph(positions: Positions): number | undefined {
  const { speed } = positions.columns;
  let sum = 0;
  let n = 0;
  for (let s = 0; s < positions.slots; s++) {
    if (speed[s] === SPEED_UNKNOWN || !positions.isLive(s)) continue;
    sum += speed[s]!;
    n++;
  }
  return n > 0 ? sum / n : undefined;
}

function congestion(
  city: City,
  links: LinkStates,
): Pick<VitalsRecord, 'linksMeasured' | 'congestionIndex' | 'congestedShare'> {
  let linksMeasured = 0;
  let lengthM = 0;
  let congestedM = 0;
  let vehicles = 0;
  let vehiclesIfFree = 0;
  for (let i = 0; i < city.linkCount; i++) {
    const level = links.columns.state[i]! & 7;
    if (level === LOS_UNKNOWN || links.isStale(i)) continue;
    linksMeasured++;
    const metres = city.linkLengthM(i);
    lengthM += metres;
    if (level >= LOS_E) congestedM += metres;
    const here = links.estimatedVehicles(i);
    vehicles += here;
    // Faster than free flow wins back no time that a slow link lost.
    vehiclesIfFree += here * Math.min(1, links.speedKph[i]! / city.freeFlowKph(i));
  }
  return {
    linksMeasured,
    ...known('congestionIndex', vehicles > 0 ? travelTimeIndex(vehicles, vehiclesIfFree) : undefined, 2),
    ...known('congestedShare', lengthM > 0 ? congestedM / lengthM : undefined, 3),
  };
}

function facilities(
  all: Iterable<FacilityRecord>,
  nowMs: number,
): Pick<VitalsRecord, 'hospitalLoad' | 'erQueue' | 'parkingLoad'> {
  let beds = 0;
  let bedsFree = 0;
  let spaces = 0;
  let spacesFree = 0;
  let erQueue: number | undefined;
  for (const f of all) {
    if (!f.provenance || nowMs - f.provenance.receivedAtMs > OLD_MS) continue;
    const { bedsFree: free, spacesFree: places, erQueue: queue } = f.metrics;
    if (free !== undefined && f.capacity['beds'] !== undefined) {
      beds += f.capacity['beds'];
      bedsFree += Math.min(free, f.capacity['beds']);
    }
    if (places !== undefined && f.capacity['spaces'] !== undefined) {
      spaces += f.capacity['spaces'];
      spacesFree += Math.min(places, f.capacity['spaces']);
    }
    if (queue !== undefined) erQueue = (erQueue ?? 0) + queue;
  }
  return {
    ...known('hospitalLoad', beds > 0 ? (beds - bedsFree) / beds : undefined, 3),
    ...known('erQueue', erQueue, 0),
    ...known('parkingLoad', spaces > 0 ? (spaces - spacesFree) / spaces : undefined, 3),
  };
}

function meanMetric(all: Iterable<StationRecord>, name: string, nowMs: number): number | undefined {
  let sum = 0;
  let n = 0;
  for (const s of all) {
    const value = s.metrics[name];
    if (value === undefined || !s.provenance || nowMs - s.provenance.receivedAtMs > OLD_MS) continue;
    sum += value;
    n++;
  }
  return n > 0 ? sum / n : undefined;
}
