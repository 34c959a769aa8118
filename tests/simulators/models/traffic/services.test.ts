import { describe, expect, it, vi } from 'vitest';
import { TrafficModel } from '../../../../simulators/models/traffic/traffic-model.ts';
import { roadPack, signalOf } from '../../../support/road-pack.ts';
import { smallPack } from '../../../support/small-pack.ts';

/** A street of five crossings with signals, in both directions, with side streets. */
function street(): ReturnType<typeof roadPack> {
  const junctions: Record<string, [number, number]> = { w: [0, 0], e: [2_400, 0] };
  const roads: { id: string; from: string; to: string; lanes: number }[] = [];
  const signals = [];
  const names = ['w', 'j1', 'j2', 'j3', 'j4', 'j5', 'e'];
  for (let i = 1; i <= 5; i++) {
    junctions[`j${i}`] = [400 * i, 0];
    junctions[`n${i}`] = [400 * i, 250];
    junctions[`s${i}`] = [400 * i, -250];
    for (const side of ['n', 's']) {
      roads.push({ id: `${side}${i}-in`, from: `${side}${i}`, to: `j${i}`, lanes: 1 });
      roads.push({ id: `${side}${i}-out`, from: `j${i}`, to: `${side}${i}`, lanes: 1 });
    }
  }
  for (let i = 0; i < 6; i++) {
    roads.push({ id: `east${i}`, from: names[i]!, to: names[i + 1]!, lanes: 2 });
    roads.push({ id: `west${i}`, from: names[i + 1]!, to: names[i]!, lanes: 2 });
  }
  for (let i = 1; i <= 5; i++) {
    const [eastIn, eastOut, westIn, westOut] = [`east${i - 1}`, `east${i}`, `west${i}`, `west${i - 1}`];
    const [n, s] = [`n${i}`, `s${i}`];
    signals.push(
      signalOf(`j${i}`, 30, [
        [
          { from: eastIn, to: eastOut },
          { from: westIn, to: westOut },
          { from: eastIn, to: `${s}-out` },
          { from: westIn, to: `${n}-out` },
          { from: eastIn, to: `${n}-out`, yields: true },
          { from: westIn, to: `${s}-out`, yields: true },
        ],
        [
          { from: `${n}-in`, to: `${s}-out` },
          { from: `${s}-in`, to: `${n}-out` },
          { from: `${n}-in`, to: westOut },
          { from: `${s}-in`, to: eastOut },
          { from: `${n}-in`, to: eastOut, yields: true },
          { from: `${s}-in`, to: westOut, yields: true },
        ],
      ]),
    );
  }
  const stops = [1, 2, 3, 4].map((i) => ({
    link: `east${i}`,
    offsetM: 200,
    name: { zh: `站${i}`, en: `Stop ${i}` },
  }));
  return roadPack(junctions, roads, {
    signals,
    detectors: [{ id: 'd1', link: 'east2', offsetM: 120 }],
    busRoutes: [
      {
        id: 'b1',
        name: { zh: '1路', en: 'Route 1' },
        links: ['east0', 'east1', 'east2', 'east3', 'east4', 'east5'],
        stops,
        headwayS: 240,
      },
    ],
  });
}

