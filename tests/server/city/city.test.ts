import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { City, midpoint } from '../../../server/city/city.ts';
import { freeFlowKph } from '../../../server/city/free-flow.ts';
import {
  bearingDeg,
  distanceM,
  lonOfMercatorX,
  latOfMercatorY,
  metresPerDegree,
  tileXOfKey,
  tileYOfKey,
  type LonLat,
} from '../../../server/contract/geo.ts';
import { smallPack, smallPackAt } from '../../support/small-pack.ts';

const pack = smallPack();
const city = City.fromPack(pack);

/** Distance in metres from a point to a segment, the plain way. */
function away(p: LonLat, a: LonLat, b: LonLat): number {
  const per = metresPerDegree((pack.manifest.bbox[1] + pack.manifest.bbox[3]) / 2);
  const [px, py] = [(p[0] - a[0]) * per.lon, (p[1] - a[1]) * per.lat];
  const [dx, dy] = [(b[0] - a[0]) * per.lon, (b[1] - a[1]) * per.lat];
  const t = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy)));
  return Math.hypot(px - t * dx, py - t * dy);
}

/** Distance to every link with a segment in the heading's direction. */
function candidates(p: LonLat, headingDeg?: number): Map<number, number> {
  const found = new Map<number, number>();
  for (const [i, { path }] of pack.links.entries()) {
    for (let k = 1; k < path.length; k++) {
      const [a, b] = [path[k - 1]!, path[k]!];
      if (headingDeg !== undefined) {
        const turn = Math.abs(((bearingDeg(a, b) - headingDeg + 540) % 360) - 180);
        if (turn > 60) continue;
      }
      found.set(i, Math.min(found.get(i) ?? Infinity, away(p, a, b)));
    }
  }
  return found;
}

const place = fc
  .tuple(fc.double({ min: -350, max: 1230, noNaN: true }), fc.double({ min: -350, max: 1230, noNaN: true }))
  .map(([x, y]) => smallPackAt(x, y));
const heading = fc.option(fc.double({ min: 0, max: 360, noNaN: true }), { nil: undefined });

describe('matchLink', () => {
  it('CI-3 agrees with looking at every link, on random places and headings', () => {
    const agrees = fc.property(place, heading, (p, deg) => {
      const all = candidates(p, deg);
      const nearest = Math.min(Infinity, ...all.values());
      const got = city.matchLink(p[0], p[1], deg);
      // At the very edge of the 35 m or of the 60° rounding may decide either way.
      fc.pre(Math.abs(nearest - 35) > 0.01);
      if (nearest > 35) return got === -1;
      return (all.get(got) ?? Infinity) < nearest + 0.01;
    });
    expect(fc.check(agrees, { numRuns: 2_000 })).toMatchObject({ failed: false, counterexample: null });
  });

  it('CI-3 tells the two directions of a road apart by the heading', () => {
    const east = city.linkIndex('j-2-1>j-2-2');
    const west = city.linkIndex('j-2-2>j-2-1');
    const p = midpoint(pack.links[east]!.path);
    expect(city.matchLink(p[0], p[1], 92)).toBe(east);
    expect(city.matchLink(p[0], p[1], 272)).toBe(west);
    expect(city.matchLink(p[0], p[1], 182)).toBe(-1);
    expect(city.matchLink(p[0], p[1], Number.NaN)).not.toBe(-1);
  });

  it('CI-4 stays on the link it was on, and lets go of it', () => {
    const west = city.linkIndex('j-2-2>j-2-1');
    const p = midpoint(pack.links[west]!.path);
    expect(city.matchLink(p[0], p[1], undefined, west)).toBe(west);
    const elsewhere = midpoint(pack.links[city.linkIndex('j-3-3>j-3-4')]!.path);
    expect(city.matchLink(elsewhere[0], elsewhere[1], undefined, west)).not.toBe(west);
    expect(city.matchLink(p[0], p[1], 90, west)).not.toBe(west);
    for (const odd of [-5, 1e9, 0.5]) expect(() => city.matchLink(p[0], p[1], 90, odd)).not.toThrow();
  });

  it('CI-3 answers for places that are none', () => {
    expect(city.matchLink(Number.NaN, 30, 0)).toBe(-1);
    expect(city.matchLink(0, 0)).toBe(-1);
    expect(City.plain({ center: [10, 50], zoom: 10, bbox: [9, 49, 11, 51] }).matchLink(10, 50)).toBe(-1);
  });
});

