/**
 * `npm run test:faults -- [--kills n] [--alarms n] [--rounds n] [--schedules n] [--seed n] [--quick]`: servers are killed,
 * also while alarms ring, consoles contend, connections break, and in the end nothing acknowledged may be missing, no alarm
 * missed, nothing be done or ring twice, and no screen differ from its server. Ends with 1 where anything was found; the
 * last line is one JSON object. `--kills` and `--alarms` are by journal. A schedule that found something is run alone with
 * `--kills 0 --alarms 0 --rounds 0 --schedules 1 --seed THAT`.
 */
import { parseArgs } from 'node:util';
import { runAlarmKills } from '../support/faults/alarm-kills.ts';
import { runContenders } from '../support/faults/contenders.ts';
import { runKills } from '../support/faults/kills.ts';
import { runSchedules } from '../support/faults/run-schedules.ts';
import { makeSchema, postgresAbsent, postgresNote } from '../support/postgres.ts';
import { makeFolder } from '../support/temporary.ts';

const { values: args } = parseArgs({
  options: {
    kills: { type: 'string' },
    alarms: { type: 'string' },
    rounds: { type: 'string' },
    schedules: { type: 'string' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
  },
});
const wanted = {
  kills: Number(args.kills ?? (args.quick ? 4 : 30)),
  alarms: Number(args.alarms ?? (args.quick ? 4 : 40)),
  rounds: Number(args.rounds ?? (args.quick ? 30 : 250)),
  schedules: Number(args.schedules ?? (args.quick ? 24 : 150)),
};
const seed = Number(args.seed);
/** Quick: each part ends with what it has done within its share, also on a busy machine. */
const QUICK_SHARES_MS = { kills: 7_000, alarms: 5_000, rounds: 8_000, schedules: 10_000 };
const JOURNALS_AT_ONCE = 4;

const figures: Record<string, number> = {};
const found: string[] = [];
const add = (name: string, value: number): void => void (figures[name] = (figures[name] ?? 0) + value);

/** Shows how far it is, and says whether there is time for more. */
function goesOn(part: keyof typeof wanted, of: number): (done: number) => boolean {
  const endAtMs = args.quick ? performance.now() + QUICK_SHARES_MS[part] : Infinity;
  let shownAtMs = performance.now();
  return (done) => {
    if (performance.now() - shownAtMs > 15_000) {
      shownAtMs = performance.now();
      console.log(`  ${part}: ${done} of ${of}`);
    }
    return performance.now() < endAtMs;
  };
}

async function kills(journal: 'SQLite' | 'PostgreSQL'): Promise<void> {
  const folder = makeFolder();
  const schema = journal === 'SQLite' ? null : await makeSchema();
  try {
    const done = await runKills({
      seed,
      kills: wanted.kills,
      dataDir: folder.dir,
      databaseUrl: schema?.url ?? null,
      goesOn: goesOn('kills', wanted.kills),
    });
    const { acknowledged, lost, duplicated } = done;
    console.log(
      `kills, ${journal}, seed ${seed}: ${done.kills} SIGKILLs under 8 writers, ${acknowledged} commands acknowledged, ` +
        `${lost.length} lost, ${duplicated.length} duplicated`,
    );
    add('kills', done.kills);
    add('acknowledged', acknowledged);
    add('lost', lost.length);
    add('duplicated', duplicated.length);
    found.push(...lost.map((id) => `lost: ${id}`), ...duplicated.map((id) => `duplicated: ${id}`));
  } finally {
    await schema?.drop();
    folder.remove();
  }
}

async function alarms(journal: 'SQLite' | 'PostgreSQL', servers: 1 | 2): Promise<void> {
  const folder = makeFolder();
  const schema = journal === 'SQLite' ? null : await makeSchema();
  try {
    const done = await runAlarmKills({
      seed,
      kills: wanted.alarms,
      dataDir: folder.dir,
      databaseUrl: schema?.url ?? null,
      servers,
      goesOn: goesOn('alarms', wanted.alarms),
    });
    const { missed, twice, untrue, differences, lost, duplicated } = done;
    console.log(
      `alarms, ${journal}, ${servers === 1 ? 'one server' : 'two servers'}, seed ${seed}: ${done.kills} SIGKILLs, ` +
        `${done.due} alarms had to ring and ${done.rang} rang, ${missed.length} missed, ${twice.length} twice, ` +
        `${untrue.length} for nothing; ${done.acknowledged} answers of people, ${lost.length} lost, ` +
        `${duplicated.length} duplicated; ${differences.length} differences on screens`,
    );
    add('alarm_kills', done.kills);
    add('alarms_due', done.due);
    add('alarms_missed', missed.length);
    add('alarms_twice', twice.length);
    add('acknowledged', done.acknowledged);
    add('lost', lost.length);
    add('duplicated', duplicated.length);
    found.push(
      ...missed.map((alarm) => `missed: ${alarm}`),
      ...twice.map((alarm) => `rang twice: ${alarm}`),
      ...untrue.map((alarm) => `rang for nothing: ${alarm}`),
      ...differences,
      ...lost.map((id) => `lost: ${id}`),
      ...duplicated.map((id) => `duplicated: ${id}`),
    );
  } finally {
    await schema?.drop();
    folder.remove();
  }
}

async function contenders(): Promise<void> {
  const folder = makeFolder();
  const schema = await makeSchema();
  try {
    const done = await runContenders({
      seed,
      rounds: wanted.rounds,
      dataDir: folder.dir,
      databaseUrl: schema.url,
      goesOn: goesOn('rounds', wanted.rounds),
    });
    const sorted = done.agreeMs.toSorted((a, b) => a - b);
    const p95 = sorted[Math.floor(0.95 * (sorted.length - 1))];
    console.log(
      `contenders, seed ${seed}: ${done.rounds} rounds of 50 consoles on 2 servers, ${done.doubleAssignments} double ` +
        `assignments, ${done.unwon.length} rounds without a winner, ${done.untold} losers not told who won, ` +
        `${done.disagreed} rounds after which the servers differed; both show the winner after ${p95?.toFixed(0) ?? '–'} ms (p95)`,
    );
    add('rounds', done.rounds);
    add('double_assignments', done.doubleAssignments);
    if (p95 !== undefined) figures['both_show_p95_ms'] = Math.round(p95);
    if (done.doubleAssignments > 0) found.push(`${done.doubleAssignments} double assignments`);
    if (done.untold > 0) found.push(`${done.untold} losers were not told who won`);
    if (done.disagreed > 0) found.push(`${done.disagreed} rounds after which the servers differed`);
    found.push(...done.unwon);
  } finally {
    await schema.drop();
    folder.remove();
  }
}

async function schedules(): Promise<void> {
  const seeds = Array.from({ length: wanted.schedules }, (_, i) => seed + i);
  const done = await runSchedules({
    seeds,
    postgres: !postgresAbsent,
    atOnce: JOURNALS_AT_ONCE,
    goesOn: goesOn('schedules', wanted.schedules),
  });
  const { diverged, lost, duplicated } = done;
  console.log(
    `schedules, seeds ${seeds[0]}…${seeds.at(-1)}: ${done.schedules} run, ${diverged.length} diverged, ` +
      `${done.acknowledged} commands acknowledged, ${lost.length} lost, ${duplicated.length} duplicated`,
  );
  add('schedules', done.schedules);
  add('diverged', diverged.length);
  add('acknowledged', done.acknowledged);
  add('lost', lost.length);
  add('duplicated', duplicated.length);
  found.push(
    ...diverged.map((d) => `seed ${d.seed}: ${d.faults.join('; ')}`),
    ...lost.map((id) => `lost: ${id}`),
    ...duplicated.map((id) => `duplicated: ${id}`),
  );
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
if (postgresAbsent) console.log(`without PostgreSQL${postgresNote}`);
if (wanted.kills > 0) {
  await kills('SQLite');
  if (!postgresAbsent) await kills('PostgreSQL');
}
if (wanted.alarms > 0) {
  await alarms('SQLite', 1);
  if (!postgresAbsent && !args.quick) await alarms('PostgreSQL', 1);
  if (!postgresAbsent) await alarms('PostgreSQL', 2);
}
if (wanted.rounds > 0 && !postgresAbsent) await contenders();
if (wanted.schedules > 0) await schedules();
for (const fault of found) console.error(`✗ ${fault}`);
console.log(JSON.stringify({ bench: 'faults', seed, ratios: {}, figures }));
process.exit(found.length > 0 ? 1 : 0);
