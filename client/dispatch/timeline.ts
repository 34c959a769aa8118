/**
 * A line of a case's timeline in words: a sentence for each kind of event, then what the event carries. A fact that is
 * missing leaves its part out; a kind that is not known is named as it is, never hidden. Pure.
 */
import { deadlineStates, determinants, stageNames, stages, type Stage } from '../../server/contract/cases.ts';
import {
  categories,
  channels,
  isCategory,
  type CategoryCode,
  type Channel,
} from '../../server/contract/categories.ts';
import { roleNames, roles, type Role } from '../../server/contract/roles.ts';
import { textIn, type Language } from '../../server/contract/text.ts';
import type { TimelineEntry } from '../../server/contract/api.ts';
import { unitStatuses } from '../../server/contract/observations.ts';
import type { MessageKey, Translate } from '../i18n/i18n.ts';

/** Every kind of event that the journal keeps of a case, in the order of its life. */
export const timelineTypes = [
  'incident.reported',
  'incident.updated',
  'incident.edited',
  'incident.called',
  'incident.triaged',
  'incident.claimed',
  'incident.released',
  'incident.assigned',
  'assignment.progressed',
  'unit.par-answered',
  'unit.par-overdue',
  'unit.service-changed',
  'incident.transferred',
  'incident.tasked',
  'task.accepted',
  'task.returned',
  'task.done',
  'task.overdue',
  'incident.resolved',
  'incident.verified',
  'incident.rejected',
  'incident.ended',
  'incident.closed',
  'incident.evaluated',
  'incident.resumed',
  'incident.reopened',
  'incident.merged',
  'incident.unmerged',
  'incident.set-apart',
  'incident.noted',
  'incident.supervised',
  'incident.revealed',
  'deadline.changed',
] as const;
export type TimelineType = (typeof timelineTypes)[number];
const known = new Set<string>(timelineTypes);

export interface Names {
  readonly t: Translate;
  readonly language: Language;
  readonly department: (id: string) => string;
  readonly unit: (id: string) => string;
  readonly facility: (id: string) => string;
  readonly feed: (id: string) => string;
  readonly task: (id: string) => string;
  /** Its number. */
  readonly incident: (id: string) => string;
}

type Fact = string | number | boolean;
type Reader = (value: Fact, names: Names) => string | null;
type DeadlineState = (typeof deadlineStates)[number];
type Determinant = (typeof determinants)[number];
const isState = (s: string): s is DeadlineState => (deadlineStates as readonly string[]).includes(s);
const isDeterminant = (s: string): s is Determinant => (determinants as readonly string[]).includes(s);
const isChannel = (s: string): s is Channel => (channels as readonly string[]).includes(s);
const isStage = (s: string): s is Stage => (stages as readonly string[]).includes(s);
const isRole = (s: string): s is Role => (roles as readonly string[]).includes(s);
const isStatus = (s: string): s is (typeof unitStatuses)[number] =>
  (unitStatuses as readonly string[]).includes(s);

const labelled =
  (label: MessageKey, read: Reader = (value) => String(value)): Reader =>
  (value, names) => {
    const words = read(value, names);
    return words === null || words === '' ? null : names.t('ev.fact', { name: names.t(label), value: words });
  };
const listed = (value: Fact, names: Names, one: (word: string) => string): string =>
  String(value)
    .split(' ')
    .filter(Boolean)
    .map(one)
    .join(names.language === 'zh-CN' ? '、' : ', ');

const department: Reader = (value, n) => n.department(String(value));
const stageWord: Reader = (value, n) =>
  isStage(String(value)) ? textIn(stageNames[String(value) as Stage], n.language) : String(value);
