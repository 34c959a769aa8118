/** What an expression may name, in words, and how it gets into the text. Pure. */
import {
  baselineSuffixes,
  clockFields,
  subjectFields,
  subjectMethods,
  type FieldDescription,
  type SubjectKind,
} from '../../server/contract/alarm-fields.ts';
import type { LocalText } from '../../server/contract/text.ts';

export const expressionFields = ['where', 'when', 'until', 'suppressWhen'] as const;
export type ExpressionField = (typeof expressionFields)[number];

export type PaletteGroup = 'facts' | 'usual' | 'places' | 'city' | 'clock';
export const paletteGroups: readonly PaletteGroup[] = ['facts', 'usual', 'places', 'city', 'clock'];
export interface PaletteEntry {
  readonly group: PaletteGroup;
  /** What is written into the expression. */
  readonly insert: string;
  readonly words: LocalText;
  readonly type: FieldDescription['type'];
  readonly unit?: string;
  readonly help?: LocalText;
}

/** Subjects that stand nowhere. */
const placeless: ReadonlySet<SubjectKind> = new Set(['feed', 'city']);

type Fields = Readonly<Record<string, FieldDescription>>;

function factsOf(name: string, fields: Fields, group: PaletteGroup, fixedOnly: boolean): PaletteEntry[] {
  return Object.entries(fields)
    .filter(([, field]) => !fixedOnly || field.fixed === true)
    .map(([key, field]) => ({
      group,
      insert: `${name}.${key}`,
      words: field.name,
      type: field.type,
      ...(field.unit !== undefined && { unit: field.unit }),
    }));
}

function usualOf(name: string, fields: Fields): PaletteEntry[] {
  return Object.entries(fields)
    .filter(([, field]) => field.baseline === true)
    .flatMap(([key, field]) =>
      Object.entries(baselineSuffixes).map(([suffix, words]): PaletteEntry => {
        const unit = suffix === '_dev' ? undefined : unitOf(field, suffix);
        return {
          group: 'usual',
          insert: `${name}.${key}${suffix}`,
          words: { zh: `${field.name.zh}${words.zh}`, en: `${field.name.en}: ${words.en}` },
          type: 'double',
          ...(unit !== undefined && { unit }),
        };
      }),
    );
}
const unitOf = (field: FieldDescription, suffix: string): string | undefined =>
  suffix === '_rate' ? `${field.unit ?? ''}/min` : field.unit;

function placesOf(subject: SubjectKind, areas: readonly string[]): PaletteEntry[] {
  const { metresTo, inside, earlier } = subjectMethods;
  const entry = (call: string, type: PaletteEntry['type'], help: LocalText): PaletteEntry => ({
    group: 'places',
    insert: `${subject}.${call}`,
    words: help,
    type,
    help,
  });
  const own = areas.map((id): PaletteEntry => ({
    ...entry(`inside("${id}")`, 'bool', inside.help),
    words: { zh: `位于区域“${id}”内`, en: `Inside the area "${id}"` },
  }));
  return [
    ...own,
    { ...entry('metresTo("school")', 'double', metresTo.help), unit: 'm' },
    ...(own.length > 0 ? [] : [entry('inside("")', 'bool', inside.help)]),
    ...(subject === 'incident'
      ? [entry('earlier("traffic.collision", 7.0, 300.0)', 'double', earlier.help)]
      : []),
  ];
}

/** `where` is only asked of what does not move: fixed facts and places. */
export function paletteOf(
  subject: SubjectKind,
  field: ExpressionField,
  areas: readonly string[],
): readonly PaletteEntry[] {
  const fixedOnly = field === 'where';
  const fields: Fields = subjectFields[subject];
  return [
    ...factsOf(subject, fields, 'facts', fixedOnly),
    ...(fixedOnly ? [] : usualOf(subject, fields)),
    ...(placeless.has(subject) ? [] : placesOf(subject, areas)),
    ...(fixedOnly || subject === 'city' ? [] : factsOf('city', subjectFields.city, 'city', false)),
    ...(fixedOnly ? [] : factsOf('clock', clockFields, 'clock', false)),
  ];
}

export function searchPalette(entries: readonly PaletteEntry[], q: string): readonly PaletteEntry[] {
  const wanted = q.trim().toLowerCase();
  if (wanted === '') return entries;
  return entries.filter(({ insert, words }) =>
    [insert, words.zh, words.en].some((text) => text.toLowerCase().includes(wanted)),
  );
}

/** Puts a name where the cursor stands (or over what is marked), set apart from the words beside it. */
export function insertInto(
  text: string,
  from: number,
  to: number,
  what: string,
): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const gapBefore = /[\w")\]]$/.test(before) ? ' ' : '';
  const gapAfter = /^[\w"]/.test(after) ? ' ' : '';
  const head = `${before}${gapBefore}${what}`;
  return { text: `${head}${gapAfter}${after}`, caret: head.length };
}

/** One for each kind of subject, to begin with. */
export const exampleOf: Readonly<Record<SubjectKind, string>> = {
  link: 'link.ratio < 0.3 && link.vehicles >= 5.0',
  signal: 'signal.dark',
  facility: 'facility.erWaitMin > 60.0',
  station: 'station.pm25 > 75.0 && station.pm25_dev > 3.0',
  unit: 'unit.status == "en-route" && unit.statusMin > 20.0',
  incident: 'incident.lateMin > 0.0 && incident.severity <= 2.0',
  feed: 'feed.silentS > 60.0',
  warning: 'warning.severity == "Extreme" && warning.status == "Actual"',
  city: 'city.unitsAvailable < 5.0',
};
