/**
 * When an alarm is heard: once as it rings by itself, an emergency again and again until somebody acknowledges it, and
 * never more than one a second. Pure: what was heard is passed in and handed back.
 */
import type { AlarmPriority, AlarmRecord } from '../../server/contract/alarms.ts';
import { isRinging, isUnacknowledged } from './alarm-state.ts';

/** One sound a second at most. */
const SPACING_MS = 1_000;
/** An emergency nobody has acknowledged sounds again. */
export const EMERGENCY_AGAIN_MS = 10_000;

export interface Heard {
  /** Alarms that have been announced, or stood before the screen did; until they are acknowledged. */
  readonly known: ReadonlySet<string>;
  /** The last sound, and the last of an emergency. */
  readonly lastMs: number;
  readonly lastEmergencyMs: number;
  /** What came less than a second after the last sound. */
  readonly waiting: AlarmPriority | null;
}

export interface SoundSetting {
  readonly nowMs: number;
  /** This person hears emergencies only. */
  readonly muted: boolean;
  /** In a flood the low ones are seen, not heard. */
  readonly flood: boolean;
  /** False: the browser lets nothing be heard yet. */
  readonly ready: boolean;
}

export interface SoundDecision {
  readonly heard: Heard;
  readonly play: AlarmPriority | null;
  /** What rang just now, the most urgent first. */
  readonly rung: readonly AlarmRecord[];
}

const NEVER = Number.NEGATIVE_INFINITY;

/** `before` null: the screen has just come; what rings already was announced to somebody else (UI-150). */
export function decideSound(
  before: Heard | null,
  alarms: Iterable<AlarmRecord>,
  { nowMs, muted, flood, ready }: SoundSetting,
): SoundDecision {
  const known = new Set<string>();
  const rung: AlarmRecord[] = [];
  let emergency = false;
  for (const alarm of alarms) {
    const ringing = isRinging(alarm);
    if (ringing && alarm.priority === 1) emergency = true;
    // One that is over and rings again before anybody acknowledged it is still the same call.
    if (ringing || (isUnacknowledged(alarm) && before?.known.has(alarm.id) === true)) known.add(alarm.id);
    if (ringing && before !== null && !before.known.has(alarm.id)) rung.push(alarm);
  }
  rung.sort((a, b) => a.priority - b.priority || b.lastRaisedAtMs - a.lastRaisedAtMs);

  const lastMs = before?.lastMs ?? NEVER;
  const lastEmergencyMs = before?.lastEmergencyMs ?? NEVER;
  const again: AlarmPriority | null = emergency && nowMs - lastEmergencyMs >= EMERGENCY_AGAIN_MS ? 1 : null;
  const heardAt = (p: AlarmPriority): boolean => (p === 1 ? emergency : !muted && !(flood && p === 3));
  const wanted = [before?.waiting ?? null, rung[0]?.priority ?? null, again];
  const loud = wanted.filter((p): p is AlarmPriority => p !== null && heardAt(p));
  const worst = loud.length === 0 ? null : (Math.min(...loud) as AlarmPriority);
  if (worst === null || !ready)
    return { heard: { known, lastMs, lastEmergencyMs, waiting: null }, play: null, rung };
  if (nowMs - lastMs < SPACING_MS)
    return { heard: { known, lastMs, lastEmergencyMs, waiting: worst }, play: null, rung };
  return {
    heard: {
      known,
      lastMs: nowMs,
      lastEmergencyMs: worst === 1 ? nowMs : lastEmergencyMs,
      waiting: null,
    },
    play: worst,
    rung,
  };
}
