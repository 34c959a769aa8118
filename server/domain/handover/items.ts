/**
 * What is handed over with a shift: the alarms that stand, those out of sight and why, the worst cases, our warnings in
 * force. Of each kind what matters most comes first, and no more than somebody can go through.
 */
import { alarmStateNames, type AlarmRecord, type HandoverRecord } from '../../contract/alarms.ts';
import { localTimeAt } from '../../contract/local-time.ts';
import type { IncidentRecord } from '../../contract/records.ts';
import type { LocalText } from '../../contract/text.ts';
import type { WarningRecord } from '../../contract/warnings.ts';
import { inBoth } from '../cases/context.ts';

export const MAX_ITEMS_OF_A_KIND = 200;

export interface StandingThings {
  readonly alarms: Iterable<AlarmRecord>;
  readonly incidents: Iterable<IncidentRecord>;
  readonly warnings: Iterable<WarningRecord>;
  /** Of the times in notes. */
  readonly timeZone: string;
}

type Item = HandoverRecord['items'][number];
const kinds = ['alarm', 'shelved', 'out-of-service', 'incident', 'warning'] as const satisfies Item['kind'][];

export function handoverItems({ alarms, incidents, warnings, timeZone }: StandingThings): Item[] {
  const all: Item[] = [];
  for (const a of alarms) all.push(...ofAlarm(a, timeZone));
  for (const i of incidents) all.push(...ofIncident(i));
  for (const w of warnings) all.push(...ofWarning(w, timeZone));
  return kinds.flatMap((kind) =>
    all
      .filter((item) => item.kind === kind)
      .sort(
        (a, b) => (a.priority ?? 0) - (b.priority ?? 0) || a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1),
      )
      .slice(0, MAX_ITEMS_OF_A_KIND),
  );
}

function ofAlarm(a: AlarmRecord, timeZone: string): Item[] {
  const { id, number, priority, raisedAtMs } = a;
  const name = joined(a.name, a.subject.name);
  if (a.state === 'shelved' && a.shelved) {
    const { reason, untilMs, atMs } = a.shelved;
    const note = `${reason} → ${clock(untilMs, timeZone)}`;
    return [{ kind: 'shelved', id, number, name, priority, sinceMs: atMs, note }];
  }
  if (a.state === 'out-of-service' && a.outOfService) {
    const { reason, atMs } = a.outOfService;
    return [{ kind: 'out-of-service', id, number, name, priority, sinceMs: atMs, note: reason }];
  }
  const stands = a.state === 'unacknowledged' || a.state === 'acknowledged';
  if (!stands || a.parent !== undefined) return [];
  const by = a.state === 'acknowledged' && a.acknowledged ? `: ${a.acknowledged.by}` : '';
  const note = `${inBoth(alarmStateNames[a.state])}${by}`;
  return [{ kind: 'alarm', id, number, name, priority, sinceMs: raisedAtMs, note }];
}

function ofIncident(i: IncidentRecord): Item[] {
  if (i.status !== 'open' || i.severity !== 1 || i.case.mergedInto !== undefined) return [];
  const { id, number, title, severity, reportedAtMs } = i;
  return [{ kind: 'incident', id, number, name: title, priority: severity, sinceMs: reportedAtMs }];
}

function ofWarning({ id, direction, state, message }: WarningRecord, timeZone: string): Item[] {
  if (direction !== 'out' || state !== 'in-force') return [];
  const until = message.expiresAtMs === undefined ? '' : ` → ${clock(message.expiresAtMs, timeZone)}`;
  const note = `${message.status}${until}`;
  return [{ kind: 'warning', id, name: message.headline, sinceMs: message.sentAtMs, note }];
}

const joined = (a: LocalText, b: LocalText): LocalText => ({
  zh: `${a.zh || a.en} · ${b.zh || b.en}`,
  en: `${a.en || a.zh} · ${b.en || b.zh}`,
});

/** Month, day and time of day by the city's clocks. */
function clock(atMs: number, timeZone: string): string {
  const { month, day, hour, minute } = localTimeAt(atMs, timeZone);
  const pad = (n: number): string => String(n).padStart(2, '0');
  return `${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}`;
}
