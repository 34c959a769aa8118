/**
 * Fan-out: what it costs the server to keep many screens up to date, against (a) its twin on bare `ws`, which encodes
 * each tile once and sends each screen the same bytes in one gathered message, and (b) Socket.IO with one emit per
 * update. Beside them, as a bound below what any server can reach: `ws` that is handed every message ready-made.
 *
 * `node bench/fanout.ts [--quick] [--seed n]`. Server CPU is that of its process (user and system), without what feeding
 * the objects in costs. Every process is real: one server, screens in others, everything decoded.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  TICK_HZ,
  type ClientReport,
  type Mode,
  type Order,
  type Plan,
  type Report,
  type ServerReport,
} from './support/fanout-plan.ts';

const { values: args } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const quick = args.quick;
const seed = Number(args.seed);

interface Scale {
  readonly objects: number;
  readonly clients: number;
}
const base: Scale = { objects: 20_000, clients: 200 };
const scales: Scale[] = quick
  ? [base]
  : [
      base,
      { objects: 20_000, clients: 1_000 },
      { objects: 100_000, clients: 200 },
      { objects: 100_000, clients: 1_000 },
    ];
const rounds = quick ? 2 : 3;
const settleMs = quick ? 1_500 : 4_000;
const measureMs = quick ? 3_000 : 10_000;
/** Naive: measured with this many updates a tick and screens, and scaled to all by their product. */
const naiveUpdates = 100;
const naiveClients = 50;
const screensPerProcess = 500;

class Child {
  private readonly process: ChildProcess;
  private readonly inbox: Report[] = [];
  private wake: (() => void) | null = null;

  constructor(plan: Plan) {
    this.process = fork(fileURLToPath(new URL('./support/fanout-child.ts', import.meta.url)), [
      JSON.stringify(plan),
    ]);
    this.process.on('message', (message: Report) => {
      this.inbox.push(message);
      this.wake?.();
    });
    this.process.on('exit', (code) => {
      if (code) throw new Error(`a bench process ended with ${code}`);
    });
  }

