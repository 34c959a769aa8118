/** Lines of the alarm log as they are read: the word of what happened, and which of them are wanted. Pure. */
import type { AlarmLogLine } from '../../server/contract/alarm-api.ts';
import type { MessageKey } from '../i18n/i18n.ts';

export const logTypes = [
  'alarm.raised',
  'alarm.repeated',
  'alarm.returned',
  'alarm.suppressed',
  'alarm.grouped',
  'alarm.acknowledged',
  'alarm.shelved',
  'alarm.unshelved',
  'alarm.service-changed',
  'alarm.escalated',
  'alarm.became-incident',
  'alarm.flood-began',
  'alarm.flood-ended',
  'alarm.operators-changed',
  'rule.saved',
  'rule.switched',
  'rule.deleted',
  'warning.received',
  'warning.drafted',
  'warning.decided',
  'warning.cancelled',
  'warning.expired',
  'handover.offered',
  'handover.signed',
] as const;
type LogType = (typeof logTypes)[number];
const isLogType = (type: string): type is LogType => (logTypes as readonly string[]).includes(type);

/** The word for what happened; null where a newer server says what this screen has no word for. */
export const logWord = (type: string): MessageKey | null => (isLogType(type) ? `alog.${type}` : null);

/** What people did, what the system saw, and what became of rules, warnings and shifts. */
export const logGroups = ['all', 'alarms', 'people', 'rules', 'others'] as const;
export type LogGroup = (typeof logGroups)[number];

const inGroup = (line: AlarmLogLine, group: LogGroup): boolean => {
  const [family] = line.type.split('.');
  switch (group) {
    case 'all':
      return true;
    case 'alarms':
      return family === 'alarm';
    case 'people':
      return line.by !== undefined && line.by !== 'system';
    case 'rules':
      return family === 'rule';
    case 'others':
      return family !== 'alarm' && family !== 'rule';
  }
};

export interface LogFilter {
  readonly group: LogGroup;
  readonly text: string;
}
/** `word`: the sentence of a type, so that what is read can be looked for. */
export function filterLog(
  lines: readonly AlarmLogLine[],
  filter: LogFilter,
  word: (type: string) => string,
): readonly AlarmLogLine[] {
  const wanted = filter.text.trim().toLowerCase();
  return lines.filter(
    (line) =>
      inGroup(line, filter.group) &&
      (wanted === '' ||
        [
          word(line.type),
          line.name?.zh,
          line.name?.en,
          line.rule,
          line.by,
          line.text,
          line.number === undefined ? undefined : `A${line.number}`,
        ].some((part) => part?.toLowerCase().includes(wanted))),
  );
}
