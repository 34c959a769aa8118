/**
 * A week of loop detectors as METR-LA has it, for benches: a row of detector ids, then a row every five minutes, miles an
 * hour, 0 where there was no reading.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { chinaCalendar } from '../../server/city/rulebook/calendar-china.ts';
import { instantsOf } from '../../server/contract/local-time.ts';
import { makeLocalClock } from '../../server/domain/rules/local-clock.ts';
import type { Recording } from './onset-truth.ts';

export const RECORDING_FILE = fileURLToPath(
  new URL('../../../shared/data/sensors/metr-la-speed.csv.gz', import.meta.url),
);
export const KPH_PER_MPH = 1.609344;
const STEP_MIN = 5;
export const STEPS_A_DAY = (24 * 60) / STEP_MIN;
const DAY_MS = 86_400_000;

/** A local clock where weekends are the only free days. */
export const plainClock = (zone: string): ReturnType<typeof makeLocalClock> =>
  makeLocalClock({ ...chinaCalendar, holidays: [], extraWorkdays: [] }, zone);

export interface WeekOptions {
  readonly file: string;
  /** Its first day, YYYY-MM-DD, in `zone`. */
  readonly start: string;
  readonly zone: string;
}

/** Speeds in km/h, NaN where there was no reading. @throws where `start` is no day. */
export function readWeek({ file, start, zone }: WeekOptions): Recording & { readonly startMs: number } {
  const packed = readFileSync(file);
  const text = file.endsWith('.gz') ? gunzipSync(packed) : packed;
  const [ids = [], ...rows]: string[][] = parse(text, { skip_empty_lines: true });
  const [year, month, day] = start.split('-').map(Number);
  const midnight = { year: year!, month: month!, day: day!, hour: 0, minute: 0, second: 0 };
  const [startMs] = instantsOf(midnight, zone);
  if (startMs === undefined) throw new Error(`--start ${start} is no day`);
  const clock = plainClock(zone);
  const days = Math.ceil(rows.length / STEPS_A_DAY);
  return {
    startMs,
    detectors: ids,
    speeds: rows.map((row) => Float64Array.from(row, (v) => (Number(v) > 0 ? Number(v) * KPH_PER_MPH : NaN))),
    stepMin: STEP_MIN,
    workdays: Array.from({ length: days }, (_, d) => clock.at(startMs + (d + 0.5) * DAY_MS).workday),
  };
}
