/**
 * Which phase was green when, over the last minutes, and when that was known at all: what is not green was red only then.
 * Invariant: times grow, at most the last of each still runs.
 */
export interface Green {
  readonly phase: number;
  readonly fromMs: number;
  /** Null: it still runs. */
  readonly untilMs: number | null;
}

export interface Known {
  readonly fromMs: number;
  /** Null: it still is. */
  readonly untilMs: number | null;
}

/** After a longer silence nobody knows when a green ended: it is said to last until it was seen last. */
const SILENCE_MS = 5_000;
/** The same stage, told twice, may seem to have begun at instants this far apart. */
const SAME_MS = 1_500;

export class GreenHistory {
  private readonly keepMs: number;
  private greens: Green[] = [];
  private knowns: Known[] = [];
  private seenAtMs = -Infinity;

  constructor(keepMs: number) {
    this.keepMs = keepMs;
  }

  /** Oldest first. */
  get all(): readonly Green[] {
    return this.greens;
  }

  /** When it was known what shows, oldest first. */
  known(nowMs: number): readonly Known[] {
    const last = this.knowns.at(-1);
    // Who tells again and again and has fallen silent is not known since.
    if (last?.untilMs !== null || !(nowMs - this.seenAtMs > SILENCE_MS)) return this.knowns;
    return [...this.knowns.slice(0, -1), { ...last, untilMs: this.seenAtMs }];
  }

  /** What shows now, told again and again. `phase`: the one that is green, −1: none; `sinceMs`: when what shows now began. */
  see(phase: number, sinceMs: number, nowMs: number): void {
    const last = this.greens.at(-1);
    const runs = last !== undefined && last.untilMs === null;
    const goesOn = runs && last.phase === phase && sinceMs <= Math.max(last.fromMs + SAME_MS, this.seenAtMs);
    const wasSilent = nowMs - this.seenAtMs > SILENCE_MS;
    const endMs = wasSilent ? this.seenAtMs : Math.min(nowMs, sinceMs);
    if (wasSilent) {
      this.knowsNot(this.seenAtMs);
      this.knows(Math.min(nowMs, sinceMs), nowMs);
    }
    this.seenAtMs = nowMs;
    if (goesOn) return;
    if (runs) this.end(last, endMs);
    if (phase >= 0) this.begin(phase, Math.min(nowMs, sinceMs), nowMs);
  }

  /** What shows from now on, told once. `shown`: null where nobody knows. */
  change(shown: number | null, nowMs: number): void {
    if (shown === null) this.knowsNot(nowMs);
    else this.knows(nowMs, nowMs);
    this.seenAtMs = Infinity;
    const phase = shown ?? -1;
    const last = this.greens.at(-1);
    if (last !== undefined && last.untilMs === null) this.end(last, nowMs);
    if (phase >= 0) this.begin(phase, nowMs, nowMs);
  }

  private knows(fromMs: number, nowMs: number): void {
    const last = this.knowns.at(-1);
    if (last?.untilMs === null) return;
    const oldestMs = nowMs - this.keepMs;
    const kept = this.knowns.filter((k) => k.untilMs! >= oldestMs);
    this.knowns = [...kept, { fromMs: Math.max(fromMs, last?.untilMs ?? -Infinity), untilMs: null }];
  }

  private knowsNot(atMs: number): void {
    const last = this.knowns.at(-1);
    if (last?.untilMs === null) this.knowns = [...this.knowns.slice(0, -1), { ...last, untilMs: atMs }];
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
