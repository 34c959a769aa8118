/** Events about alarms by hand, as the journal would hold them: `rule:subject` names an alarm, seconds count from the start. */
import type { AlarmPriority, AlarmRecord } from '../../server/contract/alarms.ts';
import type { By } from '../../server/domain/cases/events.ts';
import { SYSTEM } from '../../server/domain/cases/events.ts';
import type { AlarmEvent, AlarmEventPayloads } from '../../server/domain/alarms/life/events.ts';
import { people, type PersonName } from './case-world.ts';

/** Midnight of a Monday in Shanghai. */
export const KPI_START_MS = Date.UTC(2026, 5, 7, 16);
export const atSecond = (s: number): number => KPI_START_MS + s * 1_000;

const priorities: Readonly<Record<string, AlarmPriority>> = { emergency: 1, high: 2 };
/** Rules are called by their priority where it matters: `emergency…`, `high…`; others are low. */
export const priorityOf = (rule: string): AlarmPriority => priorities[rule.split('-')[0]!] ?? 3;

let numbers = 100;
export function raised(
  id: string,
  s: number,
  more: Partial<AlarmEventPayloads['alarm.raised']> = {},
): AlarmEvent {
  const [rule, subject] = id.split(':') as [string, string];
  const payload: AlarmEventPayloads['alarm.raised'] = {
    id,
    number: numbers++,
    atMs: atSecond(s),
    rule,
    ruleVersion: 0,
    name: { zh: `规则 ${rule}`, en: `Rule ${rule}` },
    priority: priorityOf(rule),
    subject: { kind: 'link', id: subject, name: { zh: `路 ${subject}`, en: `Road ${subject}` } },
    facts: [],
    ...more,
  };
  return { type: 'alarm.raised', payload };
}
export const repeated = (
  id: string,
  s: number,
  more: Partial<AlarmEventPayloads['alarm.repeated']> = {},
): AlarmEvent => ({ type: 'alarm.repeated', payload: { id, atMs: atSecond(s), facts: [], ...more } });
export const returned = (id: string, s: number): AlarmEvent => ({
  type: 'alarm.returned',
  payload: { id, atMs: atSecond(s) },
});
export const suppressed = (id: string, s: number, on: boolean): AlarmEvent => ({
  type: 'alarm.suppressed',
  payload: { id, atMs: atSecond(s), suppressed: on },
});
export const grouped = (id: string, s: number, parent: string | null): AlarmEvent => ({
  type: 'alarm.grouped',
  payload: { id, atMs: atSecond(s), parent },
});

const on = (alarms: string | readonly string[], s: number, who: PersonName | 'system') => ({
  atMs: atSecond(s),
  by: who === 'system' ? SYSTEM : (people[who] as By),
  alarms: typeof alarms === 'string' ? [alarms] : alarms,
});
type Alarms = string | readonly string[];
type Who = PersonName | 'system';
export const acknowledged = (alarms: Alarms, s: number, who: Who = 'wang'): AlarmEvent => ({
  type: 'alarm.acknowledged',
  payload: on(alarms, s, who),
});
export const shelved = (alarms: Alarms, s: number, reason = '检修'): AlarmEvent => ({
  type: 'alarm.shelved',
  payload: { ...on(alarms, s, 'wang'), untilMs: atSecond(s + 900), reason },
});
export const unshelved = (alarms: Alarms, s: number, who: Who = 'system'): AlarmEvent => ({
  type: 'alarm.unshelved',
  payload: { ...on(alarms, s, who), expired: who === 'system' },
});
export const service = (alarms: Alarms, s: number, inService: boolean): AlarmEvent => ({
  type: 'alarm.service-changed',
  payload: { ...on(alarms, s, 'sun'), inService, reason: '改造' },
});
export const escalated = (alarms: Alarms, s: number, who: Who = 'system'): AlarmEvent => ({
  type: 'alarm.escalated',
  payload: { ...on(alarms, s, who), to: 'supervisor' },
});
export const becameIncident = (alarms: Alarms, s: number): AlarmEvent => ({
  type: 'alarm.became-incident',
  payload: { ...on(alarms, s, 'wang'), incident: 'inc-1042', number: 1042 },
});
export const operators = (s: number, n: number): AlarmEvent => ({
  type: 'alarm.operators-changed',
  payload: { atMs: atSecond(s), operators: n },
});
export const flood = (s: number, begins: boolean, rung: number): AlarmEvent => ({
  type: begins ? 'alarm.flood-began' : 'alarm.flood-ended',
  payload: { atMs: atSecond(s), rung, operators: 1 },
});

/** An alarm that stands, as a record. */
export function anAlarm(id: string, sinceS: number, more: Partial<AlarmRecord> = {}): AlarmRecord {
  const [rule, subject] = id.split(':') as [string, string];
  return {
    id,
    number: 100,
    rule,
    ruleVersion: 0,
    name: { zh: `规则 ${rule}`, en: `Rule ${rule}` },
    priority: priorityOf(rule),
    state: 'unacknowledged',
    active: true,
    subject: { kind: 'link', id: subject, name: { zh: `路 ${subject}`, en: `Road ${subject}` } },
    facts: [],
    raisedAtMs: atSecond(sinceS),
    lastRaisedAtMs: atSecond(sinceS),
    count: 1,
    children: 0,
    ...more,
  };
}
