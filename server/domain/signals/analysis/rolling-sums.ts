/**
 * Sums over the last minutes in bins of equal length, several quantities at a time. Invariant: what is older than the window
 * is in no sum; time that goes back more than a bin begins anew.
 */
export class RollingSums {
  /** By channel. */
  readonly sums: Float64Array;
  private readonly binS: number;
  private readonly bins: number;
  private readonly channels: number;
  private readonly parts: Float64Array;
  private newest = -1;

  constructor(channels: number, binS: number, bins: number) {
    this.channels = channels;
    this.binS = binS;
    this.bins = bins;
    this.sums = new Float64Array(channels);
    this.parts = new Float64Array(channels * bins);
  }

  /** Lets what is too old fall out. */
  advance(atS: number): void {
    const bin = Math.floor(atS / this.binS);
    if (bin === this.newest) return;
    const passed = bin - this.newest;
    if (this.newest < 0 || passed < -1 || passed >= this.bins) {
      this.parts.fill(0);
      this.sums.fill(0);
      this.newest = bin;
      return;
    }
    while (this.newest < bin) {
      this.newest++;
      const from = (this.newest % this.bins) * this.channels;
      this.parts.fill(0, from, from + this.channels);
    }
    // Summed anew: sums of differences would drift over weeks.
    this.sums.fill(0);
    for (let i = 0; i < this.parts.length; i++) this.sums[i % this.channels]! += this.parts[i]!;
  }

  /** Adds to the bin of the last `advance`. */
  add(channel: number, value: number): void {
    if (value === 0) return;
    this.parts[(this.newest % this.bins) * this.channels + channel]! += value;
    this.sums[channel]! += value;
  }
}
