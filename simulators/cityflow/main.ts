/**
 * `npm run import:cityflow -- roadnet.json flow.json --out DIR | --run`: writes the network as a city pack that a server
 * can open, or drives its flows at once and says how long the trips took.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { LonLat } from '../../server/contract/geo.ts';
import { packToFiles } from '../../server/contract/pack-files.ts';
import { reasonOf } from '../publish/transport.ts';
import { readJson } from './files.ts';
import { DEFAULT_CENTER, importCityFlow, openCityFlow } from './import.ts';

function place(text: string): LonLat {
  const [lon, lat, ...rest] = text.split(',').map(Number);
  if (
    lon === undefined ||
    lat === undefined ||
    rest.length > 0 ||
    !(Math.abs(lon) <= 180 && Math.abs(lat) <= 85)
  )
    throw new InvalidArgumentError('must be longitude,latitude');
  return [lon, lat];
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 86_400)) throw new InvalidArgumentError('must be a number from 1 to 86400');
  return value;
}

interface Options {
  readonly out?: string;
  readonly run?: boolean;
  readonly center: LonLat;
  readonly seconds: number;
}

function main(roadnetPath: string, flowPath: string, o: Options): void {
  if ((o.out === undefined) === (o.run !== true)) throw new Error('give one of --out and --run');
  if (o.out !== undefined) {
    const { pack, options } = importCityFlow(readJson(roadnetPath), readJson(flowPath), {
      center: o.center,
      untilS: o.seconds,
    });
    mkdirSync(o.out, { recursive: true });
    for (const [name, content] of packToFiles(pack)) writeFileSync(join(o.out, name), content);
    console.log(
      `${pack.links.length} roads, ${pack.signals.length} signals written to ${o.out}; ` +
        `its ${options.exactTrips!.length} trips are driven with --run`,
    );
    return;
  }
  const model = openCityFlow(roadnetPath, flowPath, o.seconds);
  for (const fault of model.kernel.signals.faults) console.log(`refused: ${fault}`);
  while (model.timeS < o.seconds) {
    model.step();
    if (model.timeS % 600 !== 0) continue;
    const { vehicles, meanS } = model.exactTrips!.travelTime(model.timeS);
    console.log(
      `${String(model.timeS).padStart(6)} s: ${vehicles} started, ${model.exactTrips!.left} arrived, ` +
        `${model.exactTrips!.pending} wait outside, mean travel time so far ${meanS.toFixed(1)} s`,
    );
  }
}

new Command('import:cityflow')
  .description('import a CityFlow road network with its flows')
  .argument('<roadnet>', 'roadnet.json, plain or .gz')
  .argument('<flow>', 'flow.json, plain or .gz')
  .option('--out <dir>', 'write a city pack into this folder')
  .option('--run', 'drive the flows, each vehicle on its route')
  .option('--center <lon,lat>', 'where its origin is laid', place, DEFAULT_CENTER)
  .option('--seconds <n>', 'how long flows without end last, and a run', seconds, 3_600)
  .action((roadnet: string, flow: string, o: Options) => {
    try {
      main(roadnet, flow, o);
    } catch (cause) {
      console.error(reasonOf(cause));
      process.exitCode = 1;
    }
  })
  .parse();
