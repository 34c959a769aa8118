/** Records as small as they can be: an incident nobody has worked on yet, and a unit that is free. */
import type { CaseFields } from '../../server/contract/cases.ts';
import type { IncidentRecord, UnitRecord } from '../../server/contract/records.ts';

export const aCase = (more: Partial<CaseFields> = {}): CaseFields => ({
  stage: 'reported',
  version: 0,
  support: [],
  hops: 0,
  returns: 0,
  assignments: [],
  tasks: [],
  deadlines: [],
  overdue: false,
  reports: [],
  notified: [],
  merged: [],
  reopened: 0,
  ...more,
});

/** `inc-1000` where the number is not given. */
export function anIncident(more: Partial<IncidentRecord> = {}): IncidentRecord {
  const { number = 1_000, reportedAtMs = 0 } = more;
  return {
    id: `inc-${number}`,
    number,
    channel: '122',
    category: 'traffic.collision',
    severity: 2,
    title: { zh: '两车相撞', en: 'Two cars collided' },
    placed: 'exact',
    status: 'open',
    units: [],
    reportedAtMs,
    updatedAtMs: reportedAtMs,
    duplicateHints: [],
    case: aCase(),
    provenance: { feed: 'f', observedAtMs: reportedAtMs, receivedAtMs: reportedAtMs },
    ...more,
  };
}

/** `unit-A1` where the callsign is not given. */
export function aUnit(more: Partial<UnitRecord> = {}): UnitRecord {
  const { callsign = 'A1' } = more;
  return {
    id: `unit-${callsign}`,
    callsign,
    name: { zh: `急救 ${callsign}`, en: `Ambulance ${callsign}` },
    department: 'd',
    kind: 'ambulance',
    status: 'available',
    capabilities: [],
    crew: 2,
    home: 'home',
    ...more,
  };
}
