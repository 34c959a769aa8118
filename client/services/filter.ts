/** Which units and facilities the tables show, and how full a facility is. Pure. */
import type { FacilityKind } from '../../server/contract/city-pack.ts';
import { unitStatuses } from '../../server/contract/observations.ts';
import type { FacilityRecord, UnitRecord } from '../../server/contract/records.ts';

export interface UnitFilter {
  readonly text: string;
  readonly statuses: readonly UnitRecord['status'][];
  readonly kinds: readonly UnitRecord['kind'][];
}

/** Those at work first, in the order of the work, then by callsign. */
const workOrder = new Map<string, number>(
  (
    [
      'on-scene',
      'transporting',
      'en-route',
      'dispatched',
      'at-facility',
      'returning',
      'available',
      'out-of-service',
    ] satisfies (typeof unitStatuses)[number][]
  ).map((status, i) => [status, i]),
);

export function filterUnits(all: Iterable<UnitRecord>, filter: UnitFilter): UnitRecord[] {
  const wanted = filter.text.trim().toLowerCase();
  const out: UnitRecord[] = [];
  for (const unit of all) {
    if (filter.statuses.length > 0 && !filter.statuses.includes(unit.status)) continue;
    if (filter.kinds.length > 0 && !filter.kinds.includes(unit.kind)) continue;
    if (wanted !== '' && !`${unit.callsign}\n${unit.name.zh}\n${unit.name.en}`.toLowerCase().includes(wanted))
      continue;
    out.push(unit);
  }
  return out.sort(
    (a, b) =>
      workOrder.get(a.status)! - workOrder.get(b.status)! ||
      a.callsign.localeCompare(b.callsign, 'en', { numeric: true }),
  );
}

/** How full a facility is, by what its kind is measured in; undefined where it has not said. */
export function loadOf(f: Pick<FacilityRecord, 'kind' | 'capacity' | 'metrics'>): number | undefined {
  const share = (used: number | undefined, of: number | undefined): number | undefined =>
    used === undefined || of === undefined || of <= 0 ? undefined : Math.max(0, Math.min(1, used / of));
  const usedOf = (capacity: number | undefined, free: number | undefined): number | undefined =>
    capacity === undefined || free === undefined ? undefined : capacity - free;
  switch (f.kind) {
    case 'hospital':
    case 'health-centre':
      return share(usedOf(f.capacity['beds'], f.metrics['bedsFree']), f.capacity['beds']);
    case 'parking':
      return share(usedOf(f.capacity['spaces'], f.metrics['spacesFree']), f.capacity['spaces']);
    case 'elderly-care':
      return share(f.metrics['residents'], f.capacity['places']);
    case 'shelter':
    case 'stadium':
      return share(f.metrics['people'], f.capacity['places']);
    case 'ambulance-post':
    case 'bus-terminal':
    case 'fire-station':
    case 'government':
    case 'metro-station':
    case 'police-station':
    case 'school':
    case 'service-hall':
    case 'traffic-police':
      return undefined;
  }
}

/** Fullest first (or longest queue), those that have not reported last. */
export function facilitiesOf(
  all: Iterable<FacilityRecord>,
  kinds: readonly FacilityKind[],
): FacilityRecord[] {
  const rank = (f: FacilityRecord): number => loadOf(f) ?? (f.metrics['hallQueue'] ?? -1) / 1_000;
  return [...all]
    .filter((f) => kinds.includes(f.kind))
    .sort((a, b) => rank(b) - rank(a) || a.name.zh.localeCompare(b.name.zh, 'zh-CN'));
}
