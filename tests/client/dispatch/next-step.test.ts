/** What comes next for a case, for each role, and what else may be done; all of it has a command. */
import { describe, expect, it } from 'vitest';
import { commandSpecs } from '../../../client/app/actions.ts';
import { findCommand, parseCommand } from '../../../client/app/command-parser.ts';
import { knownOf } from '../../../client/app/known.ts';
import { askKinds, asks, asksFor } from '../../../client/dispatch/asks.ts';
import { nextStep, type NextKind } from '../../../client/dispatch/next-step.ts';
import { othersAt } from '../../../client/dispatch/presence-others.ts';
import { laterStatuses, sinceMs } from '../../../client/dispatch/unit-status.ts';
import { translator } from '../../../client/i18n/i18n.ts';
import { stages, type CaseFields, type Stage, type Task } from '../../../server/contract/cases.ts';
import type { Department } from '../../../server/contract/city-pack.ts';
import { mayDo } from '../../../server/contract/rights.ts';
import { roles, type Person, type Role } from '../../../server/contract/roles.ts';
import { assignment, incidentRecord } from '../cases.ts';

const person = (role: Role, department?: string): Person => ({
  id: `me-${role}`,
  name: role,
  role,
  ...(department === undefined ? {} : { department }),
});
const dispatcher = person('dispatcher');
const mine = { user: dispatcher.id, name: 'dispatcher', atMs: 0 };
const other = { user: 'li', name: '李', atMs: 0 };
const task = (status: Task['status'], department = 'fire-1'): Task => ({
  id: `t-${department}`,
  department,
  title: { zh: '搜救', en: 'Search' },
  lead: false,
  status,
  createdAtMs: 0,
});
const there = assignment('A1', { status: 'cleared', onSceneAtMs: 1 });
const step = (of: Partial<CaseFields>, me: Person | null = dispatcher) =>
  nextStep(incidentRecord(1042, {}, of), me);

describe('the next step', () => {
  it.each<[Partial<CaseFields>, NextKind]>([
    [{ stage: 'reported' }, 'claim'],
    [{ stage: 'reported', claim: mine }, 'dispatch'],
    [{ stage: 'triaged', claim: mine }, 'dispatch'],
    [{ stage: 'triaged', claim: other }, 'takeOver'],
    [{ stage: 'on-scene', claim: other, tasks: [task('done')] }, 'takeOver'],
    [{ stage: 'dispatched', claim: mine, assignments: [assignment('M21')] }, 'await'],
    [{ stage: 'dispatched', claim: mine }, 'awaitTasks'],
    [{ stage: 'dispatched', claim: mine, tasks: [task('done')] }, 'resolve'],
    [{ stage: 'en-route', assignments: [assignment('M21', { status: 'en-route' })] }, 'await'],
    [
      { stage: 'on-scene', assignments: [assignment('M21', { status: 'on-scene', onSceneAtMs: 1 })] },
      'resolve',
    ],
    [{ stage: 'transporting', assignments: [there] }, 'resolve'],
    [{ stage: 'at-facility', assignments: [there] }, 'resolve'],
    [{ stage: 'resolved', claim: other }, 'verify'],
    [{ stage: 'verified' }, 'close'],
    [{ stage: 'closed' }, 'evaluate'],
    [{ stage: 'evaluated' }, 'none'],
    [{ stage: 'reported', mergedInto: 'inc-1' }, 'none'],
  ])('UI-83 of %o is %s', (of, kind) => {
    expect(step(of).kind).toBe(kind);
    expect(step(of).blocked).toBeUndefined();
  });

  it('UI-83 is named with the reason where this person may not take it', () => {
    expect(step({ stage: 'resolved', claim: mine })).toMatchObject({
      kind: 'verify',
      blocked: 'step.handler',
    });
    expect(step({ stage: 'reported' }, person('viewer'))).toMatchObject({
      kind: 'dispatch',
      blocked: 'step.role',
    });
    expect(step({ stage: 'verified' }, person('call-taker')).blocked).toBe('step.role');
    expect(step({ stage: 'reported' }, null)).toEqual({ kind: 'none', blocked: 'step.signIn' });
  });

  it('UI-83 of a department is its own task first', () => {
    const crew = person('department', 'fire-1');
    expect(step({ stage: 'dispatched', tasks: [task('open')] }, crew).kind).toBe('accept');
    expect(step({ stage: 'dispatched', tasks: [task('accepted')] }, crew).kind).toBe('finish');
    expect(step({ stage: 'dispatched', tasks: [task('open', 'police-1')] }, crew).kind).toBe('awaitTasks');
  });
});