describe('services on the road', () => {
  it('SI-32 buses call at every stop in order, about a headway apart', () => {
    const model = new TrafficModel(street(), { seed: 3, startHour: 14, targetVehicles: 60 });
    model.warmUp(600);
    const calls = [];
    for (let i = 0; i < 7_200; i++) {
      model.step();
      calls.push(...model.busArrivals());
    }
    const headways = calls.flatMap((c) => (c.headwayS === null ? [] : [c.headwayS]));
    expect(headways.length).toBeGreaterThan(40);
    const mean = headways.reduce((a, b) => a + b, 0) / headways.length;
    expect(mean).toBeGreaterThan(220);
    expect(mean).toBeLessThan(260);
    expect(new Set(calls.map((c) => c.stopIndex)).size).toBe(4);
  });

  it('SI-33 an emergency vehicle arrives before a car does, and sooner with priority than without', () => {
    const arrival = (priority: boolean): number => {
      const model = new TrafficModel(street(), { seed: 3, startHour: 8, targetVehicles: 260 });
      model.warmUp(400);
      const began = model.timeS;
      expect(
        model.dispatch({
          key: 'A1',
          kind: 'ambulance',
          fromLink: 'east0',
          toLink: 'east5',
          offsetM: 200,
          priority,
        }),
      ).toBe(true);
      for (let i = 0; i < 3_000; i++) {
        model.step();
        const [a] = model.takeArrivals();
        if (a?.key === 'A1' && model.vehicleOf('A1')?.arrived === true) return a.atS - began;
      }
      return Infinity;
    };
    // 2.2 km at the limit of 50 km/h without a stop are 158 s.
    const withSiren = arrival(true);
    expect(withSiren).toBeLessThan(240);
    expect(arrival(false)).toBeGreaterThan(withSiren + 30);
  });

  it('SI-34 a loop detector counts the vehicles that cross it', () => {
    const model = new TrafficModel(street(), { seed: 4, startHour: 8, targetVehicles: 150 });
    model.warmUp(300);
    const link = model.network.linkIndex.get('east2')!;
    const { linkIn, linkOut } = model.kernel;
    const before = [linkIn[link]!, linkOut[link]!];
    for (let i = 0; i < 1_200; i++) model.step();
    const [reading] = model.detectorReadings();
    const counted = reading!.flowVph / 6;
    expect(counted).toBeGreaterThan(10);
    // Those that begin or end on the link cross it or do not.
    expect(Math.abs(counted - (linkIn[link]! - before[0]! + linkOut[link]! - before[1]!) / 2)).toBeLessThan(
      20,
    );
    expect(reading!.speedKph).toBeGreaterThan(3);
    expect(reading!.speedKph).toBeLessThan(65);
    expect(reading!.occupancyPct).toBeGreaterThan(0);
    expect(model.detectorReadings()[0]!.flowVph).toBe(0);
  });

  it('SI-35 nobody drives into a closed link, and traffic comes back when it opens', () => {
    const model = new TrafficModel(smallPack(), { seed: 2, startHour: 8, targetVehicles: 200 });
    model.warmUp(200);
    const busiest = [...model.kernel.linkIn].reduce((best, n, i, all) => (n > all[best]! ? i : best), 0);
    const id = model.network.pack.links[busiest]!.id;
    model.closeLink(id);
    for (let i = 0; i < 60; i++) model.step();
    const before = model.kernel.linkOut[busiest]!;
    const into = (): number => {
      let n = 0;
      for (let m = 0; m < model.network.movementTo.length; m++)
        if (model.network.movementTo[m] === busiest) n += model.kernel.movementCount[m]!;
      return n;
    };
    const entered = into();
    for (let i = 0; i < 800; i++) model.step();
    expect(into()).toBe(entered);
    expect(model.kernel.linkOut[busiest]! - before).toBeLessThan(40);
    model.reopenLink(id);
    for (let i = 0; i < 800; i++) model.step();
    expect(into()).toBeGreaterThan(entered);
  });

  it('SI-37 closing a hundred links asks for new routes once, spread over steps', () => {
    const model = new TrafficModel(smallPack(), { seed: 1, startHour: 8, targetVehicles: 50 });
    model.warmUp(60);
    const compute = vi.spyOn(model.trips.router, 'compute');
    const links = model.network.pack.links.slice(0, 100).map((l) => l.id);
    const zones = model.trips.zones.zones.length;
    for (const id of links) model.closeLink(id);
    expect(compute).not.toHaveBeenCalled();
    const steps = Math.ceil(zones / 3);
    let most = 0;
    for (let i = 0; i < steps; i++) {
      const before = compute.mock.calls.length;
      model.step();
      most = Math.max(most, compute.mock.calls.length - before);
    }
    const live = compute.mock.calls.filter((call) => call[3] !== null);
    expect(new Set(live.map((call) => call[0])).size).toBe(zones);
    expect(live.length).toBeLessThanOrEqual(zones + 3);
    expect(most).toBeLessThanOrEqual(6);
    for (const id of links) model.reopenLink(id);
    expect(compute.mock.calls.filter((call) => call[3] !== null)).toHaveLength(live.length);
  });

  it('SI-38 habits leave a road that has become slow for good', () => {
    const model = new TrafficModel(smallPack(), { seed: 1, startHour: 8, targetVehicles: 150 });
    model.warmUp(120);
    const { network, trips } = model;
    const busiest = [...model.kernel.linkIn].reduce((best, n, i, all) => (n > all[best]! ? i : best), 0);
    // Approaches from which a habit leads into the link, over all destinations.
    const led = (): number => {
      let n = 0;
      trips.router.rows.forEach((_, row) => {
        if (row % 3 === 0) return;
        for (let link = 0; link < network.linkCount; link++) {
          const m = trips.router.movement(row, link);
          if (m >= 0 && network.movementTo[m] === busiest) n++;
        }
      });
      return n;
    };
    const before = led();
    model.setLinkSpeedFactor(network.pack.links[busiest]!.id, 0.05);
    model.warmUp(2_000);
    expect(before).toBeGreaterThan(10);
    expect(led()).toBeLessThan(before * 0.7);
  });

  it('SI-44 demand moves to another hour over minutes, and who is on the road stays', () => {
    const model = new TrafficModel(smallPack(), { seed: 1, startHour: 3, targetVehicles: 400 });
    model.warmUp(300);
    const night = model.trips.wanted();
    const before = model.vehicleCount;
    const timeS = model.timeS;
    model.setDemandHour(8);
    expect(model.timeS).toBe(timeS);
    expect(model.trips.wanted()).toBeGreaterThan(night * 5);
    model.step();
    expect(Math.abs(model.vehicleCount - before)).toBeLessThan(5);
    model.warmUp(400);
    expect(model.vehicleCount).toBeGreaterThan(night * 3);
    model.setDemandHour(3);
    const busy = model.vehicleCount;
    model.step();
    expect(model.vehicleCount).toBeGreaterThan(busy - 10);
  });

  it('SI-36 signals keep to their plan, or to the control that replaces it within minimum green', () => {
    const model = new TrafficModel(street(), { seed: 1, startHour: 0, targetVehicles: 0 });
    const greens: number[] = [];
    let since = 0;
    let last = '';
    const watch = (): void =>
      model.signalStates((s, phase, state) => {
        if (s !== 0) return;
        const now = `${phase}${state}`;
        if (now === last) return;
        if (last.endsWith('green')) greens.push(model.timeS - since);
        last = now;
        since = model.timeS;
      });
    for (let i = 0; i < 600; i++) {
      model.step();
      watch();
    }
    expect(greens.slice(1).length).toBeGreaterThan(5);
    for (const g of greens.slice(1)) expect(g).toBe(30);
    greens.length = 0;
    model.setSignalControl({ wanted: (_s, shown) => (shown + 1) % 2 }, 's-j1');
    for (let i = 0; i < 400; i++) {
      model.step();
      watch();
    }
    // Eleven and sixteen seconds: what pedestrians need over the side street and over the four lanes.
    expect(greens.length).toBeGreaterThan(6);
    for (const g of greens.slice(1)) expect([11, 16]).toContain(g);
  });
});
