import { describe, expect, it } from 'vitest';
import { portJunction, portState } from '../../../server/contract/signal-port.ts';
import { SignalPort } from '../../../simulators/control/port.ts';
import { TrafficModel } from '../../../simulators/models/traffic/traffic-model.ts';
import { crossing } from '../../support/crossing-pack.ts';
import { roadPack, signalOf } from '../../support/road-pack.ts';

const open = (pack = crossing(), trips: { startS: number; links: number[]; driver: number }[] = []) =>
  new TrafficModel(pack, { seed: 1, startHour: 0, targetVehicles: 0, exactTrips: trips });

describe('the signal port of the traffic model', () => {
  it('TR-156 describes lanes, exits, turns, conflicts, phases and the plan, as the contract wants them', () => {
    const [junction, ...more] = new SignalPort(open()).describe();
    expect(more).toEqual([]);
    const said = portJunction.parse(junction);
    expect(said.id).toBe('s-m');
    expect(said.lanes).toHaveLength(8);
    expect(new Set(said.exits.map((e) => e.link))).toEqual(new Set(['e-out', 'n-out', 's-out', 'w-out']));
    expect(new Set(said.exits.map((e) => e.id)).size).toBe(said.exits.length);
    const named = (from: string, to: string): number =>
      said.connections.findIndex((c) => said.lanes[c.lane]!.link === from && said.exits[c.exit]!.link === to);
    const east = named('w-in', 'e-out');
    const north = named('s-in', 'n-out');
    expect(said.connections[east]!.turn).toBe('through');
    expect(said.connections[named('w-in', 'n-out')]!.turn).toBe('left');
    expect(said.connections[named('w-in', 's-out')]!.turn).toBe('right');
    expect(said.connections[east]!.conflicts).toContain(north);
    expect(said.connections[north]!.conflicts).toContain(east);
    expect(said.phases[0]!.green).toContain(east);
    expect(said.phases[0]!.yields).toContain(named('w-in', 'n-out'));
    expect(said.phases[1]!.green).toContain(north);
    expect(said.phases.map((p) => p.pedestrianS)).toEqual([16, 16]);
    for (const p of said.phases)
      for (const c of p.green)
        expect(p.green.filter((o) => said.connections[c]!.conflicts.includes(o))).toEqual([]);
    expect(said.plan).toEqual({
      offsetS: 0,
      steps: [
        { phase: 0, greenS: 20 },
        { phase: 1, greenS: 20 },
      ],
    });
    expect(said.maxRedS).toBe(120);
  });

  it('TR-157 says who comes, nearest first, with pace and turn, and what room there is behind', () => {
    const pack = crossing();
    const at = (id: string): number => pack.links.findIndex((l) => l.id === id);
    const trips = [0, 4, 8, 12].map((startS) => ({ startS, links: [at('n-in'), at('s-out')], driver: 0 }));
    const model = open(pack, trips);
    const port = new SignalPort(model);
    const { signals } = model.kernel;
    while (model.timeS < 45) {
      signals.wish(0, 0, model.timeS + 2);
      model.step();
    }
    const state = portState.parse(port.states()[0]);
    expect(state).toMatchObject({ id: 's-m', phase: 0, stage: 'green', obeys: 'wishes' });
    expect(state.redS[0]).toBe(0);
    expect(state.redS[1]).toBeGreaterThan(40);
    const said = port.describe()[0]!;
    const seen = said.lanes.flatMap((lane, l) => (lane.link === 'n-in' ? [state.lanes[l] ?? []] : []));
    const distances = seen.flatMap((lane) => lane.filter((_, k) => k % 3 === 0));
    expect(distances).toHaveLength(4);
    for (const lane of seen) {
      const own = lane.filter((_, k) => k % 3 === 0);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
      for (const c of lane.filter((_, k) => k % 3 === 2))
        expect(said.exits[said.connections[c]!.exit]!.link).toBe('s-out');
    }
    expect(Math.min(...distances)).toBeLessThan(3);
    const held = said.exits.map((e, k) => (e.link === 's-out' ? state.exits[k]! : [0, e.lengthM]));
    expect(held).toEqual(said.exits.map((e) => [0, e.lengthM]));
  });

  it('TR-157 looks over a short lane to those who come through a junction without signal', () => {
    const pack = roadPack(
      { a: [-400, 0], b: [-60, 0], m: [0, 0], c: [300, 0], d: [0, 200] },
      [
        { id: 'ab', from: 'a', to: 'b' },
        { id: 'bm', from: 'b', to: 'm' },
        { id: 'mc', from: 'm', to: 'c' },
        { id: 'dm', from: 'd', to: 'm' },
      ],
      { signals: [signalOf('m', 20, [[{ from: 'dm', to: 'mc' }], [{ from: 'bm', to: 'mc' }]])] },
    );
    const model = open(pack, [{ startS: 0, links: [0, 1, 2], driver: 0 }]);
    const port = new SignalPort(model);
    while (model.timeS < 20) model.step();
    const lane = port.describe()[0]!.lanes.findIndex((l) => l.link === 'bm');
    const [distance, speed, connection, ...more] = port.states()[0]!.lanes[lane]!;
    expect(more).toEqual([]);
    expect(distance).toBeGreaterThan(70);
    expect(distance).toBeLessThan(300);
    expect(speed).toBeGreaterThan(5);
    expect(connection).toBeGreaterThanOrEqual(0);
  });

  it('TR-154 takes wishes for as long as they are valid, and counts names that are not there', () => {
    const model = open();
    const port = new SignalPort(model);
    port.apply({ describe: false, validS: 5, wanted: { 's-m': 1, nobody: 0 }, plans: { other: null } }, 0);
    expect(port.refused).toBe(2);
    expect(model.kernel.signals.obeys(0, 5)).toBe('wishes');
    expect(model.kernel.signals.obeys(0, 5.5)).toBe('plan');
    const steps = [{ phase: 0, greenS: 33 }];
    port.apply({ describe: false, validS: 5, wanted: {}, plans: { 's-m': { offsetS: 0, steps } } }, 6);
    expect(port.describe()[0]!.plan.steps).toEqual(steps);
  });
});
