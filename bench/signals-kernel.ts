/**
 * Control methods on our own traffic kernel. Hangzhou: the recorded hour of a CityFlow network, mean travel time of all
 * 2,983 vehicles after 3,600 s with those under way and waiting (CityFlow's own measure), next to what CityFlow itself
 * gives for the same kind of method; free flow is the same hour with every light green. `--city`: our method on the
 * demo city's morning peak against the plans the city has, at the usual demand and at saturation, over several seeds:
 * arrivals, and mean delay a trip.
 *
 * `node bench/signals-kernel.ts [--quick] [--seed n] [--city] [--seeds n] [--minutes n]`
 */
import { parseArgs } from 'node:util';
import { makeMethod } from '../server/domain/signals/methods.ts';
import { methodNames, type MethodName } from '../server/domain/signals/model.ts';
import { generateCity } from '../simulators/city/generate.ts';
import { Tally } from '../simulators/control/fork-run.ts';
import { TrafficModel } from '../simulators/models/traffic/traffic-model.ts';
import { drive } from './support/kernel-control.ts';
import { HANGZHOU_S, openHangzhou, readHangzhou } from './support/kernel-hangzhou.ts';

const { values: args } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    city: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    minutes: { type: 'string' },
  },
});
const firstSeed = Number(args.seed);
const round = (v: number, digits = 1): number => Number(v.toFixed(digits));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const figures: Record<string, number> = {};
const ratios: Record<string, number> = {};

/** Mean travel time on CityFlow itself, s, where it is known for the method. */
const onCityFlow: Partial<Record<MethodName, number>> = {
  fixed: 564.0,
  webster: 347.2,
  actuated: 313.5,
  maxpressure: 334.2,
  ours: 309.8,
};
const FREE_ON_CITYFLOW_S = 287.4;

function hangzhou(): void {
  const imported = readHangzhou();
  if (imported === null) {
    console.log('Hangzhou: skipped, its CityFlow files are not here');
    return;
  }
  console.log('Hangzhou, 16 junctions: mean travel time s, on CityFlow, difference, arrived');
  const show = (name: string, model: TrafficModel, reference: number | undefined): void => {
    const { meanS } = model.exactTrips!.travelTime(HANGZHOU_S);
    figures[`hangzhou_${name}_travel_s`] = round(meanS);
    const off = reference === undefined ? '' : `${(100 * (meanS / reference - 1)).toFixed(1)} %`;
    console.log(
      `${name.padEnd(12)}${meanS.toFixed(1).padStart(8)}${(reference?.toFixed(1) ?? '').padStart(8)}` +
        `${off.padStart(9)}${String(model.exactTrips!.left).padStart(7)}`,
    );
  };
  for (const name of methodNames) {
    const model = openHangzhou(imported);
    const driven = drive(model, (network) => makeMethod(name, network));
    while (model.timeS < HANGZHOU_S) driven.step();
    show(name, model, onCityFlow[name]);
  }
  const free = openHangzhou(imported);
  free.kernel.right.mayEnter = () => true;
  while (free.timeS < HANGZHOU_S) free.step();
  show('free', free, FREE_ON_CITYFLOW_S);
}

const PEAK_HOUR = 7.5;
const VEHICLES = 20_000;
const WARM_UP_S = 600;
/** Of the usual number of vehicles: beyond what the city's own plans can carry. */
const SATURATION = 2.2;
const SAMPLE_S = 5;

function city(seeds: number, minutes: number): void {
  console.log(
    `demo city, morning peak, ${minutes} min, ${seeds} seeds: arrivals and delay s a trip, plans | ours`,
  );
  for (const [level, demand] of [
    ['peak', 1],
    ['saturation', SATURATION],
  ] as const) {
    const more: number[] = [];
    const less: number[] = [];
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const pack = generateCity({ seed });
      const [plans, ours] = ([null, 'ours'] as const).map((name) => {
        const model = new TrafficModel(pack, { seed, startHour: PEAK_HOUR, targetVehicles: VEHICLES });
        model.setDemandFactor(demand);
        const driven = drive(model, name === null ? null : (network) => makeMethod(name, network));
        const perS = 1 / model.kernel.dtS;
        for (let i = 0; i < WARM_UP_S * perS; i++) driven.step();
        const tally = new Tally(model);
        for (let s = 0; s < minutes * 60; s += SAMPLE_S) {
          for (let i = 0; i < SAMPLE_S * perS; i++) driven.step();
          tally.sample(SAMPLE_S);
        }
        const { arrived, delayH } = tally.outcome(minutes * 60);
        return { arrived, delayS: (delayH * 3_600) / arrived };
      }) as [{ arrived: number; delayS: number }, { arrived: number; delayS: number }];
      more.push(ours.arrived / plans.arrived);
      less.push(ours.delayS / plans.delayS);
      console.log(
        `${level.padEnd(11)} seed ${seed}: ${plans.arrived} ${plans.delayS.toFixed(0)} | ` +
          `${ours.arrived} ${ours.delayS.toFixed(0)}   ${((100 * ours.arrived) / plans.arrived - 100).toFixed(1)} % more, ` +
          `delay ${((100 * ours.delayS) / plans.delayS - 100).toFixed(1)} %`,
      );
    }
    ratios[`city_${level}_arrivals`] = round(mean(more), 3);
    ratios[`city_${level}_delay`] = round(mean(less), 3);
    figures[`city_${level}_arrivals_worst`] = round(Math.min(...more), 3);
  }
  figures['city_seeds'] = seeds;
  figures['city_minutes'] = minutes;
}

hangzhou();
if (args.city)
  city(Number(args.seeds ?? (args.quick ? 2 : 10)), Number(args.minutes ?? (args.quick ? 5 : 30)));
console.log(JSON.stringify({ bench: 'signals-kernel', seed: firstSeed, ratios, figures }));
