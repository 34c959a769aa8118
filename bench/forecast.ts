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
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { StreamingBaselines } from '../server/domain/alarms/usual/baseline.ts';
import { HORIZONS_MIN, STEP_MIN, STEP_MS } from '../server/domain/signals/analysis/forecast.ts';
import { PooledForecast } from '../server/domain/signals/analysis/pooled-forecast.ts';
import { freeFlows, type Recording } from './support/onset-truth.ts';
import { plainClock, readWeek, RECORDING_FILE, STEPS_A_DAY } from './support/metr-la.ts';

const { values: args } = parseArgs({
  options: {
    file: {
      type: 'string',
      default: RECORDING_FILE,
    },
    start: { type: 'string', default: '2012-03-01' },
    zone: { type: 'string', default: 'America/Los_Angeles' },
    // All of it takes seconds: there is no shorter way.
    quick: { type: 'boolean', default: false },
  },
});

const LEARN_DAYS = 4;
const MOST_CONGESTED = 10;
/** Baselines take values that may differ by 1 without anything having happened. */
const PCT = 100;

if (!existsSync(args.file)) {
  console.log(`nothing measured: there is no recording at ${args.file} (give one with --file)`);
  console.log(JSON.stringify({ bench: 'forecast', ratios: {}, figures: {} }));
  process.exit();
}

const clock = plainClock(args.zone);

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

const recording = readWeek(args);
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
