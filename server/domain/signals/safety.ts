/**
 * The lowest level of a traffic signal, which no wish can talk out of its rules: minimum green (TR-100), yellow and all-red
 * between (TR-101), the pedestrians' time (TR-102), the longest green and red (TR-103), no unknown phase (TR-104), its own
 * plan where nobody's wish is fresh (TR-105), no conflict (TR-106), no yellow for whom the green stays (TR-107).
 *
 * The longest red is kept as earliest deadline first: a green ends, and a wish is set aside, as soon as those who wait could
 * otherwise not all be served in time, each for its shortest green.
 */
import type { PortPlan, PortStage } from '../../contract/signal-port.ts';
import { contradiction, inPlan, leastGreenS } from './contradiction.ts';
import type { Junction } from './model.ts';
import { changeS, opens, planned } from './plan.ts';

export type Light = 'green' | 'yield' | 'yellow' | 'red';

export interface Shown {
  /** The one that is green, or whose green ended last. */
  readonly phase: number;
  readonly stage: PortStage;
  readonly sinceS: number;
  readonly redS: readonly number[];
  readonly obeys: 'wishes' | 'plan';
}

/** Wishes come once a second: a decision can be put off by so much. */
const STEP_S = 1;

/** By connection, 1 where somebody waits there. */
export type Waiting = Uint8Array;

export class SafeJunction {
  readonly #junction: Junction;
  readonly #everybody: Waiting;
  #plan: PortPlan;
  #phase: number;
  #target: number;
  #stage: PortStage = 'green';
  #stageBeganS: number;
  #lastS: number;
  #stepS = STEP_S;
  #obeys: 'wishes' | 'plan' = 'plan';
  #refused = 0;
  /** By phase, when its green ended. */
  readonly #phaseRedS: Float64Array;
  /** By connection, since when somebody stands before its red; not finite where nobody does. */
  readonly #standsSinceS: Float64Array;

  /** Throws where the description contradicts itself (TR-108); ask `contradiction` first. */
  constructor(junction: Junction, nowS: number) {
    const wrong = contradiction(junction);
    if (wrong !== null) throw new RangeError(wrong);
    this.#junction = junction;
    this.#plan = junction.plan;
    this.#everybody = new Uint8Array(junction.connections.length).fill(1);
    const { phase, sinceS } = planned(junction, junction.plan, nowS);
    this.#phase = phase;
    this.#target = phase;
    this.#stageBeganS = nowS - sinceS;
    this.#lastS = nowS;
    this.#standsSinceS = new Float64Array(junction.connections.length).fill(Infinity);
    this.#phaseRedS = new Float64Array(junction.phases.length).fill(nowS);
  }

  /** Wishes and plans that were not followed because they make no sense here. */
  get refused(): number {
    return this.#refused;
  }

