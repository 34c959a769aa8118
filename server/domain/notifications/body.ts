/**
 * What a notification says, in both languages. It leaves the city's own systems, so it holds nothing of a person: an
 * incident is its number and category, never its title, place or caller; people who decided are not named.
 */
import {
  baselineSuffixes,
  subjectFields,
  subjectNames,
  type FieldDescription,
} from '../../contract/alarm-fields.ts';
import {
  alarmPriorityNames,
  type AlarmFact,
  type AlarmPriority,
  type AlarmRule,
  type AlarmState,
  type SubjectRef,
} from '../../contract/alarms.ts';
import { categories, type CategoryCode } from '../../contract/categories.ts';
import { localTimeAt } from '../../contract/local-time.ts';
import { roleNames, type Role } from '../../contract/roles.ts';
import type { LocalText } from '../../contract/text.ts';
import type { WarningMessage } from '../../contract/warnings.ts';
import type { NotificationBody } from './events.ts';

/** What is said of an alarm; its record has all of it. */
export interface ToldAlarm {
  readonly id: string;
  readonly number: number;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly name: LocalText;
  readonly priority: AlarmPriority;
  readonly state: AlarmState;
  readonly subject: SubjectRef;
  readonly facts: readonly AlarmFact[];
  readonly count: number;
  readonly parent?: string;
}
export interface SubjectIncident {
  readonly number: number;
  readonly category: CategoryCode;
}
interface Told {
  readonly atMs: number;
  readonly alarm: ToldAlarm;
  readonly rule: AlarmRule;
  readonly incident?: SubjectIncident;
  readonly escalatedTo?: Role;
}

/** Facts of an incident that tell where it is, or which one to somebody with other sources. */
const OF_PLACE: ReadonlySet<string> = new Set(['incident.id', 'incident.district', 'incident.street']);
/** Subjects whose place is on every map. */
const FIXED: ReadonlySet<SubjectRef['kind']> = new Set(['link', 'signal', 'facility', 'station']);

export function alarmBody(told: Told, zone: string): NotificationBody {
  const { alarm, rule, atMs, escalatedTo } = told;
  const name = both(alarm.name);
  const of = subjectName(told);
  const priority = alarmPriorityNames[alarm.priority];
  const facts = alarm.facts.filter((f) => !OF_PLACE.has(f.field));
  const to = escalatedTo === undefined ? null : roleNames[escalatedTo];
  const lines: (readonly [LocalText, LocalText])[] = [
    ...(to === null ? [] : [[{ zh: '升级至', en: 'Escalated to' }, to] as const]),
    [{ zh: '对象', en: 'Subject' }, of],
    [{ zh: '时间', en: 'Time' }, same(timeText(atMs, zone))],
    ...(facts.length === 0 ? [] : [[{ zh: '依据', en: 'Measured' }, factsText(facts)] as const]),
    ...(alarm.count > 1 ? [[{ zh: '次数', en: 'Times' }, same(String(alarm.count))] as const] : []),
    [{ zh: '后果', en: 'Consequence' }, both(rule.consequence)],
    [{ zh: '处置', en: 'Response' }, both(rule.response)],
  ];
  const { kind, id, position } = alarm.subject;
  return {
    kind: escalatedTo === undefined ? 'alarm' : 'escalation',
    subject: {
      zh: `【${priority.zh}${to === null ? '' : '·升级'}】${name.zh}：${of.zh}（A${alarm.number}）`,
      en: `[${priority.en}${to === null ? '' : ', escalated'}] ${name.en}: ${of.en} (A${alarm.number})`,
    },
    text: {
      zh: lines.map(([label, text]) => `${label.zh}：${text.zh}`).join('\n'),
      en: lines.map(([label, text]) => `${label.en}: ${text.en}`).join('\n'),
    },
    data: {
      alarm: alarm.id,
      number: alarm.number,
      rule: alarm.rule,
      ruleVersion: alarm.ruleVersion,
      priority: alarm.priority,
      count: alarm.count,
      atMs,
      name,
      subject: { kind, id, name: of, ...(position && FIXED.has(kind) && { position }) },
      facts,
      owner: rule.owner,
      ...(escalatedTo !== undefined && { escalatedTo }),
    },
  };
}

