/**
 * Servers whose alarms ring and return are killed at seeded moments and started again on the same journal, while two people
 * acknowledge and shelve. In the end: every alarm that a server had the time to see and to store is in the journal, once for
 * each activation, and both screens show what the journal says.
 *
 * What came and went entirely while no server ran was seen by nobody; that is not asked for.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { AlarmRecord } from '../../../server/contract/alarms.ts';
import { createRandom, type Random } from '../../../simulators/kernel/random.ts';
import { openCutProxy, type CutProxy } from '../cut-proxy.ts';
import { TestConsole } from '../test-console.ts';
import { judge, standingBy, standingOf, type Verdict } from './alarm-verdict.ts';
import { AlarmWorld, fastClock, isBeyond } from './alarm-world.ts';
import { balanceOf, entriesOf, type Balance } from './ledger.ts';
import { recordsHash, type PersonId } from './node.ts';
import { mortalNode, type MortalNode } from './nodes.ts';

/** From listening to the kill, and from the kill to the next start. */
const LIVES_MS = [5, 2_500] as const;
const DOWN_MS = [0, 500] as const;
/** Of two servers, both are killed at once so often. */
const BOTH = 0.2;
const BETWEEN_TELLINGS_MS = 15;
const BETWEEN_TURNS_MS = 6;
const BETWEEN_DEEDS_MS = 40;
/** When nothing changes any more, everything must be in place within this. */
const QUIET_WITHIN_MS = 30_000;
/** Answers to deeds that came too late, or are not for everybody: nothing wrong with them. */
const expected: ReadonlySet<string> = new Set([
  'already-done',
  'alarm-gone',
  'not-shelved',
  'emergency-stays',
]);
/** After everything has come to stand, people do so much more. */
const LAST_DEEDS = 60;
const operators: readonly PersonId[] = ['wang', 'zhao'];

export interface AlarmKillOptions {
  readonly seed: number;
  readonly kills: number;
  readonly dataDir: string;
  /** null: SQLite. */
  readonly databaseUrl: string | null;
  /** Two take a PostgreSQL. */
  readonly servers: 1 | 2;
  /** Asked before each; false: the run ends with what was done. */
  readonly goesOn?: (done: number) => boolean;
}

export interface AlarmKillOutcome extends Verdict, Balance {
  readonly kills: number;
  /** What was not as it must be in the end, or answered as it must not be. */
  readonly differences: readonly string[];
}

export async function runAlarmKills(options: AlarmKillOptions): Promise<AlarmKillOutcome> {
  const { seed, dataDir, databaseUrl, servers } = options;
  const fastSinceMs = Date.now();
  const now = fastClock(fastSinceMs);
  const places = Array.from({ length: servers }, (_, n) => ({
    dataDir: join(dataDir, `server-${n}`),
    databaseUrl,
  }));
  const random = createRandom(seed);
  const world = new AlarmWorld(now, random.fork('world'), servers === 1);
  const nodes: MortalNode[] = [];
  const proxies: CutProxy[] = [];
  const consoles: TestConsole[] = [];
  try {
    for (const place of places) {
      const node = await mortalNode({ ...place, fastSinceMs });
      nodes.push(node);
      // Consoles keep their address; the port of a server that was killed may be somebody else's.
      proxies.push(await openCutProxy(node.url()));
      world.began(nodes.length - 1);
    }
    for (const [n, person] of operators.entries()) {
      const jitter = random.fork(person);
      const { url } = proxies[n % servers]!;
      consoles.push(new TestConsole({ url, as: person, random: () => jitter.next() }));
    }
    const run = new Run({ ...options, world, nodes, proxies, consoles, random });
    const { done, differences } = await run.all();
    const shown = consoles.map((c) => [...c.session.mirror.records.alarm.values()]);
    await Promise.all(nodes.map((n) => n.kill()));
    const entries = await entriesOf(places[0]!);
    const byJournal = standingBy(entries);
    return {
      ...judge(world, entries),
      ...balanceOf(entries, run.acknowledged),
      kills: done,
      differences: [
        ...differences,
        ...shown.flatMap((records, n) => differ(operators[n]!, records, byJournal)),
      ],
    };
  } finally {
    for (const console of consoles) console.close();
    for (const proxy of proxies) proxy.close();
    await Promise.all(nodes.map((n) => n.kill()));
  }
}

