/**
 * What may begin at a junction before an emergency unit comes: nothing that could not have ended by then, and in good time
 * what the level below wishes would force on it just then (`safety.ts`: the longest green and the longest red).
 */
import { leastGreenS } from './contradiction.ts';
import { PER_VEHICLE, type Junction, type JunctionState } from './model.ts';
import { opens } from './plan.ts';

/** Units are told to come as soon as they could: they may be later by this share, for they brake and pull away. */
const LATER = 0.2;
/** And so much for each vehicle of a queue that they have to squeeze past: 7 m at 25 km/h, s. */
const PAST_ONE_S = 1;
/** Decisions are made once a second, and the lights take them up to another one later. */
const SLACK_S = 4;

/** What may not be shown at a junction for the sake of a unit, and what is shown instead. */
export interface WaveGuard {
  readonly refused: readonly number[];
  readonly instead: number;
}

/** Phases in which a movement has less than in this one: a lane without its green, or without the right of way. */
export function othersThan(junction: Junction, phase: number, moves: ReadonlySet<number>): readonly number[] {
  const { green, yields } = junction.phases[phase]!;
  return [...junction.phases.keys()].filter((p) => {
    const other = junction.phases[p]!;
    return (
      green.some((c) => moves.has(c) && !other.green.includes(c)) ||
      yields.some((c) => moves.has(c) && !opens(junction, p, c))
    );
  });
}

/** Vehicles seen before the line that a phase lets go. */
export function seenFor(junction: Junction, state: JunctionState | null, phase: number): number {
  let seen = 0;
  for (const lane of state?.lanes ?? []) {
    if (lane === null) continue;
    for (let i = PER_VEHICLE - 1; i < lane.length; i += PER_VEHICLE)
      if (opens(junction, phase, lane[i]!)) seen++;
  }
  return seen;
}

const afterS = ({ phases }: Junction, phase: number): number =>
  phases[phase]!.yellowS + phases[phase]!.allRedS;

/**
 * Seconds until a phase is green if it is wanted from now on. In yellow and all-red another has been chosen, which the
 * state does not name; it is asked again as soon as that is green.
 */
export function untilS(junction: Junction, state: JunctionState | null, phase: number): number {
  if (state === null || junction.phases[state.phase] === undefined)
    return leastGreenS(junction, phase) + afterS(junction, phase);
  const { stage, sinceS, phase: shown } = state;
  switch (stage) {
    case 'green':
      if (shown === phase) return 0;
      return Math.max(0, leastGreenS(junction, shown) - sinceS) + afterS(junction, shown);
    case 'yellow':
      return Math.max(0, afterS(junction, shown) - sinceS);
    case 'all-red':
      return Math.max(0, junction.phases[shown]!.allRedS - sinceS);
    case 'dark':
      return 0;
  }
}

/** Seconds that a phase takes at least, with the change after it. */
const roundS = (junction: Junction, phase: number): number =>
  leastGreenS(junction, phase) + afterS(junction, phase);

/** A unit before a junction. */
interface Coming {
  readonly junction: Junction;
  readonly state: JunctionState;
  /** Its phase, and its connections. */
  readonly phase: number;
  readonly moves: ReadonlySet<number>;
  /** By connection, seconds that somebody has stood before its red; −1: nobody. */
  readonly waitedS: readonly number[];
  readonly etaS: number;
  /** Vehicles that stand before it. */
  readonly queue: number;
  /** How long before it a green has to be asked for that begins in so many seconds. */
  readonly leadS: (greenS: number) => number;
}

/**
 * Before a junction is due: a phase that would last into the time when the unit's has to be green does not begin any more.
 * The one that is shown stays, or the unit's comes early, whichever has more traffic.
 */
export function guardBefore({
  junction,
  state,
  phase,
  moves,
  waitedS,
  etaS,
  queue,
  leadS,
}: Coming): (WaveGuard & { readonly owed: boolean }) | null {
  const { phase: shown } = state;
  if (state.stage !== 'green' || junction.phases[shown] === undefined) return null;
  const others = othersThan(junction, phase, moves);
  const endsS = untilS(junction, state, -1);
  /** How long it can be put off that phases are shown which take so long. */
  const leftS = (tookS: number): number => etaS - leadS(endsS + tookS);
  const pastS = queue * PAST_ONE_S;
  const { phases: owed, forcedS } = owedBefore(junction, state, others, waitedS, etaS * (1 + LATER) + pastS);
  const owedS = owed.reduce((sum, p) => sum + roundS(junction, p), 0);
  const spareS = leftS(owedS);
  const [first] = owed;
  if (first !== undefined && spareS < SLACK_S && (spareS > -owedS || forcedS < etaS + pastS))
    return { refused: [...junction.phases.keys()].filter((p) => p !== first), instead: first, owed: true };
  const payS = spareS >= 0 ? owedS : 0;
  const refused = others.filter(
    (p) =>
      p !== shown &&
      leftS(roundS(junction, p) + payS - (owed.includes(p) ? Math.min(payS, roundS(junction, p)) : 0)) < 0,
  );
  if (refused.length === 0) return null;
  const stays = seenFor(junction, state, shown) > seenFor(junction, state, phase);
  return { refused, instead: stays ? shown : phase, owed: false };
}

interface Owed {
  readonly phases: readonly number[];
  /** When the first of them would be forced. */
  readonly forcedS: number;
}

/** Of the phases without the unit's green, those the lowest level would show by itself within so many seconds, in that order. */
function owedBefore(
  junction: Junction,
  state: JunctionState,
  others: readonly number[],
  waitedS: readonly number[],
  withinS: number,
): Owed {
  const { phase: shown, sinceS } = state;
  const owed: { readonly phase: number; readonly byS: number }[] = [];
  const waiting = waitedS
    .map((waited, c) => ({ c, waited, byS: junction.maxRedS - waited }))
    .filter(({ c, waited }) => waited >= 0 && !opens(junction, shown, c))
    .toSorted((a, b) => a.byS - b.byS || a.c - b.c);
  for (const { c, byS: at } of waiting) {
    if (owed.some(({ phase }) => opens(junction, phase, c))) continue;
    const serving = others.filter((p) => opens(junction, p, c));
    if (
      serving.length === 0 ||
      [...junction.phases.keys()].some((p) => !others.includes(p) && opens(junction, p, c))
    )
      continue;
    owed.push({
      phase: serving.reduce((b, p) => (seenFor(junction, state, p) > seenFor(junction, state, b) ? p : b)),
      byS: at,
    });
  }
  // Earliest deadline first, each for its shortest green: so early the first of them has to begin.
  let atS = 0;
  let forcedS = Infinity;
  let count = 0;
  let from = shown;
  for (const [k, { phase, byS: at }] of owed.entries()) {
    atS += afterS(junction, from);
    if (at - atS < withinS) count = k + 1;
    forcedS = Math.min(forcedS, at - atS);
    atS += leastGreenS(junction, phase);
    from = phase;
  }
  const phases = owed.slice(0, count).map(({ phase }) => phase);
  const endsS = junction.phases[shown]!.maxGreenS - sinceS;
  if (!others.includes(shown) && endsS < withinS) {
    forcedS = Math.min(forcedS, endsS);
    const next =
      owed[0]?.phase ??
      others.toSorted((a, b) => seenFor(junction, state, b) - seenFor(junction, state, a) || a - b)[0];
    if (phases.length === 0 && next !== undefined) phases.push(next);
  }
  return { phases, forcedS };
}
