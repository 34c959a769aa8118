/**
 * What a screen may say about its connection, decided in one pure place: a phase is never better than what the
 * messages prove (SY-60).
 */
export type ConnectionPhase = 'connecting' | 'live' | 'lagging' | 'reconnecting' | 'stale';

export interface ConnectionState {
  readonly phase: ConnectionPhase;
  /** How much later than the fastest message of the last minute the newest one came. */
  readonly lagMs: number;
  /** Ticks the server left out for us (it does so when we are slow) in the last few seconds. */
  readonly skippedTicks: number;
  readonly lastMessageAtMs: number;
  readonly resumedBy: 'snapshot' | 'delta' | null;
  /** When the records were last known to be whole, local time. */
  readonly resyncedAtMs: number | null;
  readonly retryInMs: number | null;
  readonly reason?: string;
}

export const connectingState: ConnectionState = {
  phase: 'connecting',
  lagMs: 0,
  skippedTicks: 0,
  lastMessageAtMs: 0,
  resumedBy: null,
  resyncedAtMs: null,
  retryInMs: null,
};

/** What is known when a phase is judged; times in ms of the local clock. */
export interface ConnectionFacts {
  readonly everSynced: boolean;
  readonly connected: boolean;
  /** The records were brought up to date since this connection came up. */
  readonly synced: boolean;
  readonly nowMs: number;
  readonly lastMessageAtMs: number;
  readonly intervalMs: number;
  readonly lagMs: number;
  readonly skippedTicks: number;
}

/** Silent for this many intervals is stale. */
export const STALE_INTERVALS = 3;
/** Later than this many intervals is lagging. */
export const LAG_INTERVALS = 1;
const LAG_FLOOR_MS = 400;
/** Below this silence a slow tick (1 Hz and a busy machine) is not called stale. */
const STALE_FLOOR_MS = 1_500;

export function judgePhase(f: ConnectionFacts): ConnectionPhase {
  if (!f.connected) return f.everSynced ? 'reconnecting' : 'connecting';
  if (!f.synced) return f.everSynced ? 'reconnecting' : 'connecting';
  if (f.nowMs - f.lastMessageAtMs > Math.max(STALE_FLOOR_MS, STALE_INTERVALS * f.intervalMs)) return 'stale';
  if (f.skippedTicks > 0 || f.lagMs > Math.max(LAG_FLOOR_MS, LAG_INTERVALS * f.intervalMs)) return 'lagging';
  return 'live';
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** Back-off with full jitter over its upper half: attempt 0 within 0.5 s, never above 10 s, for ever (SY-61). */
export function retryDelayMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
