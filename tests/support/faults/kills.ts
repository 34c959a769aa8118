/**
 * Eight people at eight consoles write notes while their server is killed at seeded moments and started again on the same
 * data. They send each note until it is answered. In the end: every answer must be in the journal, once, where it said.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../../simulators/kernel/random.ts';
import { openCutProxy } from '../cut-proxy.ts';
import { startServer, type ServerProcess } from '../server-process.ts';
import { accepted, signInDemo, TestConsole } from '../test-console.ts';
import { balance, type Balance } from './ledger.ts';

const WRITERS = 8;
/** A writer pauses so long on average: what a console may send at once lasts for one life of the server. */
const BETWEEN_NOTES_MS = 12;
/** From listening to the kill; the first moments are those of consoles coming back. */
const LIVES_MS = [5, 700] as const;
const CASE = { channel: '110', category: 'crime.theft' };
const ANSWER_WITHIN_MS = 30_000;

export interface KillOptions {
  readonly seed: number;
  readonly kills: number;
  /** Where the server keeps its data. */
  readonly dataDir: string;
  /** null: SQLite. */
  readonly databaseUrl: string | null;
  /** Asked before each; false: the run ends with what was done. */
  readonly goesOn?: (done: number) => boolean;
}

export async function runKills(options: KillOptions): Promise<Balance & { readonly kills: number }> {
  const { seed, kills, dataDir, databaseUrl, goesOn = () => true } = options;
  const random = createRandom(seed);
  const place = { dataDir: join(dataDir, 'data'), databaseUrl };
  const args = databaseUrl === null ? [] : ['--database-url', databaseUrl];
  const acknowledged = new Map<string, number>();
  const answeredOtherwise = new Set<string>();
  const writing = { goesOn: true };

  const write = async (console: TestConsole, incident: string, w: number): Promise<void> => {
    for (let n = 0; writing.goesOn; n++) {
      const id = `${seed}-writer-${w}-${n}`;
      acknowledged.set(id, (await accepted(console.decide('incident.note', { incident, text: id }, id))).seq);
      await sleep(random.range(0, 2 * BETWEEN_NOTES_MS));
    }
  };
  /** Asks again what was answered before: the same answer must come, from whichever run of the server. */
  const askAgain = async (console: TestConsole, incident: string): Promise<void> => {
    const [id, seq] = [...acknowledged].at(-1 - random.int(Math.min(acknowledged.size, 100))) ?? [];
    if (id === undefined) return;
    const answer = await accepted(console.decide('incident.note', { incident, text: id }, id));
    if (answer.seq !== seq) answeredOtherwise.add(id);
  };

  const started = (): Promise<ServerProcess> => startServer({ dataDir: place.dataDir, args });
  let server = await started();
  // Consoles keep their address; the port of a server that was killed may be somebody else's.
  const proxy = await openCutProxy(server.url);
  const { url } = proxy;
  const consoles: TestConsole[] = [];
  let done = 0;
  try {
    const cookie = await signInDemo(url, 'demo-dispatcher');
    for (let w = 0; w < WRITERS; w++) consoles.push(new TestConsole({ url, cookie }));
    const made = await accepted(consoles[0]!.decide('incident.create', CASE));
    const incident = made.result!.incident!;
    const written = Promise.all(consoles.map((c, w) => write(c, incident, w)));
    written.catch(() => undefined);
    for (; done < kills && goesOn(done); done++) {
      await Promise.race([sleep(random.range(...LIVES_MS)), written]);
      await server.kill();
      server = await started();
      proxy.target = new URL(server.url);
      if (random.chance(0.5)) await within(askAgain(random.pick(consoles), incident));
    }
    writing.goesOn = false;
    await within(written);
    await server.stop();
  } finally {
    for (const console of consoles) console.close();
    proxy.close();
    await server.kill();
  }
  const { lost, duplicated, ...rest } = await balance(place, acknowledged);
  return { ...rest, kills: done, lost, duplicated: [...new Set([...duplicated, ...answeredOtherwise])] };
}

async function within<T>(promise: Promise<T>): Promise<T> {
  const late = sleep(ANSWER_WITHIN_MS, undefined, { ref: false }).then((): never => {
    throw new Error(`not answered within ${ANSWER_WITHIN_MS} ms`);
  });
  return Promise.race([promise, late]);
}
