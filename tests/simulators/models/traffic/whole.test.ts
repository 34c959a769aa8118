import { describe, expect, it } from 'vitest';
import { TrafficModel } from '../../../../simulators/models/traffic/traffic-model.ts';
import { PHANTOM } from '../../../../simulators/models/traffic/lanes.ts';
import { LIGHT_RED } from '../../../../simulators/models/traffic/signals.ts';
import { smallPack } from '../../../support/small-pack.ts';
import { findOverlap, fingerprint } from '../../../support/traffic-checks.ts';

const make = (seed: number, targetVehicles = 350): TrafficModel =>
  new TrafficModel(smallPack(), { seed, startHour: 8, targetVehicles });

/** How many vehicles are behind where they were on the same lane; remembers where they are now. */
function movedBack(model: TrafficModel, before: Map<number, readonly [number, number]>): number {
  const { lanes, vehicles } = model.kernel;
  let n = 0;
  for (let l = 0; l < model.network.laneCount; l++)
    for (let i = lanes.head[l]!, e = i + lanes.count[l]!; i < e; i++) {
      const v = lanes.vehicle(i);
      if (v === PHANTOM) continue;
      const id = vehicles.tripId[v]!;
      const last = before.get(id);
      if (last !== undefined && last[0] === l && lanes.pos(i) < last[1]) n++;
      before.set(id, [l, lanes.pos(i)]);
    }
  return n;
}

describe('traffic as a whole', () => {
  it('SI-20 the same seed gives the same traffic, another seed another', () => {
    const run = (seed: number): string => {
      const model = make(seed);
      for (let i = 0; i < 600; i++) model.step();
      return fingerprint(model);
    };
    const first = run(11);
    expect(run(11)).toBe(first);
    expect(run(12)).not.toBe(first);
  });

  it.each([
    [1, '491 237 561 93268 255:49ccdb36'],
    [2, '480 207 605 99769 274:5bb1a86e'],
  ])('SI-20 golden summary of seed %i', (seed, golden) => {
    const model = make(seed);
    for (let i = 0; i < 400; i++) model.step();
    const { trips, laneChanges, kernel } = model;
    expect([trips.entered, trips.left, laneChanges.changes, kernel.steps, fingerprint(model)].join(' ')).toBe(
      golden,
    );
  });

  it.each([1, 2, 3, 4])('SI-21 vehicles never overlap or stand outside their lane (seed %i)', (seed) => {
    const model = make(seed, 500);
    const link = model.network.pack.links[3]!;
    const before = new Map<number, readonly [number, number]>();
    let backwards = 0;
    for (let i = 0; i < 1_500; i++) {
      if (i === 300) model.blockLanes(link.id, 60, 1, 200);
      if (i === 500) model.closeLink(model.network.pack.links[10]!.id);
      if (i === 700) model.setSpeedFactor(0.6);
      model.step();
      const overlap = findOverlap(model);
      expect(overlap).toBeNull();
      backwards += movedBack(model, before);
    }
    expect(backwards).toBe(0);
    expect(model.trips.left).toBeGreaterThan(200);
  });

  it('SI-22 nobody enters a junction on red', () => {
    const model = make(5, 500);
    const { kernel, network } = model;
    let entered = 0;
    let onRed = 0;
    const count = new Uint32Array(network.fromLane.length);
    for (let i = 0; i < 1_500; i++) {
      count.set(kernel.right.entries);
      model.step();
      for (let c = 0; c < count.length; c++) {
        const n = kernel.right.entries[c]! - count[c]!;
        entered += n;
        // The light only changes before vehicles move, so what stands now is what they saw.
        if (n > 0 && kernel.signals.light[c] === LIGHT_RED) onRed += n;
      }
    }
    expect(entered).toBeGreaterThan(1_000);
    expect(onRed).toBe(0);
  });

  it('SI-23 every vehicle that entered is present, has left or gave up, and trip ids are never used again', () => {
    const model = make(6);
    const seen = new Set<number>();
    const gone = new Set<number>();
    let ghosts = 0;
    for (let i = 0; i < 1_200; i++) {
      model.step();
      for (const id of model.takeGone()) {
        expect(gone.has(id)).toBe(false);
        gone.add(id);
      }
      if (i % 20 === 0)
        model.forEachVehicle((id) => {
          if (gone.has(id)) ghosts++;
          seen.add(id);
        });
    }
    expect(ghosts).toBe(0);
    const { trips, buses, kernel } = model;
    expect(trips.entered + buses.entered).toBe(trips.left + trips.gaveUp + kernel.vehicles.present);
    expect(trips.left + trips.gaveUp).toBe(gone.size);
    let counted = 0;
    model.forEachVehicle(() => counted++);
    expect(counted).toBe(model.vehicleCount);
    expect(seen.size).toBeGreaterThan(300);
  });

  it('SI-24 a vehicle moves without jumps: never more than its speed allows plus a lane change', () => {
    const model = make(7, 250);
    const last = new Map<number, [number, number]>();
    let worst = 0;
    const metre = 111_195;
    for (let i = 0; i < 400; i++) {
      model.step();
      model.forEachVehicle((id, _kind, _link, lon, lat, _heading, speedKph) => {
        const before = last.get(id);
        if (before !== undefined) {
          const d = Math.hypot(
            (lon - before[0]) * metre * Math.cos((30 * Math.PI) / 180),
            (lat - before[1]) * metre,
          );
          worst = Math.max(worst, d - (speedKph / 3.6) * 0.5);
        }
        last.set(id, [lon, lat]);
      });
    }
    expect(worst).toBeLessThan(4.5);
  });
});
