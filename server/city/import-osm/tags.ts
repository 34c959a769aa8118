/** What OpenStreetMap's tags on a road mean for driving: class, direction, lanes, speed, access, name. Pure. */
import type { RoadClass } from '../../contract/city-pack.ts';
import type { LocalText } from '../../contract/text.ts';
import type { Tags } from './osm.ts';

interface ClassRule {
  readonly class: RoadClass;
  /** Per direction, where the way does not say. */
  readonly lanes: number;
  readonly speedKph: number;
}

const rule = (roadClass: RoadClass, lanes: number, speedKph: number): ClassRule => ({
  class: roadClass,
  lanes,
  speedKph,
});

const classes: ReadonlyMap<string, ClassRule> = new Map([
  ['motorway', rule('motorway', 2, 110)],
  ['motorway_link', rule('motorway', 1, 60)],
  ['trunk', rule('trunk', 2, 80)],
  ['trunk_link', rule('trunk', 1, 50)],
  ['primary', rule('primary', 2, 60)],
  ['primary_link', rule('primary', 1, 40)],
  ['secondary', rule('secondary', 1, 50)],
  ['secondary_link', rule('secondary', 1, 40)],
  ['tertiary', rule('tertiary', 1, 40)],
  ['tertiary_link', rule('tertiary', 1, 30)],
  ['unclassified', rule('residential', 1, 40)],
  ['residential', rule('residential', 1, 30)],
  ['road', rule('residential', 1, 30)],
  ['living_street', rule('residential', 1, 20)],
  ['service', rule('service', 1, 20)],
]);

/** Kinds of service road that lead to one door or one parking space. */
const minorServices = new Set(['driveway', 'parking_aisle', 'drive-through', 'emergency_access', 'slipway']);
const closedTo = new Set([
  'no',
  'private',
  'agricultural',
  'forestry',
  'emergency',
  'military',
  'psv',
  'bus',
  'taxi',
  'permit',
  'residents',
  'discouraged',
]);

export type Direction = 'both' | 'forward' | 'backward';

export interface Road {
  readonly class: RoadClass;
  readonly direction: Direction;
  readonly forward: { readonly lanes: number; readonly speedKph: number };
  readonly backward: { readonly lanes: number; readonly speedKph: number };
  readonly bridge: boolean;
  readonly tunnel: boolean;
  readonly roundabout: boolean;
  readonly name?: LocalText;
}

/** Why a way with a `highway` tag is not driven on; counted in the report. */
export type NotDriven =
  | 'not for cars'
  | 'no access for the public'
  | 'an area'
  | 'under construction or planned'
  | 'driveway or parking aisle'
  | 'reversible lane'
  | 'out of use';

const construction = new Set(['construction', 'proposed', 'planned']);
const gone = new Set(['abandoned', 'disused', 'razed', 'demolished', 'dismantled', 'historic', 'no']);

