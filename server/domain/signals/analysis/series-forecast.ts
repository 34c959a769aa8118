/**
 * One number forecast while it runs, and how well: by its own way, by "as now" and by "as a week ago". Invariant: all three are
 * judged by what came; what was not known a week ago is not judged.
 */
import { HORIZONS_MIN, STEP_MIN, STEP_MS, type HorizonMin } from './forecast.ts';
import { PooledForecast } from './pooled-forecast.ts';

const STEPS_A_DAY = (24 * 60) / STEP_MIN;
const STEPS_A_WEEK = 7 * STEPS_A_DAY;
const THE_ONE = 0;

/** Mean of absolute errors over the last day. */
class DayError {
  private readonly values = new Float64Array(STEPS_A_DAY);
  private count = 0;

  add(error: number): void {
    this.values[this.count++ % this.values.length] = Math.abs(error);
  }

  get mean(): number | null {
    const n = Math.min(this.count, this.values.length);
    return n === 0 ? null : this.values.subarray(0, n).reduce((a, b) => a + b, 0) / n;
  }
}

export interface JudgedForecast {
  readonly minutes: HorizonMin;
  readonly value: number | null;
  readonly error: number | null;
  readonly errorAsNow: number | null;
  readonly errorAsLastWeek: number | null;
}

export class SeriesForecast {
  private readonly forecasts: PooledForecast;
  /** By step, a week and the one that runs. */
  private readonly week = new Float32Array(STEPS_A_WEEK + 1).fill(NaN);
  private step = -1;
  private readonly errors = HORIZONS_MIN.map(() => ({
    own: new DayError(),
    asNow: new DayError(),
    asLastWeek: new DayError(),
  }));

  /** `usual`: what is usual at a time; null: not known yet. */
  constructor(usual: (atMs: number) => number | null) {
    this.forecasts = new PooledForecast((_, atMs) => usual(atMs));
    this.forecasts.onJudged = ({ horizon, forecast, asNow, actual }) => {
      const { own, asNow: now, asLastWeek } = this.errors[horizon]!;
      own.add(forecast - actual);
      now.add(asNow - actual);
      const lastWeek = this.at(this.step - STEPS_A_WEEK);
      if (lastWeek !== null) asLastWeek.add(lastWeek - actual);
    };
  }

  /** A value of the past, to hold later ones against. */
  recall(atMs: number, value: number): void {
    const step = Math.floor(atMs / STEP_MS);
    this.moveTo(step);
    if (step > this.step - this.week.length) this.week[step % this.week.length] = value;
  }

  /** The value of the step that holds `atMs`; null: not known. */
  add(atMs: number, value: number | null): void {
    const step = Math.floor(atMs / STEP_MS);
    this.moveTo(step);
    this.forecasts.add(atMs, value === null ? new Map() : new Map([[THE_ONE, value]]));
    if (value !== null) this.week[step % this.week.length] = value;
  }

  /** One for each of `HORIZONS_MIN`. */
  all(): JudgedForecast[] {
    return HORIZONS_MIN.map((minutes, horizon) => {
      const { own, asNow, asLastWeek } = this.errors[horizon]!;
      return {
        minutes,
        value: this.forecasts.forecast(THE_ONE, horizon),
        error: own.mean,
        errorAsNow: asNow.mean,
        errorAsLastWeek: asLastWeek.mean,
      };
    });
  }

  private at(step: number): number | null {
    if (step < 0 || step <= this.step - this.week.length) return null;
    const value = this.week[step % this.week.length]!;
    return Number.isNaN(value) ? null : value;
  }

  /** Steps that were passed over are not known. */
  private moveTo(step: number): void {
    if (step <= this.step) return;
    const from = Math.max(this.step + 1, step - this.week.length + 1);
    for (let s = from; s <= step; s++) this.week[s % this.week.length] = NaN;
    this.step = step;
  }
}
