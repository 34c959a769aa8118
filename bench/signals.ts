/**
 * Control methods on SUMO: the mean delay of a traveller (time loss and departure delay over all trips, those that never
 * arrived or never got in among them) for each method, network and seed. All run behind the same safety rules, with the
 * yellow times and shortest greens of the programs that were found, and their phases; ours may also combine phases of what
 * does not conflict (`server/contract/signal-phases.ts`). `sumo-fixed` is the found program and `sumo-actuated` SUMO's own
 * actuated control over it.
 *
 * `node bench/signals.ts [--net FILE.sumocfg …] [--methods a,b] [--seeds 5] [--seed 1] [--scale 1] [--end S] [--quick]`.
 * Without SUMO or without the networks nothing is measured, and that is said. A run that locked is one of more than twice
 * the median of its method; it stays in the mean and is named.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { controllerNames, runController, type ControllerName } from '../server/sumo/controllers.ts';
import { readConfig } from '../server/sumo/net/read-config.ts';
import { findSumo } from '../server/sumo/process.ts';

const { values: args } = parseArgs({
  options: {
    net: { type: 'string', multiple: true },
    methods: { type: 'string', default: controllerNames.join(',') },
    seeds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    scale: { type: 'string', default: '1' },
    end: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const firstSeed = Number(args.seed);
const seeds = Array.from({ length: args.quick ? 1 : Number(args.seeds) }, (_, i) => firstSeed + i);
/** What `--quick` simulates of each run. */
const QUICK_S = 600;

const figures: Record<string, number> = {};
const end = (): void =>
  console.log(JSON.stringify({ bench: 'signals', seed: firstSeed, ratios: {}, figures }));

const kept = fileURLToPath(new URL('../../shared/data/signals', import.meta.url));
const networks = (args.net ?? ['cologne1', 'ingolstadt1'].map((n) => `${kept}/${n}/${n}.sumocfg`)).filter(
  (file) => {
    if (existsSync(file)) return true;
    console.log(`not measured: there is no network at ${file} (give one with --net)`);
    return false;
  },
);
const absent = await findSumo();
if (absent !== null) console.log(`nothing measured: ${absent}`);
if (absent !== null || networks.length === 0) {
  end();
  process.exit();
}
const methods = args.methods.split(',').map((name) => {
  const known = controllerNames.find((each) => each === name);
  if (known) return known;
  throw new Error(`no method “${name}”; there are ${controllerNames.join(', ')}`);
});

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0;
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

interface Row {
  readonly method: ControllerName;
  readonly delaysS: readonly number[];
  readonly teleports: number;
  readonly perJunctionMs: readonly number[];
}

async function measure(configFile: string, method: ControllerName): Promise<Row> {
  const delaysS: number[] = [];
  const perJunctionMs: number[] = [];
  let teleports = 0;
  const given = args.end === undefined ? undefined : Number(args.end);
  const endS = args.quick ? readConfig(configFile).beginS + QUICK_S : given;
  for (const seed of seeds) {
    const run = await runController(method, { configFile, seed, endS, scale: Number(args.scale) });
    delaysS.push(run.meanDelayS);
    teleports += run.teleports;
    for (const ms of run.perJunctionMs) perJunctionMs.push(ms);
  }
  return { method, delaysS, teleports, perJunctionMs };
}

const nameOf = (method: ControllerName): string =>
  method === 'ours' ? '' : `${method.replaceAll('-', '_')}_`;

for (const file of networks) {
  const network = basename(file, '.sumocfg').replaceAll(/\W/g, '_');
  const span = args.quick ? `, its first ${QUICK_S / 60} minutes` : '';
  console.log(`\n${network}${span}, demand × ${args.scale}, seeds ${seeds.join(', ')}: mean delay, s`);
  console.log(
    `${'method'.padEnd(14)}  median    mean  teleports  ms a junction (p99)  ${args.quick ? 'the run' : 'each seed'}`,
  );
  const locked: string[] = [];
  for (const method of methods) {
    const { delaysS, teleports, perJunctionMs } = await measure(file, method);
    const median = quantile(delaysS, 0.5);
    const mean = delaysS.reduce((sum, delayS) => sum + delayS, 0) / delaysS.length;
    const typicalMs = quantile(perJunctionMs, 0.5);
    const p99Ms = quantile(perJunctionMs, 0.99);
    for (const [i, delayS] of delaysS.entries()) {
      if (delayS > 2 * median) locked.push(`${method} with seed ${seeds[i]}: ${delayS.toFixed(1)} s`);
    }
    const thinking = perJunctionMs.length === 0 ? '—' : `${typicalMs.toFixed(3)} (${p99Ms.toFixed(3)})`;
    console.log(
      [
        method.padEnd(14),
        median.toFixed(2).padStart(7),
        mean.toFixed(2).padStart(7),
        String(teleports).padStart(10),
        thinking.padStart(20),
        ` ${delaysS.map((delayS) => delayS.toFixed(1)).join(' ')}`,
      ].join(' '),
    );
    figures[`${network}_${nameOf(method)}delay_s`] = rounded(median, 2);
    figures[`${network}_${nameOf(method)}mean_delay_s`] = rounded(mean, 2);
    if (method === 'ours') {
      figures[`${network}_decision_ms`] = rounded(typicalMs, 4);
      figures[`${network}_decision_p99_ms`] = rounded(p99Ms, 4);
    }
  }
  for (const run of locked) console.log(`locked (over twice the median): ${run}`);
}
end();
