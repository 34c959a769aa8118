/**
 * A small world of roads and queues in which control methods are held against each other: the same vehicles for each of
 * them, by seed. Vehicles drive at the limit up to the queue's end and leave it one headway after the other where they
 * have green and the exit has room. Signals keep the rules of `safety.ts`.
 */
import type { PortConnection, PortJunction, PortPhase } from '../../server/contract/signal-port.ts';
import { leastGreenS } from '../../server/domain/signals/contradiction.ts';
import { compileNetwork } from '../../server/domain/signals/layout.ts';
import type { ControlNetwork, JunctionState, SignalMethod } from '../../server/domain/signals/model.ts';
import { SafeJunction, type Shown } from '../../server/domain/signals/safety.ts';
import { createRandom } from '../../simulators/kernel/random.ts';

const SPEED_MPS = 13.9;
const ROOM_M = 7.5;
const HEADWAY_S = 2;
const STARTUP_S = 1.5;
/** A gap in the stream it gives way to that a vehicle takes. */
const GAP_S = 5;

interface Vehicle {
  m: number;
  mps: number;
  readonly to: number;
  /** When it would be at the line if nothing were in its way. */
  readonly freeAtS: number;
}

interface Demand {
  readonly junction: number;
  readonly lane: number;
  readonly to: number;
  readonly perHour: number;
}

export interface WorldOptions {
  readonly network: ControlNetwork;
  readonly demands: readonly Demand[];
  readonly seed: number;
  /** Vehicles an hour that an exit out of the world takes, by `junction/exit`; 3,600 where it is not named. */
  readonly drains?: Readonly<Record<string, number>>;
}
interface WorldResult {
  /** Per vehicle that came, those that still wait included. */
  readonly meanDelayS: number;
  readonly served: number;
  readonly left: number;
  /** Longest wait at the head of a lane, s. */
  readonly longestHeadWaitS: number;
}

