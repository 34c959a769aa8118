/** The rows of the alarm list: roots with their children folded below, and in a flood one line for many. Pure. */
import type { AlarmPriority, AlarmRecord } from '../../server/contract/alarms.ts';
import { floodGroups, type FloodGroup } from '../../server/contract/flood-groups.ts';
import { isExplained, isStanding } from './alarm-state.ts';
import { alarmMatcher, byUrgency, isShown, type AlarmFilter, type FilterWorld } from './filter.ts';

interface AnyRow {
  readonly key: string;
  /** 0 stands for itself, 1 lies below its root or group, 2 below a root in a group. */
  readonly depth: number;
  /** Nothing to unfold: null. */
  readonly folded: boolean | null;
}
export type AlarmRow =
  | (AnyRow & {
      readonly kind: 'alarm';
      readonly alarm: AlarmRecord;
      /** How many of its children the list could show. */
      readonly children: number;
    })
  | (AnyRow & {
      readonly kind: 'group';
      /** The most urgent of them. */
      readonly first: AlarmRecord;
      readonly members: readonly AlarmRecord[];
      readonly unacknowledged: number;
      readonly priority: AlarmPriority;
    });

export interface AlarmRows {
  readonly rows: readonly AlarmRow[];
  /** Alarms that the filter takes, folded away or not. */
  readonly found: number;
  /** Children that lie folded below their roots. */
  readonly folded: number;
  /** Alarms merged into lines of a flood. */
  readonly merged: number;
}

export interface Folding {
  /** Roots and groups a person has opened. */
  readonly open: ReadonlySet<string>;
  /** Everything open. */
  readonly all: boolean;
  /** A flood is on: many of a kind become one line. */
  readonly flood: boolean;
}

/** The alarms of a row: what is done to the row is done to them. */
export const alarmsOf = (row: AlarmRow): readonly AlarmRecord[] =>
  row.kind === 'alarm' ? [row.alarm] : row.members;

export function alarmRows(
  alarms: ReadonlyMap<string, AlarmRecord>,
  filter: AlarmFilter,
  world: FilterWorld,
  folding: Folding,
): AlarmRows {
  const matches = alarmMatcher(filter, world);
  const own: AlarmRecord[] = [];
  const below: AlarmRecord[] = [];
  const childrenOf = new Map<string, AlarmRecord[]>();
  let found = 0;
  for (const alarm of alarms.values()) {
    if (!isShown(alarm, filter.show) || !matches(alarm)) continue;
    const root = rootFor(alarm, alarms, filter, matches);
    if (root === HIDDEN) continue;
    found++;
    if (root === null) own.push(alarm);
    else {
      below.push(alarm);
      push(childrenOf, root, alarm);
    }
  }
  own.sort(byUrgency);

  const out: AlarmRow[] = [];
  const counts = { folded: 0, merged: 0 };
  const isOpen = (key: string): boolean => folding.all || folding.open.has(key);
  const put = (alarm: AlarmRecord, depth: number): void => {
    const children = childrenOf.get(alarm.id) ?? [];
    const open = isOpen(alarm.id);
    const folded = children.length === 0 ? null : !open;
    out.push({ kind: 'alarm', key: alarm.id, depth, folded, alarm, children: children.length });
    if (!open) {
      counts.folded += children.length;
      return;
    }
    for (const child of children.sort(byUrgency))
      out.push({ kind: 'alarm', key: child.id, depth: depth + 1, folded: null, alarm: child, children: 0 });
  };

  // What one alarm explains lies below it anyway; what one rule says of one district is merged in a flood only.
  const groups = folding.flood ? floodGroups([...own, ...below]).groups.filter((g) => g.cause === null) : [];
  const groupOf = new Map(groups.flatMap((g) => g.alarms.map((id) => [id, g] as const)));
  const placed = new Set<FloodGroup>();
  for (const alarm of own) {
    const group = groupOf.get(alarm.id);
    if (!group) {
      put(alarm, 0);
      continue;
    }
    if (placed.has(group)) continue;
    // A group stands where its most urgent one would.
    placed.add(group);
    const key = `group:${group.id}`;
    const open = isOpen(key);
    const members = own.filter((a) => groupOf.get(a.id) === group);
    counts.merged += members.length;
    out.push({
      kind: 'group',
      key,
      depth: 0,
      folded: !open,
      first: alarm,
      members,
      unacknowledged: group.unacknowledged,
      priority: group.priority,
    });
    if (open) for (const member of members) put(member, 1);
  }
  return { rows: out, found, ...counts };
}

const HIDDEN = Symbol('hidden');
/** What explains may be explained itself; a circle ends here. */
const MOST_LEVELS = 8;

/**
 * The root below which an alarm lies, the uppermost of them; null where it stands for itself: it is not explained, or the filter leaves out its
 * root for something else than that it was put aside.
 */
function rootFor(
  alarm: AlarmRecord,
  alarms: ReadonlyMap<string, AlarmRecord>,
  { show }: AlarmFilter,
  matches: (alarm: AlarmRecord) => boolean,
): string | null | typeof HIDDEN {
  let found: string | null = null;
  let at = alarm;
  for (let level = 0; level < MOST_LEVELS && isExplained(at); level++) {
    const root = alarms.get(at.parent!);
    if (!root || !matches(root)) break;
    // Whoever put the root aside has put aside what it explains.
    if (!isShown(root, show)) return isStanding(alarm) && !isStanding(root) ? HIDDEN : found;
    found = root.id;
    at = root;
  }
  return found;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
