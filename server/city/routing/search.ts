/**
 * The search: Dijkstra backwards from the goals of one position until every source is settled, or A* where there is
 * one source. A link's label is the time from its *end* to the nearest goal, so a source in the middle of a link adds
 * the rest of that link. Labels are stamped with the number of the search: nothing is cleared between two.
 */
import type { OnLink } from '../link-index.ts';
import type { LinkTimes } from './link-times.ts';
import { MinHeap } from './min-heap.ts';
import type { RoadGraph } from './road-graph.ts';

/** What lies between a position and the road is crossed as the crow flies at this speed. */
export const ACCESS_KPH = 20;
const ACCESS_S_PER_M = 3.6 / ACCESS_KPH;

export interface Arrival {
  readonly seconds: number;
  readonly metres: number;
  readonly start: OnLink;
  /** Reached without leaving the start's link; null where the way goes on from the end of that link. */
  readonly direct: OnLink | null;
}

interface Start {
  readonly source: number;
  readonly place: OnLink;
}

export class BackwardSearch {
  readonly #graph: RoadGraph;
  readonly #times: LinkTimes;
  readonly #heap: MinHeap;
  readonly #labelS: Float64Array;
  readonly #labelM: Float64Array;
  /** The link after this one; below zero the goal `-1 - next`. */
  readonly #next: Int32Array;
  readonly #labelled: Uint32Array;
  readonly #settled: Uint32Array;
  readonly #hasStarts: Uint32Array;
  #stamp = 0;
  #goals: readonly OnLink[] = [];
  /** Where A* pulls to; empty for Dijkstra. */
  #pull: readonly OnLink[] = [];
  #arrivals: (Arrival | null)[] = [];
  #waiting = 0;

  constructor(graph: RoadGraph, times: LinkTimes) {
    this.#graph = graph;
    this.#times = times;
    this.#heap = new MinHeap(graph.linkCount + 64);
    this.#labelS = new Float64Array(graph.linkCount);
    this.#labelM = new Float64Array(graph.linkCount);
    this.#next = new Int32Array(graph.linkCount);
    this.#labelled = new Uint32Array(graph.linkCount);
    this.#settled = new Uint32Array(graph.linkCount);
    this.#hasStarts = new Uint32Array(graph.linkCount);
  }

