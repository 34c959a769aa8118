/** Which alarms the list shows and in which order (ISA-18.2, alarm summary). Pure: the same records give the same list. */
import type { AlarmPriority, AlarmRecord, AlarmRule } from '../../server/contract/alarms.ts';
import { inBbox, type Bbox } from '../../server/contract/geo.ts';
import type { Person } from '../../server/contract/roles.ts';
import { codeOf, isStanding, isUnacknowledged } from './alarm-state.ts';

/** `standing`: all but what was put aside; the others are its parts and the ways of putting aside. */
export const alarmShows = [
  'standing',
  'unacknowledged',
  'active',
  'shelved',
  'suppressed',
  'out-of-service',
] as const;
export type AlarmShow = (typeof alarmShows)[number];

export interface AlarmFilter {
  readonly text: string;
  readonly show: AlarmShow;
  readonly mine: boolean;
  readonly priorities: readonly AlarmPriority[];
  /** `map`: what the map shows now; else the id of a district. */
  readonly area: 'map' | { readonly district: string } | null;
}
export const noAlarmFilter: AlarmFilter = {
  text: '',
  show: 'standing',
  mine: false,
  priorities: [],
  area: null,
};

/** What a filter is held against beside the records. */
export interface FilterWorld {
  readonly me: Person | null;
  /** Who answers for a rule; undefined where the rule is gone. */
  readonly ownerOf: (rule: string) => AlarmRule['owner'] | undefined;
  /** What the map shows; null where there is no map. */
  readonly bbox: Bbox | null;
}

/** True where the filter leaves out more than what was put aside. */
export const isFilteringAlarms = (f: AlarmFilter): boolean =>
  f.text.trim() !== '' || f.mine || f.priorities.length > 0 || f.area !== null || f.show !== 'standing';

/** It is this person's: by the role and department that answer for the rule, or because it was escalated to them. */
export function isMine(
  alarm: Pick<AlarmRecord, 'rule' | 'escalated'>,
  { me, ownerOf }: Pick<FilterWorld, 'me' | 'ownerOf'>,
): boolean {
  if (me === null) return false;
  if (alarm.escalated?.to === me.role) return true;
  const owner = ownerOf(alarm.rule);
  if (owner?.role !== me.role) return false;
  return owner.department === undefined || owner.department === me.department;
}

export function isShown(alarm: Pick<AlarmRecord, 'state' | 'active'>, show: AlarmShow): boolean {
  switch (show) {
    case 'standing':
      return isStanding(alarm);
    case 'unacknowledged':
      return isUnacknowledged(alarm);
    case 'active':
      return isStanding(alarm) && alarm.active;
    case 'shelved':
    case 'suppressed':
    case 'out-of-service':
      return alarm.state === show;
  }
}

function inArea({ subject }: AlarmRecord, area: AlarmFilter['area'], bbox: Bbox | null): boolean {
  if (area === null) return true;
  if (area !== 'map') return subject.district === area.district;
  return bbox === null || (subject.position !== undefined && inBbox(bbox, subject.position));
}

function textMatches(alarm: AlarmRecord, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const { name, subject } = alarm;
  const hay = [codeOf(alarm), name.zh, name.en, subject.name.zh, subject.name.en, subject.id]
    .join('\n')
    .toLowerCase();
  return wanted.every((word) => hay.includes(word));
}

/** Everything of a filter but the state: what a child and its root are held against alike. */
export function alarmMatcher(filter: AlarmFilter, world: FilterWorld): (alarm: AlarmRecord) => boolean {
  const wanted = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return (alarm) =>
    (filter.priorities.length === 0 || filter.priorities.includes(alarm.priority)) &&
    (!filter.mine || isMine(alarm, world)) &&
    inArea(alarm, filter.area, world.bbox) &&
    textMatches(alarm, wanted);
}

/** Unacknowledged first, then by priority, then the newest; ties fall to the number, so that rows never jump (UI-140). */
export const byUrgency = (a: AlarmRecord, b: AlarmRecord): number =>
  Number(isUnacknowledged(b)) - Number(isUnacknowledged(a)) ||
  a.priority - b.priority ||
  b.lastRaisedAtMs - a.lastRaisedAtMs ||
  b.number - a.number;
