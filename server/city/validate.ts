/** Checks what a pack's parts say about one another. Shapes are checked before (contract/pack-files.ts). Pure. */
import { packParts, type CityPack, type PackPart } from '../contract/city-pack.ts';
import { distanceM, inBbox, pathLengthM, type LonLat } from '../contract/geo.ts';
import { MANIFEST_FILE, type PackError } from '../contract/pack-files.ts';
import { bboxOfPoints } from './polygon.ts';

/** A path must end where its junction lies, give or take the width of a wide crossing. */
const JUNCTION_GAP_M = 30;
/** A detector may lie this far past the end of its link's geometry before it is a mistake: rounding. */
const OFFSET_SLACK_M = 1;
/** Of one kind of fault in one file this many are told one by one. */
const MOST_OF_A_KIND = 20;

export interface PackFindings {
  readonly errors: PackError[];
  readonly warnings: PackError[];
}

export function validatePack(pack: CityPack): PackFindings {
  const findings = new Findings();
  const links = new Map(pack.links.map((l) => [l.id, l]));
  const junctions = new Map(pack.junctions.map((j) => [j.id, j]));
  const districts = new Map(pack.districts.map((d) => [d.id, d]));
  const facilities = new Map(pack.facilities.map((f) => [f.id, f]));
  const departments = new Set(pack.departments.map((d) => d.id));
  const lengthOf = new Map(pack.links.map((l) => [l.id, pathLengthM(l.path)]));
  const { bbox, center } = pack.manifest;

  if (bbox[0] >= bbox[2] || bbox[1] >= bbox[3]) {
    findings.manifest('bbox', 'is empty: west must be less than east and south less than north');
  }
  if (!inBbox(bbox, center)) findings.manifest('center', 'lies outside bbox');
  if (!isTimezone(pack.manifest.timezone)) {
    findings.manifest('timezone', `“${pack.manifest.timezone}” is not an IANA time zone`);
  }

  const inside = (part: PackPart, id: string, field: string, points: readonly LonLat[]): void => {
    const outside = points.find((p) => !inBbox(bbox, p));
    if (outside)
      findings.error(part, id, field, `[${outside[0]}, ${outside[1]}] lies outside the city's bbox`);
  };
  /** Decoration may stick out of the box: a river or a railway goes on. Entirely outside it has no use. */
  const touches = (part: PackPart, id: string, field: string, points: readonly LonLat[]): void => {
    if (points.length > 0 && inBbox(bbox, points[0]!)) return;
    const [west, south, east, north] = bboxOfPoints(points);
    if (east < bbox[0] || west > bbox[2] || north < bbox[1] || south > bbox[3]) {
      findings.warning(part, id, field, "lies wholly outside the city's bbox");
    }
  };
  const rings = (
    part: PackPart,
    id: string,
    field: string,
    polygons: readonly (readonly LonLat[][])[],
  ): void => {
    for (const ring of polygons.flat()) {
      const first = ring[0]!;
      const last = ring[ring.length - 1]!;
      if (first[0] !== last[0] || first[1] !== last[1]) {
        findings.error(part, id, field, 'has a ring that is not closed (first and last point differ)');
        return;
      }
    }
  };

  const used = new Set<string>();
  for (const { id, position } of pack.junctions) inside('junctions', id, 'position', [position]);
  for (const link of pack.links) {
    inside('links', link.id, 'path', link.path);
    if (lengthOf.get(link.id) === 0) findings.error('links', link.id, 'path', 'has no length');
    for (const [field, at] of [
      ['from', link.path[0]!],
      ['to', link.path[link.path.length - 1]!],
    ] as const) {
      const junction = junctions.get(link[field]);
      used.add(link[field]);
      if (junction === undefined) {
        findings.error('links', link.id, field, `no junction “${link[field]}”`);
        continue;
      }
      const gap = distanceM(junction.position, at);
      if (gap > JUNCTION_GAP_M) {
        const end = field === 'from' ? 'starts' : 'ends';
        findings.error(
          'links',
          link.id,
          'path',
          `${end} ${Math.round(gap)} m away from junction “${link[field]}”`,
        );
      }
    }
    for (const banned of link.bannedTurns ?? []) {
      const onto = links.get(banned);
      if (onto === undefined) findings.error('links', link.id, 'bannedTurns', `no link “${banned}”`);
      else if (onto.from !== link.to) {
        findings.error('links', link.id, 'bannedTurns', `“${banned}” does not leave junction “${link.to}”`);
      }
    }
  }
  for (const { id } of pack.junctions) {
    if (!used.has(id)) findings.warning('junctions', id, '', 'no link uses it');
  }

  const signalised = new Map<string, string>();
  for (const signal of pack.signals) {
    if (!junctions.has(signal.junction)) {
      findings.error('signals', signal.id, 'junction', `no junction “${signal.junction}”`);
      continue;
    }
    const other = signalised.get(signal.junction);
    if (other !== undefined) {
      findings.error('signals', signal.id, 'junction', `“${signal.junction}” already has signal “${other}”`);
    }
    signalised.set(signal.junction, signal.id);
    for (const [i, phase] of signal.phases.entries()) {
      const field = `phases.${i}`;
      if (phase.minGreenS > phase.maxGreenS) {
        findings.error('signals', signal.id, `${field}.minGreenS`, 'is more than maxGreenS');
      }
      if (phase.greenS < phase.minGreenS || phase.greenS > phase.maxGreenS) {
        findings.warning('signals', signal.id, `${field}.greenS`, 'is not between minGreenS and maxGreenS');
      }
      for (const [k, { from, to }] of phase.movements.entries()) {
        const at = `${field}.movements.${k}`;
        const a = links.get(from);
        const b = links.get(to);
        if (a === undefined) findings.error('signals', signal.id, `${at}.from`, `no link “${from}”`);
        else if (a.to !== signal.junction) {
          findings.error(
            'signals',
            signal.id,
            `${at}.from`,
            `“${from}” does not end at junction “${signal.junction}”`,
          );
        }
        if (b === undefined) findings.error('signals', signal.id, `${at}.to`, `no link “${to}”`);
        else if (b.from !== signal.junction) {
          findings.error(
            'signals',
            signal.id,
            `${at}.to`,
            `“${to}” does not leave junction “${signal.junction}”`,
          );
        }
      }
    }
  }
  for (const { id, kind } of pack.junctions) {
    if (kind === 'signal' && !signalised.has(id)) {
      findings.warning('junctions', id, 'kind', 'is “signal”, but no signal stands there');
    }
  }
  const allowed = new Map<string, Set<string>>();
  for (const signal of pack.signals) {
    for (const phase of signal.phases) {
      if (phase.onRequest === true) continue;
      for (const { from } of phase.movements) {
        const set = allowed.get(signal.junction) ?? new Set<string>();
        allowed.set(signal.junction, set.add(from));
      }
    }
  }
  for (const link of pack.links) {
    const signal = signalised.get(link.to);
    if (signal !== undefined && !allowed.get(link.to)?.has(link.id)) {
      findings.warning('signals', signal, 'phases', `link “${link.id}” never has green`);
    }
  }

  for (const { id, link, offsetM } of pack.detectors) {
    const length = lengthOf.get(link);
    if (length === undefined) findings.error('detectors', id, 'link', `no link “${link}”`);
    else if (offsetM > length + OFFSET_SLACK_M) {
      findings.error(
        'detectors',
        id,
        'offsetM',
        `${offsetM} m lies past the link's end (${Math.round(length)} m)`,
      );
    }
  }

  for (const district of pack.districts) {
    rings('districts', district.id, 'polygons', district.polygons);
    touches('districts', district.id, 'polygons', district.polygons.flat(2));
    if (district.parent === undefined) continue;
    const parent = districts.get(district.parent);
    const wanted = { district: null, street: 'district', grid: 'street' }[district.level];
    if (parent === undefined)
      findings.error('districts', district.id, 'parent', `no district “${district.parent}”`);
    else if (wanted === null || rank[parent.level] >= rank[district.level]) {
      findings.error(
        'districts',
        district.id,
        'parent',
        `a ${district.level} cannot lie in a ${parent.level}`,
      );
    }
  }
  for (const area of pack.areas) {
    rings('areas', area.id, 'polygons', area.polygons);
    touches('areas', area.id, 'polygons', area.polygons.flat(2));
  }
  for (const line of pack.lines) touches('lines', line.id, 'path', line.path);
  for (const building of pack.buildings) {
    rings('buildings', building.id, 'polygon', [building.polygon]);
    touches('buildings', building.id, 'polygon', building.polygon[0]!);
  }

  for (const facility of pack.facilities) {
    inside('facilities', facility.id, 'position', [facility.position]);
    if (facility.department !== undefined && !departments.has(facility.department)) {
      findings.error('facilities', facility.id, 'department', `no department “${facility.department}”`);
    }
  }
  const callsigns = new Map<string, string>();
  for (const unit of pack.units) {
    if (!departments.has(unit.department)) {
      findings.error('units', unit.id, 'department', `no department “${unit.department}”`);
    }
    if (!facilities.has(unit.home)) findings.error('units', unit.id, 'home', `no facility “${unit.home}”`);
    const other = callsigns.get(unit.callsign);
    if (other !== undefined) {
      findings.warning('units', unit.id, 'callsign', `“${unit.callsign}” is also used by “${other}”`);
    }
    callsigns.set(unit.callsign, unit.id);
  }
  for (const { id, position } of pack.stations) inside('stations', id, 'position', [position]);

  for (const route of pack.busRoutes) {
    for (const [i, link] of route.links.entries()) {
      const here = links.get(link);
      const before = i === 0 ? undefined : links.get(route.links[i - 1]!);
      if (here === undefined) findings.error('busRoutes', route.id, `links.${i}`, `no link “${link}”`);
      else if (before !== undefined && before.to !== here.from) {
        const problem = `“${link}” does not begin where “${before.id}” ends`;
        findings.error('busRoutes', route.id, `links.${i}`, problem);
      } else if (before?.bannedTurns?.includes(link)) {
        findings.error('busRoutes', route.id, `links.${i}`, `the turn from “${before.id}” is banned`);
      }
    }
    const onRoute = new Set(route.links);
    for (const [i, stop] of route.stops.entries()) {
      const length = lengthOf.get(stop.link);
      const field = `stops.${i}`;
      if (length === undefined)
        findings.error('busRoutes', route.id, `${field}.link`, `no link “${stop.link}”`);
      else if (!onRoute.has(stop.link)) {
        findings.error('busRoutes', route.id, `${field}.link`, `“${stop.link}” is not on the route`);
      } else if (stop.offsetM > length + OFFSET_SLACK_M) {
        findings.error(
          'busRoutes',
          route.id,
          `${field}.offsetM`,
          `lies past the link's end (${Math.round(length)} m)`,
        );
      }
    }
  }
  return findings.told();
}

