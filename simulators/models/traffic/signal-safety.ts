/**
 * What a signal controller keeps whatever it is asked for: movements that cross are never green together, a phase lasts
 * as long as its pedestrians need, and nobody stands at red longer than a limit. Knows the lights, decides no phase
 * for any other reason.
 */
import type { Signal } from '../../../server/contract/city-pack.ts';
import { FOE_CROSS } from './conflicts.ts';
import type { Lanes } from './lanes.ts';
import { connectorFrom, LANE_WIDTH_M, TURN_STRAIGHT, type Network } from './network.ts';

export interface PhaseConnectors {
  /** Connector numbers (− linkLanes) with green. */
  readonly go: readonly number[];
  /** Those of them that give way. */
  readonly yields: ReadonlySet<number>;
}

/** Walk interval and pace of pedestrians (MUTCD 2023, 4I.06, rounded up; 3.5 ft/s is 1.07 m/s, crossings here have islands). */
const WALK_S = 5;
const PACE_MPS = 1.2;
/** From so many lanes on there is an island in the middle, and people cross in two stages. */
const ISLAND_LANES = 5;
const LONGEST_RED_S = 120;
/** A plan whose cycle is longer is let run: its own red, and a change beside it, s. */
const BEYOND_CYCLE_S = 15;
/** Who stands so near the line and so slow waits for green, m and m/s. */
const AT_LINE_M = 15;
const STANDS_MPS = 1;
/** A pack's signal has no more. */
const MOST_PHASES = 16;

/**
 * The phases with no two protected movements that cross: the one that turns gives way instead, and `faults` names both.
 * Lanes of one approach move side by side: that is no conflict of movements.
 */
export function withoutCrossings(
  net: Network,
  signal: number,
  phases: readonly PhaseConnectors[],
  faults: string[],
): PhaseConnectors[] {
  const { id } = net.pack.signals[signal]!;
  return phases.map(({ go, yields }, p) => {
    const lesser = new Set(yields);
    const named = new Set<string>();
    for (const c of go)
      for (let k = net.foeStart[c]!; k < net.foeStart[c + 1]!; k++) {
        const f = net.foe[k]! - net.linkLanes;
        if (f < c || !go.includes(f) || yields.has(c) || yields.has(f)) continue;
        if (!(net.foeKind[k]! & FOE_CROSS) || approach(net, c) === approach(net, f)) continue;
        lesser.add(turnOf(net, c) === TURN_STRAIGHT && turnOf(net, f) !== TURN_STRAIGHT ? f : c);
        named.add(`${id} phase ${p}: ${nameOf(net, c)} crosses ${nameOf(net, f)}, both protected`);
      }
    faults.push(...named);
    return { go, yields: lesser };
  });
}

const turnOf = (net: Network, c: number): number => net.movementTurn[net.connectorMovement[c]!]!;
const approach = (net: Network, c: number): number => net.laneLink[net.fromLane[c]!]!;

function nameOf(net: Network, c: number): string {
  const m = net.connectorMovement[c]!;
  return `${net.pack.links[net.movementFrom[m]!]!.id} > ${net.pack.links[net.movementTo[m]!]!.id}`;
}

/**
 * By signal and phase, seconds that the people need who cross beside its through traffic: over the widest leg that has
 * no green, in two stages where it has an island. Never more than the plan's own green: its engineer has counted the
 * people too. Nobody walks in a phase on request: beside it a left turn goes over the parallel crossing, protected.
 */
export function pedestrianTimes(net: Network, open: readonly (readonly PhaseConnectors[])[]): number[][] {
  const { links, signals } = net.pack;
  const byEnds = new Map(links.map((l, i) => [`${l.from} ${l.to}`, i]));
  const into = new Map<string, number[]>();
  links.forEach((l, i) => into.set(l.to, [...(into.get(l.to) ?? []), i]));
  return signals.map(({ junction, phases }, s) =>
    phases.map(({ greenS, onRequest }, p) => {
      if (onRequest === true) return 0;
      const moving = new Set<number>();
      for (const c of open[s]![p]!.go) {
        const m = net.connectorMovement[c]!;
        if (net.movementTurn[m] !== TURN_STRAIGHT) continue;
        moving.add(net.movementFrom[m]!).add(net.movementTo[m]!);
      }
      if (moving.size === 0) return 0;
      let widest = 0;
      for (const from of into.get(junction) ?? []) {
        const back = byEnds.get(`${junction} ${links[from]!.from}`);
        if (moving.has(from) || (back !== undefined && moving.has(back))) continue;
        widest = Math.max(widest, links[from]!.lanes + (back === undefined ? 0 : links[back]!.lanes));
      }
      if (widest === 0) return 0;
      const lanes = widest >= ISLAND_LANES ? Math.ceil(widest / 2) : widest;
      return Math.min(greenS, WALK_S + Math.ceil((lanes * LANE_WIDTH_M) / PACE_MPS));
    }),
  );
}

