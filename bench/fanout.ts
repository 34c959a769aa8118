/**
 * Fan-out: what it costs the server to keep many screens up to date, against (a) its twin on bare `ws`, which encodes
 * each tile once and sends each screen the same bytes in one gathered message, and (b) Socket.IO with one emit per
 * update. Beside them, as a bound below what any server can reach: `ws` that is handed every message ready-made.
 *
 * `node bench/fanout.ts [--quick] [--seed n]`. Server CPU is that of its process (user and system), without what feeding
 * the objects in costs, for one message to every screen: what was delivered counts, so that nobody gains by skipping.
 * Every process is real: one server, screens in others. Up to 200 screens decode all they get; of more, 200 do and the
 * others only receive, or this machine would measure their decoding. What does not fit the time is left out.
 */
import { parseArgs } from 'node:util';
import { Budget } from './support/budget.ts';
import { TICK_HZ, type ClientReport, type Mode } from './support/fanout-plan.ts';
import { runFanout, type Run, type Scale } from './support/fanout-run.ts';

const { values: args } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const { quick } = args;
const seed = Number(args.seed);

const base: Scale = { objects: 20_000, clients: 200 };
const scales: Scale[] = quick
  ? [base]
  : [
      base,
      { objects: 20_000, clients: 1_000 },
      { objects: 100_000, clients: 200 },
      { objects: 100_000, clients: 1_000 },
    ];
const budget = new Budget(quick ? 54_000 : 465_000);
const settleMs = quick ? 1_500 : 3_000;
const measureMs = quick ? 3_000 : 7_000;
/** Naive: measured with this many updates a tick and screens, and scaled to all by their product. */
const naiveUpdates = 100;
const naiveClients = 50;

interface Step {
  readonly mode: Mode;
  readonly scale: Scale;
}
const pair = (scale: Scale): Step[] => [
  { mode: 'raw', scale },
  { mode: 'product', scale },
];
/** What matters most comes first: where time runs out, later rounds are what is missing. */
const steps: Step[] = [
  ...pair(base),
  { mode: 'naive', scale: { objects: base.objects, clients: naiveClients } },
  { mode: 'ready', scale: base },
  ...scales.slice(1).flatMap(pair),
  ...pair(base),
  ...(quick
    ? []
    : [{ mode: 'ready' as const, scale: base }, ...scales.slice(1).flatMap(pair), ...pair(base)]),
];

const runs = new Map<string, Run[]>();
const keyOf = (mode: Mode, { objects, clients }: Scale): string => `${mode} ${objects}×${clients}`;
const of = (mode: Mode, scale: Scale): readonly Run[] => runs.get(keyOf(mode, scale)) ?? [];

