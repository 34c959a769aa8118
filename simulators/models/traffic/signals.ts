/**
 * Traffic signals of the network. A control only asks for a phase; minimum and maximum green, yellow and all-red are kept here,
 * below every control. Which connectors are open stands in `light`, changed only when a signal changes.
 */
import type { Network } from './network.ts';

export const LIGHT_RED = 0;
export const LIGHT_YELLOW = 1;
/** Green, but must give way (a permissive left turn). */
export const LIGHT_YIELD = 2;
export const LIGHT_GREEN = 3;
/** No signal for this connector. */
export const LIGHT_NONE = 4;
/** At a signal, but in none of its phases (a right turn past the signal): open, gives way to all. */
export const LIGHT_FREE = 5;

export type SignalStage = 'green' | 'yellow' | 'all-red' | 'dark';

/** What decides which phase is shown. Asked once a second per signal in green. */
export interface SignalControl {
  /** The phase wanted now; the one shown, to stay. */
  wanted(signal: number, shown: number, greenElapsedS: number, nowS: number): number;
  /** Seconds until the shown phase is expected to end, where known. */
  remainingS?(signal: number, shown: number, greenElapsedS: number, nowS: number): number;
  /** True where `wanted` may overrun a phase's maximum (a plan set by an engineer). */
  readonly keepsOwnLimits?: boolean;
}

/** The plans of the pack: offset and greens as found. */
export class FixedTimeControl implements SignalControl {
  readonly keepsOwnLimits = true;
  private readonly cycleS: number[];
  private readonly startsS: number[][] = [];
  private readonly greensS: number[][] = [];
  private readonly offsetS: number[];

  constructor(net: Network) {
    const signals = net.pack.signals;
    this.offsetS = signals.map((s) => s.offsetS);
    this.cycleS = signals.map((s) => {
      let at = 0;
      const starts: number[] = [];
      for (const p of s.phases) {
        starts.push(at);
        at += p.greenS + p.yellowS + p.allRedS;
      }
      this.startsS.push(starts);
      this.greensS.push(s.phases.map((p) => p.greenS));
      return at;
    });
  }

  wanted(signal: number, shown: number, _greenElapsedS: number, nowS: number): number {
    const starts = this.startsS[signal]!;
    const greens = this.greensS[signal]!;
    const at = this.at(signal, nowS);
    for (let p = starts.length - 1; p >= 0; p--)
      if (at >= starts[p]!) return at < starts[p]! + greens[p]! ? p : (p + 1) % starts.length;
    return shown;
  }

  remainingS(signal: number, shown: number, _greenElapsedS: number, nowS: number): number {
    const cycle = this.cycleS[signal]!;
    const end = this.startsS[signal]![shown]! + this.greensS[signal]![shown]!;
    return (end - this.at(signal, nowS) + cycle) % cycle;
  }

  private at(signal: number, nowS: number): number {
    const cycle = this.cycleS[signal]!;
    return (nowS + this.offsetS[signal]!) % cycle;
  }
}

export class Signals {
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
  private readonly connectors: number[][] = [];
  /** `[signal][phase]` → connector numbers (− linkLanes) with green, and those of them that give way. */
  private readonly open: { go: readonly number[]; yields: ReadonlySet<number> }[][] = [];
  private readonly net: Network;
  private control: SignalControl;
  private readonly own: (SignalControl | undefined)[];

  constructor(net: Network, nowS: number, control: SignalControl) {
    this.net = net;
    this.control = control;
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
    const byMovement = new Map<string, number[]>();
    const byJunction = new Map<string, number[]>();
    for (let c = 0; c < n; c++) {
      const m = net.connectorMovement[c]!;
      const from = net.pack.links[net.movementFrom[m]!]!;
      const key = `${from.id}>${net.pack.links[net.movementTo[m]!]!.id}`;
      push(byMovement, key, c);
      push(byJunction, from.to, c);
    }
    signals.forEach((s, i) => {
      const all = byJunction.get(s.junction) ?? [];
      this.connectors.push(all);
      for (const c of all) this.signalOf[c] = i;
      this.open.push(
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
      );
      const listed = new Set(this.open[i]!.flatMap((p) => p.go));
      for (const c of all) this.light[c] = listed.has(c) ? LIGHT_RED : LIGHT_FREE;
      const first = control.wanted(i, 0, 0, nowS);
      this.show(i, first < s.phases.length ? first : 0, nowS);
    });
  }

