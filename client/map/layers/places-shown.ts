/** Which facilities, units and stations the map shows at a zoom, and what it says of them; no drawing. */
import type { FacilityKind } from '../../../server/contract/city-pack.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { FacilityRecord, StationRecord, UnitRecord } from '../../../server/contract/records.ts';

/** A unit or station silent for longer is drawn faded. */
const STALE_AFTER_MS = 5 * 60_000;

/** Occupied share 0…1 of what a facility reports, null where it reports none. */
export function facilityLoad(f: FacilityRecord): number | null {
  const share = (free: string, of: string): number | null => {
    const total = f.capacity[of];
    const left = f.metrics[free];
    if (total === undefined || total <= 0 || left === undefined) return null;
    return Math.max(0, Math.min(1, 1 - left / total));
  };
  const residents = f.metrics['residents'];
  const places = f.capacity['places'];
  if (residents !== undefined && places !== undefined && places > 0) return Math.min(1, residents / places);
  return share('bedsFree', 'beds') ?? share('spacesFree', 'spaces') ?? null;
}

/** Far out only what a city looks at first. */
const fromZoom: Partial<Record<FacilityKind, number>> = {
  hospital: 12,
  'fire-station': 13,
  'police-station': 13,
  'service-hall': 13.5,
  parking: 14,
  'elderly-care': 14.5,
};

export function shownFacilities(
  records: Iterable<FacilityRecord>,
  zoom: number,
  all: boolean,
): FacilityRecord[] {
  const shown: FacilityRecord[] = [];
  for (const f of records) {
    if (!all && facilityLoad(f) === null) continue;
    if (zoom >= (fromZoom[f.kind] ?? 14.2)) shown.push(f);
  }
  return shown;
}

export type PlacedUnit = UnitRecord & { readonly position: LonLat };
export const placedUnits = (records: Iterable<UnitRecord>): PlacedUnit[] =>
  [...records]
    .filter((u): u is PlacedUnit => u.position !== undefined)
    .sort((a, b) => (a.id < b.id ? -1 : 1));

export const isStale = (r: UnitRecord | StationRecord, nowMs: number): boolean =>
  r.provenance !== undefined && nowMs - r.provenance.receivedAtMs > STALE_AFTER_MS;

const WAITING_FROM_ZOOM = 13.2;
const waits = (u: UnitRecord): boolean => u.status === 'available' || u.status === 'out-of-service';

/** Far out only units at work: the others wait at their stations. */
export const unitShown = (u: UnitRecord, zoom: number): boolean => zoom >= WAITING_FROM_ZOOM || !waits(u);

/** A unit that is at work is labelled from farther away than one that waits at home. */
export const unitLabelled = (u: UnitRecord, zoom: number): boolean => zoom >= (waits(u) ? 15.5 : 12.5);

/** The one number worth reading on the map, empty where there is none. */
export function stationText(s: StationRecord): string {
  const value = (name: string, digits: number, unit: string): string => {
    const v = s.metrics[name];
    return v === undefined ? '' : `${v.toFixed(digits)}${unit}`;
  };
  switch (s.kind) {
    case 'loop':
      return value('speedKph', 0, '');
    case 'air':
      return s.metrics['aqi'] === undefined ? value('pm25', 0, '') : value('aqi', 0, '');
    case 'rain':
      return value('rainMmH', 1, ' mm/h');
    case 'river':
      return value('levelM', 2, ' m');
    case 'crowd':
      return value('people', 0, '');
    default:
      return '';
  }
}

/** Closer up every value is shown. */
export const EVERY_STATION_FROM_ZOOM = 15;

/** A value that asks for attention: unhealthy air (HJ 633-2012, above grade II), falling rain, a slow road. */
export function stationNoteworthy(s: StationRecord): boolean {
  const { kind, metrics } = s;
  if (kind === 'loop') return (metrics['speedKph'] ?? Number.POSITIVE_INFINITY) < 20;
  if (kind === 'air') return (metrics['aqi'] ?? 0) > 100 || (metrics['pm25'] ?? 0) > 75;
  return kind === 'rain' && (metrics['rainMmH'] ?? 0) >= 0.1;
}
