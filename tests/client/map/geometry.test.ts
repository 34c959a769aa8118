import { describe, expect, it } from 'vitest';
import type { NetworkAnswer } from '../../../server/contract/api.ts';
import { mercatorX, mercatorY } from '../../../server/contract/geo.ts';
import { groundFrame } from '../../../client/map/layers/ground.ts';
import { buildSegments, mitre, SEGMENT_STRIDE } from '../../../client/map/layers/links-geometry.ts';
import { clusterIncidents } from '../../../client/map/layers/cluster.ts';
import { buildHeads, headState } from '../../../client/map/layers/signal-heads.ts';
import { linkMiddle, lonLatOfUnits, readNetwork } from '../../../client/map/network.ts';
import { pickLink, pickNearest, pickVehicle } from '../../../client/map/picking.ts';
import { VehicleStore, WORLD_UNITS } from '../../../client/sync/vehicle-store.ts';

/** A street of two directions to the east with a bend, and one crossing it to the north. */
const answer: NetworkAnswer = {
  links: [
    { id: 'e', class: 'primary', lanes: 2, limit: 50, path: [118_700_000, 30_100_000, 1_000, 0, 500, 500] },
    {
      id: 'w',
      class: 'primary',
      lanes: 2,
      limit: 50,
      path: [118_701_500, 30_100_500, -500, -500, -1_000, 0],
    },
    { id: 'n', class: 'residential', lanes: 1, limit: 30, path: [118_700_500, 30_099_000, 0, 2_000] },
  ],
  signals: [{ id: 's', position: [118.701, 30.1], phases: 2, greens: [[0, 1], [2]] }],
};
const network = readNetwork(answer);

describe('network', () => {
  it('undoes the relative coding and knows two-way roads', () => {
    expect(network.linkCount).toBe(3);
    expect([...network.twoWay]).toEqual([1, 1, 0]);
    const [lon, lat] = lonLatOfUnits(
      network.points[4]!,
      network.points[5]!,
      network.originX,
      network.originY,
    );
    expect(lon).toBeCloseTo(118.7015, 7);
    expect(lat).toBeCloseTo(30.1005, 7);
  });

  it('finds the middle along the length', () => {
    const middle = linkMiddle(network, 2);
    const [lon, lat] = lonLatOfUnits(middle.x, middle.y, network.originX, network.originY);
    expect(lon).toBeCloseTo(118.7005, 6);
    expect(lat).toBeCloseTo(30.1, 5);
  });
});

