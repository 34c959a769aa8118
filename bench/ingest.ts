/**
 * `bench:ingest`: how many observations the server takes in per second of its own CPU, validated and into the live
 * picture, over HTTP NDJSON, MQTT and Socket.IO, against `JSON.parse` of the same bytes in the same process and run.
 * The ways take turns; medians of the rounds. CPU is user and system time of the server's process, kernel work included.
 * On a machine that is busy with something else there are fewer rounds, so that it ends in time.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connectAsync } from 'mqtt';
import { io } from 'socket.io-client';
import { DEMO_TOKEN } from '../server/feeds/config.ts';
import { Budget } from './support/budget.ts';
import type { Answer, Question } from './ingest-parts/server.ts';
import { Fleet } from './ingest-parts/traffic.ts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const seed = Number(options.seed);
const VEHICLES = 20_000;
const PER_ROUND = options.quick ? 100_000 : 400_000;
const ROUNDS = options.quick ? 5 : 9;
/** For all rounds; what comes after them takes about a fifth of it. */
const budget = new Budget(options.quick ? 38_000 : 140_000);
/** Something sent is lost, not slow, when it is not taken within this. */
const LOST_AFTER_MS = 30_000;
const WARM_UP = options.quick ? 200_000 : 400_000;
const SINGLES = options.quick ? 10_000 : 40_000;
const INCIDENTS = options.quick ? 5_000 : 20_000;
/** Observations in one MQTT payload or Socket.IO message (which may have 64 kB). */
const PER_MESSAGE = 400;

const part = (name: string): string => fileURLToPath(new URL(`./ingest-parts/${name}.ts`, import.meta.url));
const median = (v: readonly number[]): number => v.toSorted((a, b) => a - b)[Math.floor(v.length / 2)]!;
const round = (v: number, digits = 3): number => Number(v.toFixed(digits));

class Server {
  readonly child: ChildProcess = fork(part('server'), { serialization: 'advanced' });
  url = '';
  private ended = false;

  constructor() {
    this.child.on('exit', (code) => {
      if (this.ended) return;
      console.error(`the server ended with code ${code}`);
      process.exit(1);
    });
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve) => {
      this.child.once('message', resolve);
      this.child.send(question);
    });
  }

  end(): void {
    this.ended = true;
    this.child.disconnect();
  }

  /** CPU seconds while `work` ran and until `n` observations more were taken. */
  async cost(n: number, work: () => Promise<unknown>): Promise<number> {
    const before = await this.ask({ ask: 'cpu' });
    await work();
    const until = performance.now() + LOST_AFTER_MS;
    for (;;) {
      const now = await this.ask({ ask: 'cpu' });
      if (now.refused > before.refused) throw new Error('the server refused some of it');
      if (now.taken - before.taken >= n) return now.cpuS - before.cpuS;
      if (performance.now() > until) throw new Error(`${now.taken - before.taken} of ${n} were taken`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }
}

function post(url: string, feed: string, body: Buffer, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${DEMO_TOKEN}`, 'content-type': 'application/x-ndjson' };
    const req = request(`${url}/api/v1/ingest/${feed}`, { method: 'POST', headers, agent }, (res) => {
      res.resume();
      res.on('end', () => (res.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${res.statusCode}`))));
    });
    req.on('error', reject);
    for (let i = 0; i < body.length; i += 65_536) req.write(body.subarray(i, i + 65_536));
    req.end();
  });
}

const splitLines = (body: Buffer): string[] => body.toString().trimEnd().split('\n');
function groups<T>(items: readonly T[], n: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / n) }, (_, i) => items.slice(i * n, (i + 1) * n));
}

const dir = mkdtempSync(join(tmpdir(), 'bench-ingest-'));
const broker = fork(part('broker'));
const address = await new Promise<AddressInfo>((resolve) =>
  broker.once('message', (a) => resolve(a as AddressInfo)),
);
const mqttUrl = `mqtt://127.0.0.1:${address.port}`;
const server = new Server();
server.url = (await server.ask({ ask: 'start', dir, seed, mqttUrl })).url!;
const publisher = await connectAsync(mqttUrl);
const socket = io(`${server.url}/feeds`, {
  auth: { feed: 'sim-positions', token: DEMO_TOKEN },
  transports: ['websocket'],
});
await new Promise<void>((resolve, reject) => {
  socket.on('connect', resolve);
  socket.on('connect_error', reject);
});
const agent = new Agent({ keepAlive: true });
// Event times run on from round to round and stay before now.
const fleet = new Fleet(seed, VEHICLES, Date.now() - 3_600_000);

