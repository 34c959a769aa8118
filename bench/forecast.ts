/**
 * Short-term forecasts on recorded loop detectors: mean absolute error 15, 30 and 60 minutes ahead. `node bench/forecast.ts
 * [--file metr-la-speed.csv.gz] [--start 2012-03-01] [--zone America/Los_Angeles]`. The file is that of `bench/onset.ts`; without
 * it nothing is measured, and that is said.
 *
 * Forecast is the congestion index, travel time over the free one: of each detector, and of the network (all detectors with
 * equal flow and length). Everything is learnt while it runs, from readings before the one that is forecast: what is usual by
 * the product's baselines, the weights by the product's least squares. Free flow is each detector's 85th percentile in the
 * first four days; the index is held within 10, as in the product. Figures are of the last three days.
 *
 * Held against it: "as now", and "as usual then", the same time on the last day of the same kind (working, free): the recording
 * is one week long, so that a week ago is not in it. All are judged at the same moments.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { chinaCalendar } from '../server/city/rulebook/calendar-china.ts';
import { instantsOf } from '../server/contract/local-time.ts';
import { StreamingBaselines } from '../server/domain/alarms/usual/baseline.ts';
import { makeLocalClock } from '../server/domain/rules/local-clock.ts';
import { HORIZONS_MIN, STEP_MIN, STEP_MS } from '../server/domain/signals/analysis/forecast.ts';
import { PooledForecast } from '../server/domain/signals/analysis/pooled-forecast.ts';
import { freeFlows, type Recording } from './support/onset-truth.ts';

const { values: args } = parseArgs({
  options: {
    file: {
      type: 'string',
      default: fileURLToPath(new URL('../../shared/data/sensors/metr-la-speed.csv.gz', import.meta.url)),
    },
    start: { type: 'string', default: '2012-03-01' },
    zone: { type: 'string', default: 'America/Los_Angeles' },
    // All of it takes seconds: there is no shorter way.
    quick: { type: 'boolean', default: false },
  },
});

const STEPS_A_DAY = (24 * 60) / STEP_MIN;
const LEARN_DAYS = 4;
const KPH_PER_MPH = 1.609344;
const MOST_CONGESTED = 10;
/** Baselines take values that may differ by 1 without anything having happened. */
const PCT = 100;

if (!existsSync(args.file)) {
  console.log(`nothing measured: there is no recording at ${args.file} (give one with --file)`);
  console.log(JSON.stringify({ bench: 'forecast', ratios: {}, figures: {} }));
  process.exit();
}

const clock = makeLocalClock({ ...chinaCalendar, holidays: [], extraWorkdays: [] }, args.zone);

function read(): Recording & { readonly startMs: number } {
  const packed = readFileSync(args.file);
  const text = args.file.endsWith('.gz') ? gunzipSync(packed) : packed;
  const [ids = [], ...rows]: string[][] = parse(text, { skip_empty_lines: true });
  const [year, month, day] = args.start.split('-').map(Number);
  const [startMs] = instantsOf(
    { year: year!, month: month!, day: day!, hour: 0, minute: 0, second: 0 },
    args.zone,
  );
  if (startMs === undefined) throw new Error(`--start ${args.start} is no day`);
  const days = Math.ceil(rows.length / STEPS_A_DAY);
  return {
    startMs,
    detectors: ids,
    speeds: rows.map((row) => Float64Array.from(row, (v) => (Number(v) > 0 ? Number(v) * KPH_PER_MPH : NaN))),
    stepMin: STEP_MIN,
    workdays: Array.from({ length: days }, (_, d) => clock.at(startMs + (d + 0.5) * 86_400_000).workday),
  };
}

/** The index of each detector, step by step; NaN where there was no reading. */
function indices({ speeds }: Recording, free: ArrayLike<number>): Float64Array[] {
  return speeds.map((row) => row.map((v, i) => Math.min(MOST_CONGESTED, Math.max(1, free[i]! / v))));
}