describe('ground frame', () => {
  it('UI-42 keeps 4 cm at any place: float32 of shader and float64 agree to a hundredth of a pixel at z20', () => {
    const zoom = 20;
    const lon = 118.72345;
    const lat = 30.12345;
    const scale = 512 * 2 ** zoom;
    // An orthographic view centred on the place: pixels from the centre, y up.
    const matrix = [scale, 0, 0, 0, 0, -scale, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    matrix[12] = -mercatorX(lon) * scale;
    matrix[13] = mercatorY(lat) * scale;
    const originX = 13_500;
    const originY = 6_700;
    const frame = groundFrame({ longitude: lon, latitude: lat, zoom, matrix }, originX, originY);
    const f = Math.fround;
    for (const [dx, dy] of [
      [0, 0],
      [1, 0],
      [3_000, -2_000],
    ] as const) {
      const unitX = Math.round(mercatorX(lon) * WORLD_UNITS) + dx - originX * 65_536;
      const unitY = Math.round(mercatorY(lat) * WORLD_UNITS) + dy - originY * 65_536;
      expect(f(unitX)).toBe(unitX);
      const rx = f(f(unitX) - f(frame.reference[0]));
      const ry = f(f(unitY) - f(frame.reference[1]));
      const m = frame.matrix;
      const px = f(f(m[0]! * rx) + f(f(m[4]! * ry) + m[12]!));
      const py = f(f(m[1]! * rx) + f(f(m[5]! * ry) + m[13]!));
      const exactX = ((unitX + originX * 65_536) / WORLD_UNITS - mercatorX(lon)) * scale;
      const exactY = -((unitY + originY * 65_536) / WORLD_UNITS - mercatorY(lat)) * scale;
      expect(px).toBeCloseTo(exactX, 1);
      expect(py).toBeCloseTo(exactY, 1);
    }
    expect(frame.unitsPerPixel).toBeCloseTo(WORLD_UNITS / scale, 12);
  });
});

describe('segments', () => {
  it('one a segment, great roads last, with the link they belong to', () => {
    const { count, bytes } = buildSegments(network);
    expect(count).toBe(5);
    const view = new DataView(bytes.buffer);
    const links = Array.from({ length: count }, (_, i) => view.getFloat32(i * SEGMENT_STRIDE + 24, true));
    expect(links).toEqual([2, 0, 0, 1, 1]);
  });

  it('a mitre keeps the offset of both neighbours, and is bounded where a road turns back', () => {
    const right = mitre([0, 1], [1, 0]);
    expect(right[0]).toBeCloseTo(1, 9);
    expect(right[1]).toBeCloseTo(1, 9);
    expect(mitre([0, 1], [0, 1])).toEqual([0, 1]);
    expect(Math.hypot(...mitre([0, 1], [0.1, -0.995]))).toBeLessThanOrEqual(3);
    expect(mitre([0, 1], [0, -1])).toEqual([0, 1]);
  });
});

describe('clusters', () => {
  const items = Array.from({ length: 40 }, (_, i) => ({
    id: `i${i}`,
    position: [118.7 + (i % 8) * 0.004, 30.1 + Math.floor(i / 8) * 0.004] as const,
    severity: 1 + (i % 4),
  }));

  it('loses nobody, stands where the worst is, and does not depend on the order', () => {
    const clusters = clusterIncidents(items, 11, 42);
    expect(clusters.flatMap((c) => c.members).length).toBe(40);
    expect(clusters.length).toBeLessThan(40);
    for (const c of clusters) {
      expect(c.worst).toBe(Math.min(...c.members.map((m) => m.severity)));
      expect(c.position).toBe(c.members[0]!.position);
    }
    const key = (of: typeof clusters): string => of.map((c) => c.members.map((m) => m.id).join()).join(';');
    expect(key(clusterIncidents(items.toReversed(), 11, 42))).toBe(key(clusters));
  });

  it('dissolves when near', () => {
    expect(clusterIncidents(items, 17, 42).length).toBe(40);
  });
});

describe('signals', () => {
  it('one head an approach, on the driving side before the stop line', () => {
    const heads = buildHeads(network, 'right');
    expect(heads.count).toBe(3);
    const north = [...heads.greens].indexOf(0b10);
    expect(heads.positions[north * 2]).toBeGreaterThan(118.7005);
    expect(heads.positions[north * 2 + 1]).toBeLessThan(30.101);
    expect(buildHeads(network, 'left').positions[north * 2]).toBeLessThan(118.7005);
  });

  it('a head is red outside its phase, and follows the state within it', () => {
    const green0 = 0;
    const yellow1 = (1 << 4) | 1;
    expect(headState(green0, 0b01)).toBe('green');
    expect(headState(green0, 0b10)).toBe('all-red');
    expect(headState(yellow1, 0b10)).toBe('yellow');
    expect(headState(2 << 4, 0b01)).toBe('all-red');
    expect(headState(3 << 4, 0b01)).toBe('dark');
  });
});

describe('picking', () => {
  const project = (p: readonly [number, number]): { x: number; y: number } => ({
    x: p[0] * 100,
    y: p[1] * 100,
  });

  it('takes the nearest within reach', () => {
    const items = [{ position: [1, 1] as const }, { position: [1.05, 1] as const }];
    expect(pickNearest(items, { x: 104, y: 100 }, project, 10)).toBe(items[1]);
    expect(pickNearest(items, { x: 150, y: 100 }, project, 10)).toBeNull();
  });

  it('of a two-way road takes the direction on whose side the pointer is', () => {
    const view = { zoom: 17, unitsPerPixel: WORLD_UNITS / (512 * 2 ** 17), drivesOn: 'right' as const };
    const x = network.points[0]! + 60;
    const y = network.points[1]!;
    const aside = 5 * view.unitsPerPixel;
    // Eastbound traffic keeps to the south, which is greater y.
    expect(pickLink(network, x, y + aside, view)).toBe(0);
    expect(pickLink(network, x, y - aside, view)).toBe(1);
    expect(pickLink(network, x, y - aside, { ...view, drivesOn: 'left' })).toBe(0);
    expect(pickLink(network, x, y + 400 * view.unitsPerPixel, view)).toBe(-1);
  });

  it('finds a vehicle where it is drawn', () => {
    const store = new VehicleStore();
    store.beginMessage(1_000, 500, 1);
    store.beginTile(13_500, 6_700);
    store.put(7, 0, 100, 100, 0, 30);
    store.put(9, 0, 400, 100, 0, 30);
    expect(pickVehicle(store, 395, 102, 1_000, 50)).toBe(9);
    expect(pickVehicle(store, 250, 100, 1_000, 50)).toBe(-1);
  });
});
