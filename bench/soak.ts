/**
 * Soak: the server as it is started, the simulators' rush hour as its feeds, 50 screens; does anything grow? Memory is
 * read after a full collection. `node bench/soak.ts [--minutes 20] [--quick] [--vehicles n] [--seed n]`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { io, type Socket } from 'socket.io-client';
import { decodeMessage, type FrameSink } from '../server/contract/frames.ts';
import type { Bbox } from '../server/contract/geo.ts';
import * as parser from '../server/contract/socket-parser.ts';
import {
  applyDelta,
  applySnapshot,
  emptyMirror,
  PROTOCOL,
  type Delta,
  type Mirror,
  type Snapshot,
} from '../server/contract/sync.ts';
import { Budget } from './support/budget.ts';
import { seeded } from './support/fanout-plan.ts';
import type { Probe } from './support/heap-probe.ts';

const { values: args } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    vehicles: { type: 'string' },
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(args.seed);
const screensWanted = 50;
const vehicles = args.vehicles ?? (args.quick ? '4000' : '20000');
const warmUpMs = args.quick ? 6_000 : 3 * 60_000;
const measureMs = args.quick ? 10_000 : Number(args.minutes) * 60_000;
const everyMs = args.quick ? 4_000 : 60_000;
/** Quick: all of it, also on a busy machine; what is left of it for measuring is measured. */
const budget = new Budget(args.quick ? 54_000 : Infinity);
/** For the last look and the end. */
const LAST_MS = 3_000;
const root = fileURLToPath(new URL('..', import.meta.url));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const work = mkdtempSync(join(tmpdir(), 'city-brain-soak-'));
const children: ChildProcess[] = [];
function end(): void {
  for (const child of children) child.kill('SIGTERM');
}
process.on('exit', () => {
  end();
  rmSync(work, { recursive: true, force: true });
});
process.on('SIGINT', () => process.exit(1));
process.on('SIGTERM', () => process.exit(1));

/** A screen that mirrors the records and decodes what it is sent. */
class SoakScreen implements FrameSink {
  readonly mirror: Mirror = emptyMirror();
  messages = 0;
  bytes = 0;
  objects = 0;
  skipped = 0;
  gaps = 0;
  /** How late messages came, the most since asked. */
  latestMs = 0;
  private readonly socket: Socket;

  constructor(url: string, bbox: Bbox) {
    this.socket = io(url, { parser, transports: ['websocket'], forceNew: true });
    const hello = (): unknown => this.socket.emit('hello', { protocol: PROTOCOL });
    this.socket.on('connect', () => {
      hello();
      const layers = ['vehicles', 'links', 'signals'];
      this.socket.emit('view', { bbox, zoom: 15, layers }, () => undefined);
    });
    this.socket.on('snapshot', (snapshot: Snapshot) => applySnapshot(this.mirror, snapshot));
    this.socket.on('delta', (delta: Delta) => {
      const outcome = applyDelta(this.mirror, delta);
      if (outcome !== 'gap' && outcome !== 'epoch') return;
      this.gaps++;
      hello();
    });
    this.socket.on('t', (bytes: Uint8Array) => {
      this.messages++;
      this.bytes += bytes.length;
      decodeMessage(bytes, this);
    });
  }

  message(header: { skipped: number; serverTimeMs: number }): void {
    this.skipped += header.skipped;
    this.latestMs = Math.max(this.latestMs, Date.now() - header.serverTimeMs);
  }
  tile(): void {}
  tileEnd(): void {}
  vehicle(): void {
    this.objects++;
  }
  vehicleGone(): void {}
  link(): void {}
  signal(): void {}
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function start(command: readonly string[], ipc: boolean): ChildProcess {
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', ...(ipc ? (['ipc'] as const) : [])],
    env: { ...process.env, LOG_LEVEL: 'error' },
  });
  child.on('exit', (code) => {
    if (code) {
      console.error(`${command.find((c) => c.endsWith('.ts'))} ended with code ${code}`);
      process.exit(1);
    }
  });
  children.push(child);
  return child;
}