export function warningBody(message: WarningMessage): NotificationBody {
  const { messageType, status, identifier, severity, urgency, certainty, expiresAtMs } = message;
  const kind = messageWords[messageType === 'Cancel' || messageType === 'Update' ? messageType : 'Alert'];
  const real = status === 'Actual' ? { zh: '', en: '' } : { zh: '（演练或测试）', en: ' (exercise or test)' };
  const headline = both(message.headline);
  const areas = message.areas.map((a) => a.description).join('; ');
  const parts = [message.event, message.description, message.instruction, same(areas)].map(both);
  return {
    kind: 'warning',
    subject: {
      zh: `【${kind.zh}${real.zh}】${headline.zh}`,
      en: `[${kind.en}${real.en}] ${headline.en}`,
    },
    text: {
      zh: joined(parts.map((p) => p.zh)),
      en: joined(parts.map((p) => p.en)),
    },
    data: {
      warning: identifier,
      messageType,
      status,
      severity,
      urgency,
      certainty,
      sentAtMs: message.sentAtMs,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
      event: message.event,
      areas: message.areas.map((a) => a.description),
    },
  };
}

const messageWords = {
  Alert: { zh: '预警', en: 'Warning' },
  Update: { zh: '预警更新', en: 'Warning updated' },
  Cancel: { zh: '预警解除', en: 'Warning cancelled' },
} as const;

const joined = (parts: readonly string[]): string => parts.filter((p) => p !== '').join('\n');
const same = (text: string): LocalText => ({ zh: text, en: text });
/** A text that people wrote in one language only is said in that one. */
const both = ({ zh, en }: LocalText): LocalText => ({ zh: zh || en, en: en || zh });

function subjectName({ alarm, incident }: Told): LocalText {
  if (alarm.subject.kind !== 'incident') return both(alarm.subject.name);
  const kind = subjectNames.incident;
  if (incident === undefined) return kind;
  const { zh, en } = categories[incident.category].name;
  return { zh: `${kind.zh} #${incident.number} ${zh}`, en: `${kind.en} #${incident.number} ${en}` };
}

function timeText(atMs: number, zone: string): string {
  const t = localTimeAt(atMs, zone);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${t.year}-${two(t.month)}-${two(t.day)} ${two(t.hour)}:${two(t.minute)}`;
}

function factsText(facts: readonly AlarmFact[]): LocalText {
  const texts = facts.map((fact): LocalText => {
    const field = describe(fact.field);
    const limit =
      fact.op === undefined || fact.limit === undefined ? null : `${fact.op} ${valueText(fact.limit)}`;
    const value = fact.value === null ? { zh: '未知', en: 'not known' } : same(valueText(fact.value));
    const unit = field.unit === '' || fact.value === null ? '' : ` ${field.unit}`;
    return {
      zh: `${field.name.zh} ${value.zh}${unit}${limit === null ? '' : `（${limit}）`}`,
      en: `${field.name.en} ${value.en}${unit}${limit === null ? '' : ` (${limit})`}`,
    };
  });
  return { zh: texts.map((t) => t.zh).join('；'), en: texts.map((t) => t.en).join('; ') };
}

const valueText = (value: AlarmFact['value']): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : String(value);

/** A field in people's words; one that nobody described is named as rules name it. */
function describe(path: string): { readonly name: LocalText; readonly unit: string } {
  const [kind = '', field = ''] = path.split('.');
  const fields: Readonly<Record<string, FieldDescription>> | undefined = Object.hasOwn(subjectFields, kind)
    ? subjectFields[kind as keyof typeof subjectFields]
    : undefined;
  const suffix = Object.entries(baselineSuffixes).find(([s]) => field.endsWith(s));
  const base = fields?.[suffix === undefined ? field : field.slice(0, -suffix[0].length)];
  if (base === undefined) return { name: same(path), unit: '' };
  if (suffix === undefined) return { name: base.name, unit: base.unit ?? '' };
  const [ending, { zh, en }] = suffix;
  return {
    name: { zh: `${base.name.zh}（${zh}）`, en: `${base.name.en} (${en})` },
    // A deviation is counted in spreads, not in the field's unit.
    unit: ending === '_dev' ? '' : (base.unit ?? ''),
  };
}
