/**
 * When congestion began, said in hindsight out of the whole recording, and how alarms are held against it. Pure; the
 * definitions are those that `bench/onset.ts` states.
 */
import { percentile } from '../../server/domain/rules/percentiles.ts';

/** Speeds by step and detector; NaN: no reading. */
export type Speeds = readonly Float64Array[];

export interface Recording {
  readonly detectors: readonly string[];
  readonly speeds: Speeds;
  readonly stepMin: number;
  /** Whether a day of the recording is a working day. */
  readonly workdays: readonly boolean[];
}

export interface Onset {
  readonly detector: number;
  readonly step: number;
  /** The first step after it that is free again for as long as it has to be. */
  readonly end: number;
  /** At this time of day the detector is slow on most days of the kind. */
  readonly usual: boolean;
}

const FREE_FLOW_PERCENTILE = 85;
const SLOW_SHARE = 0.6;
const SUSTAINED_MIN = 15;
/** So near in the time of day counts as the same daily jam. */
const SAME_TIME_MIN = 30;
const MOST_DAYS = 0.5;
/** An alarm belongs to an onset from so long before it to so long after it. */
export const MATCH_BEFORE_MIN = 5;
export const MATCH_AFTER_MIN = 20;

/** Free flow of each detector: what it exceeds in 15 of 100 readings of these steps. */
export function freeFlows({ detectors, speeds }: Recording, steps: number): number[] {
  return detectors.map((_, i) => {
    const known = speeds
      .slice(0, steps)
      .map((row) => row[i]!)
      .filter((v) => !Number.isNaN(v));
    return percentile(known, FREE_FLOW_PERCENTILE) ?? NaN;
  });
}

export function onsetsOf(recording: Recording): Onset[] {
  const { detectors, speeds, stepMin } = recording;
  const free = freeFlows(recording, speeds.length);
  return detectors.flatMap((_, i) => {
    const slow = speeds.map((row) => (Number.isNaN(row[i]!) ? null : row[i]! < SLOW_SHARE * free[i]!));
    return onsetsIn(slow, SUSTAINED_MIN / stepMin).map(({ step, end }) => ({
      detector: i,
      step,
      end,
      usual: isUsual(recording, slow, step),
    }));
  });
}

/** A missing reading is neither slow nor free: it begins no jam, and ends none. */
function onsetsIn(
  slow: readonly (boolean | null)[],
  sustained: number,
): { readonly step: number; readonly end: number }[] {
  const holds = (from: number, what: boolean): boolean => {
    for (let t = from; t < from + sustained; t++) if (slow[t] !== what) return false;
    return true;
  };
  const out: { step: number; end: number }[] = [];
  for (let t = sustained; t + sustained <= slow.length; t++) {
    if (!holds(t - sustained, false) || !holds(t, true)) continue;
    let end = t + sustained;
    while (end < slow.length && !holds(end, false)) end++;
    out.push({ step: t, end });
  }
  return out;
}

function isUsual({ workdays, stepMin }: Recording, slow: readonly (boolean | null)[], step: number): boolean {
  const perDay = (24 * 60) / stepMin;
  const day = Math.floor(step / perDay);
  const others = workdays.flatMap((w, d) => (d !== day && w === workdays[day] ? [d] : []));
  const reach = SAME_TIME_MIN / stepMin;
  const alike = others.filter((d) => {
    const at = d * perDay + (step % perDay);
    return slow.slice(Math.max(0, at - reach), at + reach + 1).includes(true);
  });
  return others.length > 0 && alike.length >= MOST_DAYS * others.length;
}

/** An alarm: which detector, and when, in minutes since the recording began. */
export interface Rung {
  readonly detector: number;
  readonly atMin: number;
}

export interface Score {
  readonly alarms: number;
  readonly onsets: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly delayMin: number | null;
  readonly delayP90Min: number | null;
  /** Share of the alarms that rang while a jam stood at their detector, found late or not. */
  readonly inJam: number | null;
}

/** Each alarm and each onset counts once; alarms and onsets before `fromMin` only take each other's place. */
export function score(
  rung: readonly Rung[],
  truth: readonly Onset[],
  stepMin: number,
  [fromMin, untilMin]: readonly [number, number],
): Score {
  const isIn = (atMin: number): boolean => atMin >= fromMin && atMin < untilMin;
  const byDetector = Map.groupBy(rung, (r) => r.detector);
  const hits = new Map<Rung, Onset>();
  const delays: number[] = [];
  for (const onset of truth) {
    const beganMin = onset.step * stepMin;
    const found = byDetector
      .get(onset.detector)
      ?.find(
        (r) =>
          !hits.has(r) && r.atMin >= beganMin - MATCH_BEFORE_MIN && r.atMin <= beganMin + MATCH_AFTER_MIN,
      );
    if (!found) continue;
    hits.set(found, onset);
    if (isIn(beganMin)) delays.push(Math.max(0, found.atMin - beganMin));
  }
  const alarms = rung.filter((r) => isIn(r.atMin));
  const onsets = truth.filter((o) => isIn(o.step * stepMin)).length;
  const precision = shareOf(alarms.filter((r) => hits.has(r)).length, alarms.length);
  const recall = shareOf(delays.length, onsets);
  const jams = Map.groupBy(truth, (o) => o.detector);
  const inJam = alarms.filter((r) =>
    jams
      .get(r.detector)
      ?.some((o) => r.atMin >= o.step * stepMin - MATCH_BEFORE_MIN && r.atMin < o.end * stepMin),
  ).length;
  return {
    alarms: alarms.length,
    onsets,
    precision,
    recall,
    f1: precision && recall ? (2 * precision * recall) / (precision + recall) : null,
    delayMin: percentile(delays, 50),
    delayP90Min: percentile(delays, 90),
    inJam: shareOf(inJam, alarms.length),
  };
}

const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
