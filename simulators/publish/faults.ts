/**
 * Faults of real feeds, on demand: outage, delay, duplicates, out-of-order, clock-skew, garbage. A fault changes what
 * is sent, never the simulation's truth. Bounded: what a delay holds back is at most MAX_HELD lines a feed.
 */
import { z } from 'zod';
import type { Observation } from '../../server/contract/observations.ts';
import { keyOf } from './feed-queue.ts';

export const faultKinds = ['outage', 'delay', 'duplicates', 'out-of-order', 'clock-skew', 'garbage'] as const;
export type FaultKind = (typeof faultKinds)[number];

export const faultRequest = z.object({
  kind: z.enum(faultKinds),
  feed: z.string().min(1).max(80),
  seconds: z.number().min(1).max(86_400),
});
export type FaultRequest = z.infer<typeof faultRequest>;

/** `KIND:FEED:SECONDS`, as on the command line. */
export function parseFault(text: string): FaultRequest {
  const [kind, feed, seconds] = text.split(':');
  const parsed = faultRequest.safeParse({ kind, feed, seconds: Number(seconds) });
  if (!parsed.success) {
    throw new Error(`fault “${text}” is not KIND:FEED:SECONDS with KIND one of ${faultKinds.join(', ')}`);
  }
  return parsed.data;
}

/** A line to send; null key: it must not replace, or be replaced by, another. */
export interface Faulty {
  readonly key: string | null;
  readonly line: string;
}

const DELAY_MS = 15_000;
const SKEW_MS = 90_000;
const SHUFFLE_MS = 8_000;
const DUPLICATE_SHARE = 0.5;
const GARBAGE_SHARE = 0.2;
const MAX_HELD = 100_000;

interface Held extends Faulty {
  readonly dueMs: number;
}

export class FaultInjector {
  readonly #random: () => number;
  readonly #until = new Map<string, Map<FaultKind, number>>();
  readonly #held = new Map<string, Held[]>();

  constructor(random: () => number) {
    this.#random = random;
  }

  inject(request: FaultRequest, nowMs: number): void {
    const faults = this.#until.get(request.feed) ?? new Map<FaultKind, number>();
    faults.set(request.kind, nowMs + request.seconds * 1000);
    this.#until.set(request.feed, faults);
  }

  anyFor(feedId: string): boolean {
    return this.#until.has(feedId);
  }

  active(feedId: string, nowMs: number): FaultKind[] {
    return faultKinds.filter((kind) => this.#on(feedId, kind, nowMs));
  }

  outage(feedId: string, nowMs: number): boolean {
    return this.#on(feedId, 'outage', nowMs);
  }

  #on(feedId: string, kind: FaultKind, nowMs: number): boolean {
    const faults = this.#until.get(feedId);
    const until = faults?.get(kind);
    if (faults === undefined || until === undefined) return false;
    if (nowMs < until) return true;
    faults.delete(kind);
    if (faults.size === 0) this.#until.delete(feedId);
    return false;
  }

  /** What is sent at once instead of this observation; the rest comes with `release`. */
  apply(feedId: string, observation: Observation, nowMs: number): Faulty[] {
    const skewed = this.#on(feedId, 'clock-skew', nowMs)
      ? { ...observation, at: observation.at + SKEW_MS }
      : observation;
    let line = JSON.stringify(skewed);
    let key: string | null = keyOf(observation);
    const out: Held[] = [];
    if (this.#on(feedId, 'garbage', nowMs) && this.#random() < GARBAGE_SHARE) {
      line = garbage(skewed, this.#random());
      key = null;
    }
    let dueMs = nowMs;
    if (this.#on(feedId, 'delay', nowMs)) {
      dueMs += DELAY_MS;
      key = null;
    }
    if (this.#on(feedId, 'out-of-order', nowMs)) {
      dueMs += this.#random() * SHUFFLE_MS;
      key = null;
    }
    const twice = this.#on(feedId, 'duplicates', nowMs) && this.#random() < DUPLICATE_SHARE;
    if (twice) key = null;
    out.push({ key, line, dueMs });
    if (twice) out.push({ key: null, line, dueMs });
    return this.#hold(feedId, out, nowMs);
  }

  #hold(feedId: string, lines: readonly Held[], nowMs: number): Faulty[] {
    const now: Faulty[] = [];
    for (const held of lines) {
      if (held.dueMs <= nowMs) {
        now.push(held);
        continue;
      }
      const list = this.#held.get(feedId) ?? [];
      if (list.length < MAX_HELD) list.push(held);
      this.#held.set(feedId, list);
    }
    return now;
  }

  /** Lines whose delay is over, in the order they fall due. */
  release(feedId: string, nowMs: number): Faulty[] {
    const held = this.#held.get(feedId);
    if (held === undefined) return [];
    const due = held.filter((h) => h.dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
    const rest = held.filter((h) => h.dueMs > nowMs);
    if (rest.length > 0) this.#held.set(feedId, rest);
    else this.#held.delete(feedId);
    return due;
  }
}

/** What broken senders were seen to send; `choice` in [0, 1). Never a line break: that would be two lines. */
export function garbage(observation: Observation, choice: number): string {
  const line = JSON.stringify(observation);
  const kinds: readonly (() => string)[] = [
    () => line.slice(0, Math.max(1, Math.floor(line.length / 2))),
    () => '<html><body>502 Bad Gateway</body></html>',
    () => line.replace(/"(lon|lat)":(-?[\d.]+)/g, '"$1":NaN'),
    () => JSON.stringify({ ...observation, at: 0 }),
    () => JSON.stringify({ ...observation, at: 4_291_747_200_000 }),
    () => `{"__proto__":{"admin":true},${line.slice(1)}`,
    () => JSON.stringify({ ...observation, id: { $gt: '' } }),
    () => {
      const o = observation as unknown as Record<string, unknown>;
      return JSON.stringify({ ...o, lon: o['lat'] ?? 0, lat: o['lon'] ?? 0 });
    },
    () => '['.repeat(500),
    () => 'null',
  ];
  return kinds[Math.floor(choice * kinds.length) % kinds.length]!();
}
