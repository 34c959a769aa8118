/** The last few samples of a number, for medians that follow what a feed does now. */
export class RecentSamples {
  private readonly values: Float64Array;
  private next = 0;
  count = 0;

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
  }

  add(value: number): void {
    this.values[this.next] = value;
    this.next = this.next + 1 === this.values.length ? 0 : this.next + 1;
    if (this.count < this.values.length) this.count++;
  }

  /** A sorted copy. */
  sorted(): Float64Array {
    return this.values.slice(0, this.count).sort();
  }

  /** Undefined of none. */
  median(): number | undefined {
    return medianOf(this.sorted());
  }
}

/** The median of sorted numbers, or undefined of none. */
export function medianOf(sorted: Float64Array): number | undefined {
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return sorted.length === 0 ? undefined : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
