/** The fictional city 临江市 / Linjiang as a city pack: the same seed gives the same city, byte for byte. */
import { PACK_FORMAT, type CityPack } from '../../server/contract/city-pack.ts';
import { createRandom } from '../kernel/random.ts';
import { makeAreas, makeLines, nameBlocks, railway } from './areas.ts';
import { Builder } from './buildings.ts';
import { divide } from './districts.ts';
import { buildExpressways } from './expressways.ts';
import { findFaces } from './faces.ts';
import { placeFacilities } from './facilities.ts';
import { makeField } from './field.ts';
import { buildGraph } from './graph.ts';
import { planLandUse } from './land-use.ts';
import { makeDetectors, makeStations } from './instruments.ts';
import { junctionName, nameRoads, NameMaker } from './names.ts';
import { buildNetwork, type PlanJunction, type PlanLink } from './network.ts';
import { pathToLonLat, ringToLonLat, toLonLat, CITY_CENTRE } from './project.ts';
import { makeDepartments, makeUnits } from './services.ts';
import { chooseSignals, makeSignals } from './signals.ts';
import { Site } from './site.ts';
import { makeSkeleton } from './skeleton.ts';
import { traceStreets } from './streets.ts';
import { makeTerrain } from './terrain.ts';
import { busTerminals, makeBusRoutes, makeMetro } from './transit.ts';
import { makeZones } from './zones.ts';

export interface CityOptions {
  readonly seed: number;
}

const pad = (n: number): string => String(n).padStart(4, '0');
export const junctionId = (j: PlanJunction): string => `j${pad(j.index + 1)}`;
export const linkId = (l: PlanLink): string => `l${pad(l.index + 1)}`;

export function generateCity({ seed }: CityOptions): CityPack {
  const random = createRandom(seed);
  const terrain = makeTerrain(random);
  const skeleton = makeSkeleton(random, terrain);
  const zones = makeZones(random, terrain);
  const guides = [
    ...skeleton.roads.map((r) => ({ pts: r.pts, weight: r.class === 'primary' ? 1 : 0.7 })),
    ...skeleton.expressways.map((e) => ({ pts: e.pts, weight: 0.8 })),
  ];
  const field = makeField(random, guides, zones);
  const streets = traceStreets(random, terrain, zones, skeleton, field);
  const graph = buildGraph(
    [
      ...skeleton.roads,
      ...streets,
      { key: 'limit', class: null, pts: terrain.limit },
      { key: 'river', class: null, pts: terrain.riverCentre },
    ],
    (p) => (zones.at(p) === 'oldtown' ? 27 : 46),
  );
  const carriages = buildExpressways(graph, skeleton.expressways, terrain);
  const network = buildNetwork(graph, carriages, terrain, zones);
  chooseSignals(network);
  const names = new NameMaker(random.fork('names'));
  const roadName = nameRoads(names, network, (x) => terrain.riverY(x));

  const faces = findFaces(graph);
  const blocks = planLandUse(random, terrain, zones, faces);
  const blockNames = nameBlocks(names, blocks);
  const site = new Site(network, terrain, (p) => zones.at(p) === 'oldtown');
  site.line(railway(terrain), 14);
  const builder = new Builder(random, site, zones);
  for (const block of blocks) builder.fill(block);

  const admin = divide(random, faces, builder.built);
  const metro = makeMetro();
  const placed = placeFacilities({
    random,
    blocks,
    admin,
    network,
    roadName,
    names,
    metro: metro.stops,
    terminals: busTerminals(),
    inside: (p) => faces.at(p) !== null && !terrain.isWater(p),
  });

  const links = network.links.map((l) => ({
    id: linkId(l),
    from: junctionId(l.from),
    to: junctionId(l.to),
    path: pathToLonLat(l.pts),
    name: roadName(l),
    class: l.class,
    lanes: l.lanes,
    speedLimitKph: l.speedLimitKph,
    bridge: l.bridge,
    tunnel: false,
  }));
  const junctions = network.junctions.map((j) => {
    const name = j.kind === 'signal' ? junctionName(j, roadName) : undefined;
    return { id: junctionId(j), position: toLonLat(j.p), kind: j.kind, ...(name && { name }) };
  });
  const west = toLonLat([-9200, -9200]);
  const east = toLonLat([9200, 9200]);
  return {
    manifest: {
      format: PACK_FORMAT,
      id: 'linjiang',
      name: { zh: '临江市（虚构）', en: 'Linjiang (fictional)' },
      fictional: true,
      center: CITY_CENTRE,
      bbox: [west[0], west[1], east[0], east[1]],
      timezone: 'Asia/Shanghai',
      attribution: `虚构城市，由种子 ${seed} 生成 · fictional city generated from seed ${seed}`,
      seed,
      drivesOn: 'right',
    },
    junctions,
    links,
    signals: makeSignals(network, linkId, junctionId),
    detectors: makeDetectors(random, network, linkId),
    districts: admin.districts,
    areas: makeAreas(terrain, blocks, blockNames, names),
    lines: makeLines(terrain, metro.lines),
    buildings: builder.built.map((b, i) => ({
      id: `b${String(i + 1).padStart(5, '0')}`,
      polygon: b.footprint.map(ringToLonLat),
      heightM: b.heightM,
      kind: b.kind,
    })),
    facilities: placed.map((f) => f.facility),
    departments: makeDepartments(admin),
    units: makeUnits(placed.map((f) => f.facility)),
    busRoutes: makeBusRoutes(random, network, roadName, linkId),
    stations: makeStations(terrain, admin),
  };
}
