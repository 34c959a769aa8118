/**
 * Facilities of the map, and the departments and units that the map does not know: as many as the stations suggest,
 * so that a picture of the services can be run. What is assumed is named as such.
 */
import type { Department, Facility, FacilityKind, UnitDescription } from '../../contract/city-pack.ts';
import { distanceM, inBbox, type Bbox, type LonLat } from '../../contract/geo.ts';
import { facilityWords } from '../facility-words.ts';
import { interiorPoint } from '../polygon.ts';
import type { OsmData } from './collect.ts';
import { squareMetres, type Shape } from './land.ts';
import { facilityKind, readCapacity } from './land-tags.ts';
import type { Tags } from './osm.ts';
import type { ImportReport } from './report.ts';
import { readName } from './tags.ts';

/** A hospital is often mapped as an area, a building and a node. */
const SAME_PLACE_M = 120;
/** A nameless car park smaller than this is a lay-by. */
const LEAST_SPACES = 15;

const keeperOf: Partial<Record<FacilityKind, string>> = {
  hospital: 'ambulance',
  'health-centre': 'health',
  'ambulance-post': 'ambulance',
  'fire-station': 'fire',
  'police-station': 'police',
  'traffic-police': 'traffic-police',
  'service-hall': 'hotline',
  'elderly-care': 'health',
};

export function makeFacilities(
  data: OsmData,
  shapes: readonly Shape[],
  box: Bbox,
  report: ImportReport,
): Facility[] {
  interface Candidate {
    readonly id: string;
    readonly kind: FacilityKind;
    readonly tags: Tags;
    readonly position: LonLat;
    readonly areaM2: number;
  }
  const candidates: Candidate[] = [];
  for (const { id, tags, polygons } of shapes) {
    const kind = facilityKind(tags);
    if (kind === undefined) continue;
    candidates.push({
      id,
      kind,
      tags,
      position: place(interiorPoint(polygons[0]!)),
      areaM2: squareMetres(polygons),
    });
  }
  for (const { id, tags, position } of data.tagged) {
    const kind = facilityKind(tags);
    if (kind === 'hospital' && !isFullHospital(tags)) {
      report.count('nameless points tagged as hospitals, taken as health centres');
      candidates.push({ id: `n${id}`, kind: 'health-centre', tags, position: place(position), areaM2: 0 });
    } else if (kind !== undefined) {
      candidates.push({ id: `n${id}`, kind, tags, position: place(position), areaM2: 0 });
    }
  }
  // Named and large ones first: they take in the others of their kind beside them.
  const rank = (c: Candidate): number => (readName(c.tags) === undefined ? 0 : 1e12) + c.areaM2;
  candidates.sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1));
  const facilities: Facility[] = [];
  const numbers = new Map<FacilityKind, number>();
  let doubles = 0;
  for (const { id, kind, tags, position, areaM2 } of candidates) {
    if (!inBbox(box, position)) {
      report.drop('facilities: outside the city');
      continue;
    }
    const name = readName(tags);
    const double = facilities.some(
      (f) =>
        f.kind === kind &&
        distanceM(f.position, position) < SAME_PLACE_M &&
        (name === undefined || (f.name.zh === name.zh && f.name.en === name.en)) &&
        kind !== 'parking',
    );
    if (double) {
      doubles++;
      continue;
    }
    const capacity = readCapacity(kind, tags, areaM2);
    if (kind === 'parking' && name === undefined && (capacity.spaces ?? 0) < LEAST_SPACES) {
      report.drop(`car parks: nameless with fewer than ${LEAST_SPACES} spaces`);
      continue;
    }
    const number = (numbers.get(kind) ?? 0) + 1;
    if (name === undefined) numbers.set(kind, number);
    const word = facilityWords[kind];
    const keeper = keeperOf[kind];
    facilities.push({
      id,
      kind,
      name: name ?? { zh: `${word.zh}${number}`, en: `${word.en} ${number}` },
      position,
      ...(keeper ? { department: keeper } : {}),
      capacity,
    });
  }
  report.drop('facilities: the same one mapped again', doubles);
  report.count('facilities', facilities.length);
  if (facilities.some((f) => Object.keys(f.capacity).length > 0)) {
    report.note(
      'beds, emergency bays, pupils, counters and parking spaces are guessed where the map does not say',
    );
  }
  return facilities;
}

/** A first-aid post on a ski slope is often tagged as a hospital: a point without name, beds or emergency room. */
const isFullHospital = (tags: Tags): boolean =>
  readName(tags) !== undefined || tags['emergency'] === 'yes' || tags['beds'] !== undefined;

const place = (p: LonLat): LonLat => [Math.round(p[0] * 1e6) / 1e6, Math.round(p[1] * 1e6) / 1e6];

/** Where dispatch cannot do without a station and the map has none, one is assumed and says so in its name. */
export function assumeStations(
  facilities: readonly Facility[],
  /** Places on the road network, the most central first. */
  places: readonly LonLat[],
  report: ImportReport,
): Facility[] {
  const has = (...kinds: FacilityKind[]): boolean => facilities.some((f) => kinds.includes(f.kind));
  const missing: FacilityKind[] = [];
  if (!has('fire-station')) missing.push('fire-station');
  if (!has('police-station', 'traffic-police')) missing.push('police-station');
  if (!has('hospital')) missing.push('hospital');
  for (const kind of missing)
    report.note(`the map has no ${facilityWords[kind].en.toLowerCase()}: one is assumed`);
  return missing.map((kind, i): Facility => {
    const word = facilityWords[kind];
    const keeper = keeperOf[kind];
    return {
      id: `assumed-${kind}`,
      kind,
      name: { zh: `${word.zh}（推定）`, en: `${word.en} (assumed)` },
      position: place(places[i % places.length]!),
      ...(keeper ? { department: keeper } : {}),
      capacity: readCapacity(kind, {}, 0),
    };
  });
}

