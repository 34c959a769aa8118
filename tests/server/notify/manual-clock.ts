/** A clock that a test moves on. */
import type { Clock } from '../../../server/notify/target-queue.ts';

export class ManualClock implements Clock {
  private time: number;
  private readonly alarms = new Map<() => void, number>();

  constructor(time: number) {
    this.time = time;
  }

  nowMs(): number {
    return this.time;
  }

  after(ms: number, call: () => void): () => void {
    this.alarms.set(call, this.time + ms);
    return () => this.alarms.delete(call);
  }

  /** In how many ms something waits to happen, soonest first. */
  get waits(): number[] {
    return [...this.alarms.values()].map((at) => at - this.time).sort((a, b) => a - b);
  }

  /** Moves on, and lets everything happen that falls due, in its order. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    await settled();
    for (;;) {
      const [next] = [...this.alarms].filter(([, at]) => at <= until).sort(([, a], [, b]) => a - b);
      if (next === undefined) break;
      const [call, at] = next;
      this.alarms.delete(call);
      this.time = Math.max(this.time, at);
      call();
      await settled();
    }
    this.time = until;
  }
}

/** Lets promises that can go on do so. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
