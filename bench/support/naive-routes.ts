/**
 * The straightforward router that ours is compared with, in speed and in its answers: one Dijkstra forwards per unit,
 * an object a link, maps by link and a binary heap of objects.
 */
import type { City } from '../../server/city/city.ts';
import type { OnLink } from '../../server/city/link-index.ts';

interface Turn {
  readonly to: Road;
  readonly seconds: number;
}
interface Road {
  readonly index: number;
  readonly lengthM: number;
  seconds: number;
  readonly turns: Turn[];
}
interface Entry {
  readonly key: number;
  readonly metres: number;
  /** Null where the goal itself is reached. */
  readonly road: Road | null;
}

export interface NaiveOptions {
  readonly accessKph: number;
  readonly turnS: (from: number, to: number) => number;
}

export class NaiveRoutes {
  readonly #roads: Road[] = [];
  readonly #accessSPerM: number;

  constructor(city: City, seconds: (link: number) => number, options: NaiveOptions) {
    this.#accessSPerM = 3.6 / options.accessKph;
    const leaving = new Map<string, Road[]>();
    for (let index = 0; index < city.linkCount; index++) {
      const road: Road = { index, lengthM: city.linkLengthM(index), seconds: seconds(index), turns: [] };
      this.#roads.push(road);
      const { from } = city.linkAt(index);
      leaving.set(from, [...(leaving.get(from) ?? []), road]);
    }
    for (const road of this.#roads) {
      const link = city.linkAt(road.index);
      for (const to of leaving.get(link.to) ?? []) {
        if (link.bannedTurns?.includes(city.linkAt(to.index).id)) continue;
        road.turns.push({ to, seconds: options.turnS(road.index, to.index) });
      }
    }
  }

  /** The fastest way from any of the starts to any of the goals; null where there is none. */
  route(
    starts: readonly OnLink[],
    goals: readonly OnLink[],
  ): { readonly seconds: number; readonly metres: number } | null {
    const heap: Entry[] = [];
    const done = new Set<Road>();
    for (const start of starts) {
      const road = this.#roads[start.link]!;
      const access = start.awayM * this.#accessSPerM;
      for (const goal of goals) {
        const part = goal.share - start.share;
        if (goal.link !== start.link || part < 0) continue;
        const metres = start.awayM + part * road.lengthM + goal.awayM;
        const key = access + part * road.seconds + goal.awayM * this.#accessSPerM;
        push(heap, { key, metres, road: null });
      }
      const metres = start.awayM + (1 - start.share) * road.lengthM;
      this.#turn(heap, road, access + (1 - start.share) * road.seconds, metres);
    }
    // An entry stands at the start of its road.
    for (let entry = pop(heap); entry !== undefined; entry = pop(heap)) {
      const { key, metres, road } = entry;
      if (road === null) return { seconds: key, metres };
      if (done.has(road)) continue;
      done.add(road);
      for (const goal of goals) {
        if (goal.link !== road.index) continue;
        push(heap, {
          key: key + goal.share * road.seconds + goal.awayM * this.#accessSPerM,
          metres: metres + goal.share * road.lengthM + goal.awayM,
          road: null,
        });
      }
      this.#turn(heap, road, key + road.seconds, metres + road.lengthM);
    }
    return null;
  }

  #turn(heap: Entry[], road: Road, key: number, metres: number): void {
    for (const turn of road.turns) push(heap, { key: key + turn.seconds, metres, road: turn.to });
  }
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.key <= entry.key) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const top = heap[0];
  const entry = heap.pop();
  if (entry === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.key < heap[child]!.key) child++;
    if (heap[child]!.key >= entry.key) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = entry;
  return top;
}
