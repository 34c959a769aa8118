/**
 * Sends the queues of several feeds through one transport: one request a feed at a time, back-off with jitter while
 * the server is away, for ever. Telemetry that waits is replaced by newer; incidents wait until the server has them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from '../../server/contract/observations.ts';
import { FaultInjector, type Faulty } from './faults.ts';
import { FeedQueue, keyOf, type QueueMode } from './feed-queue.ts';
import { nap } from './nap.ts';
import type { IngestAnswer, Transport } from './transport.ts';

export interface FeedPlan {
  readonly id: string;
  readonly mode: QueueMode;
  readonly bound: number;
  readonly batch: number;
}

export interface FeedStats {
  sent: number;
  taken: number;
  late: number;
  duplicate: number;
  refused: number;
  failures: number;
  waiting: number;
  dropped: number;
  lastError: string | null;
  faults: readonly string[];
}

export interface PublisherOptions {
  readonly transport: Transport;
  readonly feeds: readonly FeedPlan[];
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly log: (line: string) => void;
  readonly firstBackOffMs?: number;
}

const MAX_BACK_OFF_MS = 10_000;
const RETRIED_CODES = new Set(['journal-failed', 'shutting-down', 'rate-limited', 'internal']);

interface Lane {
  readonly plan: FeedPlan;
  readonly queue: FeedQueue;
  readonly stats: Omit<FeedStats, 'waiting' | 'dropped' | 'faults'>;
  readonly refusalsSaid: Map<string, number>;
  batch: number;
  wake: () => void;
}

export class Publisher {
  readonly faults: FaultInjector;
  readonly #options: PublisherOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #stopping = new AbortController();
  readonly #loops: Promise<void>[] = [];
  #away = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.faults = new FaultInjector(options.random);
    for (const plan of options.feeds) {
      const lane: Lane = {
        plan,
        queue: new FeedQueue(plan.mode, plan.bound),
        stats: { sent: 0, taken: 0, late: 0, duplicate: 0, refused: 0, failures: 0, lastError: null },
        refusalsSaid: new Map(),
        batch: plan.batch,
        wake: () => undefined,
      };
      this.#lanes.set(plan.id, lane);
      this.#loops.push(this.#run(lane));
    }
  }

  /** Hands an observation over; returns at once. @throws for a feed that is not in the plan. */
  publish(feedId: string, observation: Observation): void {
    const lane = this.#lane(feedId);
    if (!this.faults.anyFor(feedId)) {
      lane.queue.put(keyOf(observation), JSON.stringify(observation));
    } else {
      this.#putFaulty(lane, this.faults.apply(feedId, observation, this.#options.nowMs()));
    }
    lane.wake();
  }

  #putFaulty(lane: Lane, lines: readonly Faulty[]): void {
    for (const { key, line } of lines) {
      if (key === null) lane.queue.putRaw(line);
      else lane.queue.put(key, line);
    }
  }

  /** Lets go of what a delay held back; to be called about once a second. */
  tick(): void {
    const nowMs = this.#options.nowMs();
    for (const lane of this.#lanes.values()) {
      const due = this.faults.release(lane.plan.id, nowMs);
      if (due.length > 0) this.#putFaulty(lane, due);
      if (lane.queue.size > 0) lane.wake();
    }
  }

  stats(): Record<string, FeedStats> {
    const out: Record<string, FeedStats> = {};
    for (const [id, lane] of this.#lanes) {
      out[id] = {
        ...lane.stats,
        waiting: lane.queue.size,
        dropped: lane.queue.dropped,
        faults: this.faults.active(id, this.#options.nowMs()),
      };
    }
    return out;
  }

  /** Sends what waits for at most `graceMs`, then ends. */
  async stop(graceMs = 2000): Promise<void> {
    const until = this.#options.nowMs() + graceMs;
    while (this.#options.nowMs() < until && [...this.#lanes.values()].some((l) => l.queue.size > 0)) {
      if (this.#away) break;
      await sleep(20);
    }
    this.#stopping.abort();
    for (const lane of this.#lanes.values()) lane.wake();
    await this.#options.transport.close();
    await Promise.all(this.#loops);
  }

  #lane(feedId: string): Lane {
    const lane = this.#lanes.get(feedId);
    if (!lane) throw new Error(`feed ${feedId} is not published here`);
    return lane;
  }

  async #run(lane: Lane): Promise<void> {
    const { signal } = this.#stopping;
    let backOffMs = this.#options.firstBackOffMs ?? 250;
    while (!signal.aborted) {
      if (lane.queue.size === 0 || this.faults.outage(lane.plan.id, this.#options.nowMs())) {
        await this.#pause(lane, signal);
        continue;
      }
      const batch = lane.queue.take(lane.batch);
      const delivery = await this.#options.transport.send(
        lane.plan.id,
        batch.map((b) => b.line),
      );
      switch (delivery.kind) {
        case 'answered': {
          backOffMs = this.#options.firstBackOffMs ?? 250;
          lane.stats.lastError = null;
          if (this.#away) {
            this.#away = false;
            this.#options.log('the server answers again');
          }
          lane.batch = Math.min(lane.plan.batch, lane.batch * 2);
          const again = this.#account(lane, batch.length, delivery.answer);
          if (again.length > 0) {
            lane.queue.giveBack(again.map((i) => batch[i]!));
            await nap(backOffMs, signal);
          }
          break;
        }
        case 'too-large':
          if (batch.length > 1) {
            lane.queue.giveBack(batch);
            lane.batch = Math.max(1, Math.floor(batch.length / 2));
          } else this.#giveUp(lane, batch.length, delivery.reason);
          break;
        case 'refused':
          this.#giveUp(lane, batch.length, delivery.reason);
          break;
        case 'retry': {
          lane.queue.giveBack(batch);
          lane.stats.failures++;
          lane.stats.lastError = delivery.reason;
          if (signal.aborted) break;
          if (!this.#away) {
            this.#away = true;
            this.#options.log(`${lane.plan.id}: ${delivery.reason}; trying again until it works`);
          }
          // Full jitter, so that the feeds do not come back in one blow.
          const wait = delivery.afterMs ?? backOffMs * (0.5 + this.#options.random());
          backOffMs = Math.min(MAX_BACK_OFF_MS, backOffMs * 2);
          await nap(wait, signal);
          break;
        }
      }
    }
  }

  /** Counts an answer; gives the 0-based lines that the server could not store and that must be sent again. */
  #account(lane: Lane, lines: number, answer: IngestAnswer): number[] {
    const { stats } = lane;
    stats.sent += lines;
    stats.taken += answer.taken;
    stats.late += answer.late;
    stats.duplicate += answer.duplicate;
    stats.refused += answer.refused;
    const again: number[] = [];
    for (const r of answer.refusals) {
      if (RETRIED_CODES.has(r.code) && lane.plan.mode === 'every' && r.line !== undefined) {
        if (r.line >= 1 && r.line <= lines) again.push(r.line - 1);
      }
      const said = lane.refusalsSaid.get(r.code) ?? -Infinity;
      if (this.#options.nowMs() - said > 60_000) {
        lane.refusalsSaid.set(r.code, this.#options.nowMs());
        this.#options.log(`${lane.plan.id}: refused: ${r.code}${r.detail ? ` (${r.detail})` : ''}`);
      }
    }
    return again;
  }

  #giveUp(lane: Lane, lines: number, reason: string): void {
    lane.stats.refused += lines;
    lane.stats.lastError = reason;
    this.#options.log(`${lane.plan.id}: ${lines} lines refused: ${reason}`);
  }

  async #pause(lane: Lane, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 500);
      lane.wake = () => {
        // The wait of an outage is not cut short by new observations.
        if (!signal.aborted && this.faults.outage(lane.plan.id, this.#options.nowMs())) return;
        clearTimeout(timer);
        resolve();
      };
    });
    lane.wake = () => undefined;
  }
}
