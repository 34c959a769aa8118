/** What decisions about cases ask of the live picture: units with their places and shifts, travel times, facilities. */
import type { City } from '../city/city.ts';
import type { Routing } from '../city/routing/routing.ts';
import { localTimeAt } from '../contract/local-time.ts';
import { distanceM, type LonLat } from '../contract/geo.ts';
import type { FacilityRecord, UnitRecord } from '../contract/records.ts';
import type { UnitDescription } from '../contract/city-pack.ts';
import type { CaseWorld } from '../domain/cases/context.ts';
import type { UnitFacts } from '../domain/dispatch/recommend.ts';
import type { Rules } from '../domain/rules/rules.ts';

export interface CaseWorldDeps {
  readonly city: City;
  readonly rules: Rules;
  readonly routing: Routing | null;
  readonly nowMs: () => number;
  readonly reportedUnit: (id: string) => UnitRecord | undefined;
  readonly service: (unit: string) => { readonly inService: boolean } | undefined;
  readonly facility: (id: string) => FacilityRecord | undefined;
}

/** Without a road network: as the crow flies, at this speed, half as far again. */
const CROW_KPH = 30;
const CROW_DETOUR = 1.5;
/** Hospitals are looked at for free beds among so many of the nearest. */
const HOSPITALS_LOOKED_AT = 12;

export function makeCaseWorld(deps: CaseWorldDeps): CaseWorld {
  const { city, rules, routing, nowMs } = deps;
  const pack = city.pack;
  const zone = pack?.manifest.timezone ?? 'UTC';

  const unit = (id: string): UnitFacts | undefined => {
    const described = city.unit(id);
    const reported = deps.reportedUnit(id);
    if (!described || !reported) return undefined;
    const service = deps.service(id);
    const silent = service?.inService === true && reported.provenance === undefined;
    const status = service?.inService === false ? 'out-of-service' : silent ? 'available' : reported.status;
    return {
      id,
      callsign: described.callsign,
      department: described.department,
      kind: described.kind,
      capabilities: described.capabilities,
      home: described.home,
      status,
      ...(reported.position && { position: reported.position }),
      ...(reported.provenance && { positionAgeMs: Math.max(0, nowMs() - reported.provenance.observedAtMs) }),
      onShift: isOnShift(described, nowMs(), zone),
    };
  };

  return {
    rules,
    unit,
    units: () => (pack?.units ?? []).flatMap((u) => unit(u.id) ?? []),
    travel: (to, from) =>
      routing
        ? routing.timesTo(to, from)
        : from.map((p) => {
            const metres = distanceM(p, to) * CROW_DETOUR;
            return { metres, seconds: (metres / CROW_KPH) * 3.6 };
          }),
    home: (id) => city.facility(id),
    placeOf: (p) => {
      const { district, street } = city.districtAt(p);
      return { ...(district && { district: district.id }), ...(street && { street: street.id }) };
    },
    inCity: (p) => pack === null || city.contains(p),
    facilityExists: (id) => city.facility(id) !== undefined,
    notify: (wanted, level, position) =>
      position === undefined
        ? []
        : wanted
            .filter((w) => w.level <= level)
            .flatMap((w) => nearestReady(deps, w.kind, w.count, position)),
  };
}

function nearestReady(
  deps: CaseWorldDeps,
  kind: FacilityRecord['kind'],
  count: number,
  position: LonLat,
): ReturnType<CaseWorld['notify']> {
  const near = deps.city.nearestFacilities(position, kind, kind === 'hospital' ? HOSPITALS_LOOKED_AT : count);
  const known = near.map((f) => {
    const bedsFree = deps.facility(f.id)?.metrics['bedsFree'];
    return {
      facility: f.id,
      name: f.name,
      distanceM: Math.round(distanceM(position, f.position)),
      ...(kind === 'hospital' && bedsFree !== undefined && { bedsFree }),
    };
  });
  // A hospital that says it is full is told last; one that says nothing may have room.
  const full = (f: { bedsFree?: number }): boolean => f.bedsFree !== undefined && f.bedsFree < 1;
  return [...known.filter((f) => !full(f)), ...known.filter(full)].slice(0, count);
}

/** True where its shift covers the local time of day (DI-8). */
export function isOnShift(unit: Pick<UnitDescription, 'shift'>, nowMs: number, zone: string): boolean {
  if (unit.shift === undefined) return true;
  const { hour, minute } = localTimeAt(nowMs, zone);
  const now = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  const { from, to } = unit.shift;
  return from <= to ? from <= now && now < to : now >= from || now < to;
}
