/**
 * Green waves for emergency units on our traffic kernel: the same units on the same routes at the same seconds, with and
 * without a wave, under our method and under fixed plans. Loss: time beyond that on empty roads with no signal. Others:
 * mean delay of everybody else, on Hangzhou beyond the hour's free flow, in the demo city as time lost a vehicle-hour.
 * The ratios are those of Hangzhou under our method, of all seeds.
 *
 * `node bench/greenwave.ts [--quick] [--seed n] [--city]`
 */
import { parseArgs } from 'node:util';
import type { CityPack } from '../server/contract/city-pack.ts';
import { makeMethod } from '../server/domain/signals/methods.ts';
import { generateCity } from '../simulators/city/generate.ts';
import { Tally } from '../simulators/control/fork-run.ts';
import { createRandom } from '../simulators/kernel/random.ts';
import { TrafficModel } from '../simulators/models/traffic/traffic-model.ts';
import type { Dispatch } from '../simulators/models/traffic/emergency.ts';
import { drive } from './support/kernel-control.ts';
import { HANGZHOU_S, openHangzhou, readHangzhou } from './support/kernel-hangzhou.ts';
import { waves, type Unit } from './support/kernel-wave.ts';

const { values: args } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    city: { type: 'boolean', default: false },
  },
});
const firstSeed = Number(args.seed);
/** A unit sets out so often on the sixteen junctions, and in the city, s. */
const EVERY_S = { grid: 120, city: 20 };
const SAMPLE_S = 5;
const kinds = ['ambulance', 'fire-engine', 'police-car'] as const;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const p90 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.9)]!;

interface Start extends Dispatch {
  readonly atS: number;
}

/** A place to try it on: a model with or without traffic, from when on units start, and how the others fare. */
interface Ground {
  readonly name: string;
  open(seed: number, empty: boolean): TrafficModel;
  starts(seed: number): readonly Start[];
  readonly seconds: number;
  othersDelay(model: TrafficModel, tally: Tally): number;
}

interface Outcome {
  readonly timesS: readonly number[];
  readonly ways: readonly (readonly string[])[];
  readonly othersDelay: number;
}

type Control = 'ours' | 'plan';

function run(
  ground: Ground,
  seed: number,
  control: Control,
  wave: boolean,
  ways?: readonly (readonly string[])[],
): Outcome {
  const model = ground.open(seed, ways === undefined);
  const { links, signals } = model.network.pack;
  if (ways === undefined) for (const { id } of signals) model.setSignalDark(id, true);
  const starts = ground.starts(seed);
  const began = model.timeS;
  const active = new Map<string, Unit>();
  const taken: string[][] = [];
  const timesS: number[] = [];
  let over: ReturnType<typeof waves> | undefined;
  const driven = drive(
    model,
    control === 'plan' ? null : (network) => makeMethod('ours', network),
    wave ? (states, nowS) => over!(states, nowS) : undefined,
  );
  over = waves(model, driven.network.junctions, () => [...active.values()]);
  const tally = new Tally(model);
  let next = 0;
  while (model.timeS < began + ground.seconds || active.size > 0) {
    for (; next < starts.length && starts[next]!.atS <= model.timeS - began; next++) {
      const start = starts[next]!;
      const way = ways?.[next];
      if (!model.dispatch(way === undefined ? start : { ...start, way }))
        throw new Error(`${ground.name}: no way for ${start.key} from ${start.fromLink} to ${start.toLink}`);
      active.set(start.key, { key: start.key, priority: 1, startedAtS: model.timeS });
      taken.push(model.wayOf(start.key)!.links.map((l) => links[l]!.id));
    }
    driven.step();
    for (const { key, atS } of model.takeArrivals()) {
      timesS[starts.findIndex((s) => s.key === key)] = atS - active.get(key)!.startedAtS;
      active.delete(key);
      model.dismiss(key);
    }
    if (model.timeS % SAMPLE_S === 0) tally.sample(SAMPLE_S);
  }
  return { timesS, ways: taken, othersDelay: ground.othersDelay(model, tally) };
}

/** Units from one edge of the network to another, or from any larger road to another, each kind in turn. */
function crossings(pack: CityPack, seed: number, untilS: number, everyS: number, fromEdge: boolean): Start[] {
  const random = createRandom(seed).fork('units');
  const kind = new Map(pack.junctions.map((j) => [j.id, j.kind]));
  const through = pack.links.filter((l) => l.class !== 'residential' && l.class !== 'service');
  const from = fromEdge ? pack.links.filter((l) => kind.get(l.from) === 'edge') : through;
  const to = fromEdge ? pack.links.filter((l) => kind.get(l.to) === 'edge') : through;
  return Array.from({ length: Math.floor(untilS / everyS) }, (_, k) => ({
    key: `unit-${k}`,
    kind: kinds[k % kinds.length]!,
    fromLink: random.pick(from).id,
    toLink: random.pick(to).id,
    offsetM: 1e4,
    priority: true,
    atS: 300 + k * everyS,
  }));
}

