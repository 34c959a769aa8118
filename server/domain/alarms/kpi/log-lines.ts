/**
 * Events about alarms, rules, warnings and shifts as lines of the alarm log. What a line says beside its type is read in
 * either language, like the detail of a refusal.
 */
import type { AlarmLogLine } from '../../../contract/alarm-api.ts';
import type { AlarmPriority } from '../../../contract/alarms.ts';
import { roleNames } from '../../../contract/roles.ts';
import type { LocalText } from '../../../contract/text.ts';
import type { WarningMessage } from '../../../contract/warnings.ts';
import { inBoth } from '../../cases/context.ts';
import type { HandoverEvent } from '../../handover/events.ts';
import type { WarningEvent } from '../../warnings/events.ts';
import type { AlarmEvent } from '../life/events.ts';

export type LoggedEvent = AlarmEvent | WarningEvent | HandoverEvent;

/** What a line shows of an alarm or a rule of which the event gives the id. */
export interface LogFace {
  readonly number?: number;
  readonly rule: string;
  readonly name: LocalText;
  readonly priority: AlarmPriority;
}
export interface LogFaces {
  readonly alarm: (id: string) => LogFace | undefined;
  readonly rule: (id: string) => LogFace | undefined;
  /** What a warning is called. */
  readonly warning: (id: string) => LocalText | undefined;
}

export interface LogEntry {
  readonly line: AlarmLogLine;
  /** All that it is about; the line names one that is alone. */
  readonly alarms: readonly string[];
}

/** Short numbers in one line. */
const MOST_NUMBERS = 20;

export function logLineOf(event: LoggedEvent, seq: number, faces: LogFaces): LogEntry {
  const { type, payload } = event;
  const alarms = alarmsOf(event);
  const [only] = alarms.length === 1 ? alarms : [];
  const face = only === undefined ? ruleFaceOf(event, faces) : faces.alarm(only);
  const name = face?.name ?? nameOf(event, faces);
  const said = [alarms.length > 1 ? numbersOf(alarms, faces) : undefined, textOf(event, faces)];
  const text = said.filter((part) => part !== undefined && part !== '').join(' · ');
  const line: AlarmLogLine = {
    seq,
    atMs: payload.atMs,
    type,
    ...(only !== undefined && { alarm: only }),
    ...(face?.number !== undefined && { number: face.number }),
    ...(face && { rule: face.rule, priority: face.priority }),
    ...(name && { name }),
    ...('by' in payload && { by: payload.by.name }),
    ...(text !== '' && { text }),
  };
  return { line, alarms };
}

/** An alarm is called by its rule and its subject. */
export const alarmName = (rule: LocalText, subject: LocalText): LocalText => ({
  zh: joined(rule.zh || rule.en, subject.zh || subject.en),
  en: joined(rule.en || rule.zh, subject.en || subject.zh),
});
const joined = (a: string, b: string): string => [a, b].filter((part) => part !== '').join(' · ');

export const warningName = ({ headline, event }: WarningMessage): LocalText =>
  headline.zh === '' && headline.en === '' ? event : headline;

function alarmsOf({ type, payload }: LoggedEvent): readonly string[] {
  if ('alarms' in payload) return payload.alarms;
  const isOne =
    type === 'alarm.raised' ||
    type === 'alarm.repeated' ||
    type === 'alarm.returned' ||
    type === 'alarm.suppressed' ||
    type === 'alarm.grouped';
  return isOne ? [payload.id] : [];
}

function ruleFaceOf({ type, payload }: LoggedEvent, faces: LogFaces): LogFace | undefined {
  if (type === 'rule.saved') {
    const { id, name, priority } = payload.rule;
    return { rule: id, name, priority };
  }
  return type === 'rule.switched' || type === 'rule.deleted' ? faces.rule(payload.id) : undefined;
}

function nameOf({ type, payload }: LoggedEvent, faces: LogFaces): LocalText | undefined {
  if (type === 'warning.received' || type === 'warning.drafted') return warningName(payload.message);
  const isWarning = type === 'warning.decided' || type === 'warning.cancelled' || type === 'warning.expired';
  return isWarning ? faces.warning(payload.id) : undefined;
}

function numbersOf(alarms: readonly string[], faces: LogFaces): string {
  const numbers = alarms.slice(0, MOST_NUMBERS).map((id) => spoken(id, faces));
  const more = alarms.length - numbers.length;
  return [...numbers, ...(more > 0 ? [`+${more}`] : [])].join(' ');
}
function spoken(id: string, faces: LogFaces): string {
  const number = faces.alarm(id)?.number;
  return number === undefined ? id : `A${number}`;
}

/** What was said of it, and what its type leaves open. */
function textOf({ type, payload }: LoggedEvent, faces: LogFaces): string | undefined {
  switch (type) {
    case 'alarm.raised':
    case 'alarm.repeated':
      return payload.parent === undefined ? undefined : `→ ${spoken(payload.parent, faces)}`;
    case 'alarm.suppressed':
      return payload.suppressed ? undefined : inBoth({ zh: '抑制结束', en: 'no longer' });
    case 'alarm.grouped':
      return payload.parent === null
        ? inBoth({ zh: '不再归并', en: 'no longer' })
        : `→ ${spoken(payload.parent, faces)}`;
    case 'alarm.unshelved':
      return payload.expired ? inBoth({ zh: '到期', en: 'its time was over' }) : undefined;
    case 'alarm.service-changed':
      return joined(
        inBoth(payload.inService ? { zh: '恢复', en: 'in service' } : { zh: '停用', en: 'out of service' }),
        payload.reason ?? '',
      );
    case 'alarm.escalated':
      return joined(inBoth(roleNames[payload.to]), payload.reason ?? '');
    case 'alarm.became-incident':
      return `#${payload.number}`;
    case 'alarm.flood-began':
    case 'alarm.flood-ended':
      return inBoth({
        zh: `10 分钟 ${payload.rung} 条，值班 ${payload.operators} 人`,
        en: `${payload.rung} in 10 minutes, ${payload.operators} on duty`,
      });
    case 'alarm.operators-changed':
      return String(payload.operators);
    case 'rule.saved':
      return joined(`v${payload.version}`, payload.reason ?? '');
    case 'rule.switched':
      return joined(
        inBoth(payload.enabled ? { zh: '启用', en: 'on' } : { zh: '停用', en: 'off' }),
        payload.reason ?? '',
      );
    case 'warning.received':
      return payload.message.sender;
    case 'warning.decided':
      return joined(
        inBoth(payload.approved ? { zh: '批准', en: 'approved' } : { zh: '退回', en: 'rejected' }),
        payload.reason ?? '',
      );
    case 'alarm.shelved':
    case 'rule.deleted':
    case 'warning.cancelled':
      return payload.reason;
    case 'handover.offered':
      return payload.note;
    case 'alarm.returned':
    case 'alarm.acknowledged':
    case 'warning.drafted':
    case 'warning.expired':
    case 'handover.signed':
      return undefined;
  }
}
