/**
 * Fifty consoles on two servers with one PostgreSQL send the same unit at the same moment, each to a case of its own, round
 * after round. One must win, all others must be told who, and both servers' screens must show the same.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packToFiles } from '../../../server/contract/pack-files.ts';
import type { CommandAnswer } from '../../../server/contract/sync.ts';
import { createRandom, type Random } from '../../../simulators/kernel/random.ts';
import { startServer, type ServerProcess } from '../server-process.ts';
import { smallPack } from '../small-pack.ts';
import { accepted, signInDemo, TestConsole } from '../test-console.ts';
import { entriesOf } from './ledger.ts';

const CONTENDERS = 50;
const PEOPLE = ['demo-dispatcher', 'demo-dispatcher-2', 'demo-supervisor'] as const;
const UNITS = ['u-p1', 'u-f1', 'u-a1', 'u-t1'] as const;
/** Some rounds begin in one moment, some within this. */
const SPREAD_MS = 6;
/** Both servers' screens show the same within this. */
const AGREE_WITHIN_MS = 5_000;

export interface ContenderOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Asked before each; false: the run ends with what was done. */
  readonly goesOn?: (done: number) => boolean;
}

export interface ContenderOutcome {
  readonly rounds: number;
  /** Rounds with more than one winner, by what consoles were told or by the journal. */
  readonly doubleAssignments: number;
  /** Rounds that nobody won, each with the refusals. */
  readonly unwon: readonly string[];
  /** Losers who were not told which case has the unit. */
  readonly untold: number;
  /** Rounds after which the two servers' screens did not come to show the winner's case. */
  readonly disagreed: number;
  /** From the winner's answer until both servers' screens show it, each round, ms. */
  readonly agreeMs: readonly number[];
}

interface Contender {
  readonly console: TestConsole;
  readonly incident: string;
}

export async function runContenders(options: ContenderOptions): Promise<ContenderOutcome> {
  const { seed, rounds, dataDir, databaseUrl, goesOn = () => true } = options;
  const random = createRandom(seed);
  const city = join(dataDir, 'city');
  mkdirSync(city, { recursive: true });
  for (const [file, content] of packToFiles(smallPack())) writeFileSync(join(city, file), content);
  const started = (name: string): Promise<ServerProcess> =>
    startServer({ dataDir: join(dataDir, name), city, args: ['--database-url', databaseUrl] });
  const servers = [await started('one'), await started('two')];
  const consoles: TestConsole[] = [];
  const opened = (server: number, cookie: string): TestConsole => {
    const console = new TestConsole({ url: servers[server]!.url, cookie });
    consoles.push(console);
    return console;
  };
  const outcome = { doubleAssignments: 0, untold: 0, disagreed: 0 };
  const unwon: string[] = [];
  const agreeMs: number[] = [];
  let round = 0;
  try {
    const cookies = await Promise.all(PEOPLE.map((id) => signInDemo(servers[0]!.url, id)));
    const observers = [opened(0, cookies[2]!), opened(1, cookies[2]!)] as const;
    for (const unit of UNITS) await accepted(observers[0].decide('unit.service', { unit, inService: true }));
    const contenders: Contender[] = [];
    for (let n = 0; n < CONTENDERS; n++) {
      const console = opened(n % 2, cookies[n % 3]!);
      const made = await accepted(
        console.decide('incident.create', { channel: '110', category: 'crime.theft', title: `case ${n}` }),
      );
      contenders.push({ console, incident: made.result!.incident! });
    }
    for (; round < rounds && goesOn(round); round++) {
      const unit = UNITS[round % UNITS.length]!;
      if (!(await agreed(observers, unit, null))) outcome.disagreed++;
      const answers = await contend(contenders, unit, random);
      const winners = contenders.filter((_, n) => answers[n]!.ok);
      const [winner] = winners;
      if (winners.length > 1) outcome.doubleAssignments++;
      if (winner === undefined) {
        const codes = answers.map((a) => (a.ok ? '' : `${a.refusal.code} ${a.refusal.detail ?? ''}`));
        unwon.push(`round ${round}, ${unit}: ${[...new Set(codes)].join('; ')}`);
        continue;
      }
      const startedAt = performance.now();
      if (await agreed(observers, unit, winner.incident)) agreeMs.push(performance.now() - startedAt);
      else outcome.disagreed++;
      const { number } = observers[0].record('incident', winner.incident)!;
      outcome.untold += answers.filter((a) => !a.ok && !tells(a, number)).length;
      await accepted(random.pick(observers).decide('assignment.status', { unit, status: 'cleared' }));
    }
    await Promise.all(servers.map((s) => s.stop()));
  } finally {
    for (const console of consoles) console.close();
    await Promise.all(servers.map((s) => s.kill()));
  }
  const written = await sentTwice({ dataDir: join(dataDir, 'one'), databaseUrl });
  return {
    rounds: round,
    ...outcome,
    unwon,
    doubleAssignments: Math.max(outcome.doubleAssignments, written),
    agreeMs,
  };
}

async function contend(
  contenders: readonly Contender[],
  unit: string,
  random: Random,
): Promise<CommandAnswer[]> {
  const spreadMs = random.chance(0.5) ? 0 : SPREAD_MS;
  const answers: Promise<CommandAnswer>[] = [];
  for (const n of shuffled(contenders.length, random)) {
    const { console, incident } = contenders[n]!;
    const waitMs = random.range(0, spreadMs);
    answers[n] = (waitMs > 0 ? sleep(waitMs) : Promise.resolve()).then(() =>
      console.decide('incident.dispatch', { incident, units: [unit] }),
    );
  }
  return Promise.all(answers);
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, n) => n);
  for (let n = count - 1; n > 0; n--) {
    const other = random.int(n + 1);
    [order[n], order[other]] = [order[other]!, order[n]!];
  }
  return order;
}

const tells = (a: CommandAnswer, number: number): boolean =>
  !a.ok && a.refusal.code === 'unit-busy' && (a.refusal.detail ?? '').includes(`#${number} (`);

/** True as soon as both show the unit on this case, or on none. */
async function agreed(
  observers: readonly TestConsole[],
  unit: string,
  incident: string | null,
): Promise<boolean> {
  const shows = (console: TestConsole): boolean => {
    const record = console.record('unit', unit);
    if (record === undefined) return false;
    if (incident === null) return record.status === 'available' && record.incident === undefined;
    const sent = console.record('incident', incident)?.case.assignments ?? [];
    const isSent = sent.some((a) => a.unit === unit && a.status !== 'cleared');
    return record.incident === incident && isSent;
  };
  const giveUpAt = performance.now() + AGREE_WITHIN_MS;
  while (!observers.every(shows)) {
    if (performance.now() > giveUpAt) return false;
    await sleep(2);
  }
  return true;
}

/** How often the journal says that a unit was sent while it was on another case. */
async function sentTwice(place: Parameters<typeof entriesOf>[0]): Promise<number> {
  const on = new Set<string>();
  let twice = 0;
  for (const { type, payload } of await entriesOf(place)) {
    if (type === 'incident.assigned') {
      for (const { unit } of (payload as { units: readonly { unit: string }[] }).units) {
        if (on.has(unit)) twice++;
        on.add(unit);
      }
    }
    const { unit, status } = payload as { unit?: string; status?: string };
    if (type === 'assignment.progressed' && status === 'cleared' && unit !== undefined) on.delete(unit);
  }
  return twice;
}