/** What a screen shows otherwise than the journal says. */
function differ(
  who: string,
  records: readonly AlarmRecord[],
  byJournal: ReturnType<typeof standingBy>,
): string[] {
  const shown = new Map(records.map((r) => [r.id, standingOf(r)]));
  const faults = [...new Set([...shown.keys(), ...byJournal.keys()])].flatMap((id) => {
    const [screen, journal] = [shown.get(id), byJournal.get(id)];
    if (isDeepStrictEqual(screen, journal)) return [];
    return [`${who}: ${id} is ${JSON.stringify(screen)} where the journal says ${JSON.stringify(journal)}`];
  });
  const numbers = new Set(records.map((r) => r.number));
  return numbers.size === records.length ? faults : [...faults, `${who}: two alarms bear one number`];
}

interface RunParts extends AlarmKillOptions {
  readonly world: AlarmWorld;
  readonly nodes: readonly MortalNode[];
  readonly proxies: readonly CutProxy[];
  readonly consoles: readonly TestConsole[];
  readonly random: Random;
}

class Run {
  /** The seq that each deed was answered with, by its id. */
  readonly acknowledged = new Map<string, number>();
  private readonly parts: RunParts;
  private readonly unexpected = new Set<string>();
  /** Servers that are about to be killed, or are down: what they do is not certain. */
  private readonly down = new Set<number>();
  private deeds = 0;
  private changing = true;
  private acting = true;
  private telling = true;

  constructor(parts: RunParts) {
    this.parts = parts;
  }

  async all(): Promise<{ readonly done: number; readonly differences: readonly string[] }> {
    const { nodes, consoles } = this.parts;
    const telling = nodes.map((_, n) => this.tell(n));
    const turning = this.turn();
    const acting = consoles.map((c, n) => this.act(c, operators[n]!));
    for (const job of [...telling, turning, ...acting]) job.catch(() => undefined);
    const done = await Promise.race([this.kill(), ...telling.map((job) => job.then(() => 0))]);
    this.changing = false;
    await turning;
    // What is answered now stands to the end, also through one more restart.
    const enough = this.deeds + LAST_DEEDS;
    await this.until(() => (this.deeds < enough ? ['too little was done'] : []));
    this.acting = false;
    const unanswered = await patiently(async () => {
      await Promise.all(acting);
      return [];
    }, 'not everything that was asked was answered');
    await this.killAndStart([...nodes.keys()]);
    const unshown = await this.until(() => consoles.flatMap((_, n) => this.untold(n)));
    this.telling = false;
    await Promise.all(telling);
    await Promise.all(nodes.map((node) => node.rest()));
    const apart = await this.until(() => this.apart());
    return {
      done: done + nodes.length,
      differences: [...this.unexpected, ...unanswered, ...unshown, ...apart],
    };
  }

  private async kill(): Promise<number> {
    const { kills, goesOn = () => true, nodes, random } = this.parts;
    let done = 0;
    while (done < kills && goesOn(done)) {
      await sleep(random.range(...LIVES_MS));
      const one = random.int(nodes.length);
      const victims = nodes.length > 1 && random.chance(BOTH) ? [...nodes.keys()] : [one];
      await this.killAndStart(victims);
      done += victims.length;
    }
    return done;
  }

  private async killAndStart(victims: readonly number[]): Promise<void> {
    const { nodes, world, random } = this.parts;
    for (const n of victims) this.down.add(n);
    await Promise.all(victims.map((n) => nodes[n]!.kill()));
    for (const n of victims) world.ended(n);
    await sleep(random.range(...DOWN_MS));
    await Promise.all(victims.map((n) => this.restart(n)));
  }

  private async restart(n: number): Promise<void> {
    const { nodes, proxies, world } = this.parts;
    await nodes[n]!.start();
    proxies[n]!.target = new URL(nodes[n]!.url());
    world.began(n);
    this.down.delete(n);
  }

