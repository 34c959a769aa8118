/** What became of alarms before, from the journal as it goes by: the log, the figures, what happened last time. */
import type { AlarmAnswer, AlarmKpiAnswer, AlarmLogLine } from '../../contract/alarm-api.ts';
import type { AlarmRecord, RuleRecord } from '../../contract/alarms.ts';
import { isAlarmEvent, type AlarmEvent } from '../../domain/alarms/life/events.ts';
import { AlarmKpi } from '../../domain/alarms/kpi/kpi.ts';
import { AlarmLog, type LogFilter } from '../../domain/alarms/kpi/log.ts';
import { AlarmPast } from '../../domain/alarms/kpi/past.ts';
import { makeShiftClock } from '../../domain/alarms/kpi/shifts.ts';
import type { CityEvent } from '../../domain/city-event.ts';
import type { JournalEntry } from '../ports.ts';

export class AlarmMemory {
  private readonly figures: AlarmKpi;
  private readonly log = new AlarmLog();
  private readonly history = new AlarmPast();

  constructor(timeZone: string) {
    this.figures = new AlarmKpi(makeShiftClock(timeZone));
  }

  /** A durable event, in the order of the journal. */
  entered({ seq }: JournalEntry, event: CityEvent): void {
    this.log.take(event, seq);
    if (!isAlarmEvent(event)) return;
    this.figures.take(event as AlarmEvent);
    this.history.take(event as AlarmEvent);
  }

  lines(filter: LogFilter): readonly AlarmLogLine[] {
    return this.log.lines(filter);
  }

  /** Occurrences that began before then, newest first. */
  earlier(alarm: string, beforeMs: number): AlarmAnswer['earlier'] {
    return this.history.earlier(alarm, beforeMs);
  }

  kpi(
    sinceMs: number,
    nowMs: number,
    live: { readonly alarms: Iterable<AlarmRecord>; readonly rules: Iterable<RuleRecord> },
  ): AlarmKpiAnswer {
    return this.figures.kpi(sinceMs, nowMs, live);
  }
}
