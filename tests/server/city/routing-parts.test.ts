import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { City } from '../../../server/city/city.ts';
import { LinkTimes } from '../../../server/city/routing/link-times.ts';
import { MinHeap } from '../../../server/city/routing/min-heap.ts';
import { RoadGraph } from '../../../server/city/routing/road-graph.ts';
import { joinLines, partOfPath } from '../../../server/city/routing/route-line.ts';
import { Routing } from '../../../server/city/routing/routing.ts';
import { pathLengthM, type LonLat } from '../../../server/contract/geo.ts';
import { roadPack, roadPackAt } from '../../support/road-pack.ts';
import { smallPack } from '../../support/small-pack.ts';

const road = City.fromPack(
  roadPack({ a: [0, 0], b: [1000, 0] }, [
    { id: 'ab', from: 'a', to: 'b' },
    { id: 'ba', from: 'b', to: 'a' },
  ]),
);
const graph = new RoadGraph(road);
const freeS = (1 / road.freeFlowKph(0)) * 3600;
const secondsAt = (speedKph: number, options = {}): number => {
  const times = new LinkTimes(graph, options);
  times.refresh(Float32Array.of(speedKph, Number.NaN));
  return times.seconds[0]!;
};

describe('link times', () => {
  it('DI-41 counts a quarter of the delay over free flow for units, all of it without blue lights', () => {
    expect(secondsAt(Number.NaN)).toBeCloseTo(freeS, 0);
    expect(secondsAt(10)).toBeCloseTo(freeS + (360 - freeS) / 4, 0);
    expect(secondsAt(10, { delayShare: 1 })).toBeCloseTo(360, 0);
    expect(secondsAt(100)).toBeCloseTo(36, 0);
  });

  it('DI-41 takes no link to be slower than 5 km/h', () => {
    expect(secondsAt(0, { delayShare: 1 })).toBeCloseTo(720, 0);
    expect(secondsAt(-3, { delayShare: 1 })).toBeCloseTo(720, 0);
    expect(secondsAt(0, { delayShare: 1, floorKph: 10 })).toBeCloseTo(360, 0);
  });

  it('DI-49 computes only what changed', () => {
    const city = City.fromPack(smallPack());
    const times = new LinkTimes(new RoadGraph(city));
    const speeds = new Float32Array(city.linkCount).fill(Number.NaN);
    expect(times.refresh(speeds)).toBe(0);
    speeds[3] = 12;
    speeds[7] = 30;
    expect(times.refresh(speeds)).toBe(2);
    expect(times.refresh(speeds)).toBe(0);
    speeds[3] = Number.NaN;
    expect(times.refresh(speeds)).toBe(1);
    expect(() => times.refresh(new Float32Array(1))).toThrow(RangeError);
    expect(() => new Routing(city).refresh(new Float32Array(1))).toThrow(RangeError);
  });

  it('DI-49 never lets the bound of the directed search overestimate', () => {
    const city = City.fromPack(smallPack());
    const graph = new RoadGraph(city);
    const times = new LinkTimes(graph);
    const speed = fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 300, noNaN: true }));
    const n = city.linkCount;
    const property = fc.property(fc.array(speed, { minLength: n, maxLength: n }), (speeds) => {
      times.refresh(Float32Array.from(speeds));
      for (let i = 0; i < n; i++) {
        const [a, b] = [graph.fromJunction[i]!, graph.toJunction[i]!];
        const apart = Math.hypot(graph.x[a]! - graph.x[b]!, graph.y[a]! - graph.y[b]!);
        expect(apart * times.fastestSPerM).toBeLessThanOrEqual(times.seconds[i]! * (1 + 1e-12));
      }
    });
    fc.assert(property, { numRuns: 50 });
  });
});

describe('the heap', () => {
  it('gives back what lies in it in order, also beyond its first size', () => {
    const keys = fc.array(fc.double({ min: 0, noNaN: true }), { minLength: 1 });
    const property = fc.property(keys, keys, (first, second) => {
      const heap = new MinHeap(2);
      const pushAll = (some: readonly number[]): void => {
        for (const key of some) heap.push(key, all.push(key) - 1);
      };
      const all: number[] = [];
      const drawn: number[] = [];
      pushAll(first);
      const least = heap.minKey;
      drawn.push(all[heap.pop()]!);
      expect(drawn).toEqual([least]);
      pushAll(second);
      while (heap.size > 0) drawn.push(all[heap.pop()]!);
      const rest = all.toSpliced(all.indexOf(least), 1);
      expect(drawn.slice(1)).toEqual(rest.toSorted((a, b) => a - b));
    });
    fc.assert(property);
  });
});

describe('the line of a route', () => {
  const path: LonLat[] = [roadPackAt(0, 0), roadPackAt(100, 0), roadPackAt(100, 0), roadPackAt(100, 300)];

  it('DI-48 is the part between two shares of the length', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.property(share, share, (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      expect(pathLengthM(partOfPath(path, from, to))).toBeCloseTo(400 * (to - from), 0);
    });
    fc.assert(property);
    expect(joinLines([partOfPath(path, 0, 1)])).toEqual([path[0], path[1], path[3]]);
    expect(new Set(partOfPath(path, 1, 1))).toEqual(new Set([path[3]]));
    expect(new Set(partOfPath(path, 0, 0))).toEqual(new Set([path[0]]));
  });

  it('DI-48 goes from position to position over the road, without a point twice', () => {
    const [from, to] = [roadPackAt(200, 30), roadPackAt(700, -20)];
    const route = new Routing(road).route(from, to)!;
    const expected = [from, roadPackAt(200, 0), roadPackAt(700, 0), to];
    expect(route.path).toHaveLength(4);
    for (const [i, p] of expected.entries()) {
      expect(route.path[i]![0]).toBeCloseTo(p[0], 6);
      expect(route.path[i]![1]).toBeCloseTo(p[1], 6);
    }
    expect(route.metres).toBeCloseTo(550, 0);
  });
});
