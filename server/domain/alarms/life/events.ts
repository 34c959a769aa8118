/**
 * What can happen to alarms and their rules, as the journal keeps it. Everything a decision worked out stands in the event,
 * so that reading the journal never decides again.
 */
import type { AlarmFact, AlarmPriority, AlarmRule, SubjectRef } from '../../../contract/alarms.ts';
import type { Role } from '../../../contract/roles.ts';
import type { LocalText } from '../../../contract/text.ts';
import type { By } from '../../cases/events.ts';

interface Act {
  readonly atMs: number;
  readonly by: By;
}
interface OnAlarms extends Act {
  readonly alarms: readonly string[];
}

export interface AlarmEventPayloads {
  'alarm.raised': {
    readonly id: string;
    readonly number: number;
    readonly atMs: number;
    readonly rule: string;
    readonly ruleVersion: number;
    readonly name: LocalText;
    readonly priority: AlarmPriority;
    readonly subject: SubjectRef;
    readonly facts: readonly AlarmFact[];
    readonly parent?: string;
    readonly suppressed?: boolean;
  };
  /** It rings again while its record lives. */
  'alarm.repeated': {
    readonly id: string;
    readonly atMs: number;
    readonly facts: readonly AlarmFact[];
    readonly parent?: string;
    readonly suppressed?: boolean;
  };
  'alarm.returned': { readonly id: string; readonly atMs: number };
  'alarm.suppressed': { readonly id: string; readonly atMs: number; readonly suppressed: boolean };
  /** `parent`: the alarm that explains it; null: nothing does any more. */
  'alarm.grouped': { readonly id: string; readonly atMs: number; readonly parent: string | null };
  'alarm.acknowledged': OnAlarms;
  'alarm.shelved': OnAlarms & { readonly untilMs: number; readonly reason: string };
  /** By somebody, or because the time is over. */
  'alarm.unshelved': OnAlarms & { readonly expired: boolean };
  'alarm.service-changed': OnAlarms & { readonly inService: boolean; readonly reason?: string };
  'alarm.escalated': OnAlarms & { readonly to: Role; readonly reason?: string };
  'alarm.became-incident': OnAlarms & { readonly incident: string; readonly number: number };
  'alarm.flood-began': { readonly atMs: number; readonly rung: number; readonly operators: number };
  'alarm.flood-ended': { readonly atMs: number; readonly rung: number; readonly operators: number };
  /** How many operators are on duty from now on. */
  'alarm.operators-changed': { readonly atMs: number; readonly operators: number };

  'rule.saved': Act & {
    readonly rule: AlarmRule;
    readonly enabled: boolean;
    readonly version: number;
    readonly reason?: string;
  };
  'rule.switched': Act & {
    readonly id: string;
    readonly enabled: boolean;
    readonly version: number;
    readonly reason?: string;
  };
  'rule.deleted': Act & { readonly id: string; readonly reason: string };
}

export type AlarmEventType = keyof AlarmEventPayloads;
export type AlarmEvent = {
  [T in AlarmEventType]: { readonly type: T; readonly payload: AlarmEventPayloads[T] };
}[AlarmEventType];

const types: Readonly<Record<AlarmEventType, true>> = {
  'alarm.raised': true,
  'alarm.repeated': true,
  'alarm.returned': true,
  'alarm.suppressed': true,
  'alarm.grouped': true,
  'alarm.acknowledged': true,
  'alarm.shelved': true,
  'alarm.unshelved': true,
  'alarm.service-changed': true,
  'alarm.escalated': true,
  'alarm.became-incident': true,
  'alarm.flood-began': true,
  'alarm.flood-ended': true,
  'alarm.operators-changed': true,
  'rule.saved': true,
  'rule.switched': true,
  'rule.deleted': true,
};
export const isAlarmEvent = (e: { readonly type: string }): boolean => Object.hasOwn(types, e.type);
