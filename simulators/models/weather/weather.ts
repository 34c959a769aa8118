/**
 * The weather of a scenario and what it does to roads: rain and visibility slow traffic, water gathers on low-lying
 * links until they are closed, the river rises. Pure apart from its own state; links change only through `Roads`.
 *
 * Speeds: FHWA, "How do weather events impact roads?" (light rain 2–13% and heavy rain 3–16% slower on freeways, wet
 * arterials 10–25%). Flooded links: Pregnolato et al. 2017, Transp. Res. D 55, "The impact of flooding on road
 * transport: a depth-disruption function": passable up to 300 mm.
 */
import { distanceM, type LonLat } from '../../../server/contract/geo.ts';
import type { Random } from '../../kernel/random.ts';
import type { Places } from '../places.ts';
import type { Roads } from '../roads.ts';

export interface Conditions {
  readonly rainMmH: number;
  readonly windKph: number;
  /** Where the wind comes from. */
  readonly windFromDeg: number;
  readonly visibilityM: number;
}

export interface Keyframe extends Partial<Conditions> {
  readonly atMin: number;
}

export const CALM: Conditions = { rainMmH: 0, windKph: 8, windFromDeg: 135, visibilityM: 15_000 };
const CLOSED_MM = 300;
const REOPENED_MM = 120;
/** What the drains of a low-lying link take, mm/h of rain on its catchment. */
const DRAIN_MM_H = 12;
/** Rain on the surroundings that runs together at a low-lying place, times. */
const GATHER = 14;
const BASE_LEVEL_M = 3.2;

interface LowLink {
  readonly index: number;
  readonly id: string;
  readonly position: LonLat;
  /** 0…1, how much of what runs together stays here. */
  readonly exposure: number;
  depthMm: number;
  factor: number;
  closed: boolean;
}

export interface FloodEvent {
  readonly kind: 'closed' | 'reopened';
  readonly linkIndex: number;
  readonly position: LonLat;
  readonly depthMm: number;
}

/** Speeds against a dry, clear day. */
export function speedFactorOf(c: Conditions): number {
  const rain = 1 - 0.25 * (1 - Math.exp(-c.rainMmH / 12));
  const sight = Math.min(1, 0.6 + 0.4 * Math.sqrt(Math.min(1, c.visibilityM / 1_000)));
  const wind = c.windKph > 60 ? 0.93 : 1;
  return rain * sight * wind;
}

/** Share of the free speed left at a depth of water (Pregnolato et al. 2017, eq. 1, against its value at 0 mm). */
export function wadingFactor(depthMm: number): number {
  if (depthMm >= CLOSED_MM) return 0;
  const kph = 0.0009 * depthMm ** 2 - 0.5529 * depthMm + 86.9448;
  return Math.max(0.05, Math.min(1, kph / 86.9448));
}

/** The scenario's weather at a time, linear between its keyframes; what a keyframe leaves out stays as it was. */
export function conditionsAt(frames: readonly Keyframe[], minute: number): Conditions {
  let before: { atMin: number; value: Conditions } = { atMin: -Infinity, value: CALM };
  for (const { atMin, ...given } of frames) {
    const value: Conditions = { ...before.value, ...given };
    if (minute < atMin) {
      if (before.atMin === -Infinity) return value;
      const t = (minute - before.atMin) / (atMin - before.atMin);
      const mix = (key: keyof Conditions): number => before.value[key] + (value[key] - before.value[key]) * t;
      return {
        rainMmH: mix('rainMmH'),
        windKph: mix('windKph'),
        windFromDeg: mix('windFromDeg'),
        visibilityM: mix('visibilityM'),
      };
    }
    before = { atMin, value };
  }
  return before.value;
}

export class WeatherModel {
  readonly #roads: Roads;
  readonly #random: Random;
  readonly #low: LowLink[];
  #frames: readonly Keyframe[] = [];
  #flooding = 0;
  /** Mean-reverting noise on the rain, so that gauges differ from minute to minute. */
  #gust = 0;
  #conditions: Conditions = CALM;
  #levelM = BASE_LEVEL_M;
  #lastFactor = 1;

