/**
 * Districts and streets from administrative boundaries where the map has them whole, otherwise around the named
 * quarters; and a net of grid cells with the residents that the buildings could house.
 */
import { Delaunay } from 'd3-delaunay';
import { difference, intersection } from 'polyclip-ts';
import type { Building, District, Link } from '../../contract/city-pack.ts';
import { inBbox, metresPerDegree, pathLengthM, type Bbox, type LonLat } from '../../contract/geo.ts';
import type { LocalText } from '../../contract/text.ts';
import { inPolygon } from '../polygon.ts';
import { isPlace, type OsmData } from './collect.ts';
import { squareMetres } from './land.ts';
import type { ImportReport } from './report.ts';
import { assemble, cleaned, clip, type Ring } from './rings.ts';
import { readName } from './tags.ts';

/** An area of which less than this lies in the city says nothing about it. */
const LEAST_SHARE = 0.002;
/** Gross floor area a resident, and a job, take up (m²). */
const M2_PER_RESIDENT = 40;
const M2_PER_JOB = 35;
/** Where buildings are hardly mapped: residents along a kilometre of local street. */
const RESIDENTS_PER_KM = 400;
const STOREY_M = 3.2;
const GRID_CELLS = 120;
const LEAST_CELL_M = 400;

interface Ground {
  readonly name: LocalText;
  readonly box: Bbox;
  readonly links: readonly Link[];
  readonly buildings: readonly Building[];
}

export function makeDistricts(data: OsmData, ground: Ground, report: ImportReport): District[] {
  const districts = administrative(data, ground, report);
  const streets = [
    ...districts.filter((d) => d.level === 'street'),
    ...aroundPlaces(data, ground, districts, report),
  ];
  const upper = districts.filter((d) => d.level === 'district');
  const cells = gridCells(ground, [...upper, ...streets]);
  report.count('districts', upper.length);
  report.count('streets (subdistricts)', streets.length);
  report.count('grid cells', cells.length);
  report.note('residents and jobs of grid cells are estimated from floor area and streets, not counted');
  return [...upper, ...streets, ...cells];
}

const frame = ([w, s, e, n]: Bbox): Ring => [
  [w, s],
  [e, s],
  [e, n],
  [w, n],
  [w, s],
];

const holds = (district: District, p: LonLat): boolean =>
  district.polygons.some((polygon) => inPolygon(polygon, p[0], p[1]));

/** Chinese subdistricts, towns and townships are streets whatever else the extract holds. */
const STREET_NAME = /(街道|镇|乡)(办事处)?$/;

/** Two neighbouring levels of the administration: the coarsest that divides the city, and the next finer one. */
function administrative(data: OsmData, { name, box, links }: Ground, report: ImportReport): District[] {
  const whole = squareMetres([[frame(box)]]);
  const byLevel = new Map<number, { id: string; name: LocalText; polygons: Ring[][]; share: number }[]>();
  let incomplete = 0;
  for (const relation of data.relations) {
    const { tags } = relation;
    if (tags?.['boundary'] !== 'administrative') continue;
    const level = Number(tags['admin_level']);
    const called = readName(tags);
    if (called === undefined || !Number.isInteger(level) || level < 5 || level > 11) continue;
    const { polygons, broken } = assemble(relation, data);
    if (broken > 0 || polygons.length === 0) {
      incomplete++;
      continue;
    }
    const inside = clip(polygons, box);
    const share = squareMetres(inside) / whole;
    if (share < LEAST_SHARE) continue;
    const list = byLevel.get(level) ?? [];
    list.push({ id: `a${relation.id}`, name: called, polygons: inside, share });
    byLevel.set(level, list);
  }
  report.drop('administrative boundaries: not wholly in the file', incomplete);
  const levels = [...byLevel.keys()].sort((a, b) => a - b);
  const isStreet = (level: number): boolean => byLevel.get(level)!.every((a) => STREET_NAME.test(a.name.zh));
  const uppers = levels.filter((level) => !isStreet(level));
  const upper = uppers.find((level) => byLevel.get(level)!.length > 1) ?? uppers[0];
  const lower = levels.find(
    (level) => level > (upper ?? 0) && (isStreet(level) || byLevel.get(level)!.length > 1),
  );
  const districts: District[] = [];
  for (const { id, name: called, polygons } of upper === undefined ? [] : byLevel.get(upper)!) {
    districts.push({ id, level: 'district', name: called, polygons });
  }
  if (!links.every((l) => districts.some((d) => holds(d, l.path[Math.floor(l.path.length / 2)]!)))) {
    const rest = without([[frame(box)]], districts);
    if (rest.length > 0) {
      if (districts.length > 0) report.note('what lies in no mapped district is one more, named as the city');
      districts.push({ id: 'city', level: 'district', name, polygons: rest });
    }
  }
  for (const { id, name: called, polygons } of lower === undefined ? [] : byLevel.get(lower)!) {
    const parent = parentOf(polygons, districts);
    districts.push({ id, level: 'street', name: called, ...(parent ? { parent } : {}), polygons });
  }
  return districts;
}

