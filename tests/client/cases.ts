/** Records as small as they can be, for tests of what screens make of them. */
import type { Assignment, CaseFields } from '../../server/contract/cases.ts';
import type { IncidentRecord, UnitRecord } from '../../server/contract/records.ts';
import { aCase, anIncident, aUnit } from '../support/records.ts';

export const incidentRecord = (
  number: number,
  part: Partial<IncidentRecord> = {},
  of: Partial<CaseFields> = {},
): IncidentRecord => anIncident({ number, reportedAtMs: number * 1_000, case: aCase(of), ...part });

export const assignment = (callsign: string, part: Partial<Assignment> = {}): Assignment => ({
  unit: `unit-${callsign}`,
  callsign,
  department: 'fire',
  kind: 'fire-engine',
  status: 'dispatched',
  by: '王',
  assignedAtMs: 0,
  ...part,
});

export const unitRecord = (callsign: string, part: Partial<UnitRecord> = {}): UnitRecord =>
  aUnit({ callsign, ...part });
