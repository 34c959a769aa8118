/**
 * The measured process of `bench:ingest`: the product's engine, intake and transports on the demo city, and the bound,
 * `JSON.parse` of the same bytes. Answers each question of its parent with what it did and the CPU time it spent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Server } from 'socket.io';
import { City } from '../../server/city/city.ts';
import * as socketParser from '../../server/contract/socket-parser.ts';
import { demoFeeds, describeFeed } from '../../server/feeds/config.ts';
import { Intake } from '../../server/feeds/intake.ts';
import { Engine } from '../../server/live/engine.ts';
import { SqliteHistory } from '../../server/storage/sqlite-history.ts';
import { SqliteJournal } from '../../server/storage/sqlite-journal.ts';
import { attachFeedSockets } from '../../server/transport/feed-socket.ts';
import { configureServer, createApp } from '../../server/transport/http.ts';
import { socketServerOptions } from '../../server/transport/socket.ts';
import { Metrics } from '../../server/transport/metrics.ts';
import { startMqtt } from '../../server/transport/mqtt.ts';
import { generateCity } from '../../simulators/city/generate.ts';

export type Question =
  | { readonly ask: 'start'; readonly dir: string; readonly seed: number; readonly mqttUrl: string | null }
  | { readonly ask: 'cpu' }
  | { readonly ask: 'parse'; readonly lines: Buffer };
export interface Answer {
  /** User and system time of this process so far. */
  readonly cpuS: number;
  readonly url?: string;
  readonly taken: number;
  readonly refused: number;
  readonly parsed?: number;
  /** CPU time of parsing alone. */
  readonly parseS?: number;
}

const log = {
  debug: () => {},
  info: () => {},
  warn: (f: object, m: string) => console.error(m, f),
  error: (f: object, m: string) => console.error(m, f),
};
const TOPIC = 'bench/positions';
const SINGLE_TOPIC = 'bench/single';
let taken = 0;
let refused = 0;

async function start(dir: string, seed: number, mqttUrl: string | null): Promise<string> {
  const city = City.fromPack(generateCity({ seed }));
  const [positions, , , incidents] = demoFeeds();
  const limits = { maxPerSecond: 10_000_000, maxObjects: 200_000 };
  const feeds = [
    { ...positions!, ...limits, mqtt: { topic: TOPIC, qos: 1 as const } },
    { ...positions!, ...limits, id: 'single', mqtt: { topic: SINGLE_TOPIC, qos: 1 as const } },
    { ...incidents!, ...limits },
  ];
  const journal = await SqliteJournal.open(join(dir, 'journal.db'), console.error);
  const history = await SqliteHistory.open(join(dir, 'history.db'), (cause) => console.error(cause));
  const engine = new Engine({ city, feeds: feeds.map(describeFeed), journal, history, nowMs: Date.now });
  await engine.start();
  // As in the product: ticks go on while feeds come in.
  setInterval(() => engine.tick(Date.now()), 500).unref();
  const metrics = new Metrics();
  const intake = new Intake({
    feeds,
    port: engine,
    area: city,
    nowMs: Date.now,
    openIncidents: (id) => engine.openIncidents(id),
    meter: (feed, transport, outcome) => {
      taken += outcome.taken + outcome.late + outcome.duplicate;
      for (const n of outcome.refused.values()) refused += n;
      metrics.meter(feed, transport, outcome);
    },
  });
  const view = { center: city.pack!.manifest.center, zoom: 12, bbox: city.bbox };
  const app = createApp({
    engine,
    city,
    baseMap: null,
    intake,
    history,
    clientConfig: { demo: true, version: 'bench', tickHz: 2, city: null, view, baseMap: {} },
    clientDir: null,
    metrics,
    readiness: () => ({}),
    nowMs: Date.now,
    log,
  });
  const server = createServer(app);
  configureServer(server);
  const io = new Server(server, { ...socketServerOptions, parser: socketParser });
  attachFeedSockets(io, intake, log, Date.now);
  if (mqttUrl !== null) startMqtt({ url: mqttUrl }, intake, log);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The bound: the bytes to text, cut into lines, each through JSON.parse. */
function parseAll(bytes: Buffer): number {
  let parsed = 0;
  for (const line of bytes.toString('utf8').split('\n')) {
    if (line === '') continue;
    const value = JSON.parse(line) as { id?: unknown };
    if (value.id !== undefined) parsed++;
  }
  return parsed;
}

const answer = (more: Partial<Answer> = {}): void => {
  const { user, system } = process.cpuUsage();
  process.send!({ cpuS: (user + system) / 1e6, taken, refused, ...more } satisfies Answer);
};

process.on('message', (question: Question) => {
  switch (question.ask) {
    case 'start':
      start(question.dir, question.seed, question.mqttUrl).then(
        (url) => answer({ url }),
        (cause: unknown) => {
          console.error(cause);
          process.exit(1);
        },
      );
      break;
    case 'cpu':
      answer();
      break;
    case 'parse':
      {
        const bytes = Buffer.from(question.lines);
        const before = process.cpuUsage();
        const parsed = parseAll(bytes);
        const { user, system } = process.cpuUsage(before);
        answer({ parsed, parseS: (user + system) / 1e6 });
      }
      break;
  }
});
process.on('disconnect', () => process.exit(0));