class Errors {
  readonly own: number[] = [];
  readonly asNow: number[] = [];
  readonly asUsual: number[] = [];
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Plays series once; by horizon, the errors of the last days. */
function play(rows: readonly ArrayLike<number>[], startMs: number, workdays: readonly boolean[]): Errors[] {
  const errors = HORIZONS_MIN.map(() => new Errors());
  const baselines = new StreamingBaselines(clock);
  const forecast = new PooledForecast((series, atMs) => {
    const usual = baselines.usual(`d:${series}:index`, atMs);
    return usual === null ? null : usual.median / PCT;
  });
  let step = 0;
  forecast.onJudged = ({ series, horizon, forecast: told, asNow, actual }) => {
    if (step < LEARN_DAYS * STEPS_A_DAY) return;
    const earlier = dayBefore(workdays, Math.floor(step / STEPS_A_DAY));
    const asUsual = earlier < 0 ? NaN : rows[earlier * STEPS_A_DAY + (step % STEPS_A_DAY)]![series]!;
    if (Number.isNaN(asUsual)) return;
    const e = errors[horizon]!;
    e.own.push(Math.abs(told - actual));
    e.asNow.push(Math.abs(asNow - actual));
    e.asUsual.push(Math.abs(asUsual - actual));
  };
  for (; step < rows.length; step++) {
    const atMs = startMs + step * STEP_MS;
    const values = new Map<number, number>();
    for (let i = 0; i < rows[step]!.length; i++) {
      const v = rows[step]![i]!;
      if (!Number.isNaN(v)) values.set(i, v);
    }
    forecast.add(atMs, values);
    for (const [i, v] of values) baselines.learn(`d:${i}:index`, v * PCT, atMs);
  }
  return errors;
}

/** The last day before that is of the same kind; −1: there is none. */
function dayBefore(workdays: readonly boolean[], day: number): number {
  for (let d = day - 1; d >= 0; d--) if (workdays[d] === workdays[day]) return d;
  return -1;
}

const recording = read();
const free = freeFlows(recording, LEARN_DAYS * STEPS_A_DAY);
const byDetector = indices(recording, free);
const network = byDetector.map((row) => {
  const known = [...row.keys()].filter((i) => !Number.isNaN(row[i]!));
  const ifFree = known.reduce((sum, i) => sum + 1 / free[i]!, 0);
  return [known.length === 0 ? NaN : known.reduce((sum, i) => sum + row[i]! / free[i]!, 0) / ifFree];
});

const figures: Record<string, number> = {};
const ratios: Record<string, number> = {};
const round = (v: number): number => Math.round(v * 10_000) / 10_000;
console.log(
  `${recording.detectors.length} detectors, ${byDetector.length} steps of ${STEP_MIN} minutes, from ${args.start} (${args.zone})`,
);
console.log('mean absolute error of the congestion index, days 5–7');
console.log('                    ours    as now   as the last such day   forecasts');
for (const [name, rows] of [
  ['network', network],
  ['links', byDetector],
] as const) {
  const errors = play(rows, recording.startMs, recording.workdays);
  for (const [h, minutes] of HORIZONS_MIN.entries()) {
    const { own, asNow, asUsual } = errors[h]!;
    const [a, b, c] = [mean(own), mean(asNow), mean(asUsual)];
    console.log(
      `${name.padEnd(8)} ${String(minutes).padStart(3)} min  ${a.toFixed(4)}    ${b.toFixed(4)}    ${c.toFixed(4)}               ${own.length}`,
    );
    figures[`${name}_mae_${minutes}min`] = round(a);
    figures[`${name}_as_now_mae_${minutes}min`] = round(b);
    figures[`${name}_as_usual_mae_${minutes}min`] = round(c);
    ratios[`${name}_${minutes}min_vs_as_now`] = round(a / b);
    ratios[`${name}_${minutes}min_vs_as_usual`] = round(a / c);
  }
}
console.log(JSON.stringify({ bench: 'forecast', ratios, figures }));
