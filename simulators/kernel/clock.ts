/** Simulated time: a count of equal steps, so that it never drifts and two runs agree to the bit. */
export class SimClock {
  readonly startS: number;
  readonly dtS: number;
  ticks = 0;

  constructor(startS: number, dtS: number) {
    this.startS = startS;
    this.dtS = dtS;
  }

  /** Seconds on the simulated clock (0 = midnight of the first day). */
  get nowS(): number {
    return this.startS + this.ticks * this.dtS;
  }

  /** Seconds since the simulation began. */
  get elapsedS(): number {
    return this.ticks * this.dtS;
  }

  /** Hour of the simulated day, 0 ≤ h < 24. */
  get hourOfDay(): number {
    return (this.nowS / 3_600) % 24;
  }

  advance(): void {
    this.ticks++;
  }
}
