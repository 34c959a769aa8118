/** Reads a city pack from its folder and checks it; answers a sound pack or every fault by file, feature and field. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packPartNames, packParts, type CityPack } from '../contract/city-pack.ts';
import { MANIFEST_FILE, packFromFiles, type PackError } from '../contract/pack-files.ts';
import { err, ok, type Result } from '../contract/result.ts';
import { validatePack } from './validate.ts';

/** A JavaScript string cannot be much longer than this. */
const MAX_FILE_BYTES = 400 * 1024 * 1024;

export interface ReadPack {
  readonly pack: CityPack;
  readonly warnings: readonly PackError[];
}

/** Files may be plain or gzipped (`links.geojson.gz`); where both lie there the plain one counts. */
export async function readPack(dir: string): Promise<Result<ReadPack, PackError[]>> {
  const folder = await stat(dir).catch(() => null);
  if (folder === null || !folder.isDirectory()) {
    return err([{ file: dir, feature: '', field: '', problem: 'there is no such folder' }]);
  }
  const names = [MANIFEST_FILE, ...packPartNames.map((name) => packParts[name].file)];
  const contents = new Map<string, string | null>();
  const errors: PackError[] = [];
  for (const name of names) {
    const content = await readText(dir, name);
    if (content.ok) contents.set(name, content.value);
    else errors.push({ file: name, feature: '', field: '', problem: content.error });
  }
  if (errors.length > 0) return err(errors);
  const parsed = packFromFiles((file) => contents.get(file) ?? null);
  if (!parsed.ok) return parsed;
  const { errors: faults, warnings } = validatePack(parsed.value);
  return faults.length > 0 ? err(faults) : ok({ pack: parsed.value, warnings });
}

/** null: the file is absent. */
async function readText(dir: string, name: string): Promise<Result<string | null, string>> {
  for (const [file, zipped] of [
    [name, false],
    [`${name}.gz`, true],
  ] as const) {
    let bytes: Buffer;
    try {
      const { size } = await stat(join(dir, file));
      if (size > MAX_FILE_BYTES) return err(`is larger than ${MAX_FILE_BYTES} bytes`);
      bytes = await readFile(join(dir, file));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') continue;
      return err(`cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    try {
      const plain = zipped ? gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES }) : bytes;
      return ok(new TextDecoder('utf-8', { fatal: true }).decode(plain));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      return err(zipped ? `cannot be unpacked: ${why}` : `is not UTF-8 text: ${why}`);
    }
  }
  return ok(null);
}
