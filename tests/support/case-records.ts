/** Records as a mirror holds them, with everything that does not matter filled in. */
import type { CaseFields } from '../../server/contract/cases.ts';
import type { FeedRecord, IncidentRecord } from '../../server/contract/records.ts';
import { aCase, anIncident } from './records.ts';

/** When made-up cases were reported. */
export const REPORTED_MS = 1_790_000_000_000;

export const feed = (id: string, replaying = false): FeedRecord => ({
  id,
  name: { zh: id, en: id },
  kind: 'incidents',
  format: 'native',
  state: 'live',
  ratePerS: 1,
  objects: 0,
  taken: 0,
  refused: 0,
  late: 0,
  duplicate: 0,
  lastRefusals: [],
  ...(replaying && { replaying }),
});

/** `inc-NUMBER`, a collision reported by `sim-incidents` that nobody has touched; its case is at version 3. */
export const incident = (
  number: number,
  fields: Partial<CaseFields> = {},
  more: Partial<IncidentRecord> = {},
): IncidentRecord =>
  anIncident({
    number,
    reportedAtMs: REPORTED_MS,
    case: aCase({ version: 3, ...fields }),
    provenance: { feed: 'sim-incidents', observedAtMs: REPORTED_MS, receivedAtMs: REPORTED_MS },
    ...more,
  });