  constructor(places: Places, roads: Roads, random: Random) {
    this.#roads = roads;
    this.#random = random;
    this.#low = lowLying(places, random.fork('low-lying'));
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  get riverLevelM(): number {
    return this.#levelM;
  }

  get closedLinks(): number {
    return this.#low.filter((l) => l.closed).length;
  }

  /** `flooding`: 0 the drains cope, 1 they do not. */
  setScenario(frames: readonly Keyframe[], flooding: number): void {
    this.#frames = frames;
    this.#flooding = flooding;
  }

  /** Rain at a place: showers differ over a city. */
  rainAt(p: LonLat, minute: number): number {
    const cell = 0.5 + 0.5 * Math.sin(p[0] * 190 + minute * 0.11) * Math.cos(p[1] * 230 - minute * 0.07);
    return this.#conditions.rainMmH * (0.7 + 0.6 * cell);
  }

  /** To be called each few seconds. `minute`: since the scenario began. */
  step(minute: number, dtS: number): FloodEvent[] {
    const planned = conditionsAt(this.#frames, minute);
    this.#gust += -this.#gust * Math.min(1, dtS / 120) + 0.12 * Math.sqrt(dtS / 60) * this.#random.normal();
    const rainMmH = Math.max(0, planned.rainMmH * (1 + Math.max(-0.6, Math.min(0.6, this.#gust))));
    this.#conditions = { ...planned, rainMmH };

    const factor = Math.round(speedFactorOf(planned) * 50) / 50;
    if (factor !== this.#lastFactor) {
      this.#lastFactor = factor;
      this.#roads.setSpeedFactor(factor);
    }
    // Linear reservoir: the river follows the rain with hours of delay.
    const target = BASE_LEVEL_M + rainMmH * 0.075;
    this.#levelM += (target - this.#levelM) * (1 - Math.exp(-dtS / 5_400));
    const events: FloodEvent[] = [];
    for (const link of this.#low) {
      const event = this.#soak(link, rainMmH, dtS);
      if (event) events.push(event);
    }
    return events;
  }

  #soak(link: LowLink, rainMmH: number, dtS: number): FloodEvent | null {
    const inflow = rainMmH * GATHER * link.exposure * this.#flooding;
    const outflow = DRAIN_MM_H * (1 + link.depthMm / 40);
    link.depthMm = Math.max(0, Math.min(900, link.depthMm + ((inflow - outflow) * dtS) / 3_600));
    if (!link.closed && link.depthMm >= CLOSED_MM) {
      link.closed = true;
      this.#roads.closeLink(link.id);
      return { kind: 'closed', linkIndex: link.index, position: link.position, depthMm: link.depthMm };
    }
    if (link.closed && link.depthMm <= REOPENED_MM) {
      link.closed = false;
      this.#roads.reopenLink(link.id);
      this.#slow(link);
      return { kind: 'reopened', linkIndex: link.index, position: link.position, depthMm: link.depthMm };
    }
    if (!link.closed) this.#slow(link);
    return null;
  }

  #slow(link: LowLink): void {
    const factor = Math.round(wadingFactor(link.depthMm) * 20) / 20;
    if (factor === link.factor) return;
    link.factor = factor;
    this.#roads.setLinkSpeedFactor(link.id, Math.max(0.1, factor));
  }
}

/** Underpasses, and links near the water that are no bridges: about one in six of those, by seed. */
function lowLying(places: Places, random: Random): LowLink[] {
  const out: LowLink[] = [];
  for (const [index, link] of places.pack.links.entries()) {
    if (link.bridge) continue;
    const { position } = places.along(index, places.lengthM(index) / 2);
    const draw = random.next();
    let exposure = 0;
    if (link.tunnel) exposure = 0.9;
    else if (draw < 0.16) {
      const shoreM = places.distanceToWaterM(position, 350);
      if (shoreM < 350) exposure = 0.12 + 0.88 * (1 - shoreM / 350) * (draw / 0.16);
    }
    if (exposure > 0) {
      const clear = out.some((o) => o.position !== position && distanceM(o.position, position) < 250);
      // Not more than one closed stretch each 250 m, or whole quarters would be cut off at once.
      if (!clear)
        out.push({
          index,
          id: link.id,
          position,
          exposure: Math.min(1, exposure),
          depthMm: 0,
          factor: 1,
          closed: false,
        });
    }
  }
  return out;
}