/** What of an area the others leave over. */
function without(polygons: readonly Ring[][], others: readonly District[]): Ring[][] {
  type Plain = [number, number][][][];
  const plain = (list: readonly (readonly (readonly LonLat[])[])[]): Plain =>
    list.map((polygon) => polygon.map((ring) => ring.map((p): [number, number] => [p[0], p[1]])));
  if (others.length === 0) return polygons.map((polygon) => [...polygon]);
  return cleaned(difference(plain(polygons), ...others.map((d) => plain(d.polygons))));
}

/** The smallest district over most of the area's corners. */
function parentOf(polygons: readonly Ring[][], districts: readonly District[]): string | undefined {
  const corners = polygons[0]![0]!;
  const over = districts
    .filter((d) => d.level === 'district')
    .filter((d) => corners.filter((p) => holds(d, p)).length * 2 >= corners.length)
    .sort((a, b) => squareMetres(a.polygons) - squareMetres(b.polygons));
  return (over[0] ?? districts.find((d) => d.id === 'city') ?? districts[0])?.id;
}

/**
 * Where no street is mapped a place belongs to the nearest named quarter of its district (Voronoi cells on a local
 * plane, cut to what of the district no street takes up).
 */
function aroundPlaces(
  data: OsmData,
  { box }: Ground,
  districts: readonly District[],
  report: ImportReport,
): District[] {
  const per = metresPerDegree((box[1] + box[3]) / 2);
  const flat = (p: LonLat): [number, number] => [p[0] * per.lon, p[1] * per.lat];
  const [x0, y0] = flat([box[0], box[1]]);
  const [x1, y1] = flat([box[2], box[3]]);
  const mapped = districts.filter((d) => d.level === 'street');
  const places = data.tagged.filter(
    (t) =>
      isPlace(t.tags) &&
      inBbox(box, t.position) &&
      readName(t.tags) !== undefined &&
      !mapped.some((d) => holds(d, t.position)),
  );
  const streets: District[] = [];
  for (const district of districts) {
    if (district.level !== 'district') continue;
    const own = places.filter((t) => holds(district, t.position));
    if (own.length === 0) continue;
    const free = without(district.polygons, mapped);
    const voronoi = Delaunay.from(own.map((p) => flat(p.position))).voronoi([x0, y0, x1, y1]);
    for (const [i, { id, tags }] of own.entries()) {
      const cell = voronoi.cellPolygon(i);
      if (!cell || cell.length < 4) continue;
      const ring = cell.map(([x, y]): [number, number] => [x / per.lon, y / per.lat]);
      const polygons = cleaned(
        intersection(
          [ring],
          free.map((polygon) => polygon.map((r) => r.map((p): [number, number] => [p[0], p[1]]))),
        ),
      );
      if (polygons.length === 0) continue;
      streets.push({ id: `p${id}`, level: 'street', name: readName(tags)!, parent: district.id, polygons });
    }
  }
  if (streets.length > 0) {
    report.note(
      `${streets.length} streets are drawn around named quarters, since the map has no boundaries of them`,
    );
  }
  return streets;
}

