/** An OpenStreetMap extract → a city pack that the product starts on, and a report of what was taken and left out. */
import { PACK_FORMAT, type CityPack, type Junction } from '../../contract/city-pack.ts';
import { distanceM, metresPerDegree, type Bbox, type LonLat } from '../../contract/geo.ts';
import { packErrorText } from '../../contract/pack-files.ts';
import { bboxOfPoints } from '../polygon.ts';
import { validatePack } from '../validate.ts';
import { collect } from './collect.ts';
import { makeDistricts } from './districts.ts';
import { makeAreas, makeBuildings, makeLines, makeShapes } from './land.ts';
import { OsmFileError } from './osm.ts';
import { ImportReport } from './report.ts';
import type { RoadLink } from './road-link.ts';
import { junctionId, junctionKind, makeRoads, type Roads } from './roads.ts';
import { assumeStations, makeDepartments, makeFacilities, makeUnits } from './services.ts';
import { makeSignals } from './signals.ts';

export interface ImportOptions {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly timezone: string;
  readonly drivesOn: 'right' | 'left';
}

/** Beside the outermost road there is still city. */
const MARGIN_M = 400;
/** A dead end this near to the edge of the data leads out of the city. */
const EDGE_M = 150;
export const OSM_ATTRIBUTION = '© OpenStreetMap contributors (ODbL)';

/** @throws OsmFileError with a sentence where the file is not a map one can make a city of. */
export async function importOsm(
  file: string,
  options: ImportOptions,
): Promise<{ pack: CityPack; report: ImportReport }> {
  const report = new ImportReport();
  const data = await collect(file);
  report.count('nodes in the file', data.counts.nodes);
  report.count('ways in the file', data.counts.ways);
  report.count('relations in the file', data.counts.relations);

  const roads = makeRoads(data, report);
  if (roads.links.length === 0) {
    throw new OsmFileError('The map has no roads for cars that can be reached from one another.');
  }
  const box = boxOf(roads);
  const shapes = makeShapes(data, report);
  const buildings = makeBuildings(shapes, box, report);
  const signals = makeSignals(data, roads, options.drivesOn, report);
  const mapped = makeFacilities(data, shapes, box, report);
  const facilities = [...mapped, ...assumeStations(mapped, centralPlaces(roads), report)];
  const links = roads.links.map((l) => l.link);
  const pack: CityPack = {
    manifest: {
      format: PACK_FORMAT,
      id: options.id,
      name: options.name,
      fictional: false,
      center: centralPlaces(roads)[0]!,
      bbox: box,
      timezone: options.timezone,
      attribution: OSM_ATTRIBUTION,
      drivesOn: options.drivesOn,
    },
    junctions: makeJunctions(roads, new Set(signals.map((s) => s.junction)), data.bounds ?? extentOf(roads)),
    links,
    signals,
    // Where a city's loops and bus lines lie the map does not say well enough to run anything on it.
    detectors: [],
    districts: makeDistricts(data, { name: options.name, box, links, buildings }, report),
    areas: makeAreas(data, shapes, box, report),
    lines: makeLines(data, box, report),
    buildings,
    facilities,
    departments: makeDepartments(options.timezone),
    units: makeUnits(facilities, report),
    busRoutes: [],
    stations: [],
  };
  report.count('links', links.length);
  report.count('junctions', pack.junctions.length);
  const { errors, warnings } = validatePack(pack);
  if (errors.length > 0) {
    const told = errors.slice(0, 5).map(packErrorText).join('; ');
    throw new Error(`the import made a pack that is not sound: ${told}`);
  }
  for (const warning of warnings.slice(0, 20)) report.note(packErrorText(warning));
  return { pack, report };
}

const extentOf = (roads: Roads): Bbox => bboxOfPoints(roads.links.flatMap((l) => l.link.path));

function boxOf(roads: Roads): Bbox {
  const [w, s, e, n] = extentOf(roads);
  const per = metresPerDegree((s + n) / 2);
  const round = (v: number): number => Math.round(v * 1e5) / 1e5;
  return [
    round(w - MARGIN_M / per.lon),
    round(s - MARGIN_M / per.lat),
    round(e + MARGIN_M / per.lon),
    round(n + MARGIN_M / per.lat),
  ];
}

/** Stations that are assumed do not all stand at one corner. */
const STATIONS_APART_M = 500;

/**
 * Junctions from the middle of the city outwards, at some distance from each other. In the middle: half of all
 * junctions lie west of it and half south.
 */
function centralPlaces(roads: Roads): LonLat[] {
  const all = [...roads.junctions.values()];
  const middle = (of: (p: LonLat) => number): number => all.map(of).sort((a, b) => a - b)[all.length >> 1]!;
  const centre: LonLat = [middle((p) => p[0]), middle((p) => p[1])];
  const away = new Map(all.map((p) => [p, distanceM(p, centre)]));
  const chosen: LonLat[] = [];
  for (const p of all.sort((a, b) => away.get(a)! - away.get(b)!)) {
    if (chosen.every((other) => distanceM(other, p) > STATIONS_APART_M)) chosen.push(p);
    if (chosen.length === 4) break;
  }
  return chosen;
}

function makeJunctions(roads: Roads, signalised: ReadonlySet<string>, extent: Bbox): Junction[] {
  const touching = new Map<number, RoadLink[]>();
  for (const l of roads.links) {
    for (const node of [l.from, l.to]) touching.set(node, [...(touching.get(node) ?? []), l]);
  }
  const per = metresPerDegree(extent[1]);
  const nearEdge = ([x, y]: LonLat): boolean =>
    Math.min(x - extent[0], extent[2] - x) * per.lon < EDGE_M ||
    Math.min(y - extent[1], extent[3] - y) * per.lat < EDGE_M;
  return [...roads.junctions].map(([node, position]) => {
    const id = junctionId(node);
    const kind = signalised.has(id)
      ? 'signal'
      : junctionKind(node, touching.get(node) ?? [], nearEdge(position));
    return { id, position, kind };
  });
}
