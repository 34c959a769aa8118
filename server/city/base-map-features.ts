/** What the base map is made of: every layer's features with their attributes and the zoom each appears at. */
import type { Area, CityPack, Facility, Line, RoadClass } from '../contract/city-pack.ts';
import { metresPerDegree, type LonLat } from '../contract/geo.ts';
import type { LocalText } from '../contract/text.ts';
import { boundaryLines } from './boundary-lines.ts';
import { interiorPoint, polygonArea, type Polygon } from './polygon.ts';
import { labelLines, roadLines } from './road-lines.ts';

/** Every layer of the tiles, in drawing order from below. */
export const tileLayers = [
  'area',
  'line',
  'road',
  'building',
  'boundary',
  'road_label',
  'place',
  'poi',
  'junction',
] as const;
export type TileLayer = (typeof tileLayers)[number];

export type Properties = Record<string, string | number | boolean>;

export interface MapFeature {
  readonly minZoom: number;
  readonly properties: Properties;
  readonly geometry: MapGeometry;
}
export type MapGeometry = GeoJSON.Point | GeoJSON.LineString | GeoJSON.Polygon | GeoJSON.MultiPolygon;

const names = (name: LocalText | undefined): Properties =>
  name === undefined ? {} : { name_zh: name.zh || name.en, name_en: name.en || name.zh };

const roadFrom: Readonly<Record<RoadClass, number>> = {
  motorway: 5,
  trunk: 6,
  primary: 8,
  secondary: 10,
  tertiary: 11,
  residential: 12,
  service: 13,
};
const labelFrom: Readonly<Record<RoadClass, number>> = {
  motorway: 10,
  trunk: 10,
  primary: 11,
  secondary: 12,
  tertiary: 13,
  residential: 14,
  service: 15,
};
const lineFrom: Readonly<Record<Line['kind'], number>> = {
  rail: 9,
  metro: 11,
  stream: 11,
  pier: 13,
  footway: 14,
};
const poiFrom: Readonly<Record<Facility['kind'], number>> = {
  hospital: 12,
  government: 13,
  stadium: 13,
  'fire-station': 13,
  'police-station': 13,
  'service-hall': 13,
  'metro-station': 13,
  'bus-terminal': 13,
  'traffic-police': 14,
  'ambulance-post': 14,
  'health-centre': 14,
  school: 14,
  'elderly-care': 14,
  shelter: 14,
  parking: 15,
};
const boundaryFrom = { district: 6, street: 11, grid: 13 } as const;

