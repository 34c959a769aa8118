/** What alarm rules get to know of records: a table of records and the facts they become. */
import { describe, expect, it } from 'vitest';
import { subjectFields, subjectKinds } from '../../../../server/contract/alarm-fields.ts';
import type { Assignment, CaseFields, Deadline } from '../../../../server/contract/cases.ts';
import type { FacilityRecord, IncidentRecord, UnitRecord } from '../../../../server/contract/records.ts';
import type { WarningRecord } from '../../../../server/contract/warnings.ts';
import type { FactUpdate } from '../../../../server/domain/alarms/evaluation/facts.ts';
import { AlarmFacts } from '../../../../server/live/alarms/alarm-facts.ts';
import { RefusedShare } from '../../../../server/live/alarms/refused-share.ts';
import { feed } from '../../../support/case-records.ts';
import { aCase, anIncident, aUnit } from '../../../support/records.ts';
import { aMessage } from '../../../support/warning-desk.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const HERE = [118.6, 30.2] as const;
const THERE = [118.7, 30.2] as const;

type Changed = Parameters<AlarmFacts['changed']>[0];
/** Everything that was said; `gone` of what was taken away. */
function listen(): { facts: AlarmFacts; said: FactUpdate[]; gone: string[]; time: { nowMs: number } } {
  const said: FactUpdate[] = [];
  const gone: string[] = [];
  const time = { nowMs: NOW };
  const facts = new AlarmFacts({
    update: (u) => said.push(u),
    remove: (kind, id) => gone.push(`${kind}:${id}`),
    placeOf: (p) => (p[0] === HERE[0] ? { district: 'qu', street: 'jie-west' } : {}),
    handledBySource: (id) => id === 'theirs',
    nowMs: () => time.nowMs,
  });
  return { facts, said, gone, time };
}
function factsOf(kind: Changed['kind'], value: { readonly id: string }): FactUpdate {
  const { facts, said } = listen();
  facts.changed({ kind, id: value.id, value } as Changed);
  return said.at(-1)!;
}
const provenance = { feed: 'f', observedAtMs: NOW - 5_000, receivedAtMs: NOW - 4_000 };

const facility = (more: Partial<FacilityRecord> = {}): FacilityRecord => ({
  id: 'f1',
  kind: 'hospital',
  name: { zh: '医院', en: 'Hospital' },
  position: HERE,
  capacity: {},
  metrics: {},
  ...more,
});
const warning: WarningRecord = {
  id: 'warn-1',
  direction: 'in',
  state: 'in-force',
  feed: 'met',
  message: aMessage('a', 0),
  receivedAtMs: NOW,
  changedAtMs: NOW,
};
const vitals = {
  id: 'city',
  atMs: NOW,
  vehicles: 9,
  linksMeasured: 3,
  links: 4,
  openIncidents: 2,
  openSevere: 1,
  unitsAvailable: 5,
  units: 6,
  feedsStale: 1,
  feeds: 2,
} as const;
const station = { id: 's1', kind: 'river', name: { zh: '站', en: 'Gauge' }, position: THERE } as const;

