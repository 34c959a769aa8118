/**
 * Takes a signal program apart: its greens become phases, what it shows after them their yellow and all-red, its times the
 * junction's own plan. A green that appears twice is one phase.
 */
import { serves } from '../contract/signal-phases.ts';
import type { PortPhase, PortPlan } from '../contract/signal-port.ts';
import type { NetConnection, ProgramPhase, SignalProgram } from './net/model.ts';

export interface ProgramStages {
  readonly phases: readonly PortPhase[];
  readonly plan: PortPlan;
  /** By phase, connections whose light is the green arrow. */
  readonly arrows: readonly ReadonlySet<number>[];
  /** By phase, links of pedestrian crossings with the seconds of their walk. */
  readonly walks: readonly ReadonlyMap<number, number>[];
}

const LEAST_GREEN_S = 5;
const LONGEST_GREEN_S = 60;
const LONGEST_PORT_GREEN_S = 600;
const YELLOW_S = 3;
const LONGEST_YELLOW_S = 10;
const LONGEST_ALL_RED_S = 15;
/** A green between two others that gives nobody anything new is a moment of clearing, no phase. */
const CLEARING_S = 4;
/** Pedestrians' speed when a clearance is reckoned, m/s (RiLSA 2015; the US MUTCD's 3.5 feet a second is 1.07). */
const WALKING_MPS = 1.2;
const LEAST_WALK_S = 4;

type Green = ReadonlyMap<number, 'G' | 'g' | 's'>;
interface Step {
  readonly found: ProgramPhase;
  readonly greens: Green;
  readonly crossings: readonly number[];
  kind: 'green' | 'yellow' | 'clear';
}
interface Run {
  readonly key: string;
  readonly greens: Green;
  readonly walks: readonly number[];
  greenS: number;
  minS: number;
  maxS: number;
  yellowS: number;
  allRedS: number;
  /** Nobody's green goes on into what follows. */
  endsWhole: boolean;
}

/** A sentence where nothing can be made of it. */
export function stagesOf(
  program: SignalProgram,
  connections: readonly NetConnection[],
  crossings: readonly NetConnection[],
  conflicts: ReadonlyMap<NetConnection, ReadonlySet<NetConnection>>,
): ProgramStages | string {
  const steps = program.phases.map((found) => stepOf(found, connections, crossings));
  markClearing(steps);
  const first = steps.findIndex(({ kind }) => kind === 'green');
  if (first < 0) return 'its program never shows green alone';
  const runs = runsOf([...steps.slice(first), ...steps.slice(0, first)], crossings);
  const keys = [...new Set(runs.map(({ key }) => key))];
  const ofKey = keys.map((key) => runs.filter((run) => run.key === key));
  const yellowS = Math.max(...runs.map((run) => run.yellowS)) || YELLOW_S;
  const lengthOf = new Map(crossings.map((c) => [c.link, c.to.lengthM]));
  const usual: Usual = { yellowS, allRedS: Math.max(...runs.map((run) => run.allRedS)) };
  const phases = ofKey.map((same) => phaseOf(same, usual, connections, conflicts, lengthOf));
  const beforeS = steps.slice(0, first).reduce((sum, { found }) => sum + found.durationS, 0);
  const wholeS = steps.reduce((sum, { found }) => sum + found.durationS, 0);
  const offsetS = (((-program.offsetS - beforeS) % wholeS) + wholeS) % wholeS;
  return {
    phases,
    plan: { offsetS, steps: planSteps(runs, keys, phases) },
    arrows: ofKey.map((same) => new Set([...same[0]!.greens].filter(([, l]) => l === 's').map(([c]) => c))),
    walks: ofKey.map((same, p) => {
      const walks = same[0]!.walks.map((link): [number, number] => {
        const clearanceS = (lengthOf.get(link) ?? 0) / WALKING_MPS;
        return [link, Math.max(1, phases[p]!.pedestrianS - clearanceS)];
      });
      return new Map(walks);
    }),
  };
}

function stepOf(
  found: ProgramPhase,
  connections: readonly NetConnection[],
  crossings: readonly NetConnection[],
): Step {
  const greens = new Map<number, 'G' | 'g' | 's'>();
  let yellow = false;
  for (const [c, { link }] of connections.entries()) {
    const light = found.state[link];
    if (light === 'G' || light === 'g' || light === 's') greens.set(c, light);
    yellow ||= light === 'y' || light === 'Y' || light === 'u';
  }
  const walking = crossings.map((c) => c.link).filter((link) => found.state[link]?.toUpperCase() === 'G');
  const green = greens.size > 0 || walking.length > 0;
  return { found, greens, crossings: walking, kind: yellow ? 'yellow' : green ? 'green' : 'clear' };
}

function markClearing(steps: readonly Step[]): void {
  const around = (from: number, by: number): Step | undefined => {
    for (let i = 1; i < steps.length; i++) {
      const step = steps[(from + by * i + steps.length * i) % steps.length]!;
      if (step.kind === 'green') return step;
    }
    return undefined;
  };
  for (const [i, step] of steps.entries()) {
    if (step.kind !== 'green' || step.found.durationS > CLEARING_S || step.crossings.length > 0) continue;
    const [before, after] = [around(i, -1), around(i, 1)];
    const known = [...step.greens.keys()].every((c) => before?.greens.has(c) && after?.greens.has(c));
    if (known && before && after && before.greens.size > step.greens.size) step.kind = 'clear';
  }
}

