import { describe, expect, it } from 'vitest';
import type { CityPack } from '../../../../server/contract/city-pack.ts';
import { equilibriumGapM } from '../../../../simulators/models/traffic/idm.ts';
import { Kernel } from '../../../../simulators/models/traffic/kernel.ts';
import { LaneChanges } from '../../../../simulators/models/traffic/lane-change.ts';
import { MOVE_EXIT, NO_STOP } from '../../../../simulators/models/traffic/lanes.ts';
import { buildNetwork } from '../../../../simulators/models/traffic/network.ts';
import { kindIndex } from '../../../../simulators/models/traffic/vehicles.ts';
import { roadPack, signalOf } from '../../../support/road-pack.ts';

/** A kernel in which everybody takes the first movement of each link, and parks where there is none. */
function rig(pack: CityPack): {
  kernel: Kernel;
  changes: LaneChanges;
  add: (lane: number, x: number, v: number, factor?: number) => number;
} {
  const net = buildNetwork(pack);
  const kernel = new Kernel(net, { startS: 0, dtS: 0.5 });
  kernel.guide = {
    after: () => -1,
    next: (_v, link) =>
      net.movementStart[link + 1]! > net.movementStart[link]! ? net.movementStart[link]! : MOVE_EXIT,
    stopAt: () => NO_STOP,
    leaves: (v) => kernel.vehicles.release(v),
    otherWay: (_v, _lane, m) => m,
  };
  const changes = new LaneChanges(kernel, { parked: () => false, atStop: () => 0, departs: () => NO_STOP });
  const add = (lane: number, x: number, v: number, factor = 1): number =>
    kernel.insert(kernel.vehicles.add(kindIndex.car), lane, x, v, factor);
  return { kernel, changes, add };
}

/** A closed one-lane road of four arcs. */
const ring = (): CityPack =>
  roadPack({ a: [0, 160], b: [160, 0], c: [0, -160], d: [-160, 0] }, [
    { id: 'ab', from: 'a', to: 'b', via: [[113, 113]] },
    { id: 'bc', from: 'b', to: 'c', via: [[113, -113]] },
    { id: 'cd', from: 'c', to: 'd', via: [[-113, -113]] },
    { id: 'da', from: 'd', to: 'a', via: [[-113, 113]] },
  ]);