async function demoCity(): Promise<string> {
  for (const built of [
    join(root, `data/cities/linjiang-${seed}`),
    join(tmpdir(), `city-brain-linjiang-${seed}`),
  ]) {
    if (existsSync(join(built, 'city.json'))) return built;
  }
  const out = join(tmpdir(), `city-brain-linjiang-${seed}`);
  const child = spawn(
    process.execPath,
    ['simulators/main.ts', 'city', '--seed', String(seed), '--out', out],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error('the demo city could not be made');
  return out;
}

const city = await demoCity();
const { bbox } = JSON.parse(readFileSync(join(city, 'city.json'), 'utf8')) as { bbox: Bbox };
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const serverFlags = ['--expose-gc', '--import', new URL('./support/heap-probe.ts', import.meta.url).href];
const server = start(
  [
    ...serverFlags,
    'server/main.ts',
    '--demo',
    '--city',
    city,
    '--port',
    String(port),
    '--data',
    join(work, 'data'),
  ],
  true,
);
const probe = (): Promise<Probe> =>
  new Promise((resolve) => {
    server.once('message', (message) => resolve(message as Probe));
    server.send('probe');
  });
for (let i = 0; !(await fetch(`${url}/readyz`).catch(() => null))?.ok; i++) {
  if (i > 300) throw new Error('the server did not become ready');
  await sleep(100);
}
const controlPort = String(await freePort());
start(
  ['simulators/main.ts', 'run', '--server', url, '--scenario', 'rush-hour', '--vehicles', vehicles].concat([
    '--seed',
    String(seed),
    '--control-port',
    controlPort,
    '--state',
    join(work, 'open.json'),
  ]),
  false,
);

const random = seeded(seed);
const screens = Array.from({ length: screensWanted }, () => {
  const [width, height] = [bbox[2] - bbox[0], bbox[3] - bbox[1]];
  const west = bbox[0] + random() * 0.7 * width;
  const south = bbox[1] + random() * 0.7 * height;
  return new SoakScreen(url, [west, south, west + 0.3 * width, south + 0.3 * height]);
});

// Warm means: everything that will be there is there.
const warmSince = Date.now();
let before = -1;
for (;;) {
  await sleep(args.quick ? 1_000 : 10_000);
  const now = screens[0]!.mirror.records.vitals.get('city')?.vehicles ?? 0;
  const settled = now > 0 && now - before < 0.02 * now;
  before = now;
  const passed = Date.now() - warmSince;
  if ((passed >= warmUpMs && settled) || passed >= 3 * warmUpMs) break;
  if (budget.leftMs < measureMs + LAST_MS) break;
}

const total = (name: 'messages' | 'bytes' | 'objects' | 'skipped' | 'gaps'): number =>
  screens.reduce((n, s) => n + s[name], 0);
const rows: Record<string, number>[] = [];
const startedAt = Date.now();
const look = async (): Promise<Probe> => {
  const p = await probe();
  const vitals = screens[0]!.mirror.records.vitals.get('city');
  const seqs = screens.map((s) => s.mirror.seq);
  rows.push({
    minute: Math.round((Date.now() - startedAt) / 6_000) / 10,
    'heap MB': p.heapMb,
    'buffers MB': p.buffersMb,
    'RSS MB': p.rssMb,
    'loop p99 ms': p.loopP99Ms,
    'CPU s': Math.round(p.cpuMs / 100) / 10,
    vehicles: vitals?.vehicles ?? 0,
    incidents: screens[0]!.mirror.records.incident.size,
    'latest message ms': Math.max(...screens.map((s) => s.latestMs)),
    'records behind': Math.max(...seqs) - Math.min(...seqs),
    skipped: total('skipped'),
  });
  for (const s of screens) s.latestMs = 0;
  return p;
};
const first = await look();
let last = first;
while (Date.now() - startedAt < measureMs && budget.leftMs > LAST_MS) {
  await sleep(Math.min(everyMs, Math.max(0, startedAt + measureMs - Date.now()), budget.leftMs - LAST_MS));
  last = await look();
}

console.table(rows);
const seconds = (Date.now() - startedAt) / 1000;
const figures = {
  minutes: Math.round(seconds / 6) / 10,
  screens: screensWanted,
  vehicles: rows.at(-1)!['vehicles']!,
  heap_start_mb: first.heapMb,
  heap_end_mb: last.heapMb,
  buffers_start_mb: first.buffersMb,
  buffers_end_mb: last.buffersMb,
  rss_end_mb: last.rssMb,
  loop_p99_ms: Math.max(...rows.map((r) => r['loop p99 ms']!)),
  server_cpu_share: Math.round((last.cpuMs - first.cpuMs) / seconds) / 1000,
  skipped: total('skipped'),
  gaps: total('gaps'),
  records_behind_end: rows.at(-1)!['records behind']!,
};
const heapRatio = Math.round((1000 * last.heapMb) / first.heapMb) / 1000;
console.log(
  `goal: heap after collection ≤ 1.1× its start: ${heapRatio}×; nothing behind: ${figures.records_behind_end} records`,
);
console.log(JSON.stringify({ bench: 'soak', seed, ratios: { heap_end_vs_start: heapRatio }, figures }));
process.exit(0);
