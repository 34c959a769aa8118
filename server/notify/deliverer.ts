/**
 * Brings what is pending to its targets, at least once: what was delivered or given up is said to `settle`, and until that
 * is durable the notification stays pending and is sent again after a restart, under the same key. Each target has a queue
 * of its own, so that one that hangs keeps nobody else waiting; nothing here throws or blocks.
 */
import type { NotificationChannel } from '../domain/notifications/events.ts';
import type { PendingNotification } from '../domain/notifications/state.ts';
import { inBoth, type Target } from './target.ts';
import { DEFAULT_LIMITS, TargetQueue, type QueueDeps, type TargetStats } from './target-queue.ts';

export interface DelivererDeps extends QueueDeps {
  readonly targets: readonly Target[];
}

const UNKNOWN = inBoth({ zh: '该接收方已不在配置中', en: 'The target is no longer configured' });

export class Deliverer {
  private readonly deps: DelivererDeps;
  private readonly queues = new Map<string, TargetQueue>();
  private stopped = false;

  constructor(deps: DelivererDeps) {
    this.deps = deps;
    for (const target of deps.targets) this.queues.set(target.id, new TargetQueue(target, deps));
  }

  /** Begins to deliver; what is known already is left as it is. `delayMs`: not before. */
  take(notification: PendingNotification, delayMs = 0): void {
    if (this.stopped) return;
    const { target, channel } = notification;
    let queue = this.queues.get(target);
    if (queue === undefined) {
      queue = new TargetQueue(goneTarget(target, channel), this.deps);
      this.queues.set(target, queue);
    }
    queue.take(notification, delayMs);
  }

  /** It is settled: by us, by another server, or because it was given up. */
  forget(id: string): void {
    for (const queue of this.queues.values()) queue.forget(id);
  }

  stats(): TargetStats[] {
    return [...this.queues.values()].map((queue) => queue.stats());
  }

  /** Ends what is under way; what is not settled by then stays pending. */
  async stop(): Promise<void> {
    this.stopped = true;
    const { clock, limits } = this.deps;
    const ended = Promise.all([...this.queues.values()].map((queue) => queue.stop()));
    let callOff = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      callOff = clock.after(limits?.stopMs ?? DEFAULT_LIMITS.stopMs, resolve);
    });
    await Promise.race([ended, late]);
    callOff();
  }
}

/** Takes what was queued for a target that the configuration had once. */
const goneTarget = (id: string, channel: NotificationChannel): Target => ({
  id,
  channel,
  send: () => Promise.resolve({ kind: 'gone', problem: UNKNOWN }),
});
