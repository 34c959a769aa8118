/**
 * Traffic signals of the network. A control only asks for a phase; minimum and maximum green, pedestrians, yellow, all-red
 * and the longest red are kept here, below every control. Which connectors are open stands in `light`, changed only when a
 * signal changes.
 */
import type { PortPlan } from '../../../server/contract/signal-port.ts';
import type { Lanes } from './lanes.ts';
import type { Network } from './network.ts';
import { FixedTimeControl, type SignalControl } from './signal-plans.ts';
import {
  LongestRed,
  longestRedS,
  pedestrianTimes,
  type PhaseConnectors,
  type PhaseTimes,
  withoutCrossings,
} from './signal-safety.ts';

export const LIGHT_RED = 0;
export const LIGHT_YELLOW = 1;
/** Green, but must give way (a permissive left turn). */
export const LIGHT_YIELD = 2;
export const LIGHT_GREEN = 3;
/** No signal for this connector. */
export const LIGHT_NONE = 4;
/** At a signal, but in none of its phases (a right turn past the signal): open, gives way to all. */
export const LIGHT_FREE = 5;

/** Looked at again this much before the time comes, so that sums of decimals decide nothing. */
const ROUNDING_S = 1e-6;

const stages = ['green', 'yellow', 'all-red', 'dark'] as const;
export type SignalStage = (typeof stages)[number];

/** What a signal's rules are; where left out they follow from the network. */
export interface SignalRules {
  /** False: nobody walks (an imported network without pavements). */
  readonly pedestrians?: boolean;
  /** Longest red, s. */
  readonly maxRedS?: number;
}

export class Signals implements PhaseTimes {
  readonly light: Uint8Array;
  /** Signal of a connector, by connector − linkLanes; -1 none. */
  readonly signalOf: Int32Array;
  readonly count: number;
  readonly phase: Uint8Array;
  /** 0 green, 1 yellow, 2 all-red, 3 dark. */
  private readonly stage: Uint8Array;
  private readonly stageStartS: Float64Array;
  /** Nothing changes before then. */
  private readonly idleUntilS: Float64Array;
  private readonly following: Uint8Array;
  /** Shortest green of the phase that is shown, s. */
  private readonly leastNowS: Float64Array;
  /** Until then the signal's own plan keeps the phase that is shown. */
  private readonly planKeepsUntilS: Float64Array;
  /** Connectors of each signal's junction. */
  readonly connectors: readonly (readonly number[])[];
  /** `[signal][phase]` */
  readonly open: readonly (readonly PhaseConnectors[])[];
  /** `[signal][phase]`: walk and clearance, s. */
  readonly pedestrianS: readonly (readonly number[])[];
  /** `[signal][phase]`: shortest green, s. */
  private readonly leastGreenS: readonly Float64Array[];
  /** `[signal][phase]`: when its green ended last. */
  private readonly endedS: readonly Float64Array[];
  private readonly longestRed: LongestRed;
  private watchedS = -Infinity;
  private readonly net: Network;
  private readonly plan: FixedTimeControl;
  private control: SignalControl;
  private readonly own: (SignalControl | undefined)[];
  /** The phase wished for and until when; see `wish`. */
  private readonly wished: Int16Array;
  private readonly wishUntilS: Float64Array;
  /** Movements that phases of the pack let cross, by name: refused, one of each two gives way instead. */
  readonly faults: readonly string[];
  /** Wishes and plans that name what is not there. */
  refused = 0;