let longestMs = settleMs + measureMs;
for (const { mode, scale } of steps) {
  const key = keyOf(mode, scale);
  // A first measurement may still be tried where a repetition would not end in time.
  if (budget.leftMs < (runs.has(key) ? 1.2 * longestMs : settleMs + measureMs + 2_000)) {
    console.error(`${key}: left out, the time is over`);
    continue;
  }
  const startedAt = performance.now();
  try {
    const run = await runFanout(mode, scale, {
      seed,
      settleMs,
      measureMs,
      updates: naiveUpdates,
      limitMs: budget.leftMs - 500,
    });
    runs.set(key, [...(runs.get(key) ?? []), run]);
    longestMs = Math.max(longestMs, performance.now() - startedAt);
  } catch (cause) {
    console.error(`${key}: not measured: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const m = sorted.length >> 1;
  return sorted.length % 2 ? sorted[m] : sorted.length === 0 ? undefined : (sorted[m - 1]! + sorted[m]!) / 2;
}

function percentile(reports: readonly ClientReport[], share: number): number {
  const total = reports.reduce((n, r) => n + r.objects, 0);
  let seen = 0;
  for (let ms = 0; ms < reports[0]!.latency.length; ms++) {
    for (const r of reports) seen += r.latency[ms]!;
    if (seen >= share * total) return ms;
  }
  return reports[0]!.latency.length;
}

type Counted = 'messages' | 'bytes' | 'decoded' | 'decodedBytes' | 'objects';
const sum = (r: Run, name: Counted): number => r.clients.reduce((n, c) => n + c[name], 0);
const cpuPerTick = (r: Run, clients: number): number => (r.server.cpuMs / r.server.messages) * clients;
const delivered = (r: Run, clients: number): number =>
  (100 * sum(r, 'messages')) / (r.server.ticks * clients);
const shown = (v: number | undefined, digits: number): number | string =>
  v === undefined ? '–' : round(v, digits);

const figures: Record<string, number> = {};
const ratios: Record<string, number> = {};
/** A figure that was not measured is left out. */
const put = (to: Record<string, number>, name: string, v: number | undefined, digits: number): void => {
  if (v !== undefined && Number.isFinite(v)) to[name] = round(v, digits);
};
const rows: Record<string, string | number>[] = [];

for (const scale of scales) {
  const { objects, clients } = scale;
  const own = of('product', scale);
  const raw = of('raw', scale);
  const suffix = scale === base ? '' : `_${objects / 1000}k_${clients}`;
  const ratio = median(
    own.flatMap((r, i) => (raw[i] ? [cpuPerTick(r, clients) / cpuPerTick(raw[i], clients)] : [])),
  );
  const bytes = median(own.map((r) => sum(r, 'decodedBytes') / sum(r, 'objects')));
  const p99 = median(own.map((r) => percentile(r.clients, 0.99)));
  put(ratios, `cpu_vs_raw_ws${suffix}`, ratio, 3);
  put(figures, `bytes_per_object_update${suffix}`, bytes, 2);
  put(figures, `p99_ms${suffix}`, p99, 0);
  rows.push({
    objects,
    clients,
    rounds: own.length,
    'own CPU ms/tick': shown(median(own.map((r) => cpuPerTick(r, clients))), 2),
    'raw ws CPU ms/tick': shown(median(raw.map((r) => cpuPerTick(r, clients))), 2),
    ratio: shown(ratio, 2),
    'bytes/object': shown(bytes, 2),
    'p50 ms': shown(median(own.map((r) => percentile(r.clients, 0.5))), 0),
    'p99 ms': shown(p99, 0),
    'objects/message': shown(median(own.map((r) => sum(r, 'objects') / sum(r, 'decoded'))), 0),
    'delivered %': shown(median(own.map((r) => delivered(r, clients))), 1),
    'raw delivered %': shown(median(raw.map((r) => delivered(r, clients))), 1),
    'ingest CPU ms/tick': shown(median(own.map((r) => r.server.ingestCpuMs / r.server.ticks)), 2),
    'RSS MB': shown(median(own.map((r) => r.server.rssMb)), 0),
  });
}
console.table(rows);

const ownPerTick = median(of('product', base).map((r) => cpuPerTick(r, base.clients)));
const readyPerTick = median(of('ready', base).map((r) => cpuPerTick(r, base.clients)));
if (ownPerTick !== undefined && readyPerTick !== undefined) {
  put(ratios, 'cpu_vs_ready_made', ownPerTick / readyPerTick, 3);
  console.log(`messages ready-made, only sent: ${round(readyPerTick, 2)} ms CPU a tick`);
}
const [naive] = of('naive', { objects: base.objects, clients: naiveClients });
if (naive && ownPerTick !== undefined) {
  const perEmit = naive.server.cpuMs / naive.server.messages;
  const perTick = perEmit * base.objects * base.clients;
  put(ratios, 'naive_vs_cpu', perTick / ownPerTick, 0);
  console.log(
    `naive Socket.IO: ${round(perEmit * 1000, 2)} µs CPU for one update to one screen, measured with ${naiveUpdates} updates ` +
      `a tick to ${naiveClients} screens; scaled to ${base.objects} updates to ${base.clients} screens: ` +
      `${Math.round(perTick)} ms a tick, ours ${round(ownPerTick, 2)} ms`,
  );
}
console.log(
  `a tick is ${1000 / TICK_HZ} ms; goals: ratio ≤ 1.5, naive ≥ 1000, bytes ≤ 8, p99 ≤ ${1000 / TICK_HZ + 50} ms`,
);
console.log(JSON.stringify({ bench: 'fanout', seed, ratios, figures }));

function round(v: number, digits: number): number {
  return Math.round(v * 10 ** digits) / 10 ** digits;
}
