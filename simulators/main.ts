/** The simulators' command line. They stand for a city's vendors: all they know of the server is its network door. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { faultKinds, parseFault } from './publish/faults.ts';
import { fileTransport } from './publish/file.ts';
import { httpTransport } from './publish/http.ts';
import { mqttTransport } from './publish/mqtt.ts';
import { socketTransport } from './publish/socket.ts';
import { reasonOf, type Transport } from './publish/transport.ts';
import { replay } from './replay/replay.ts';
import { askControl, CONTROL_PORT } from './run/control.ts';
import { findScenario, run, simulatorFeeds } from './run/run.ts';
import { scenarioNames } from './scenarios/library.ts';

const SERVER = 'http://127.0.0.1:8080';
const TOKEN = 'demo-feed-token';
const RUN_HINT = 'node simulators/main.ts run';

const log = (line: string): void => console.log(`[simulators] ${line}`);

function number(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < low || value > high) {
      throw new InvalidArgumentError(`must be a number from ${low} to ${high}`);
    }
    return value;
  };
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('must be a whole number');
  return value;
}

function faults(text: string, before: ReturnType<typeof parseFault>[] = []): ReturnType<typeof parseFault>[] {
  try {
    return [...before, parseFault(text)];
  } catch (cause) {
    throw new InvalidArgumentError(reasonOf(cause));
  }
}

const stopSignals = ['SIGINT', 'SIGTERM'] as const;
const LONGEST_WHAT_IF_MS = 900_000;
/** Whatever still hangs then is cut off. */
const LONGEST_END_MS = 2_700;
const stopping = new AbortController();

function onStop(): void {
  if (stopping.signal.aborted) process.exit(1);
  stopping.abort();
  setTimeout(() => process.exit(), LONGEST_END_MS).unref();
}

/** Aborts on Ctrl-C and on a polite kill; a second one ends at once. */
function stopSignal(): AbortSignal {
  for (const name of stopSignals) process.on(name, onStop);
  return stopping.signal;
}

interface Way {
  readonly via: 'http' | 'socket' | 'mqtt' | 'file';
  readonly server: string;
  readonly token: string;
  readonly broker: string;
  readonly topic: string;
  readonly out: string;
}

function transportOf(way: Way): Transport {
  switch (way.via) {
    case 'http':
      return httpTransport(way);
    case 'socket':
      return socketTransport(way);
    case 'mqtt':
      return mqttTransport({ broker: way.broker, topicPrefix: way.topic });
    case 'file':
      return fileTransport(way.out, Date.now);
  }
}

const program = new Command('simulators').description('A simulated city that feeds a City Brain server.');

program
  .command('city')
  .description('generate the demo city of a seed as a city pack')
  .option('--seed <n>', 'seed', whole, 1)
  .requiredOption('--out <dir>', 'folder to write')
  .action(async (o: { seed: number; out: string }) => {
    const { writeCity } = await import('./city/write.ts');
    writeCity(o.out, o.seed);
    log(`city of seed ${o.seed} written to ${o.out}`);
  });

program
  .command('run')
  .description('run the models and publish what they see')
  .option('--scenario <name>', `${scenarioNames.join(', ')}, or a .json file`, 'ordinary')
  .option('--seed <n>', 'seed', whole, 1)
  .option('--speed <x>', 'simulated seconds a second', number(0.1, 20), 1)
  .option('--vehicles <n>', 'vehicles on the road at once', number(0, 200_000), 20_000)
  .option('--hour <h>', 'hour of the day to begin at (default: the scenario’s)', number(0, 24))
  .option('--server <url>', 'server', SERVER)
  .option('--token <secret>', 'feed token', TOKEN)
  .addOption(
    new Option('--via <way>', 'how to publish').choices(['http', 'socket', 'mqtt', 'file']).default('http'),
  )
  .option('--broker <url>', 'broker for --via mqtt', 'mqtt://127.0.0.1:1883')
  .option('--topic <prefix>', 'topic prefix for --via mqtt', 'city/feeds')
  .option('--out <file>', 'recording for --via file', 'data/recording.jsonl')
  .option('--rate <hz>', 'positions a second of each vehicle', number(0.1, 2), 1)
  .option('--fault <kind:feed:seconds>', `${faultKinds.join(', ')}; may be repeated`, faults, [])
  .option(
    '--control-port <port>',
    'loopback port for `scenario` and `fault`',
    number(1, 65_535),
    CONTROL_PORT,
  )
  .addOption(
    new Option('--dispatch <who>', 'who sends units: the simulated vendors themselves, or the server')
      .choices(['own', 'server'])
      .default('own'),
  )
  .addOption(
    new Option(
      '--colleagues <on|off>',
      'simulated dispatchers who work what people do not (default: on where the server dispatches)',
    ).choices(['on', 'off']),
  )
  .option(
    '--signals <who>',
    'who advises the signals: server, none, or an address (docs/signal-port.md)',
    'server',
  )
  .option('--state <file>', 'where the reports left open are kept', 'data/simulators-open.json')
  .action(
    async (
      o: Way & {
        scenario: string;
        seed: number;
        speed: number;
        vehicles: number;
        hour?: number;
        rate: number;
        fault: ReturnType<typeof parseFault>[];
        controlPort: number;
        state: string;
        dispatch: 'own' | 'server';
        colleagues?: 'on' | 'off';
        signals: string;
      },
    ) => {
      const unknown = o.fault.find((f) => !simulatorFeeds.some((feed) => feed.id === f.feed));
      if (unknown)
        throw new Error(`no feed “${unknown.feed}”; there are ${simulatorFeeds.map((f) => f.id).join(', ')}`);
      const { signal } = stopping;
      const { TrafficModel } = await import('./models/traffic/traffic-model.ts');
      const { SignalPort } = await import('./control/port.ts');
      const { whatIf } = await import('./control/fork.ts');
      try {
        await run({
          ...o,
          rateHz: o.rate,
          colleagues: (o.colleagues ?? (o.dispatch === 'server' ? 'on' : 'off')) === 'on',
          stateFile: o.state,
          faults: o.fault,
          transport: transportOf(o),
          fork: (traffic, request, watch) =>
            traffic instanceof TrafficModel ? whatIf(traffic, request, () => performance.now(), watch) : null,
          openSignals: (traffic) => (traffic instanceof TrafficModel ? new SignalPort(traffic) : null),
          makeTraffic: (pack, options) => {
            const model = new TrafficModel(pack, options);
            // Until here there is nothing to wrap up, and a signal could not be heard while the model is built: it
            // simply ends the process.
            stopSignal();
            return model;
          },
          log,
          signal,
        });
      } catch (cause) {
        // Stopped while it was still warming up: not a failure.
        if (!signal.aborted) throw cause;
      }
    },
  );

