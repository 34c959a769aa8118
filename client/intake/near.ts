/** Open incidents that the call being taken may be about: near in place and time, of a kind that goes with it. Pure. */
import { categories, type CategoryCode } from '../../server/contract/categories.ts';
import { distanceM, type LonLat } from '../../server/contract/geo.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import type { Rulebook } from '../../server/contract/rulebook.ts';
import { mostSpecific, usualPriority } from './rules.ts';

/** Where the rulebook is not there yet (DI: 10 minutes and 80 m). */
const USUAL = { radiusM: 80, minutes: 10 };
const MINUTE_MS = 60_000;
const MOST = 4;
/** A position known worse than this says nothing about the place. */
const USELESS_ACCURACY_M = 1_000;

export interface NearIncident {
  readonly incident: IncidentRecord;
  readonly distanceM: number;
  /** Since it was heard of last. */
  readonly minutes: number;
}

/** A fire that is still called about is as near in time as its latest call. */
export const heardAtMs = (incident: IncidentRecord): number =>
  Math.max(incident.reportedAtMs, ...incident.case.reports.map((r) => r.atMs));

/** 2 the same category, 1 the same family (or nothing is known of the kind), 0 another. */
function likeness(a: CategoryCode | null, b: CategoryCode): number {
  if (a === b) return 2;
  if (a === null || a === 'other' || b === 'other') return 1;
  return categories[a].family === categories[b].family ? 1 : 0;
}

/** The most alike first, then the nearest. */
export function nearOpen(
  incidents: Iterable<IncidentRecord>,
  call: { readonly category: CategoryCode | null; readonly position: LonLat | null; readonly nowMs: number },
  rulebook: Rulebook | undefined,
): readonly NearIncident[] {
  const { category, position, nowMs } = call;
  if (!position) return [];
  const out: (NearIncident & { readonly like: number })[] = [];
  for (const incident of incidents) {
    if (incident.status !== 'open' || !incident.position || incident.case.mergedInto !== undefined) continue;
    if ((incident.accuracyM ?? 0) > USELESS_ACCURACY_M) continue;
    const like = likeness(category, incident.category);
    if (like === 0) continue;
    const kind = category ?? incident.category;
    const near = (rulebook && mostSpecific(rulebook.nearness, kind, usualPriority(kind))) ?? USUAL;
    const metres = distanceM(position, incident.position);
    const minutes = Math.max(0, (nowMs - heardAtMs(incident)) / MINUTE_MS);
    if (metres > near.radiusM || minutes > near.minutes) continue;
    out.push({ incident, distanceM: metres, minutes, like });
  }
  return out.sort((a, b) => b.like - a.like || a.distanceM - b.distanceM).slice(0, MOST);
}