/** Runs a method for so many seconds; `watch` sees each second's states. */
export function runWorld(
  { network, demands, seed, drains = {} }: WorldOptions,
  method: SignalMethod,
  seconds: number,
  watch?: (states: readonly JunctionState[], nowS: number) => void,
): WorldResult {
  const { downstream, layouts } = compileNetwork(network);
  const { junctions } = network;
  const random = createRandom(seed);
  const arrivals = demands.map((_, i) => random.fork(`demand ${i}`));
  const turns = random.fork('turns');
  const lanes: Vehicle[][][] = junctions.map((junction) => junction.lanes.map(() => []));
  const outside: Vehicle[][] = demands.map(() => []);
  const nextLeaves = junctions.map((junction) => junction.lanes.map(() => 0));
  const headSince = junctions.map((junction) => junction.lanes.map(() => 0));
  const exits = junctions.map((junction) => junction.exits.map(() => ({ count: 0, drained: 0 })));
  const safe = junctions.map((junction) => new SafeJunction(junction, 0));
  let shown: Shown[] = safe.map((each) => each.step(0, null));
  let delayS = 0;
  let served = 0;
  let came = 0;
  let longestHeadWaitS = 0;

  const roomIn = (j: number, lane: number): boolean => {
    const last = lanes[j]![lane]!.at(-1);
    return !last || last.m < junctions[j]!.lanes[lane]!.lengthM - ROOM_M;
  };
  const vehicleAt = (j: number, lane: number, to: number, nowS: number): Vehicle => {
    const { lengthM } = junctions[j]!.lanes[lane]!;
    return { m: lengthM, mps: SPEED_MPS, to, freeAtS: nowS + lengthM / SPEED_MPS };
  };
  /** Sends a vehicle over the junction; false: no room for it. */
  const leave = (j: number, c: number, nowS: number): boolean => {
    const e = junctions[j]!.connections[c]!.exit;
    const next = downstream[j]![e]!;
    if (next.junction >= 0) {
      const options = next.lanes.filter((each) => roomIn(next.junction, each));
      if (options.length === 0) return false;
      const lane = turns.pick(options);
      lanes[next.junction]![lane]!.push(
        vehicleAt(next.junction, lane, turns.pick(layouts[next.junction]!.ofLane[lane]!), nowS),
      );
      return true;
    }
    const exit = exits[j]![e]!;
    if (exit.count >= Math.max(1, Math.floor(junctions[j]!.exits[e]!.lengthM / ROOM_M))) return false;
    exit.count++;
    return true;
  };
  const mayGo = (j: number, c: number): boolean => {
    const light = safe[j]!.light(c);
    if (light !== 'yield') return light === 'green';
    const { connections } = junctions[j]!;
    return connections[c]!.conflicts.every((foe) => {
      if (safe[j]!.light(foe) !== 'green') return true;
      const first = lanes[j]![connections[foe]!.lane]!.find((vehicle) => vehicle.to === foe);
      return !first || first.m / SPEED_MPS > GAP_S;
    });
  };
  const drive = (j: number, lane: number, nowS: number): void => {
    const queue = lanes[j]![lane]!;
    const head = queue[0];
    if (head && head.m <= SPEED_MPS) {
      const open = mayGo(j, head.to);
      if (!open) nextLeaves[j]![lane] = Math.max(nextLeaves[j]![lane]!, nowS + STARTUP_S);
      if (open && nowS >= nextLeaves[j]![lane]! && leave(j, head.to, nowS)) {
        delayS += Math.max(0, nowS - head.freeAtS);
        served++;
        nextLeaves[j]![lane] = Math.max(nextLeaves[j]![lane]!, nowS - 1) + HEADWAY_S;
        queue.shift();
        headSince[j]![lane] = nowS;
      } else longestHeadWaitS = Math.max(longestHeadWaitS, nowS - headSince[j]![lane]!);
    } else headSince[j]![lane] = nowS;
    let frontM = -ROOM_M;
    for (const vehicle of queue) {
      const targetM = Math.max(frontM + ROOM_M, vehicle.m - SPEED_MPS);
      vehicle.mps = vehicle.m - targetM;
      vehicle.m = targetM;
      frontM = targetM;
    }
  };
  const stateOf = (j: number): JunctionState => ({
    id: junctions[j]!.id,
    ...shown[j]!,
    redS: [...shown[j]!.redS],
    lanes: lanes[j]!.map((queue) => queue.flatMap(({ m, mps, to }) => [m, mps, to])),
    exits: junctions[j]!.exits.map(({ lengthM }, e): [number, number] => {
      const next = downstream[j]![e]!;
      const beyond = next.lanes.map((lane) => lanes[next.junction]![lane]!);
      const count = next.junction < 0 ? exits[j]![e]!.count : beyond.flat().length;
      const lastM =
        next.junction < 0
          ? count * ROOM_M
          : Math.max(0, ...beyond.map((q) => (q.at(-1)?.m ?? -ROOM_M) + ROOM_M));
      return [count, Math.max(0, lengthM - lastM)];
    }),
  });

  for (let nowS = 1; nowS <= seconds; nowS++) {
    for (const [i, { junction, lane, to, perHour }] of demands.entries()) {
      if (arrivals[i]!.chance(perHour / 3600)) {
        outside[i]!.push(vehicleAt(junction, lane, to, nowS));
        came++;
      }
      const first = outside[i]![0];
      if (first && roomIn(junction, lane)) lanes[junction]![lane]!.push(outside[i]!.shift() ?? first);
    }
    for (const [j, junction] of junctions.entries()) {
      for (let lane = 0; lane < junction.lanes.length; lane++) drive(j, lane, nowS);
      for (const [e, exit] of exits[j]!.entries()) {
        exit.drained = Math.min(1, exit.drained + (drains[`${j}/${e}`] ?? 3600) / 3600);
        if (exit.drained < 1 || exit.count === 0) continue;
        exit.count--;
        exit.drained = 0;
      }
    }
    shown = safe.map((each) => each.advance(nowS));
    const states = junctions.map((_, j) => stateOf(j));
    watch?.(states, nowS);
    method.see(states, nowS);
    shown = safe.map((each, j) => {
      const { phase, stage, sinceS } = shown[j]!;
      const asked = stage === 'green' && sinceS >= leastGreenS(junctions[j]!, phase);
      const waiting = new Uint8Array(junctions[j]!.connections.length);
      for (const queue of lanes[j]!)
        for (const { m, mps, to } of queue) if (m < 60 && mps < 2) waiting[to] = 1;
      return each.step(nowS, asked ? method.wanted(j) : phase, waiting);
    });
  }
  const waiting = [...lanes.flat(), ...outside].flat();
  for (const { freeAtS } of waiting) delayS += Math.max(0, seconds - freeAtS);
  return { meanDelayS: delayS / Math.max(1, came), served, left: waiting.length, longestHeadWaitS };
}