  constructor(net: Network, lanes: Lanes, nowS: number, rules: SignalRules = {}) {
    this.net = net;
    this.plan = new FixedTimeControl(net);
    this.control = this.plan;
    const n = net.fromLane.length;
    this.light = new Uint8Array(n).fill(LIGHT_NONE);
    this.signalOf = new Int32Array(n).fill(-1);
    const signals = net.pack.signals;
    this.count = signals.length;
    this.own = signals.map(() => undefined);
    this.phase = new Uint8Array(this.count);
    this.stage = new Uint8Array(this.count);
    this.stageStartS = new Float64Array(this.count).fill(nowS);
    this.idleUntilS = new Float64Array(this.count);
    this.following = new Uint8Array(this.count);
    this.leastNowS = new Float64Array(this.count);
    this.planKeepsUntilS = new Float64Array(this.count);
    this.wished = new Int16Array(this.count).fill(-1);
    this.wishUntilS = new Float64Array(this.count).fill(-Infinity);
    const { connectors, open: listed } = phaseConnectors(net);
    this.connectors = connectors;
    const faults: string[] = [];
    const open = listed.map((phases, s) => withoutCrossings(net, s, phases, faults));
    this.open = open;
    this.faults = faults;
    this.pedestrianS =
      rules.pedestrians === false ? open.map((of) => of.map(() => 0)) : pedestrianTimes(net, open);
    this.leastGreenS = signals.map(({ phases }, s) =>
      Float64Array.from(phases, ({ minGreenS, greenS }, p) =>
        Math.max(Math.min(minGreenS, greenS), this.pedestrianS[s]![p]!),
      ),
    );
    const maxRedS = Float64Array.from(signals, (_, s) => rules.maxRedS ?? longestRedS(this.plan.cycleS(s)));
    this.endedS = signals.map((s) => new Float64Array(s.phases.length).fill(nowS));
    this.longestRed = new LongestRed(net, lanes, this, open, connectors, maxRedS);
    signals.forEach((s, i) => {
      for (const c of connectors[i]!) this.signalOf[c] = i;
      const served = new Set(open[i]!.flatMap((p) => p.go));
      for (const c of connectors[i]!) this.light[c] = served.has(c) ? LIGHT_RED : LIGHT_FREE;
      const first = this.plan.wanted(i, 0, 0, nowS);
      // It has run before the clock begins: its phase may end when the plan says so.
      this.show(i, first, nowS - this.leastS(i, first));
    });
  }

  setControl(control: SignalControl, signal?: number): void {
    this.idleUntilS.fill(0);
    this.planKeepsUntilS.fill(0);
    if (signal === undefined) {
      this.control = control;
      this.own.fill(undefined);
    } else this.own[signal] = control;
  }

  /** A phase wished for until then; without a fresh wish the signal's own plan runs. False where there is no such phase. */
  wish(signal: number, phase: number, untilS: number): boolean {
    if (!this.has(signal, phase)) {
      this.refused++;
      return false;
    }
    this.wished[signal] = phase;
    this.wishUntilS[signal] = untilS;
    return true;
  }

  /** The plan to run instead of its own; null: its own. False where a phase is missing or its green shorter than it may be. */
  setPlan(signal: number, plan: PortPlan | null): boolean {
    const fits = (step: { phase: number; greenS: number }): boolean =>
      this.has(signal, step.phase) && step.greenS >= this.leastS(signal, step.phase);
    if (signal < 0 || signal >= this.count || (plan !== null && !plan.steps.every(fits))) {
      this.refused++;
      return false;
    }
    this.plan.setPlan(signal, plan);
    this.planKeepsUntilS[signal] = 0;
    return true;
  }

  /** What it runs without wishes. */
  planOf(signal: number): PortPlan {
    return this.plan.plan(signal);
  }

  private has(signal: number, phase: number): boolean {
    return Number.isInteger(phase) && phase >= 0 && phase < (this.open[signal]?.length ?? 0);
  }

  /** Who decides there now. */
  obeys(signal: number, nowS: number): 'wishes' | 'plan' {
    return this.wishUntilS[signal]! >= nowS ? 'wishes' : 'plan';
  }

  leastS(signal: number, phase: number): number {
    return this.leastGreenS[signal]![phase]!;
  }

  changeS(signal: number, phase: number): number {
    const { yellowS, allRedS } = this.net.pack.signals[signal]!.phases[phase]!;
    return yellowS + allRedS;
  }

