/**
 * Seeded schedules of what goes wrong between consoles and servers: cuts, half-open connections, answers that are lost,
 * servers that restart, consoles that land on another server. When it is quiet again every console must hold what its
 * server holds for it, servers on one journal must agree, and every acknowledged command must be in the journal once.
 *
 * The seed decides what happens in which order; how far each thing got when the next one came is the machine's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandAnswer } from '../../../server/contract/sync.ts';
import { createRandom, type Random } from '../../../simulators/kernel/random.ts';
import { openCutProxy, type CutProxy } from '../cut-proxy.ts';
import { accepted, TestConsole } from '../test-console.ts';
import { people, personIds, recordsHash, type PersonId, type Truth } from './node.ts';
import type { ScheduledNode } from './nodes.ts';

const STEPS = [14, 28] as const;
const UNITS = ['u-p1', 'u-f1', 'u-a1'] as const;
const CASES = [
  { channel: '110', category: 'crime.theft', position: [118.6, 30.2], caller: { phone: '13800000000' } },
  { channel: '119', category: 'fire.structure', position: [118.6, 30.2], detail: '3号楼冒烟' },
  { channel: '120', category: 'medical.cardiac', position: [118.6, 30.2], address: '人民路8号2单元301室' },
] as const;
/** When it is quiet, everything must be in place within this. */
const QUIET_WITHIN_MS = 30_000;
/** A half-open connection is noticed by pings after about a second; some last longer than that. */
const FROZEN_MS = [20, 1_600] as const;

export interface Seats {
  readonly nodes: readonly ScheduledNode[];
  readonly incidents: readonly string[];
}
export interface ScheduleOutcome {
  /** What was not as it must be; empty: nothing. */
  readonly faults: readonly string[];
  /** The seq that each command was answered with, by its id. */
  readonly acknowledged: ReadonlyMap<string, number>;
}

/** Opens the cases and puts the units into service that schedules are about. */
export async function seatsOf(nodes: readonly ScheduledNode[]): Promise<Seats> {
  const console = new TestConsole({ url: nodes[0]!.url(), as: 'wang' });
  try {
    for (const unit of UNITS) await console.decide('unit.service', { unit, inService: true });
    const incidents: string[] = [];
    for (const call of CASES) {
      const made = await accepted(console.decide('incident.create', call));
      incidents.push(made.result!.incident!);
    }
    return { nodes, incidents };
  } finally {
    console.close();
  }
}

/** Runs one schedule to its quiet end. */
export async function runSchedule(seed: number, seats: Seats): Promise<ScheduleOutcome> {
  const schedule = new Schedule(seed, seats);
  try {
    await schedule.open();
    const unanswered = await schedule.run();
    return { faults: [...unanswered, ...(await schedule.settle())], acknowledged: schedule.acknowledged };
  } finally {
    schedule.close();
  }
}

interface Seat {
  readonly person: PersonId;
  readonly proxy: CutProxy;
  readonly console: TestConsole;
  node: number;
}

class Schedule {
  readonly acknowledged = new Map<string, number>();
  private readonly seed: number;
  private readonly random: Random;
  private readonly nodes: readonly ScheduledNode[];
  private readonly incidents: readonly string[];
  private readonly seats: Seat[] = [];
  private readonly underWay: Promise<unknown>[] = [];
  private commands = 0;

  constructor(seed: number, { nodes, incidents }: Seats) {
    this.seed = seed;
    this.random = createRandom(seed);
    this.nodes = nodes;
    this.incidents = incidents;
  }

  async open(): Promise<void> {
    for (const person of personIds) {
      const node = this.random.int(this.nodes.length);
      const proxy = await openCutProxy(this.nodes[node]!.url());
      const { url } = proxy;
      const random = this.random.fork(person);
      const console = new TestConsole({ url, as: person, random: () => random.next() });
      this.seats.push({ person, proxy, console, node });
    }
  }

  /** Answers what did not come to its end. */
  async run(): Promise<string[]> {
    const { random } = this;
    const steps = STEPS[0] + random.int(STEPS[1] - STEPS[0]);
    for (let step = 0; step < steps; step++) {
      await this.step(random.next());
      if (random.chance(0.6)) await sleep(random.range(0, 60));
    }
    for (const { proxy } of this.seats) {
      proxy.thaw();
      proxy.away = proxy.swallowNextAnswer = false;
    }
    const all = Promise.all(this.underWay).then(() => []);
    const late = sleep(QUIET_WITHIN_MS, ['not everything that was asked was answered'], { ref: false });
    return Promise.race([all, late]);
  }

