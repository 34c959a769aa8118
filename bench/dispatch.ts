/**
 * Dispatch: commands that are durable before they are answered, on SQLite and PostgreSQL; recommendations; and the time
 * from a command to all of 500 consoles. `node bench/dispatch.ts [--quick] [--seed n]`.
 *
 * Ours: a note on a case, from what a socket hands over (checked, decided, hashed into the chain, appended, applied,
 * shown) to its answer, in this process, without consoles. Bare: the same row inserted into a table of the same columns
 * by the same driver with the same durability (SQLite: WAL, synchronous=FULL; PostgreSQL: synchronous_commit=on),
 * ready-made and with nothing around it. Both with 64 in flight, in turn, on the same disk:
 *
 * - `durable_vs_bare_…`: like for like by what a caller gets: 64 wait, each bare insert is a commit of its own (SQLite
 *   has one writer, so one after the other; PostgreSQL on up to 64 connections, whose commits its WAL gathers);
 * - `durable_vs_bare_…_one`: one in flight, on both sides;
 * - `durable_vs_grouped_…`: the harder one: bare inserts gathered as we gather, 64 rows a commit. What it shows is what
 *   deciding costs.
 *
 * Fan-out: the server as it is started, on the demo city, 500 real connections in another process, 20 claims and releases a
 * second at random moments; from the command sent to the last of the 500 having read its change.
 *
 * Without a PostgreSQL to reach (TEST_DATABASE_URL) its figures are left out.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { City } from '../server/city/city.ts';
import { generateCity } from '../simulators/city/generate.ts';
import { makeSchema, postgresAbsent, postgresNote, runSql } from '../tests/support/postgres.ts';
import { barePostgres, bareSqlite, type BareInserts } from './support/bare-inserts.ts';
import { Budget } from './support/budget.ts';
import { commandFanout } from './support/command-fanout.ts';
import { durableCommands, type DurableCommands } from './support/durable-commands.ts';
import { quantile, type Pace } from './support/in-flight.ts';
import { recommendationFigures } from './support/recommendation-figures.ts';
import { routeFigures } from './support/route-figures.ts';

const { values: args } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const { quick } = args;
const seed = Number(args.seed);
const IN_FLIGHT = 64;
const CONSOLES = 500;
/** Left for others. */
const SPARE_CONNECTIONS = 12;
const stretchMs = quick ? 700 : 3_000;
const repeats = quick ? 2 : 5;
const budget = new Budget(quick ? 54_000 : 480_000);

const ratios: Record<string, number> = {};
const figures: Record<string, number> = {};
const put = (to: Record<string, number>, name: string, v: number, digits: number): void => {
  if (Number.isFinite(v)) to[name] = Number(v.toFixed(digits));
};
const median = (values: readonly number[]): number => quantile(values, 0.5);

interface Round {
  readonly bareOne: Pace;
  readonly ourOne: Pace;
  readonly bare: Pace;
  readonly ours: Pace;
  readonly grouped: Pace;
}

async function durable(
  journal: 'sqlite' | 'postgres',
  ours: DurableCommands,
  bare: BareInserts,
): Promise<void> {
  await ours.pace(IN_FLIGHT, stretchMs);
  await bare.each(IN_FLIGHT, stretchMs / 2);
  const rounds: Round[] = [];
  for (let i = 0; i < repeats; i++) {
    rounds.push({
      bareOne: await bare.each(1, stretchMs),
      ourOne: await ours.pace(1, stretchMs),
      bare: await bare.each(IN_FLIGHT, stretchMs),
      ours: await ours.pace(IN_FLIGHT, stretchMs),
      grouped: await bare.grouped(IN_FLIGHT, stretchMs / 2),
    });
  }
  const perS = (name: keyof Round): number => median(rounds.map((r) => r[name].perS));
  const ratio = (a: keyof Round, b: keyof Round): number => median(rounds.map((r) => r[a].perS / r[b].perS));
  put(ratios, `durable_vs_bare_${journal}`, ratio('ours', 'bare'), 3);
  put(ratios, `durable_vs_bare_${journal}_one`, ratio('ourOne', 'bareOne'), 3);
  put(ratios, `durable_vs_grouped_${journal}`, ratio('ours', 'grouped'), 3);
  put(figures, `commands_per_s_${journal}`, perS('ours'), 0);
  put(figures, `commands_per_s_${journal}_one`, perS('ourOne'), 0);
  put(figures, `bare_per_s_${journal}`, perS('bare'), 0);
  put(figures, `ack_p99_ms_${journal}`, median(rounds.map((r) => r.ours.p99Ms)), 2);
  const row = (name: keyof Round): Record<string, number> => ({
    'a second': Math.round(perS(name)),
    'p50 ms': Number(median(rounds.map((r) => r[name].p50Ms)).toFixed(2)),
    'p99 ms': Number(median(rounds.map((r) => r[name].p99Ms)).toFixed(2)),
  });
  console.log(`${journal}: durable, medians of ${repeats} rounds`);
  console.table({
    'bare, one in flight': row('bareOne'),
    'ours, one in flight': row('ourOne'),
    [`bare, ${IN_FLIGHT} in flight, a commit each`]: row('bare'),
    [`ours, ${IN_FLIGHT} in flight`]: row('ours'),
    [`bare, ${IN_FLIGHT} in flight, gathered`]: row('grouped'),
  });
}