/** Square cells over what is built on; each belongs to the street (or district) its middle lies in. */
function gridCells({ box, links, buildings }: Ground, above: readonly District[]): District[] {
  const per = metresPerDegree((box[1] + box[3]) / 2);
  const width = (box[2] - box[0]) * per.lon;
  const height = (box[3] - box[1]) * per.lat;
  const size = Math.max(LEAST_CELL_M, Math.sqrt((width * height) / GRID_CELLS));
  const columns = Math.max(1, Math.round(width / size));
  const rows = Math.max(1, Math.round(height / size));
  const cellOf = (p: LonLat): number => {
    const column = Math.floor(((p[0] - box[0]) / (box[2] - box[0])) * columns);
    const row = Math.floor(((p[1] - box[1]) / (box[3] - box[1])) * rows);
    return Math.max(0, Math.min(rows - 1, row)) * columns + Math.max(0, Math.min(columns - 1, column));
  };
  const homes = new Float64Array(columns * rows);
  const work = new Float64Array(columns * rows);
  const streetKm = new Float64Array(columns * rows);
  const roads = new Uint8Array(columns * rows);
  for (const { path, class: roadClass } of links) {
    const cell = cellOf(path[Math.floor(path.length / 2)]!);
    roads[cell] = 1;
    // Both directions are links: half of each.
    if (roadClass === 'residential' || roadClass === 'tertiary') streetKm[cell]! += pathLengthM(path) / 2_000;
  }
  for (const { polygon, heightM, kind } of buildings) {
    const cell = cellOf(polygon[0]![0]!);
    const floorM2 = squareMetres([polygon]) * Math.max(1, Math.round(heightM / STOREY_M));
    // Of a building whose use nobody mapped, half is lived in.
    if (kind === 'residential') homes[cell]! += floorM2;
    else if (kind === 'other') {
      homes[cell]! += floorM2 / 2;
      work[cell]! += floorM2 / 8;
    } else work[cell]! += floorM2;
  }
  const cells: District[] = [];
  const numbers = new Map<string, number>();
  for (let cell = 0; cell < columns * rows; cell++) {
    if (roads[cell] === 0 && homes[cell] === 0 && work[cell] === 0) continue;
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    const lon = (i: number): number => Math.round((box[0] + ((box[2] - box[0]) * i) / columns) * 1e6) / 1e6;
    const lat = (i: number): number => Math.round((box[1] + ((box[3] - box[1]) * i) / rows) * 1e6) / 1e6;
    const middle: LonLat = [(lon(column) + lon(column + 1)) / 2, (lat(row) + lat(row + 1)) / 2];
    const over = above
      .filter((d) => holds(d, middle))
      .sort(
        (a, b) =>
          Number(b.level === 'street') - Number(a.level === 'street') ||
          squareMetres(a.polygons) - squareMetres(b.polygons),
      );
    const parent = over[0] ?? above[0];
    const number = (numbers.get(parent?.id ?? '') ?? 0) + 1;
    numbers.set(parent?.id ?? '', number);
    const population = Math.round(
      Math.max(homes[cell]! / M2_PER_RESIDENT, streetKm[cell]! * RESIDENTS_PER_KM),
    );
    cells.push({
      id: `g${row + 1}-${column + 1}`,
      level: 'grid',
      name: { zh: `${parent?.name.zh ?? ''}第${number}网格`, en: `${parent?.name.en ?? ''} Grid ${number}` },
      ...(parent ? { parent: parent.id } : {}),
      polygons: [[frame([lon(column), lat(row), lon(column + 1), lat(row + 1)])]],
      population,
      jobs: Math.round(Math.max(work[cell]! / M2_PER_JOB, population * 0.2)),
    });
  }
  return cells;
}