export const makeFeatures: Readonly<Record<TileLayer, (pack: CityPack) => MapFeature[]>> = {
  area: (pack) =>
    pack.areas
      .map((area) => ({ area, size: areaM2(area.polygons) }))
      .sort((a, b) => areaOrder(a.area) - areaOrder(b.area) || b.size - a.size)
      .map(({ area, size }) => ({
        minZoom: zoomOfSize(size, 3),
        properties: { kind: area.kind, ...names(area.name) },
        geometry: multiPolygon(area.polygons),
      })),

  line: (pack) =>
    pack.lines.map((line) => ({
      minZoom: lineFrom[line.kind],
      properties: { kind: line.kind, ...names(line.name) },
      geometry: lineString(line.path),
    })),

  road: (pack) =>
    roadLines(pack.links).map((road) => ({
      minZoom: roadFrom[road.class],
      properties: {
        class: road.class,
        bridge: road.bridge,
        tunnel: road.tunnel,
        oneway: road.oneway,
        lanes: road.lanes,
        ...names(road.name),
      },
      geometry: lineString(road.path),
    })),

  road_label: (pack) =>
    labelLines(pack.links).map((road) => ({
      minZoom: labelFrom[road.class],
      properties: { class: road.class, ...names(road.name) },
      geometry: lineString(road.path),
    })),

  building: (pack) =>
    pack.buildings.map((building) => ({
      // One zoom before the houses come the halls and blocks that can be told apart from there.
      minZoom: areaM2([building.polygon]) > 900 ? 13 : 14,
      properties: {
        height: Math.round(building.heightM * 10) / 10,
        kind: building.kind,
        ...names(building.name),
      },
      geometry: { type: 'Polygon', coordinates: plain(building.polygon) },
    })),

  boundary: (pack) =>
    boundaryLines(pack.districts).map(({ level, path }) => ({
      minZoom: boundaryFrom[level],
      properties: { level },
      geometry: lineString(path),
    })),

  place: (pack) => [
    ...pack.districts
      .filter((d) => d.level !== 'grid')
      .map((d) => ({
        minZoom: d.level === 'district' ? 6 : 11,
        properties: { kind: d.level, rank: d.level === 'district' ? 1 : 2, ...names(d.name) },
        geometry: point(labelPoint(d.polygons)),
      })),
    ...pack.areas
      .filter((a) => a.name !== undefined)
      .map((a) => {
        const minZoom = Math.max(10, zoomOfSize(areaM2(a.polygons), 40));
        return {
          minZoom,
          properties: { kind: 'area', area: a.kind, rank: Math.max(3, minZoom - 7), ...names(a.name) },
          geometry: point(labelPoint(a.polygons)),
        };
      }),
  ],

  poi: (pack) =>
    pack.facilities.map((f) => ({
      minZoom: poiFrom[f.kind],
      properties: { kind: f.kind, id: f.id, ...names(f.name) },
      geometry: point(f.position),
    })),

  junction: (pack) => {
    const signals = new Map(pack.signals.map((s, i) => [s.junction, i]));
    return pack.junctions
      .filter((j) => signals.has(j.id) || j.name !== undefined)
      .map((j) => ({
        minZoom: 15,
        properties: {
          kind: j.kind,
          id: j.id,
          ...(signals.has(j.id) ? { signal: signals.get(j.id)! } : {}),
          ...names(j.name),
        },
        geometry: point(j.position),
      }));
  },
};

/** Land use lies under parks, those under water, and piers of sand or plazas on top. */
const areaLevels: readonly Area['kind'][][] = [
  ['residential', 'commercial', 'industrial', 'farmland', 'port', 'airport', 'university'],
  ['hospital', 'school', 'stadium'],
  ['green', 'park', 'sand', 'plaza'],
  ['water'],
];
const areaOrder = (area: Area): number => areaLevels.findIndex((kinds) => kinds.includes(area.kind));

/** The zoom at which an area is about `pixels` wide on the screen (512-pixel tiles, middle latitudes). */
function zoomOfSize(m2: number, pixels: number): number {
  const metresPerPixelAt0 = 68_000;
  const zoom = Math.ceil(Math.log2((metresPerPixelAt0 * pixels) / Math.max(1, Math.sqrt(m2))));
  return Math.max(5, Math.min(15, zoom));
}

function areaM2(polygons: readonly Polygon[]): number {
  const first = polygons[0]![0]![0]!;
  const per = metresPerDegree(first[1]);
  return polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0) * per.lon * per.lat;
}

/** In the largest of its parts; worked out on a plane where a metre east is as long as a metre north. */
function labelPoint(polygons: readonly Polygon[]): LonLat {
  const largest = polygons.reduce((a, b) => (polygonArea(b) > polygonArea(a) ? b : a));
  const squeeze = Math.cos((largest[0]![0]![1] * Math.PI) / 180);
  const [x, y] = interiorPoint(largest.map((ring) => ring.map(([lon, lat]) => [lon * squeeze, lat])));
  return [x / squeeze, y];
}

/** GeoJSON's types know no read-only arrays; nobody writes into these (a city has tens of thousands of them). */
type Coordinates = GeoJSON.Position & GeoJSON.Position[] & GeoJSON.Position[][] & GeoJSON.Position[][][];
const plain = (coordinates: unknown): Coordinates => coordinates as Coordinates;
const point = (p: LonLat): MapGeometry => ({ type: 'Point', coordinates: plain(p) });
const lineString = (path: readonly LonLat[]): MapGeometry => ({
  type: 'LineString',
  coordinates: plain(path),
});
const multiPolygon = (polygons: readonly Polygon[]): MapGeometry => ({
  type: 'MultiPolygon',
  coordinates: plain(polygons),
});
