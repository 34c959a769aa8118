/** Asks so many things at a time, each again as soon as it is answered, and says how many a second and how long they took. */

/** A clock that all processes of a machine share, ms. */
export const sharedNowMs = (): number => performance.timeOrigin + performance.now();

export interface Pace {
  readonly perS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** `ask` is told which of the askers it is, and how often that one has asked before. */
export async function paceOf(
  atATime: number,
  forMs: number,
  ask: (asker: number, time: number) => Promise<void>,
): Promise<Pace> {
  const startedAt = performance.now();
  const endAt = startedAt + forMs;
  const tookMs: number[] = [];
  const asking = async (asker: number): Promise<void> => {
    for (let time = 0; ; time++) {
      const askedAt = performance.now();
      if (askedAt >= endAt) return;
      await ask(asker, time);
      tookMs.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: atATime }, (_, asker) => asking(asker)));
  const perS = (tookMs.length / (performance.now() - startedAt)) * 1_000;
  return { perS, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
}

/** NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}
