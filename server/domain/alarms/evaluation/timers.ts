/**
 * What is due when: a binary heap by time and, at one time, in the order in which it was asked for. Invariant: at most half
 * of what lies in it is cancelled, so that delays that begin and end all the time do not pile up.
 */
export interface Timer {
  readonly dueAtMs: number;
  readonly order: number;
  /** Null: cancelled. */
  call: (() => void) | null;
}

/** Fewer are not worth clearing away. */
const FEW = 64;

export class Timers {
  private heap: Timer[] = [];
  private cancelled = 0;
  private asked = 0;

  get size(): number {
    return this.heap.length;
  }

  /** When the next one is due; Infinity where nothing is. */
  get nextAtMs(): number {
    return this.heap[0]?.dueAtMs ?? Infinity;
  }

  add(dueAtMs: number, call: () => void): Timer {
    const timer: Timer = { dueAtMs, order: this.asked++, call };
    this.heap.push(timer);
    this.rise(this.heap.length - 1, timer);
    return timer;
  }

  cancel(timer: Timer): void {
    if (timer.call === null) return;
    timer.call = null;
    this.cancelled++;
    if (this.cancelled > FEW && 2 * this.cancelled > this.heap.length) this.clear();
  }

  /** Takes the next one out and calls it, unless it was cancelled. */
  fire(): void {
    const timer = this.heap[0]!;
    const last = this.heap.pop()!;
    if (this.heap.length > 0) this.sink(0, last);
    const { call } = timer;
    if (call === null) this.cancelled--;
    else {
      timer.call = null;
      call();
    }
  }

  private clear(): void {
    this.heap = this.heap.filter((t) => t.call !== null);
    this.cancelled = 0;
    for (let i = (this.heap.length >> 1) - 1; i >= 0; i--) this.sink(i, this.heap[i]!);
  }

  private rise(from: number, timer: Timer): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isAfter(this.heap[parent]!, timer)) break;
      this.heap[i] = this.heap[parent]!;
      i = parent;
    }
    this.heap[i] = timer;
  }

  private sink(from: number, timer: Timer): void {
    const { heap } = this;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isAfter(heap[child]!, heap[child + 1]!)) child++;
      if (isAfter(heap[child]!, timer)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = timer;
  }
}

const isAfter = (a: Timer, b: Timer): boolean =>
  a.dueAtMs > b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.order > b.order);
