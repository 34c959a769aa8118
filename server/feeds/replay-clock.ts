/**
 * The clock of a replay: recorded times are mapped onto now by one affine map, so that a recording at any speed comes
 * in through the same door as a live feed.
 */
import type { Refusal } from '../contract/refusals.ts';
import { err, ok, type Result } from '../contract/result.ts';

export const REPLAY_CLOCK_HEADER = 'replay-clock';
const MAX_SPEED = 100_000;

export interface ReplayClock {
  /** A time in the recording that … */
  readonly recordedMs: number;
  /** … is this time now. */
  readonly nowMs: number;
  readonly speed: number;
}

/** Reads `recorded=<ms>; now=<ms>; speed=<x>`. */
export function parseReplayClock(header: string): Result<ReplayClock, Refusal> {
  const bad = (detail: string): Result<ReplayClock, Refusal> =>
    err({ code: 'bad-field', detail: `Replay-Clock: ${detail}` });
  if (header.length > 200) return bad('too long');
  const fields = new Map<string, number>();
  for (const part of header.split(';')) {
    const m = /^\s*(recorded|now|speed)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(part);
    if (m === null) return bad('must be recorded=<ms>; now=<ms>; speed=<x>');
    fields.set(m[1]!, Number(m[2]));
  }
  const recordedMs = fields.get('recorded');
  const nowMs = fields.get('now');
  const speed = fields.get('speed');
  if (recordedMs === undefined || nowMs === undefined || speed === undefined) {
    return bad('recorded, now and speed are needed');
  }
  if (speed <= 0 || speed > MAX_SPEED) return bad(`speed must be over 0 and at most ${MAX_SPEED}`);
  return ok({ recordedMs, nowMs, speed });
}

/** A recorded time as a time of now. */
export const replayedMs = (clock: ReplayClock, recordedMs: number): number =>
  Math.round(clock.nowMs + (recordedMs - clock.recordedMs) / clock.speed);

/** A time of now as a recorded time: what the source's wall clock showed. */
export const recordedMs = (clock: ReplayClock, nowMs: number): number =>
  Math.round(clock.recordedMs + (nowMs - clock.nowMs) * clock.speed);