/** `steps` begin with a green. */
function runsOf(steps: readonly Step[], crossings: readonly NetConnection[]): Run[] {
  const runs: Run[] = [];
  for (const [i, { found, greens, crossings: walking, kind }] of steps.entries()) {
    const last = runs.at(-1);
    if (kind === 'green') {
      const key = keyOf(greens, greens.size > 0 ? [] : walking);
      if (last?.key === key && steps[i - 1]!.kind === 'green') {
        last.greenS += found.durationS;
        last.minS += found.minS ?? found.durationS;
        last.maxS += found.maxS ?? found.durationS;
        continue;
      }
      runs.push({
        key,
        greens,
        walks: crossings.length === 0 ? [] : walking,
        greenS: found.durationS,
        minS: found.minS ?? Math.min(LEAST_GREEN_S, found.durationS),
        maxS: found.maxS ?? LONGEST_GREEN_S,
        yellowS: 0,
        allRedS: 0,
        endsWhole: true,
      });
    } else if (kind === 'yellow') last!.yellowS += found.durationS;
    else last!.allRedS += found.durationS;
  }
  for (const [i, run] of runs.entries()) {
    const next = runs[(i + 1) % runs.length]!;
    run.endsWhole = next === run || ![...run.greens.keys()].some((c) => next.greens.has(c));
  }
  return runs;
}

/** What the program shows between two greens at the longest. */
interface Usual {
  readonly yellowS: number;
  readonly allRedS: number;
}

function phaseOf(
  same: readonly Run[],
  usual: Usual,
  connections: readonly NetConnection[],
  conflicts: ReadonlyMap<NetConnection, ReadonlySet<NetConnection>>,
  crossingM: ReadonlyMap<number, number>,
): PortPhase {
  const [run] = same as readonly [Run, ...Run[]];
  const longest = (of: (each: Run) => number): number => Math.max(...same.map(of));
  const shortest = Math.min(...same.map((each) => each.greenS));
  const yellowS = Math.min(LONGEST_YELLOW_S, longest((r) => r.yellowS) || usual.yellowS);
  const walkS = Math.max(
    0,
    ...run.walks.map((link) => LEAST_WALK_S + (crossingM.get(link) ?? 0) / WALKING_MPS),
  );
  const { green, yields } = rightOfWay(run.greens, connections, conflicts);
  return {
    minGreenS: Math.min(shortest, ...same.map((each) => each.minS)),
    maxGreenS: Math.min(
      LONGEST_PORT_GREEN_S,
      Math.max(
        longest((r) => r.maxS),
        longest((r) => r.greenS),
      ),
    ),
    yellowS,
    // A phase the program never ends as a whole is cleared as long as its others are.
    allRedS: Math.min(
      LONGEST_ALL_RED_S,
      longest((r) => (r.endsWhole ? r.allRedS : Math.max(r.allRedS, usual.allRedS))),
    ),
    // The program that was found gives them no more than its own green.
    pedestrianS: Math.min(Math.ceil(walkS), shortest),
    green,
    yields,
  };
}

/** Of two that conflict, a program may give both the right of way; then the one that turns gives way. */
function rightOfWay(
  greens: Green,
  connections: readonly NetConnection[],
  conflicts: ReadonlyMap<NetConnection, ReadonlySet<NetConnection>>,
): { green: number[]; yields: number[] } {
  const green: number[] = [];
  const yields: number[] = [];
  const straightFirst = [...greens].toSorted(
    ([a], [b]) => turning(connections[a]!) - turning(connections[b]!) || a - b,
  );
  for (const [c, light] of straightFirst) {
    const foes = conflicts.get(connections[c]!);
    const rival = green.some((other) => foes?.has(connections[other]!));
    (light === 'G' && !rival ? green : yields).push(c);
  }
  return { green: green.sort((a, b) => a - b), yields: yields.sort((a, b) => a - b) };
}

const turning = ({ direction }: NetConnection): number => (direction === 's' ? 0 : 1);

/** Where the program goes over from one green to another without a yellow, ours is taken from the green before it. */
function planSteps(
  runs: readonly Run[],
  keys: readonly string[],
  phases: readonly PortPhase[],
): PortPlan['steps'] {
  return runs.map(({ key, greenS, yellowS, allRedS }, i) => {
    const phase = keys.indexOf(key);
    const next = phases[keys.indexOf(runs[(i + 1) % runs.length]!.key)]!;
    const mine = phases[phase]!;
    const changeS = serves(next, mine) ? 0 : mine.yellowS + mine.allRedS;
    const wantedS = greenS + yellowS + allRedS - changeS;
    return {
      phase,
      greenS: Math.min(mine.maxGreenS, Math.max(wantedS, mine.minGreenS, mine.pedestrianS, 1)),
    };
  });
}

const keyOf = (greens: Green, walking: readonly number[]): string =>
  [...[...greens].map(([c, light]) => `${c}${light}`), ...walking.map((link) => `walk${link}`)].join(' ');