  /**
   * The fastest way from each source to any of the goals, null where there is none. Each source may stand at several
   * places, of which the best counts. `directed` (A*) pays for a single source only.
   */
  run(
    goals: readonly OnLink[],
    sources: readonly (readonly OnLink[])[],
    directed: boolean,
  ): readonly (Arrival | null)[] {
    this.#begin(goals, sources, directed);
    const starts = this.#startsByLink(sources);
    this.#seed();
    const { beforeStart, before, turnS, lengthM } = this.#graph;
    const seconds = this.#times.seconds;
    let limitS = this.#waiting > 0 ? Infinity : this.#slowestArrivalS();
    while (this.#heap.size > 0 && this.#heap.minKey < limitS) {
      const link = this.#heap.pop();
      if (this.#settled[link] === this.#stamp) continue;
      this.#settled[link] = this.#stamp;
      const labelS = this.#labelS[link]!;
      if (this.#hasStarts[link] === this.#stamp) {
        for (const start of starts.get(link)!) this.#offerOnward(start);
        if (this.#waiting === 0) limitS = this.#slowestArrivalS();
      }
      const throughS = labelS + seconds[link]!;
      const throughM = this.#labelM[link]! + lengthM[link]!;
      for (let k = beforeStart[link]!, end = beforeStart[link + 1]!; k < end; k++) {
        this.#relax(before[k]!, throughS + turnS[k]!, throughM, link);
      }
    }
    return this.#arrivals;
  }

  /** The links of an arrival of the last search, and the goal at their end. */
  trace(arrival: Arrival): { readonly links: readonly number[]; readonly goal: OnLink } {
    const links = [arrival.start.link];
    if (arrival.direct !== null) return { links, goal: arrival.direct };
    for (let at = arrival.start.link; ;) {
      const next = this.#next[at]!;
      if (next < 0) {
        const goal = this.#goals[-1 - next]!;
        links.push(goal.link);
        return { links, goal };
      }
      links.push(next);
      at = next;
    }
  }

  #begin(goals: readonly OnLink[], sources: readonly (readonly OnLink[])[], directed: boolean): void {
    if (this.#stamp === 0xffff_ffff) {
      for (const stamps of [this.#labelled, this.#settled, this.#hasStarts]) stamps.fill(0);
      this.#stamp = 0;
    }
    this.#stamp++;
    this.#heap.clear();
    this.#goals = goals;
    this.#pull = directed ? sources.flat() : [];
    this.#arrivals = sources.map(() => null);
    this.#waiting = sources.length;
  }

  #startsByLink(sources: readonly (readonly OnLink[])[]): ReadonlyMap<number, readonly Start[]> {
    const starts = new Map<number, Start[]>();
    for (const [source, places] of sources.entries()) {
      for (const place of places) {
        const start = { source, place };
        this.#offerDirect(start);
        const list = starts.get(place.link);
        if (list !== undefined) list.push(start);
        else starts.set(place.link, [start]);
        this.#hasStarts[place.link] = this.#stamp;
      }
    }
    return starts;
  }

  /** Labels the links from which a goal's link is entered. */
  #seed(): void {
    const { beforeStart, before, turnS, lengthM } = this.#graph;
    for (const [g, goal] of this.#goals.entries()) {
      const partS = this.#times.seconds[goal.link]! * goal.share + goal.awayM * ACCESS_S_PER_M;
      const partM = lengthM[goal.link]! * goal.share + goal.awayM;
      for (let k = beforeStart[goal.link]!, end = beforeStart[goal.link + 1]!; k < end; k++) {
        this.#relax(before[k]!, partS + turnS[k]!, partM, -1 - g);
      }
    }
  }

  #relax(link: number, labelS: number, labelM: number, next: number): void {
    if (this.#labelled[link] === this.#stamp && this.#labelS[link]! <= labelS) return;
    this.#labelled[link] = this.#stamp;
    this.#labelS[link] = labelS;
    this.#labelM[link] = labelM;
    this.#next[link] = next;
    this.#heap.push(this.#pull.length === 0 ? labelS : labelS + this.#leastS(link), link);
  }

  /** At least so long from the end of any of the pull's links to the end of this one. */
  #leastS(link: number): number {
    const { toJunction, x, y } = this.#graph;
    const here = toJunction[link]!;
    let least2 = Infinity;
    for (const place of this.#pull) {
      const there = toJunction[place.link]!;
      const dx = x[here]! - x[there]!;
      const dy = y[here]! - y[there]!;
      least2 = Math.min(least2, dx * dx + dy * dy);
    }
    return Math.sqrt(least2) * this.#times.fastestSPerM;
  }

  #offerDirect(start: Start): void {
    const { link, share, awayM } = start.place;
    for (const goal of this.#goals) {
      if (goal.link !== link || goal.share < share) continue;
      const part = goal.share - share;
      const offM = awayM + goal.awayM;
      const seconds = this.#times.seconds[link]! * part + offM * ACCESS_S_PER_M;
      this.#offer(start, seconds, this.#graph.lengthM[link]! * part + offM, goal);
    }
  }

  #offerOnward(start: Start): void {
    const { link, share, awayM } = start.place;
    const rest = 1 - share;
    const seconds = this.#labelS[link]! + this.#times.seconds[link]! * rest + awayM * ACCESS_S_PER_M;
    this.#offer(start, seconds, this.#labelM[link]! + this.#graph.lengthM[link]! * rest + awayM, null);
  }

  #offer({ source, place }: Start, seconds: number, metres: number, direct: OnLink | null): void {
    const best = this.#arrivals[source]!;
    if (best !== null && best.seconds <= seconds) return;
    if (best === null) this.#waiting--;
    this.#arrivals[source] = { seconds, metres, start: place, direct };
  }

  #slowestArrivalS(): number {
    let slowest = 0;
    for (const arrival of this.#arrivals) slowest = Math.max(slowest, arrival?.seconds ?? 0);
    return slowest;
  }
}
