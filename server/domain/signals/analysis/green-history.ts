/** Which phase was green when, over the last minutes. Invariant: times grow, at most the last one still runs. */
export interface Green {
  readonly phase: number;
  readonly fromMs: number;
  /** Null: it still runs. */
  readonly untilMs: number | null;
}

/** After a longer silence nobody knows when a green ended: it is said to last until it was seen last. */
const SILENCE_MS = 5_000;
/** The same stage, told twice, may seem to have begun at instants this far apart. */
const SAME_MS = 1_500;

export class GreenHistory {
  private readonly keepMs: number;
  private greens: Green[] = [];
  private seenAtMs = -Infinity;

  constructor(keepMs: number) {
    this.keepMs = keepMs;
  }

  /** Oldest first. */
  get all(): readonly Green[] {
    return this.greens;
  }

  /** What shows now, told again and again. `phase`: the one that is green, −1: none; `sinceMs`: when what shows now began. */
  see(phase: number, sinceMs: number, nowMs: number): void {
    const last = this.greens.at(-1);
    const runs = last !== undefined && last.untilMs === null;
    const goesOn = runs && last.phase === phase && sinceMs <= Math.max(last.fromMs + SAME_MS, this.seenAtMs);
    const wasSilent = nowMs - this.seenAtMs > SILENCE_MS;
    const endMs = wasSilent ? this.seenAtMs : Math.min(nowMs, sinceMs);
    this.seenAtMs = nowMs;
    if (goesOn) return;
    if (runs) this.end(last, endMs);
    if (phase >= 0) this.begin(phase, Math.min(nowMs, sinceMs), nowMs);
  }

  /** What shows from now on, told once. */
  change(phase: number, nowMs: number): void {
    const last = this.greens.at(-1);
    if (last !== undefined && last.untilMs === null) this.end(last, nowMs);
    if (phase >= 0) this.begin(phase, nowMs, nowMs);
  }

  private end(last: Green, atMs: number): void {
    this.greens[this.greens.length - 1] = { ...last, untilMs: Math.max(last.fromMs, atMs) };
  }

  private begin(phase: number, atMs: number, nowMs: number): void {
    const fromMs = Math.max(atMs, this.greens.at(-1)?.untilMs ?? -Infinity);
    this.greens.push({ phase, fromMs, untilMs: null });
    const oldestMs = nowMs - this.keepMs;
    if ((this.greens[0]!.untilMs ?? nowMs) < oldestMs)
      this.greens = this.greens.filter((g) => (g.untilMs ?? nowMs) >= oldestMs);
  }
}