  maxRedS(signal: number): number {
    return this.longestRed.maxRedS[signal]!;
  }

  /** Power cut: the junction falls back to the give-way rules. */
  setDark(signal: number, dark: boolean, nowS: number): void {
    if (dark === (this.stage[signal] === 3)) return;
    this.idleUntilS[signal] = nowS;
    if (dark) {
      if (this.stage[signal] === 0) this.endedS[signal]![this.phase[signal]!] = nowS;
      this.stage[signal] = 3;
      for (const c of this.connectors[signal]!) if (this.light[c] !== LIGHT_FREE) this.light[c] = LIGHT_NONE;
    } else {
      for (const c of this.connectors[signal]!) if (this.light[c] === LIGHT_NONE) this.light[c] = LIGHT_RED;
      this.following[signal] = this.phase[signal]!;
      this.stage[signal] = 2;
      // Nobody stood at red while there was none.
      this.endedS[signal]!.fill(nowS);
    }
    this.stageStartS[signal] = nowS;
  }

  step(nowS: number): void {
    if (nowS >= this.watchedS + 1) {
      this.watchedS = nowS;
      this.longestRed.watch(this.light, LIGHT_YELLOW, nowS);
    }
    const { idleUntilS, count } = this;
    for (let s = 0; s < count; s++) if (nowS >= idleUntilS[s]!) this.stepOne(s, nowS);
  }

  private stepOne(s: number, nowS: number): void {
    const shown = this.phase[s]!;
    const inStage = nowS - this.stageStartS[s]!;
    if (this.stage[s] === 0) {
      const least = this.leastNowS[s]!;
      if (inStage < least) {
        this.idleUntilS[s] = this.stageStartS[s]! + least;
        return;
      }
      if (
        nowS < this.planKeepsUntilS[s]! &&
        this.wishUntilS[s]! < nowS &&
        this.longestRed.nobodyDue(s, nowS)
      ) {
        this.idleUntilS[s] = nowS + 1;
        return;
      }
      const wanted = this.decide(s, shown, inStage, nowS);
      if (wanted === shown) {
        this.idleUntilS[s] = nowS + 1;
        if ((this.own[s] ?? this.control) === this.plan)
          this.planKeepsUntilS[s] = nowS + this.plan.keepsS(s, shown, nowS) - ROUNDING_S;
        return;
      }
      this.endedS[s]![shown] = nowS;
      const loses = this.losing(s, shown, wanted);
      if (loses.length === 0) {
        this.show(s, wanted, nowS);
        return;
      }
      this.following[s] = wanted;
      this.stage[s] = 1;
      this.stageStartS[s] = nowS;
      for (const c of loses) this.light[c] = LIGHT_YELLOW;
      const { yellowS } = this.net.pack.signals[s]!.phases[shown]!;
      this.idleUntilS[s] = nowS + yellowS - ROUNDING_S;
      if (yellowS > 0) return;
    }
    const plan = this.net.pack.signals[s]!.phases[shown]!;
    if (this.stage[s] === 1 && nowS - this.stageStartS[s]! >= plan.yellowS) {
      this.stage[s] = 2;
      this.stageStartS[s] = nowS;
      this.idleUntilS[s] = nowS + plan.allRedS - ROUNDING_S;
      for (const c of this.open[s]![shown]!.go) if (this.light[c] === LIGHT_YELLOW) this.light[c] = LIGHT_RED;
    }
    if (this.stage[s] === 2 && nowS - this.stageStartS[s]! >= plan.allRedS)
      this.show(s, this.following[s]!, nowS);
  }