  /** Runs another plan instead of its own where nobody wishes; null: its own again. Answers with why not. */
  setPlan(plan: PortPlan | null): string | null {
    const wrong = plan === null ? null : inPlan(this.#junction, plan);
    if (wrong === null) this.#plan = plan ?? this.#junction.plan;
    else this.#refused++;
    return wrong;
  }

  /** How it stands at a time, before anything is decided. */
  advance(nowS: number): Shown {
    this.#tick(nowS);
    if (this.#stage === 'yellow' && nowS - this.#stageBeganS >= this.#from.yellowS) {
      if (this.#from.allRedS > 0) this.#begin('all-red', nowS);
      else this.#open(nowS);
    } else if (this.#stage === 'all-red' && nowS - this.#stageBeganS >= this.#from.allRedS) {
      this.#open(nowS);
    }
    return this.#now(nowS);
  }

  /** `wish`: the phase wanted, null where no wish is fresh; `waiting`: who stands there, everybody where it is not known. */
  step(nowS: number, wish: number | null, waiting: Waiting = this.#everybody): Shown {
    this.advance(nowS);
    for (let c = 0; c < waiting.length; c++) {
      const light = this.light(c);
      if (light === 'green' || light === 'yield') this.#standsSinceS[c] = Infinity;
      else if (waiting[c] === 1) this.#standsSinceS[c] = Math.min(this.#standsSinceS[c]!, nowS);
    }
    const wanted = this.#wanted(nowS, wish);
    if (this.#stage === 'green') this.#decide(nowS, wanted);
    return this.#now(nowS);
  }

  #now(nowS: number): Shown {
    return {
      phase: this.#phase,
      stage: this.#stage,
      sinceS: nowS - this.#stageBeganS,
      redS: Array.from(this.#phaseRedS, (endedS, p) =>
        p === this.#phase && this.#stage === 'green' ? 0 : nowS - endedS,
      ),
      obeys: this.#obeys,
    };
  }

  light(connection: number): Light {
    const from = this.#from;
    const goes = from.green.includes(connection);
    if (!goes && !from.yields.includes(connection)) return 'red';
    if (this.#stage === 'green') return goes ? 'green' : 'yield';
    const { green, yields } = this.#junction.phases[this.#target]!;
    if (green.includes(connection)) return goes ? 'green' : 'yield';
    if (yields.includes(connection)) return 'yield';
    return this.#stage === 'yellow' ? 'yellow' : 'red';
  }

  get #from(): Junction['phases'][number] {
    return this.#junction.phases[this.#phase]!;
  }

  /** A clock that was set back makes everything last longer, never shorter. */
  #tick(nowS: number): void {
    if (nowS === this.#lastS) return;
    if (nowS < this.#lastS) {
      const back = this.#lastS - nowS;
      this.#stageBeganS = Math.min(this.#stageBeganS, nowS);
      for (let c = 0; c < this.#standsSinceS.length; c++) this.#standsSinceS[c]! -= back;
      for (let p = 0; p < this.#phaseRedS.length; p++) this.#phaseRedS[p]! -= back;
    } else {
      this.#stepS = Math.max(STEP_S, nowS - this.#lastS);
    }
    this.#lastS = nowS;
  }

  /** A stage lasts from the step that shows it first: it is shown even where steps are longer than it. */
  #begin(stage: PortStage, nowS: number): void {
    this.#stage = stage;
    this.#stageBeganS = nowS;
  }

  #open(nowS: number): void {
    this.#phase = this.#target;
    this.#begin('green', nowS);
  }

  #wanted(nowS: number, wish: number | null): number {
    if (wish !== null && this.#junction.phases[wish]) {
      this.#obeys = 'wishes';
      return wish;
    }
    if (wish !== null) this.#refused++;
    this.#obeys = 'plan';
    return planned(this.#junction, this.#plan, nowS).phase;
  }

  #decide(nowS: number, wanted: number): void {
    const greenS = nowS - this.#stageBeganS;
    if (greenS < leastGreenS(this.#junction, this.#phase)) return;
    const due = this.#dueOrder();
    let next = wanted;
    if (next === this.#phase && greenS >= this.#from.maxGreenS && due.length > 0) next = due[0]!.phase;
    if (!this.#inTime(nowS, next, due)) next = due[0]!.phase;
    if (next !== this.#phase) this.#leave(nowS, next);
  }

  #leave(nowS: number, target: number): void {
    const { yellowS, allRedS } = this.#from;
    this.#phaseRedS[this.#phase] = nowS;
    this.#target = target;
    if (changeS(this.#junction, this.#phase, target) === 0) this.#open(nowS);
    else if (yellowS > 0) this.#begin('yellow', nowS);
    else if (allRedS > 0) this.#begin('all-red', nowS);
    else this.#open(nowS);
  }

  /** Phases that those who wait need, the one whose turn ends first in front, and the time each must have begun at. */
  #dueOrder(): { readonly phase: number; readonly byS: number }[] {
    const { connections, phases, maxRedS } = this.#junction;
    const due: { phase: number; byS: number }[] = [];
    // Nobody sees pedestrians here: somebody may always want to cross.
    for (const [p, { pedestrianS }] of phases.entries()) {
      if (pedestrianS > 0 && p !== this.#phase) due.push({ phase: p, byS: this.#phaseRedS[p]! + maxRedS });
    }
    const waits: number[] = [];
    for (let c = 0; c < connections.length; c++) {
      if (this.#standsSinceS[c] !== Infinity) waits.push(c);
    }
    waits.sort((a, b) => this.#standsSinceS[a]! - this.#standsSinceS[b]!);
    for (const c of waits) {
      const byS = this.#standsSinceS[c]! + maxRedS;
      const served = due.find(({ phase }) => opens(this.#junction, phase, c));
      if (served) {
        served.byS = Math.min(served.byS, byS);
        continue;
      }
      const phase = this.#best(c, waits);
      if (phase >= 0) due.push({ phase, byS });
    }
    return due.sort((a, b) => a.byS - b.byS || a.phase - b.phase);
  }

  /** Of the phases that open the connection, the one that serves most of those who wait; −1: none does. */
  #best(connection: number, waits: readonly number[]): number {
    let best = -1;
    let most = 0;
    for (let p = 0; p < this.#junction.phases.length; p++) {
      if (!opens(this.#junction, p, connection)) continue;
      const serves = waits.reduce((sum, c) => sum + (opens(this.#junction, p, c) ? 1 : 0), 0);
      if (serves > most) {
        most = serves;
        best = p;
      }
    }
    return best;
  }

  /** Whether everybody who waits can still be served in time where `next` is shown first. */
  #inTime(
    nowS: number,
    next: number,
    due: readonly { readonly phase: number; readonly byS: number }[],
  ): boolean {
    let at = next;
    let atS = nowS + this.#stepS;
    if (next !== this.#phase)
      atS = nowS + changeS(this.#junction, this.#phase, next) + leastGreenS(this.#junction, next);
    for (const { phase, byS } of due) {
      if (phase === next) continue;
      atS += changeS(this.#junction, at, phase);
      if (atS > byS) return false;
      atS += leastGreenS(this.#junction, phase);
      at = phase;
    }
    return true;
  }
}
