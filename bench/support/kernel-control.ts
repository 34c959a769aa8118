/** A control method of the server on the traffic model, in one process and in step with it, as over the signal port. */
import { portJunction } from '../../server/contract/signal-port.ts';
import type { ControlNetwork, SignalMethod } from '../../server/domain/signals/model.ts';
import { planned } from '../../server/domain/signals/plan.ts';
import { SignalPort } from '../../simulators/control/port.ts';
import type { TrafficModel } from '../../simulators/models/traffic/traffic-model.ts';

/** A wish is renewed each second and holds a little longer, so that one that stays away ends it. */
const VALID_S = 2;
const EVERY_S = 1;

export interface Driven {
  readonly network: ControlNetwork;
  readonly port: SignalPort;
  /** One step of the model; the method is asked at each whole second. */
  step(): void;
}

/** `make` is given the network as the port describes it; null: every signal runs its own plan. */
export function drive(
  model: TrafficModel,
  make: ((network: ControlNetwork) => SignalMethod) | null,
  over?: (
    states: ReturnType<SignalPort['states']>,
    nowS: number,
  ) => (signal: string, intended: number) => number,
): Driven {
  const port = new SignalPort(model);
  const network: ControlNetwork = { junctions: port.describe().map((j) => portJunction.parse(j)) };
  const method = make?.(network) ?? null;
  const least = network.junctions.map((j) => j.phases.map((p) => Math.max(p.minGreenS, p.pedestrianS)));
  const everyTicks = Math.round(1 / model.kernel.dtS);
  const control = (): void => {
    const nowS = model.timeS;
    const states = port.states();
    const wanted: Record<string, number> = {};
    method?.see(states, nowS);
    if (method !== null)
      states.forEach((state, j) => {
        if (state.stage !== 'green' || state.sinceS < least[j]![state.phase]!) return;
        wanted[state.id] = method.wanted(j);
      });
    const shownOver = over?.(states, nowS);
    if (shownOver !== undefined)
      for (const [j, { id, plan }] of network.junctions.entries()) {
        const own =
          method === null ? planned(network.junctions[j]!, plan, nowS + EVERY_S).phase : states[j]!.phase;
        const intended = wanted[id] ?? own;
        const phase = shownOver(id, intended);
        if (phase !== intended) wanted[id] = phase;
      }
    port.apply({ describe: false, validS: VALID_S, wanted, plans: {} }, nowS);
  };
  return {
    network,
    port,
    step() {
      if ((method !== null || over !== undefined) && model.kernel.tick % everyTicks === 0) control();
      model.step();
    },
  };
}
