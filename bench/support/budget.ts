/** A time that a bench ends within, also on a machine that is busy with something else: what does not fit is left out. */
export class Budget {
  private readonly endAtMs: number;

  constructor(totalMs: number) {
    this.endAtMs = performance.now() + totalMs;
  }

  get leftMs(): number {
    return Math.max(0, this.endAtMs - performance.now());
  }
}

/** The promise, or a rejection that says what took longer than `ms`. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${Math.round(ms / 1000)} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
