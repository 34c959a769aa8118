/** What a department has to do and in which order; what a crew may report; whose page it is. */
import { describe, expect, it } from 'vitest';
import { fitWithin } from '../../../client/dept/photo.ts';
import { whereabouts, whyNot } from '../../../client/dept/whereabouts.ts';
import { kindsOf, nextStatuses, pageOf, unitsOf, workOf } from '../../../client/dept/work.ts';
import type { Assignment, Task } from '../../../server/contract/cases.ts';
import type { Department } from '../../../server/contract/city-pack.ts';
import type { IncidentRecord, UnitRecord } from '../../../server/contract/records.ts';
import { incidentRecordOf } from '../incident-record.ts';

const fire = new Set(['dep-fire']);
const task = (part: Partial<Task> = {}): Task => ({
  id: 't',
  department: 'dep-fire',
  title: { zh: '灭火', en: 'Put it out' },
  lead: true,
  status: 'open',
  createdAtMs: 0,
  ...part,
});
const assignment = (part: Partial<Assignment> = {}): Assignment => ({
  unit: 'u',
  callsign: 'F1',
  department: 'dep-fire',
  kind: 'fire-engine',
  status: 'dispatched',
  by: 'x',
  assignedAtMs: 0,
  ...part,
});
const caseOf = (
  number: number,
  part: Partial<IncidentRecord['case']>,
  record: Partial<IncidentRecord> = {},
): IncidentRecord => {
  const base = incidentRecordOf(number, record);
  return { ...base, case: { ...base.case, ...part } };
};
const numbers = (all: readonly IncidentRecord[]): number[] => workOf(all, fire).map((w) => w.incident.number);

describe('the work of a department', () => {
  it('UI-113 is its tasks, its units at work and what it leads, not what is done or of others', () => {
    expect(
      numbers([
        caseOf(1, { tasks: [task()] }),
        caseOf(2, { tasks: [task({ department: 'dep-police' })] }),
        caseOf(3, { tasks: [task({ status: 'done' })] }),
        caseOf(4, { assignments: [assignment()] }),
        caseOf(5, { assignments: [assignment({ status: 'cleared' })] }),
        caseOf(6, { lead: 'dep-fire' }),
        caseOf(7, { lead: 'dep-fire' }, { status: 'closed' }),
        caseOf(8, { lead: 'dep-fire', tasks: [task({ status: 'returned' })] }, { status: 'closed' }),
      ]),
    ).toEqual([1, 4, 6]);
  });

  it('UI-113 comes with what is overdue first, then by priority, next deadline and age', () => {
    expect(
      numbers([
        caseOf(1, { tasks: [task({ dueAtMs: 9_000 })] }, { severity: 2 }),
        caseOf(2, { tasks: [task({ dueAtMs: 5_000 })] }, { severity: 2 }),
        caseOf(3, { tasks: [task()] }, { severity: 1 }),
        caseOf(4, { tasks: [task({ overdue: true })] }, { severity: 4 }),
        caseOf(5, { assignments: [assignment({ parOverdue: true })] }, { severity: 1 }),
        caseOf(6, { tasks: [task()] }, { severity: 2 }),
        caseOf(7, { tasks: [task()] }, { severity: 2, reportedAtMs: 1 }),
      ]),
    ).toEqual([5, 4, 3, 2, 1, 7, 6]);
  });

  it('UI-113 knows the next time by which something must be done', () => {
    const [work] = workOf(
      [caseOf(1, { tasks: [task({ dueAtMs: 9_000 })], assignments: [assignment({ parDueAtMs: 4_000 })] })],
      fire,
    );
    expect(work).toMatchObject({ dueAtMs: 4_000, overdue: false });
    const deadline = (dueAtMs: number, state: 'overdue' | 'running' | 'missed') =>
      ({ reach: 'resolved', startedAtMs: 0, warnAtMs: 0, dueAtMs, state, escalations: 0 }) as const;
    const late = caseOf(2, {
      lead: 'dep-fire',
      overdue: true,
      deadlines: [deadline(1_000, 'missed'), deadline(2_000, 'overdue'), deadline(9_000, 'running')],
    });
    expect(workOf([late], fire)[0]).toMatchObject({ dueAtMs: 2_000, overdue: true });
  });

  it('UI-114 a crew reports forward only, and patients only who carries them', () => {
    expect(nextStatuses({ status: 'dispatched', kind: 'fire-engine' })).toEqual([
      'en-route',
      'on-scene',
      'cleared',
    ]);
    expect(nextStatuses({ status: 'on-scene', kind: 'fire-engine' })).toEqual(['cleared']);
    expect(nextStatuses({ status: 'on-scene', kind: 'ambulance' })).toEqual(['transporting', 'cleared']);
    expect(nextStatuses({ status: 'transporting', kind: 'ambulance' })).toEqual(['at-facility', 'cleared']);
    expect(nextStatuses({ status: 'cleared', kind: 'ambulance' })).toEqual([]);
  });

  it('puts units at work first, then by number', () => {
    const unit = (callsign: string, incident?: string): UnitRecord => ({
      id: callsign,
      callsign,
      name: { zh: callsign, en: callsign },
      department: 'dep-fire',
      kind: 'fire-engine',
      status: 'available',
      capabilities: [],
      crew: 4,
      home: 'h',
      ...(incident ? { incident } : {}),
    });
    expect(unitsOf([unit('F10'), unit('F2'), unit('F30', 'i')], fire).map((u) => u.callsign)).toEqual([
      'F30',
      'F2',
      'F10',
    ]);
  });
});

