/** What lies beside the roads: areas, lines and buildings, cut to the city's box. */
import type { Area, Building, Line } from '../../contract/city-pack.ts';
import { metresPerDegree, type Bbox, type LonLat } from '../../contract/geo.ts';
import { bboxOfPoints, polygonArea, type Polygon } from '../polygon.ts';
import { cutToBox, seaPolygons } from './coastline.ts';
import type { OsmData } from './collect.ts';
import { areaKind, lineKind, readBuilding } from './land-tags.ts';
import type { Tags } from './osm.ts';
import type { ImportReport } from './report.ts';
import { assemble, clip, ringOf, type Ring } from './rings.ts';
import { readName } from './tags.ts';

const LEAST_AREA_M2 = 60;
const LEAST_BUILDING_M2 = 8;

/** A closed thing of the map with its tags: a way or a relation. */
export interface Shape {
  readonly id: string;
  readonly tags: Tags;
  readonly polygons: Ring[][];
}

export const squareMetres = (polygons: readonly Polygon[]): number => {
  const first = polygons[0]?.[0]?.[0];
  if (first === undefined) return 0;
  const per = metresPerDegree(first[1]);
  return polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0) * per.lon * per.lat;
};

/** Every closed way and every multipolygon once; what does not close is told, not fatal. */
export function makeShapes(data: OsmData, report: ImportReport): Shape[] {
  const shapes: Shape[] = [];
  for (const way of data.shapes) {
    const { refs } = way;
    if (refs.length < 4 || refs[0] !== refs[refs.length - 1]) continue;
    const ring = ringOf(refs, data.nodes);
    if (ring === null) report.drop('areas: nodes outside the file, or no area');
    else shapes.push({ id: `w${way.id}`, tags: way.tags ?? {}, polygons: [[ring]] });
  }
  for (const relation of data.relations) {
    if (relation.tags?.['type'] !== 'multipolygon') continue;
    const { polygons, broken } = assemble(relation, data);
    report.drop('multipolygons: rings that do not close or are not wholly in the file', broken);
    if (polygons.length > 0) shapes.push({ id: `r${relation.id}`, tags: relation.tags, polygons });
  }
  return shapes;
}

export function makeAreas(data: OsmData, shapes: readonly Shape[], box: Bbox, report: ImportReport): Area[] {
  const areas: Area[] = [];
  for (const { id, tags, polygons } of shapes) {
    const kind = areaKind(tags);
    if (kind === undefined) continue;
    const inside = clip(polygons, box);
    if (inside.length === 0) report.drop('areas: outside the city');
    else if (squareMetres(inside) < LEAST_AREA_M2) report.drop(`areas: smaller than ${LEAST_AREA_M2} m²`);
    else areas.push({ id, kind, ...named(tags), polygons: inside });
  }
  report.count('areas', areas.length);
  const coast = data.shapes
    .filter((way) => way.tags?.['natural'] === 'coastline')
    .map((way) => data.nodes.path(way.refs));
  const sea = seaPolygons(coast, box);
  for (const [i, polygon] of sea.entries()) {
    areas.push({ id: `sea-${i + 1}`, kind: 'water', polygons: [polygon.map(roundRing)] });
  }
  if (sea.length > 0) report.count('parts of the sea, closed along the edge', sea.length);
  return areas;
}

export function makeLines(data: OsmData, box: Bbox, report: ImportReport): Line[] {
  const lines: Line[] = [];
  for (const way of new Set([...data.shapes, ...data.highways])) {
    const tags = way.tags ?? {};
    const kind = lineKind(tags);
    if (kind === undefined || areaKind(tags) !== undefined) continue;
    const path = data.nodes.path(way.refs);
    if (path.length < 2) continue;
    for (const [i, piece] of cutToBox(path, box).entries()) {
      const id = i === 0 ? `w${way.id}` : `w${way.id}.${i + 1}`;
      lines.push({ id, kind, ...named(tags), path: roundRing(piece) });
    }
  }
  report.count('lines (railways, streams, footways, piers)', lines.length);
  return lines;
}

export function makeBuildings(shapes: readonly Shape[], box: Bbox, report: ImportReport): Building[] {
  const buildings: Building[] = [];
  let guessed = 0;
  for (const { id, tags, polygons } of shapes) {
    if (readBuilding(tags) === undefined) continue;
    for (const [i, polygon] of polygons.entries()) {
      const [w, s, e, n] = bboxOfPoints(polygon[0]!);
      if (e < box[0] || w > box[2] || n < box[1] || s > box[3]) report.drop('buildings: outside the city');
      else {
        const footprintM2 = squareMetres([polygon]);
        if (footprintM2 < LEAST_BUILDING_M2) report.drop(`buildings: smaller than ${LEAST_BUILDING_M2} m²`);
        else {
          const found = readBuilding(tags, footprintM2)!;
          buildings.push({ id: i === 0 ? id : `${id}.${i + 1}`, ...found, ...named(tags), polygon });
          if (tags['height'] === undefined && tags['building:levels'] === undefined) guessed++;
        }
      }
    }
  }
  report.count('buildings', buildings.length);
  if (guessed > 0) {
    report.note(
      `${guessed} buildings have neither height nor storeys: guessed from their kind and footprint`,
    );
  }
  return buildings;
}

const named = (tags: Tags): { name?: Area['name'] } => {
  const name = readName(tags);
  return name === undefined ? {} : { name };
};

const roundRing = (ring: readonly LonLat[]): LonLat[] =>
  ring.map(([x, y]) => [Math.round(x * 1e6) / 1e6, Math.round(y * 1e6) / 1e6]);