const statusWord: Reader = (value, n) => {
  const status = value === 'cleared' ? 'available' : String(value);
  return isStatus(status) ? n.t(`unitStatus.${status}`) : status;
};
const severityWord: Reader = (value, n) => {
  const s = Number(value);
  return s >= 1 && s <= 4 ? n.t(`inc.severity.${s as 1 | 2 | 3 | 4}`) : String(value);
};
const fieldNames: Readonly<Record<string, MessageKey>> = {
  channel: 'inc.filter.channel',
  category: 'arg.category',
  severity: 'inc.filter.severity',
  title: 'ev.field.title',
  detail: 'ev.field.detail',
  position: 'inc.position',
  accuracyM: 'inc.accuracy',
  address: 'inc.address',
  district: 'inc.district',
  street: 'inc.district',
  sourceStatus: 'inc.sourceStatus',
  agency: 'inc.agency',
  units: 'inc.units',
  dueAtMs: 'inc.due',
  caller: 'inc.caller',
};

/** How each fact is said, in the order in which they stand. */
const readers: Readonly<Record<string, Reader>> = {
  pair: (value) => String(value).replace(/^(\S+) (\S+)$/, '#$1 – #$2'),
  number: (value) => `#${String(value)}`,
  units: (value, n) => listed(value, n, (callsign) => callsign),
  unit: (value, n) => n.unit(String(value)),
  status: statusWord,
  facility: (value, n) => n.facility(String(value)),
  reach: stageWord,
  state: (value, n) =>
    isState(String(value)) ? n.t(`ev.state.${String(value) as DeadlineState}`) : String(value),
  level: (value, n) => n.t('case.level', { n: Number(value) }),
  channel: (value, n) =>
    isChannel(String(value)) ? n.t(`inc.channel.${String(value) as Channel}`) : String(value),
  category: (value, n) =>
    isCategory(String(value)) ? textIn(categories[value as CategoryCode].name, n.language) : String(value),
  severity: severityWord,
  determinant: (value, n) =>
    isDeterminant(String(value)) ? n.t(`determinant.${value as Determinant}`) : String(value),
  from: labelled('ev.fact.from', department),
  department,
  task: (value, n) => n.task(String(value)),
  tasks: (value, n) => (Number(value) > 0 ? n.t('ev.fact.tasks', { n: Number(value) }) : null),
  notified: labelled('case.notified', (value, n) => listed(value, n, n.facility)),
  previous: labelled('ev.fact.previous'),
  returned: (value, n) => (value === true ? n.t('ev.returned') : null),
  arbiter: (value, n) => (value === true ? n.t('ev.arbiter') : null),
  fields: (value, n) =>
    [
      ...new Set(
        String(value)
          .split(' ')
          .filter(Boolean)
          .map((f) => (Object.hasOwn(fieldNames, f) ? n.t(fieldNames[f]!) : f)),
      ),
    ].join(n.language === 'zh-CN' ? '、' : ', '),
  score: (value, n) => n.t('case.score', { n: Number(value) }),
  satisfaction: labelled('arg.satisfaction'),
  to: labelled('ev.fact.to', (value, n) =>
    isRole(String(value)) ? textIn(roleNames[value as Role], n.language) : String(value),
  ),
};
const order = Object.keys(readers);

export interface TimelineWords {
  readonly what: string;
  readonly facts: readonly string[];
  readonly who: string;
}

export function timelineWords(entry: TimelineEntry, names: Names): TimelineWords {
  const { incident, number } = entry.facts;
  // Two cases, one event: which of them and the other.
  const pair = incident !== undefined && number !== undefined;
  const facts = Object.entries(pair ? { pair: `${names.incident(String(incident))} ${number}` } : entry.facts)
    .filter(([name, value]) => Object.hasOwn(readers, name) && value !== '')
    .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .flatMap(([name, value]) => readers[name]!(value, names) ?? []);
  const what = known.has(entry.type)
    ? names.t(`ev.${entry.type as TimelineType}`)
    : names.t('ev.unknown', { type: entry.type });
  return { what, facts, who: whoWords(entry.by, names) };
}

function whoWords(by: string, names: Names): string {
  if (by === 'system') return names.t('ev.by.system');
  if (by === 'feed') return names.t('ev.by.source');
  return by.startsWith('feed:') ? names.feed(by.slice('feed:'.length)) : by;
}
