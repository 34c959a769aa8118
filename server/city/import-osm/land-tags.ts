/** What tags say beside the road: land use, lines, buildings and the services a city relies on. Pure. */
import type { Area, Building, Facility, FacilityKind, Line } from '../../contract/city-pack.ts';
import type { Tags } from './osm.ts';

const areas: Readonly<Record<string, Readonly<Record<string, Area['kind']>>>> = {
  natural: {
    water: 'water',
    wood: 'green',
    scrub: 'green',
    grassland: 'green',
    heath: 'green',
    wetland: 'green',
    beach: 'sand',
    sand: 'sand',
    shingle: 'sand',
  },
  waterway: { riverbank: 'water', dock: 'water' },
  landuse: {
    reservoir: 'water',
    basin: 'water',
    grass: 'green',
    forest: 'green',
    meadow: 'green',
    village_green: 'green',
    recreation_ground: 'green',
    cemetery: 'green',
    allotments: 'green',
    greenfield: 'green',
    residential: 'residential',
    commercial: 'commercial',
    retail: 'commercial',
    industrial: 'industrial',
    railway: 'industrial',
    quarry: 'industrial',
    port: 'port',
    farmland: 'farmland',
    farmyard: 'farmland',
    orchard: 'farmland',
    vineyard: 'farmland',
    paddy: 'farmland',
  },
  leisure: {
    park: 'park',
    garden: 'park',
    playground: 'park',
    golf_course: 'green',
    pitch: 'green',
    stadium: 'stadium',
    sports_centre: 'stadium',
    track: 'stadium',
  },
  amenity: {
    university: 'university',
    college: 'university',
    hospital: 'hospital',
    school: 'school',
    kindergarten: 'school',
  },
  place: { square: 'plaza' },
  aeroway: { aerodrome: 'airport' },
};

export function areaKind(tags: Tags): Area['kind'] | undefined {
  if (tags['building'] !== undefined && tags['building'] !== 'no') return undefined;
  // What lies underground does not colour the map.
  if (tags['tunnel'] === 'culvert' || Number(tags['layer'] ?? 0) < -1) return undefined;
  if (tags['industrial'] === 'port' || tags['harbour'] === 'yes') return 'port';
  if (tags['highway'] === 'pedestrian' && tags['area'] === 'yes') return 'plaza';
  for (const [key, kinds] of Object.entries(areas)) {
    const value = tags[key];
    if (value !== undefined && Object.hasOwn(kinds, value)) return kinds[value];
  }
  return undefined;
}

const paths = new Set(['footway', 'path', 'pedestrian', 'steps', 'cycleway', 'bridleway', 'track']);

export function lineKind(tags: Tags): Line['kind'] | undefined {
  switch (tags['railway']) {
    case 'rail':
    case 'light_rail':
    case 'narrow_gauge':
    case 'funicular':
    case 'monorail':
    case 'tram':
      // Sidings and yards would be a grey blot.
      return tags['tunnel'] === 'yes' || tags['service'] === 'yard' ? undefined : 'rail';
    case 'subway':
      return 'metro';
    case undefined:
      break;
    default:
      return undefined;
  }
  if (['river', 'stream', 'canal', 'drain', 'ditch'].includes(tags['waterway'] ?? '')) {
    return tags['tunnel'] === undefined ? 'stream' : undefined;
  }
  if (tags['man_made'] === 'pier' || tags['man_made'] === 'breakwater') return 'pier';
  if (paths.has(tags['highway'] ?? '') && tags['area'] !== 'yes' && tags['tunnel'] !== 'yes')
    return 'footway';
  return undefined;
}

interface BuildingRule {
  readonly kind: Building['kind'];
  /** Height in metres where neither height nor storeys are given. */
  readonly heightM: number;
}
const as = (kind: Building['kind'], heightM: number, ...values: string[]): [string, BuildingRule][] =>
  values.map((value) => [value, { kind, heightM }]);
const buildings: ReadonlyMap<string, BuildingRule> = new Map([
  ...as('residential', 18, 'apartments', 'dormitory', 'residential'),
  ...as(
    'residential',
    7,
    'house',
    'detached',
    'semidetached_house',
    'terrace',
    'bungalow',
    'farm',
    'cabin',
    'hut',
  ),
  ...as('commercial', 14, 'commercial', 'office', 'hotel'),
  ...as('commercial', 8, 'retail', 'supermarket', 'kiosk'),
  ...as('industrial', 9, 'industrial', 'warehouse', 'factory', 'manufacture', 'hangar', 'storage_tank'),
  ...as(
    'civic',
    12,
    'civic',
    'public',
    'government',
    'hospital',
    'school',
    'university',
    'college',
    'kindergarten',
  ),
  ...as(
    'civic',
    14,
    'church',
    'cathedral',
    'chapel',
    'mosque',
    'temple',
    'synagogue',
    'train_station',
    'stadium',
  ),
  ...as('other', 3, 'garage', 'garages', 'shed', 'roof', 'carport', 'greenhouse', 'hut', 'barn', 'service'),
]);
const STOREY_M = 3.2;

