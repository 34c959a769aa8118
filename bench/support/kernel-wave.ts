/** Green waves for the emergency vehicles of a traffic model: where each is, as the wave's rules want it told. */
import { decideWaves, underWaves, type WaveSignal, type WaveWay } from '../../server/domain/signals/wave.ts';
import { Standing } from '../../server/domain/signals/standing.ts';
import type { Junction, JunctionState } from '../../server/domain/signals/model.ts';
import type { TrafficModel } from '../../simulators/models/traffic/traffic-model.ts';

export interface Unit {
  readonly key: string;
  readonly priority: number;
  readonly startedAtS: number;
}

/** Junctions further off than this are not told of: nobody knows yet when it comes there, s. */
const LOOK_AHEAD_S = 120;
/** Pace it is expected to keep over the limit where its way is clear. */
const PACE = 1.4;

/** Answers, for the states of this second, what is to be shown where a phase is intended. */
export function waves(
  model: TrafficModel,
  junctions: readonly Junction[],
  units: () => readonly Unit[],
): (states: readonly JunctionState[], nowS: number) => (signal: string, intended: number) => number {
  const { network } = model;
  const { pack } = network;
  const byJunction = new Map(pack.signals.map((s) => [s.junction, s.id]));
  const describedAs = new Map(junctions.map((j, i) => [j.id, { j, i, standing: new Standing(j) }]));
  const held = new Set<string>();
  return (states, nowS) => {
    for (const { i, standing } of describedAs.values()) standing.see(states[i]!, nowS);
    const ways = units().flatMap((unit): WaveWay[] => {
      const way = model.wayOf(unit.key);
      if (way === null) return [];
      const ahead: WaveWay['ahead'][number][] = [];
      let metres = 0;
      let etaS = 0;
      for (let k = 0; k + 1 < way.links.length && etaS < LOOK_AHEAD_S; k++) {
        const link = way.links[k]!;
        const m = k === 0 ? way.leftM : network.linkLengthM[link]!;
        metres += m;
        etaS += m / (network.linkLimitMps[link]! * PACE);
        const signal = byJunction.get(pack.links[link]!.to);
        if (signal === undefined) continue;
        ahead.push({
          signal,
          metres,
          etaS,
          from: pack.links[link]!.id,
          to: pack.links[way.links[k + 1]!]!.id,
          held: held.has(`${unit.key} ${signal}`),
        });
      }
      return [{ id: unit.key, priority: unit.priority, startedAtS: unit.startedAtS, ahead }];
    });
    const decision = decideWaves(ways, (id): WaveSignal | undefined => {
      const found = describedAs.get(id);
      if (found === undefined) return undefined;
      const { j, i, standing } = found;
      return { junction: j, state: states[i]!, waitedS: standing.waitedS, waves: true };
    });
    held.clear();
    for (const way of ways)
      decision.standing.get(way.id)?.forEach((standing, k) => {
        if (standing === 'held') held.add(`${way.id} ${way.ahead[k]!.signal}`);
      });
    return (signal, intended) => underWaves(decision, signal, intended);
  };
}
