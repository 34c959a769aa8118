/** Signals whose controllers report through the port: what each of them is, shows and sees, with its last hours. */
import type { PortJunction, PortState } from '../../contract/signal-port.ts';
import { GreenHistory } from '../../domain/signals/analysis/green-history.ts';
import { JunctionAnalysis } from '../../domain/signals/analysis/junction-analysis.ts';
import { MinuteHistory } from '../../domain/signals/analysis/minute-history.ts';

const MINUTE_MS = 60_000;
export const HISTORY_MINUTES = 120;
const KEEP_GREENS_MS = 10 * MINUTE_MS;
/** Without a report for so long nothing is said of what a controller sees. */
const SILENT_AFTER_MS = 10_000;

const DELAY = 0;
const QUEUE = 1;

export class PortSignal {
  readonly junction: PortJunction;
  readonly analysis: JunctionAnalysis;
  readonly greens = new GreenHistory(KEEP_GREENS_MS);
  readonly history = new MinuteHistory(HISTORY_MINUTES, 2);
  state: PortState | null = null;
  stateAtMs: number | null = null;

  constructor(junction: PortJunction) {
    this.junction = junction;
    this.analysis = new JunctionAnalysis(junction);
  }

  see(state: PortState, atMs: number, atS: number): void {
    if (!this.analysis.see(state, atS)) return;
    this.state = state;
    this.stateAtMs = atMs;
    const phase = state.stage === 'green' ? state.phase : -1;
    this.greens.see(phase, atMs - state.sinceS * 1_000, atMs);
  }

  isFresh(nowMs: number): boolean {
    return this.stateAtMs !== null && nowMs - this.stateAtMs <= SILENT_AFTER_MS;
  }

  /** What stands there now, into the history of the minute. */
  sample(minute: number): void {
    const { delayS, queue } = this.analysis;
    this.history.put(minute, [delayS, queue]);
  }

  historyUntil(nowMs: number): {
    readonly atMs: number[];
    readonly delayS: (number | null)[];
    readonly queue: (number | null)[];
  } {
    const last = Math.floor(nowMs / MINUTE_MS);
    return {
      atMs: minutesUntil(last),
      delayS: this.history.column(DELAY, last).map(rounded),
      queue: this.history.column(QUEUE, last),
    };
  }
}

export const minutesUntil = (last: number): number[] =>
  Array.from({ length: HISTORY_MINUTES }, (_, i) => (last - HISTORY_MINUTES + 1 + i) * MINUTE_MS);

export const rounded = (v: number | null): number | null => (v === null ? null : Math.round(v * 10) / 10);

export class PortSignals {
  private readonly signals = new Map<string, PortSignal>();
  private sampledMinute = -1;

  get(id: string): PortSignal | undefined {
    return this.signals.get(id);
  }

  values(): IterableIterator<PortSignal> {
    return this.signals.values();
  }

  /** A junction that is described again as it was keeps what is known of it. */
  described(junctions: readonly PortJunction[]): void {
    for (const junction of junctions) {
      const known = this.signals.get(junction.id);
      if (known !== undefined && JSON.stringify(known.junction) === JSON.stringify(junction)) continue;
      this.signals.set(junction.id, new PortSignal(junction));
    }
  }

  seen(states: readonly PortState[], atMs: number, atS: number): void {
    for (const state of states) this.signals.get(state.id)?.see(state, atMs, atS);
  }

  tick(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute === this.sampledMinute) return;
    this.sampledMinute = minute;
    for (const signal of this.signals.values()) if (signal.isFresh(nowMs)) signal.sample(minute);
  }
}
