/**
 * What roads' speeds will be in 15, 30 and 60 minutes. Weights are learnt from a sample of the roads, spread over all of
 * them, and hold for every road; each adds what is usual there. Invariant: only roads with a fresh speed are forecast.
 */
import type { City } from '../../city/city.ts';
import { LOS_UNKNOWN } from '../../contract/frames.ts';
import type { LinkForecastAnswer } from '../../contract/signal-api.ts';
import {
  featuresOf,
  HORIZONS_MIN,
  MOMENTUM_STEPS,
  STEP_MS,
  type HorizonMin,
} from '../../domain/signals/analysis/forecast.ts';
import { PooledForecast } from '../../domain/signals/analysis/pooled-forecast.ts';
import { travelTimeRatio } from '../../domain/traffic.ts';
import type { LinkStates } from '../link-states.ts';
import type { UsualValues } from './usual-values.ts';

const MOST_LEARNT = 1_000;
const MOST_CONGESTED = 10;
const WORTH_TELLING = 0.1;

export class LinkForecasts {
  private readonly city: City;
  private readonly links: LinkStates;
  private readonly usual: UsualValues;
  private readonly pool: PooledForecast;
  /** Travel time over the free one by link, of the last steps; the newest last. */
  private readonly past: { readonly step: number; readonly ratios: Float32Array }[] = [];
  private readonly answers = new Map<HorizonMin, LinkForecastAnswer>();

  constructor(city: City, links: LinkStates, usual: UsualValues) {
    this.city = city;
    this.links = links;
    this.usual = usual;
    this.pool = new PooledForecast((link, atMs) => this.usualRatio(link, atMs));
  }

  tick(nowMs: number): void {
    const step = Math.floor(nowMs / STEP_MS);
    if (step <= (this.past.at(-1)?.step ?? -Infinity)) return;
    const { links, city } = this;
    const ratios = new Float32Array(city.linkCount).fill(NaN);
    for (let i = 0; i < ratios.length; i++) {
      if ((links.columns.state[i]! & 7) === LOS_UNKNOWN || links.isStale(i)) continue;
      ratios[i] = ratioOf(links.speedKph[i]!, city.freeFlowKph(i));
    }
    // The same roads each time, so that what was forecast of one can be judged.
    const every = Math.max(1, Math.ceil(city.linkCount / MOST_LEARNT));
    const values = new Map<number, number>();
    for (let i = 0; i < ratios.length; i += every) if (!Number.isNaN(ratios[i]!)) values.set(i, ratios[i]!);
    this.pool.add(nowMs, values);
    this.past.push({ step, ratios });
    while (this.past[0]!.step < step - MOMENTUM_STEPS) this.past.shift();
    this.answers.clear();
  }

  /** As of the last full five minutes. */
  answer(minutes: HorizonMin, nowMs: number): LinkForecastAnswer {
    let answer = this.answers.get(minutes);
    if (answer === undefined) {
      answer = this.make(minutes, nowMs);
      this.answers.set(minutes, answer);
    }
    return answer;
  }

  private make(minutes: HorizonMin, nowMs: number): LinkForecastAnswer {
    const now = this.past.at(-1);
    if (now === undefined) return { atMs: nowMs, minutes, links: [] };
    const horizon = HORIZONS_MIN.indexOf(minutes);
    const atMs = now.step * STEP_MS;
    const before = this.past.find((p) => p.step === now.step - MOMENTUM_STEPS)?.ratios;
    const links: { link: string; nowKph: number; thenKph: number }[] = [];
    // Moment by moment: what is usual of many at the same time is looked up faster.
    const known = [...now.ratios.keys()].filter((i) => !Number.isNaN(now.ratios[i]!));
    const usualNow = known.map((i) => this.usualRatio(i, atMs));
    const usualThen = known.map((i) => this.usualRatio(i, atMs + minutes * 60_000));
    for (const [n, i] of known.entries()) {
      const ratio = now.ratios[i]!;
      const earlier = before?.[i] ?? NaN;
      const features = featuresOf(ratio, Number.isNaN(earlier) ? null : earlier, usualNow[n]!, usualThen[n]!);
      const then = Math.min(MOST_CONGESTED, Math.max(1, this.pool.forecastFrom(ratio, features, horizon)));
      if (Math.abs(ratio / then - 1) < WORTH_TELLING) continue;
      const free = this.city.freeFlowKph(i);
      links.push({
        link: this.city.linkAt(i).id,
        nowKph: Math.round(free / ratio),
        thenKph: Math.round(free / then),
      });
    }
    return { atMs, minutes, links };
  }

  private usualRatio(link: number, atMs: number): number | null {
    const usual = this.usual.usual(`link:${this.city.linkAt(link).id}:speedKph`, atMs);
    return usual === null ? null : ratioOf(usual.median, this.city.freeFlowKph(link));
  }
}

/** Faster than free flow is free, and nothing is slower than what the city's index tells. */
const ratioOf = (speedKph: number, freeKph: number): number =>
  Math.min(MOST_CONGESTED, Math.max(1, travelTimeRatio(speedKph, freeKph)));