const phaseOf = (green: number[], yields: number[] = []): PortPhase => ({
  minGreenS: 5,
  maxGreenS: 60,
  yellowS: 3,
  allRedS: 1,
  pedestrianS: 0,
  green,
  yields,
});

interface CrossingOptions {
  readonly id?: string;
  readonly approachM?: number;
  readonly exitM?: number;
  /** Roads in and out by side (0 north, 1 east, 2 south, 3 west); named by default after the crossing. */
  readonly inLinks?: readonly string[];
  readonly outLinks?: readonly string[];
}

const sides = [0, 1, 2, 3] as const;
const through = (side: number): number => (side % 4) * 2;
const left = (side: number): number => (side % 4) * 2 + 1;

/**
 * A crossing of two roads, a lane a side for through and one for left, which gives way in the through phase and has a
 * phase of its own. Lanes and connections alike: side × 2 through, side × 2 + 1 left. Phases: north and south, their
 * lefts, east and west, their lefts.
 */
export function leftTurnCrossing(options: CrossingOptions = {}): PortJunction {
  const { id = 'crossing', approachM = 200, exitM = 200 } = options;
  const { inLinks = sides.map((side) => `${id}-in${side}`) } = options;
  const { outLinks = sides.map((side) => `${id}-out${side}`) } = options;
  const connections = sides.flatMap((side): PortConnection[] => {
    const across = [through(side + 1), left(side + 1), through(side + 3), left(side + 3)];
    return [
      { lane: through(side), exit: (side + 2) % 4, turn: 'through', conflicts: [...across, left(side + 2)] },
      { lane: left(side), exit: (side + 1) % 4, turn: 'left', conflicts: [...across, through(side + 2)] },
    ];
  });
  return {
    id,
    lanes: Array.from({ length: 8 }, (_, lane) => ({
      id: `${id}-lane${lane}`,
      link: inLinks[lane >> 1]!,
      lengthM: approachM,
      speedMps: SPEED_MPS,
    })),
    exits: sides.map((side) => ({
      id: `${id}-exit${side}`,
      link: outLinks[side]!,
      lengthM: exitM,
      speedMps: SPEED_MPS,
    })),
    connections,
    phases: [
      phaseOf([through(0), through(2)], [left(0), left(2)]),
      phaseOf([left(0), left(2)]),
      phaseOf([through(1), through(3)], [left(1), left(3)]),
      phaseOf([left(1), left(3)]),
    ],
    plan: {
      offsetS: 0,
      steps: [
        { phase: 0, greenS: 25 },
        { phase: 1, greenS: 6 },
        { phase: 2, greenS: 25 },
        { phase: 3, greenS: 6 },
      ],
    },
    maxRedS: 120,
  };
}

/** Through and left vehicles an hour by side. */
export const crossingDemand = (
  junction: number,
  bySide: readonly (readonly [through: number, left: number])[],
): Demand[] =>
  bySide.flatMap(([straight, turning], side) => [
    { junction, lane: through(side), to: through(side), perHour: straight },
    { junction, lane: left(side), to: left(side), perHour: turning },
  ]);
