/** What is worked out without vehicles' names, held against the traffic model, which knows them. */
import { describe, expect, it } from 'vitest';
import { JunctionAnalysis } from '../../../../../server/domain/signals/analysis/junction-analysis.ts';
import { SignalPort } from '../../../../../simulators/control/port.ts';
import { PHANTOM } from '../../../../../simulators/models/traffic/lanes.ts';
import { TrafficModel } from '../../../../../simulators/models/traffic/traffic-model.ts';
import { smallPack } from '../../../../support/small-pack.ts';

const SECONDS = 600;

/** Vehicles on lanes from the first one on. */
function namesOn({ kernel }: TrafficModel, first: number, end: number): Set<number> {
  const { lanes } = kernel;
  const names = new Set<number>();
  for (let lane = first; lane < end; lane++) {
    const head = lanes.head[lane]!;
    for (let i = head; i < head + lanes.count[lane]!; i++)
      if (lanes.vehicle(i) !== PHANTOM) names.add(lanes.vehicle(i));
  }
  return names;
}

function play(vehicles: number): { readonly counted: number; readonly crossed: number } {
  const pack = smallPack();
  const model = new TrafficModel(pack, { seed: 5, startHour: 8, targetVehicles: vehicles });
  model.warmUp(60);
  const port = new SignalPort(model);
  const junctions = port.describe();
  const analyses = junctions.map((j) => new JunctionAnalysis(j));
  const indexOf = new Map(pack.links.map((l, i) => [l.id, i]));
  const approaches = [...new Set(junctions.flatMap((j) => j.lanes.map((l) => indexOf.get(l.link)!)))];
  const { net } = model.kernel;
  const onApproaches = (): Set<number>[] =>
    approaches.map((link) => namesOn(model, net.laneStart[link]!, net.laneStart[link + 1]!));
  let before = onApproaches();
  let crossed = 0;
  for (let s = 0; s <= SECONDS; s++) {
    for (const [i, state] of port.states().entries()) analyses[i]!.see(state, model.timeS);
    const now = onApproaches();
    // Some arrive where they wanted to go, on the way to a signal: they cross nothing.
    const anywhere = namesOn(model, 0, net.laneCount);
    for (const [i, names] of s === 0 ? [] : before.entries())
      for (const name of names) if (!now[i]!.has(name) && anywhere.has(name)) crossed++;
    before = now;
    model.step();
    model.step();
  }
  return { counted: analyses.reduce((sum, a) => sum + a.vehicles, 0), crossed };
}

describe('against the traffic model', () => {
  it.each([60, 160])('TR-220 counts nearly all that crossed, of %i vehicles in a small city', (vehicles) => {
    const { counted, crossed } = play(vehicles);
    expect(crossed).toBeGreaterThan(300);
    expect(counted / crossed).toBeGreaterThan(0.96);
    expect(counted / crossed).toBeLessThan(1.03);
  });
});
