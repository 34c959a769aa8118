/**
 * The city pack: a folder that describes a city. Files with geometry are GeoJSON FeatureCollections (any GIS opens
 * them), the others plain JSON. In memory a pack is flat objects; `pack-files.ts` converts both ways.
 */
import { z } from 'zod';
import { bbox, lonLat } from './geo.ts';
import { localText } from './text.ts';

export const PACK_FORMAT = 'city-brain-pack/1';

const id = z.string().min(1).max(80);
const path = z.array(lonLat).min(2);
const ring = z.array(lonLat).min(4);
/** Rings of a polygon as in GeoJSON: outer first, then holes. */
const polygon = z.array(ring).min(1);

export const manifest = z.object({
  format: z.literal(PACK_FORMAT),
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  name: localText,
  /** A made-up city is said to be one wherever its name stands. */
  fictional: z.boolean(),
  center: lonLat,
  bbox,
  timezone: z.string(),
  /** Where the data came from and under which licence; shown on the map. */
  attribution: z.string(),
  seed: z.number().int().optional(),
  drivesOn: z.enum(['right', 'left']).default('right'),
});
export type Manifest = z.infer<typeof manifest>;

export const roadClasses = [
  'motorway',
  'trunk',
  'primary',
  'secondary',
  'tertiary',
  'residential',
  'service',
] as const;
export type RoadClass = (typeof roadClasses)[number];

export const junction = z.object({
  id,
  position: lonLat,
  kind: z.enum(['plain', 'signal', 'roundabout', 'edge', 'merge']),
  name: localText.optional(),
});
export type Junction = z.infer<typeof junction>;

/** One direction of a road between two junctions; a two-way road is two links. */
export const link = z.object({
  id,
  from: id,
  to: id,
  path,
  name: localText.optional(),
  class: z.enum(roadClasses),
  lanes: z.number().int().min(1).max(12),
  speedLimitKph: z.number().min(5).max(140),
  bridge: z.boolean().default(false),
  tunnel: z.boolean().default(false),
  /** Links that may not be entered from this one, though their junction is shared. */
  bannedTurns: z.array(id).optional(),
});
export type Link = z.infer<typeof link>;

export const movement = z.object({
  from: id,
  to: id,
  /** True where the movement has green but must give way (a permissive left turn). */
  yields: z.boolean().optional(),
});
export type Movement = z.infer<typeof movement>;