/** Longest red a controller may show somebody who stands there: by the rule, or as long as its own plan takes. */
export const longestRedS = (cycleS: number): number => Math.max(LONGEST_RED_S, cycleS + BEYOND_CYCLE_S);

/** What the longest red needs to know of a signal's times. */
export interface PhaseTimes {
  leastS(signal: number, phase: number): number;
  /** Yellow and all-red after it. */
  changeS(signal: number, phase: number): number;
  /** Seconds since its green ended; 0 while it is green. */
  redS(signal: number, phase: number, nowS: number): number;
  /** By signal and phase, walk and clearance of those on foot; 0 where nobody walks. */
  readonly pedestrianS: readonly (readonly number[])[];
}

/**
 * Who has stood at red for how long, and the phase that must come now so that nobody stands longer than the limit. Nobody
 * counts people on foot here: somebody may always want to cross.
 */
export class LongestRed {
  readonly maxRedS: Float64Array;
  /** By connector, since when somebody stands there at red; -1 nobody. */
  private readonly sinceS: Float64Array;
  private readonly net: Network;
  private readonly lanes: Lanes;
  private readonly times: PhaseTimes;
  private readonly phases: readonly (readonly PhaseConnectors[])[];
  /** By signal, nobody there has stood at red since before then; Infinity where nobody stands. */
  private readonly noneBeforeS: Float64Array;
  /** Signal of each connector; -1 none. */
  private readonly signalOf: Int32Array;
  /** Lanes that lead to a signal, and by each the connector that its first vehicle stands for at red; -1 none. */
  private readonly approaches: Int32Array;
  private readonly waitsFor: Int32Array;
  /** By signal, phases in which everybody has a turn. */
  private readonly round: readonly (readonly number[])[];
  /** By signal, those in which people walk. */
  private readonly walks: readonly (readonly number[])[];
  /** Longest it can take until all have had their turn, s. */
  private readonly roundS: Float64Array;
  /** Connectors that the phases thought of so far would open, and those phases. */
  private readonly served: Uint8Array;
  private readonly taken = new Uint8Array(MOST_PHASES);

  constructor(
    net: Network,
    lanes: Lanes,
    times: PhaseTimes,
    phases: readonly (readonly PhaseConnectors[])[],
    connectors: readonly (readonly number[])[],
    maxRedS: Float64Array,
  ) {
    this.net = net;
    this.lanes = lanes;
    this.times = times;
    this.phases = phases;
    this.maxRedS = maxRedS;
    this.sinceS = new Float64Array(net.fromLane.length).fill(-1);
    this.approaches = Int32Array.from(
      new Set(connectors.flatMap((of) => of.map((c) => net.fromLane[c]!))),
    ).sort();
    this.noneBeforeS = new Float64Array(phases.length).fill(Infinity);
    this.signalOf = new Int32Array(net.fromLane.length).fill(-1);
    connectors.forEach((of, s) => of.forEach((c) => (this.signalOf[c] = s)));
    this.waitsFor = new Int32Array(this.approaches.length).fill(-1);
    this.served = new Uint8Array(net.fromLane.length);
    this.round = phases.map((of, s) => roundOf(of, net.pack.signals[s]!.phases));
    this.walks = phases.map((of, s) => [...of.keys()].filter((p) => times.pedestrianS[s]![p]! > 0));
    this.roundS = Float64Array.from(this.round, (of, s) =>
      of.reduce((sum, p) => sum + times.leastS(s, p) + times.changeS(s, p), 0),
    );
  }

  /** Looks who stands at the lines of all signals; a light up to `shut` is red or yellow. */
  watch(light: Uint8Array, shut: number, nowS: number): void {
    const { lanes, net, sinceS, waitsFor, approaches } = this;
    const { count } = lanes;
    for (let k = 0; k < approaches.length; k++) {
      const lane = approaches[k]!;
      let c = -1;
      if (count[lane]! > 0) {
        const i = lanes.head[lane]!;
        if (lanes.vel(i) < STANDS_MPS && net.laneLengthM[lane]! - lanes.pos(i) < AT_LINE_M) {
          const m = lanes.next(i);
          if (m >= 0) c = connectorFrom(net, m, lane) - net.linkLanes;
          if (c >= 0 && light[c]! > shut) c = -1;
        }
      }
      const before = waitsFor[k]!;
      if (c === before || (c < 0 && before < 0)) continue;
      if (before >= 0) sinceS[before] = -1;
      if (c >= 0) {
        sinceS[c] = nowS;
        const s = this.signalOf[c]!;
        if (nowS < this.noneBeforeS[s]!) this.noneBeforeS[s] = nowS;
      }
      waitsFor[k] = c;
    }
  }

