/** What a controller says of its junction as bars and strips: queues by lane, the running second, greens. Pure. */
import type { SignalAnswer } from '../../server/contract/signal-api.ts';
import type { PortJunction, PortState } from '../../server/contract/signal-port.ts';

/** Slower than this a vehicle stands in a queue, m/s. */
const QUEUED_MPS = 2;
const PER_VEHICLE = 3;

export interface LaneQueue {
  readonly lane: number;
  readonly link: string;
  readonly queued: number;
  readonly moving: number;
  /** From the stop line to the last that stands. */
  readonly queueM: number;
  readonly lengthM: number;
  /** False: its detection is out. */
  readonly seen: boolean;
}

export function laneQueues(junction: PortJunction, state: PortState | null): readonly LaneQueue[] {
  return junction.lanes.map((lane, i) => {
    const seen = state?.lanes[i] ?? null;
    const numbers = seen ?? [];
    let [queued, moving, queueM] = [0, 0, 0];
    for (let v = 0; v + 1 < numbers.length; v += PER_VEHICLE) {
      if (numbers[v + 1]! < QUEUED_MPS) {
        queued++;
        queueM = Math.max(queueM, numbers[v]!);
      } else moving++;
    }
    return { lane: i, link: lane.link, queued, moving, queueM, lengthM: lane.lengthM, seen: seen !== null };
  });
}

/** Seconds since the running stage began, as it goes on between two reports. */
export const stageSeconds = (state: PortState, stateAtMs: number | null, nowMs: number): number =>
  Math.max(0, Math.floor(state.sinceS + (stateAtMs === null ? 0 : (nowMs - stateAtMs) / 1_000)));

export interface Bar {
  readonly phase: number;
  /** 0…1 of the span. */
  readonly from: number;
  readonly until: number;
}
/** Greens as shares of the span that is shown; what lies outside is cut. */
export function greenBars(greens: SignalAnswer['greens'], fromMs: number, untilMs: number): readonly Bar[] {
  const span = Math.max(1, untilMs - fromMs);
  const share = (ms: number): number => Math.max(0, Math.min(1, (ms - fromMs) / span));
  return greens
    .map((g) => ({ phase: g.phase, from: share(g.fromMs), until: share(g.untilMs ?? untilMs) }))
    .filter((bar) => bar.until > bar.from);
}

export interface HistoryPoint {
  readonly atMs: number;
  readonly delayS: number | null;
  readonly queue: number | null;
}
export const historyPoints = ({ atMs, delayS, queue }: SignalAnswer['history']): readonly HistoryPoint[] =>
  atMs.map((at, i) => ({ atMs: at, delayS: delayS[i] ?? null, queue: queue[i] ?? null }));
