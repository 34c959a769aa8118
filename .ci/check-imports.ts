/**
 * Holds the import rules of .dependency-cruiser.cjs against the tree, and that the cruiser saw the tree at all: a tool
 * that silently reads nothing finds nothing wrong.
 */
import { execFileSync } from 'node:child_process';

const folders = ['client', 'server', 'simulators', 'bench'];
const LEAST_MODULES = 100;
const LEAST_IMPORTS = 300;

interface Cruise {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string; readonly severity: string };
      readonly from: string;
      readonly to: string;
      readonly cycle?: readonly { readonly name: string }[];
    }[];
  };
}

function cruise(): Cruise {
  const args = [
    'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    ...folders,
  ];
  const json = execFileSync(process.execPath, args, { maxBuffer: 256 << 20, encoding: 'utf8' });
  return JSON.parse(json) as Cruise;
}

const { modules, summary } = cruise();
const own = modules.filter((m) => folders.some((f) => m.source.startsWith(f + '/')));
const imports = own.reduce((n, m) => n + m.dependencies.length, 0);
const empty = folders.filter(
  (f) => !own.some((m) => m.source.startsWith(f + '/') && m.dependencies.length > 0),
);

for (const v of summary.violations) {
  const cycle = v.cycle ? ` (${v.cycle.map((c) => c.name).join(' → ')})` : '';
  console.error(`${v.rule.severity}: ${v.rule.name}: ${v.from} → ${v.to}${cycle}`);
}
console.log(`imports: ${own.length} modules, ${imports} imports, ${summary.violations.length} violations`);
if (own.length < LEAST_MODULES || imports < LEAST_IMPORTS || empty.length > 0) {
  console.error(`the import check did not see the tree (nothing in: ${empty.join(', ') || '—'})`);
  process.exitCode = 1;
}
if (summary.violations.some((v) => v.rule.severity === 'error')) process.exitCode = 1;
