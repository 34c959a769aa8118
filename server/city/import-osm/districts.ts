/**
 * Districts and streets from administrative boundaries where the map has them whole, otherwise around the named
 * quarters; and a net of grid cells with the residents that the buildings could house.
 */
import { Delaunay } from 'd3-delaunay';
import type { Building, District, Link } from '../../contract/city-pack.ts';
import { inBbox, metresPerDegree, pathLengthM, type Bbox, type LonLat } from '../../contract/geo.ts';
import type { LocalText } from '../../contract/text.ts';
import { inPolygon } from '../polygon.ts';
import { isPlace, type OsmData } from './collect.ts';
import { squareMetres } from './land.ts';
import type { ImportReport } from './report.ts';
import { assemble, clip, type Ring } from './rings.ts';
import { readName } from './tags.ts';

/** An area of which less than this lies in the city says nothing about it. */
const LEAST_SHARE = 0.002;
/** Gross floor area a resident, and a job, take up (m²). */
const M2_PER_RESIDENT = 40;
const M2_PER_JOB = 35;
/** Where buildings are hardly mapped: residents along a kilometre of local street. */
const RESIDENTS_PER_KM = 150;
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
  if (!districts.some((d) => d.level === 'street'))
    districts.push(...aroundPlaces(data, ground, districts, report));
  const cells = gridCells(ground, districts);
  report.count('grid cells', cells.length);
  report.note('residents and jobs of grid cells are estimated from floor area and streets, not counted');
  return [...districts, ...cells];
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
  const upper = levels.find((level) => byLevel.get(level)!.length > 1) ?? levels[0];
  const lower = levels.find(
    (level) => upper !== undefined && level > upper && byLevel.get(level)!.length > 1,
  );
  const districts: District[] = [];
  for (const { id, name: called, polygons } of upper === undefined ? [] : byLevel.get(upper)!) {
    districts.push({ id, level: 'district', name: called, polygons });
  }
  const isCovered = (p: LonLat): boolean => districts.some((d) => holds(d, p));
  if (!links.every((l) => isCovered(l.path[Math.floor(l.path.length / 2)]!))) {
    // Where areas overlap the smaller answers, so this one stands for the rest.
    districts.push({ id: 'city', level: 'district', name, polygons: [[frame(box)]] });
    if (districts.length > 1)
      report.note('what lies in no mapped district belongs to one that is the whole box');
  }
  report.count('districts', districts.length);
  if (lower !== undefined) {
    const streets = byLevel.get(lower)!;
    for (const { id, name: called, polygons } of streets) {
      const parent = parentOf(polygons, districts);
      districts.push({ id, level: 'street', name: called, ...(parent ? { parent } : {}), polygons });
    }
    report.count('streets (subdistricts)', streets.length);
  }
  return districts;
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

/** Without boundaries a place belongs to the nearest named quarter (Voronoi cells on a local plane). */
function aroundPlaces(
  data: OsmData,
  { box }: Ground,
  districts: readonly District[],
  report: ImportReport,
): District[] {
  const places = data.tagged.filter(
    (t) => isPlace(t.tags) && inBbox(box, t.position) && readName(t.tags) !== undefined,
  );
  if (places.length < 2) return [];
  const per = metresPerDegree((box[1] + box[3]) / 2);
  const flat = (p: LonLat): [number, number] => [p[0] * per.lon, p[1] * per.lat];
  const [x0, y0] = flat([box[0], box[1]]);
  const [x1, y1] = flat([box[2], box[3]]);
  const voronoi = Delaunay.from(places.map((p) => flat(p.position))).voronoi([x0, y0, x1, y1]);
  const streets: District[] = [];
  for (const [i, { id, tags }] of places.entries()) {
    const cell = voronoi.cellPolygon(i);
    if (!cell || cell.length < 4) continue;
    const ring: Ring = cell.map(([x, y]) => [
      Math.round((x / per.lon) * 1e6) / 1e6,
      Math.round((y / per.lat) * 1e6) / 1e6,
    ]);
    const parent = parentOf([[ring]], districts);
    streets.push({
      id: `p${id}`,
      level: 'street',
      name: readName(tags)!,
      ...(parent ? { parent } : {}),
      polygons: [[ring]],
    });
  }
  report.count('streets (subdistricts)', streets.length);
  report.note('streets are drawn around the named quarters, since the map has no boundaries of them');
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
