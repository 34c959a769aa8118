/** Runs every benchmark in turn, each a process of its own; options (`--quick`) are passed on. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const benches = [
  'sim',
  'ingest',
  'fanout',
  'client',
  'dispatch',
  'alerts',
  'onset',
  'forecast',
  'signals',
  'signals-kernel',
  'greenwave',
  'whatif',
  'soak',
];

for (const name of benches) {
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