/** What has a larger footprint is usually taller, up to the size of halls. */
function plainBuilding(footprintM2: number): BuildingRule {
  const storeys = footprintM2 < 90 ? 2 : footprintM2 < 250 ? 3 : footprintM2 < 2_500 ? 4 : 3;
  return { kind: 'other', heightM: storeys * STOREY_M };
}

/** Kind and height of a building, or undefined where the tags are not of one. */
export function readBuilding(
  tags: Tags,
  footprintM2 = 0,
): { kind: Building['kind']; heightM: number } | undefined {
  const value = tags['building'];
  if (value === undefined || value === 'no' || value === 'demolished' || value === 'ruins') return undefined;
  const found = buildings.get(value) ?? plainBuilding(footprintM2);
  const storeys = Number.parseFloat(tags['building:levels'] ?? tags['levels'] ?? '');
  const heightM =
    readLength(tags['height'] ?? tags['building:height']) ??
    (storeys > 0 ? storeys * STOREY_M : undefined) ??
    found.heightM;
  return { kind: found.kind, heightM: Math.round(Math.max(2, Math.min(1_000, heightM)) * 10) / 10 };
}

const M_PER_FT = 0.3048;
/** “12”, “12.5 m”, “40 ft”, “40'” or “40'6"” in metres. */
export function readLength(value: string | undefined): number | undefined {
  const found = /^\s*(\d+(?:[.,]\d+)?)\s*(m|metres?|meters?|ft|feet|')?\s*(?:(\d+)\s*")?\s*$/i.exec(
    value ?? '',
  );
  if (found === null) return undefined;
  const number = Number(found[1]!.replace(',', '.'));
  const feet = ['ft', 'feet', "'"].includes(found[2]?.toLowerCase() ?? '');
  const metres = feet ? (number + Number(found[3] ?? 0) / 12) * M_PER_FT : number;
  return metres > 0 ? metres : undefined;
}

export function facilityKind(tags: Tags): FacilityKind | undefined {
  switch (tags['amenity'] ?? '') {
    case 'hospital':
      return 'hospital';
    case 'clinic':
    case 'health_post':
      return 'health-centre';
    case 'fire_station':
      return 'fire-station';
    case 'police':
      return tags['police'] === 'traffic_police' ? 'traffic-police' : 'police-station';
    case 'school':
      return 'school';
    case 'nursing_home':
      return 'elderly-care';
    case 'social_facility':
      if (tags['social_facility'] === 'shelter') return 'shelter';
      return ['nursing_home', 'assisted_living', 'day_care'].includes(tags['social_facility'] ?? '') ||
        /senior|elder/.test(tags['social_facility:for'] ?? '')
        ? 'elderly-care'
        : undefined;
    case 'community_centre':
      return 'service-hall';
    case 'townhall':
      return 'government';
    case 'parking':
      return ['private', 'no'].includes(tags['access'] ?? '') ? undefined : 'parking';
    case 'bus_station':
      return 'bus-terminal';
    default:
      break;
  }
  if (tags['emergency'] === 'ambulance_station') return 'ambulance-post';
  if (tags['emergency'] === 'assembly_point') return 'shelter';
  if (tags['healthcare'] === 'hospital') return 'hospital';
  if (['clinic', 'centre'].includes(tags['healthcare'] ?? '')) return 'health-centre';
  if (tags['office'] === 'government') return 'government';
  if (tags['leisure'] === 'stadium') return 'stadium';
  if (tags['railway'] === 'station' && (tags['station'] === 'subway' || tags['subway'] === 'yes')) {
    return 'metro-station';
  }
  return undefined;
}

const M2_PER_SPACE = 28;

/** What the tags say of a facility's size; where they say nothing, a plain guess that services can be run on. */
export function readCapacity(kind: FacilityKind, tags: Tags, areaM2: number): Facility['capacity'] {
  const tagged = Number.parseInt(tags['capacity:beds'] ?? tags['beds'] ?? tags['capacity'] ?? '', 10);
  const given = Number.isFinite(tagged) && tagged > 0 && tagged < 100_000 ? tagged : undefined;
  const storeys = Math.max(1, Math.min(40, Number.parseFloat(tags['building:levels'] ?? '1') || 1));
  switch (kind) {
    case 'hospital': {
      const beds = given ?? Math.round(Math.max(60, Math.min(1_500, (areaM2 * storeys) / 60)));
      return { beds, erBays: Math.max(4, Math.round(beds / 25)) };
    }
    case 'parking':
      return { spaces: given ?? Math.max(5, Math.round((areaM2 * storeys) / M2_PER_SPACE)) };
    case 'school':
      return { pupils: given ?? 600 };
    case 'elderly-care':
      return { places: given ?? 60 };
    case 'service-hall':
      return { counters: 8 };
    case 'health-centre':
      return { counters: 6 };
    case 'shelter':
    case 'stadium':
      return given === undefined ? {} : { places: given };
    case 'ambulance-post':
    case 'fire-station':
    case 'police-station':
    case 'traffic-police':
    case 'metro-station':
    case 'bus-terminal':
    case 'government':
      return {};
  }
}
