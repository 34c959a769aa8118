/**
 * How long units take on the roads as they are now, and by which way. Synchronous, without a clock: the speeds are
 * those of the last `refresh`, free flow before the first.
 */
import type { City } from '../city.ts';
import type { LonLat } from '../../contract/geo.ts';
import { LinkTimes, type LinkTimeOptions } from './link-times.ts';
import { RoadGraph } from './road-graph.ts';
import { joinLines, partOfPath } from './route-line.ts';
import { BackwardSearch } from './search.ts';
import { goalsOf, startsOf } from './snap.ts';

export interface TravelTime {
  readonly seconds: number;
  readonly metres: number;
}

export interface Route extends TravelTime {
  /** Indices of the links in the order they are driven; the first and the last usually in part. */
  readonly links: readonly number[];
  /** From position to position, the ways to and from the road included. */
  readonly path: readonly LonLat[];
}

export class Routing {
  readonly #city: City;
  readonly #graph: RoadGraph;
  readonly #times: LinkTimes;
  readonly #search: BackwardSearch;

  /** `{ delayShare: 1 }` for those who drive without blue lights; see `LinkTimes` for what is assumed of the others. */
  constructor(city: City, options: LinkTimeOptions = {}) {
    this.#city = city;
    this.#graph = new RoadGraph(city);
    this.#times = new LinkTimes(this.#graph, options);
    this.#search = new BackwardSearch(this.#graph, this.#times);
  }

  /** Takes over the live speed of each link, NaN = not measured. Cheap: call it as often as speeds change. */
  refresh(speedKph: Float32Array): void {
    this.#times.refresh(speedKph);
  }

  /**
   * Time and distance from each source to one target, null where no way leads. Positions off the road are served from
   * the nearest link, however far that is, and the way to it counts as the crow flies at `ACCESS_KPH`.
   * `headingsDeg[i]` belongs to `sources[i]`: undefined for a unit that stands.
   */
  timesTo(
    target: LonLat,
    sources: readonly LonLat[],
    options: { readonly headingsDeg?: readonly (number | undefined)[] } = {},
  ): (TravelTime | null)[] {
    const { headingsDeg } = options;
    const starts = sources.map((p, i) => startsOf(this.#city, this.#graph, p, headingsDeg?.[i]));
    return this.#search
      .run(goalsOf(this.#city, this.#graph, target), starts, false)
      .map((arrival) => arrival && { seconds: arrival.seconds, metres: arrival.metres });
  }

  /** The fastest way from one position to another, null where none leads; agrees with `timesTo`. */
  route(from: LonLat, to: LonLat, options: { readonly headingDeg?: number } = {}): Route | null {
    const starts = startsOf(this.#city, this.#graph, from, options.headingDeg);
    const [arrival] = this.#search.run(goalsOf(this.#city, this.#graph, to), [starts], true);
    if (!arrival) return null;
    const { links, goal } = this.#search.trace(arrival);
    const last = links.length - 1;
    const lines = links.map((link, i) =>
      partOfPath(
        this.#city.linkAt(link).path,
        i === 0 ? arrival.start.share : 0,
        i === last ? goal.share : 1,
      ),
    );
    const path = joinLines([[from], ...lines, [to]]);
    return { seconds: arrival.seconds, metres: arrival.metres, links, path };
  }
}
