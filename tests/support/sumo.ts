/** SUMO for tests: whether there is one, and the networks kept beside the checkout; suites without them say why they skip. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = 'sumo';
const found = spawnSync(program, ['--version'], { encoding: 'utf8' });
export const sumoAbsent = found.status !== 0;
/** For a suite's title: shows in the report why it was skipped. */
export const sumoNote = sumoAbsent ? ' (skipped: no SUMO to test with)' : '';

const kept = fileURLToPath(new URL('../../../shared/data/signals', import.meta.url));
export const sumoNetwork = (name: string): string => `${kept}/${name}/${name}.sumocfg`;
export const networksAbsent = !existsSync(sumoNetwork('cologne1'));
export const networksNote = networksAbsent ? ` (skipped: no networks at ${kept})` : '';
