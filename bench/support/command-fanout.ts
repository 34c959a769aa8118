/**
 * From a command sent to its change on every console: the product's server as it is started, on the demo city, many real
 * consoles in another process, and dispatchers who claim and release cases at random moments.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { packToFiles } from '../../server/contract/pack-files.ts';
import type { CityPack } from '../../server/contract/city-pack.ts';
import { createRandom } from '../../simulators/kernel/random.ts';
import { startServer } from '../../tests/support/server-process.ts';
import { accepted, signInDemo, TestConsole } from '../../tests/support/test-console.ts';
import type { Budget } from './budget.ts';
import { within } from './budget.ts';
import { quantile, sharedNowMs } from './in-flight.ts';

export interface ConsolesPlan {
  readonly url: string;
  readonly cookie: string;
  readonly count: number;
}
export type ConsolesReport =
  | { readonly type: 'connected' }
  | {
      readonly type: 'all-have';
      readonly incident: string;
      readonly version: number;
      /** By the clock that all processes of a machine share, ms. */
      readonly atMs: number;
    };

export interface FanoutOptions {
  readonly pack: CityPack;
  readonly dir: string;
  readonly consoles: number;
  readonly seed: number;
  readonly forMs: number;
  readonly budget: Budget;
}
export interface FanoutFigures {
  readonly commands: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** From a command sent to its answer, with all consoles there. */
  readonly ackP99Ms: number;
}

const SENDERS = 8;
const CASES = 64;
const COMMANDS_PER_S = 20;
/** What is on its way when the last command is sent arrives within this. */
const LAST_WITHIN_MS = 3_000;
const entry = fileURLToPath(new URL('./dispatch-consoles.ts', import.meta.url));

export async function commandFanout(options: FanoutOptions): Promise<FanoutFigures> {
  const { pack, dir, budget } = options;
  const city = join(dir, 'city');
  mkdirSync(city);
  for (const [file, content] of packToFiles(pack)) writeFileSync(join(city, file), content);
  const server = await startServer({ dataDir: join(dir, 'fanout'), city });
  const ending: (() => unknown)[] = [() => server.kill()];
  try {
    return await within(measure(server.url, options, ending), budget.leftMs, 'the fan-out');
  } finally {
    for (const end of ending.toReversed()) await end();
  }
}

async function measure(
  url: string,
  { consoles, seed, forMs, budget }: FanoutOptions,
  ending: (() => unknown)[],
): Promise<FanoutFigures> {
  const random = createRandom(seed);
  const cookie = await signInDemo(url, 'demo-dispatcher');
  const senders = Array.from({ length: SENDERS }, () => new TestConsole({ url, cookie }));
  ending.push(() => senders.forEach((s) => s.close()));
  const incidents: string[] = [];
  for (let i = 0; i < CASES; i++) {
    const console = senders[i % SENDERS]!;
    const made = await accepted(
      console.decide('incident.create', { channel: '110', category: 'crime.theft' }),
    );
    incidents.push(made.result!.incident!);
  }
  const child = fork(entry, [JSON.stringify({ url, cookie, count: consoles } satisfies ConsolesPlan)]);
  ending.push(() => child.kill('SIGKILL'));
  await connected(child);

  const sentAtMs = new Map<string, number>();
  const tookMs: number[] = [];
  child.on('message', (m: ConsolesReport) => {
    if (m.type !== 'all-have') return;
    const sentMs = sentAtMs.get(`${m.incident} ${m.version}`);
    if (sentMs !== undefined) tookMs.push(m.atMs - sentMs);
  });
  const ackMs: number[] = [];
  const versions = incidents.map((id) => senders[0]!.record('incident', id)!.case.version);
  const endAtMs = performance.now() + Math.min(forMs, budget.leftMs - LAST_WITHIN_MS - 1_000);
  const answers: Promise<void>[] = [];
  for (let n = 0; performance.now() < endAtMs; n++) {
    const i = n % CASES;
    const incident = incidents[i]!;
    const type = Math.floor(n / CASES) % 2 === 0 ? 'incident.claim' : 'incident.release';
    const startedMs = sharedNowMs();
    sentAtMs.set(`${incident} ${++versions[i]!}`, startedMs);
    const answer = accepted(senders[n % SENDERS]!.decide(type, { incident }));
    answers.push(answer.then(() => void ackMs.push(sharedNowMs() - startedMs)));
    await sleep((-Math.log(1 - random.next()) * 1_000) / COMMANDS_PER_S);
  }
  await Promise.all(answers);
  const giveUpAtMs = performance.now() + LAST_WITHIN_MS;
  while (tookMs.length < sentAtMs.size && performance.now() < giveUpAtMs) await sleep(20);
  if (tookMs.length < sentAtMs.size)
    throw new Error(
      `${sentAtMs.size - tookMs.length} of ${sentAtMs.size} commands did not reach all consoles`,
    );
  return {
    commands: tookMs.length,
    p50Ms: quantile(tookMs, 0.5),
    p95Ms: quantile(tookMs, 0.95),
    p99Ms: quantile(tookMs, 0.99),
    ackP99Ms: quantile(ackMs, 0.99),
  };
}

function connected(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the consoles ended with ${code}`)));
    child.once('message', () => resolve());
  });
}