  /** Seconds that who waits longest at a signal has stood there. */
  longestS(connectors: readonly number[], nowS: number): number {
    let longest = 0;
    for (const c of connectors) if (this.sinceS[c]! >= 0) longest = Math.max(longest, nowS - this.sinceS[c]!);
    return longest;
  }

  /** True where surely nobody has stood so long that a phase must come; false says nothing. */
  nobodyDue(signal: number, nowS: number): boolean {
    const soonS = this.soonS(signal);
    if (nowS - this.noneBeforeS[signal]! >= soonS) return false;
    for (const p of this.walks[signal]!) if (this.times.redS(signal, p, nowS) >= soonS) return false;
    return true;
  }

  /** Who has waited for less may wait until all others have had their turn. */
  private soonS(signal: number): number {
    return this.maxRedS[signal]! - this.roundS[signal]! - 2;
  }

  /** `wanted`, or the phase that may not wait any longer. */
  due(signal: number, connectors: readonly number[], shown: number, wanted: number, nowS: number): number {
    const limit = this.maxRedS[signal]!;
    if (this.nobodyDue(signal, nowS)) return wanted;
    const longest = this.longestS(connectors, nowS);
    this.noneBeforeS[signal] = longest > 0 ? nowS - longest : nowS;
    const { times, served, sinceS, taken } = this;
    taken.fill(0);
    taken[shown] = 1;
    const longestS = Math.max(longest, nowS - this.walkSinceS(signal, this.nextWalk(signal, nowS), nowS));
    if (longestS < this.soonS(signal)) return wanted;
    for (const c of connectors) served[c] = 0;
    let at = nowS + 1;
    let after = shown;
    const take = (phase: number): void => {
      for (const c of this.phases[signal]![phase]!.go) served[c] = 1;
      taken[phase] = 1;
      at += times.leastS(signal, phase);
      after = phase;
    };
    if (wanted !== shown) {
      at = nowS + times.changeS(signal, shown);
      take(wanted);
    }
    // Earliest deadline first; if one of them would come too late, the first of them comes now.
    let first = -1;
    for (;;) {
      const c = this.mostUrgent(connectors);
      let phase = this.nextWalk(signal, nowS);
      let since = this.walkSinceS(signal, phase, nowS);
      if (c >= 0 && sinceS[c]! <= since) {
        phase = this.phaseFor(signal, c);
        since = sinceS[c]!;
        served[c] = 1;
        if (phase < 0) continue;
      }
      if (phase < 0) return wanted;
      if (first < 0) first = phase;
      at += times.changeS(signal, after);
      if (at > since + limit) return first;
      take(phase);
    }
  }

  /** Of the phases in which people walk and that are not thought of yet, the one they have waited for longest; -1 none. */
  private nextWalk(signal: number, nowS: number): number {
    let which = -1;
    let longestS = -Infinity;
    for (const p of this.walks[signal]!) {
      if (this.taken[p] === 1) continue;
      const redS = this.times.redS(signal, p, nowS);
      if (redS <= longestS) continue;
      longestS = redS;
      which = p;
    }
    return which;
  }

  private walkSinceS(signal: number, phase: number, nowS: number): number {
    return phase < 0 ? Infinity : nowS - this.times.redS(signal, phase, nowS);
  }

  /** The phase for who has stood longest at red; -1 where nobody stands. */
  longestWaiting(signal: number, connectors: readonly number[]): number {
    for (const c of connectors) this.served[c] = 0;
    const c = this.mostUrgent(connectors);
    return c < 0 ? -1 : this.phaseFor(signal, c);
  }

  private mostUrgent(connectors: readonly number[]): number {
    let which = -1;
    for (const c of connectors)
      if (
        this.sinceS[c]! >= 0 &&
        this.served[c] === 0 &&
        (which < 0 || this.sinceS[c]! < this.sinceS[which]!)
      )
        which = c;
    return which;
  }

  /** The phase that opens a connector, best the one in which it need not give way. */
  private phaseFor(signal: number, c: number): number {
    let which = -1;
    const of = this.phases[signal]!;
    for (const p of this.round[signal]!) {
      if (!of[p]!.go.includes(c)) continue;
      if (!of[p]!.yields.has(c)) return p;
      if (which < 0) which = p;
    }
    return which;
  }
}

/** The plan's own phases, and of those on request the ones that alone open something. */
function roundOf(phases: readonly PhaseConnectors[], of: Signal['phases']): number[] {
  const own = [...phases.keys()].filter((p) => of[p]!.onRequest !== true);
  const served = new Set(own.flatMap((p) => phases[p]!.go));
  const others = [...phases.keys()].filter((p) => {
    if (of[p]!.onRequest !== true || phases[p]!.go.every((c) => served.has(c))) return false;
    for (const c of phases[p]!.go) served.add(c);
    return true;
  });
  return [...own, ...others];
}
