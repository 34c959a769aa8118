/** `npm run import:sumo -- FILE.net.xml --name 名 --out DIR`: writes a city pack's folder, says what it did. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command, InvalidArgumentError } from 'commander';
import type { LonLat } from '../contract/geo.ts';
import { packToFiles } from '../contract/pack-files.ts';
import { centreOf } from './net/centre.ts';
import { SumoFileError } from './net/model.ts';
import { readConfig } from './net/read-config.ts';
import { readNet } from './net/read-net.ts';
import { packOf } from './pack.ts';

interface Arguments {
  readonly name?: string;
  readonly nameEn?: string;
  readonly timezone: string;
  readonly attribution: string;
  readonly drivesOn: 'right' | 'left';
  readonly center?: LonLat;
  readonly out?: string;
}

const side = (value: string): 'right' | 'left' => {
  if (value === 'right' || value === 'left') return value;
  throw new InvalidArgumentError('It is “right” or “left”.');
};

const program = new Command('import:sumo')
  .description('Makes a city pack from a SUMO network')
  .argument('<file>', 'SUMO network (.net.xml or .net.xml.gz), or a configuration that names one (.sumocfg)')
  .option('--name <name>', "the city's name (default: the file's)")
  .option('--name-en <name>', "the city's name in English (default: as --name)")
  .option('--timezone <zone>', 'IANA time zone', 'UTC')
  .option('--attribution <text>', 'where the network comes from, shown on the map', 'SUMO')
  .option('--drives-on <side>', 'right or left', side, 'right' as const)
  .option('--center <lon,lat>', 'where the origin of a network without a projection lies', centreOf)
  .option('--out <folder>', 'where to write (default: data/cities/NAME)')
  .parse();

try {
  const [file = ''] = program.args;
  const given = program.opts<Arguments>();
  const plain = basename(file).replace(/\.(net\.xml(\.gz)?|sumocfg)$/, '');
  const name = given.name ?? plain;
  const id =
    plain
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 40) || 'sumo';
  const out = given.out ?? join('data', 'cities', id);
  const { pack, notes } = packOf(readNet(file.endsWith('.sumocfg') ? readConfig(file).netFile : file), {
    id,
    name: { zh: name, en: given.nameEn ?? name },
    timezone: given.timezone,
    attribution: given.attribution,
    drivesOn: given.drivesOn,
    centre: given.center ?? null,
  });
  await mkdir(out, { recursive: true });
  for (const [name, content] of packToFiles(pack)) {
    // Of an earlier import nothing may be left: a plain file would win over the new packed one.
    await rm(join(out, name), { force: true });
    await rm(join(out, `${name}.gz`), { force: true });
    const packed = content.length > 64 * 1_024;
    await writeFile(join(out, packed ? `${name}.gz` : name), packed ? gzipSync(content) : content);
  }
  for (const note of notes) console.log(`  - ${note}`);
  console.log(
    `${pack.links.length} links, ${pack.junctions.length} junctions, ${pack.signals.length} signals written to ${out}`,
  );
} catch (cause) {
  if (!(cause instanceof SumoFileError)) throw cause;
  console.error(cause.message);
  process.exitCode = 1;
}
