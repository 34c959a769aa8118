/** What an alarm measured, as a sentence of people in both languages. */
import {
  baselineSuffixes,
  clockFields,
  subjectFields,
  type FieldDescription,
} from '../../../contract/alarm-fields.ts';
import type { AlarmFact } from '../../../contract/alarms.ts';
import type { LocalText } from '../../../contract/text.ts';

const fields: Readonly<Record<string, Readonly<Record<string, FieldDescription>>>> = {
  ...subjectFields,
  clock: clockFields,
};
const signs: Readonly<Record<NonNullable<AlarmFact['op']>, string>> = {
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
  '==': '=',
  '!=': '≠',
};

/** A text that was written in one language only is said in that one. */
export const inEither = ({ zh, en }: LocalText): LocalText => ({ zh: zh || en, en: en || zh });

/** `车速 8 km/h（< 15 km/h）`, `Speed 8 km/h (< 15 km/h)`. */
export function factText({ field, value, op, limit }: AlarmFact): LocalText {
  const { name, unit } = nameOf(field);
  const said = valueText(value, unit);
  if (op === undefined || limit === undefined)
    return { zh: `${name.zh} ${said.zh}`, en: `${name.en} ${said.en}` };
  const held = valueText(limit, unit);
  const sign = signs[op];
  return {
    zh: `${name.zh} ${said.zh}（${sign} ${held.zh}）`,
    en: `${name.en} ${said.en} (${sign} ${held.en})`,
  };
}

/** A field in words, with the unit of its values; one that nobody described is named as rules name it. */
function nameOf(path: string): { readonly name: LocalText; readonly unit: string } {
  const [kind = '', field = ''] = path.split('.', 2);
  const of = Object.hasOwn(fields, kind) ? fields[kind]! : {};
  if (Object.hasOwn(of, field)) return { name: of[field]!.name, unit: of[field]!.unit ?? '' };
  for (const [suffix, more] of Object.entries(baselineSuffixes)) {
    const base = field.slice(0, -suffix.length);
    if (!field.endsWith(suffix) || !Object.hasOwn(of, base)) continue;
    const { name, unit = '' } = of[base]!;
    return {
      name: { zh: `${name.zh}（${more.zh}）`, en: `${name.en} (${more.en})` },
      // A deviation is counted in spreads; a rate is the unit a minute.
      unit: suffix === '_dev' ? '' : suffix === '_rate' ? `${unit}/min` : unit,
    };
  }
  return { name: { zh: path, en: path }, unit: '' };
}

function valueText(value: AlarmFact['value'], unit: string): LocalText {
  if (value === null) return { zh: '未知', en: 'not known' };
  if (typeof value === 'boolean') return value ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' };
  const text = typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
  const whole = unit === '' ? text : `${text} ${unit}`;
  return { zh: whole, en: whole };
}
