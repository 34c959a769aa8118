import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import { BaseMap, MAX_ZOOM, MIN_ZOOM } from '../../../server/city/base-map.ts';
import { boundaryLines } from '../../../server/city/boundary-lines.ts';
import { inPolygon, interiorPoint } from '../../../server/city/polygon.ts';
import { labelLines, roadLines } from '../../../server/city/road-lines.ts';
import { mercatorX, mercatorY, pathLengthM, type LonLat } from '../../../server/contract/geo.ts';
import { smallPack, smallPackAt } from '../../support/small-pack.ts';

const pack = smallPack();

function tileOver(map: BaseMap, z: number, p: LonLat): Record<string, VectorTileFeature[]> {
  const n = 2 ** z;
  const bytes = map.tile(z, Math.floor(mercatorX(p[0]) * n), Math.floor(mercatorY(p[1]) * n));
  const { layers } = new VectorTile(new PbfReader(bytes!));
  return Object.fromEntries(
    Object.entries(layers).map(([name, layer]) => [
      name,
      Array.from({ length: layer.length }, (_, i) => layer.feature(i)),
    ]),
  );
}
const middle = pack.manifest.center;

describe('BaseMap', () => {
  it('CI-7 holds every layer with its attributes at close zoom', () => {
    const layers = tileOver(new BaseMap(pack), 15, middle);
    expect(Object.keys(layers).sort()).toEqual(
      ['area', 'boundary', 'building', 'junction', 'line', 'place', 'poi', 'road', 'road_label'].sort(),
    );
    const main = layers['road']!.find((f) => f.properties['name_en'] === 'Renmin Road')!;
    expect(main.properties).toEqual({
      class: 'primary',
      bridge: false,
      tunnel: false,
      oneway: false,
      lanes: 6,
      name_zh: '人民路',
      name_en: 'Renmin Road',
    });
    expect(layers['building']!.every((f) => Number(f.properties['height']) >= 9)).toBe(true);
    expect(layers['poi']!.map((f) => f.properties['id'])).toContain('f-hospital');
    expect(layers['junction']!.some((f) => f.properties['signal'] === 4)).toBe(true);
  });

  it('CI-7 shows less from farther away', () => {
    const map = new BaseMap(pack);
    const classesAt = (z: number): string[] => [
      ...new Set(tileOver(map, z, middle)['road']!.map((f) => String(f.properties['class']))),
    ];
    expect(classesAt(9)).toEqual(['primary']);
    expect(classesAt(11).sort()).toEqual(['primary', 'secondary', 'tertiary']);
    expect(classesAt(12)).toContain('residential');
    expect(tileOver(map, 12, middle)['building']).toBeUndefined();
    expect(tileOver(map, 14, middle)['building']!.length).toBeGreaterThan(10);
  });

  it('CI-7 gives nothing where there is nothing, and takes any numbers', () => {
    const map = new BaseMap(pack);
    expect(map.tile(14, 0, 0)).toBeNull();
    for (const [z, x, y] of [
      [MAX_ZOOM + 1, 0, 0],
      [MIN_ZOOM - 1, 0, 0],
      [10, -1, 5],
      [10, 1024, 5],
      [10.5, 1, 1],
      [Number.NaN, 1, 1],
      [10, Infinity, 1],
    ] as const) {
      expect(map.tile(z, x, y)).toBeNull();
    }
  });

  it('CI-7 answers the same tile again from its store', () => {
    const map = new BaseMap(pack);
    const n = 2 ** 14;
    const [x, y] = [Math.floor(mercatorX(middle[0]) * n), Math.floor(mercatorY(middle[1]) * n)];
    expect(map.tile(14, x, y)).toBe(map.tile(14, x, y));
  });

  it('CI-7 describes itself as TileJSON', () => {
    const json = new BaseMap(pack).tileJson('http://localhost:1/');
    expect(json.tiles).toEqual(['http://localhost:1/tiles/{z}/{x}/{y}.pbf']);
    expect(json.attribution).toBe('Fictional test city');
    expect(json.vector_layers.map((l) => l.id)).toContain('road_label');
  });
});

describe('roadLines', () => {
  it('CI-7 draws both directions once and keeps every metre', () => {
    const lines = roadLines(pack.links);
    const drawn = lines.reduce((sum, l) => sum + pathLengthM(l.path), 0);
    const driven = pack.links.reduce((sum, l) => sum + pathLengthM(l.path), 0);
    expect(drawn * 2).toBeCloseTo(driven, 3);
    expect(lines.length).toBeLessThan(pack.links.length / 3);
  });

  it('CI-7 keeps one-way roads in their direction', () => {
    const oneway = pack.links.filter((l) => /^j-2-\d>j-2-\d$/.test(l.id) && l.from < l.to).toReversed();
    const lines = roadLines(oneway);
    expect(lines).toHaveLength(1);
    expect(lines[0]!.oneway).toBe(true);
    const xs = lines[0]!.path.map((p) => p[0]);
    expect(xs).toEqual(xs.toSorted((a, b) => a - b));
  });

  it('CI-7 joins a street to one line for its name', () => {
    const renmin = labelLines(pack.links).filter((l) => l.name?.en === 'Renmin Road');
    expect(renmin).toHaveLength(1);
    expect(pathLengthM(renmin[0]!.path)).toBeGreaterThan(1_400);
  });
});

describe('boundaryLines', () => {
  it('CI-7 draws a border once, at the highest level it divides', () => {
    const lines = boundaryLines(pack.districts);
    const lengthOf = (level: string): number =>
      lines.filter((l) => l.level === level).reduce((sum, l) => sum + pathLengthM(l.path), 0);
    const side = 880 + 700;
    expect(lengthOf('district') / (4 * side)).toBeCloseTo(1, 1);
    // The streets add only the line between them; the outer edge is the district's (cut there by their corners).
    expect(lines.filter((l) => l.level === 'grid').length).toBeGreaterThan(0);
  });
});

describe('interiorPoint', () => {
  it('lies inside, also in a bent or holed shape', () => {
    const bent: LonLat[] = [
      [0, 0],
      [10, 0],
      [10, 1],
      [1, 1],
      [1, 10],
      [0, 10],
      [0, 0],
    ];
    const [x, y] = interiorPoint([bent]);
    expect(inPolygon([bent], x, y)).toBe(true);
    const hole: LonLat[] = [
      smallPackAt(1, 1),
      smallPackAt(9, 1),
      smallPackAt(9, 9),
      smallPackAt(1, 9),
      smallPackAt(1, 1),
    ];
    const outer: LonLat[] = [
      smallPackAt(0, 0),
      smallPackAt(30, 0),
      smallPackAt(30, 10),
      smallPackAt(0, 10),
      smallPackAt(0, 0),
    ];
    const inside = interiorPoint([outer, hole]);
    expect(inPolygon([outer, hole], inside[0], inside[1])).toBe(true);
    expect(inside[0]).toBeGreaterThan(smallPackAt(12, 0)[0]);
  });
});
