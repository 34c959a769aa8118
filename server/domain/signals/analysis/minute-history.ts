/** Numbers minute by minute over the last hours, in a ring. Invariant: a minute nobody wrote is not known, never an older one. */
export class MinuteHistory {
  private readonly minutes: number;
  private readonly columns: readonly Float32Array[];
  private newest = -Infinity;

  constructor(minutes: number, columns: number) {
    this.minutes = minutes;
    this.columns = Array.from({ length: columns }, () => new Float32Array(minutes).fill(NaN));
  }

  /** `minute`: since 1970. */
  put(minute: number, values: readonly (number | null)[]): void {
    if (minute <= this.newest - this.minutes) return;
    for (let m = Math.max(this.newest + 1, minute - this.minutes + 1); m < minute; m++)
      for (const column of this.columns) column[m % this.minutes] = NaN;
    this.newest = Math.max(this.newest, minute);
    for (const [i, column] of this.columns.entries()) column[minute % this.minutes] = values[i] ?? NaN;
  }

  /** One of the columns, minute by minute up to `lastMinute`, oldest first. */
  column(index: number, lastMinute: number): (number | null)[] {
    const column = this.columns[index]!;
    return Array.from({ length: this.minutes }, (_, i) => {
      const minute = lastMinute - this.minutes + 1 + i;
      if (minute > this.newest || minute <= this.newest - this.minutes || minute < 0) return null;
      const value = column[minute % this.minutes]!;
      return Number.isNaN(value) ? null : value;
    });
  }
}
