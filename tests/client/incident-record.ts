/** An open incident nobody has worked on yet, for tests of screens. */
import type { IncidentRecord } from '../../server/contract/records.ts';
import { aCase, anIncident } from '../support/records.ts';

export const incidentRecordOf = (number: number, part: Partial<IncidentRecord> = {}): IncidentRecord =>
  anIncident({ number, channel: '119', reportedAtMs: number * 1_000, case: aCase({ version: 1 }), ...part });