export function readRoad(tags: Tags): Road | NotDriven {
  const highway = tags['highway'] ?? '';
  if (construction.has(highway) || tags['construction'] === 'yes') return 'under construction or planned';
  if (gone.has(highway)) return 'out of use';
  const found = classes.get(highway);
  if (found === undefined) return 'not for cars';
  if (tags['area'] === 'yes') return 'an area';
  if (highway === 'service' && minorServices.has(tags['service'] ?? '')) return 'driveway or parking aisle';
  // The most specific tag decides.
  const access = tags['motorcar'] ?? tags['motor_vehicle'] ?? tags['vehicle'] ?? tags['access'] ?? 'yes';
  if (access.split(';').every((value) => closedTo.has(value.trim()))) return 'no access for the public';
  const direction = readDirection(tags);
  if (direction === 'reversible') return 'reversible lane';
  const name = readName(tags) ?? refName(tags['ref']);
  return {
    class: found.class,
    direction,
    ...readLanes(tags, direction, found),
    bridge: isSet(tags['bridge']),
    tunnel: isSet(tags['tunnel']),
    roundabout: isRoundabout(tags),
    ...(name ? { name } : {}),
  };
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== 'no' && value !== 'false';
const isRoundabout = (tags: Tags): boolean =>
  tags['junction'] === 'roundabout' ||
  tags['junction'] === 'circular' ||
  tags['highway'] === 'mini_roundabout';

/** One-way in its several spellings; roundabouts and motorways are one-way unless they say otherwise. */
export function readDirection(tags: Tags): Direction | 'reversible' {
  const oneway = (tags['oneway:motorcar'] ?? tags['oneway:motor_vehicle'] ?? tags['oneway'] ?? '')
    .trim()
    .toLowerCase();
  switch (oneway) {
    case 'yes':
    case 'true':
    case '1':
      return 'forward';
    case '-1':
    case 'reverse':
      return 'backward';
    case 'no':
    case 'false':
    case '0':
    // One lane that both directions share in turn is driven both ways.
    case 'alternating':
      return 'both';
    case 'reversible':
      return 'reversible';
    default:
      return isRoundabout(tags) || tags['highway'] === 'motorway' ? 'forward' : 'both';
  }
}

function readLanes(tags: Tags, direction: Direction, byClass: ClassRule): Pick<Road, 'forward' | 'backward'> {
  const total = count(tags['lanes']);
  const own = { forward: count(tags['lanes:forward']), backward: count(tags['lanes:backward']) };
  const shared = count(tags['lanes:both_ways']) ?? 0;
  const lanesOf = (side: 'forward' | 'backward'): number => {
    const other = side === 'forward' ? 'backward' : 'forward';
    const said = own[side];
    if (said !== undefined) return said;
    if (total === undefined) return byClass.lanes;
    if (direction !== 'both') return total;
    const rest = total - shared;
    const theirs = own[other];
    if (theirs !== undefined) return rest - theirs;
    // The odd lane of an uneven number goes with the way's direction.
    return side === 'forward' ? Math.ceil(rest / 2) : Math.floor(rest / 2);
  };
  const speedOf = (side: 'forward' | 'backward'): number =>
    readSpeed(tags[`maxspeed:${side}`]) ??
    readSpeed(tags['maxspeed']) ??
    readSpeed(tags['maxspeed:type'] ?? tags['source:maxspeed'] ?? tags['zone:maxspeed']) ??
    byClass.speedKph;
  const side = (name: 'forward' | 'backward') => ({
    lanes: Math.max(1, Math.min(12, lanesOf(name))),
    speedKph: speedOf(name),
  });
  return { forward: side('forward'), backward: side('backward') };
}

function count(value: string | undefined): number | undefined {
  const n = Math.floor(Number.parseFloat(value ?? ''));
  return Number.isFinite(n) && n >= 0 ? n : undefined;
}

const KPH_PER_MPH = 1.609344;
const KPH_PER_KNOT = 1.852;
const WALK_KPH = 7;
/** The fastest limit a pack takes; also for roads without a limit. */
const MOST_KPH = 140;
const NO_LIMIT_KPH = 130;

/** Limits that a country's law sets, by the end of `XX:zone`. China: GB and Road Traffic Safety Regulations art. 45, 78. */
const zones: ReadonlyMap<string, number> = new Map([
  ['urban', 50],
  ['rural', 80],
  ['trunk', 100],
  ['motorway', 120],
  ['expressway', 100],
  ['living_street', 20],
  ['bicycle_road', 30],
  ['pedestrian_zone', 7],
]);
const zonesOf: ReadonlyMap<string, number> = new Map([
  ['CN:rural', 70],
  ['DE:rural', 100],
  ['DE:motorway', NO_LIMIT_KPH],
  ['FR:motorway', 130],
  ['IT:rural', 90],
  ['IT:motorway', 130],
  ['ES:rural', 90],
  ['GB:nsl_single', 60 * KPH_PER_MPH],
  ['GB:nsl_dual', 70 * KPH_PER_MPH],
  ['GB:motorway', 70 * KPH_PER_MPH],
  ['RU:urban', 60],
  ['RU:rural', 90],
]);

/** A speed limit in km/h, or undefined where the tag says nothing usable. */
export function readSpeed(tag: string | undefined): number | undefined {
  const value = tag?.split(/[;|]/)[0]?.trim();
  if (value === undefined || value === '') return undefined;
  if (value === 'none') return NO_LIMIT_KPH;
  if (value === 'walk') return WALK_KPH;
  const number = /^(\d+(?:\.\d+)?)\s*(km\/h|kmh|kph|mph|knots)?$/i.exec(value);
  if (number !== null) {
    const unit = number[2]?.toLowerCase();
    const factor = unit === 'mph' ? KPH_PER_MPH : unit === 'knots' ? KPH_PER_KNOT : 1;
    return bounded(Number(number[1]) * factor);
  }
  const zone = /^([A-Z]{2}):(?:([a-z_]+)|zone:?(\d+)|(\d+))$/.exec(value);
  if (zone === null) return undefined;
  const given = zone[3] ?? zone[4];
  if (given !== undefined) return bounded(Number(given));
  const kph = zonesOf.get(value) ?? zones.get(zone[2] ?? '');
  return kph === undefined ? undefined : bounded(kph);
}

const bounded = (kph: number): number | undefined =>
  kph < 1 ? undefined : Math.round(Math.max(5, Math.min(MOST_KPH, kph)));

const HAN = /\p{Script=Han}/u;
const MAX_NAME = 120;

/** The name in both languages; where only one is known it stands for both. */
export function readName(tags: Tags): LocalText | undefined {
  const plain = tags['name']?.trim() ?? '';
  const zh = (
    tags['name:zh'] ??
    tags['name:zh-Hans'] ??
    tags['name:zh-CN'] ??
    (HAN.test(plain) ? plain : '')
  ).trim();
  const en = (tags['name:en'] ?? tags['int_name'] ?? (HAN.test(plain) ? '' : plain)).trim();
  const any = zh || en || plain;
  if (any === '') return undefined;
  return { zh: (zh || any).slice(0, MAX_NAME), en: (en || any).slice(0, MAX_NAME) };
}

function refName(ref: string | undefined): LocalText | undefined {
  const first = ref?.split(';')[0]?.trim().slice(0, MAX_NAME);
  return first ? { zh: first, en: first } : undefined;
}
