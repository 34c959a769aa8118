/**
 * Makes a city pack of a SUMO network: its roads as links, its signals with the phases that the signal port knows them by.
 * What SUMO does not say (districts, facilities, units) is left out or, where the product needs it, the least of it made.
 */
import {
  PACK_FORMAT,
  type CityPack,
  type Junction,
  type Link,
  type Movement,
  type RoadClass,
  type Signal,
} from '../contract/city-pack.ts';
import { metresPerDegree, type Bbox, type LonLat } from '../contract/geo.ts';
import { packErrorText } from '../contract/pack-files.ts';
import type { LocalText } from '../contract/text.ts';
import { makeDepartments } from '../city/import-osm/services.ts';
import { validatePack } from '../city/validate.ts';
import { signalsOf, type SignalLayout } from './junctions.ts';
import { shortId } from './net/ids.ts';
import { SumoFileError, type NetEdge, type NetLane, type SumoNet } from './net/model.ts';
import { toLonLat, type ToLonLat } from './net/projection.ts';

export interface PackOptions {
  readonly id: string;
  readonly name: LocalText;
  readonly timezone: string;
  readonly attribution: string;
  readonly drivesOn: 'right' | 'left';
  /** Where a network without a projection lies. */
  readonly centre: LonLat | null;
}

const MARGIN_M = 400;
const KPH_PER_MPS = 3.6;
const MOST_LANES = 12;
const MOST_PHASES = 16;
const MOST_GREEN_S = 300;
/** A path that ends farther from its junction is led up to it. */
const GAP_M = 25;
/** Who drives on the city's roads, by SUMO's classes. */
const motorClasses = [
  'passenger',
  'private',
  'taxi',
  'bus',
  'coach',
  'delivery',
  'truck',
  'trailer',
  'emergency',
];

/** What is carried over, and what was lived with. */
export function packOf(net: SumoNet, options: PackOptions): { pack: CityPack; notes: readonly string[] } {
  const place = toLonLat(net.location, options.centre);
  const edges = [...net.edges.values()].filter(
    (edge) => edge.function === 'normal' && edge.lanes.some(takesCars),
  );
  if (edges.length === 0) throw new SumoFileError('the network has no road for vehicles');
  const { layouts, notes } = signalsOf(net);
  const signals = layouts.map((layout) => signalOf(layout, new Set(edges)));
  const links = edges.map((edge) => linkOf(edge, net, place));
  const used = new Set(links.flatMap(({ from, to }) => [from, to]));
  const signalised = new Set(signals.map(({ junction }) => junction));
  const junctions: Junction[] = [...net.junctions.values()]
    .map(({ id, type, at }): Junction => {
      const kind = signalised.has(shortId(id)) ? 'signal' : type === 'dead_end' ? 'edge' : 'plain';
      return { id: shortId(id), position: place(at), kind };
    })
    .filter(({ id }) => used.has(id));
  const bbox = boxOf(links);
  const [west, south, east, north] = bbox;
  const pack: CityPack = {
    manifest: {
      format: PACK_FORMAT,
      id: options.id,
      name: options.name,
      fictional: !net.location.projection.includes('+proj'),
      center: [(west + east) / 2, (south + north) / 2],
      bbox,
      timezone: options.timezone,
      attribution: options.attribution,
      drivesOn: options.drivesOn,
    },
    junctions,
    links,
    signals,
    detectors: [],
    districts: [
      {
        id: 'all',
        level: 'district',
        name: options.name,
        polygons: [
          [
            [
              [west, south],
              [east, south],
              [east, north],
              [west, north],
              [west, south],
            ],
          ],
        ],
      },
    ],
    areas: [],
    lines: [],
    buildings: [],
    facilities: [],
    departments: makeDepartments(options.timezone),
    units: [],
    busRoutes: [],
    stations: [],
  };
  const { errors, warnings } = validatePack(pack);
  if (errors.length > 0) {
    throw new SumoFileError(
      `no sound city can be made of it: ${errors.slice(0, 5).map(packErrorText).join('; ')}`,
    );
  }
  return { pack, notes: [...net.notes, ...notes, ...warnings.map(packErrorText)] };
}

const takesCars = ({ allow, disallow }: NetLane): boolean =>
  motorClasses.some((each) => (allow === null || allow.has(each) || allow.has('all')) && !disallow.has(each));

