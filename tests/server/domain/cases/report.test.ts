import { describe, expect, it } from 'vitest';
import type { IncidentObservation } from '../../../../server/contract/observations.ts';
import { incidentRecord as recordSchema } from '../../../../server/contract/records.ts';
import type { CaseEvent } from '../../../../server/domain/cases/events.ts';
import { evolveCases } from '../../../../server/domain/cases/evolve.ts';
import { incidentRecord } from '../../../../server/domain/cases/record.ts';
import { decideReport, isLateReport } from '../../../../server/domain/cases/report.ts';
import {
  emptyCases,
  forgetClosed,
  isOpen,
  openIncidentsOfFeed,
  type CasesState,
} from '../../../../server/domain/cases/state.ts';

const T0 = 1_790_000_000_000;
const MINUTE = 60_000;

const report = (o: Partial<IncidentObservation> = {}): IncidentObservation => ({
  type: 'incident',
  id: 'a',
  at: T0,
  channel: '122',
  category: 'traffic.collision',
  lon: 118.6,
  lat: 30.2,
  status: 'open',
  ...o,
});

function take(state: CasesState, o: IncidentObservation, feedId = 'f'): CaseEvent[] {
  const decided = decideReport(state, o, { feedId, nowMs: o.at + 1_000, place: { district: 'd1' } });
  if (!decided.ok) throw new Error(decided.error.code);
  // What is journalled is JSON: deciding must not rely on anything that JSON loses.
  const events = JSON.parse(JSON.stringify(decided.value)) as CaseEvent[];
  for (const e of events) evolveCases(state, e);
  return events;
}

const countOpen = (state: CasesState): number => [...state.byId.values()].filter(isOpen).length;

describe('a report of an incident', () => {
  it('IN-1 a new one is reported with a number and its category’s severity', () => {
    const state = emptyCases();
    expect(take(state, report()).map((e) => e.type)).toEqual(['incident.reported']);
    const record = incidentRecord(state, 'inc-1000');
    expect(record).toMatchObject({
      number: 1000,
      severity: 2,
      status: 'open',
      placed: 'exact',
      district: 'd1',
    });
    expect(recordSchema.safeParse(record).success).toBe(true);
  });

  it('IN-1 the same report again changes nothing', () => {
    const state = emptyCases();
    take(state, report());
    expect(take(state, report())).toEqual([]);
    expect(countOpen(state)).toBe(1);
  });

  it('IN-1 two feeds may use the same number for different things', () => {
    const state = emptyCases();
    take(state, report(), 'f');
    take(state, report(), 'g');
    expect(countOpen(state)).toBe(2);
    expect([...openIncidentsOfFeed(state, 'g').values()]).toEqual(['inc-1001']);
  });

  it('IN-2 an update carries only what changed', () => {
    const state = emptyCases();
    take(state, report({ address: '滨江大道' }));
    const events = take(
      state,
      report({ updatedAt: T0 + MINUTE, lon: 118.61, category: 'traffic.collision-injury' }),
    );
    expect(events).toHaveLength(1);
    expect(Object.keys((events[0]!.payload as { changes: object }).changes).sort()).toEqual([
      'address',
      'category',
      'position',
      'severity',
      'title',
    ]);
    expect(incidentRecord(state, 'inc-1000')?.address).toBeUndefined();
  });

  it('IN-2 an older report never moves an incident back', () => {
    const state = emptyCases();
    take(state, report({ updatedAt: T0 + 2 * MINUTE, lon: 118.62 }));
    const older = report({ updatedAt: T0 + MINUTE, lon: 118.6 });
    expect(isLateReport(state, 'f', older)).toBe(true);
    expect(take(state, older)).toEqual([]);
    expect(incidentRecord(state, 'inc-1000')?.position).toEqual([118.62, 30.2]);
  });

  it('IN-4 closes, opens again, and forgets what was closed long ago', () => {
    const state = emptyCases();
    take(state, report());
    expect(take(state, report({ status: 'closed', updatedAt: T0 + MINUTE })).map((e) => e.type)).toEqual([
      'incident.closed',
    ]);
    expect(incidentRecord(state, 'inc-1000')).toMatchObject({ status: 'closed', closedAtMs: T0 + MINUTE });
    expect(take(state, report({ updatedAt: T0 + 2 * MINUTE })).map((e) => e.type)).toEqual([
      'incident.reopened',
    ]);
    take(state, report({ status: 'closed', updatedAt: T0 + 3 * MINUTE }));
    expect(forgetClosed(state, T0 + 2 * MINUTE)).toEqual([]);
    expect(forgetClosed(state, T0 + 10 * MINUTE)).toEqual(['inc-1000']);
    expect(incidentRecord(state, 'inc-1000')).toBeUndefined();
    take(state, report({ at: T0 + 20 * MINUTE }));
    expect(incidentRecord(state, 'inc-1001')?.status).toBe('open');
  });

  it('IN-4 a first report that is closed already is kept as closed', () => {
    const state = emptyCases();
    expect(take(state, report({ status: 'closed' })).map((e) => e.type)).toEqual([
      'incident.reported',
      'incident.closed',
    ]);
    expect(countOpen(state)).toBe(0);
  });
});

