/** What an alarm's record means to a screen: whether it waits for somebody, and whether it speaks for itself. Pure. */
import type { AlarmPriority, AlarmRecord } from '../../server/contract/alarms.ts';

/** What people say aloud: A107. */
export const codeOf = (alarm: Pick<AlarmRecord, 'number'>): string => `A${alarm.number}`;

/** Nobody has acknowledged it, be it over or not. */
export const isUnacknowledged = ({ state }: Pick<AlarmRecord, 'state'>): boolean =>
  state === 'unacknowledged' || state === 'returned';

/** In the operator's list: neither shelved nor suppressed nor out of service. */
export const isStanding = ({ state }: Pick<AlarmRecord, 'state'>): boolean =>
  state === 'unacknowledged' || state === 'acknowledged' || state === 'returned';

/** Another alarm explains it, so that it does not speak for itself. An emergency always does (UI-142). */
export const isExplained = ({ parent, priority }: Pick<AlarmRecord, 'parent' | 'priority'>): boolean =>
  parent !== undefined && priority !== 1;

/** Calls for an operator now, by itself. */
export const isRinging = (alarm: AlarmRecord): boolean =>
  alarm.state === 'unacknowledged' && !isExplained(alarm);

export interface AlarmCounts {
  /** Of those that stand for themselves. */
  readonly unacknowledged: Readonly<Record<AlarmPriority, number>>;
  readonly active: number;
  readonly shelved: number;
  readonly suppressed: number;
  readonly outOfService: number;
  /** Active ones that another one explains. */
  readonly hidden: number;
}

/** Counted from what this screen holds, so that the line above and the list below never differ (UI-146). */
export function countAlarms(alarms: Iterable<AlarmRecord>): AlarmCounts {
  const unacknowledged: Record<AlarmPriority, number> = { 1: 0, 2: 0, 3: 0 };
  const counts = { active: 0, shelved: 0, suppressed: 0, outOfService: 0, hidden: 0 };
  for (const alarm of alarms) {
    if (alarm.state === 'shelved') counts.shelved++;
    else if (alarm.state === 'suppressed') counts.suppressed++;
    else if (alarm.state === 'out-of-service') counts.outOfService++;
    else if (isExplained(alarm)) counts.hidden += Number(alarm.active);
    else {
      counts.active += Number(alarm.active);
      if (isUnacknowledged(alarm)) unacknowledged[alarm.priority]++;
    }
  }
  return { unacknowledged, ...counts };
}
