/** What is usual of a series by hour and kind of day, as whoever learns it tells. */
export interface UsualValues {
  learn(series: string, value: number, atMs: number): void;
  usual(series: string, atMs: number): { readonly median: number; readonly spread: number } | null;
}
