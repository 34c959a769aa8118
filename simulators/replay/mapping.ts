/**
 * A mapping says how a recorded table becomes observations: which column is what, in which units and time zone, what
 * stands for "missing". A mapping is data; a row it cannot read is skipped with a reason and counted.
 */
import { z } from 'zod';
import { categories, isCategory } from '../../server/contract/categories.ts';
import { bbox, inBbox } from '../../server/contract/geo.ts';
import { observation, type Observation } from '../../server/contract/observations.ts';
import { parseTime, timeFormats } from './zone-time.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const timeSpec = z.strictObject({
  /** The first of these columns that is not empty. */
  columns: z.array(z.string()).min(1),
  format: z.enum(timeFormats),
});

const fieldSpec = z.union([
  z.strictObject({ value: scalar }),
  /** The first group of a pattern over the file's name. */
  z.strictObject({ file: z.string() }),
  z.strictObject({ time: timeSpec }),
  z.strictObject({
    column: z.string(),
    /** Words to values; `WORD*` stands for all that begin with it, `*` for the rest. */
    table: z.record(z.string(), scalar).optional(),
    as: z.enum(['string', 'number', 'text']).default('string'),
    /** Factor on a number, e.g. 1.609344 from mph to km/h. */
    scale: z.number().optional(),
    /** Values that mean: not known. */
    missing: z.array(z.union([z.string(), z.number()])).default([]),
    maxLength: z.number().int().min(1).optional(),
  }),
]);

const table = z.strictObject({
  /** `rows`: a row is an event. */
  layout: z.literal('rows'),
  delimiter: z.string().min(1).default(','),
  /** Column names where the file has no header. */
  header: z.array(z.string()).optional(),
  /** Whether the rows are in the order of their times. */
  sorted: z.boolean().default(false),
  timezone: z.string().default('UTC'),
  time: timeSpec,
  type: z.enum(['position', 'detector', 'incident', 'station', 'facility']),
  fields: z.record(z.string(), fieldSpec),
  position: z
    .strictObject({
      lon: z.string(),
      lat: z.string(),
      /** A pair of whole degrees is a rounded one, not a place. */
      dropWholeDegrees: z.boolean().default(true),
      /** Outside of it the position is left out, the event is not. */
      within: bbox.optional(),
      /** Whether an event without a position is of any use. */
      required: z.boolean().default(false),
    })
    .optional(),
  /** What a row says of a later time, as when a request was closed. */
  updates: z
    .array(
      z.strictObject({
        when: z.strictObject({ column: z.string(), startsWith: z.string() }).optional(),
        time: timeSpec,
        fields: z.record(z.string(), fieldSpec),
      }),
    )
    .default([]),
});

const matrix = z.strictObject({
  /** `matrix`: columns are sensors (first row: their ids), rows are equal steps of time. */
  layout: z.literal('matrix'),
  delimiter: z.string().min(1).default(','),
  timezone: z.string().default('UTC'),
  /** Local time of the first row of values. */
  startsAt: z.string(),
  stepS: z.number().positive(),
  field: z.enum(['speedKph', 'flowVph', 'occupancyPct']),
  scale: z.number().default(1),
  /** Values (before scaling) that mean: no reading. */
  missing: z.array(z.number()).default([]),
  /** The table of the sensors' places, with its columns; it lies beside the recording unless one says where. */
  locations: z.strictObject({ file: z.string(), id: z.string(), lon: z.string(), lat: z.string() }),
});

const lines = z.strictObject({
  /** `lines`: each line is a JSON object that is sent as it is, at the time in one of its fields. */
  layout: z.literal('lines'),
  timezone: z.string().default('UTC'),
  at: z.string(),
  format: z.enum(timeFormats),
});

export const mapping = z.discriminatedUnion('layout', [table, matrix, lines]);
export type Mapping = z.infer<typeof mapping>;
export type TableMapping = z.infer<typeof table>;
export type MatrixMapping = z.infer<typeof matrix>;
type FieldSpec = z.infer<typeof fieldSpec>;

export type Row = Readonly<Record<string, string>>;
export interface Timed {
  readonly atMs: number;
  readonly observation: Observation;
}
export type Mapped =
  { readonly ok: true; readonly timed: Timed[] } | { readonly ok: false; readonly reason: string };

