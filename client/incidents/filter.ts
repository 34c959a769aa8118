/** Which incidents the list shows and in which order. Pure: the same records and filter give the same list. */
import { categories, type Channel, type IncidentFamily } from '../../server/contract/categories.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';

export type IncidentSort = 'severity' | 'newest' | 'oldest';
export interface IncidentFilter {
  readonly text: string;
  readonly families: readonly IncidentFamily[];
  readonly severities: readonly number[];
  readonly channels: readonly Channel[];
  readonly status: 'open' | 'closed' | 'all';
  readonly sort: IncidentSort;
}
export const noFilter: IncidentFilter = {
  text: '',
  families: [],
  severities: [],
  channels: [],
  status: 'open',
  sort: 'severity',
};

export const familyOf = (incident: Pick<IncidentRecord, 'category'>): IncidentFamily =>
  categories[incident.category].family;

/** True where the filter leaves something out besides closed incidents. */
export const isFiltering = (f: IncidentFilter): boolean =>
  f.text.trim() !== '' || f.families.length + f.severities.length + f.channels.length > 0;

function textMatches(incident: IncidentRecord, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const name = categories[incident.category].name;
  const hay = [
    `#${incident.number}`,
    incident.title.zh,
    incident.title.en,
    name.zh,
    name.en,
    incident.address ?? '',
    incident.agency ?? '',
    incident.sourceStatus ?? '',
    ...incident.units,
  ]
    .join('\n')
    .toLowerCase();
  return wanted.every((word) => hay.includes(word));
}

/** By severity the newest of the same severity comes first; ties fall to the number, so that rows never jump. */
function order(sort: IncidentSort): (a: IncidentRecord, b: IncidentRecord) => number {
  const newest = (a: IncidentRecord, b: IncidentRecord): number =>
    b.reportedAtMs - a.reportedAtMs || b.number - a.number;
  switch (sort) {
    case 'severity':
      return (a, b) => a.severity - b.severity || newest(a, b);
    case 'newest':
      return newest;
    case 'oldest':
      return (a, b) => newest(b, a);
  }
}

export function filterIncidents(all: Iterable<IncidentRecord>, filter: IncidentFilter): IncidentRecord[] {
  const wanted = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const out: IncidentRecord[] = [];
  for (const incident of all) {
    if (filter.status !== 'all' && incident.status !== filter.status) continue;
    if (filter.families.length > 0 && !filter.families.includes(familyOf(incident))) continue;
    if (filter.severities.length > 0 && !filter.severities.includes(incident.severity)) continue;
    if (filter.channels.length > 0 && !filter.channels.includes(incident.channel)) continue;
    if (!textMatches(incident, wanted)) continue;
    out.push(incident);
  }
  return out.sort(order(filter.sort));
}

/** New on this screen: came after it was opened, not long ago, and nobody looked at it yet. */
export function isNew(
  incident: IncidentRecord,
  openedAtMs: number,
  nowMs: number,
  seen: ReadonlySet<string>,
): boolean {
  const NEW_FOR_MS = 3 * 60_000;
  const cameAtMs = incident.provenance.receivedAtMs;
  return (
    incident.status === 'open' &&
    incident.reportedAtMs >= openedAtMs - NEW_FOR_MS &&
    cameAtMs > openedAtMs &&
    nowMs - cameAtMs < NEW_FOR_MS &&
    !seen.has(incident.id)
  );
}