  async next<T extends Report['type']>(type: T): Promise<Extract<Report, { type: T }>> {
    while (this.inbox.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    const message = this.inbox.shift()!;
    if (message.type !== type) throw new Error(`expected ${type}, got ${message.type}`);
    return message as Extract<Report, { type: T }>;
  }

  order(order: Order): void {
    this.process.send(order);
  }

  async end(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.disconnect();
    await ended;
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Run {
  readonly server: ServerReport;
  readonly clients: ClientReport[];
}

async function run(mode: Mode, scale: Scale): Promise<Run> {
  const { objects, clients } = scale;
  const server = new Child({ role: 'server', mode, objects, clients, seed, updates: naiveUpdates });
  const { url } = await server.next('listening');
  const screens: Child[] = [];
  for (let first = 0; first < clients; first += screensPerProcess) {
    const count = Math.min(screensPerProcess, clients - first);
    screens.push(new Child({ role: 'clients', mode, url, first, count, seed }));
  }
  for (const s of screens) await s.next('connected');
  await sleep(settleMs);
  for (const c of [server, ...screens]) c.order({ type: 'measure' });
  await sleep(measureMs);
  for (const c of [server, ...screens]) c.order({ type: 'stop' });
  const serverReport = (await server.next('server')).report;
  const reports: ClientReport[] = [];
  for (const s of screens) reports.push((await s.next('clients')).report);
  for (const s of screens) await s.end();
  await server.end();
  return { server: serverReport, clients: reports };
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const m = sorted.length >> 1;
  return sorted.length % 2 ? sorted[m]! : (sorted[m - 1]! + sorted[m]!) / 2;
};

function percentile(reports: readonly ClientReport[], share: number): number {
  const total = reports.reduce((n, r) => n + r.objects, 0);
  let seen = 0;
  for (let ms = 0; ms < reports[0]!.latency.length; ms++) {
    for (const r of reports) seen += r.latency[ms]!;
    if (seen >= share * total) return ms;
  }
  return reports[0]!.latency.length;
}

const perTick = (r: Run): number => r.server.cpuMs / r.server.ticks;
const sum = (reports: readonly ClientReport[], name: 'messages' | 'bytes' | 'objects'): number =>
  reports.reduce((n, r) => n + r[name], 0);

const figures: Record<string, number> = {};
const ratios: Record<string, number> = {};
const rows: Record<string, string | number>[] = [];
let ownPerTick = 0;

for (const scale of scales) {
  const own: Run[] = [];
  const raw: Run[] = [];
  const ready: Run[] = [];
  for (let i = 0; i < rounds; i++) {
    raw.push(await run('raw', scale));
    own.push(await run('product', scale));
    if (scale === base && (i === 0 || !quick)) ready.push(await run('ready', scale));
  }
  const ratio = median(own.map((r, i) => perTick(r) / perTick(raw[i]!)));
  const bytes = median(own.map((r) => sum(r.clients, 'bytes') / sum(r.clients, 'objects')));
  const p99 = median(own.map((r) => percentile(r.clients, 0.99)));
  const isBase = scale === base;
  const suffix = isBase ? '' : `_${scale.objects / 1000}k_${scale.clients}`;
  ratios[`cpu_vs_raw_ws${suffix}`] = round(ratio, 3);
  figures[`bytes_per_object_update${suffix}`] = round(bytes, 2);
  figures[`p99_ms${suffix}`] = p99;
  if (isBase) {
    ownPerTick = median(own.map(perTick));
    ratios['cpu_vs_ready_made'] = round(ownPerTick / median(ready.map(perTick)), 3);
  }
  const last = own.at(-1)!;
  rows.push({
    objects: scale.objects,
    clients: scale.clients,
    'own CPU ms/tick': round(median(own.map(perTick)), 2),
    'raw ws CPU ms/tick': round(median(raw.map(perTick)), 2),
    ratio: round(ratio, 2),
    'ready-made': isBase ? round(median(ready.map(perTick)), 2) : '',
    'bytes/object': round(bytes, 2),
    'p50 ms': percentile(last.clients, 0.5),
    'p99 ms': p99,
    'objects/message': Math.round(sum(last.clients, 'objects') / sum(last.clients, 'messages')),
    skipped: last.server.skipped,
    delivered: `${round((100 * sum(last.clients, 'messages')) / (last.server.ticks * scale.clients), 1)} %`,
    'ingest CPU ms/tick': round(last.server.ingestCpuMs / last.server.ticks, 2),
    'RSS MB': last.server.rssMb,
  });
}

const naive = await run('naive', { objects: base.objects, clients: naiveClients });
const naivePerEmit = naive.server.cpuMs / naive.server.messages;
const naivePerTick = naivePerEmit * base.objects * base.clients;
ratios['naive_vs_cpu'] = Math.round(naivePerTick / ownPerTick);

console.table(rows);
console.log(
  `naive Socket.IO: ${round(naivePerEmit * 1000, 2)} µs CPU for one update to one screen, measured with ${naiveUpdates} updates ` +
    `a tick to ${naiveClients} screens; scaled to ${base.objects} updates to ${base.clients} screens: ` +
    `${Math.round(naivePerTick)} ms a tick, ours ${round(ownPerTick, 2)} ms`,
);
console.log(
  `a tick is ${1000 / TICK_HZ} ms; goals: ratio ≤ 1.5, naive ≥ 1000, bytes ≤ 8, p99 ≤ ${1000 / TICK_HZ + 50} ms`,
);
console.log(JSON.stringify({ bench: 'fanout', seed, ratios, figures }));

function round(v: number, digits: number): number {
  return Math.round(v * 10 ** digits) / 10 ** digits;
}
