/** The work queue: in which order cases are worked on, which are left out, how long they still have. */
import { describe, expect, it } from 'vitest';
import {
  clockWords,
  countdownOf,
  countdownWords,
  nextDeadline,
  parCountdown,
} from '../../../client/dispatch/countdown.ts';
import {
  callsignsOf,
  filterIncidents,
  isFiltering,
  noFilter,
  type IncidentFilter,
} from '../../../client/incidents/filter.ts';
import type { Deadline } from '../../../server/contract/cases.ts';
import type { IncidentRecord } from '../../../server/contract/records.ts';
import { assignment, incidentRecord } from '../cases.ts';

const numbers = (list: readonly IncidentRecord[]): number[] => list.map((i) => i.number);
const MINUTE = 60_000;

describe('the work queue', () => {
  const all = [
    incidentRecord(1, { severity: 3 }, { overdue: true, stage: 'triaged', lead: 'fire-1' }),
    incidentRecord(2, { severity: 1 }, { claim: { user: 'wang', name: '王', atMs: 0 } }),
    incidentRecord(3, { severity: 1 }, { stage: 'en-route', assignments: [assignment('M21')] }),
    incidentRecord(4, { severity: 4 }, { support: ['police-1'] }),
    incidentRecord(5, { severity: 2 }, { overdue: true }),
    incidentRecord(6, { severity: 1 }, { mergedInto: 'inc-2' }),
    incidentRecord(
      7,
      { severity: 1, units: ['E3'] },
      { assignments: [assignment('A1', { status: 'cleared' })] },
    ),
    incidentRecord(8, { status: 'closed' }, { stage: 'closed' }),
  ];
  const shown = (part: Partial<IncidentFilter>): number[] =>
    numbers(filterIncidents(all, { ...noFilter, ...part }));

  it('UI-80 shows what is overdue first, then by priority, then what has waited longest', () => {
    expect(shown({})).toEqual([5, 1, 2, 3, 7, 4]);
  });

  it.each<[Partial<IncidentFilter>, number[]]>([
    [{ stages: ['triaged', 'en-route'] }, [1, 3]],
    [{ handler: 'wang' }, [2]],
    [{ unassigned: true }, [5, 1, 2, 4]],
    [{ overdue: true }, [5, 1]],
    [{ departments: ['fire-1'] }, [1]],
    [{ departments: ['police-1', 'fire'] }, [3, 7, 4]],
    [{ status: 'closed' }, [6, 8]],
    [{ text: 'm21' }, [3]],
    [{ text: '王' }, [2]],
  ])('UI-81 filters by %o', (part, expected) => {
    expect(shown(part)).toEqual(expected);
    expect(isFiltering({ ...noFilter, ...part })).toBe(part.status === undefined);
  });

  it('UI-81 names the units at work, sent from here or as the source says, each once', () => {
    const both = incidentRecord(9, { units: ['E3', 'M21'] }, { assignments: [assignment('M21')] });
    expect(callsignsOf(both)).toEqual(['M21', 'E3']);
    expect(callsignsOf(all[6]!)).toEqual(['E3']);
  });
});

describe('a countdown', () => {
  const deadline = (part: Partial<Deadline> = {}): Deadline => ({
    reach: 'on-scene',
    startedAtMs: 0,
    warnAtMs: 8 * MINUTE,
    dueAtMs: 10 * MINUTE,
    state: 'running',
    escalations: 0,
    ...part,
  });

  it.each([
    [0, 'running', '10:00', '剩 10:00'],
    [5 * MINUTE + 48_000, 'running', '04:12', '剩 04:12'],
    [9 * MINUTE + 20_000, 'warned', 'soon 00:40', '将超时 00:40'],
    [12 * MINUTE + 10_000, 'overdue', 'overdue 02:10', '超时 02:10'],
  ])('UI-82 at %i ms is %s and says “%s”', (nowMs, urgency, en, zh) => {
    const c = countdownOf(deadline(), nowMs);
    expect(c.urgency).toBe(urgency);
    expect(countdownWords(c, 'en-US')).toBe(en);
    expect(countdownWords(c, 'zh-CN')).toBe(zh);
  });

  it('UI-82 believes the server before the clock of this screen', () => {
    expect(countdownOf(deadline({ state: 'overdue' }), 0).urgency).toBe('overdue');
    expect(countdownOf(deadline({ state: 'warned' }), 0).urgency).toBe('warned');
  });

  it('UI-82 runs for the next deadline that has not ended', () => {
    const deadlines = [
      deadline({ reach: 'closed', dueAtMs: 90 * MINUTE, warnAtMs: 80 * MINUTE }),
      deadline({ reach: 'dispatched', dueAtMs: 2 * MINUTE, state: 'met' }),
      deadline(),
    ];
    expect(nextDeadline({ deadlines }, 0)?.reach).toBe('on-scene');
    expect(nextDeadline({ deadlines: [] }, 0)).toBeNull();
  });

  it.each([
    [59_999, '00:59'],
    [64 * MINUTE + 5_000, '1:04:05'],
    [72 * 60 * MINUTE, '3 d'],
  ])('UI-82 writes %i ms as %s', (ms, words) => {
    expect(clockWords(ms, 'en-US')).toBe(words);
  });

  it('UI-82 asks a crew before its time is over', () => {
    expect(parCountdown(20 * MINUTE, false, 0)?.urgency).toBe('running');
    expect(parCountdown(20 * MINUTE, false, 19.5 * MINUTE)?.urgency).toBe('warned');
    expect(parCountdown(20 * MINUTE, true, 0)?.urgency).toBe('overdue');
    expect(parCountdown(undefined, false, 0)).toBeNull();
  });
});
