import { describe, expect, it } from 'vitest';
import {
  commandTypes,
  isAlarmCommand,
  isSignalCommand,
  type CommandPayloads,
  type CommandType,
} from '../../../../server/contract/commands.ts';
import { mayDo } from '../../../../server/contract/rights.ts';
import { roles } from '../../../../server/contract/roles.ts';
import type { CaseCommandType } from '../../../../server/domain/cases/decide.ts';
import { aFreeUnit, codeOf, TestDesk } from '../../../support/case-world.ts';

/** Payloads with which each command can be asked for about a case that is there. */
const payloads: { [T in CaseCommandType]: Omit<CommandPayloads[T], 'incident'> } = {
  'incident.create': { channel: '110', category: 'crime.theft' },
  'incident.call': { channel: '110' },
  'incident.edit': { address: '人民路' },
  'incident.triage': { answers: {} },
  'incident.claim': {},
  'incident.release': {},
  'incident.dispatch': {},
  'assignment.status': { unit: 'u-f1', status: 'en-route' },
  'unit.par': { unit: 'u-f1' },
  'unit.service': { unit: 'u-f1', inService: false, reason: '检修' },
  'incident.transfer': { department: 'police', reason: '权属' },
  'incident.return': { reason: '权属' },
  'incident.task': { department: 'police', title: '封路' },
  'task.accept': { task: 't' },
  'task.return': { task: 't', reason: '权属' },
  'task.done': { task: 't' },
  'incident.resolve': {},
  'incident.verify': { accepted: true },
  'incident.close': {},
  'incident.evaluate': {},
  'incident.reopen': { reason: '复燃' },
  'incident.merge': { into: 'inc-1001' },
  'incident.unmerge': {},
  'incident.apart': { other: 'inc-1001' },
  'incident.note': { text: '记录' },
  'incident.supervise': { reason: '催办' },
  'incident.reveal': { reason: '核实' },
};

/** Not about a case, or about whichever the unit is on. */
const caseless: ReadonlySet<CommandType> = new Set([
  'incident.create',
  'assignment.status',
  'unit.par',
  'unit.service',
]);

describe('rights', () => {
  const caseTypes = commandTypes.filter(
    (t): t is CaseCommandType => t !== 'presence.view' && !isAlarmCommand(t) && !isSignalCommand(t),
  );
  const told = (type: CaseCommandType, role: (typeof roles)[number]): string => {
    const desk = new TestDesk();
    const incident = desk.call();
    desk.call();
    const by = { id: 'x', name: '某人', role, ...(role === 'department' && { department: 'dep-fire' }) };
    const payload = { ...(!caseless.has(type) && { incident }), ...payloads[type] };
    return codeOf(desk.ask(by, type, payload as never));
  };

  it.each(caseTypes)('SE-64 %s is for the roles of the table, and refused to all others', (type) => {
    for (const role of roles)
      expect([role, told(type, role) === 'not-allowed']).toEqual([role, !mayDo(role, type)]);
  });

  it('SE-64 administrators and viewers decide nothing; departments do not take calls or send', () => {
    const may = (role: (typeof roles)[number]): CommandType[] =>
      commandTypes.filter((t) => t !== 'presence.view' && mayDo(role, t));
    for (const role of ['viewer', 'system-admin', 'security-admin', 'audit-admin'] as const)
      expect(may(role)).toEqual([]);
    expect(may('department')).not.toContain('incident.dispatch');
    expect(may('department')).not.toContain('incident.create');
    expect(may('call-taker')).not.toContain('incident.dispatch');
    expect(may('dispatcher')).not.toContain('incident.supervise');
    expect(told('incident.create', 'viewer')).toBe('not-allowed');
  });

  it('SE-60 a command of a department on another’s case is answered as if it did not exist', () => {
    const desk = new TestDesk();
    const foreign = desk.call({ category: 'crime.theft', channel: '110' });
    for (const type of caseTypes.filter((t) => mayDo('department', t) && !caseless.has(t))) {
      const ask = (incident: string) => desk.ask('fire', type, { incident, ...payloads[type] });
      expect(ask(foreign)).toEqual(ask('inc-9999'));
      expect(codeOf(ask(foreign))).toBe('not-found');
    }
    desk.must('police', 'incident.note', { incident: foreign, text: '已到场' });
  });

  it('SE-60 so is one about another department’s unit', () => {
    const desk = new TestDesk({ units: [aFreeUnit('mine', 'fire-engine')] });
    const id = desk.call();
    desk.must('wang', 'incident.dispatch', { incident: id, units: ['mine'] });
    for (const [type, more] of [
      ['assignment.status', { status: 'on-scene' }],
      ['unit.par', {}],
      ['unit.service', { inService: false, reason: '检修' }],
    ] as const) {
      const ask = (unit: string) => desk.ask('police', type, { unit, ...more });
      expect(ask('mine')).toEqual({ ok: false, refusal: { code: 'unknown-object', detail: 'mine' } });
      expect(codeOf(ask('nobody'))).toBe('unknown-object');
    }
    desk.must('fire', 'assignment.status', { unit: 'mine', status: 'on-scene' });
  });
});