describe('what can be done', () => {
  const departments: Department[] = [{ id: 'fire-1', kind: 'fire', name: { zh: '消防', en: 'Fire' } }];
  const cases = [incidentRecord(1042), incidentRecord(1043)];
  const known = knownOf(() => ({ incidents: cases, units: [], departments, selectedCase: null }));
  const parse = (line: string) => parseCommand(line, commandSpecs, translator('en-US'), known);

  it('UI-84 has a command line for the next step of every stage and role', () => {
    const lines = stages.flatMap((stage: Stage) =>
      roles.flatMap((role) => step({ stage, tasks: [task('done')] }, person(role, 'fire-1')).line ?? []),
    );
    expect(new Set(lines).size).toBeGreaterThan(5);
    expect(lines.filter((line) => !parse(line).ok)).toEqual([]);
  });

  it('UI-84 has a command for everything the menu of a case offers', () => {
    const missing = askKinds.filter((kind) => findCommand(asks[kind].command, commandSpecs) === null);
    expect(missing).toEqual([]);
  });

  it('UI-85 offers a role only what it may do', () => {
    for (const role of roles) {
      for (const stage of stages) {
        const offered = asksFor(
          incidentRecord(1, { masked: true }, { stage, claim: mine }),
          person(role, 'fire-1'),
        );
        expect(offered.filter((kind) => !mayDo(role, asks[kind].type))).toEqual([]);
      }
    }
    expect(asksFor(incidentRecord(1), null)).toEqual([]);
    expect(asksFor(incidentRecord(1), person('viewer'))).toEqual([]);
  });

  it('UI-85 offers only what the case is at the stage for', () => {
    const at = (stage: Stage, of: Partial<CaseFields> = {}) =>
      asksFor(incidentRecord(1, {}, { stage, ...of }), person('supervisor'));
    expect(at('on-scene')).toContain('level');
    expect(at('on-scene')).not.toContain('reopen');
    expect(at('closed')).toEqual(['evaluate', 'reopen']);
    expect(at('reported', { mergedInto: 'inc-2' })).toEqual([]);
    expect(at('resolved')).toContain('reject');
  });

  it('UI-85 leaves what is its handler’s to its handler, but not for a supervisor', () => {
    const theirs = incidentRecord(1, {}, { stage: 'on-scene', claim: other });
    for (const kind of ['level', 'transfer', 'severity', 'merge', 'resolve'] as const) {
      expect(asksFor(theirs, dispatcher)).not.toContain(kind);
      expect(asksFor(theirs, person('supervisor'))).toContain(kind);
    }
    expect(asksFor(theirs, dispatcher)).toContain('call');
  });

  it('UI-85 lets only an ambulance take somebody somewhere', () => {
    expect(laterStatuses({ status: 'on-scene', kind: 'fire-engine' })).toEqual(['cleared']);
    expect(laterStatuses({ status: 'on-scene', kind: 'ambulance' })).toEqual([
      'transporting',
      'at-facility',
      'cleared',
    ]);
    expect(laterStatuses({ status: 'cleared', kind: 'ambulance' })).toEqual([]);
    expect(sinceMs(assignment('M21', { status: 'on-scene', onSceneAtMs: 7 }))).toBe(7);
    expect(sinceMs(assignment('M21', { status: 'on-scene', assignedAtMs: 3 }))).toBe(3);
  });

  it('UI-86 names the others who look at a case, each once', () => {
    const at = (id: string, user: string, incident: string | null) => ({
      id,
      user,
      name: user,
      role: 'dispatcher' as const,
      incident,
      sinceMs: 0,
    });
    const all = [
      at('1', 'li', 'inc-1'),
      at('2', 'li', 'inc-1'),
      at('3', 'me', 'inc-1'),
      at('4', 'wu', 'inc-2'),
      at('5', 'xu', null),
    ];
    expect(othersAt('inc-1', all, 'me').map((p) => p.id)).toEqual(['1']);
  });
});
