/**
 * A quick look at the features a pack has tens of thousands of. True only where the schema would take the feature and
 * give it back unchanged; for everything else the schema is asked, which also words what is wrong.
 */
import { roadClasses, type Building, type Link, type PackPart } from './city-pack.ts';

type Flat = Readonly<Record<string, unknown>>;

const buildingKinds: ReadonlySet<unknown> = new Set<Building['kind']>([
  'residential',
  'commercial',
  'industrial',
  'civic',
  'other',
]);
const classes: ReadonlySet<unknown> = new Set<Link['class']>(roadClasses);

const isId = (v: unknown): boolean => typeof v === 'string' && v.length > 0 && v.length <= 80;
const isWithin = (v: unknown, least: number, most: number): boolean =>
  typeof v === 'number' && v >= least && v <= most;

function isPath(v: unknown, least: number): boolean {
  if (!Array.isArray(v) || v.length < least) return false;
  for (let i = 0; i < v.length; i++) {
    const p: unknown = v[i];
    if (!Array.isArray(p) || p.length !== 2) return false;
    if (!isWithin(p[0], -180, 180) || !isWithin(p[1], -90, 90)) return false;
  }
  return true;
}

function isName(v: unknown): boolean {
  if (typeof v !== 'object' || v === null) return false;
  const { zh, en, ...rest } = v as Flat;
  return isText(zh) && isText(en) && isEmpty(rest);
}
const isText = (v: unknown): boolean => typeof v === 'string' && v.length <= 2_000;

function isEmpty(rest: object): boolean {
  for (const _ in rest) return false;
  return true;
}

function isBuilding(item: Flat): boolean {
  for (const key in item) {
    const v = item[key];
    switch (key) {
      case 'id':
        if (!isId(v)) return false;
        break;
      case 'polygon':
        if (!Array.isArray(v) || v.length === 0 || !v.every((ring) => isPath(ring, 4))) return false;
        break;
      case 'heightM':
        if (!isWithin(v, 2, 1_000)) return false;
        break;
      case 'kind':
        if (!buildingKinds.has(v)) return false;
        break;
      case 'name':
        if (!isName(v)) return false;
        break;
      default:
        return false;
    }
  }
  return 'id' in item && 'polygon' in item && 'heightM' in item && 'kind' in item;
}

function isLink(item: Flat): boolean {
  for (const key in item) {
    const v = item[key];
    switch (key) {
      case 'id':
      case 'from':
      case 'to':
        if (!isId(v)) return false;
        break;
      case 'path':
        if (!isPath(v, 2)) return false;
        break;
      case 'class':
        if (!classes.has(v)) return false;
        break;
      case 'lanes':
        if (!Number.isInteger(v) || !isWithin(v, 1, 12)) return false;
        break;
      case 'speedLimitKph':
        if (!isWithin(v, 5, 140)) return false;
        break;
      case 'bridge':
      case 'tunnel':
        if (typeof v !== 'boolean') return false;
        break;
      case 'name':
        if (!isName(v)) return false;
        break;
      case 'bannedTurns':
        if (!Array.isArray(v) || !v.every(isId)) return false;
        break;
      default:
        return false;
    }
  }
  return ['id', 'from', 'to', 'path', 'class', 'lanes', 'speedLimitKph', 'bridge', 'tunnel'].every(
    (key) => key in item,
  );
}

export const quickChecks: Readonly<Partial<Record<PackPart, (item: Flat) => boolean>>> = {
  buildings: isBuilding,
  links: isLink,
};
