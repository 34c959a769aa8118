/** Fastest way over the pack's links at a share of their limits: A* over links, and driving along what it finds. */
import { distanceM, type LonLat } from '../../../server/contract/geo.ts';
import type { Link } from '../../../server/contract/city-pack.ts';
import type { Places } from '../places.ts';

/** No road is driven faster than this, so distance over it never overestimates the time left (A* stays exact). */
const MAX_KPH = 120;

export class Router {
  readonly #places: Places;
  readonly #out = new Map<string, number[]>();
  readonly #position = new Map<string, LonLat>();

  constructor(places: Places) {
    this.#places = places;
    for (const j of places.pack.junctions) this.#position.set(j.id, j.position);
    for (const [i, link] of places.pack.links.entries()) {
      const list = this.#out.get(link.from);
      if (list) list.push(i);
      else this.#out.set(link.from, [i]);
    }
  }

  /** Link indices from one link to another, both included; null where there is no way. */
  route(from: number, to: number, open: (link: Link) => boolean = () => true): number[] | null {
    if (from === to) return [from];
    const links = this.#places.pack.links;
    const goal = this.#position.get(links[to]!.from) ?? links[to]!.path[0]!;
    const cost = new Map<number, number>([[from, 0]]);
    const before = new Map<number, number>();
    const heap = new MinHeap();
    heap.push(from, 0);
    const done = new Set<number>();
    for (let here = heap.pop(); here !== null; here = heap.pop()) {
      if (here === to) return trace(before, to);
      if (done.has(here)) continue;
      done.add(here);
      const link = links[here]!;
      for (const next of this.#out.get(link.to) ?? []) {
        if (done.has(next)) continue;
        const step = links[next]!;
        const uTurn = step.to === link.from;
        if (link.bannedTurns?.includes(step.id) || (next !== to && !open(step))) continue;
        const seconds = (this.#places.lengthM(next) / step.speedLimitKph) * 3.6;
        const total = cost.get(here)! + seconds + (uTurn ? 30 : 0);
        if (total >= (cost.get(next) ?? Infinity)) continue;
        cost.set(next, total);
        before.set(next, here);
        heap.push(next, total + (distanceM(step.path.at(-1)!, goal) / MAX_KPH) * 3.6);
      }
    }
    return null;
  }
}

function trace(before: ReadonlyMap<number, number>, to: number): number[] {
  const out = [to];
  for (let at = before.get(to); at !== undefined; at = before.get(at)) out.push(at);
  return out.toReversed();
}

class MinHeap {
  readonly #items: number[] = [];
  readonly #keys: number[] = [];

  push(item: number, key: number): void {
    let i = this.#items.length;
    this.#items.push(item);
    this.#keys.push(key);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.#keys[parent]! <= this.#keys[i]!) break;
      this.#swap(i, parent);
      i = parent;
    }
  }

  pop(): number | null {
    const top = this.#items[0];
    if (top === undefined) return null;
    this.#swap(0, this.#items.length - 1);
    this.#items.pop();
    this.#keys.pop();
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      if (left >= this.#items.length) break;
      const right = left + 1;
      const least = right < this.#items.length && this.#keys[right]! < this.#keys[left]! ? right : left;
      if (this.#keys[i]! <= this.#keys[least]!) break;
      this.#swap(i, least);
      i = least;
    }
    return top;
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#items[b]!, this.#items[a]!];
    [this.#keys[a], this.#keys[b]] = [this.#keys[b]!, this.#keys[a]!];
  }
}

export interface Moving {
  position: LonLat;
  headingDeg: number;
  speedKph: number;
}

/** A vehicle that follows a route by itself, at a share of each link's limit, outside the traffic model. */
export class Drive {
  readonly #places: Places;
  readonly #links: readonly number[];
  readonly #share: number;
  readonly #endOffsetM: number;
  #at = 0;
  #offsetM: number;

  constructor(
    places: Places,
    links: readonly number[],
    startOffsetM: number,
    endOffsetM: number,
    share: number,
  ) {
    this.#places = places;
    this.#links = links;
    this.#offsetM = startOffsetM;
    this.#endOffsetM = endOffsetM;
    this.#share = share;
  }

  get arrived(): boolean {
    return this.#at >= this.#links.length - 1 && this.#offsetM >= this.#endOfM();
  }

  #endOfM(): number {
    const length = this.#places.lengthM(this.#links[this.#at]!);
    return this.#at === this.#links.length - 1 ? Math.min(this.#endOffsetM, length) : length;
  }

  step(dtS: number): Moving {
    let left = dtS;
    let speedKph = 0;
    while (left > 0 && !this.arrived) {
      const index = this.#links[this.#at]!;
      speedKph = this.#places.link(index).speedLimitKph * this.#share;
      const end = this.#endOfM();
      const need = Math.max(0, ((end - this.#offsetM) / speedKph) * 3.6);
      if (need > left) {
        this.#offsetM += (speedKph / 3.6) * left;
        break;
      }
      left -= need;
      this.#offsetM = end;
      if (this.#at === this.#links.length - 1) break;
      this.#at++;
      this.#offsetM = 0;
    }
    const { position, headingDeg } = this.#places.along(this.#links[this.#at]!, this.#offsetM);
    return { position, headingDeg, speedKph: this.arrived ? 0 : speedKph };
  }
}
