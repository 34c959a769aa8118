/**
 * The alarm log: the newest events about alarms, rules, warnings and shifts, in bounded memory; the journal keeps all.
 * Events come in the order of the journal.
 */
import type { AlarmLogLine } from '../../../contract/alarm-api.ts';
import type { LocalText } from '../../../contract/text.ts';
import type { CityEvent } from '../../city-event.ts';
import { isHandoverEvent } from '../../handover/events.ts';
import { isWarningEvent } from '../../warnings/events.ts';
import { isAlarmEvent } from '../life/events.ts';
import {
  alarmName,
  logLineOf,
  warningName,
  type LogEntry,
  type LogFace,
  type LoggedEvent,
} from './log-lines.ts';

const LINES_KEPT = 5_000;
/** Names of alarms, rules and warnings: more than stand at once. */
const NAMES_KEPT = 20_000;

export interface LogFilter {
  readonly sinceMs?: number;
  readonly rule?: string;
  readonly alarm?: string;
  readonly limit: number;
}

const isLogged = (e: CityEvent): e is LoggedEvent =>
  isAlarmEvent(e) || isWarningEvent(e) || isHandoverEvent(e);

export class AlarmLog {
  private readonly kept: number;
  /** Oldest first; may be longer by a tenth. */
  private entries: LogEntry[] = [];
  private readonly alarms: Names<LogFace>;
  private readonly rules: Names<LogFace>;
  private readonly warnings: Names<LocalText>;

  constructor(kept: number = LINES_KEPT, names: number = NAMES_KEPT) {
    this.kept = kept;
    this.alarms = new Names(names);
    this.rules = new Names(names);
    this.warnings = new Names(names);
  }

  /** Takes in a durable event; those about other things are none of the log’s. */
  take(event: CityEvent, seq: number): void {
    if (!isLogged(event)) return;
    this.note(event);
    this.entries.push(
      logLineOf(event, seq, {
        alarm: (id) => this.alarms.get(id),
        rule: (id) => this.rules.get(id),
        warning: (id) => this.warnings.get(id),
      }),
    );
    if (this.entries.length > this.kept * 1.1) this.entries = this.entries.slice(-this.kept);
  }

  /** Newest first. */
  lines({ sinceMs = -Infinity, rule, alarm, limit }: LogFilter): AlarmLogLine[] {
    const out: AlarmLogLine[] = [];
    const oldest = Math.max(0, this.entries.length - this.kept);
    for (let i = this.entries.length - 1; i >= oldest && out.length < limit; i--) {
      const { line, alarms } = this.entries[i]!;
      const isOfRule = (): boolean =>
        line.rule === rule || alarms.some((id) => this.alarms.get(id)?.rule === rule);
      if (line.atMs < sinceMs || (alarm !== undefined && !alarms.includes(alarm))) continue;
      if (rule === undefined || isOfRule()) out.push(line);
    }
    return out;
  }

  private note({ type, payload }: LoggedEvent): void {
    if (type === 'alarm.raised') {
      const { id, number, rule, name, subject, priority } = payload;
      this.alarms.set(id, { number, rule, name: alarmName(name, subject.name), priority });
      this.rules.set(rule, { rule, name, priority });
    } else if (type === 'rule.saved') {
      const { id, name, priority } = payload.rule;
      this.rules.set(id, { rule: id, name, priority });
    } else if (type === 'warning.received' || type === 'warning.drafted') {
      this.warnings.set(payload.id, warningName(payload.message));
    }
  }
}

/** The newest of many by their ids. */
class Names<V> {
  private readonly most: number;
  private young = new Map<string, V>();
  private old = new Map<string, V>();

  constructor(most: number) {
    this.most = most;
  }

  get(id: string): V | undefined {
    return this.young.get(id) ?? this.old.get(id);
  }

  set(id: string, value: V): void {
    this.young.set(id, value);
    if (this.young.size < this.most / 2) return;
    this.old = this.young;
    this.young = new Map();
  }
}
