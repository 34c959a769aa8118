import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentObservation } from '../../../server/contract/observations.ts';
import { evolveCases } from '../../../server/domain/cases/evolve.ts';
import { incidentRecord } from '../../../server/domain/cases/record.ts';
import { decideReport } from '../../../server/domain/cases/report.ts';
import { emptyCases, lastNumber, type CasesState } from '../../../server/domain/cases/state.ts';
import { UndoLog, UndoMap } from '../../../server/domain/undo.ts';

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

function take(state: CasesState, reports: readonly Report[]): void {
  for (const r of reports) {
    const decided = decideReport(state, observationOf(r), { feedId: 'f', nowMs: T, place: {} });
    if (decided.ok) for (const event of decided.value) evolveCases(state, event);
  }
}

/** All that can be asked of a state. */
const seen = (state: CasesState): unknown => ({
  records: [...state.byId.keys()].map((id) => incidentRecord(state, id)),
  sources: [...state.bySource.entries()],
  lastNumber: lastNumber(state),
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
          const state = emptyCases();
          take(state, before);
          const expected = seen(state);
          state.undo.begin();
          take(state, batch);
          state.undo.takeBack();
          expect(seen(state)).toEqual(expected);
        },
      ),
      { numRuns: 300, seed: 20_261_123 },
    );
  });

  it('IN-25 tells of every key that was written or put back, and notes nothing outside a batch', () => {
    const log = new UndoLog();
    const wrote: string[] = [];
    const map = new UndoMap<string, number>(log, (key) => wrote.push(key));
    map.set('a', 1);
    log.takeBack();
    expect(map.get('a')).toBe(1);
    log.begin();
    map.set('a', 2);
    map.set('b', 3);
    map.delete('a');
    log.takeBack();
    expect([...map.entries()]).toEqual([['a', 1]]);
    expect(wrote).toEqual(['a', 'a', 'b', 'a', 'a', 'b', 'a']);
    log.begin();
    map.set('b', 4);
    log.keep();
    log.takeBack();
    expect(map.get('b')).toBe(4);
  });
});