/** In China each service has its number; elsewhere the pack's owner fills them in. */
export function makeDepartments(timezone: string): Department[] {
  const chinese = ['Asia/Shanghai', 'Asia/Urumqi', 'Asia/Chongqing', 'Asia/Harbin'].includes(timezone);
  const make = (kind: Department['kind'], zh: string, en: string, phone?: string): Department => ({
    id: kind,
    kind,
    name: { zh, en },
    ...(chinese && phone !== undefined ? { phone } : {}),
  });
  return [
    make('police', '公安', 'Police', '110'),
    make('fire', '消防救援', 'Fire and rescue', '119'),
    make('ambulance', '急救中心', 'Ambulance service', '120'),
    make('traffic-police', '交警', 'Traffic police', '122'),
    make('hotline', '政务服务热线', 'Citizens’ hotline', '12345'),
    make('urban-management', '城市管理', 'Urban management'),
    make('health', '卫生健康', 'Health'),
    make('water', '供水', 'Water'),
    make('power', '供电', 'Power'),
    make('transport', '交通运输', 'Transport'),
    make('emergency', '应急管理', 'Emergency management'),
  ];
}

interface Crew {
  readonly kind: UnitDescription['kind'];
  readonly department: Department['id'];
  readonly crew: number;
  readonly letter: string;
  readonly zh: string;
  readonly en: string;
  readonly capabilities: readonly string[];
}
const crew = (
  kind: Crew['kind'],
  department: string,
  letter: string,
  size: number,
  zh: string,
  en: string,
  ...capabilities: string[]
): Crew => ({ kind, department, letter, crew: size, zh, en, capabilities });

// Capabilities in the words of the default rulebook.
const ambulance = crew(
  'ambulance',
  'ambulance',
  'A',
  3,
  '救护车',
  'Ambulance',
  'advanced-life-support',
  'basic-life-support',
);
const engine = crew(
  'fire-engine',
  'fire',
  'F',
  6,
  '消防车',
  'Fire engine',
  'fire-suppression',
  'water-tender',
);
const ladder = crew('ladder', 'fire', 'L', 4, '云梯车', 'Ladder', 'aerial', 'high-rise-rescue');
const car = crew('police-car', 'police', 'P', 2, '警车', 'Police car', 'patrol');
const traffic = crew(
  'traffic-car',
  'traffic-police',
  'T',
  2,
  '交警车',
  'Traffic car',
  'traffic-control',
  'accident-survey',
);
const patrol = crew('urban-patrol', 'urban-management', 'U', 2, '城管巡逻车', 'Urban patrol', 'inspection');
const repair = crew(
  'repair-crew',
  'water',
  'R',
  4,
  '抢修车',
  'Repair crew',
  'water-main',
  'drainage',
  'pumping',
);
const power = crew('repair-crew', 'power', 'R', 4, '抢修车', 'Repair crew', 'power-line', 'generator');
const road = crew('repair-crew', 'transport', 'R', 4, '抢修车', 'Repair crew', 'road-repair', 'towing');
const rescue = crew('rescue', 'fire', 'S', 5, '抢险车', 'Rescue', 'extrication', 'water-rescue');
const hazmat = crew('hazmat', 'fire', 'H', 5, '防化车', 'Hazmat', 'hazmat', 'decontamination');

export function makeUnits(facilities: readonly Facility[], report: ImportReport): UnitDescription[] {
  const units: UnitDescription[] = [];
  const numbers = new Map<string, number>();
  const station = (home: Facility | undefined, crews: readonly Crew[]): void => {
    if (home === undefined) return;
    for (const { kind, department, letter, crew: size, zh, en, capabilities } of crews) {
      const number = (numbers.get(letter) ?? 0) + 1;
      numbers.set(letter, number);
      const callsign = `${letter}${String(number).padStart(2, '0')}`;
      units.push({
        id: `u-${callsign.toLowerCase()}`,
        callsign,
        name: { zh: `${zh} ${callsign}`, en: `${en} ${callsign}` },
        department,
        kind,
        capabilities: [...capabilities],
        home: home.id,
        crew: size,
      });
    }
  };
  const of = (kind: FacilityKind): Facility[] => facilities.filter((f) => f.kind === kind);
  for (const [i, home] of of('fire-station').entries()) {
    station(home, i % 3 === 0 ? [engine, engine, ladder] : [engine, engine]);
    if (i % 4 === 0) station(home, i === 0 ? [rescue, hazmat] : [rescue]);
  }
  for (const home of of('hospital')) {
    const beds = home.capacity.beds ?? 0;
    station(home, beds > 600 ? [ambulance, ambulance, ambulance] : [ambulance, ambulance]);
  }
  for (const home of of('ambulance-post')) station(home, [ambulance, ambulance]);
  const police = of('police-station');
  for (const home of police) station(home, [car, car]);
  const squads = of('traffic-police').length > 0 ? of('traffic-police') : police.slice(0, 6);
  for (const home of squads) station(home, [traffic]);
  const civil = [...of('service-hall'), ...of('government'), ...police];
  for (const home of civil.slice(0, 4)) station(home, [patrol]);
  station(civil[0], [repair, repair, power, road]);
  report.count('units', units.length);
  report.note('units are assumed: so many for each fire station, hospital and police station');
  return units;
}
