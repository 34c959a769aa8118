/**
 * A city pack as text files and back. Pure: who reads and writes the folder is another matter. Every error names
 * file, feature and field.
 */
import {
  manifest,
  packPartNames,
  packParts,
  type CityPack,
  type Manifest,
  type PackPart,
} from './city-pack.ts';
import { quickChecks } from './pack-quick.ts';
import { err, ok, type Result } from './result.ts';

export const MANIFEST_FILE = 'city.json';

export interface PackError {
  readonly file: string;
  /** The feature's id, or its place in the file (`#12`), or empty for the file itself. */
  readonly feature: string;
  readonly field: string;
  readonly problem: string;
}

export const packErrorText = (e: PackError): string =>
  [e.file, e.feature, e.field].filter(Boolean).join(' › ') + `: ${e.problem}`;

type Flat = Record<string, unknown> & { id: string };

/** The files of a pack: name → content, ready to be written. Coordinates are rounded to 1e-6° (11 cm). */
export function packToFiles(pack: CityPack): Map<string, string> {
  const files = new Map([[MANIFEST_FILE, JSON.stringify(pack.manifest, null, 2) + '\n']]);
  for (const name of packPartNames) {
    const { file, geometry, field } = packParts[name];
    const items = pack[name] as readonly unknown[] as readonly Flat[];
    const lines = items.map((item) => {
      if (geometry === null) return JSON.stringify(item);
      const { [field]: coordinates, id, ...properties } = item;
      return JSON.stringify(
        { type: 'Feature', id, properties, geometry: { type: geometry, coordinates } },
        roundCoordinates,
      );
    });
    const body = `[\n${lines.join(',\n')}\n]`;
    files.set(file, geometry === null ? body + '\n' : `{"type":"FeatureCollection","features":${body}}\n`);
  }
  return files;
}

function roundCoordinates(key: string, value: unknown): unknown {
  return key === 'coordinates' ? round(value) : value;
}
const round = (v: unknown): unknown =>
  Array.isArray(v) ? v.map(round) : typeof v === 'number' ? Math.round(v * 1e6) / 1e6 : v;

/** Reads one part's file. `null` content is an absent file: an empty part (only links and junctions must exist). */
export function parsePart(name: PackPart, content: string | null): Result<unknown[], PackError[]> {
  const { file, schema, geometry, field } = packParts[name];
  const problem = (feature: string, at: string, text: string): PackError => ({
    file,
    feature,
    field: at,
    problem: text,
  });
  if (content === null) {
    const needed = name === 'links' || name === 'junctions';
    return needed ? err([problem('', '', 'the file is missing')]) : ok([]);
  }
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    return err([problem('', '', `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`)]);
  }
  const items = geometry === null ? json : (json as { features?: unknown } | null)?.features;
  if (!Array.isArray(items)) {
    const wanted = geometry === null ? 'an array' : 'a GeoJSON FeatureCollection';
    return err([problem('', '', `must be ${wanted}`)]);
  }
  const out: unknown[] = [];
  const errors: PackError[] = [];
  const seen = new Set<string>();
  const isSound = quickChecks[name] ?? ((): boolean => false);
  for (const [i, raw] of items.entries()) {
    const item = geometry === null ? (raw as unknown) : flatten(raw, field);
    const named = (item as { id?: unknown } | null)?.id;
    const feature = typeof named === 'string' && named !== '' ? named : `#${i + 1}`;
    const parsed = isSound(item as Flat) ? { success: true as const, data: item } : schema.safeParse(item);
    if (!parsed.success) {
      for (const issue of parsed.error.issues.slice(0, 3)) {
        errors.push(problem(feature, issue.path.join('.'), issue.message));
      }
    } else if (seen.has(feature)) {
      errors.push(problem(feature, 'id', 'is used twice'));
    } else {
      seen.add(feature);
      out.push(parsed.data);
    }
    if (errors.length >= 50) break;
  }
  return errors.length > 0 ? err(errors) : ok(out);
}

function flatten(raw: unknown, field: string): unknown {
  const f = raw as { id?: unknown; properties?: object | null; geometry?: { coordinates?: unknown } } | null;
  return { ...f?.properties, id: f?.id, [field]: f?.geometry?.coordinates };
}

/** Reads a whole pack. `read` gives a file's content, or null where it is absent. */
export function packFromFiles(read: (file: string) => string | null): Result<CityPack, PackError[]> {
  const errors: PackError[] = [];
  let head: Manifest | null = null;
  const text = read(MANIFEST_FILE);
  if (text === null) {
    errors.push({ file: MANIFEST_FILE, feature: '', field: '', problem: 'the file is missing' });
  } else {
    try {
      const parsed = manifest.safeParse(JSON.parse(text));
      if (parsed.success) head = parsed.data;
      else {
        for (const issue of parsed.error.issues) {
          const field = issue.path.join('.');
          errors.push({ file: MANIFEST_FILE, feature: '', field, problem: issue.message });
        }
      }
    } catch (cause) {
      const problem = `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
      errors.push({ file: MANIFEST_FILE, feature: '', field: '', problem });
    }
  }
  const parts: Partial<Record<PackPart, unknown[]>> = {};
  for (const name of packPartNames) {
    const part = parsePart(name, read(packParts[name].file));
    if (part.ok) parts[name] = part.value;
    else errors.push(...part.error);
  }
  if (head === null || errors.length > 0) return err(errors);
  return ok({ manifest: head, ...parts } as unknown as CityPack);
}
