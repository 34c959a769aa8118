import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../simulators/kernel/random.ts';
import { Lanes } from '../../../../simulators/models/traffic/lanes.ts';
import { buildNetwork } from '../../../../simulators/models/traffic/network.ts';
import { smallPack } from '../../../support/small-pack.ts';

const net = buildNetwork(smallPack());

describe('lanes in memory', () => {
  it.each([1, 2, 3])(
    'SI-20 whoever comes, changes lanes, leaves or is laid out anew, all keep their order (seed %i)',
    (seed) => {
      const random = createRandom(seed);
      const lanes = new Lanes(net, 4.4, 2);
      const expected: number[][] = Array.from({ length: net.laneCount }, () => []);
      let next = 1;
      const check = (): void => {
        for (let l = 0; l < net.laneCount; l++) {
          const head = lanes.head[l]!;
          const found = Array.from({ length: lanes.count[l]! }, (_, k) => lanes.vehicle(head + k));
          expect(found).toEqual(expected[l]);
          expect(found.map((_, k) => lanes.pos(head + k) * 2)).toEqual(found);
          expect(lanes.holds(l)).toBe(found.length > 0);
        }
      };
      for (let round = 0; round < 30; round++) {
        // Some rounds fill, others empty; a few lanes take most, so that blocks grow.
        const filling = random.range(0.2, 0.8);
        for (let k = 0; k < 400; k++) {
          const lane = random.int(random.chance(0.5) ? 12 : net.laneCount);
          const of = expected[lane]!;
          if (random.chance(filling)) {
            if (lanes.full(lane)) continue;
            const rank = random.int(of.length + 1);
            const slot = lanes.open(lane, rank);
            lanes.setVehicle(slot, next);
            lanes.setPos(slot, next / 2);
            of.splice(rank, 0, next++);
          } else if (of.length > 0) {
            const rank = random.int(of.length);
            const to = random.int(net.laneCount);
            if (to !== lane && !lanes.full(to) && random.chance(0.5)) {
              const toRank = random.int(expected[to]!.length + 1);
              lanes.move(lane, rank, to, toRank);
              expected[to]!.splice(toRank, 0, of.splice(rank, 1)[0]!);
            } else {
              lanes.remove(lane, rank);
              of.splice(rank, 1);
            }
          }
        }
        check();
        lanes.relay();
        check();
      }
    },
  );

  it('SI-20 laid out anew there is room for all, however full the memory was', () => {
    const lanes = new Lanes(net, 0.01, 0);
    let n = 0;
    // Every block full to the last slot: each needs one twice as large.
    for (let l = 0; n < 40_000; l = (l + 1) % net.laneCount)
      for (let k = 0; k < 64 && !lanes.full(l); k++, n++) lanes.setVehicle(lanes.open(l, lanes.count[l]!), n);
    const read = (): number[] =>
      Array.from({ length: net.laneCount }).flatMap((_, l) =>
        Array.from({ length: lanes.count[l]! }, (__, k) => lanes.vehicle(lanes.head[l]! + k)),
      );
    const before = read();
    lanes.relay();
    lanes.relay();
    expect(before).toHaveLength(n);
    expect(read()).toEqual(before);
  });
});