  /** The phase to show: wished, planned, or the one that may not wait any longer. */
  private decide(s: number, shown: number, inStage: number, nowS: number): number {
    const { maxGreenS } = this.net.pack.signals[s]!.phases[shown]!;
    const control = this.own[s] ?? this.control;
    const fresh = this.wishUntilS[s]! >= nowS;
    let wanted = fresh ? this.wished[s]! : control.wanted(s, shown, inStage, nowS);
    if (!this.has(s, wanted)) {
      this.refused++;
      wanted = shown;
    }
    if (wanted === shown && inStage >= maxGreenS && (fresh || control.keepsOwnLimits !== true)) {
      const waiting = this.longestRed.longestWaiting(s, this.connectors[s]!);
      wanted = waiting >= 0 && waiting !== shown ? waiting : this.plan.after(s, shown);
    }
    return this.longestRed.due(s, this.connectors[s]!, shown, wanted, nowS);
  }

  /** Connectors that lose their green, or their right of way, between two phases. */
  private losing(s: number, from: number, to: number): number[] {
    const [before, after] = [this.open[s]![from]!, this.open[s]![to]!];
    return before.go.filter((c) => !after.go.includes(c) || (after.yields.has(c) && !before.yields.has(c)));
  }

  stageOf(signal: number): SignalStage {
    return stages[this.stage[signal]!]!;
  }

  /** Seconds since the stage began. */
  stageSinceS(signal: number, nowS: number): number {
    return nowS - this.stageStartS[signal]!;
  }

  /** Seconds since a phase's green ended last; 0 for the one that is green. */
  redS(signal: number, phase: number, nowS: number): number {
    const green = this.stage[signal] === 0 && this.phase[signal] === phase;
    return green ? 0 : nowS - this.endedS[signal]![phase]!;
  }

  /** Calls with the state of each signal as a feed would send it. */
  each(
    nowS: number,
    cb: (signal: number, phase: number, state: SignalStage, remainingS: number) => void,
  ): void {
    for (let s = 0; s < this.count; s++) {
      const plan = this.net.pack.signals[s]!.phases[this.phase[s]!]!;
      const inStage = this.stageSinceS(s, nowS);
      const stage = this.stageOf(s);
      let left = 0;
      if (stage === 'yellow') left = plan.yellowS - inStage;
      else if (stage === 'all-red') left = plan.allRedS - inStage;
      else if (stage === 'green') {
        const control = this.own[s] ?? this.control;
        left = control.remainingS?.(s, this.phase[s]!, inStage, nowS) ?? plan.greenS - inStage;
      }
      cb(s, stage === 'dark' ? -1 : this.phase[s]!, stage, Math.max(0, left));
    }
  }

  private show(s: number, phase: number, nowS: number): void {
    const { go, yields } = this.open[s]![phase]!;
    for (const c of this.connectors[s]!) if (this.light[c] !== LIGHT_FREE) this.light[c] = LIGHT_RED;
    for (const c of go) this.light[c] = yields.has(c) ? LIGHT_YIELD : LIGHT_GREEN;
    this.phase[s] = phase;
    this.leastNowS[s] = this.leastS(s, phase);
    this.planKeepsUntilS[s] = 0;
    this.stage[s] = 0;
    this.stageStartS[s] = nowS;
  }
}

/** By signal its junction's connectors, and by phase those with green. */
function phaseConnectors(net: Network): { connectors: number[][]; open: PhaseConnectors[][] } {
  const byMovement = new Map<string, number[]>();
  const byJunction = new Map<string, number[]>();
  for (let c = 0; c < net.fromLane.length; c++) {
    const m = net.connectorMovement[c]!;
    const from = net.pack.links[net.movementFrom[m]!]!;
    push(byMovement, `${from.id}>${net.pack.links[net.movementTo[m]!]!.id}`, c);
    push(byJunction, from.to, c);
  }
  return {
    connectors: net.pack.signals.map((s) => byJunction.get(s.junction) ?? []),
    open: net.pack.signals.map((s) =>
      s.phases.map((p) => {
        const go: number[] = [];
        const yields = new Set<number>();
        for (const m of p.movements)
          for (const c of byMovement.get(`${m.from}>${m.to}`) ?? []) {
            go.push(c);
            if (m.yields === true) yields.add(c);
          }
        return { go, yields };
      }),
    ),
  };
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