async function onSqlite(city: City, dir: string): Promise<void> {
  const ours = await durableCommands(city, { dataDir: dir, databaseUrl: null }, IN_FLIGHT);
  const bare = bareSqlite(dir, await ours.row());
  await durable('sqlite', ours, bare);
  await bare.close();
  await ours.close();
}

async function onPostgres(city: City, dir: string): Promise<void> {
  const schema = await makeSchema();
  try {
    const ours = await durableCommands(city, { dataDir: dir, databaseUrl: schema.url }, IN_FLIGHT);
    const [free] = await runSql(
      schema.url,
      "SELECT current_setting('max_connections')::int - (SELECT count(*) FROM pg_stat_activity)::int AS free",
    );
    const connections = Math.max(1, Math.min(IN_FLIGHT, Number(free?.['free']) - SPARE_CONNECTIONS));
    console.log(`postgres: bare inserts on ${connections} connections`);
    const bare = await barePostgres(schema.url, await ours.row(), connections);
    await durable('postgres', ours, bare);
    await bare.close();
    await ours.close();
  } finally {
    await schema.drop();
  }
}

async function recommendations(city: City): Promise<void> {
  const { units, p50Ms, p99Ms } = await recommendationFigures(city, seed, quick ? 200 : 1_000);
  put(figures, 'recommend_ms', p50Ms, 2);
  put(figures, 'recommend_p99_ms', p99Ms, 2);
  put(figures, 'recommend_units', units, 0);
  console.log(`a recommendation among ${units} units: ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`);
}

async function fanout(pack: ReturnType<typeof generateCity>, dir: string): Promise<void> {
  const forMs = quick ? 8_000 : 60_000;
  const done = await commandFanout({ pack, dir, consoles: CONSOLES, seed, forMs, budget });
  put(figures, 'fanout_p50_ms', done.p50Ms, 0);
  put(figures, 'fanout_p95_ms', done.p95Ms, 0);
  put(figures, 'fanout_p99_ms', done.p99Ms, 0);
  put(figures, 'fanout_ack_p99_ms', done.ackP99Ms, 1);
  console.log(
    `from a command to the last of ${CONSOLES} consoles, ${done.commands} commands: ${done.p50Ms.toFixed(0)} ms, ` +
      `p95 ${done.p95Ms.toFixed(0)}, p99 ${done.p99Ms.toFixed(0)} ms (goals 300, 1000); answered within ` +
      `${done.ackP99Ms.toFixed(1)} ms (p99)`,
  );
}

/** What fails, or does not fit the time, is left out. */
async function part(name: string, leastMs: number, run: () => Promise<void>): Promise<void> {
  if (budget.leftMs < leastMs) {
    console.error(`${name}: left out, the time is over`);
    return;
  }
  const startedAt = performance.now();
  try {
    await run();
    console.log(`${name}: measured in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  } catch (cause) {
    console.error(`${name}: not measured: ${cause instanceof Error ? cause.message : String(cause)}`);
    process.exitCode = 1;
  }
}

const work = mkdtempSync(join(tmpdir(), 'city-brain-dispatch-'));
try {
  const pack = generateCity({ seed });
  for (const dir of ['sqlite', 'postgres']) mkdirSync(join(work, dir));
  const city = City.fromPack(pack);
  await part('SQLite', 5_000, () => onSqlite(city, join(work, 'sqlite')));
  if (postgresAbsent) console.log(`without PostgreSQL${postgresNote}`);
  else await part('PostgreSQL', 5_000, () => onPostgres(city, join(work, 'postgres')));
  await part('fan-out', 12_000, () => fanout(pack, work));
  await part('recommendations', 3_000, () => recommendations(city));
  await part('routes', quick ? 11_000 : 30_000, async () => {
    for (const [name, v] of Object.entries(await routeFigures(seed, quick))) put(figures, name, v, 3);
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(JSON.stringify({ bench: 'dispatch', seed, ratios, figures }));
process.exit();