const ways = {
  parse: async (lines: Buffer, n: number): Promise<number> => {
    const { parsed, parseS } = await server.ask({ ask: 'parse', lines });
    if (parsed !== n) throw new Error('JSON.parse lost some of it');
    return parseS!;
  },
  ndjson: (lines: Buffer, n: number): Promise<number> =>
    server.cost(n, () => post(server.url, 'sim-positions', lines, agent)),
  mqtt: (lines: Buffer, n: number): Promise<number> => {
    const payloads = groups(splitLines(lines), PER_MESSAGE).map((g) => g.join('\n'));
    return server.cost(n, async () => {
      for (const payload of payloads) await publisher.publishAsync('bench/positions', payload, { qos: 1 });
    });
  },
  socket: (lines: Buffer, n: number): Promise<number> => {
    const messages = groups(splitLines(lines), PER_MESSAGE).map((g) =>
      g.map((l) => JSON.parse(l) as unknown),
    );
    return server.cost(n, async () => {
      for (const message of messages)
        await socket.timeout(LOST_AFTER_MS).emitWithAck('observations', message);
    });
  },
} as const;
type Way = keyof typeof ways;
const names = Object.keys(ways) as Way[];

try {
  for (const way of names) await ways[way](fleet.lines(WARM_UP / 2), WARM_UP / 2);
  const perCpuS: Record<Way, number[]> = { parse: [], ndjson: [], mqtt: [], socket: [] };
  const ratios: Record<Exclude<Way, 'parse'>, number[]> = { ndjson: [], mqtt: [], socket: [] };
  let bytesPerLine = 0;
  let longestMs = 0;
  for (let r = 0; r < ROUNDS && (r === 0 || budget.leftMs > longestMs); r++) {
    const startedAt = performance.now();
    const rates: Partial<Record<Way, number>> = {};
    for (const way of names) {
      const lines = fleet.lines(PER_ROUND);
      bytesPerLine = lines.length / PER_ROUND;
      rates[way] = PER_ROUND / (await ways[way](lines, PER_ROUND));
      perCpuS[way].push(rates[way]);
    }
    for (const way of ['ndjson', 'mqtt', 'socket'] as const) ratios[way].push(rates[way]! / rates.parse!);
    longestMs = Math.max(longestMs, performance.now() - startedAt);
  }
  const singles = splitLines(fleet.lines(SINGLES));
  const singleS = await server.cost(SINGLES, async () => {
    for (const group of groups(singles, 200)) {
      await Promise.all(group.map((payload) => publisher.publishAsync('bench/single', payload, { qos: 1 })));
    }
  });
  const incidents = fleet.incidents(INCIDENTS, 0);
  const startedAt = performance.now();
  const incidentS = await server.cost(INCIDENTS, () => post(server.url, 'sim-incidents', incidents, agent));
  const incidentWallS = (performance.now() - startedAt) / 1_000;

  const figures = {
    json_parse_per_cpu_s: Math.round(median(perCpuS.parse)),
    ndjson_per_cpu_s: Math.round(median(perCpuS.ndjson)),
    mqtt_per_cpu_s: Math.round(median(perCpuS.mqtt)),
    socket_per_cpu_s: Math.round(median(perCpuS.socket)),
    mqtt_single_per_cpu_s: Math.round(SINGLES / singleS),
    incidents_per_cpu_s: Math.round(INCIDENTS / incidentS),
    incidents_durable_per_s: Math.round(INCIDENTS / incidentWallS),
    bytes_per_line: Math.round(bytesPerLine),
  };
  console.table(
    names.map((way) => ({
      way,
      'per CPU s': Math.round(median(perCpuS[way])).toLocaleString('en'),
      'of JSON.parse': way === 'parse' ? '' : round(median(ratios[way])),
      rounds: way === 'parse' ? '' : ratios[way].map((v) => round(v, 2)).join(' '),
    })),
  );
  console.log(
    JSON.stringify({
      bench: 'ingest',
      seed,
      ratios: {
        ndjson_vs_json_parse: round(median(ratios.ndjson)),
        mqtt_vs_json_parse: round(median(ratios.mqtt)),
        socket_vs_json_parse: round(median(ratios.socket)),
      },
      figures,
    }),
  );
} finally {
  socket.close();
  await publisher.endAsync(true);
  agent.destroy();
  server.end();
  broker.disconnect();
  rmSync(dir, { recursive: true, force: true });
}