  setControl(control: SignalControl, signal?: number): void {
    this.idleUntilS.fill(0);
    if (signal === undefined) {
      this.control = control;
      this.own.fill(undefined);
    } else this.own[signal] = control;
  }

  /** Power cut: the junction falls back to the give-way rules. */
  setDark(signal: number, dark: boolean, nowS: number): void {
    if (dark === (this.stage[signal] === 3)) return;
    this.idleUntilS[signal] = nowS;
    if (dark) {
      this.stage[signal] = 3;
      for (const c of this.connectors[signal]!) if (this.light[c] !== LIGHT_FREE) this.light[c] = LIGHT_NONE;
    } else {
      for (const c of this.connectors[signal]!) if (this.light[c] === LIGHT_NONE) this.light[c] = LIGHT_RED;
      this.following[signal] = this.phase[signal]!;
      this.stage[signal] = 2;
      this.stageStartS[signal] = nowS;
    }
  }

  step(nowS: number): void {
    for (let s = 0; s < this.count; s++) {
      if (nowS < this.idleUntilS[s]!) continue;
      const plan = this.net.pack.signals[s]!.phases[this.phase[s]!]!;
      const inStage = nowS - this.stageStartS[s]!;
      const stage = this.stage[s];
      if (stage === 0) {
        const least = Math.min(plan.minGreenS, plan.greenS);
        if (inStage < least) {
          this.idleUntilS[s] = this.stageStartS[s]! + least;
          continue;
        }
        const control = this.own[s] ?? this.control;
        let wanted = control.wanted(s, this.phase[s]!, inStage, nowS);
        const phases = this.net.pack.signals[s]!.phases.length;
        if (!(wanted >= 0 && wanted < phases)) wanted = this.phase[s]!;
        if (wanted === this.phase[s] && inStage >= plan.maxGreenS && control.keepsOwnLimits !== true)
          wanted = (wanted + 1) % phases;
        if (wanted === this.phase[s]) {
          this.idleUntilS[s] = nowS + 1;
          continue;
        }
        this.following[s] = wanted;
        this.stage[s] = 1;
        this.stageStartS[s] = nowS;
        const stays = this.open[s]![wanted]!;
        for (const c of this.open[s]![this.phase[s]!]!.go)
          if (!(stays.go.includes(c) && !stays.yields.has(c))) this.light[c] = LIGHT_YELLOW;
        if (plan.yellowS > 0) continue;
      }
      if (this.stage[s] === 1 && nowS - this.stageStartS[s]! >= plan.yellowS) {
        this.stage[s] = 2;
        this.stageStartS[s] = nowS;
        for (const c of this.open[s]![this.phase[s]!]!.go)
          if (this.light[c] === LIGHT_YELLOW) this.light[c] = LIGHT_RED;
      }
      if (this.stage[s] === 2 && nowS - this.stageStartS[s]! >= plan.allRedS)
        this.show(s, this.following[s]!, nowS);
    }
  }

  /** Calls with the state of each signal as a feed would send it. */
  each(
    nowS: number,
    cb: (signal: number, phase: number, state: SignalStage, remainingS: number) => void,
  ): void {
    for (let s = 0; s < this.count; s++) {
      const plan = this.net.pack.signals[s]!.phases[this.phase[s]!]!;
      const inStage = nowS - this.stageStartS[s]!;
      switch (this.stage[s]!) {
        case 0: {
          const control = this.own[s] ?? this.control;
          const left = control.remainingS?.(s, this.phase[s]!, inStage, nowS) ?? plan.greenS - inStage;
          cb(s, this.phase[s]!, 'green', Math.max(0, left));
          break;
        }
        case 1:
          cb(s, this.phase[s]!, 'yellow', Math.max(0, plan.yellowS - inStage));
          break;
        case 2:
          cb(s, this.phase[s]!, 'all-red', Math.max(0, plan.allRedS - inStage));
          break;
        default:
          cb(s, -1, 'dark', 0);
      }
    }
  }

  private show(s: number, phase: number, nowS: number): void {
    const { go, yields } = this.open[s]![phase]!;
    for (const c of this.connectors[s]!) if (this.light[c] !== LIGHT_FREE) this.light[c] = LIGHT_RED;
    for (const c of go) this.light[c] = yields.has(c) ? LIGHT_YIELD : LIGHT_GREEN;
    this.phase[s] = phase;
    this.stage[s] = 0;
    this.stageStartS[s] = nowS;
  }
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
