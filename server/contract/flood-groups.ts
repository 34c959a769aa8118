/**
 * A flood of alarms made readable: what one alarm explains is one line, what one rule says of one district is another.
 * Invariant: an emergency stays by itself, and every alarm in sight stands in just one place.
 */
import type { AlarmPriority, AlarmRecord, AlarmState } from './alarms.ts';
import type { LocalText } from './text.ts';

export type FloodAlarm = Pick<
  AlarmRecord,
  'id' | 'number' | 'rule' | 'name' | 'priority' | 'state' | 'subject' | 'parent'
>;

export interface FloodGroup {
  readonly id: string;
  /** The alarm that explains them; null: they are of one rule in one district. */
  readonly cause: string | null;
  readonly rule: string;
  readonly name: LocalText;
  readonly district?: string;
  /** Of its most important one. */
  readonly priority: AlarmPriority;
  readonly counts: Readonly<Record<AlarmPriority, number>>;
  /** How many of them nobody has acknowledged. */
  readonly unacknowledged: number;
  /** What the line stands for, the most important and oldest first; the cause is one of them unless it is an emergency. */
  readonly alarms: readonly string[];
}
export interface FloodPicture {
  readonly emergencies: readonly string[];
  /** Causes first, then districts; within each the most important, then the largest. */
  readonly groups: readonly FloodGroup[];
  /** Too few of a kind for a line of their own. */
  readonly single: readonly string[];
}

/** Of one rule in one district: fewer stand for themselves. */
const AREA_FROM = 3;

const inSight: ReadonlySet<AlarmState> = new Set(['unacknowledged', 'acknowledged', 'returned']);

/** Alarms out of sight, and what is explained by one of those, are in no place. */
export function floodGroups(alarms: Iterable<FloodAlarm>): FloodPicture {
  const byId = new Map([...alarms].map((a) => [a.id, a]));
  const seen = [...byId.values()].filter((a) => inSight.has(a.state)).sort(byWeight);
  const causes = new Set(seen.map((a) => causeOf(a, byId)?.id));
  const emergencies: string[] = [];
  const ofCause = new Map<string, FloodAlarm[]>();
  const ofArea = new Map<string, FloodAlarm[]>();
  for (const a of seen) {
    const cause = causes.has(a.id) ? a : causeOf(a, byId);
    if (a.priority === 1) emergencies.push(a.id);
    else if (cause === undefined) push(ofArea, `${a.rule}@${a.subject.district ?? ''}`, a);
    else if (inSight.has(cause.state)) push(ofCause, cause.id, a);
  }
  const areas = [...ofArea];
  return {
    emergencies,
    groups: [
      ...[...ofCause].map(([id, members]) => groupOf(`cause:${id}`, byId.get(id)!, members, id)).sort(bySize),
      ...areas
        .filter(([, members]) => members.length >= AREA_FROM)
        .map(([id, members]) => groupOf(`area:${id}`, members[0]!, members, null))
        .sort(bySize),
    ],
    single: areas
      .filter(([, members]) => members.length < AREA_FROM)
      .flatMap(([, members]) => members)
      .sort(byWeight)
      .map((a) => a.id),
  };
}

/** Undefined where nothing explains it, or what does is not among those looked at. */
const causeOf = (a: FloodAlarm, byId: ReadonlyMap<string, FloodAlarm>): FloodAlarm | undefined =>
  a.parent === undefined ? undefined : byId.get(a.parent);

function groupOf(
  id: string,
  head: FloodAlarm,
  members: readonly FloodAlarm[],
  cause: string | null,
): FloodGroup {
  const counts = { 1: 0, 2: 0, 3: 0 };
  for (const a of members) counts[a.priority]++;
  const { rule, name, subject } = head;
  return {
    id,
    cause,
    rule,
    name,
    ...(subject.district !== undefined && { district: subject.district }),
    priority: members[0]!.priority,
    counts,
    unacknowledged: members.filter((a) => a.state !== 'acknowledged').length,
    alarms: members.map((a) => a.id),
  };
}

function push(groups: Map<string, FloodAlarm[]>, key: string, a: FloodAlarm): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [a]);
  else group.push(a);
}

const byWeight = (a: FloodAlarm, b: FloodAlarm): number => a.priority - b.priority || a.number - b.number;
const bySize = (a: FloodGroup, b: FloodGroup): number =>
  a.priority - b.priority || b.alarms.length - a.alarms.length || (a.id < b.id ? -1 : 1);