const rank = { district: 0, street: 1, grid: 2 } as const;

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

/** Collects findings; of a flood of one kind in one file the first are told and the rest counted. */
class Findings {
  readonly #errors = new Map<string, PackError[]>();
  readonly #warnings = new Map<string, PackError[]>();

  error(part: PackPart, feature: string, field: string, problem: string): void {
    this.#add(this.#errors, { file: packParts[part].file, feature, field, problem });
  }

  warning(part: PackPart, feature: string, field: string, problem: string): void {
    this.#add(this.#warnings, { file: packParts[part].file, feature, field, problem });
  }

  manifest(field: string, problem: string): void {
    this.#add(this.#errors, { file: MANIFEST_FILE, feature: '', field, problem });
  }

  #add(to: Map<string, PackError[]>, finding: PackError): void {
    const kind = `${finding.file} ${finding.field.replace(/\d+/g, '#')}`;
    const list = to.get(kind);
    if (list === undefined) to.set(kind, [finding]);
    else list.push(finding);
  }

  told(): PackFindings {
    const short = (kinds: Map<string, PackError[]>): PackError[] =>
      [...kinds.values()].flatMap((list) => {
        const first = list[0]!;
        const rest = list.length - MOST_OF_A_KIND;
        if (rest <= 0) return list;
        const more = {
          ...first,
          feature: '',
          problem: `and ${rest} more features with a fault in this field`,
        };
        return [...list.slice(0, MOST_OF_A_KIND), more];
      });
    return { errors: short(this.#errors), warnings: short(this.#warnings) };
  }
}