export const signal = z.object({
  id,
  junction: id,
  /** Seconds into the cycle at clock time 0 (Unix epoch), for coordination. */
  offsetS: z.number().min(0),
  phases: z
    .array(
      z.object({
        greenS: z.number().min(1).max(300),
        minGreenS: z.number().min(1),
        maxGreenS: z.number().min(1),
        yellowS: z.number().min(0).max(10),
        allRedS: z.number().min(0).max(15),
        movements: z.array(movement),
        /** Never part of the signal's own plan: only for control that chooses phases. */
        onRequest: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(16)
    .refine(
      (phases) => phases.some((p) => p.onRequest !== true),
      'every phase is on request: no plan is left',
    ),
});
export type Signal = z.infer<typeof signal>;

/** An inductive loop in the road, or another fixed counter. */
export const detector = z.object({ id, link: id, offsetM: z.number().min(0) });
export type Detector = z.infer<typeof detector>;

export const districtLevels = ['district', 'street', 'grid'] as const;
/** An administrative area: district (区), street (街道) or grid cell (网格). */
export const district = z.object({
  id,
  level: z.enum(districtLevels),
  name: localText,
  parent: id.optional(),
  polygons: z.array(polygon).min(1),
  /** Residents; given on grid cells. */
  population: z.number().min(0).optional(),
  /** Jobs at daytime; given on grid cells. */
  jobs: z.number().min(0).optional(),
});
export type District = z.infer<typeof district>;

export const areaKinds = [
  'water',
  'park',
  'green',
  'residential',
  'commercial',
  'industrial',
  'port',
  'university',
  'hospital',
  'school',
  'stadium',
  'plaza',
  'farmland',
  'sand',
  'airport',
] as const;
export const area = z.object({
  id,
  kind: z.enum(areaKinds),
  name: localText.optional(),
  polygons: z.array(polygon).min(1),
});
export type Area = z.infer<typeof area>;

export const line = z.object({
  id,
  kind: z.enum(['rail', 'metro', 'stream', 'footway', 'pier']),
  name: localText.optional(),
  path,
});
export type Line = z.infer<typeof line>;

export const building = z.object({
  id,
  polygon,
  heightM: z.number().min(2).max(1_000),
  kind: z.enum(['residential', 'commercial', 'industrial', 'civic', 'other']).default('other'),
  name: localText.optional(),
});
export type Building = z.infer<typeof building>;

export const facilityKinds = [
  'hospital',
  'health-centre',
  'ambulance-post',
  'fire-station',
  'police-station',
  'traffic-police',
  'school',
  'elderly-care',
  'service-hall',
  'parking',
  'stadium',
  'metro-station',
  'bus-terminal',
  'shelter',
  'government',
] as const;
export type FacilityKind = (typeof facilityKinds)[number];
export const facility = z.object({
  id,
  kind: z.enum(facilityKinds),
  name: localText,
  position: lonLat,
  department: id.optional(),
  capacity: z
    .object({
      beds: z.number().int().min(0),
      erBays: z.number().int().min(0),
      spaces: z.number().int().min(0),
      counters: z.number().int().min(0),
      places: z.number().int().min(0),
      pupils: z.number().int().min(0),
    })
    .partial()
    .default({}),
});
export type Facility = z.infer<typeof facility>;

export const departmentKinds = [
  'police',
  'fire',
  'ambulance',
  'traffic-police',
  'urban-management',
  'housing',
  'health',
  'hotline',
  'street',
  'water',
  'power',
  'transport',
  'emergency',
  'environment',
  'port',
] as const;
export const department = z.object({
  id,
  kind: z.enum(departmentKinds),
  name: localText,
  /** The number people call, where there is one (110, 119, 120, 122, 12345). */
  phone: z.string().optional(),
});
export type Department = z.infer<typeof department>;

export const unitKinds = [
  'ambulance',
  'fire-engine',
  'ladder',
  'rescue',
  'hazmat',
  'police-car',
  'traffic-car',
  'traffic-motorcycle',
  'urban-patrol',
  'repair-crew',
  'drone',
] as const;
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
export const unit = z.object({
  id,
  callsign: z.string().min(1).max(20),
  name: localText,
  department: id,
  kind: z.enum(unitKinds),
  capabilities: z.array(z.string()).default([]),
  home: id,
  crew: z.number().int().min(1).max(40),
  /** Local hours in which it is on duty, over midnight where `to` is earlier; absent: round the clock. */
  shift: z.object({ from: timeOfDay, to: timeOfDay }).optional(),
});
export type UnitDescription = z.infer<typeof unit>;

export const busRoute = z.object({
  id,
  name: localText,
  links: z.array(id).min(1),
  stops: z.array(z.object({ link: id, offsetM: z.number().min(0), name: localText })).min(2),
  headwayS: z.number().min(30),
});
export type BusRoute = z.infer<typeof busRoute>;

/** Fixed instruments that measure the city: air, rain, river level. */
export const stationKinds = ['air', 'rain', 'river', 'loop', 'crowd'] as const;
export const station = z.object({ id, kind: z.enum(stationKinds), name: localText, position: lonLat });
export type StationDescription = z.infer<typeof station>;

export interface CityPack {
  readonly manifest: Manifest;
  readonly junctions: readonly Junction[];
  readonly links: readonly Link[];
  readonly signals: readonly Signal[];
  readonly detectors: readonly Detector[];
  readonly districts: readonly District[];
  readonly areas: readonly Area[];
  readonly lines: readonly Line[];
  readonly buildings: readonly Building[];
  readonly facilities: readonly Facility[];
  readonly departments: readonly Department[];
  readonly units: readonly UnitDescription[];
  readonly busRoutes: readonly BusRoute[];
  readonly stations: readonly StationDescription[];
}

/** The parts of a pack besides its manifest: file name, element schema, and where its geometry lies. */
export const packParts = {
  junctions: { file: 'junctions.geojson', schema: junction, geometry: 'Point', field: 'position' },
  links: { file: 'links.geojson', schema: link, geometry: 'LineString', field: 'path' },
  signals: { file: 'signals.json', schema: signal, geometry: null, field: null },
  detectors: { file: 'detectors.json', schema: detector, geometry: null, field: null },
  districts: { file: 'districts.geojson', schema: district, geometry: 'MultiPolygon', field: 'polygons' },
  areas: { file: 'areas.geojson', schema: area, geometry: 'MultiPolygon', field: 'polygons' },
  lines: { file: 'lines.geojson', schema: line, geometry: 'LineString', field: 'path' },
  buildings: { file: 'buildings.geojson', schema: building, geometry: 'Polygon', field: 'polygon' },
  facilities: { file: 'facilities.geojson', schema: facility, geometry: 'Point', field: 'position' },
  departments: { file: 'departments.json', schema: department, geometry: null, field: null },
  units: { file: 'units.json', schema: unit, geometry: null, field: null },
  busRoutes: { file: 'bus-routes.json', schema: busRoute, geometry: null, field: null },
  stations: { file: 'stations.geojson', schema: station, geometry: 'Point', field: 'position' },
} as const;
export type PackPart = keyof typeof packParts;
export const packPartNames = Object.keys(packParts) as PackPart[];
