/** One measurement of the fan-out bench: a server process, its screens in others, a pause, a stretch that counts. */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Budget, within } from './budget.ts';
import type { ClientReport, Mode, Order, Plan, Report, ServerReport } from './fanout-plan.ts';

export interface Scale {
  readonly objects: number;
  readonly clients: number;
}
export interface Run {
  readonly server: ServerReport;
  readonly clients: ClientReport[];
}
export interface RunOptions {
  readonly seed: number;
  readonly settleMs: number;
  readonly measureMs: number;
  /** Naive only: updates a tick. */
  readonly updates: number;
  /** When the whole is given up. */
  readonly limitMs: number;
}

const SCREENS_PER_PROCESS = 500;
const DECODING_SCREENS = 200;
const END_WITHIN_MS = 2_000;

class Child {
  private readonly process: ChildProcess;
  private readonly inbox: Report[] = [];
  private readonly ended: Promise<void>;
  private wake: (() => void) | null = null;
  private fault: Error | null = null;

  constructor(plan: Plan) {
    const entry = fileURLToPath(new URL('./fanout-child.ts', import.meta.url));
    this.process = fork(entry, [JSON.stringify(plan)]);
    this.process.on('message', (message: Report) => {
      this.inbox.push(message);
      this.wake?.();
    });
    this.ended = new Promise((resolve) =>
      this.process.once('exit', (code) => {
        this.fault = new Error(`the ${plan.role} process ended with ${code}`);
        this.wake?.();
        resolve();
      }),
    );
  }

  async next<T extends Report['type']>(type: T): Promise<Extract<Report, { type: T }>> {
    while (this.inbox.length === 0) {
      if (this.fault) throw this.fault;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const message = this.inbox.shift()!;
    if (message.type !== type) throw new Error(`expected ${type}, got ${message.type}`);
    return message as Extract<Report, { type: T }>;
  }

  order(order: Order): void {
    this.process.send(order);
  }

  async end(): Promise<void> {
    if (this.process.connected) this.process.disconnect();
    const late = setTimeout(() => this.process.kill('SIGKILL'), END_WITHIN_MS);
    await this.ended;
    clearTimeout(late);
  }
}

/** @throws where it does not come to an end within its limit, or a process fails. */
export async function runFanout(mode: Mode, scale: Scale, options: RunOptions): Promise<Run> {
  const children: Child[] = [];
  try {
    return await within(measure(mode, scale, options, children), options.limitMs, 'the run');
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
}

async function measure(
  mode: Mode,
  { objects, clients }: Scale,
  { seed, settleMs, measureMs, updates, limitMs }: RunOptions,
  children: Child[],
): Promise<Run> {
  const left = new Budget(limitMs);
  const started = (plan: Plan): Child => {
    const child = new Child(plan);
    children.push(child);
    return child;
  };
  const server = started({ role: 'server', mode, objects, clients, seed, updates });
  const { url } = await within(server.next('listening'), left.leftMs, 'starting the server');
  const decodeEach = Math.ceil(clients / DECODING_SCREENS);
  const screens: Child[] = [];
  for (let first = 0; first < clients; first += SCREENS_PER_PROCESS) {
    const count = Math.min(SCREENS_PER_PROCESS, clients - first);
    screens.push(started({ role: 'clients', mode, url, first, count, seed, decodeEach }));
  }
  await within(Promise.all(screens.map((s) => s.next('connected'))), left.leftMs, 'connecting the screens');
  await sleep(settleMs);
  for (const c of [server, ...screens]) c.order({ type: 'measure' });
  await sleep(measureMs);
  for (const c of [server, ...screens]) c.order({ type: 'stop' });
  const { report } = await within(server.next('server'), left.leftMs, 'the server’s report');
  const reports = await within(
    Promise.all(screens.map((s) => s.next('clients'))),
    left.leftMs,
    'the screens’ reports',
  );
  return { server: report, clients: reports.map((r) => r.report) };
}