describe('the facts of a record', () => {
  it.each([
    ['unit', aUnit({ position: HERE, provenance })],
    ['facility', facility()],
    ['station', { ...station, metrics: {} }],
    ['incident', anIncident()],
    ['feed', feed('f')],
    ['warning', warning],
    ['vitals', vitals],
  ] as const)('AL-176 %s: everything that rules can speak of, and nothing else', (kind, record) => {
    const { kind: subject, facts } = factsOf(kind, record);
    expect(subjectKinds).toContain(subject);
    const known = Object.keys(subjectFields[subject]);
    // Feeds and warnings lie nowhere.
    const placeless = subject === 'feed' || subject === 'warning' ? ['district', 'street'] : [];
    expect(Object.keys(facts).toSorted()).toEqual(known.filter((f) => !placeless.includes(f)).toSorted());
  });

  it.each<[string, Changed['kind'], { readonly id: string }, FactUpdate['facts']]>([
    [
      'a unit',
      'unit',
      aUnit({ position: HERE, status: 'en-route', assigned: true, provenance }),
      {
        district: 'qu',
        street: 'jie-west',
        kind: 'ambulance',
        callsign: 'A1',
        department: 'd',
        status: 'en-route',
        statusMin: NOW,
        assigned: true,
        silentS: NOW - 4_000,
      },
    ],
    [
      'a hospital',
      'facility',
      facility({ capacity: { beds: 400 }, metrics: { bedsFree: 100, erQueue: 0 }, provenance }),
      { bedsFree: 100, bedsPct: 75, erQueue: 0, erWaitMin: null, spacesPct: null, silentS: NOW - 4_000 },
    ],
    [
      'a hospital with more beds than it has',
      'facility',
      facility({ capacity: { beds: 400 }, metrics: { bedsFree: 500 } }),
      { bedsPct: 0, silentS: null },
    ],
    [
      'a facility of unknown size',
      'facility',
      facility({ kind: 'parking', capacity: { spaces: 0 }, metrics: { spacesFree: 3, people: 7 } }),
      { spacesFree: 3, spacesPct: null, people: 7, peoplePct: null, residentsPct: null },
    ],
    [
      'a home',
      'facility',
      facility({ kind: 'elderly-care', capacity: { places: 60 }, metrics: { residents: 45, people: 66 } }),
      { residents: 45, residentsPct: 75, peoplePct: 110 },
    ],
    [
      'a station',
      'station',
      { ...station, metrics: { levelM: 4.5, rainMmH: 0 }, provenance } as { readonly id: string },
      { district: null, kind: 'river', levelM: 4.5, rainMmH: 0, aqi: null, silentS: NOW - 4_000 },
    ],
    [
      'a feed that never sent',
      'feed',
      { ...feed('f'), state: 'waiting' } as { readonly id: string },
      { kind: 'incidents', state: 'waiting', lagS: null, refusedPct: null, silentS: null },
    ],
    [
      'a feed',
      'feed',
      { ...feed('f'), lagMs: 2_500, lastSeenAtMs: NOW - 9, ratePerS: 3 } as { readonly id: string },
      { lagS: 2.5, silentS: NOW - 9, ratePerS: 3 },
    ],
    [
      'a warning',
      'warning',
      warning,
      {
        event: '暴雨',
        severity: 'Severe',
        urgency: 'Expected',
        certainty: 'Likely',
        status: 'Actual',
        state: 'in-force',
      },
    ],
    [
      'the city',
      'vitals',
      { ...vitals, aqi: 40 } as { readonly id: string },
      { vehicles: 9, aqi: 40, erQueue: null, meanSpeedKph: null, openSevere: 1, feedsStale: 1 },
    ],
  ])('AL-176 %s', (_, kind, record, facts) => {
    expect(factsOf(kind, record).facts).toMatchObject(facts);
  });

  it('AL-176 what it is called and where it lies; a warning without a headline by its event, a draft by its id', () => {
    expect(factsOf('unit', aUnit({ position: HERE }))).toMatchObject({
      kind: 'unit',
      id: 'unit-A1',
      position: HERE,
      name: { zh: '急救 A1 A1', en: 'Ambulance A1 A1' },
    });
    expect(factsOf('unit', aUnit()).position).toBeNull();
    const silent = { ...warning, message: aMessage('a', 0, { headline: { zh: '', en: '' } }) };
    expect(factsOf('warning', silent).name).toEqual({ zh: '暴雨', en: 'Rainstorm' });
    const draft = { ...warning, direction: 'out', state: 'draft' } as const;
    expect(factsOf('warning', draft).name).toEqual({ zh: '预警草案 warn-1', en: 'Draft warning warn-1' });
    const approved = { ...draft, state: 'in-force', decidedBy: { id: 'sun', name: '孙' } } as const;
    expect(factsOf('warning', approved).name).toEqual(warning.message.headline);
  });

  it('AL-176 presence, alarms, rules and shifts are no subjects', () => {
    const { facts, said, gone } = listen();
    for (const kind of ['presence', 'alarm', 'rule', 'watch', 'handover'] as const) {
      facts.changed({ kind, id: 'x', value: { id: 'x' } as never });
      facts.changed({ kind, id: 'x', value: null });
    }
    facts.changed({ kind: 'station', id: 's1', value: null });
    expect([said, gone]).toEqual([[], ['station:s1']]);
  });
});