const bad = (reason: string): Mapped => ({ ok: false, reason });

function timeIn(spec: z.infer<typeof timeSpec>, row: Row, zone: string): number | null {
  const column = spec.columns.find((c) => (row[c] ?? '').trim() !== '');
  return column === undefined ? null : parseTime(row[column]!, spec.format, zone);
}

function look(
  words: Readonly<Record<string, string | number | boolean>>,
  word: string,
): string | number | boolean | undefined {
  if (Object.hasOwn(words, word)) return words[word];
  let best: string | null = null;
  for (const key of Object.keys(words)) {
    if (key.endsWith('*') && word.startsWith(key.slice(0, -1)) && key.length > (best?.length ?? 0))
      best = key;
  }
  return best === null ? undefined : words[best];
}

function valueOf(spec: FieldSpec, row: Row, file: string, zone: string): unknown {
  if ('value' in spec) return spec.value;
  if ('file' in spec) return new RegExp(spec.file).exec(file)?.[1];
  if ('time' in spec) return timeIn(spec.time, row, zone) ?? undefined;
  const text = (row[spec.column] ?? '').trim();
  if (text === '' || spec.missing.includes(text)) return undefined;
  if (spec.table) return look(spec.table, text);
  switch (spec.as) {
    case 'number': {
      const n = Number(text);
      if (!Number.isFinite(n) || spec.missing.includes(n)) return undefined;
      return spec.scale === undefined ? n : Math.round(n * spec.scale * 1000) / 1000;
    }
    case 'text':
      return { zh: text, en: text };
    case 'string':
      return text.slice(0, spec.maxLength ?? 200);
  }
}

function fieldsOf(
  specs: Readonly<Record<string, FieldSpec>>,
  row: Row,
  file: string,
  zone: string,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = valueOf(spec, row, file, zone);
    if (value !== undefined) out[name] = value;
  }
  return out;
}

/** The words of a source in English become Chinese too where the category has them. */
function bilingual(fields: Record<string, unknown>): void {
  const { title, category } = fields as { title?: { zh: string; en: string }; category?: string };
  if (title === undefined || category === undefined || !isCategory(category)) return;
  fields['title'] = { zh: categories[category].name.zh, en: title.en };
}

/** A place that is one: numbers, on the globe, not 0,0, not rounded to whole degrees, where the mapping says. */
function placeOf(m: TableMapping, row: Row): { lon: number; lat: number } | null {
  if (!m.position) return null;
  const [lonText, latText] = [row[m.position.lon]?.trim() ?? '', row[m.position.lat]?.trim() ?? ''];
  if (lonText === '' || latText === '') return null;
  const [lon, lat] = [Number(lonText), Number(latText)];
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return null;
  if (lon === 0 && lat === 0) return null;
  if (m.position.dropWholeDegrees && Number.isInteger(lon) && Number.isInteger(lat)) return null;
  if (m.position.within && !inBbox(m.position.within, [lon, lat])) return null;
  return { lon, lat };
}

/** What a row of a table says, the first first. */
export function mapRow(m: TableMapping, row: Row, file: string): Mapped {
  const atMs = timeIn(m.time, row, m.timezone);
  if (atMs === null) return bad('no readable time');
  const fields = fieldsOf(m.fields, row, file, m.timezone);
  bilingual(fields);
  const place = placeOf(m, row);
  if (place === null && m.position?.required) return bad('no usable position');
  const first = { type: m.type, at: atMs, ...fields, ...place };
  const parsed = observation.safeParse(first);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return bad(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an observation'}`);
  }
  const timed: Timed[] = [{ atMs, observation: parsed.data }];
  for (const update of m.updates) {
    if (update.when && !(row[update.when.column] ?? '').startsWith(update.when.startsWith)) continue;
    const written = timeIn(update.time, row, m.timezone);
    if (written === null) continue;
    // Sources write end times before the beginning; nothing ends before it was reported.
    const updatedAt = Math.max(written, atMs + 1000);
    const later = observation.safeParse({
      ...first,
      ...fieldsOf(update.fields, row, file, m.timezone),
      updatedAt,
    });
    if (later.success) timed.push({ atMs: updatedAt, observation: later.data });
  }
  return { ok: true, timed };
}
