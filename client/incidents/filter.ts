/** Which incidents the queue shows and in which order. Pure: the same records and filter give the same list. */
import type { Stage } from '../../server/contract/cases.ts';
import { categories, type Channel, type IncidentFamily } from '../../server/contract/categories.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';

export type IncidentSort = 'queue' | 'severity' | 'newest' | 'oldest';
export interface IncidentFilter {
  readonly text: string;
  readonly families: readonly IncidentFamily[];
  readonly severities: readonly number[];
  readonly channels: readonly Channel[];
  readonly stages: readonly Stage[];
  /** Ids of departments: those whose the case is, who support it or owe it something. */
  readonly departments: readonly string[];
  /** The id of the person who handles it. */
  readonly handler: string | null;
  readonly unassigned: boolean;
  readonly overdue: boolean;
  readonly status: 'open' | 'closed' | 'all';
  readonly sort: IncidentSort;
}
export const noFilter: IncidentFilter = {
  text: '',
  families: [],
  severities: [],
  channels: [],
  stages: [],
  departments: [],
  handler: null,
  unassigned: false,
  overdue: false,
  status: 'open',
  sort: 'queue',
};

export const familyOf = (incident: Pick<IncidentRecord, 'category'>): IncidentFamily =>
  categories[incident.category].family;

/** How many things are filtered by in the lists of choices. */
export const chosenCount = (f: IncidentFilter): number =>
  f.families.length + f.severities.length + f.channels.length + f.stages.length + f.departments.length;

/** True where the filter leaves something out besides closed incidents. */
export const isFiltering = (f: IncidentFilter): boolean =>
  f.text.trim() !== '' || chosenCount(f) > 0 || f.handler !== null || f.unassigned || f.overdue;

/** Callsigns of those at work on it, sent from here or as its source says. */
export const callsignsOf = (incident: IncidentRecord): readonly string[] => [
  ...new Set([
    ...incident.case.assignments.filter((a) => a.status !== 'cleared').map((a) => a.callsign),
    ...incident.units,
  ]),
];

/** Every department that has to do with a case. */
const departmentsOf = ({ case: c }: IncidentRecord): ReadonlySet<string> =>
  new Set([
    ...(c.lead === undefined ? [] : [c.lead]),
    ...c.support,
    ...c.tasks.filter((task) => task.status !== 'cancelled').map((task) => task.department),
    ...c.assignments.map((a) => a.department),
  ]);

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
    incident.case.claim?.name ?? '',
    ...callsignsOf(incident),
  ]
    .join('\n')
    .toLowerCase();
  return wanted.every((word) => hay.includes(word));
}

function caseMatches(incident: IncidentRecord, filter: IncidentFilter): boolean {
  const { case: c } = incident;
  if (filter.stages.length > 0 && !filter.stages.includes(c.stage)) return false;
  if (filter.handler !== null && c.claim?.user !== filter.handler) return false;
  if (filter.unassigned && callsignsOf(incident).length > 0) return false;
  if (filter.overdue && !c.overdue) return false;
  if (filter.departments.length === 0) return true;
  const concerned = departmentsOf(incident);
  return filter.departments.some((d) => concerned.has(d));
}

/** Ties fall to the number, so that rows never jump. */
function order(sort: IncidentSort): (a: IncidentRecord, b: IncidentRecord) => number {
  const newest = (a: IncidentRecord, b: IncidentRecord): number =>
    b.reportedAtMs - a.reportedAtMs || b.number - a.number;
  switch (sort) {
    case 'queue':
      // What has waited longest comes first among its like: it is work, not news (UI-80).
      return (a, b) =>
        Number(b.case.overdue) - Number(a.case.overdue) || a.severity - b.severity || newest(b, a);
    case 'severity':
      return (a, b) => a.severity - b.severity || newest(a, b);
    case 'newest':
      return newest;
    case 'oldest':
      return (a, b) => newest(b, a);
  }
}

/** A report that became part of another case is worked on there and shown only among the closed. */
const statusOf = (incident: IncidentRecord): 'open' | 'closed' =>
  incident.case.mergedInto === undefined ? incident.status : 'closed';

export function filterIncidents(all: Iterable<IncidentRecord>, filter: IncidentFilter): IncidentRecord[] {
  const wanted = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const out: IncidentRecord[] = [];
  for (const incident of all) {
    if (filter.status !== 'all' && statusOf(incident) !== filter.status) continue;
    if (filter.families.length > 0 && !filter.families.includes(familyOf(incident))) continue;
    if (filter.severities.length > 0 && !filter.severities.includes(incident.severity)) continue;
    if (filter.channels.length > 0 && !filter.channels.includes(incident.channel)) continue;
    if (!caseMatches(incident, filter)) continue;
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
