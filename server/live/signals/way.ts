/** The signals on the way of a unit, nearest first, with how far and how long it is to each. */
import type { City } from '../../city/city.ts';
import type { Routing } from '../../city/routing/routing.ts';
import type { LonLat } from '../../contract/geo.ts';

/** Emergency units drive so many times the limit where their way is clear. */
const OF_LIMIT = 1.4;
const SLOWEST_KPH = 20;

export interface WaySignal {
  readonly signal: string;
  /** To the end of the link, where the stop line is. */
  readonly metres: number;
  readonly etaS: number;
  /** Links by which it comes and goes on; null: it is there. */
  readonly from: string;
  readonly to: string | null;
}

export class Ways {
  private readonly city: City;
  private readonly routing: Routing | null;
  private readonly signalAt: ReadonlyMap<string, string>;

  constructor(city: City, routing: Routing | null) {
    this.city = city;
    this.routing = routing;
    this.signalAt = new Map((city.pack?.signals ?? []).map((s) => [s.junction, s.id]));
  }

  /** Null where no way leads there. */
  ahead(from: LonLat, headingDeg: number | undefined, to: LonLat): readonly WaySignal[] | null {
    const route = this.routing?.route(from, to, headingDeg === undefined ? {} : { headingDeg });
    if (!route) return null;
    const { city } = this;
    const out: WaySignal[] = [];
    let metres = 0;
    let etaS = 0;
    for (const [i, index] of route.links.entries()) {
      const link = city.linkAt(index);
      const share = i === 0 ? 1 - city.projectOnLink(index, from).share : 1;
      const lengthM = city.linkLengthM(index) * share;
      metres += lengthM;
      etaS += (lengthM / Math.max(SLOWEST_KPH, OF_LIMIT * link.speedLimitKph)) * 3.6;
      const next = route.links[i + 1];
      // Whoever is there before the junction does not cross it.
      const signal = next === undefined ? undefined : this.signalAt.get(link.to);
      if (signal === undefined || next === undefined) continue;
      out.push({ signal, metres, etaS, from: link.id, to: city.linkAt(next).id });
    }
    return out;
  }
}
