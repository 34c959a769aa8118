/** Writes the demo city of a seed into a folder as a city pack. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packToFiles } from '../../server/contract/pack-files.ts';
import { generateCity } from './generate.ts';

export function writeCity(dir: string, seed: number): void {
  const files = packToFiles(generateCity({ seed }));
  mkdirSync(dir, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(dir, name), content);
}