function hangzhou(): Ground | null {
  const imported = readHangzhou();
  if (imported === null) return null;
  const free = openHangzhou(imported);
  free.kernel.right.mayEnter = () => true;
  while (free.timeS < HANGZHOU_S) free.step();
  const freeS = free.exactTrips!.travelTime(HANGZHOU_S).meanS;
  return {
    name: 'Hangzhou',
    open: (_seed, empty) => openHangzhou(imported, empty),
    starts: (seed) => crossings(imported.pack, seed, HANGZHOU_S - 900, EVERY_S.grid, true),
    seconds: HANGZHOU_S,
    othersDelay: (model) => model.exactTrips!.travelTime(model.timeS).meanS - freeS,
  };
}

function demoCity(seed: number, minutes: number): Ground {
  const pack = generateCity({ seed });
  return {
    name: 'demo city',
    open(of, empty) {
      const model = new TrafficModel(pack, {
        seed: of,
        startHour: 7.75,
        targetVehicles: empty ? 0 : 20_000,
      });
      if (!empty) model.warmUp(300);
      return model;
    },
    starts: (of) =>
      crossings(pack, of, minutes * 60 - 300, EVERY_S.city, false).map((s) => ({ ...s, atS: s.atS - 240 })),
    seconds: minutes * 60,
    othersDelay: (_model, tally) => tally.lostShare,
  };
}

interface Result {
  readonly loss: number;
  readonly p90: number;
  readonly others: number;
  readonly p90S: number;
}

/** On empty roads every control is the same. */
const freeRuns = new Map<string, Outcome>();
function freeRun(ground: Ground, seed: number): Outcome {
  const key = `${ground.name} ${seed}`;
  const free = freeRuns.get(key) ?? run(ground, seed, 'plan', false);
  freeRuns.set(key, free);
  return free;
}

function compare(ground: Ground, control: Control, seeds: readonly number[]): Result {
  const without: number[] = [];
  const withWave: number[] = [];
  const others: number[] = [];
  for (const seed of seeds) {
    const free = freeRun(ground, seed);
    const off = run(ground, seed, control, false, free.ways);
    const on = run(ground, seed, control, true, free.ways);
    without.push(...off.timesS.map((t, k) => t - free.timesS[k]!));
    withWave.push(...on.timesS.map((t, k) => t - free.timesS[k]!));
    others.push(on.othersDelay / off.othersDelay);
  }
  const result = {
    loss: mean(withWave) / mean(without),
    p90: p90(withWave) / p90(without),
    others: mean(others),
    p90S: p90(withWave),
  };
  console.log(
    `${ground.name.padEnd(10)} ${control.padEnd(5)} ${String(without.length).padStart(4)} units: loss ` +
      `${mean(without).toFixed(1)} s (p90 ${p90(without).toFixed(1)}) → ${mean(withWave).toFixed(1)} s ` +
      `(p90 ${result.p90S.toFixed(1)}), ${(100 * (result.loss - 1)).toFixed(0)} % ` +
      `(p90 ${(100 * (result.p90 - 1)).toFixed(0)} %); others' delay ` +
      `${(100 * (result.others - 1)).toFixed(1)} %`,
  );
  return result;
}

const round = (v: number, digits: number): number => Number(v.toFixed(digits));
const ratios: Record<string, number> = {};
const figures: Record<string, number> = {};
const seeds = Array.from({ length: args.quick ? 1 : 5 }, (_, k) => firstSeed + k);
const grid = hangzhou();
if (grid === null) console.log('Hangzhou: skipped, its CityFlow files are not here');
else {
  const plan = compare(grid, 'plan', seeds);
  ratios['emergency_time_loss_fixed'] = round(plan.loss, 3);
  ratios['others_delay_fixed'] = round(plan.others, 3);
  const ours = compare(grid, 'ours', seeds);
  ratios['emergency_time_loss'] = round(ours.loss, 3);
  ratios['emergency_time_loss_p90'] = round(ours.p90, 3);
  ratios['others_delay'] = round(ours.others, 3);
  figures['emergency_time_loss_p90_s'] = round(ours.p90S, 1);
}
if (args.city) {
  const city = demoCity(firstSeed, args.quick ? 10 : 20);
  for (const control of ['plan', 'ours'] as const) {
    const result = compare(city, control, [firstSeed]);
    ratios[`city_emergency_time_loss_${control}`] = round(result.loss, 3);
    ratios[`city_emergency_time_loss_p90_${control}`] = round(result.p90, 3);
    ratios[`city_others_delay_${control}`] = round(result.others, 3);
    figures[`city_emergency_time_loss_p90_${control}_s`] = round(result.p90S, 1);
  }
}
console.log(JSON.stringify({ bench: 'greenwave', seed: firstSeed, ratios, figures }));
