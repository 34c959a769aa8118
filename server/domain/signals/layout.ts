/**
 * A junction compiled for the methods: its phases as tables over connections and lanes, and the roads that join it to its
 * neighbours. Built once; nothing in it changes.
 */
import { serves } from '../../contract/signal-phases.ts';
import { leastGreenS } from './contradiction.ts';
import type { ControlNetwork, Junction } from './model.ts';
import { changeS } from './plan.ts';

/** What a phase lets a connection do. */
export const RED = 0;
export const GREEN = 1;
export const YIELDS = 2;

export interface Layout {
  readonly junction: Junction;
  readonly lanes: number;
  readonly connections: number;
  readonly phases: number;
  readonly laneOf: Int16Array;
  readonly exitOf: Int16Array;
  /** Connections by lane. */
  readonly ofLane: readonly (readonly number[])[];
  /** By connection, how many lanes of its road go to the same road as it does. */
  readonly lanesTo: Int16Array;
  /** RED, GREEN or YIELDS at `phase * connections + connection`. */
  readonly right: Uint8Array;
  /** Lanes with a connection that may go, by phase. */
  readonly lanesIn: readonly (readonly number[])[];
  /** Lanes that a yielding connection gives way to, at `phase * connections + connection`. */
  readonly givesWayTo: readonly (readonly number[])[];
  readonly hasYields: readonly boolean[];
  /** Seconds between the greens of two phases, at `from * phases + to`. */
  readonly changeS: Float64Array;
  /** Yellow and all-red after a phase, s. */
  readonly clearanceS: Float64Array;
  /** Least green including pedestrians, s. */
  readonly leastGreenS: Float64Array;
  /** Phases worth a change: no other lets the same traffic go, and more, at the same times. */
  readonly choices: readonly number[];
}

export function compileJunction(junction: Junction): Layout {
  const connections = junction.connections.length;
  const phases = junction.phases.length;
  const right = new Uint8Array(phases * connections);
  const ofLane: number[][] = junction.lanes.map(() => []);
  junction.connections.forEach((connection, c) => ofLane[connection.lane]!.push(c));
  const givesWayTo: number[][] = Array.from({ length: phases * connections }, () => []);
  const lanesIn: number[][] = [];
  junction.phases.forEach((phase, p) => {
    for (const c of phase.yields) right[p * connections + c] = YIELDS;
    for (const c of phase.green) right[p * connections + c] = GREEN;
    const lanes = new Set<number>();
    for (const c of [...phase.green, ...phase.yields]) lanes.add(junction.connections[c]!.lane);
    lanesIn.push([...lanes].sort((a, b) => a - b));
    for (const c of phase.yields) {
      const own = junction.connections[c]!.lane;
      const foes = new Set<number>();
      for (const foe of junction.connections[c]!.conflicts) {
        const lane = junction.connections[foe]!.lane;
        if (right[p * connections + foe] === GREEN && lane !== own) foes.add(lane);
      }
      givesWayTo[p * connections + c] = [...foes];
    }
  });
  return {
    junction,
    lanes: junction.lanes.length,
    connections,
    phases,
    laneOf: Int16Array.from(junction.connections, (connection) => connection.lane),
    exitOf: Int16Array.from(junction.connections, (connection) => connection.exit),
    ofLane,
    lanesTo: Int16Array.from(
      junction.connections,
      (c) =>
        junction.connections.filter(
          (other) =>
            junction.lanes[other.lane]!.link === junction.lanes[c.lane]!.link &&
            junction.exits[other.exit]!.link === junction.exits[c.exit]!.link,
        ).length,
    ),
    right,
    lanesIn,
    givesWayTo,
    hasYields: junction.phases.map((phase) => phase.yields.length > 0),
    changeS: Float64Array.from({ length: phases * phases }, (_, i) =>
      changeS(junction, Math.floor(i / phases), i % phases),
    ),
    clearanceS: Float64Array.from(junction.phases, (phase) => phase.yellowS + phase.allRedS),
    leastGreenS: Float64Array.from(junction.phases, (_, p) => leastGreenS(junction, p)),
    choices: junction.phases.flatMap((_, p) =>
      junction.phases.some((__, other) => outdoes(junction, other, p)) ? [] : [p],
    ),
  };
}

function outdoes({ phases }: Junction, p: number, q: number): boolean {
  const [a, b] = [phases[p]!, phases[q]!];
  if (p === q || !serves(a, b)) return false;
  const quick = (one: typeof a, other: typeof a): boolean =>
    one.minGreenS <= other.minGreenS &&
    one.maxGreenS >= other.maxGreenS &&
    one.yellowS + one.allRedS <= other.yellowS + other.allRedS &&
    one.pedestrianS === other.pedestrianS;
  return quick(a, b) && !(serves(b, a) && quick(b, a) && q < p);
}

interface Approach {
  readonly junction: number;
  readonly exit: number;
}
interface Streets {
  readonly layouts: readonly Layout[];
  /** By junction and lane: the exits upstream that lead to the lane's road. */
  readonly upstream: readonly (readonly (readonly Approach[])[])[];
  /** By junction and exit: the lanes of the next junction that lie on that road, and which junction it is (-1: none). */
  readonly downstream: readonly (readonly {
    readonly junction: number;
    readonly lanes: readonly number[];
  }[])[];
}

export function compileNetwork(network: ControlNetwork): Streets {
  const layouts = network.junctions.map(compileJunction);
  const lanesOfLink = new Map<string, { junction: number; lanes: number[] }>();
  const exitsOfLink = new Map<string, Approach[]>();
  network.junctions.forEach((junction, j) => {
    junction.lanes.forEach((lane, l) => {
      const known = lanesOfLink.get(lane.link);
      if (known) known.lanes.push(l);
      else lanesOfLink.set(lane.link, { junction: j, lanes: [l] });
    });
    junction.exits.forEach((exit, e) => {
      const known = exitsOfLink.get(exit.link);
      if (known) known.push({ junction: j, exit: e });
      else exitsOfLink.set(exit.link, [{ junction: j, exit: e }]);
    });
  });
  return {
    layouts,
    upstream: network.junctions.map((junction) =>
      junction.lanes.map((lane) => exitsOfLink.get(lane.link) ?? []),
    ),
    downstream: network.junctions.map((junction) =>
      junction.exits.map((exit) => lanesOfLink.get(exit.link) ?? { junction: -1, lanes: [] }),
    ),
  };
}
