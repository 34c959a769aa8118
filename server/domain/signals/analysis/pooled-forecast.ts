/**
 * The forecast of many alike numbers (the roads of a city) with one set of weights a horizon, learnt from all of them together:
 * a road that jams once a year learns from those that jam every day. Invariant: what is learnt from was forecast before.
 */
import {
  ChangeModel,
  featuresOf,
  HORIZONS_MIN,
  MOMENTUM_STEPS,
  STEP_MIN,
  STEP_MS,
  type Features,
} from './forecast.ts';

const LONGEST_STEPS = HORIZONS_MIN.at(-1)! / STEP_MIN;

/** What was told of one series at one step. */
interface Told {
  readonly value: number;
  /** By horizon. */
  readonly features: readonly Features[];
}
export interface Judged {
  readonly series: number;
  readonly horizon: number;
  readonly forecast: number;
  readonly asNow: number;
  readonly actual: number;
}

export class PooledForecast {
  /** Told of every forecast whose time has come. */
  onJudged: ((judged: Judged) => void) | null = null;
  private readonly usual: (series: number, atMs: number) => number | null;
  private readonly models = HORIZONS_MIN.map(() => new ChangeModel());
  /** The last hour, newest last, step by step; by series. */
  private readonly steps: { readonly step: number; readonly told: ReadonlyMap<number, Told> }[] = [];

  constructor(usual: (series: number, atMs: number) => number | null) {
    this.usual = usual;
  }

  /** The values of the step that holds `atMs`, of those that are known. */
  add(atMs: number, values: ReadonlyMap<number, number>): void {
    const step = Math.floor(atMs / STEP_MS);
    if (step <= (this.steps.at(-1)?.step ?? -Infinity)) return;
    for (const [h, minutes] of HORIZONS_MIN.entries()) this.judge(h, step - minutes / STEP_MIN, values);
    const told = this.told(step, values);
    this.steps.push({ step, told });
    while (this.steps[0]!.step < step - LONGEST_STEPS) this.steps.shift();
  }

  /** By the newest step; null: the series was not told in it. */
  forecast(series: number, horizon: number): number | null {
    const told = this.steps.at(-1)?.told.get(series);
    return told === undefined ? null : this.forecastFrom(told.value, told.features[horizon]!, horizon);
  }

  /** Of a number that is told now and then: what it will be, by what was learnt from the others. */
  forecastFrom(value: number, features: Features, horizon: number): number {
    return value + this.models[horizon]!.change(features);
  }

  private judge(horizon: number, fromStep: number, values: ReadonlyMap<number, number>): void {
    const told = this.at(fromStep);
    if (told === undefined) return;
    const model = this.models[horizon]!;
    // All are judged by the same weights before any of them is learnt from.
    for (const [series, { value, features }] of told) {
      const actual = values.get(series);
      if (actual === undefined) continue;
      const forecast = this.forecastFrom(value, features[horizon]!, horizon);
      this.onJudged?.({ series, horizon, forecast, asNow: value, actual });
    }
    for (const [series, { value, features }] of told) {
      const actual = values.get(series);
      if (actual !== undefined) model.learn(features[horizon]!, actual - value);
    }
  }

  /** Moment by moment: what is usual of many at the same time is looked up faster. */
  private told(step: number, values: ReadonlyMap<number, number>): ReadonlyMap<number, Told> {
    const atMs = step * STEP_MS;
    const before = this.at(step - MOMENTUM_STEPS);
    const usualAt = (ms: number): (number | null)[] =>
      Array.from(values.keys(), (series) => this.usual(series, ms));
    const usualNow = usualAt(atMs);
    const usualThen = HORIZONS_MIN.map((minutes) => usualAt(atMs + minutes * 60_000));
    return new Map(
      Array.from(values, ([series, value], i): [number, Told] => {
        const earlier = before?.get(series)?.value ?? null;
        const features = usualThen.map((then) => featuresOf(value, earlier, usualNow[i]!, then[i]!));
        return [series, { value, features }];
      }),
    );
  }

  private at(step: number): ReadonlyMap<number, Told> | undefined {
    return this.steps.findLast((s) => s.step === step)?.told;
  }
}