program
  .command('scenario')
  .description('switch the running simulators to another scenario')
  .argument('<name>', `${scenarioNames.join(', ')}, or a .json file`)
  .option('--seed <n>', 'seed of its script', whole)
  .option('--speed <x>', 'simulated seconds a second', number(0.1, 20))
  .option('--control-port <port>', 'port of the running simulators', number(1, 65_535), CONTROL_PORT)
  .action(async (name: string, o: { seed?: number; speed?: number; controlPort: number }) => {
    const scenario = await findScenario(name);
    const { controlPort, ...rest } = o;
    const said = await askControl(controlPort, '/scenario', { scenario, ...rest });
    if (said === null)
      throw new Error(`no simulators run on port ${controlPort}. Start them: ${RUN_HINT} --scenario ${name}`);
    log(`now running: ${scenario.title.zh} / ${scenario.title.en}`);
  });

program
  .command('fault')
  .description('make a feed of the running simulators behave badly for a while')
  .argument('<kind>', faultKinds.join(', '))
  .requiredOption('--feed <id>', 'feed')
  .option('--seconds <n>', 'for how long', number(1, 86_400), 30)
  .option('--control-port <port>', 'port of the running simulators', number(1, 65_535), CONTROL_PORT)
  .action(async (kind: string, o: { feed: string; seconds: number; controlPort: number }) => {
    const request = parseFault(`${kind}:${o.feed}:${o.seconds}`);
    const said = await askControl(o.controlPort, '/fault', request);
    if (said === null) throw new Error(`no simulators run on port ${o.controlPort}. Start them: ${RUN_HINT}`);
    log(`${kind} on ${o.feed} for ${o.seconds} s`);
  });

program
  .command('what-if')
  .description('fork the running traffic: an hour with changes against the same hour without')
  .argument('<json>', 'the changes, e.g. {"closeLinks":["l1"],"demandFactor":1.2}')
  .option('--minutes <n>', 'how long', number(1, 180), 60)
  .option('--control-port <port>', 'port of the running simulators', number(1, 65_535), CONTROL_PORT)
  .action(async (text: string, o: { minutes: number; controlPort: number }) => {
    const request = { minutes: o.minutes, changes: JSON.parse(text) as unknown };
    const said = await askControl(o.controlPort, '/what-if', request, LONGEST_WHAT_IF_MS);
    if (said === null) throw new Error(`no simulators run on port ${o.controlPort}. Start them: ${RUN_HINT}`);
    console.log(JSON.stringify(said, null, 2));
  });

program
  .command('state')
  .description('what the running simulators do')
  .option('--control-port <port>', 'port of the running simulators', number(1, 65_535), CONTROL_PORT)
  .action(async (o: { controlPort: number }) => {
    const said = await askControl(o.controlPort, '/state');
    if (said === null) throw new Error(`no simulators run on port ${o.controlPort}. Start them: ${RUN_HINT}`);
    console.log(JSON.stringify(said, null, 2));
  });

program
  .command('replay')
  .description('play a recorded feed through the ordinary ingest, its times shifted to now')
  .requiredOption('--feed <id>', 'feed to play into')
  .requiredOption('--file <path...>', '{at, payload} JSONL or CSV/text with a mapping, plain or .gz')
  .option('--mapping <name>', 'a mapping of replay/mappings, or a .json file')
  .option('--speed <x>', 'recorded seconds a second', number(0.01, 100_000), 60)
  .option('--from <iso>', 'begin at this recorded time')
  .option('--until <iso>', 'end before this recorded time')
  .option('--loop', 'begin again at the end', false)
  .option('--locations <file>', 'table to join, where the mapping has one')
  .option('--server <url>', 'server', SERVER)
  .option('--token <secret>', 'feed token', TOKEN)
  .action(
    async (o: {
      feed: string;
      file: string[];
      mapping?: string;
      speed: number;
      from?: string;
      until?: string;
      loop: boolean;
      locations?: string;
      server: string;
      token: string;
    }) => {
      await replay({ ...o, files: o.file, log, signal: stopSignal() });
    },
  );

program.parseAsync().catch((cause: unknown) => {
  console.error(`[simulators] ${reasonOf(cause)}`);
  process.exitCode = 1;
  // Nothing half-open (a broker that does not answer) may keep a failed run alive.
  setTimeout(() => process.exit(), 1_000).unref();
});
