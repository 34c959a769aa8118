/**
 * The queue of one target: a few under way at once, growing pauses after failures, and what became of each said until that
 * is durable. A target that fails is left alone as a whole, and probed by one; a notification that fails waits by itself.
 */
import type { Settlement } from '../domain/notifications/decide.ts';
import type { NotificationChannel } from '../domain/notifications/events.ts';
import type { PendingNotification } from '../domain/notifications/state.ts';
import { inBoth, type Attempt, type Target } from './target.ts';

export interface Clock {
  nowMs(): number;
  /** Calls once, so many ms later; returns how to call it off. */
  after(ms: number, call: () => void): () => void;
}
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

export interface DeliveryLimits {
  /** Sent to one target at once, while it answers; one that fails is tried with one at a time. */
  readonly concurrency: number;
  /** The n-th try is followed by a pause of up to `backoffMs` · 2ⁿ⁻¹, at most `maxBackoffMs` (full jitter). */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Given up when it was queued so long ago, or after so many tries. */
  readonly maxAgeMs: number;
  readonly maxAttempts: number;
  /** The deliverer's `stop` waits for what is under way no longer than this. */
  readonly stopMs: number;
}
export const DEFAULT_LIMITS: DeliveryLimits = {
  concurrency: 2,
  backoffMs: 1_000,
  maxBackoffMs: 15 * 60_000,
  maxAgeMs: 24 * 3_600_000,
  maxAttempts: 250,
  stopMs: 900,
};

export interface QueueDeps {
  /** Resolves when the outcome is durable; where it rejects it is asked again later. */
  readonly settle: (settlement: Settlement) => Promise<void>;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, detail?: unknown) => void;
  readonly clock: Clock;
  /** 0…1. */
  readonly random: () => number;
  readonly limits?: Partial<DeliveryLimits>;
}

export interface TargetStats {
  readonly target: string;
  readonly channel: NotificationChannel;
  /** Not settled yet, those under way included. */
  readonly waiting: number;
  readonly sending: number;
  /** Age of the oldest that waits. */
  readonly oldestMs: number;
  /** True while it is left alone after failures. */
  readonly paused: boolean;
  /** Since the start: notifications delivered and given up, and tries that failed. */
  readonly delivered: number;
  readonly givenUp: number;
  readonly failures: number;
}

const texts = {
  expired: { zh: '未能在期限内送达，已放弃', en: 'Could not be delivered in time; given up' },
  fault: { zh: '发送时出现内部错误', en: 'Something went wrong here while sending' },
} as const;

interface Waiting {
  readonly notification: PendingNotification;
  attempts: number;
  notBeforeMs: number;
  /** Being sent, or its outcome being stored. */
  busy: boolean;
  /** What became of it, while that is not durable. */
  outcome: Settlement | null;
  /** How often its outcome could not be stored. */
  unstored: number;
}

export class TargetQueue {
  private readonly target: Target;
  private readonly deps: QueueDeps;
  private readonly limits: DeliveryLimits;
  /** Oldest first. */
  private readonly waiting = new Map<string, Waiting>();
  private readonly underWay = new Map<AbortController, Promise<void>>();
  private readonly storing = new Set<Promise<void>>();
  /** In a row, of whichever notification. */
  private failuresInRow = 0;
  private pausedUntilMs = -Infinity;
  private callOff: (() => void) | null = null;
  private stopped = false;
  private readonly counts = { delivered: 0, givenUp: 0, failures: 0 };

  constructor(target: Target, deps: QueueDeps) {
    this.target = target;
    this.deps = deps;
    this.limits = { ...DEFAULT_LIMITS, ...deps.limits };
  }

  take(notification: PendingNotification, delayMs: number): void {
    if (this.stopped || this.waiting.has(notification.id)) return;
    this.waiting.set(notification.id, {
      notification,
      attempts: 0,
      notBeforeMs: this.deps.clock.nowMs() + delayMs,
      busy: false,
      outcome: null,
      unstored: 0,
    });
    this.pump();
  }

  forget(id: string): void {
    this.waiting.delete(id);
  }

  stats(): TargetStats {
    const nowMs = this.deps.clock.nowMs();
    const [oldest] = this.waiting.values();
    return {
      target: this.target.id,
      channel: this.target.channel,
      waiting: this.waiting.size,
      sending: this.underWay.size,
      oldestMs: oldest === undefined ? 0 : Math.max(0, nowMs - oldest.notification.atMs),
      paused: nowMs < this.pausedUntilMs,
      ...this.counts,
    };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.callOff?.();
    const sends = [...this.underWay.values()];
    for (const controller of this.underWay.keys()) controller.abort();
    await Promise.all(sends);
    await Promise.all(this.storing);
  }

