/** How often each kind of case arises: by the hour, the people, the weather and the kilometres driven. */
import type { CategoryCode } from '../../../server/contract/categories.ts';
import type { Places } from '../places.ts';
import type { Roads } from '../roads.ts';
import { hourly } from '../sampling.ts';
import type { Conditions } from '../weather/weather.ts';
import type { IncidentKind } from './kind.ts';

export interface Surroundings {
  /** Hour of the simulated day, 0…24. */
  readonly hour: number;
  readonly conditions: Conditions;
  /** The scenario's factor for a category. */
  readonly rateFactor: (category: CategoryCode) => number;
}

const REFERENCE_POPULATION = 2_000_000;
/** Traffic volume is summed over all links only this often. */
const VOLUME_EVERY_MS = 30_000;

export class Rates {
  readonly #places: Places;
  readonly #roads: Roads;
  #volume = { atMs: -Infinity, vkmPerHour: 0 };

  constructor(places: Places, roads: Roads) {
    this.#places = places;
    this.#roads = roads;
  }

  /** Expected cases an hour of a kind. */
  perHour(kind: IncidentKind, around: Surroundings, nowMs: number): number {
    const { rainMmH, windKph } = around.conditions;
    const rain = 1 + (kind.inRain - 1) * Math.min(1.5, rainMmH / 30);
    const gale = 1 + (kind.inWind - 1) * Math.min(1.5, (Math.max(0, windKph - 25) / 55) ** 2);
    const base =
      kind.basis.per === 'population'
        ? kind.basis.perHour * ((this.#places.population || REFERENCE_POPULATION) / REFERENCE_POPULATION)
        : (kind.basis.perMillion * this.#vkmPerHour(nowMs)) / 1e6;
    return (
      base *
      hourly(kind.curve, around.hour) *
      Math.max(0, rain) *
      Math.max(0, gale) *
      around.rateFactor(kind.category)
    );
  }

  #vkmPerHour(nowMs: number): number {
    if (nowMs - this.#volume.atMs >= VOLUME_EVERY_MS) {
      let sum = 0;
      const { links } = this.#places.pack;
      for (let i = 0; i < links.length; i++) sum += this.#roads.linkFlow(i) * this.#places.lengthM(i);
      this.#volume = { atMs: nowMs, vkmPerHour: sum / 1000 };
    }
    return this.#volume.vkmPerHour;
  }
}
