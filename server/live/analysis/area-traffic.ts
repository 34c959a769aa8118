/**
 * Districts and the city as a whole: congestion index, vehicle-hours lost, where they are lost most, the trend of three hours
 * and what the index will be. Looked at every 10 seconds; what is not measured is not counted.
 */
import type { City } from '../../city/city.ts';
import { midpoint } from '../../city/city.ts';
import { LOS_UNKNOWN } from '../../contract/frames.ts';
import type { AreaTraffic, SignalLine, TrafficAnswer } from '../../contract/signal-api.ts';
import type { LocalText } from '../../contract/text.ts';
import { STEP_MS } from '../../domain/signals/analysis/forecast.ts';
import { SeriesForecast } from '../../domain/signals/analysis/series-forecast.ts';
import { travelTimeIndex } from '../../domain/traffic.ts';
import type { LinkStates } from '../link-states.ts';
import type { History } from '../ports.ts';
import type { LinkTraffics } from './link-traffic.ts';
import type { PortSignals } from './port-signals.ts';
import type { UsualValues } from './usual-values.ts';

const EVERY_MS = 10_000;
const TREND_STEPS = 36;
const CITY = 0;
/** First level of service that counts as congested: E. */
const LOS_E = 4;
const MOST_BOTTLENECKS = 10;
/** Less is lost at every signal. */
const LEAST_LOST_VEH_H = 0.5;
/** A link that was better for so long is a bottleneck anew when it is bad again. */
const OVER_AFTER_MS = 3 * 60_000;
/** What is usual of the index is learnt in percent: the least that a value may differ is 1. */
const USUAL_SERIES = 'city:city:congestionPct';
const WEEK_MS = 7 * 86_400_000;

export interface AreaTrafficDeps {
  readonly city: City;
  readonly links: LinkStates;
  readonly traffic: LinkTraffics;
  readonly ports: PortSignals;
  readonly usual: UsualValues;
  readonly history: Pick<History, 'vitals'>;
}

interface Area {
  readonly id: string;
  readonly name: LocalText;
  congestionIndex: number | null;
  lostVehH: number | null;
  readonly trend: (number | null)[];
}

export class AreaTraffics {
  private readonly deps: AreaTrafficDeps;
  private readonly areas: Area[];
  /** By link: index of its district in `areas`, 0 where it lies in none. */
  private readonly areaOf: Uint16Array;
  private readonly lost: Float32Array;
  private readonly queue: Float32Array;
  private readonly badSinceMs: Float64Array;
  private readonly badAtMs: Float64Array;
  private readonly forecast: SeriesForecast;
  private lookedAtMs = -Infinity;
  private step = -1;
  private stepSum: Float64Array;
  private stepCount: Uint32Array;

  constructor(deps: AreaTrafficDeps) {
    this.deps = deps;
    const { city } = deps;
    const n = city.linkCount;
    const districts = (city.pack?.districts ?? []).filter((d) => d.level === 'district');
    const area = (id: string, name: LocalText): Area => ({
      id,
      name,
      congestionIndex: null,
      lostVehH: null,
      trend: Array.from({ length: TREND_STEPS }, () => null),
    });
    const cityName = city.pack?.manifest.name ?? { zh: '全市', en: 'City' };
    this.areas = [area('city', cityName), ...districts.map((d) => area(d.id, d.name))];
    const index = new Map(this.areas.map((a, i) => [a.id, i]));
    this.areaOf = Uint16Array.from({ length: n }, (_, i) => {
      const { district } = city.districtAt(midpoint(city.linkAt(i).path));
      return district === undefined ? CITY : (index.get(district.id) ?? CITY);
    });
    this.lost = new Float32Array(n);
    this.queue = new Float32Array(n);
    this.badSinceMs = new Float64Array(n);
    this.badAtMs = new Float64Array(n);
    this.stepSum = new Float64Array(this.areas.length);
    this.stepCount = new Uint32Array(this.areas.length);
    this.forecast = new SeriesForecast((atMs) => {
      const usual = deps.usual.usual(USUAL_SERIES, atMs);
      return usual === null ? null : usual.median / 100;
    });
  }

