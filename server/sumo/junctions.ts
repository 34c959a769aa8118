/**
 * The signals of a SUMO network as junctions of the signal port. Phases are the green stages of the program that runs there,
 * with the yellow and all-red that it shows after them, and those that can be combined of them.
 */
import { combinedPhases } from '../contract/signal-phases.ts';
import { portJunction, type PortConnection, type PortJunction } from '../contract/signal-port.ts';
import { contradiction, shortestRoundS } from '../domain/signals/contradiction.ts';
import { cycleS } from '../domain/signals/plan.ts';
import { conflictsOf } from './net/conflicts.ts';
import { shortId } from './net/ids.ts';
import type { NetConnection, NetLane, SignalProgram, SumoNet } from './net/model.ts';
import { ahead, reachM } from './net/roads.ts';
import { stagesOf, type ProgramStages } from './stages.ts';

/** A junction of the port, and what stands behind its numbers in the network. */
export interface SignalLayout {
  readonly signal: string;
  readonly junction: PortJunction;
  readonly lanes: readonly NetLane[];
  /** By exit, the lanes one behind the other that can be left by one way only. */
  readonly exits: readonly (readonly NetLane[])[];
  readonly connections: readonly NetConnection[];
  /** Letters in the signal's state. */
  readonly links: number;
  readonly stages: ProgramStages;
}

export interface NetSignals {
  readonly layouts: readonly SignalLayout[];
  /** Signals that are left to SUMO, each with the reason. */
  readonly notes: readonly string[];
}

/** Kinds of program whose signal is one for road traffic. */
const roadPrograms = new Set(['static', 'actuated', 'delay_based', 'NEMA']);
/** German RiLSA 2015 keeps waits below two minutes. */
const LONGEST_RED_S = 120;
const MOST_RED_S = 600;

/** `found`: the phases of the programs; `combined`: beside them, whatever else may be green together. */
export type PhaseChoice = 'found' | 'combined';

export function signalsOf(net: SumoNet, choice: PhaseChoice = 'found'): NetSignals {
  const conflicts = conflictsOf(net);
  const bySignal = Map.groupBy(
    net.connections.filter((c) => c.signal !== null && c.from.edge.function === 'normal'),
    (c) => c.signal!,
  );
  const layouts: SignalLayout[] = [];
  const notes: string[] = [];
  for (const [signal, programs] of net.programs) {
    const connections = bySignal.get(signal);
    const program = programs[0]!;
    if (!connections) continue;
    const made = roadPrograms.has(program.type)
      ? layoutOf(net, program, connections, conflicts, choice)
      : `its program is of the kind ${program.type}`;
    if (typeof made === 'string') notes.push(`the signal ${signal} is left to SUMO: ${made}`);
    else layouts.push(made);
  }
  return { layouts, notes };
}

function layoutOf(
  net: SumoNet,
  program: SignalProgram,
  connections: readonly NetConnection[],
  conflicts: ReadonlyMap<NetConnection, ReadonlySet<NetConnection>>,
  choice: PhaseChoice,
): SignalLayout | string {
  const crossings = net.connections.filter(
    (c) => c.signal === program.signal && c.to.edge.function === 'crossing',
  );
  const stages = stagesOf(program, connections, crossings, conflicts);
  if (typeof stages === 'string') return stages;
  const lanes = [...new Set(connections.map((c) => c.from))];
  const firstExits = [...new Set(connections.map((c) => c.to))];
  const exits = firstExits.map(ahead);
  const numbers = new Map(connections.map((c, i) => [c, i]));
  const portConnections = connections.map((c) => ({
    lane: lanes.indexOf(c.from),
    exit: firstExits.indexOf(c.to),
    turn: turnOf(c.direction),
    conflicts: [...(conflicts.get(c) ?? [])]
      .map((other) => numbers.get(other))
      .filter((other) => other !== undefined)
      .toSorted((a, b) => a - b),
  }));
  const heads = connections.map(({ link }) => link);
  const added =
    choice === 'found' || crossings.length > 0
      ? []
      : combinedPhases({ connections: portConnections, phases: stages.phases, heads });
  const junction: PortJunction = {
    id: shortId(program.signal),
    lanes: lanes.map((lane) => ({
      id: lane.id,
      link: shortId(lane.edge.id),
      lengthM: reachM(net, lane),
      speedMps: lane.speedMps,
    })),
    exits: exits.map((chain) => ({
      id: chain[0]!.id,
      link: shortId(chain[0]!.edge.id),
      lengthM: chain.reduce((sum, lane) => sum + lane.lengthM, 0),
      speedMps: chain[0]!.speedMps,
    })),
    connections: portConnections,
    phases: [...stages.phases, ...added],
    plan: stages.plan,
    maxRedS: LONGEST_RED_S,
  };
  const described = { ...junction, maxRedS: longestRedS(junction) };
  const parsed = portJunction.safeParse(described);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `it does not fit the signal port at ${issue?.path.join('.')}: ${issue?.message}`;
  }
  const wrong = contradiction(described);
  if (wrong !== null) return wrong;
  return {
    signal: program.signal,
    junction: described,
    lanes,
    exits,
    connections,
    links: program.phases[0]!.state.length,
    stages,
  };
}

/** Two minutes, or as long as its own plan and the round of its shortest phases need. */
function longestRedS(junction: PortJunction): number {
  const needed = Math.max(cycleS(junction, junction.plan), shortestRoundS(junction));
  return Math.min(MOST_RED_S, Math.ceil(Math.max(LONGEST_RED_S, needed)));
}

function turnOf(direction: string): PortConnection['turn'] {
  switch (direction) {
    case 'l':
    case 'L':
      return 'left';
    case 'r':
    case 'R':
      return 'right';
    case 't':
      return 'u-turn';
    default:
      return 'through';
  }
}