const assignment = (unit: string, more: Partial<Assignment> = {}): Assignment => ({
  unit,
  callsign: unit,
  department: 'd',
  kind: 'ambulance',
  status: 'en-route',
  by: '王',
  assignedAtMs: NOW,
  ...more,
});
const target = (state: Deadline['state'], dueAtMs = NOW + 8 * MINUTE): Deadline => ({
  reach: 'on-scene',
  startedAtMs: NOW,
  warnAtMs: NOW,
  dueAtMs,
  state,
  escalations: 0,
});
const incident = (fields: Partial<CaseFields>, more: Partial<IncidentRecord> = {}): IncidentRecord =>
  anIncident({ reportedAtMs: NOW - MINUTE, ...more, case: aCase(fields) });

describe('the facts of an incident', () => {
  it.each<[string, Partial<CaseFields>, FactUpdate['facts']]>([
    ['that nobody has in hand', {}, { claimed: false, unitsSent: 0, lateMin: null, lateForecastMin: null }],
    ['that somebody has', { claim: { user: 'li', name: '李', atMs: NOW } }, { claimed: true }],
    [
      'that is late',
      { deadlines: [target('overdue', NOW - MINUTE)], overdue: true },
      { overdue: true, lateMin: NOW - MINUTE },
    ],
    [
      'to which two are on their way: the first one counts',
      {
        deadlines: [target('running')],
        assignments: [
          assignment('a', { etaAtMs: NOW + 12 * MINUTE }),
          assignment('b', { etaAtMs: NOW + 10 * MINUTE }),
          assignment('c', { etaAtMs: NOW + MINUTE, status: 'cleared' }),
        ],
      },
      { unitsSent: 2, unitsOnScene: 0, lateMin: NOW + 8 * MINUTE, lateForecastMin: 2 },
    ],
    [
      'where somebody is',
      { deadlines: [target('met')], assignments: [assignment('a', { status: 'on-scene', etaAtMs: NOW })] },
      { unitsSent: 1, unitsOnScene: 1, lateMin: null, lateForecastMin: null },
    ],
    [
      'that waits again after its first target was missed',
      { deadlines: [target('missed', NOW - MINUTE), target('warned')] },
      { lateMin: NOW + 8 * MINUTE, lateForecastMin: null },
    ],
    ['into which others were merged', { merged: ['inc-2'] }, { merged: true, handledBySource: false }],
  ])('AL-177 %s', (_, fields, facts) => {
    expect(factsOf('incident', incident(fields)).facts).toMatchObject(facts);
  });

  it('AL-177 says what it is and where, in no caller’s words', () => {
    const theirs = { provenance: { ...provenance, feed: 'theirs' } };
    const { name, position, district, facts } = factsOf(
      'incident',
      incident({ stage: 'triaged' }, { district: 'qu', street: 'jie-west', position: HERE, ...theirs }),
    );
    expect({ name, position, district }).toEqual({
      name: { zh: '#1000 交通事故', en: '#1000 Traffic collision' },
      position: HERE,
      district: 'qu',
    });
    expect(facts).toMatchObject({
      category: 'traffic.collision',
      family: 'traffic',
      channel: '122',
      severity: 2,
      stage: 'triaged',
      ageMin: NOW - MINUTE,
      district: 'qu',
      street: 'jie-west',
      handledBySource: true,
      reports: 0,
    });
  });

  it.each<[string, IncidentRecord]>([
    ['closed', incident({}, { status: 'closed' })],
    ['part of another case', incident({ mergedInto: 'inc-1' })],
  ])('AL-177 it is no subject any more once it is %s', (_, record) => {
    const { facts, said, gone } = listen();
    facts.changed({ kind: 'incident', id: record.id, value: record });
    expect([said, gone]).toEqual([[], ['incident:inc-1000']]);
  });

  it('AL-178 tells of the crews that were sent whether their safety check is overdue', () => {
    const { facts, said } = listen();
    const sent = (parOverdue?: true) =>
      assignment('u', { status: 'on-scene', ...(parOverdue && { parOverdue }) });
    const cleared = assignment('v', { status: 'cleared', parOverdue: true });
    for (const assignments of [
      [sent(), cleared],
      [sent(true), cleared],
    ])
      facts.changed({ kind: 'incident', id: 'inc-1000', value: incident({ assignments }) });
    const ofUnits = said.filter((u) => u.kind === 'unit').map((u) => [u.id, u.facts]);
    expect(ofUnits).toEqual([
      ['u', { parOverdue: false }],
      ['u', { parOverdue: true }],
    ]);
    // A unit that is sent leaves it to its case; one that is not owes nothing.
    expect(factsOf('unit', aUnit({ assigned: true })).facts).not.toHaveProperty('parOverdue');
    expect(factsOf('unit', aUnit()).facts).toMatchObject({ parOverdue: false });
  });
});

