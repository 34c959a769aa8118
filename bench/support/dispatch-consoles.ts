/**
 * Many consoles in one process, entry of the dispatch bench: each is a WebSocket of its own that speaks Engine.IO 4 and
 * Socket.IO 5 as browsers do. What all are sent alike is read once, or this machine would measure five hundred browsers
 * on one core. Says of each version of each case when the last of them had it.
 */
import { WebSocket } from 'ws';
import { PROTOCOL, type Delta } from '../../server/contract/sync.ts';
import type { ConsolesPlan, ConsolesReport } from './command-fanout.ts';
import { sharedNowMs } from './in-flight.ts';

const CONNECTING_AT_ONCE = 25;
/** Engine.IO: open, ping, pong. Socket.IO in an Engine.IO message: connect, event. */
const [OPEN, PING, PONG, CONNECT, EVENT] = ['0', '2', '3', '40', '42'] as const;

interface Version {
  readonly incident: string;
  readonly version: number;
}

class Consoles {
  private readonly plan: ConsolesPlan;
  private readonly reached = new Map<string, number>();
  private lastText = '';
  private lastRead: readonly Version[] = [];

  constructor(plan: ConsolesPlan) {
    this.plan = plan;
  }

  async connect(): Promise<void> {
    const { count } = this.plan;
    for (let i = 0; i < count; i += CONNECTING_AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(CONNECTING_AT_ONCE, count - i) }, () => this.open()));
    }
    report({ type: 'connected' });
  }

  private open(): Promise<void> {
    const { url, cookie } = this.plan;
    const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(address, { perMessageDeflate: false, headers: { cookie } });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('a console was cut')));
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) return;
        const text = data.toString();
        if (text === PING) socket.send(PONG);
        else if (text.startsWith(OPEN)) socket.send(CONNECT);
        else if (text.startsWith(CONNECT))
          socket.send(`${EVENT}${JSON.stringify(['hello', { protocol: PROTOCOL }])}`);
        else if (text.startsWith(`${EVENT}["snapshot"`)) resolve();
        else if (text.startsWith(`${EVENT}["delta"`)) for (const v of this.read(text)) this.came(v);
      });
    });
  }

  private read(text: string): readonly Version[] {
    if (text === this.lastText) return this.lastRead;
    const [, { changes }] = JSON.parse(text.slice(EVENT.length)) as ['delta', Delta];
    this.lastText = text;
    this.lastRead = changes.flatMap((c) =>
      c.value !== null && 'case' in c.value ? [{ incident: c.id, version: c.value.case.version }] : [],
    );
    return this.lastRead;
  }

  private came({ incident, version }: Version): void {
    const key = `${incident} ${version}`;
    const count = (this.reached.get(key) ?? 0) + 1;
    this.reached.set(key, count);
    if (count < this.plan.count) return;
    this.reached.delete(key);
    report({ type: 'all-have', incident, version, atMs: sharedNowMs() });
  }
}

const report = (message: ConsolesReport): void => void process.send?.(message);

process.on('disconnect', () => process.exit());
await new Consoles(JSON.parse(process.argv[2] ?? '{}') as ConsolesPlan).connect();