describe('hints at duplicates', () => {
  const second = (o: Partial<IncidentObservation>): IncidentObservation =>
    report({ id: 'b', at: T0 + 2 * MINUTE, ...o });
  // 0.001° of longitude is 96 m at this latitude.
  const cases: [string, Partial<IncidentObservation>, boolean][] = [
    ['the same kind 50 m away', { lon: 118.6005 }, true],
    ['the same kind 300 m away', { lon: 118.603 }, false],
    ['300 m away, known to 100 m', { lon: 118.6029, accuracyM: 100 }, true],
    ['20 minutes later', { at: T0 + 20 * MINUTE }, false],
    ['injured people at the same place', { category: 'medical.trauma', channel: '120' }, true],
    ['a waste complaint at the same place', { category: 'urban.waste', channel: '12345' }, false],
    ['without a position', { lon: undefined, lat: undefined }, false],
    ['known only to the town', { accuracyM: 5_000 }, false],
  ];
  it.each(cases)('IN-3 %s', (_, change, hinted) => {
    const state = emptyCases();
    take(state, report());
    take(state, second(change));
    expect(incidentRecord(state, 'inc-1001')!.duplicateHints.map((h) => h.incident)).toEqual(
      hinted ? ['inc-1000'] : [],
    );
    expect(incidentRecord(state, 'inc-1000')!.duplicateHints.map((h) => h.incident)).toEqual(
      hinted ? ['inc-1001'] : [],
    );
  });

  it('IN-3 a hint goes when its incident closes, and both are written anew', () => {
    const state = emptyCases();
    take(state, report());
    take(state, second({}));
    state.touched.incidents.clear();
    take(state, second({ status: 'closed', updatedAt: T0 + 5 * MINUTE }));
    expect([...state.touched.incidents].sort()).toEqual(['inc-1000', 'inc-1001']);
    expect(incidentRecord(state, 'inc-1000')!.duplicateHints).toEqual([]);
  });

  it('IN-3 the nearest of many comes first and no more than five', () => {
    const state = emptyCases();
    for (let i = 0; i < 8; i++) take(state, report({ id: `n${i}`, lon: 118.6 + i * 0.0001 }));
    take(state, second({}));
    const hints = incidentRecord(state, 'inc-1008')!.duplicateHints;
    expect(hints.map((h) => h.incident)).toEqual([
      'inc-1000',
      'inc-1001',
      'inc-1002',
      'inc-1003',
      'inc-1004',
    ]);
    expect(hints.every((h, i) => i === 0 || h.score <= hints[i - 1]!.score)).toBe(true);
  });
});