describe('the status of a unit', () => {
  const changes = (...units: [number, UnitRecord][]) => {
    const { facts, said, time } = listen();
    facts.recall('unit-A1', 'returning', NOW - 30 * MINUTE);
    for (const [atMs, value] of units) {
      time.nowMs = atMs;
      facts.changed({ kind: 'unit', id: value.id, value });
    }
    return said.map((u) => [u.facts['status'], u.facts['statusMin']]);
  };
  const unheard = aUnit({ status: 'out-of-service' });
  const as = (status: UnitRecord['status']): UnitRecord => aUnit({ status, provenance });

  it('AL-178 runs since it came into it, not since it was last reported', () => {
    expect(changes([NOW, as('available')], [NOW + 5, as('available')], [NOW + 9, as('en-route')])).toEqual([
      ['available', NOW],
      ['available', NOW],
      ['en-route', NOW + 9],
    ]);
  });

  it('AL-178 goes on over a restart, and is not known before somebody says it', () => {
    expect(changes([NOW, unheard], [NOW + 5, as('returning')], [NOW + 9, as('available')])).toEqual([
      [null, null],
      ['returning', NOW - 30 * MINUTE],
      ['available', NOW + 9],
    ]);
  });

  it('AL-178 is known of one that was taken out of service here', () => {
    const taken = { ...unheard, outOfService: { by: '孙', atMs: NOW } };
    expect(changes([NOW, taken])).toEqual([['out-of-service', NOW]]);
  });
});

describe('what of a feed is refused', () => {
  const share = (...counts: [minute: number, taken: number, refused: number][]): (number | null)[] => {
    const shares = new RefusedShare();
    return counts.map(([m, taken, refused]) => shares.of({ id: 'f', taken, refused }, NOW + m * MINUTE));
  };
  it.each<[string, Parameters<typeof share>, (number | null)[]]>([
    [
      'nothing is said of little',
      [
        [0, 100, 50],
        [1, 110, 59],
      ],
      [null, null],
    ],
    [
      'of 20 and more it is',
      [
        [0, 100, 50],
        [1, 115, 55],
      ],
      [null, 25],
    ],
    [
      'only the last five minutes count',
      [
        [0, 0, 0],
        [1, 0, 100],
        [5, 100, 100],
        [6, 200, 100],
      ],
      [null, 100, 50, 0],
    ],
    [
      'what came before a silence is long ago',
      [
        [0, 0, 0],
        [1, 0, 500],
        [90, 30, 510],
      ],
      [null, 100, 25],
    ],
  ])('AL-179 %s', (_, counts, shares) => {
    expect(share(...counts)).toEqual(shares);
  });
});