  /** What the history has of the city's index: the trend of the last hours, and the week before. */
  async start(nowMs: number): Promise<void> {
    const { atMs, series } = await this.deps.history.vitals(nowMs - WEEK_MS);
    const index = series['congestionIndex'] ?? [];
    for (const [i, at] of atMs.entries()) {
      const value = index[i] ?? null;
      if (value === null || at > nowMs) continue;
      this.forecast.recall(at, value);
    }
    const recent = await this.deps.history.vitals(nowMs - TREND_STEPS * STEP_MS);
    const values = recent.series['congestionIndex'] ?? [];
    const nowStep = Math.floor(nowMs / STEP_MS);
    for (const [i, at] of recent.atMs.entries()) {
      const place = TREND_STEPS - 1 - (nowStep - Math.floor(at / STEP_MS));
      const value = values[i] ?? null;
      if (value === null || place < 0 || place >= TREND_STEPS) continue;
      this.forecast.recall(at, value);
      this.areas[CITY]!.trend[place] = value;
    }
    this.step = nowStep;
  }

  tick(nowMs: number): void {
    if (nowMs - this.lookedAtMs < EVERY_MS && nowMs >= this.lookedAtMs) return;
    this.lookedAtMs = nowMs;
    this.lookAtApproaches(nowMs);
    this.lookAtLinks(nowMs);
    this.rollSteps(nowMs);
  }

  answer(
    lines: readonly SignalLine[],
    districtOf: (signal: SignalLine) => string | undefined,
    nowMs: number,
  ): TrafficAnswer {
    const of = this.areas.map(() => ({ signals: 0, automatic: 0, delay: 0, weight: 0 }));
    const index = new Map(this.areas.map((a, i) => [a.id, i]));
    for (const line of lines) {
      const district = index.get(districtOf(line) ?? '');
      for (const i of district === undefined ? [CITY] : [CITY, district]) {
        const sum = of[i]!;
        sum.signals++;
        if (line.mode === 'auto') sum.automatic++;
        if (line.delayS === null) continue;
        const weight = Math.max(1, line.flowVph ?? 1);
        sum.delay += line.delayS * weight;
        sum.weight += weight;
      }
    }
    return {
      atMs: nowMs,
      areas: this.areas.map((a, i): AreaTraffic => {
        const { signals, automatic, delay, weight } = of[i]!;
        return {
          id: a.id,
          name: a.name,
          congestionIndex: round(a.congestionIndex, 2),
          lostVehH: round(a.lostVehH, 1),
          trend: a.trend.map((v) => round(v, 2)),
          signals,
          automatic,
          delayS: weight > 0 ? round(delay / weight, 1) : null,
        };
      }),
      bottlenecks: this.bottlenecks(nowMs),
      forecast: this.forecast.all().map(({ minutes, value, error, errorAsNow, errorAsLastWeek }) => ({
        minutes,
        value: round(value, 2),
        error: round(error, 3),
        errorAsNow: round(errorAsNow, 3),
        errorAsLastWeek: round(errorAsLastWeek, 3),
      })),
    };
  }

  /** What controllers see of the roads that lead to them; NaN for the others. */
  private lookAtApproaches(nowMs: number): void {
    this.lost.fill(NaN);
    const { city, ports } = this.deps;
    for (const port of ports.values()) {
      if (!port.isFresh(nowMs)) continue;
      for (const [i, { link }] of port.analysis.approaches.entries()) {
        const index = city.linkIndex(link);
        if (index < 0) continue;
        const { lostVehH, queue, confidence } = port.analysis.approach(i);
        if (confidence < LEAST_CONFIDENCE) continue;
        this.lost[index] = lostVehH;
        this.queue[index] = queue;
      }
    }
  }

