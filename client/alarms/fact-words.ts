/** The facts of an alarm in words: name, value with its unit, and the limit it is held against. Pure. */
import {
  baselineSuffixes,
  clockFields,
  subjectFields,
  type FieldDescription,
} from '../../server/contract/alarm-fields.ts';
import type { AlarmFact, AlarmRecord } from '../../server/contract/alarms.ts';
import { stageNames } from '../../server/contract/cases.ts';
import { categories } from '../../server/contract/categories.ts';
import { textIn, type Language, type LocalText } from '../../server/contract/text.ts';
import { formatNumber, UNKNOWN } from '../desk/format.ts';
import { catalogues, type MessageKey } from '../i18n/i18n.ts';
import { severityLooks, statusNames, type CapSeverity, type CapStatus } from '../ui/warning-look.ts';

type Value = AlarmFact['value'];
type Suffix = keyof typeof baselineSuffixes;

interface Described {
  readonly of: FieldDescription;
  readonly suffix: Suffix | null;
}

const kinds: Readonly<Record<string, Readonly<Record<string, FieldDescription>>>> = {
  ...subjectFields,
  clock: clockFields,
};

/** What `link.speedKph_dev` is; null where it is no field (a function, say). */
function describe(path: string): Described | null {
  const [kind = '', field = ''] = path.split('.', 2);
  const fields = Object.hasOwn(kinds, kind) ? kinds[kind]! : {};
  if (Object.hasOwn(fields, field)) return { of: fields[field]!, suffix: null };
  const at = field.lastIndexOf('_');
  const [base, suffix] = [field.slice(0, at), field.slice(at)];
  if (at < 0 || !Object.hasOwn(fields, base) || !Object.hasOwn(baselineSuffixes, suffix)) return null;
  return { of: fields[base]!, suffix: suffix as Suffix };
}

/** The name of a field: `Speed`, `Speed, change a minute`; as it is written where it is none. */
export function fieldName(path: string, language: Language): string {
  const described = describe(path);
  if (!described) return path;
  const name = textIn(described.of.name, language);
  if (described.suffix === null) return name;
  return `${name}${language === 'zh-CN' ? '，' : ', '}${textIn(baselineSuffixes[described.suffix], language)}`;
}

/** As many decimals as say something: 8, 12.5, 0.35, 1,240. */
export function plainNumber(value: number, language: Language): string {
  const size = Math.abs(value);
  let digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  while (digits > 0 && Number(value.toFixed(digits)) === Number(value.toFixed(digits - 1))) digits--;
  return formatNumber(value, language, digits);
}

/** In the unit of the field, so that a value and its limit can be compared; in the next one where it grows long. */
function span(value: number, unit: 's' | 'min', language: Language): string {
  const zh = language === 'zh-CN';
  const long = Math.abs(value) >= 600;
  const words =
    unit === 's' ? (long ? ['分钟', 'min'] : ['秒', 's']) : long ? ['小时', 'h'] : ['分钟', 'min'];
  const shown = long ? Math.round(value / 6) / 10 : Math.round(value);
  return `${plainNumber(shown, language)} ${zh ? words[0] : words[1]}`;
}

function numberWords(value: number, described: Described | null, language: Language): string {
  const number = plainNumber(value, language);
  const unit = described?.of.unit ?? '';
  if (described?.suffix === '_dev') return `${number} σ`;
  const aMinute = described?.suffix === '_rate';
  if (!aMinute && (unit === 's' || unit === 'min')) return span(value, unit, language);
  const per = aMinute ? (language === 'zh-CN' ? '/分钟' : '/min') : '';
  if (unit === '%' || unit === '×') return `${number}${unit}${per}`;
  return unit === '' ? `${number}${per}` : `${number} ${unit}${per}`;
}

/** Fields whose values the screen has words for, by the beginning of their keys. */
const wordsOf: Readonly<Record<string, string>> = {
  'unit.status': 'unitStatus',
  'unit.kind': 'unitKind',
  'signal.state': 'signal',
  'facility.kind': 'facility',
  'station.kind': 'station',
  'feed.state': 'feed.state',
  'feed.kind': 'feed.kind',
  'link.class': 'road',
  'incident.family': 'inc.family',
  'incident.channel': 'inc.channel',
  'incident.severity': 'inc.severity',
  'warning.state': 'warn.state',
  'warning.urgency': 'cap.urgency',
  'warning.certainty': 'cap.certainty',
};