describe('whose page it is', () => {
  const department = (id: string, kind: Department['kind']): Department => ({
    id,
    kind,
    name: { zh: id, en: id },
  });
  const all = [department('dep-fire', 'fire'), department('st-1', 'street'), department('st-2', 'street')];
  const crew = { id: 'a', name: 'A', role: 'department', department: 'st-2' } as const;
  const ids = (name: string, person: Parameters<typeof pageOf>[2]): unknown => {
    const page = pageOf(name, all, person);
    return page.ok ? page.departments.map((d) => d.id) : page.why;
  };

  it('UI-115 is by kind or id, of several of a kind the own one, and never another’s', () => {
    expect(ids('fire', { id: 'b', name: 'B', role: 'dispatcher' })).toEqual(['dep-fire']);
    expect(ids('street', { id: 'b', name: 'B', role: 'dispatcher' })).toEqual(['st-1', 'st-2']);
    expect(ids('street', crew)).toEqual(['st-2']);
    expect(ids('st-1', crew)).toBe('other');
    expect(ids('fire', crew)).toBe('other');
    expect(ids('navy', crew)).toBe('unknown');
    expect(kindsOf(all)).toEqual(['fire', 'street']);
  });
});

describe('from the scene', () => {
  it('UI-116 a photo is made to fit 1,600 pixels, and never made larger', () => {
    expect(fitWithin(4_000, 3_000)).toEqual({ width: 1_600, height: 1_200 });
    expect(fitWithin(3_000, 4_000)).toEqual({ width: 1_200, height: 1_600 });
    expect(fitWithin(640, 480)).toEqual({ width: 640, height: 480 });
    expect(fitWithin(10_000, 1)).toEqual({ width: 1_600, height: 1 });
  });

  it('UI-117 a place that cannot be told is a sentence, not a failure', async () => {
    expect(await whereabouts(undefined)).toEqual({ ok: false, why: 'dept.location.none' });
    expect([1, 2, 3].map(whyNot)).toEqual([
      'dept.location.refused',
      'dept.location.none',
      'dept.location.slow',
    ]);
    const refusing = {
      getCurrentPosition: (_ok: unknown, failed: (e: { code: number }) => void) => failed({ code: 1 }),
    } as unknown as Geolocation;
    expect(await whereabouts(refusing)).toEqual({ ok: false, why: 'dept.location.refused' });
    const telling = {
      getCurrentPosition: (ok: (p: unknown) => void) =>
        ok({ coords: { longitude: 118, latitude: 30, accuracy: 12 } }),
    } as unknown as Geolocation;
    expect(await whereabouts(telling)).toEqual({ ok: true, position: [118, 30], accuracyM: 12 });
  });
});
