import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { City } from '../../../server/city/city.ts';
import { readPack } from '../../../server/city/read-pack.ts';
import { packErrorText, packToFiles } from '../../../server/contract/pack-files.ts';
import { smallPack } from '../../support/small-pack.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pack-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function write(change: (files: Map<string, string | Buffer>) => void = () => {}): Promise<void> {
  const files = new Map<string, string | Buffer>(packToFiles(smallPack()));
  change(files);
  for (const [name, content] of files) await writeFile(join(dir, name), content);
}

async function faults(): Promise<string[]> {
  const read = await readPack(dir);
  return read.ok ? [] : read.error.map(packErrorText);
}

describe('readPack', () => {
  it('CI-1 reads back what was written, plain and gzipped', async () => {
    await write((files) => {
      files.set('links.geojson.gz', gzipSync(files.get('links.geojson')!));
      files.delete('links.geojson');
    });
    const read = await readPack(dir);
    expect(read.ok && read.value.pack).toEqual(smallPack());
    const city = await City.load(dir);
    expect(city.ok && city.value.linkCount).toBe(smallPack().links.length);
  });

  it('CI-1 refuses what is not there', async () => {
    expect(await faults()).toContain('city.json: the file is missing');
    dir = join(dir, 'gone');
    expect(await faults()).toEqual([`${dir}: there is no such folder`]);
  });

  it.each<[string, (files: Map<string, string | Buffer>) => void, RegExp]>([
    ['no JSON', (f) => f.set('units.json', '[{"id":'), /^units\.json: not JSON/],
    ['not an array', (f) => f.set('units.json', '{}'), /^units\.json: must be an array/],
    ['no collection', (f) => f.set('links.geojson', '[]'), /^links\.geojson: must be a GeoJSON/],
    ['not text', (f) => f.set('units.json', Buffer.from([0xff, 0xfe, 0x00])), /^units\.json: is not UTF-8/],
    [
      'a cut gzip',
      (f) => {
        f.set('links.geojson.gz', gzipSync(f.get('links.geojson')!).subarray(0, 900));
        f.delete('links.geojson');
      },
      /^links\.geojson: cannot be unpacked/,
    ],
    [
      'a wrong field',
      (f) => f.set('units.json', String(f.get('units.json')).replace('"crew":3', '"crew":"three"')),
      /^units\.json › u-a1 › crew: /,
    ],
  ])('CI-1 names the file of %s', async (_, change, wanted) => {
    await write(change);
    const told = await faults();
    expect(told.join('\n')).toMatch(wanted);
  });
});