  /** The feed of one server: what it was not told yet, again and again. */
  private async tell(n: number): Promise<void> {
    const { world, nodes } = this.parts;
    while (this.telling) {
      await sleep(BETWEEN_TELLINGS_MS);
      if (this.down.has(n)) continue;
      const telling = world.telling(n);
      try {
        const { taken, watchMs } = await nodes[n]!.observe(telling.observations);
        if (taken !== telling.observations.length) this.unexpected.add(`server ${n} did not take everything`);
        world.taken(n, telling, watchMs);
      } catch (cause) {
        if (!this.down.has(n)) throw cause;
      }
    }
  }

  private async turn(): Promise<void> {
    const { world } = this.parts;
    while (this.changing) {
      await sleep(BETWEEN_TURNS_MS);
      // Until it is gone, a server that is being killed may still hear what was said before.
      if (![...this.down].some((n) => world.isRunning(n))) world.turn();
    }
  }

  private async act(console: TestConsole, who: PersonId): Promise<void> {
    const { seed } = this.parts;
    const random = this.parts.random.fork(`deeds of ${who}`);
    for (let n = 0; this.acting; n++) {
      await sleep(random.range(0, 2 * BETWEEN_DEEDS_MS));
      const alarms = [...console.session.mirror.records.alarm.values()];
      if (alarms.length === 0) continue;
      const id = `${seed}-${who}-${n}`;
      const answer = await console.decide(...deed(alarms, random), id);
      this.deeds++;
      if (answer.ok) this.acknowledged.set(id, answer.seq);
      else if (!expected.has(answer.refusal.code)) this.unexpected.add(`refused: ${answer.refusal.code}`);
    }
  }

  /** Instruments of which a console does not show what is true of them. */
  private untold(n: number): string[] {
    const { world, consoles } = this.parts;
    return world.instruments.flatMap((i) => {
      const record = consoles[n]!.record('alarm', i.alarm);
      return (record?.active ?? false) === isBeyond(i)
        ? []
        : [`${operators[n]}: ${i.alarm} is not shown as it is`];
    });
  }

  /** What consoles hold otherwise than their servers, which are at rest. */
  private async apart(): Promise<string[]> {
    const { nodes, consoles } = this.parts;
    const truths = await Promise.all(nodes.map((node) => node.truth()));
    return consoles.flatMap((console, n) => {
      const who = operators[n]!;
      const { epoch, seq, hashes } = truths[n % nodes.length]!;
      const { mirror } = console.session;
      if (!console.isAt(epoch, seq)) return [`${who}: at ${mirror.seq} where the server is at ${seq}`];
      const same = recordsHash((kind) => mirror.records[kind].values()) === hashes[who];
      const { gaps, duplicates } = console.watch;
      return [
        ...(same ? [] : [`${who}: other records than the server's at ${seq}`]),
        ...(gaps > 0 ? [`${who}: ${gaps} gaps`] : []),
        ...(duplicates > 0 ? [`${who}: ${duplicates} changes sent twice`] : []),
      ];
    });
  }

  /** Asks until nothing is wrong any more, and answers what still is when there was time enough. */
  private async until(
    wrong: () => readonly string[] | Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    const giveUpAt = performance.now() + QUIET_WITHIN_MS;
    for (;;) {
      const faults = await wrong();
      if (faults.length === 0 || performance.now() > giveUpAt) return faults;
      await sleep(10);
    }
  }
}

async function patiently(job: () => Promise<string[]>, late: string): Promise<string[]> {
  return Promise.race([job(), sleep(QUIET_WITHIN_MS, [late], { ref: false })]);
}

/** What somebody does with what the screen shows: mostly one alarm, sometimes several at once. */
function deed(alarms: readonly AlarmRecord[], random: Random): [type: string, payload: unknown] {
  const one = (): string => random.pick(alarms).id;
  const chance = random.next();
  if (chance < 0.5) return ['alarm.acknowledge', { alarms: [one()] }];
  if (chance < 0.7) return ['alarm.acknowledge', { alarms: [one(), one(), one()] }];
  if (chance < 0.9) {
    // Some come back by themselves during a run.
    const minutes = random.chance(0.3) ? 480 : 1;
    return ['alarm.shelve', { alarms: [one()], minutes, reason: '查看中' }];
  }
  const shelved = alarms.filter((a) => a.state === 'shelved').map((a) => a.id);
  return ['alarm.unshelve', { alarms: [shelved[0] ?? one()] }];
}