  close(): void {
    for (const { console, proxy } of this.seats) {
      console.close();
      proxy.close();
    }
  }

  /** Waits until every console stands where its server stands, and says what then differs. */
  async settle(): Promise<string[]> {
    const giveUpAt = performance.now() + QUIET_WITHIN_MS;
    let faults: string[];
    do {
      await sleep(10);
      const truths = await Promise.all(this.nodes.map((n) => n.truth()));
      faults = this.differences(truths);
    } while (faults.length > 0 && performance.now() < giveUpAt);
    for (const { person, console } of this.seats) {
      const { gaps, duplicates } = console.watch;
      if (gaps > 0) faults.push(`${person}: ${gaps} gaps`);
      if (duplicates > 0) faults.push(`${person}: ${duplicates} changes sent twice`);
    }
    return faults;
  }

  private differences(truths: readonly Truth[]): string[] {
    const faults: string[] = [];
    if (truths.some((t) => t.shared !== truths[0]!.shared)) faults.push('the servers differ');
    for (const { person, console, node } of this.seats) {
      const { epoch, seq, hashes } = truths[node]!;
      const { mirror, connection } = console.session;
      if (!console.isAt(epoch, seq))
        faults.push(`${person}: ${connection.phase}, at ${mirror.seq} where the server is at ${seq}`);
      else if (recordsHash((kind) => mirror.records[kind].values()) !== hashes[person])
        faults.push(`${person}: other records than the server's at ${seq}`);
    }
    return faults;
  }

  private async step(chance: number): Promise<void> {
    const { random } = this;
    const seat = random.pick(this.seats);
    if (chance < 0.5) this.command();
    else if (chance < 0.62) seat.proxy.cut();
    else if (chance < 0.72) this.freeze(seat);
    else if (chance < 0.79) {
      const sender = this.dispatcher();
      sender.proxy.swallowNextAnswer = true;
      this.command(sender);
    } else if (chance < 0.84) this.away(seat);
    else if (chance < 0.91) this.move(seat);
    else if (chance < 0.96) await random.pick(this.nodes).tick();
    else this.underWay.push(this.restart(random.int(this.nodes.length)));
  }

  private command(seat: Seat = this.dispatcher()): void {
    const { random } = this;
    const incident = random.pick(this.incidents);
    const unit = random.pick(UNITS);
    const [type, payload] = random.pick([
      ['incident.note', { incident, text: `${this.seed}-${this.commands}` }],
      ['incident.note', { incident, text: `${this.seed}-${this.commands}` }],
      ['incident.claim', { incident }],
      ['incident.release', { incident }],
      ['incident.edit', { incident, title: `${this.seed}-${this.commands}` }],
      ['incident.dispatch', { incident, units: [unit] }],
      ['assignment.status', { unit, status: 'cleared' }],
    ] as const);
    const id = `${this.seed}-command-${this.commands++}`;
    this.underWay.push(this.told(id, seat.console.decide(type, payload, id)));
  }

  private async told(id: string, answer: Promise<CommandAnswer>): Promise<void> {
    const told = await answer;
    if (told.ok) this.acknowledged.set(id, told.seq);
  }

  private dispatcher(): Seat {
    return this.random.pick(this.seats.filter(({ person }) => people[person].role === 'dispatcher'));
  }

  /** Half open for a while; then it goes on, or was cut. */
  private freeze({ proxy }: Seat): void {
    proxy.freeze();
    const isCut = this.random.chance(0.5);
    this.later(this.random.range(...FROZEN_MS), () => (isCut ? proxy.cut() : proxy.thaw()));
  }

  private away({ proxy }: Seat): void {
    proxy.away = true;
    proxy.cut();
    this.later(this.random.range(20, 300), () => (proxy.away = false));
  }

  private move(seat: Seat): void {
    seat.node = (seat.node + 1) % this.nodes.length;
    this.aim(seat);
    seat.proxy.cut();
  }

  private async restart(n: number): Promise<void> {
    await this.nodes[n]!.restart();
    for (const seat of this.seats) if (seat.node === n) this.aim(seat);
  }

  private aim({ proxy, node }: Seat): void {
    proxy.target = new URL(this.nodes[node]!.url());
  }

  private later(afterMs: number, act: () => void): void {
    this.underWay.push(sleep(afterMs).then(act));
  }
}