  private lookAtLinks(nowMs: number): void {
    const { city, links, traffic } = this.deps;
    const sums = this.areas.map(() => ({ vehicles: 0, ifFree: 0, lost: 0, measured: 0 }));
    for (let i = 0; i < city.linkCount; i++) {
      const level = links.columns.state[i]! & 7;
      const isMeasured = level !== LOS_UNKNOWN && !links.isStale(i);
      if (Number.isNaN(this.lost[i]!) && isMeasured) {
        const told = traffic.of(i, nowMs);
        this.lost[i] = told?.lostVehH ?? NaN;
        this.queue[i] = told?.queue ?? 0;
      }
      const lost = this.lost[i]!;
      const isBad = lost >= LEAST_LOST_VEH_H && (!isMeasured || level >= LOS_E);
      this.judge(i, isBad, nowMs);
      const vehicles = isMeasured ? links.estimatedVehicles(i) : 0;
      const ifFree = isMeasured ? vehicles * Math.min(1, links.speedKph[i]! / city.freeFlowKph(i)) : 0;
      const own = this.areaOf[i]!;
      for (let a = CITY; ; a = own) {
        const sum = sums[a]!;
        sum.vehicles += vehicles;
        sum.ifFree += ifFree;
        if (!Number.isNaN(lost)) {
          sum.lost += lost;
          sum.measured++;
        }
        if (a === own) break;
      }
    }
    for (const [a, { vehicles, ifFree, lost, measured }] of sums.entries()) {
      const area = this.areas[a]!;
      area.congestionIndex = vehicles > 0 ? travelTimeIndex(vehicles, ifFree) : null;
      area.lostVehH = measured > 0 ? lost : null;
    }
  }

  private judge(link: number, isBad: boolean, nowMs: number): void {
    if (!isBad) return;
    if (nowMs - this.badAtMs[link]! > OVER_AFTER_MS) this.badSinceMs[link] = nowMs;
    this.badAtMs[link] = nowMs;
  }

  /** Points of the trend; the last one is of the step that runs. */
  private rollSteps(nowMs: number): void {
    const step = Math.floor(nowMs / STEP_MS);
    if (this.step < 0) this.step = step;
    if (step !== this.step) {
      const passed = Math.max(1, Math.min(TREND_STEPS, step - this.step));
      const city = this.meanOf(CITY);
      if (city !== null) this.deps.usual.learn(USUAL_SERIES, city * 100, this.step * STEP_MS);
      this.forecast.add(this.step * STEP_MS, city);
      for (const area of this.areas) {
        for (let n = 0; n < passed; n++) {
          area.trend.shift();
          area.trend.push(null);
        }
      }
      this.stepSum.fill(0);
      this.stepCount.fill(0);
      this.step = step;
    }
    for (const [a, area] of this.areas.entries()) {
      if (area.congestionIndex === null) continue;
      this.stepSum[a]! += area.congestionIndex;
      this.stepCount[a]!++;
      area.trend[TREND_STEPS - 1] = this.meanOf(a);
    }
  }

  private meanOf(area: number): number | null {
    const n = this.stepCount[area]!;
    return n > 0 ? this.stepSum[area]! / n : null;
  }

  private bottlenecks(nowMs: number): TrafficAnswer['bottlenecks'] {
    const { city } = this.deps;
    const bad: number[] = [];
    for (let i = 0; i < this.badAtMs.length; i++) {
      const isStanding = nowMs - this.badAtMs[i]! <= OVER_AFTER_MS;
      if (isStanding && this.lost[i]! >= LEAST_LOST_VEH_H) bad.push(i);
    }
    bad.sort((a, b) => this.lost[b]! - this.lost[a]!);
    return bad.slice(0, MOST_BOTTLENECKS).map((i) => {
      const link = city.linkAt(i);
      return {
        link: link.id,
        ...(link.name && { name: link.name }),
        position: midpoint(link.path),
        lostVehH: round(this.lost[i]!, 1)!,
        queue: Math.round(this.queue[i]!),
        sinceMs: this.badSinceMs[i]!,
      };
    });
  }
}

/** A controller whose lanes are out for most of the time does not speak for its roads. */
const LEAST_CONFIDENCE = 0.3;

function round(v: number | null, digits: number): number | null {
  return v === null ? null : Math.round(v * 10 ** digits) / 10 ** digits;
}
