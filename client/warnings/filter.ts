/** Public warnings in the order they are read: what waits for a second person, what is in force, what is over. Pure. */
import type { WarningRecord } from '../../server/contract/warnings.ts';
import { severityLooks, statusNames, type CapSeverity } from '../ui/warning-look.ts';

export interface WarningFilter {
  readonly text: string;
  readonly direction: 'all' | 'in' | 'out';
  /** False: what is no longer in force is left out. */
  readonly over: boolean;
}
export const noWarningFilter: WarningFilter = { text: '', direction: 'all', over: false };

export type WarningGroup = 'waiting' | 'in-force' | 'over';

/** What has run out is over, even before the server says so. */
export function groupOf({ state, message }: WarningRecord, nowMs: number): WarningGroup {
  if (state === 'draft') return 'waiting';
  if (state !== 'in-force') return 'over';
  return message.expiresAtMs !== undefined && message.expiresAtMs <= nowMs ? 'over' : 'in-force';
}

const severities = Object.keys(severityLooks) as CapSeverity[];
const rank = (r: WarningRecord): number => severities.indexOf(r.message.severity);
/** What is meant stands above what is only practised. */
const unreal = (r: WarningRecord): number => Number(r.message.status !== 'Actual');
const byWeight = (a: WarningRecord, b: WarningRecord): number =>
  unreal(a) - unreal(b) ||
  rank(a) - rank(b) ||
  b.message.sentAtMs - a.message.sentAtMs ||
  (a.id < b.id ? -1 : 1);
const byChange = (a: WarningRecord, b: WarningRecord): number =>
  b.changedAtMs - a.changedAtMs || (a.id < b.id ? -1 : 1);

function matches({ message, direction }: WarningRecord, filter: WarningFilter): boolean {
  if (filter.direction !== 'all' && filter.direction !== direction) return false;
  const wanted = filter.text.trim().toLowerCase();
  if (wanted === '') return true;
  const look = severityLooks[message.severity].name;
  const status = statusNames[message.status];
  return [
    message.event.zh,
    message.event.en,
    message.headline.zh,
    message.headline.en,
    message.senderName ?? message.sender,
    look.zh,
    look.en,
    status.zh,
    status.en,
    ...message.areas.map((area) => area.description),
  ].some((text) => text.toLowerCase().includes(wanted));
}

export function groupWarnings(
  all: readonly WarningRecord[],
  filter: WarningFilter,
  nowMs: number,
): Readonly<Record<WarningGroup, readonly WarningRecord[]>> {
  const groups: Record<WarningGroup, WarningRecord[]> = { waiting: [], 'in-force': [], over: [] };
  for (const record of all) if (matches(record, filter)) groups[groupOf(record, nowMs)].push(record);
  groups.waiting.sort(byWeight);
  groups['in-force'].sort(byWeight);
  groups.over.sort(byChange);
  return filter.over ? groups : { ...groups, over: [] };
}

const SOON_MS = 30 * 60_000;
export interface Expiry {
  readonly state: 'never' | 'later' | 'soon' | 'over';
  /** Until then, or since. */
  readonly ms: number;
}
export function expiryOf({ message }: Pick<WarningRecord, 'message'>, nowMs: number): Expiry {
  if (message.expiresAtMs === undefined) return { state: 'never', ms: 0 };
  const left = message.expiresAtMs - nowMs;
  return { state: left <= 0 ? 'over' : left <= SOON_MS ? 'soon' : 'later', ms: Math.abs(left) };
}
