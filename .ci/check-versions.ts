/**
 * Holds the lock file against the least versions without a known hole, and against addresses of a registry. It stands
 * in for an advisory service where none answers; a version below its floor fails the check.
 */
import { readFileSync } from 'node:fs';

const floors: Readonly<Record<string, string>> = {
  'engine.io': '6.6.10',
  'socket.io-parser': '4.2.7',
  ws: '8.21.0',
  'maplibre-gl': '6.4.1',
  vite: '8.0.16',
  'fast-xml-parser': '5.10.1',
  protobufjs: '8.6.6',
  'path-to-regexp': '8.4.0',
  qs: '6.16.0',
};

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>;
}

const parts = (version: string): number[] => version.split('-')[0]!.split('.').map(Number);

function atLeast(version: string, floor: string): boolean {
  const have = parts(version);
  const want = parts(floor);
  const first = want.findIndex((n, i) => n !== have[i]);
  return first < 0 || (have[first] ?? 0) > want[first]!;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const problems: string[] = [];
const seen = new Set<string>();
for (const [path, entry] of Object.entries(lock.packages)) {
  const name = path.split('node_modules/').at(-1)!;
  const floor = floors[name];
  if (floor && entry.version) {
    seen.add(name);
    if (!atLeast(entry.version, floor)) problems.push(`${path} ${entry.version} is below ${floor}`);
  }
  if (entry.resolved !== undefined)
    problems.push(`${path} carries an address: set omit-lockfile-registry-resolved`);
}
if (seen.size === 0) problems.push('none of the packages was found: the lock file was not read');

for (const problem of problems) console.error(problem);
console.log(`versions: ${seen.size} of ${Object.keys(floors).length} packages held against their floors`);
if (problems.length > 0) process.exitCode = 1;