describe('City', () => {
  it('CI-5 finds district, street and grid cell of a place', () => {
    const at = city.districtAt(smallPackAt(100, 100));
    expect([at.district?.id, at.street?.id, at.grid?.id]).toEqual(['qu', 'jie-west', 'g-sw']);
    expect(city.districtAt([0, 0])).toEqual({});
  });

  it('CI-5 lets the smaller of two overlapping areas answer', () => {
    const inner = pack.districts.find((d) => d.id === 'g-sw')!;
    const double = City.fromPack({
      ...pack,
      districts: [...pack.districts, { ...inner, id: 'all', polygons: pack.districts[0]!.polygons }],
    });
    expect(double.districtAt(smallPackAt(100, 100)).grid?.id).toBe('g-sw');
    expect(double.districtAt(smallPackAt(100, 1_000)).grid?.id).toBe('g-nw');
  });

  it('counts places up to 5 km outside as the city’s', () => {
    expect(city.contains(smallPackAt(5_000, 0))).toBe(true);
    expect(city.contains(smallPackAt(-6_000, 0))).toBe(false);
    expect(city.contains([pack.manifest.center[1], pack.manifest.center[0]])).toBe(false);
  });

  it('finds things by id and by index', () => {
    expect(city.linkAt(city.linkIndex('j-2-1>j-2-2')).id).toBe('j-2-1>j-2-2');
    expect([city.linkIndex('x'), city.signalIndex('x')]).toEqual([-1, -1]);
    expect(() => city.linkAt(1e6)).toThrow(RangeError);
    expect(city.detector('d-1')?.linkIndex).toBe(city.linkIndex(pack.detectors[0]!.link));
    expect(city.facility('f-fire')?.kind).toBe('fire-station');
    expect(city.unit('u-a1')?.kind).toBe('ambulance');
    expect(city.counts()).toMatchObject({ links: 88, signals: 9, grids: 4, population: 9_000 });
  });

  it('gives the nearest facilities first', () => {
    const p = smallPackAt(300, 500);
    const found = city.nearestFacilities(p, 'hospital', 3);
    expect(found.map((f) => f.id)).toEqual(['f-hospital']);
    expect(city.nearestFacilities(p, 'stadium', 3)).toEqual([]);
  });

  it('measures links to a thousandth', () => {
    for (const [i, { path }] of pack.links.entries()) {
      let sum = 0;
      for (let k = 1; k < path.length; k++) sum += distanceM(path[k - 1]!, path[k]!);
      expect(city.linkLengthM(i) / sum).toBeCloseTo(1, 3);
    }
  });

  it('puts links and signals into the tile their middle lies in', () => {
    const key = city.linkTile(0);
    const p = midpoint(pack.links[0]!.path);
    const n = 2 ** 12;
    expect(lonOfMercatorX(tileXOfKey(key) / n)).toBeLessThanOrEqual(p[0]);
    expect(lonOfMercatorX((tileXOfKey(key) + 1) / n)).toBeGreaterThan(p[0]);
    expect(latOfMercatorY(tileYOfKey(key) / n)).toBeGreaterThanOrEqual(p[1]);
    expect(latOfMercatorY((tileYOfKey(key) + 1) / n)).toBeLessThan(p[1]);
    expect(tileXOfKey(city.signalTile(0)) >> 2).toBe(tileXOfKey(key));
  });

  it('gives the network so that it can be drawn', () => {
    const { links, signals } = city.network();
    let [x, y] = [0, 0];
    const path: LonLat[] = [];
    for (let i = 0; i < links[0]!.path.length; i += 2) {
      x += links[0]!.path[i]!;
      y += links[0]!.path[i + 1]!;
      path.push([x / 1e6, y / 1e6]);
    }
    expect(path).toEqual(pack.links[0]!.path);
    expect(signals).toHaveLength(9);
    expect(signals[0]!.greens.map((g) => g.length)).toEqual([2, 2]);
    expect(City.plain({ center: [1, 1], zoom: 9, bbox: [0, 0, 2, 2] }).network()).toEqual({
      links: [],
      signals: [],
    });
  });
});

describe('freeFlowKph', () => {
  it.each([
    ['motorway', 120, 2_000, 120],
    ['primary', 60, 1_000, 57],
    ['primary', 60, 120, 48],
    ['residential', 30, 100, 26],
  ] as const)('%s limited to %d, %d m long: about %d km/h', (roadClass, limit, length, wanted) => {
    expect(Math.round(freeFlowKph(roadClass, limit, length))).toBe(wanted);
  });
});
