/**
 * The product's own method: a rolling horizon at each junction, joined by what the junctions plan to send each other.
 */
import { compileNetwork, GREEN } from '../layout.ts';
import type { ControlNetwork, JunctionState, SignalMethod } from '../model.ts';
import { PER_VEHICLE } from '../model.ts';
import { fillArrivals } from './arrivals.ts';
import { createObserver } from './observer.ts';
import { createOutflow, createPlanner } from './planner.ts';
import { parameters } from './parameters.ts';

export function createRollingHorizon(network: ControlNetwork): SignalMethod {
  const streets = compileNetwork(network);
  const horizonS = parameters.horizonS;
  const watchers = streets.layouts.map((layout, j) =>
    createObserver(
      layout,
      streets.upstream[j]!.map((from) => from.length === 0),
    ),
  );
  const planners = streets.layouts.map((layout, j) => createPlanner(layout, watchers[j]!, horizonS));
  const outflows = streets.layouts.map(createOutflow);
  const feeders = streets.layouts.map((layout, j) =>
    Array.from({ length: layout.lanes }, (_, lane) =>
      streets.upstream[j]![lane]!.map((from) => ({
        outflow: outflows[from.junction]!,
        exit: from.exit,
        share: 1,
      })),
    ),
  );
  const peers = streets.layouts.map((layout) =>
    layout.junction.lanes.map((lane) =>
      layout.junction.lanes.flatMap((other, k) => (other.link === lane.link ? [k] : [])),
    ),
  );
  let states: readonly (JunctionState | null)[] = [];
  let now = 0;
  const plannedS = new Float64Array(streets.layouts.length).fill(-1);
  const plannedPhase = new Int16Array(streets.layouts.length).fill(-1);

  /** The phase for a movement that has waited too long, or -1. */
  const starved = (j: number, state: JunctionState): number => {
    const layout = streets.layouts[j]!;
    const boundS = Math.min(parameters.longestWaitS, layout.junction.maxRedS - 15);
    let worst = -1;
    let worstS = boundS;
    for (let lane = 0; lane < layout.lanes; lane++) {
      const vehicles = state.lanes[lane];
      if (!vehicles || vehicles.length < PER_VEHICLE || vehicles[1]! > 2 || vehicles[0]! > 30) continue;
      const c = vehicles[2]!;
      if (c < 0) continue;
      let redS = Infinity;
      let phase = -1;
      for (let p = 0; p < layout.phases; p++) {
        if (layout.right[p * layout.connections + c] === 0) continue;
        if (state.redS[p]! < redS) redS = state.redS[p]!;
        if (
          phase < 0 ||
          layout.right[p * layout.connections + c]! < layout.right[phase * layout.connections + c]!
        )
          phase = p;
      }
      // Who gives way and finds no gap waits like at a red light; only the right of way helps.
      const balksS = watchers[j]!.balksS[lane]!;
      if (
        phase >= 0 &&
        phase !== state.phase &&
        balksS > parameters.longestBalkS &&
        layout.right[phase * layout.connections + c] === GREEN
      )
        redS = Math.max(redS, boundS + balksS - parameters.longestBalkS);
      if (phase >= 0 && redS > worstS && phase !== state.phase) {
        worstS = redS;
        worst = phase;
      }
    }
    return worst;
  };

  return {
    see(seen, nowS) {
      states = seen;
      now = nowS;
      for (let j = 0; j < watchers.length; j++) watchers[j]!.look(seen[j] ?? null, nowS);
    },
    wanted(j) {
      const state = states[j];
      if (!state || state.phase < 0) return Math.max(0, state?.phase ?? 0);
      // A plan that keeps the phase for long is not made anew each second.
      if (
        planners[j]!.staysUntilS() - now > parameters.sureS &&
        plannedS[j] === now - 1 &&
        plannedPhase[j] === state.phase
      )
        return state.phase;
      plannedS[j] = now;
      plannedPhase[j] = state.phase;
      const layout = streets.layouts[j]!;
      const watcher = watchers[j]!;
      for (let lane = 0; lane < layout.lanes; lane++) {
        const sources = feeders[j]![lane]!;
        if (sources.length === 0) continue;
        let sum = 0;
        for (const other of peers[j]![lane]!) sum += watcher.rate[other]!;
        const share = sum > 0 ? watcher.rate[lane]! / sum : 1;
        for (const source of sources) source.share = share;
      }
      fillArrivals(planners[j]!.arrivals, layout, state, watcher, feeders[j]!, now, horizonS);
      const wish = planners[j]!.plan(state, now, outflows[j]!);
      const must = starved(j, state);
      return must >= 0 ? must : wish;
    },
  };
}
