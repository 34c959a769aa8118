/**
 * Green waves: which phase the junctions ahead of an emergency unit have to show, from when on, and who yields where two
 * units want different ones. Only wishes come of it: whoever shows the lights keeps the rules below them (`safety.ts`).
 */
import { PER_VEHICLE, QUEUED_MPS, type Junction, type JunctionState } from './model.ts';
import { cycleS, planned } from './plan.ts';
import { guardBefore, othersThan, seenFor, untilS, type WaveGuard } from './wave-guard.ts';

/** Saturation headway of a discharging queue, s a vehicle (HCM 7th ed., ch. 19: 1,900 passenger cars an hour and lane). */
const HEADWAY_S = 1.9;
/** Until the first of a queue moves, s (HCM start-up lost time). */
const START_S = 2;
/** Times the limit that emergency units drive where their way is clear, and their braking, m/s². */
const OF_LIMIT = 1.4;
const BRAKE_MPS2 = 3;
/** Decisions are made once a second: one that is put off is so much later. */
const STEP_S = 1;
/** Nobody is stopped longer ahead of a unit than this, however long its queue, s. */
export const LONGEST_LEAD_S = 60;
/** Vehicles taken for a queue where the lane cannot be seen. */
const UNSEEN_QUEUE = 6;
/** A unit that is so much later than it was when its green began is not waited for, s. */
const GIVEN_UP_S = 45;

/** Times of the cycle that a mean is taken over. */
const ARRIVALS = 24;

/** One junction on a unit's way. */
export interface WayJunction {
  readonly signal: string;
  /** To the stop line. */
  readonly metres: number;
  readonly etaS: number;
  /** Link on which it comes, and on which it goes on; null: not known, any of the approach will do. */
  readonly from: string;
  readonly to: string | null;
  /** Whether it was held for this unit a moment ago. */
  readonly held: boolean;
}

export interface WaveWay {
  readonly id: string;
  /** 1 highest. */
  readonly priority: number;
  readonly startedAtS: number;
  /** What lies ahead, nearest first. */
  readonly ahead: readonly WayJunction[];
}

export interface WaveSignal {
  readonly junction: Junction;
  /** Null: nothing fresh from it. */
  readonly state: JunctionState | null;
  /** By connection, seconds that somebody has stood before its red; −1: nobody. Left out: not known. */
  readonly waitedS?: readonly number[];
  /** Whether waves may take it. */
  readonly waves: boolean;
}

export type WaveStanding = 'ahead' | 'held' | 'yielded' | 'refused';
export interface WaveDecision {
  /** By signal, the phase that is wanted for a unit. */
  readonly wanted: ReadonlyMap<string, number>;
  /** By signal, where somebody is held or what begins now could not end before a unit comes. */
  readonly guards: ReadonlyMap<string, WaveGuard>;
  /** By wave, what becomes of each of its junctions, in their order. */
  readonly standing: ReadonlyMap<string, readonly WaveStanding[]>;
}

/**
 * Decides all waves together. The more urgent unit wins, then the one that set out earlier, then the smaller id; two that
 * are served by the same phase both have it.
 */
export function decideWaves(
  ways: readonly WaveWay[],
  signalOf: (id: string) => WaveSignal | undefined,
): WaveDecision {
  const wanted = new Map<string, number>();
  const guards = new Map<string, WaveGuard>();
  const standing = new Map<string, WaveStanding[]>();
  for (const way of ways.toSorted(byUrgency)) {
    const places = way.ahead.map((at): WaveStanding => {
      const signal = signalOf(at.signal);
      if (signal === undefined || !signal.waves) return 'refused';
      const { junction, state } = signal;
      const phases = phasesFor(junction, at.from, at.to, state);
      if (phases.length === 0) return 'refused';
      const taken = wanted.get(at.signal);
      const shown = state?.phase ?? -1;
      const phase = phases.find((p) => p === taken) ?? phases.find((p) => p === shown) ?? phases[0]!;
      const leadS = leadFor(signal, phase, at);
      const due = at.etaS <= leadS || (at.held && at.etaS <= leadS + GIVEN_UP_S);
      const other = taken !== undefined && taken !== phase;
      if (other || guards.get(at.signal)?.refused.includes(phase) === true) return due ? 'yielded' : 'ahead';
      const before =
        taken === undefined && state !== null
          ? guardBefore({
              junction,
              state,
              phase,
              moves: movement(junction, at.from, at.to),
              waitedS: signal.waitedS ?? [],
              etaS: at.etaS,
              queue: longestOf(junction, state, at, (lane, limitMps) =>
                queueOf(lane, limitMps, at.metres, 0),
              ),
              leadS: (greenS) => leadAfterS(junction, state, at, greenS, queueThen),
            })
          : null;
      if (before !== null && (before.owed || !due)) {
        if (!guards.has(at.signal)) guards.set(at.signal, before);
        return 'ahead';
      }
      if (!due) return 'ahead';
      wanted.set(at.signal, phase);
      const refused = othersThan(junction, phase, movement(junction, at.from, at.to));
      guards.set(at.signal, { refused, instead: phase });
      return 'held';
    });
    standing.set(way.id, places);
  }
  return { wanted, guards, standing };
}

/** What is to be shown at a signal where whoever decides there would show a phase. */
export function underWaves(
  { guards }: Pick<WaveDecision, 'guards'>,
  signal: string,
  intended: number,
): number {
  const guard = guards.get(signal);
  return guard?.refused.includes(intended) === true ? guard.instead : intended;
}

const byUrgency = (a: WaveWay, b: WaveWay): number =>
  a.priority - b.priority || a.startedAtS - b.startedAtS || (a.id < b.id ? -1 : 1);

