/** Which incidents the map shows at a zoom and how they gather; no drawing. */
import type { LonLat } from '../../../server/contract/geo.ts';
import type { IncidentRecord } from '../../../server/contract/records.ts';
import type { SeverityKey } from '../../ui/tokens.ts';
import { clusterIncidents, type Cluster } from './cluster.ts';

const CLUSTER_BELOW_ZOOM = 13.5;
/** A severe incident calls for eyes for this long. */
const PULSE_MS = 120_000;

export interface PlacedIncident {
  readonly id: string;
  readonly position: LonLat;
  readonly severity: SeverityKey;
  readonly record: IncidentRecord;
}

/** Open cases that have a place, worst last so that they lie on top. What was merged is told by its case. */
export function placedIncidents(records: Iterable<IncidentRecord>): PlacedIncident[] {
  const placed: PlacedIncident[] = [];
  for (const record of records) {
    if (record.status !== 'open' || record.case.mergedInto !== undefined || !record.position) continue;
    placed.push({
      id: record.id,
      position: record.position,
      severity: Math.max(1, Math.min(4, record.severity)) as SeverityKey,
      record,
    });
  }
  return placed.sort((a, b) => b.severity - a.severity || (a.id < b.id ? -1 : 1));
}

export const isPulsing = (i: PlacedIncident, nowMs: number): boolean =>
  i.severity === 1 && nowMs - i.record.reportedAtMs < PULSE_MS && nowMs >= i.record.reportedAtMs - PULSE_MS;

export type ShownIncident = Cluster<PlacedIncident>;

export function incidentClusters(incidents: readonly PlacedIncident[], zoom: number): ShownIncident[] {
  if (zoom >= CLUSTER_BELOW_ZOOM) {
    return incidents.map((i) => ({ position: i.position, members: [i], worst: i.severity }));
  }
  return clusterIncidents(incidents, Math.round(zoom * 2) / 2, 42).sort((a, b) => b.worst - a.worst);
}
