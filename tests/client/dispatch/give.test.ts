/** Commands as the dispatcher's screen gives them: what they were decided on, what a refusal says. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientConfig } from '../../../server/contract/api.ts';
import { emptyMirror, type CommandAnswer } from '../../../server/contract/sync.ts';
import { furnish, useDesk } from '../../../client/desk/desk.ts';
import { caseDeeds } from '../../../client/dispatch/deeds.ts';
import { useCaseView } from '../../../client/dispatch/case-view.ts';
import { fill, catalogues } from '../../../client/i18n/i18n.ts';
import type { Outcome } from '../../../client/desk/outcome.ts';
import type { Session } from '../../../client/sync/session.ts';
import { assignment, incidentRecord, unitRecord } from '../cases.ts';

// The desk reads the address of its page when it is loaded.
vi.hoisted(() => vi.stubGlobal('location', { search: '', href: 'http://screen/' }));

const mirror = emptyMirror();
const sent: { type: string; payload: unknown; expected: number | undefined }[] = [];
let answer: CommandAnswer = { ok: true, seq: 1 };
const session = {
  mirror,
  command: (type: string, payload: unknown, expected?: number): Promise<CommandAnswer> => {
    sent.push({ type, payload, expected });
    return Promise.resolve(answer);
  },
};
const sentence = (o: Outcome): string => (o.said ? fill(catalogues['en-US'][o.said.key], o.said.params) : '');

beforeEach(() => {
  furnish(session as unknown as Session, { city: null } as ClientConfig);
  useDesk.setState({ language: 'en-US', selection: { kind: 'incident', id: 'inc-1042' } });
  useCaseView.setState({ tab: 'now', drill: null, ask: null, revealed: null });
  sent.length = 0;
  answer = { ok: true, seq: 1 };
  mirror.records.incident.set('inc-1042', incidentRecord(1042, {}, { version: 7, stage: 'en-route' }));
  mirror.records.incident.set('inc-1043', incidentRecord(1043, {}, { version: 2, stage: 'reported' }));
  for (const callsign of ['M21', 'E3']) {
    const unit = unitRecord(callsign);
    mirror.records.unit.set(unit.id, unit);
  }
});

describe('a command from the dispatcher’s screen', () => {
  it.each([
    ['dispatch', () => caseDeeds.sendUnits(undefined)],
    ['triage', () => caseDeeds.triage(undefined, { a: 'b' })],
    ['close', () => caseDeeds.closeCase(undefined)],
    ['verify', () => caseDeeds.verify(undefined, true)],
    ['merge', () => caseDeeds.merge(undefined, 'inc-1043')],
    ['transfer', () => caseDeeds.transfer(undefined, 'dep-fire', 'theirs')],
    ['return', () => caseDeeds.giveBack(undefined, 'not ours')],
  ])('UI-94 to %s says on which version of the case it was decided', async (type, run) => {
    await run();
    expect(sent).toMatchObject([{ type: `incident.${type}`, expected: 7 }]);
  });

  it('UI-94 that does not depend on the case’s state names no version', async () => {
    await caseDeeds.note(undefined, 'two injured');
    await caseDeeds.claim(undefined);
    expect(sent.map((s) => s.expected)).toEqual([undefined, undefined]);
  });

  it('UI-94 that lost says who was faster and what the case is now', async () => {
    answer = { ok: false, refusal: { code: 'version-conflict', detail: '#1042, Li' } };
    mirror.records.incident.set('inc-1042', incidentRecord(1042, {}, { version: 8, stage: 'resolved' }));
    const outcome = await caseDeeds.closeCase(undefined);
    expect(outcome.ok).toBe(false);
    expect(sentence(outcome)).toContain('#1042 is now "Resolved", by Li.');
  });

  it('UI-94 that is refused says why in the language of the screen', async () => {
    answer = { ok: false, refusal: { code: 'unit-busy', detail: 'M21' } };
    expect(sentence(await caseDeeds.sendUnits('inc-1042', ['unit-M21']))).toBe('The unit is taken: M21');
    useDesk.setState({ language: 'zh-CN' });
    expect(sentence(await caseDeeds.sendUnits('inc-1042', ['unit-M21']))).toContain('车组已被占用');
  });

  it('UI-95 sends what the plan recommends where no unit is named, and says who was sent', async () => {
    answer = { ok: true, seq: 1, result: { units: ['unit-M21', 'unit-E3'] } };
    const outcome = await caseDeeds.sendUnits(undefined);
    expect(sent[0]?.payload).toEqual({ incident: 'inc-1042' });
    expect(sentence(outcome)).toBe('Sent to #1042: M21, E3');
    await caseDeeds.sendUnits('inc-1043', ['unit-E3'], { level: 2, override: 'far' });
    expect(sent[1]?.payload).toEqual({ incident: 'inc-1043', units: ['unit-E3'], level: 2, override: 'far' });
  });

  it('UI-95 gives the words of a case resolved out of order as the reason', async () => {
    await caseDeeds.resolve(undefined, 'false alarm');
    const assignments = [assignment('M21', { onSceneAtMs: 1 })];
    mirror.records.incident.set('inc-1042', incidentRecord(1042, {}, { assignments }));
    await caseDeeds.resolve(undefined, 'put out');
    expect(sent.map((s) => s.payload)).toEqual([
      { incident: 'inc-1042', result: 'false alarm', override: 'false alarm' },
      { incident: 'inc-1042', result: 'put out', override: undefined },
    ]);
  });

  it('UI-95 says of a unit what its status is, and takes it out of service with the reason', async () => {
    await caseDeeds.status('unit-M21', 'available');
    await caseDeeds.status('unit-M21', 'out-of-service', 'flat tyre');
    await caseDeeds.status('unit-M21', 'in-service');
    expect(sent.map((s) => [s.type, s.payload])).toEqual([
      ['assignment.status', { unit: 'unit-M21', status: 'cleared', override: undefined }],
      ['unit.service', { unit: 'unit-M21', inService: false, reason: 'flat tyre' }],
      ['unit.service', { unit: 'unit-M21', inService: true, reason: undefined }],
    ]);
  });

  it('UI-95 takes a crew’s destination only where the name is one facility’s', async () => {
    const hospital = (id: string, zh: string) =>
      ({
        id,
        kind: 'hospital',
        name: { zh, en: id },
        position: [118, 30],
        capacity: {},
        metrics: {},
      }) as const;
    mirror.records.facility.set('h1', hospital('h1', '人民医院'));
    mirror.records.facility.set('h2', hospital('h2', '中医院'));
    expect((await caseDeeds.status('unit-M21', 'transporting', '医院')).ok).toBe(false);
    await caseDeeds.status('unit-M21', 'transporting', '人民');
    expect(sent.map((s) => s.payload)).toEqual([
      { unit: 'unit-M21', status: 'transporting', facility: 'h1' },
    ]);
  });

  it('UI-95 steps the task of a department that waits for it', async () => {
    const task = (id: string, status: 'open' | 'accepted' | 'done') =>
      ({ id, department: 'fire', title: { zh: id, en: id }, lead: false, status, createdAtMs: 0 }) as const;
    const tasks = [task('t1', 'done'), task('t2', 'accepted'), task('t3', 'open')];
    mirror.records.incident.set('inc-1042', incidentRecord(1042, {}, { tasks }));
    await caseDeeds.taskStep(undefined, 'accept', { department: 'fire' });
    await caseDeeds.taskStep(undefined, 'finish', { department: 'fire' }, 'all clear');
    expect((await caseDeeds.taskStep(undefined, 'giveback', { department: 'police' })).ok).toBe(false);
    expect(sent.map((s) => [s.type, s.payload])).toEqual([
      ['task.accept', { incident: 'inc-1042', task: 't3' }],
      ['task.done', { incident: 'inc-1042', task: 't2', result: 'all clear' }],
    ]);
  });

  it('UI-96 shows what is revealed to this person, for this case only', async () => {
    answer = { ok: true, seq: 1, result: { revealed: { address: 'Flat 3', callers: [{ name: 'Wu' }] } } };
    await caseDeeds.reveal(undefined, 'call back');
    expect(useCaseView.getState().revealed).toEqual({
      incident: 'inc-1042',
      fields: { address: 'Flat 3', callers: [{ name: 'Wu' }] },
    });
    expect(useCaseView.getState().tab).toBe('calls');
  });

  it('UI-96 opens the drill by key, and closes it once the units are sent', async () => {
    mirror.records.incident.set(
      'inc-1042',
      incidentRecord(1042, {}, { assignments: [assignment('M21', { status: 'cleared' })] }),
    );
    caseDeeds.drill(undefined);
    expect(useCaseView.getState()).toMatchObject({
      tab: 'units',
      drill: { incident: 'inc-1042', confirm: true },
    });
    answer = { ok: false, refusal: { code: 'no-units' } };
    await caseDeeds.sendUnits(undefined);
    expect(useCaseView.getState().drill).not.toBeNull();
    answer = { ok: true, seq: 1 };
    await caseDeeds.sendUnits(undefined);
    expect(useCaseView.getState().drill).toBeNull();
  });

  it('asks for a case where none is selected', async () => {
    useDesk.setState({ selection: null });
    expect(await caseDeeds.claim(undefined)).toMatchObject({
      ok: false,
      said: { key: 'cmd.noCaseSelected' },
    });
    expect(sent).toEqual([]);
  });
});
