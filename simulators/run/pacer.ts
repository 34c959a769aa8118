/**
 * A fixed schedule of steps on the wall clock, free of drift: step n is due at start + n·interval, however long the
 * ones before took. Late steps are made up for, without publishing, as long as that is possible; beyond MAX_LAG the
 * schedule is moved and that is said.
 */
export interface PacerOptions {
  readonly intervalMs: number;
  readonly nowMs: () => number;
  /** `late`: this step is behind its time, so only the truth should be stepped. */
  readonly step: (late: boolean) => void;
  readonly log: (line: string) => void;
  /** The schedule was moved by this much. */
  readonly onMoved: (ms: number) => void;
  readonly onError: (cause: unknown) => void;
}

const MAX_LAG_MS = 10_000;
/** Less than this nobody sees, and a burst of two steps makes up for it. */
const LATE_MS = 1_000;
/** At most this long in one go, so that sockets and timers get their turn. */
const SLICE_MS = 200;

export class Pacer {
  readonly #options: PacerOptions;
  #startMs: number;
  #steps = 0;
  #timer: NodeJS.Timeout | null = null;
  #behind = false;
  skipped = 0;
  moved = 0;

  constructor(options: PacerOptions) {
    this.#options = options;
    this.#startMs = options.nowMs();
  }

  get lagMs(): number {
    return Math.max(0, this.#options.nowMs() - this.#dueMs());
  }

  #dueMs(): number {
    return this.#startMs + this.#steps * this.#options.intervalMs;
  }

  start(): void {
    this.#startMs = this.#options.nowMs();
    this.#steps = 0;
    this.#schedule();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #schedule(): void {
    const wait = Math.max(0, this.#dueMs() - this.#options.nowMs());
    this.#timer = setTimeout(() => {
      try {
        this.run();
      } catch (cause) {
        this.#options.onError(cause);
      }
      if (this.#timer !== null) this.#schedule();
    }, wait);
  }

  /** Does the steps that are due; public for tests, which bring their own clock. */
  run(): void {
    const { nowMs, intervalMs, step, log } = this.#options;
    const began = nowMs();
    while (nowMs() >= this.#dueMs()) {
      const lag = nowMs() - this.#dueMs();
      if (lag > MAX_LAG_MS) {
        this.#startMs += lag;
        this.moved++;
        this.#options.onMoved(lag);
        log(
          `${(lag / 1000).toFixed(1)} s behind: this machine is too slow for the run; the clock was moved on`,
        );
      }
      const late = lag > Math.max(2 * intervalMs, LATE_MS);
      if (late) this.skipped++;
      if (late !== this.#behind) {
        this.#behind = late;
        log(
          late ? `behind by ${Math.round(lag)} ms: publishing pauses, the simulation goes on` : 'caught up',
        );
      }
      this.#steps++;
      step(late);
      if (nowMs() - began > SLICE_MS) break;
    }
  }
}
