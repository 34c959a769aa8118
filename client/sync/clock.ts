/**
 * The server's clock as seen from here: the smallest difference between arrival and sending in a window of messages is
 * the offset (plus the shortest way), and what a message exceeds it by is how late it came. No clock is set by it.
 */
const WINDOW_MS = 60_000;

export class ServerClock {
  /** Smallest (arrival − server time) of the running and of the last half window; NaN where nothing came in it. */
  private current = Number.NaN;
  private previous = Number.NaN;
  private windowStartMs = Number.NEGATIVE_INFINITY;

  /** Notes a message that left the server at `serverTimeMs` and came at `arrivedMs`; answers how late it came. */
  note(serverTimeMs: number, arrivedMs: number): number {
    const difference = arrivedMs - serverTimeMs;
    if (arrivedMs - this.windowStartMs > WINDOW_MS || arrivedMs < this.windowStartMs) {
      this.previous = this.current;
      this.current = Number.NaN;
      this.windowStartMs = arrivedMs;
    }
    this.current = Number.isNaN(this.current) ? difference : Math.min(this.current, difference);
    return difference - this.offsetMs;
  }

  /** Local time minus server time; 0 before the first message. */
  get offsetMs(): number {
    if (Number.isNaN(this.current)) return 0;
    return Number.isNaN(this.previous) ? this.current : Math.min(this.current, this.previous);
  }

  serverNowMs(localMs: number): number {
    return localMs - this.offsetMs;
  }

  /** After the machine slept or its clock was set, old differences mislead. */
  reset(): void {
    this.current = Number.NaN;
    this.previous = Number.NaN;
    this.windowStartMs = Number.NEGATIVE_INFINITY;
  }
}