describe('driving', () => {
  it('SI-27 a column behind a slow leader settles at the equilibrium gap of the IDM', () => {
    const { kernel, add } = rig(roadPack({ a: [0, 0], b: [4_000, 0] }, [{ id: 'ab', from: 'a', to: 'b' }]));
    add(0, 300, 8, 0.6);
    for (let i = 1; i <= 5; i++) add(0, 300 - i * 30, 8);
    for (let i = 0; i < 500; i++) kernel.step();
    const { lanes } = kernel;
    const head = lanes.head[0]!;
    const v = lanes.vel(head);
    expect(v).toBeCloseTo((0.6 * 50) / 3.6, 1);
    const wanted = equilibriumGapM(kernel.drivers[kindIndex.car]!, v, 50 / 3.6);
    for (let r = 1; r <= 5; r++) {
      const gap = lanes.pos(head + r - 1) - lanes.length(head + r - 1) - lanes.pos(head + r);
      expect(Math.abs(gap / wanted - 1)).toBeLessThan(0.02);
    }
  });

  it('SI-28 a queue discharges at about 1,800 vehicles an hour and lane', () => {
    const pack = roadPack(
      { a: [0, 0], b: [500, 0], c: [1_200, 0], n: [500, 300], s: [500, -300] },
      [
        { id: 'ab', from: 'a', to: 'b' },
        { id: 'bc', from: 'b', to: 'c' },
        { id: 'ns', from: 'n', to: 'b' },
        { id: 'bs', from: 'b', to: 's' },
      ],
      { signals: [signalOf('b', 60, [[{ from: 'ns', to: 'bs' }], [{ from: 'ab', to: 'bc' }]])] },
    );
    const net = buildNetwork(pack);
    const { kernel, add } = rig(pack);
    kernel.guide = {
      ...kernel.guide!,
      next: (_v, link) => {
        for (let m = net.movementStart[link]!; m < net.movementStart[link + 1]!; m++)
          if (net.movementTo[m] === 1) return m;
        return MOVE_EXIT;
      },
    };
    for (let i = 0; i < 40; i++) add(0, 480 - i * 9, 0);
    const crossedAt: number[] = [];
    let out = 0;
    for (let i = 0; i < 260; i++) {
      kernel.step();
      for (; out < kernel.linkOut[0]!; out++) crossedAt.push(kernel.nowS);
    }
    // Nobody before green begins at 65 s; start-up lost time lies in the first four (HCM 2010, ch. 31).
    expect(crossedAt[0]).toBeGreaterThan(65);
    expect(crossedAt.length).toBeGreaterThan(20);
    const headway = (crossedAt[19]! - crossedAt[3]!) / 16;
    expect(3_600 / headway).toBeGreaterThan(1_650);
    expect(3_600 / headway).toBeLessThan(2_050);
  });

  it('SI-29 on a ring road flow rises with density, then falls: the fundamental diagram', () => {
    const flowAt = (vehicles: number): number => {
      const { kernel, add } = rig(ring());
      const { net } = kernel;
      let placed = 0;
      for (let k = 0; k < vehicles; k++) {
        const link = k % 4;
        const x = 5 + (Math.floor(k / 4) * (net.linkLengthM[link]! - 8)) / Math.ceil(vehicles / 4);
        if (add(net.laneStart[link]!, x, 0) >= 0) placed++;
      }
      expect(placed).toBe(vehicles);
      for (let i = 0; i < 600; i++) kernel.step();
      const before = kernel.linkOut[0]!;
      for (let i = 0; i < 1_200; i++) kernel.step();
      return (kernel.linkOut[0]! - before) * 6;
    };
    const flows = [8, 24, 42, 75, 110].map(flowAt);
    const best = Math.max(...flows);
    expect(flows[1]!).toBeGreaterThan(flows[0]! * 2);
    expect(best).toBeGreaterThan(1_400);
    expect(best).toBeLessThan(2_300);
    expect(flows[3]!).toBeLessThan(best);
    expect(flows[4]!).toBeLessThan(flows[3]!);
  });

  it('SI-30 a full link is not entered: the queue grows upstream of it and nobody stands in the junction', () => {
    const pack = roadPack({ a: [0, 0], b: [300, 0], c: [420, 0], n: [300, 200], s: [300, -200] }, [
      { id: 'ab', from: 'a', to: 'b' },
      { id: 'bc', from: 'b', to: 'c' },
      { id: 'nb', from: 'n', to: 'b' },
      { id: 'bs', from: 'b', to: 's' },
    ]);
    const { kernel, add } = rig(pack);
    const { net } = kernel;
    const toC = 1;
    kernel.guide = {
      ...kernel.guide!,
      next: (_v, link) => {
        for (let m = net.movementStart[link]!; m < net.movementStart[link + 1]!; m++)
          if (net.movementTo[m] === toC) return m;
        return MOVE_EXIT;
      },
    };
    // Somebody broke down at the end of the second link.
    const blocker = kernel.vehicles.add(kindIndex.car);
    const slot = kernel.insert(blocker, net.laneStart[toC]!, net.linkLengthM[toC]! - 2, 0, 1);
    kernel.lanes.setDriver(slot, 8);
    for (let i = 0; i < 800; i++) {
      add(net.laneStart[0]!, 6, 8);
      kernel.step();
    }
    const capacity = net.linkLengthM[toC]! / 6.6;
    expect(kernel.lanes.count[net.laneStart[toC]!]).toBeGreaterThan(capacity * 0.7);
    expect(kernel.lanes.count[net.laneStart[0]!]).toBeGreaterThan(30);
    for (let l = net.linkLanes; l < net.laneCount; l++) expect(kernel.lanes.count[l]).toBe(0);
  });

  it('SI-31 vehicles leave a blocked lane and merge into the free one', () => {
    const { kernel, changes, add } = rig(
      roadPack({ a: [0, 0], b: [800, 0] }, [{ id: 'ab', from: 'a', to: 'b', lanes: 2 }]),
    );
    const slot = add(0, 600, 0);
    kernel.lanes.setDriver(slot, 8);
    changes.blockedAt[0] = 600;
    for (let i = 0; i < 900; i++) {
      if (i % 8 === 0) add((i / 8) % 2, 6, 12);
      changes.step();
      kernel.step();
    }
    expect(changes.changes).toBeGreaterThan(20);
    // 112 tried to enter, one lane passes them.
    expect(kernel.linkOut[0]).toBeGreaterThan(70);
    expect(kernel.lanes.count[0]! + kernel.lanes.count[1]!).toBeLessThan(45);
  });
});
