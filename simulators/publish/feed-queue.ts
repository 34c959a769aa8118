/**
 * What waits to be sent of one feed, never more than its bound. `latest`: one line an object, a newer one takes the
 * place of an older (telemetry). `every`: all lines in order, each until the server has it (incidents).
 */
import type { Observation } from '../../server/contract/observations.ts';

export type QueueMode = 'latest' | 'every';

interface Waiting {
  readonly line: string;
  readonly key: string | null;
}

export class FeedQueue {
  readonly mode: QueueMode;
  readonly #bound: number;
  readonly #keyed = new Map<string, string>();
  #list: Waiting[] = [];
  /** Lines that were given up because the queue was full. */
  dropped = 0;

  constructor(mode: QueueMode, bound: number) {
    this.mode = mode;
    this.#bound = bound;
  }

  get size(): number {
    return this.#keyed.size + this.#list.length;
  }

  /** A line with its object's key. */
  put(key: string, line: string): void {
    if (this.mode === 'every') return this.putRaw(line);
    if (!this.#keyed.has(key) && this.size >= this.#bound) this.#dropOldest();
    // Deleted first, so that the order of the map is the order of the latest arrivals.
    this.#keyed.delete(key);
    this.#keyed.set(key, line);
  }

  /** A line that must not be collapsed with another: all of an `every` queue, and faulty ones of a `latest` queue. */
  putRaw(line: string): void {
    if (this.size >= this.#bound) this.#dropOldest();
    this.#list.push({ line, key: null });
  }

  /** Takes up to `limit` lines out; what is not delivered goes back with `giveBack`. */
  take(limit: number): Waiting[] {
    const batch = this.#list.length <= limit ? this.#list : this.#list.slice(0, limit);
    this.#list = this.#list.length <= limit ? [] : this.#list.slice(limit);
    if (batch.length >= limit) return batch;
    for (const [key, line] of this.#keyed) {
      if (batch.length >= limit) break;
      batch.push({ line, key });
      this.#keyed.delete(key);
    }
    return batch;
  }

  /** Undelivered lines: in front again, except where a newer state of the object came meanwhile. */
  giveBack(batch: readonly Waiting[]): void {
    const raw: Waiting[] = [];
    for (const item of batch) {
      if (item.key === null) raw.push(item);
      else if (!this.#keyed.has(item.key) && this.size < this.#bound) this.#keyed.set(item.key, item.line);
    }
    this.#list = [...raw, ...this.#list];
    while (this.#list.length > this.#bound) this.#dropOldest();
  }

  #dropOldest(): void {
    this.dropped++;
    if (this.#list.length > 0) {
      this.#list.shift();
      return;
    }
    const oldest = this.#keyed.keys().next();
    if (!oldest.done) this.#keyed.delete(oldest.value);
  }
}

/** What an observation is the latest state of. */
export const keyOf = (o: Observation): string =>
  o.type === 'gone' ? `position:${o.id}` : `${o.type}:${o.id}`;
