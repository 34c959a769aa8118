/** Typed answers about alarms: their cards, figures and log, what a rule says and would have said, warnings as CAP XML. */
import type {
  AlarmAnswer,
  AlarmKpiAnswer,
  AlarmLogLine,
  DryRunAnswer,
  RuleCheckAnswer,
} from '../../server/contract/alarm-api.ts';
import type { AlarmRule } from '../../server/contract/alarms.ts';
import { get, getText, send } from './api.ts';

/** What one alarm's card shows beside its record. */
export const fetchAlarm = (id: string, signal?: AbortSignal): Promise<AlarmAnswer> =>
  get(`/api/v1/alarms/${encodeURIComponent(id)}`, signal);

export const fetchKpi = (hours: number, signal?: AbortSignal): Promise<AlarmKpiAnswer> =>
  get(`/api/v1/alarms/kpi?hours=${hours}`, signal);

export interface LogQuery {
  readonly hours: number;
  readonly rule?: string;
  readonly alarm?: string;
  readonly limit?: number;
}
/** Newest first. */
export async function fetchLog(query: LogQuery, signal?: AbortSignal): Promise<readonly AlarmLogLine[]> {
  const params = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return (await get<{ readonly lines: readonly AlarmLogLine[] }>(`/api/v1/alarms/log?${params}`, signal))
    .lines;
}

/** Whether a rule can be understood; a refusal of what is no rule at all throws. */
export const checkRule = (rule: unknown): Promise<RuleCheckAnswer> =>
  send('POST', '/api/v1/alarm-rules/check', rule);

/** What a rule would have done over the last hours of recorded history, beside the one that is live. */
export const dryRun = (rule: AlarmRule, hours: number): Promise<DryRunAnswer> =>
  send('POST', '/api/v1/alarm-rules/dry-run', { rule, hours });

/** A warning as it goes out, or as a draft would. */
export const fetchCap = (warning: string, signal?: AbortSignal): Promise<string> =>
  getText(`/api/v1/warnings/${encodeURIComponent(warning)}/cap`, signal);
