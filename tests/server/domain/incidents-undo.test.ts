import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentObservation } from '../../../server/contract/observations.ts';
import { IncidentsUndo } from '../../../server/domain/incidents-undo.ts';
import {
  affectedBy,
  decideIncident,
  emptyIncidents,
  evolveIncident,
  incidentRecord,
  type IncidentsState,
} from '../../../server/domain/incidents.ts';

const T = 1_800_000_000_000;
const report = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  minute: fc.integer({ min: 0, max: 5 }),
  east: fc.constantFrom(undefined, 0, 1, 60),
  closed: fc.boolean(),
  severity: fc.integer({ min: 1, max: 3 }),
});
type Report = typeof report extends fc.Arbitrary<infer R> ? R : never;

const observationOf = (r: Report): IncidentObservation => ({
  type: 'incident',
  id: r.id,
  at: T,
  updatedAt: T + r.minute * 60_000,
  channel: '110',
  category: 'traffic.collision',
  severity: r.severity,
  status: r.closed ? 'closed' : 'open',
  ...(r.east === undefined ? {} : { lon: 118.6 + r.east * 0.001, lat: 30.2 }),
});

function take(state: IncidentsState, reports: readonly Report[], undo?: IncidentsUndo): void {
  for (const r of reports) {
    const decided = decideIncident(state, observationOf(r), { feedId: 'f', nowMs: T, place: {} });
    if (!decided.ok) continue;
    for (const event of decided.value) {
      undo?.remember(event, affectedBy(state, event));
      evolveIncident(state, event);
    }
  }
}

/** All that can be asked of a state. */
const seen = (state: IncidentsState): unknown => ({
  records: [...state.byId.keys()].map((id) => incidentRecord(state, id)),
  sources: [...state.bySource],
  lastNumber: state.lastNumber,
  hints: [0, 1, 60].map((east) =>
    state.openByPlace.hints({
      category: 'traffic.collision',
      position: [118.6 + east * 0.001, 30.2],
      atMs: T,
    }),
  ),
});

describe('taking incidents back', () => {
  it('IN-25 leaves the state as it was before the batch, whatever the batch held', () => {
    fc.assert(
      fc.property(
        fc.array(report, { maxLength: 20 }),
        fc.array(report, { maxLength: 20 }),
        (before, batch) => {
          const state = emptyIncidents();
          take(state, before);
          const expected = seen(state);
          const undo = new IncidentsUndo(state);
          take(state, batch, undo);
          undo.undo();
          expect(seen(state)).toEqual(expected);
        },
      ),
      { numRuns: 300, seed: 20_261_123 },
    );
  });
});
