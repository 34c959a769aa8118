/** How much a feed may send: a token bucket that holds ten seconds' worth and may go into debt once. */
const BURST_S = 10;

export class RateLimit {
  private level: number;
  private atMs = 0;
  private readonly perSecond: number;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
    this.level = perSecond * BURST_S;
  }

  spend(n: number, nowMs: number): void {
    this.refill(nowMs);
    this.level -= n;
  }

  /** How long to wait until something may be sent again; 0 when it may. */
  waitMs(nowMs: number): number {
    this.refill(nowMs);
    return this.level > 0 ? 0 : Math.ceil(((1 - this.level) / this.perSecond) * 1_000);
  }

  private refill(nowMs: number): void {
    if (this.atMs > 0 && nowMs > this.atMs) {
      const grown = this.level + ((nowMs - this.atMs) / 1_000) * this.perSecond;
      this.level = Math.min(this.perSecond * BURST_S, grown);
    }
    this.atMs = nowMs;
  }
}
