/** The log of alarms as it is read. */
import { describe, expect, it } from 'vitest';
import { filterLog, logTypes, logWord, type LogFilter } from '../../../client/alarm-kpi/log-lines.ts';
import { catalogues } from '../../../client/i18n/i18n.ts';
import type { AlarmLogLine } from '../../../server/contract/alarm-api.ts';
import { isAlarmEvent } from '../../../server/domain/alarms/life/events.ts';
import { isHandoverEvent } from '../../../server/domain/handover/events.ts';
import { isWarningEvent } from '../../../server/domain/warnings/events.ts';

const lines: readonly AlarmLogLine[] = [
  { seq: 5, atMs: 5, type: 'handover.signed', by: '李' },
  { seq: 4, atMs: 4, type: 'rule.saved', rule: 'jam', by: '王', text: 'too many' },
  { seq: 3, atMs: 3, type: 'alarm.acknowledged', number: 107, by: '王' },
  { seq: 2, atMs: 2, type: 'alarm.returned', number: 107, by: 'system' },
  { seq: 1, atMs: 1, type: 'alarm.raised', number: 107, rule: 'jam', name: { zh: '拥堵', en: 'Jam' } },
];
const word = (type: string): string => {
  const key = logWord(type);
  return key === null ? type : catalogues['en-US'][key];
};
const seqs = (part: Partial<LogFilter>): readonly number[] =>
  filterLog(lines, { group: 'all', text: '', ...part }, word).map((line) => line.seq);

describe('the log of alarms', () => {
  it('UI-185 has a word for what the journal keeps, and no word for what it does not', () => {
    for (const type of logTypes) {
      const known = [isAlarmEvent, isWarningEvent, isHandoverEvent].some((is) => is({ type }));
      expect([type, known]).toEqual([type, true]);
      expect(logWord(type)).toBe(`alog.${type}`);
    }
    expect(logWord('alarm.unheard-of')).toBeNull();
  });

  it.each<readonly [string, Partial<LogFilter>, readonly number[]]>([
    ['everything, newest first', {}, [5, 4, 3, 2, 1]],
    ['alarms', { group: 'alarms' }, [3, 2, 1]],
    ['what people did', { group: 'people' }, [5, 4, 3]],
    ['rules', { group: 'rules' }, [4]],
    ['the rest', { group: 'others' }, [5]],
    ['by number, as it is said', { text: 'a107' }, [3, 2, 1]],
    ['by person', { text: '王' }, [4, 3]],
    ['by the word that is read', { text: 'returned' }, [2]],
    ['by name in either language', { text: '拥堵' }, [1]],
    ['by what was said', { text: 'TOO many' }, [4]],
    ['within a group', { group: 'alarms', text: '王' }, [3]],
  ])('UI-185 shows %s', (_name, part, expected) => {
    expect(seqs(part)).toEqual(expected);
  });
});