function linkOf(edge: NetEdge, net: SumoNet, place: ToLonLat): Link {
  const from = net.junctions.get(edge.from)!;
  const to = net.junctions.get(edge.to)!;
  const drawn = edge.shape.length > 1 ? [...edge.shape] : [from.at, to.at];
  const far = (a: readonly [number, number], b: readonly [number, number]): boolean =>
    Math.hypot(a[0] - b[0], a[1] - b[1]) > GAP_M;
  if (far(drawn[0]!, from.at)) drawn.unshift(from.at);
  if (far(drawn.at(-1)!, to.at)) drawn.push(to.at);
  const lanes = edge.lanes.filter(takesCars);
  const speedKph = Math.max(...lanes.map((lane) => lane.speedMps)) * KPH_PER_MPS;
  return {
    id: shortId(edge.id),
    from: shortId(edge.from),
    to: shortId(edge.to),
    path: drawn.map(place),
    ...(edge.name === '' ? {} : { name: { zh: edge.name, en: edge.name } }),
    class: classOf(edge, speedKph),
    lanes: Math.min(MOST_LANES, lanes.length),
    speedLimitKph: Math.round(Math.min(140, Math.max(5, speedKph))),
    bridge: false,
    tunnel: false,
  };
}

/** By the words that networks made of OpenStreetMap keep, else by speed. */
function classOf({ type }: NetEdge, speedKph: number): RoadClass {
  const word = /highway\.(\w+)/.exec(type)?.[1]?.replace(/_link$/, '');
  switch (word) {
    case 'motorway':
    case 'trunk':
    case 'primary':
    case 'secondary':
    case 'tertiary':
    case 'residential':
    case 'service':
      return word;
    case 'unclassified':
    case 'living_street':
      return 'residential';
    case undefined:
    default:
      return speedKph > 95
        ? 'motorway'
        : speedKph > 65
          ? 'primary'
          : speedKph > 40
            ? 'secondary'
            : 'residential';
  }
}

/** At the junction where most of its connections meet; the phases have the numbers they have on the signal port. */
function signalOf({ junction, connections, stages }: SignalLayout, roads: ReadonlySet<NetEdge>): Signal {
  const meeting = Map.groupBy(connections, (c) => c.from.edge.to);
  const [where] = [...meeting].toSorted(([, a], [, b]) => b.length - a.length)[0]!;
  const { plan, phases } = junction;
  return {
    id: junction.id,
    junction: shortId(where),
    offsetS: Math.max(0, plan.offsetS),
    phases: phases.slice(0, MOST_PHASES).map((phase, p) => {
      const step = plan.steps.find((each) => each.phase === p);
      const movements = new Map<string, Movement>();
      for (const c of [...stages.phases[p]!.green, ...stages.phases[p]!.yields]) {
        const { from, to } = connections[c]!;
        if (from.edge.to !== where || !roads.has(from.edge) || !roads.has(to.edge)) continue;
        const movement = { from: shortId(from.edge.id), to: shortId(to.edge.id) };
        const key = `${movement.from} ${movement.to}`;
        // One lane with the right of way is enough for the movement to have it.
        if (movements.get(key)?.yields === undefined && movements.has(key)) continue;
        movements.set(key, phase.yields.includes(c) ? { ...movement, yields: true } : movement);
      }
      return {
        greenS: Math.min(MOST_GREEN_S, step?.greenS ?? Math.max(1, phase.minGreenS)),
        minGreenS: Math.max(1, phase.minGreenS),
        maxGreenS: phase.maxGreenS,
        yellowS: phase.yellowS,
        allRedS: phase.allRedS,
        movements: [...movements.values()],
      };
    }),
  };
}

function boxOf(links: readonly Link[]): Bbox {
  const points = links.flatMap(({ path }) => path);
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  const [west, south, east, north] = [
    least(lons),
    least(lats),
    -least(lons.map((v) => -v)),
    -least(lats.map((v) => -v)),
  ];
  const per = metresPerDegree((south + north) / 2);
  return [
    west - MARGIN_M / per.lon,
    south - MARGIN_M / per.lat,
    east + MARGIN_M / per.lon,
    north + MARGIN_M / per.lat,
  ];
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
