/**
 * What-if on the demo city's rush hour: the live traffic is forked, an hour is run twice in threads, unchanged and with the
 * busiest road closed, as over the control port. Measured: wall clock of the whole answer and the CPU time of both forks
 * (on a machine with other work the wall clock says more of that), how long the live model is held up for the copy, and
 * whether a fork without changes goes on as the live model does.
 *
 * `node bench/whatif.ts [--quick] [--seed n]`; quick: a quarter of an hour.
 */
import { parseArgs } from 'node:util';
import { generateCity } from '../simulators/city/generate.ts';
import { forkChanges, whatIf } from '../simulators/control/fork.ts';
import { runFork } from '../simulators/control/fork-run.ts';
import { snapshot } from '../simulators/control/snapshot.ts';
import { TrafficModel } from '../simulators/models/traffic/traffic-model.ts';

const { values: args } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const seed = Number(args.seed);
const minutes = args.quick ? 15 : 60;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const pack = generateCity({ seed });
const model = new TrafficModel(pack, { seed, startHour: 7.75, targetVehicles: 20_000 });
model.warmUp(args.quick ? 120 : 600);
const copies = Array.from({ length: 5 }, () => {
  const began = performance.now();
  snapshot(model);
  return performance.now() - began;
});
const { laneStart, linkCount } = model.network;
const busiest = Array.from({ length: linkCount }, (_, k) => k)
  .filter((k) => laneStart[k + 1]! - laneStart[k]! >= 3)
  .reduce((a, b) => (model.linkFlow(b) > model.linkFlow(a) ? b : a));
const closed = pack.links[busiest]!;
const changes = forkChanges.parse({ closeLinks: [closed.id] });
const spent = process.cpuUsage();
const answer = await whatIf(model, { minutes, changes, unchanged: {} }, () => performance.now());
const { user, system } = process.cpuUsage(spent);
const cpuS = (user + system) / 1e6;

// The same minutes of the live model itself against a fork of it.
const checkS = 120;
const fork = await runFork({
  pack,
  options: model.options,
  state: snapshot(model),
  seconds: checkS,
  changes: forkChanges.parse({}),
});
const before = model.trips.left;
for (let i = 0; i < checkS / model.kernel.dtS; i++) model.step();
const same = fork.arrived === model.trips.left - before && fork.vehiclesAtEnd === model.vehicleCount;

const { unchanged, changed } = answer;
console.log(`demo city, seed ${seed}: ${model.vehicleCount} vehicles, ${minutes} min from 8 o'clock`);
console.log(`closed: ${closed.name?.en ?? closed.id} (${closed.lanes} lanes)`);
console.log('            delay h   mean km/h   arrived');
for (const [name, o] of [
  ['unchanged', unchanged],
  ['closed', changed],
] as const)
  console.log(
    `${name.padEnd(10)}${String(o.delayH).padStart(9)}${String(o.meanSpeedKph).padStart(12)}${String(o.arrived).padStart(10)}`,
  );
console.log(
  `answered in ${answer.tookS} s, ${cpuS.toFixed(1)} CPU s for both; the copy holds the live model up for ${median(copies).toFixed(0)} ms`,
);
if (!same) {
  console.log('the fork went another way than the live model');
  process.exitCode = 1;
}
console.log(
  JSON.stringify({
    bench: 'whatif',
    seed,
    ratios: { simulated_vs_wall: Number(((minutes * 60) / answer.tookS).toFixed(1)) },
    figures: {
      answer_s: answer.tookS,
      answer_cpu_s: Number(cpuS.toFixed(1)),
      simulated_min: minutes,
      copy_ms: Number(median(copies).toFixed(1)),
      delay_unchanged_h: unchanged.delayH,
      delay_changed_h: changed.delayH,
      fork_equals_live: same ? 1 : 0,
    },
  }),
);
