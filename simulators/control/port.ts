/**
 * The signal port of the traffic model: its signals as controllers that say what they see and take wishes (TR-155…). What
 * it says is measured now and holds for this step; what is wished goes to the lights, which keep their own rules.
 */
import type {
  PortAnswer,
  PortConnection,
  PortJunction,
  PortState,
} from '../../server/contract/signal-port.ts';
import { FOE_CROSS } from '../models/traffic/conflicts.ts';
import type { Kernel } from '../models/traffic/kernel.ts';
import { PHANTOM } from '../models/traffic/lanes.ts';
import {
  connectorFrom,
  TURN_LEFT,
  TURN_RIGHT,
  TURN_STRAIGHT,
  type Network,
} from '../models/traffic/network.ts';

/** Vehicles are seen so far before the stop line. */
const REACH_M = 300;
/** Short links before a short link are followed so many junctions back. */
const FOLLOWED = 3;

/** A lane or connector that leads into an approach lane, and how far its end lies before the stop line. */
interface Feeder {
  readonly lane: number;
  readonly beyondM: number;
  /** The connector by which its vehicles come, where it is a link's lane; -1: it is that connector. */
  readonly by: number;
  /** Its vehicles are one junction away, so that their turn after it is known. */
  readonly near: boolean;
}

interface Approach {
  readonly lane: number;
  readonly feeders: readonly Feeder[];
}

interface Ported {
  readonly signal: number;
  readonly id: string;
  readonly approaches: readonly Approach[];
  /** Lanes that lead away. */
  readonly exits: readonly number[];
  readonly connections: readonly PortConnection[];
  /** Connection of a connector (− linkLanes). */
  readonly connectionOf: ReadonlyMap<number, number>;
}

export class SignalPort {
  private readonly kernel: Kernel;
  private readonly ported: readonly Ported[];
  private readonly bySignalId: ReadonlyMap<string, number>;
  /** Names in answers that are not here. */
  private unknown = 0;

  constructor(model: { readonly kernel: Kernel }) {
    this.kernel = model.kernel;
    const { net, signals } = this.kernel;
    this.ported = net.pack.signals.flatMap((_, s) => port(net, s, signals.connectors[s]!, signals.signalOf));
    this.bySignalId = new Map(this.ported.map((p) => [p.id, p.signal]));
  }

  /** Positions of its junctions in the pack's list of signals. */
  get signals(): readonly number[] {
    return this.ported.map((p) => p.signal);
  }

  /** Phases and plans asked for that do not exist. */
  get refused(): number {
    return this.unknown + this.kernel.signals.refused;
  }

  describe(): PortJunction[] {
    const { net, signals } = this.kernel;
    return this.ported.map((p) => {
      const { phases } = net.pack.signals[p.signal]!;
      return {
        id: p.id,
        lanes: p.approaches.map(({ lane }) => ({
          id: laneId(net, lane),
          link: linkId(net, lane),
          lengthM: tenth(net.laneLengthM[lane]!),
          speedMps: tenth(net.laneLimitMps[lane]!),
        })),
        exits: p.exits.map((lane) => ({
          id: laneId(net, lane),
          link: linkId(net, lane),
          lengthM: tenth(net.laneLengthM[lane]!),
          speedMps: tenth(net.laneLimitMps[lane]!),
        })),
        connections: [...p.connections],
        phases: phases.map((phase, n) => {
          const { go, yields } = signals.open[p.signal]![n]!;
          const connections = (of: readonly number[]): number[] => [
            ...new Set(of.map((c) => p.connectionOf.get(c)!)),
          ];
          return {
            minGreenS: Math.min(phase.minGreenS, phase.greenS),
            // Its engineer's green is never too long.
            maxGreenS: Math.min(600, Math.max(phase.maxGreenS, phase.greenS)),
            yellowS: phase.yellowS,
            allRedS: phase.allRedS,
            pedestrianS: signals.pedestrianS[p.signal]![n]!,
            green: connections(go.filter((c) => !yields.has(c))),
            yields: connections(go.filter((c) => yields.has(c))),
          };
        }),
        plan: signals.planOf(p.signal),
        maxRedS: Math.min(600, Math.max(30, signals.maxRedS(p.signal))),
      };
    });
  }

  states(): PortState[] {
    const { signals, nowS, net } = this.kernel;
    return this.ported.map((p) => {
      const s = p.signal;
      const stage = signals.stageOf(s);
      return {
        id: p.id,
        phase: stage === 'dark' ? -1 : signals.phase[s]!,
        stage,
        sinceS: signals.stageSinceS(s, nowS),
        redS: net.pack.signals[s]!.phases.map((_, phase) => signals.redS(s, phase, nowS)),
        obeys: signals.obeys(s, nowS),
        lanes: p.approaches.map((a) => this.seen(p, a)),
        exits: p.exits.map((lane) => this.room(lane)),
      };
    });
  }

  /** Takes an answer to what was said at `atS`. Wishes hold from then; what names nothing here is counted and let be. */
  apply(answer: PortAnswer, atS: number): void {
    const { signals } = this.kernel;
    for (const [id, plan] of Object.entries(answer.plans)) {
      const s = this.bySignalId.get(id);
      if (s === undefined) this.unknown++;
      else signals.setPlan(s, plan);
    }
    for (const [id, phase] of Object.entries(answer.wanted)) {
      const s = this.bySignalId.get(id);
      if (s === undefined) this.unknown++;
      else signals.wish(s, phase, atS + answer.validS);
    }
  }