/**
 * Phases in which a movement has green, best first: with the right of way before giving way, for all of its lanes before
 * some, and those that hold up fewer others: by who is seen there, then by how many may go.
 */
export function phasesFor(
  junction: Junction,
  from: string,
  to: string | null,
  state: JunctionState | null = null,
): readonly number[] {
  const moves = movement(junction, from, to);
  const served = (connections: readonly number[]): number =>
    connections.reduce((n, c) => n + (moves.has(c) ? 1 : 0), 0);
  return junction.phases
    .map((p, phase) => ({
      phase,
      green: served(p.green),
      yields: served(p.yields),
      seen: seenFor(junction, state, phase),
      all: p.green.length,
    }))
    .filter((p) => p.green + p.yields > 0)
    .toSorted(
      (a, b) =>
        b.green - a.green || b.yields - a.yields || b.seen - a.seen || b.all - a.all || a.phase - b.phase,
    )
    .filter((p, _i, [best]) => p.green > 0 || best!.green === 0)
    .map((p) => p.phase);
}

/** Connections of a movement; those of the whole approach where none leads to `to`. */
function movement(junction: Junction, from: string, to: string | null): ReadonlySet<number> {
  const approach: number[] = [];
  const exact: number[] = [];
  for (const [i, c] of junction.connections.entries()) {
    if (junction.lanes[c.lane]?.link !== from) continue;
    approach.push(i);
    if (to !== null && junction.exits[c.exit]?.link === to) exact.push(i);
  }
  return new Set(exact.length > 0 ? exact : approach);
}

/**
 * How long before the unit's arrival a junction has to be asked: until the phase can be green, until the queue in front of
 * the unit has gone, and so early that the unit does not brake. That nothing else begins meanwhile which lasts too long is
 * the guard's part.
 */
export function leadFor(
  { junction, state }: Pick<WaveSignal, 'junction' | 'state'>,
  phase: number,
  at: Pick<WayJunction, 'from' | 'to' | 'metres'>,
): number {
  return leadAfterS(junction, state, at, untilS(junction, state, phase), queueOf);
}

type Queue = (lane: readonly number[], limitMps: number, unitM: number, greenS: number) => number;

/** The same where its green begins in `greenS`, with the queue that it will find. */
function leadAfterS(
  junction: Junction,
  state: JunctionState | null,
  at: Pick<WayJunction, 'from' | 'to' | 'metres'>,
  greenS: number,
  queue: Queue,
): number {
  const longest = longestOf(junction, state, at, (lane, limitMps) =>
    queue(lane, limitMps, at.metres, greenS),
  );
  const limitMps = Math.max(...lanesOf(junction, at).map((lane) => junction.lanes[lane]!.speedMps));
  const queueS = longest === 0 ? 0 : START_S + longest * HEADWAY_S;
  return greenS + Math.min(LONGEST_LEAD_S, queueS) + (OF_LIMIT * limitMps) / (2 * BRAKE_MPS2) + STEP_S;
}

const lanesOf = (junction: Junction, { from, to }: Pick<WayJunction, 'from' | 'to'>): readonly number[] => [
  ...new Set([...movement(junction, from, to)].map((c) => junction.connections[c]!.lane)),
];

/** The longest queue in the lanes of a movement. */
function longestOf(
  junction: Junction,
  state: JunctionState | null,
  at: Pick<WayJunction, 'from' | 'to'>,
  queue: (lane: readonly number[], limitMps: number) => number,
): number {
  return lanesOf(junction, at).reduce((longest, lane) => {
    const seen = state?.lanes[lane] ?? null;
    return Math.max(longest, seen === null ? UNSEEN_QUEUE : queue(seen, junction.lanes[lane]!.speedMps));
  }, 0);
}

/** Who stands there now, ahead of the unit. */
const queueOf: Queue = (lane, _limitMps, unitM) => {
  let standing = 0;
  for (let i = 0; i + 1 < lane.length && lane[i]! < unitM; i += PER_VEHICLE)
    if (lane[i + 1]! < QUEUED_MPS) standing++;
  return standing;
};

/** Who will have come to the end of the queue before it is gone, of those ahead of the unit. */
const queueThen: Queue = (lane, limitMps, unitM, greenS) => {
  let n = 0;
  for (let i = 0; i < lane.length && lane[i]! < unitM; i += PER_VEHICLE) {
    if (lane[i]! / limitMps >= greenS + START_S + n * HEADWAY_S) break;
    n++;
  }
  return n;
};

/** Seconds that somebody who arrives at `atS` waits for one of the phases where `plan` runs: what a wave is measured against. */
export function planWaitS(
  junction: Junction,
  plan: Junction['plan'],
  phases: readonly number[],
  atS: number,
): number {
  if (!plan.steps.some((step) => phases.includes(step.phase))) return 0;
  const longestS = cycleS(junction, plan);
  for (let waitS = 0; waitS < longestS; waitS++) {
    const { phase, sinceS } = planned(junction, plan, atS + waitS);
    // In yellow and all-red the phase to come is planned for no time yet.
    if (phases.includes(phase) && sinceS > 0) return waitS;
  }
  return longestS;
}

/** The same for somebody who may arrive at any time of the cycle, on average. */
export function meanPlanWaitS(junction: Junction, plan: Junction['plan'], phases: readonly number[]): number {
  const stepS = cycleS(junction, plan) / ARRIVALS;
  let sum = 0;
  for (let k = 0; k < ARRIVALS; k++) sum += planWaitS(junction, plan, phases, k * stepS);
  return sum / ARRIVALS;
}
