/** Recorded files as a stream of timed lines, gzip or plain, never held whole in memory. */
import { createReadStream } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline, type Duplex, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse as csvParser } from 'csv-parse';
import { mapRow, type Mapping, type MatrixMapping, type Row, type TableMapping } from './mapping.ts';
import { parseTime } from './zone-time.ts';

export interface TimedLine {
  readonly atMs: number;
  readonly line: string;
}

/** Counts what could not be read, by reason. */
export class Skipped {
  readonly reasons = new Map<string, number>();
  add(reason: string): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }
  get count(): number {
    let n = 0;
    for (const c of this.reasons.values()) n += c;
    return n;
  }
}

/** A failure of one stage ends the last one with it, where its reader meets it. */
function joined<T extends Duplex>(from: Readable, to: T): T {
  pipeline(from, to, () => undefined);
  return to;
}

function openText(file: string): Readable {
  const raw = createReadStream(file);
  return file.endsWith('.gz') ? joined(raw, createGunzip()) : raw;
}

export async function* readRecorded(
  file: string,
  mapping: Mapping | null,
  locations: string | undefined,
  skipped: Skipped,
): AsyncGenerator<TimedLine> {
  if (mapping === null) yield* readEnvelopes(file, skipped);
  else if (mapping.layout === 'lines') yield* readLines(file, mapping, skipped);
  else if (mapping.layout === 'matrix') yield* readMatrix(file, mapping, locations, skipped);
  else yield* readTable(file, mapping, skipped);
}

async function* textLines(file: string): AsyncGenerator<string> {
  const reader = createInterface({ input: openText(file), crlfDelay: Infinity });
  for await (const line of reader) if (line.trim() !== '') yield line;
}

const envelopeTime = (at: unknown): number | null =>
  typeof at === 'number' ? at : typeof at === 'string' ? parseTime(at, 'iso', 'UTC') : null;

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

/** Whether a file holds `{at, payload}` lines; its first line says. */
export async function isEnvelopes(file: string): Promise<boolean> {
  for await (const line of textLines(file)) {
    const o = parseObject(line);
    return o !== null && envelopeTime(o['at']) !== null && o['payload'] !== undefined;
  }
  return false;
}

/** `{at, payload}` a line, as the server's recorder and `--via file` write. */
async function* readEnvelopes(file: string, skipped: Skipped): AsyncGenerator<TimedLine> {
  for await (const line of textLines(file)) {
    const o = parseObject(line);
    const atMs = envelopeTime(o?.['at']);
    if (o === null || atMs === null || o['payload'] === undefined) {
      skipped.add('not {at, payload}');
      continue;
    }
    const { payload } = o;
    for (const item of Array.isArray(payload) ? (payload as unknown[]) : [payload]) {
      yield { atMs, line: JSON.stringify(item) };
    }
  }
}

async function* readLines(
  file: string,
  m: Extract<Mapping, { layout: 'lines' }>,
  skipped: Skipped,
): AsyncGenerator<TimedLine> {
  for await (const line of textLines(file)) {
    const written = parseObject(line)?.[m.at];
    const readable = typeof written === 'string' || typeof written === 'number';
    const atMs = readable ? parseTime(String(written), m.format, m.timezone) : null;
    if (atMs === null) skipped.add(`no readable ${m.at}`);
    else yield { atMs, line };
  }
}

async function* readTable(file: string, m: TableMapping, skipped: Skipped): AsyncGenerator<TimedLine> {
  const name = basename(file);
  const rows = joined(
    openText(file),
    csvParser({
      columns: m.header ?? true,
      delimiter: m.delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
    }),
  );
  rows.on('skip', () => skipped.add('not a row of the table'));
  for await (const row of rows as AsyncIterable<Row>) {
    const mapped = mapRow(m, row, name);
    if (!mapped.ok) {
      skipped.add(mapped.reason);
      continue;
    }
    for (const { atMs, observation } of mapped.timed) yield { atMs, line: JSON.stringify(observation) };
  }
}

async function* readMatrix(
  file: string,
  m: MatrixMapping,
  locations: string | undefined,
  skipped: Skipped,
): AsyncGenerator<TimedLine> {
  const places = await readLocations(locations ?? join(dirname(file), m.locations.file), m);
  const startMs = parseTime(m.startsAt, 'local-iso', m.timezone);
  if (startMs === null) throw new Error(`startsAt “${m.startsAt}” is not a local time`);
  let ids: string[] | null = null;
  let step = 0;
  for await (const line of textLines(file)) {
    const cells = line.split(m.delimiter);
    if (ids === null) {
      ids = cells.map((c) => c.trim());
      for (const id of ids) if (!places.has(id)) skipped.add('sensor without a location');
      continue;
    }
    const atMs = startMs + step++ * m.stepS * 1000;
    for (const [i, id] of ids.entries()) {
      const place = places.get(id);
      if (!place) continue;
      const text = cells[i]?.trim() ?? '';
      const value = Number(text);
      if (text === '' || !Number.isFinite(value) || m.missing.includes(value)) {
        skipped.add('no reading');
        continue;
      }
      const reading = Math.round(value * m.scale * 100) / 100;
      const observation = {
        type: 'detector',
        id,
        at: atMs,
        ...place,
        [m.field]: reading,
        intervalS: m.stepS,
      };
      yield { atMs, line: JSON.stringify(observation) };
    }
  }
}

async function readLocations(
  file: string,
  m: MatrixMapping,
): Promise<Map<string, { lon: number; lat: number }>> {
  const rows = joined(openText(file), csvParser({ columns: true, bom: true, skip_empty_lines: true }));
  const out = new Map<string, { lon: number; lat: number }>();
  for await (const row of rows as AsyncIterable<Row>) {
    const [lon, lat] = [Number(row[m.locations.lon]), Number(row[m.locations.lat])];
    const id = row[m.locations.id]?.trim();
    if (id && Number.isFinite(lon) && Number.isFinite(lat)) out.set(id, { lon, lat });
  }
  return out;
}
