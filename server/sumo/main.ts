/** `npm run sumo -- --config FILE.sumocfg`: runs a SUMO scenario under a control method and says what it cost. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { controllerNames, runController, type ControllerName } from './controllers.ts';
import type { LonLat } from '../contract/geo.ts';
import { centreOf } from './net/centre.ts';
import { SumoFileError } from './net/model.ts';
import { runLive } from './run-live.ts';
import { SumoStartError } from './process.ts';
import type { RunSummary } from './run.ts';
import { TraciError } from './traci/errors.ts';

interface Arguments {
  readonly config: string;
  readonly controller: ControllerName;
  readonly seed: number;
  readonly end?: number;
  readonly scale: number;
  readonly port?: number;
  readonly sumo: string;
  readonly live?: string;
  readonly automatic: boolean;
  readonly token: string;
  readonly signalFeed: string;
  readonly vehicleFeed: string;
  readonly speed: number;
  readonly center?: LonLat;
}

function number(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < low || value > high) {
      throw new InvalidArgumentError(`It is a number from ${low} to ${high}.`);
    }
    return value;
  };
}

const program = new Command('sumo')
  .description('Runs a SUMO scenario, its signals under a control method of ours')
  .requiredOption('--config <file>', 'SUMO configuration (.sumocfg)')
  .addOption(
    new Option('--controller <name>', 'who decides at the signals').choices(controllerNames).default('ours'),
  )
  .option('--seed <n>', 'seed of SUMO’s random numbers', number(0, 2 ** 31 - 1), 1)
  .option('--end <s>', 'simulated second to end at (default: the configuration’s)', number(0, 1e9))
  .option('--scale <x>', 'demand times this', number(0, 100), 1)
  .option('--port <port>', 'TraCI port (default: a free one)', number(1, 65_535))
  .option('--sumo <program>', 'SUMO’s program', 'sumo')
  .option('--live <url>', 'be the city behind this server, which decides instead of --controller')
  .option('--automatic', 'with --live, in the demo: set all of its signals to automatic', false)
  .option('--token <secret>', 'token of its feeds', 'demo-feed-token')
  .option('--signal-feed <id>', 'its feed of the kind signal-port', 'sim-signal-port')
  .option('--vehicle-feed <id>', 'its feed of the kind positions', 'sim-positions')
  .option('--speed <x>', 'simulated seconds a second, with --live', number(0.1, 20), 1)
  .option('--center <lon,lat>', 'where the origin of a network without a projection lies', centreOf)
  .parse();

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());

try {
  const given = program.opts<Arguments>();
  const options = {
    configFile: given.config,
    seed: given.seed,
    endS: given.end,
    scale: given.scale,
    port: given.port,
    binary: given.sumo,
    onNote: (sentence: string) => console.log(`[sumo] ${sentence}`),
    signal: stop.signal,
  };
  const summary =
    given.live === undefined
      ? await runController(given.controller, options)
      : await runLive(options, {
          server: given.live,
          token: given.token,
          signalFeed: given.signalFeed,
          vehicleFeed: given.vehicleFeed,
          speed: given.speed,
          centre: given.center ?? null,
          automatic: given.automatic,
        });
  console.log(report(given, summary));
} catch (cause) {
  const expected =
    cause instanceof SumoFileError || cause instanceof SumoStartError || cause instanceof TraciError;
  if (!expected) throw cause;
  console.error(`[sumo] ${cause.message}`);
  process.exitCode = 1;
}

function report({ controller, live, seed, scale }: Arguments, run: RunSummary): string {
  const who = live === undefined ? controller : `the server ${live}`;
  const rows: readonly (readonly [string, string])[] = [
    ['controller', `${who} at ${run.junctions} signals, seed ${seed}, demand × ${scale}`],
    ['simulated', `${run.simulatedS} s`],
    [
      'trips',
      `${run.trips}: ${run.arrived} arrived, ${run.unfinished} on the road, ${run.undeparted} not let in`,
    ],
    ['mean delay', `${run.meanDelayS.toFixed(1)} s`],
    ['  time loss', `${run.meanTimeLossS.toFixed(1)} s`],
    ['  departure delay', `${run.meanDepartDelayS.toFixed(1)} s`],
    ['teleports', String(run.teleports)],
    ['refused wishes', String(run.refused)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(18)} ${value}`).join('\n');
}