  private get room(): boolean {
    return this.underWay.size < (this.failuresInRow > 0 ? 1 : this.limits.concurrency);
  }

  /** Starts what is due and may be sent, and comes back for the next that will be. */
  private pump(): void {
    this.callOff?.();
    this.callOff = null;
    if (this.stopped) return;
    const nowMs = this.deps.clock.nowMs();
    let nextMs = Infinity;
    for (const w of this.waiting.values()) {
      // Without room the end of a try comes back here.
      if (w.busy || (w.outcome === null && !this.room)) continue;
      const dueMs = w.outcome === null ? Math.max(w.notBeforeMs, this.pausedUntilMs) : w.notBeforeMs;
      if (dueMs > nowMs) nextMs = Math.min(nextMs, dueMs);
      else if (w.outcome === null) this.start(w, nowMs);
      else this.store(w, w.outcome);
    }
    if (nextMs < Infinity) this.callOff = this.deps.clock.after(nextMs - nowMs, () => this.pump());
  }

  private start(w: Waiting, nowMs: number): void {
    if (nowMs - w.notification.atMs >= this.limits.maxAgeMs) {
      this.finish(w, false, inBoth(texts.expired));
      return;
    }
    w.busy = true;
    w.attempts++;
    const controller = new AbortController();
    this.underWay.set(controller, this.tryOnce(w, controller));
  }

  private async tryOnce(w: Waiting, controller: AbortController): Promise<void> {
    const attempt = await this.send(w.notification, controller.signal);
    this.underWay.delete(controller);
    w.busy = false;
    this.ended(w, attempt);
    this.pump();
  }

  private async send(notification: PendingNotification, signal: AbortSignal): Promise<Attempt> {
    try {
      return await this.target.send(notification, signal);
    } catch (error) {
      this.deps.log('error', 'a notification could not be sent', { target: this.target.id, error });
      return { kind: 'failed', problem: inBoth(texts.fault) };
    }
  }

  private ended(w: Waiting, attempt: Attempt): void {
    if (attempt.kind !== 'failed') {
      this.failuresInRow = 0;
      this.finish(w, attempt.kind === 'delivered', attempt.problem);
      return;
    }
    // What was called off by `stop` is no failure of the target.
    if (this.stopped) return;
    const { clock, random, log } = this.deps;
    const { backoffMs, maxBackoffMs, maxAgeMs, maxAttempts } = this.limits;
    this.counts.failures++;
    this.failuresInRow++;
    const nowMs = clock.nowMs();
    const pauseMs = (failures: number): number =>
      Math.max(attempt.retryAfterMs ?? 0, random() * Math.min(maxBackoffMs, backoffMs * 2 ** (failures - 1)));
    this.pausedUntilMs = Math.max(this.pausedUntilMs, nowMs + pauseMs(this.failuresInRow));
    if (this.failuresInRow === 1) {
      log('warn', 'a notification was not taken', { target: this.target.id, problem: attempt.problem });
    }
    if (w.attempts >= maxAttempts || nowMs - w.notification.atMs >= maxAgeMs) {
      this.finish(w, false, attempt.problem);
      return;
    }
    w.notBeforeMs = nowMs + pauseMs(w.attempts);
  }

  private finish(w: Waiting, delivered: boolean, problem: string | undefined): void {
    const { id } = w.notification;
    if (delivered) this.counts.delivered++;
    else {
      this.counts.givenUp++;
      this.deps.log('warn', 'a notification was given up', { id, problem });
    }
    w.outcome = { id, delivered, attempts: w.attempts, ...(problem !== undefined && { problem }) };
    this.store(w, w.outcome);
  }

  private store(w: Waiting, outcome: Settlement): void {
    w.busy = true;
    const storing = this.tryStore(w, outcome).finally(() => this.storing.delete(storing));
    this.storing.add(storing);
  }

  /** What could not be stored is said again later, and not sent again meanwhile. */
  private async tryStore(w: Waiting, outcome: Settlement): Promise<void> {
    const { settle, log, clock } = this.deps;
    try {
      await settle(outcome);
      this.forget(outcome.id);
    } catch (error) {
      log('warn', 'the outcome of a notification could not be stored', { id: outcome.id, error });
      const { backoffMs, maxBackoffMs } = this.limits;
      w.notBeforeMs = clock.nowMs() + Math.min(maxBackoffMs, backoffMs * 2 ** w.unstored++);
      w.busy = false;
      this.pump();
    }
  }
}