function known(path: string, value: string, language: Language): string | null {
  if (path === 'incident.category' && Object.hasOwn(categories, value))
    return textIn(categories[value as keyof typeof categories].name, language);
  if (path === 'incident.stage' && Object.hasOwn(stageNames, value))
    return textIn(stageNames[value as keyof typeof stageNames], language);
  if (path === 'warning.severity' && Object.hasOwn(severityLooks, value))
    return textIn(severityLooks[value as CapSeverity].name, language);
  if (path === 'warning.status' && Object.hasOwn(statusNames, value))
    return textIn(statusNames[value as CapStatus], language);
  const key = `${wordsOf[path] ?? ''}.${value}`;
  return Object.hasOwn(catalogues[language], key) ? catalogues[language][key as MessageKey] : null;
}

/** `places`: names of districts and streets by id. */
export function valueWords(
  path: string,
  value: Value,
  language: Language,
  places: ReadonlyMap<string, LocalText>,
): string {
  if (value === null) return UNKNOWN;
  if (typeof value === 'boolean') return catalogues[language][value ? 'fact.yes' : 'fact.no'];
  const word = known(path, String(value), language);
  if (word !== null) return word;
  if (typeof value === 'number') return numberWords(value, describe(path), language);
  const place = /\.(district|street)$/.test(path) ? places.get(value) : undefined;
  return place ? textIn(place, language) : value;
}

const signs: Readonly<Record<NonNullable<AlarmFact['op']>, string>> = {
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
  '==': '=',
  '!=': '≠',
};

/** Held against a limit that says something: a number that has a word for each value is no measure. */
const isMeasured = ({ field, limit }: AlarmFact): boolean =>
  typeof limit === 'number' && !Object.hasOwn(wordsOf, field);

export interface FactWords {
  readonly name: string;
  readonly value: string;
  /** `< 15 km/h`; null where none is known, the value says it already, or words cannot be held against each other. */
  readonly limit: string | null;
}

export function factWords(
  fact: AlarmFact,
  language: Language,
  places: ReadonlyMap<string, LocalText>,
): FactWords {
  const { field, value, op, limit } = fact;
  const said =
    limit === undefined ||
    op === undefined ||
    (op === '==' && limit === value) ||
    (typeof limit === 'number' && !isMeasured(fact));
  return {
    name: fieldName(field, language),
    value: valueWords(field, value, language, places),
    limit: said ? null : `${signs[op]} ${valueWords(field, limit, language, places)}`,
  };
}

/** What is known now of what it rang for. */
export const factsOf = (alarm: Pick<AlarmRecord, 'facts' | 'factsNow'>): readonly AlarmFact[] =>
  alarm.factsNow ?? alarm.facts;

/** The one fact a row has room for: the first measure held against a limit, else what is simply so, else the first. */
export function mainFact(alarm: Pick<AlarmRecord, 'facts' | 'factsNow'>): AlarmFact | undefined {
  const facts = factsOf(alarm);
  return facts.find(isMeasured) ?? facts.find((f) => f.value === true) ?? facts[0];
}

/** `Speed 8 km/h (< 15 km/h)`; what is simply so is its name alone. */
export function factLine(
  fact: AlarmFact,
  language: Language,
  places: ReadonlyMap<string, LocalText>,
): string {
  const { name, value, limit } = factWords(fact, language, places);
  if (fact.value === true && limit === null) return name;
  if (limit === null) return `${name} ${value}`;
  return language === 'zh-CN' ? `${name} ${value}（${limit}）` : `${name} ${value} (${limit})`;
}

/** What a row has room for: `8 km/h < 15 km/h`, or the name with its value where nothing is held against it. */
export function factShort(
  fact: AlarmFact,
  language: Language,
  places: ReadonlyMap<string, LocalText>,
): string {
  const { value, limit } = factWords(fact, language, places);
  return limit === null ? factLine(fact, language, places) : `${value} ${limit}`;
}
