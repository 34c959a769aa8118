/**
 * The traffic kernel on one core: vehicle-steps a second on the demo city with about 20,000 and 100,000 vehicles at once
 * (25 a lane-kilometre: the same city, dense load). `whole` is everything a step of the model does (routes, demand, lane changes, signals,
 * instruments, junctions, car-following); `kernel` is car-following, junctions and signals. `IDM alone` is
 * the sweep without junctions, and what the baseline does too, in turn with ours, on the same lanes with the same
 * vehicles: an array of objects a lane, the IDM step alone.
 *
 * `node bench/sim.ts [--quick] [--seed n]`. CPU time of this process, medians of rounds.
 */
import { parseArgs } from 'node:util';
import { generateCity } from '../simulators/city/generate.ts';
import { DESIRED, GAP, LEAD, LIMIT, STOP_LINE } from '../simulators/models/traffic/car-following.ts';
import { TrafficModel } from '../simulators/models/traffic/traffic-model.ts';
import { NaiveTraffic } from './support/naive-traffic.ts';

const { values: args } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const seed = Number(args.seed);
const rounds = args.quick ? 3 : 7;
const warmUpS = args.quick ? 120 : 600;

const cpuS = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

interface Row {
  readonly vehicles: number;
  readonly whole: number;
  readonly kernel: number;
  readonly sweep: number;
  readonly naive: number;
  readonly stepMs: number;
  readonly speedKph: number;
}

function measure(pack: ReturnType<typeof generateCity>, target: number, steps: number): Row {
  const model = new TrafficModel(pack, { seed, startHour: 8, targetVehicles: target });
  model.warmUp(warmUpS);
  const whole: number[] = [];
  const kernel: number[] = [];
  const sweep: number[] = [];
  const naive: number[] = [];
  const stepMs: number[] = [];
  for (let r = 0; r < rounds; r++) {
    let before = model.kernel.steps;
    let began = cpuS();
    for (let i = 0; i < steps; i++) model.step();
    let spent = cpuS() - began;
    whole.push((model.kernel.steps - before) / spent);
    stepMs.push((spent / steps) * 1_000);
    before = model.kernel.steps;
    began = cpuS();
    for (let i = 0; i < steps; i++) model.kernel.step();
    spent = cpuS() - began;
    kernel.push((model.kernel.steps - before) / spent);
    const followed = follow(model, steps);
    sweep.push(followed);
    const objects = new NaiveTraffic(model.kernel);
    for (let i = 0; i < 5; i++) objects.step(0.5);
    began = cpuS();
    for (let i = 0; i < steps; i++) objects.step(0.5);
    naive.push((objects.vehicles * steps) / (cpuS() - began));
  }
  return {
    vehicles: model.vehicleCount,
    whole: median(whole),
    kernel: median(kernel),
    sweep: median(sweep),
    naive: median(naive),
    stepMs: median(stepMs),
    speedKph: model.meanSpeedKph,
  };
}

/** Car-following alone, every lane ending at a wall as in the baseline; vehicle-steps a CPU second. Puts everything back. */
function follow(model: TrafficModel, steps: number): number {
  const { net, lanes, following, laneSpeed } = model.kernel;
  const { ahead } = following;
  const kept = lanes.reals.slice();
  let done = 0;
  const began = cpuS();
  for (let s = 0; s < steps; s++)
    for (let l = 0; l < net.laneCount; l++) {
      const n = lanes.count[l]!;
      if (n === 0) continue;
      const first = lanes.head[l]!;
      const L = net.laneLengthM[l]!;
      ahead[GAP] = L - lanes.pos(first);
      ahead[LEAD] = 0;
      ahead[LIMIT] = L;
      ahead[DESIRED] = laneSpeed[l]!;
      ahead[STOP_LINE] = L;
      following.lane(first, n);
      done += n;
    }
  const spent = cpuS() - began;
  lanes.reals.set(kept);
  return done / spent;
}

const pack = generateCity({ seed });
console.log(`demo city, seed ${seed}: ${pack.links.length} links; ${rounds} rounds, dt 0.5 s, CPU time`);
console.log(
  'vehicles   model M/s   kernel M/s   IDM alone M/s   objects, IDM alone M/s   ms a step   mean km/h',
);
const show = (r: Row): Row => {
  const million = (v: number): string => (v / 1e6).toFixed(2);
  console.log(
    `${String(r.vehicles).padStart(8)}   ${million(r.whole).padStart(9)}   ${million(r.kernel).padStart(10)}   ` +
      `${million(r.sweep).padStart(13)}   ${million(r.naive).padStart(22)}   ${r.stepMs.toFixed(2).padStart(9)}   ${r.speedKph.toFixed(1).padStart(9)}`,
  );
  return r;
};
const small = show(measure(pack, 20_000, args.quick ? 60 : 120));
const large = show(measure(pack, 100_000, args.quick ? 20 : 60));
const round = (v: number, digits = 0): number => Number(v.toFixed(digits));
console.log(
  JSON.stringify({
    bench: 'sim',
    seed,
    ratios: {
      sweep_vs_objects_20k: round(small.sweep / small.naive, 2),
      sweep_vs_objects_100k: round(large.sweep / large.naive, 2),
      model_vs_objects_20k: round(small.whole / small.naive, 2),
      model_vs_objects_100k: round(large.whole / large.naive, 2),
    },
    figures: {
      vehicle_steps_per_s_20k: round(small.whole),
      vehicle_steps_per_s_100k: round(large.whole),
      kernel_steps_per_s_20k: round(small.kernel),
      kernel_steps_per_s_100k: round(large.kernel),
      sweep_steps_per_s_20k: round(small.sweep),
      sweep_steps_per_s_100k: round(large.sweep),
      vehicles_20k: small.vehicles,
      vehicles_100k: large.vehicles,
      model_ms_per_step_20k: round(small.stepMs, 3),
    },
  }),
);
