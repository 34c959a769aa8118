/**
 * Runs the signals of a SUMO network, second by second: what the vehicles do becomes states of the signal port, somebody
 * wishes phases, the safety rules decide, and the lights are shown. Signals nobody can drive are left to SUMO.
 */
import { performance } from 'node:perf_hooks';
import type { ControlNetwork, JunctionState } from '../domain/signals/model.ts';
import { SafeJunction, type Shown, type Waiting } from '../domain/signals/safety.ts';
import type { Decider } from './deciders.ts';
import { signalsOf, type PhaseChoice, type SignalLayout } from './junctions.ts';
import { lightsOf } from './lights.ts';
import type { SumoNet } from './net/model.ts';
import type { TraciClient } from './traci/client.ts';
import { SumoTraffic } from './traffic.ts';
import { SignalWatch } from './watch.ts';

/** Makes who decides, once the junctions are known; null: the lights are left to SUMO. */
export type MakeDecider = ((network: ControlNetwork) => Decider) | null;

export interface DriverOptions {
  readonly net: SumoNet;
  readonly traci: TraciClient;
  readonly makeDecider: MakeDecider;
  /** Vehicles' places are read too. */
  readonly positions?: boolean;
  readonly phases?: PhaseChoice | undefined;
}

const STEP_S = 1;

export class SumoDriver {
  readonly layouts: readonly SignalLayout[];
  readonly notes: readonly string[];
  readonly traffic: SumoTraffic;
  /** How long each second's thinking took, by junction. */
  readonly perJunctionMs: number[] = [];
  readonly #traci: TraciClient;
  readonly #decider: Decider | null;
  readonly #watch: SignalWatch;
  readonly #waiting: readonly Waiting[];
  readonly #shownLights: string[];
  #safe: readonly SafeJunction[] = [];
  #shown: Shown[] = [];
  #states: JunctionState[] = [];

  constructor({ net, traci, makeDecider, positions = false, phases }: DriverOptions) {
    const { layouts, notes } = signalsOf(net, phases);
    this.layouts = layouts;
    this.notes = notes;
    this.traffic = new SumoTraffic(net, traci, positions ? 'positions' : makeDecider ? 'lanes' : 'counts');
    this.#traci = traci;
    this.#decider = makeDecider?.({ junctions: layouts.map(({ junction }) => junction) }) ?? null;
    this.#watch = new SignalWatch(layouts);
    this.#waiting = layouts.map(({ connections }) => new Uint8Array(connections.length));
    this.#shownLights = layouts.map(() => '');
  }

  get states(): readonly JunctionState[] {
    return this.#states;
  }

  /** Wishes and plans that made no sense. */
  get refused(): number {
    return this.#safe.reduce((sum, safe) => sum + safe.refused, 0);
  }

  async begin(): Promise<void> {
    await this.traffic.begin();
    const { nowS } = this.traffic;
    this.#safe = this.layouts.map(({ junction }) => new SafeJunction(junction, nowS));
    this.#shown = this.#safe.map((safe) => safe.step(nowS, null));
    const lights = this.#show();
    this.#traci.flush();
    await lights;
  }

  /** One second: the lights as they were decided, the vehicles' move, the next decision. */
  async step(): Promise<void> {
    const lights = this.#show();
    const answer = await this.#traci.step(this.traffic.nowS + STEP_S);
    await lights;
    await this.traffic.after(answer);
    if (this.#decider) await this.#decide(this.#decider);
  }

  async #decide(decider: Decider): Promise<void> {
    const { nowS } = this.traffic;
    this.#shown = this.#safe.map((safe) => safe.advance(nowS));
    this.#watch.look(this.traffic.vehicles.values());
    this.#states = this.layouts.map((_, j) => this.#watch.state(j, this.#shown[j]!));
    const startedMs = performance.now();
    await decider.see(this.#states, nowS);
    const wishes = this.layouts.map((_, j) => decider.wish(j));
    if (wishes.length > 0) this.perJunctionMs.push((performance.now() - startedMs) / wishes.length);
    for (const [j, plan] of decider.plans?.() ?? []) this.#safe[j]!.setPlan(plan);
    this.#shown = this.#safe.map((safe, j) => {
      this.#watch.waiting(j, this.#waiting[j]!);
      return safe.step(nowS, wishes[j]!, this.#waiting[j]);
    });
  }

  /** Gathers what changed; it goes out with the next message. */
  async #show(): Promise<void> {
    if (!this.#decider) return;
    const changes: Promise<void>[] = [];
    for (const [j, layout] of this.layouts.entries()) {
      const lights = lightsOf(layout, this.#safe[j]!, this.#shown[j]!);
      if (lights === this.#shownLights[j]) continue;
      this.#shownLights[j] = lights;
      changes.push(this.#traci.setLights(layout.signal, lights));
    }
    await Promise.all(changes);
  }
}