  /** Vehicles before the stop line, nearest first, as the contract's triples. */
  private seen(p: Ported, a: Approach): number[] {
    const { net, lanes, guide } = this.kernel;
    const out: number[] = [];
    const L = net.laneLengthM[a.lane]!;
    for (let i = lanes.head[a.lane]!, e = i + lanes.count[a.lane]!; i < e; i++) {
      const distance = L - lanes.pos(i);
      if (distance > REACH_M) break;
      if (lanes.vehicle(i) === PHANTOM) continue;
      out.push(tenth(Math.max(0, distance)), tenth(lanes.vel(i)), this.connection(p, a.lane, lanes.next(i)));
    }
    if (a.feeders.length === 0) return out;
    const far: { d: number; v: number; connection: number }[] = [];
    for (const f of a.feeders) {
      const end = f.beyondM + net.laneLengthM[f.lane]!;
      for (let i = lanes.head[f.lane]!, e = i + lanes.count[f.lane]!; i < e; i++) {
        const d = end - lanes.pos(i);
        if (d > REACH_M) break;
        const vehicle = lanes.vehicle(i);
        if (vehicle === PHANTOM) continue;
        const m = lanes.next(i);
        if (f.by < 0) {
          // On its connector `next` is still the movement it is making.
          const then = f.near && guide !== null && m >= 0 ? guide.after(vehicle, m) : -1;
          far.push({ d, v: lanes.vel(i), connection: this.connection(p, a.lane, then) });
        } else if (m >= 0 && connectorFrom(net, m, f.lane) === f.by) {
          const then = f.near && guide !== null ? guide.after(vehicle, m) : -1;
          far.push({ d, v: lanes.vel(i), connection: this.connection(p, a.lane, then) });
        }
      }
    }
    far.sort((x, y) => x.d - y.d);
    for (const { d, v, connection } of far) out.push(tenth(d), tenth(v), connection);
    return out;
  }

  /** The connection of who takes this movement from this lane; -1: none goes from here. */
  private connection(p: Ported, lane: number, movement: number): number {
    const { net } = this.kernel;
    if (movement < 0) return -1;
    const connector = connectorFrom(net, movement, lane);
    return connector < 0 ? -1 : (p.connectionOf.get(connector - net.linkLanes) ?? -1);
  }

  /** Vehicles on a lane, and metres free behind the last of them. */
  private room(lane: number): [number, number] {
    const { net, lanes } = this.kernel;
    const count = lanes.count[lane]!;
    return [count, tenth(count > 0 ? Math.max(0, lanes.tailRear(lane)) : net.laneLengthM[lane]!)];
  }
}

const tenth = (v: number): number => Math.round(v * 10) / 10;
const laneId = (net: Network, lane: number): string => `${linkId(net, lane)}/${net.laneNumber[lane]!}`;
const linkId = (net: Network, lane: number): string => net.pack.links[net.laneLink[lane]!]!.id;

/** One signal as a controller; nothing where no lane leads to it. */
function port(net: Network, signal: number, all: readonly number[], signalOf: Int32Array): Ported[] {
  if (all.length === 0) return [];
  const lanes = [...new Set(all.map((c) => net.fromLane[c]!))];
  const exits = [...new Set(all.map((c) => net.toLane[c]!))];
  const connectionOf = new Map(all.map((c, n) => [c, n]));
  const connections = all.map((c) => ({
    lane: lanes.indexOf(net.fromLane[c]!),
    exit: exits.indexOf(net.toLane[c]!),
    turn: turnName(net.movementTurn[net.connectorMovement[c]!]!),
    conflicts: crossingOf(net, c).flatMap((f) => connectionOf.get(f) ?? []),
  }));
  return [
    {
      signal,
      id: net.pack.signals[signal]!.id,
      exits,
      connections,
      connectionOf,
      approaches: lanes.map((lane) => ({
        lane,
        feeders: feedersOf(net, lane, net.laneLengthM[lane]!, signalOf, FOLLOWED),
      })),
    },
  ];
}

/** Connectors (− linkLanes) that cross this one, those of its own approach aside. */
function crossingOf(net: Network, c: number): number[] {
  const out: number[] = [];
  for (let k = net.foeStart[c]!; k < net.foeStart[c + 1]!; k++) {
    const f = net.foe[k]! - net.linkLanes;
    const beside = net.laneLink[net.fromLane[f]!] === net.laneLink[net.fromLane[c]!];
    if (net.foeKind[k]! & FOE_CROSS && !beside) out.push(f);
  }
  return out;
}

/** What leads into a lane whose beginning lies within reach; over a signal only its connectors, for the rest is its own. */
function feedersOf(
  net: Network,
  lane: number,
  beyondM: number,
  signalOf: Int32Array,
  depth: number,
): Feeder[] {
  if (beyondM >= REACH_M || depth === 0) return [];
  const out: Feeder[] = [];
  const near = depth === FOLLOWED;
  for (const c of comingInto(net, lane)) {
    const connector = net.linkLanes + c;
    out.push({ lane: connector, beyondM, by: -1, near });
    if (signalOf[c]! >= 0) continue;
    const from = net.fromLane[c]!;
    const end = beyondM + net.laneLengthM[connector]!;
    if (end >= REACH_M) continue;
    out.push({ lane: from, beyondM: end, by: connector, near });
    out.push(...feedersOf(net, from, end + net.laneLengthM[from]!, signalOf, depth - 1));
  }
  return out;
}

const into = new WeakMap<Network, Map<number, number[]>>();
function comingInto(net: Network, lane: number): readonly number[] {
  let of = into.get(net);
  if (of === undefined) {
    of = Map.groupBy(net.toLane.keys(), (c) => net.toLane[c]!);
    into.set(net, of);
  }
  return of.get(lane) ?? [];
}

function turnName(turn: number): PortConnection['turn'] {
  if (turn === TURN_STRAIGHT) return 'through';
  if (turn === TURN_RIGHT) return 'right';
  return turn === TURN_LEFT ? 'left' : 'u-turn';
}
