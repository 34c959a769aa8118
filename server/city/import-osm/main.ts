/** `npm run import:osm -- FILE.osm[.gz|.pbf] --name 名 --name-en Name`: writes a city pack's folder, prints what it did. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command, InvalidArgumentError } from 'commander';
import { packErrorText, packToFiles } from '../../contract/pack-files.ts';
import { City } from '../city.ts';
import { importOsm } from './import-osm.ts';
import { OsmFileError } from './osm.ts';

interface Arguments {
  readonly name: string;
  readonly nameEn?: string;
  readonly id?: string;
  readonly timezone: string;
  readonly drivesOn: 'right' | 'left';
  readonly out?: string;
  readonly plain: boolean;
}

const timezone = (value: string): string => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value }).format(0);
    return value;
  } catch (cause) {
    throw new InvalidArgumentError(`“${value}” is not a time zone (${String(cause)}).`);
  }
};
const side = (value: string): 'right' | 'left' => {
  if (value === 'right' || value === 'left') return value;
  throw new InvalidArgumentError('It is “right” or “left”.');
};
const packId = (value: string): string => {
  if (/^[a-z0-9-]{1,40}$/.test(value)) return value;
  throw new InvalidArgumentError('Only a–z, 0–9 and “-”, at most 40.');
};

const program = new Command('import:osm')
  .description('Makes a city pack from an OpenStreetMap extract')
  .argument('<file>', 'OpenStreetMap XML (.osm, .osm.gz) or PBF (.osm.pbf)')
  .requiredOption('--name <name>', "the city's name in Chinese (or in its own language)")
  .option('--name-en <name>', "the city's name in English (default: as --name)")
  .option('--id <id>', 'id of the pack (default: from the English name)', packId)
  .option('--timezone <zone>', 'IANA time zone', timezone, 'Asia/Shanghai')
  .option('--drives-on <side>', 'right or left', side, 'right')
  .option('--out <folder>', 'where to write (default: data/cities/ID)')
  .option('--plain', 'write the files unpacked, to look into them', false)
  .parse();

const given = program.opts<Arguments>();
const english = given.nameEn ?? given.name;
const id = given.id ?? idFrom(english);
const out = given.out ?? join('data', 'cities', id);

try {
  const { pack, report } = await importOsm(program.args[0]!, {
    id,
    name: { zh: given.name, en: english },
    timezone: given.timezone,
    drivesOn: given.drivesOn,
  });
  await mkdir(out, { recursive: true });
  for (const [file, content] of packToFiles(pack)) {
    // Of an earlier import nothing may be left: a plain file would win over the new packed one.
    await rm(join(out, file), { force: true });
    await rm(join(out, `${file}.gz`), { force: true });
    const packed = !given.plain && content.length > 64 * 1024;
    await writeFile(join(out, packed ? `${file}.gz` : file), packed ? gzipSync(content) : content);
  }
  const loaded = await City.load(out);
  console.log(report.text());
  if (!loaded.ok) throw new Error(loaded.error.map(packErrorText).join('\n'));
  console.log(`\nWritten to ${out}. Start the product on it: npm start -- --city ${out}`);
} catch (cause) {
  if (!(cause instanceof OsmFileError)) throw cause;
  console.error(cause.message);
  process.exitCode = 1;
}

function idFrom(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return plain === '' ? 'city' : plain;
}
