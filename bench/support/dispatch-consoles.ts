/**
 * Many consoles in one process, entry of the dispatch bench: each is a real connection that reads all it is sent. Says of
 * each version of each case when the last of them had it.
 */
import { io, type Socket } from 'socket.io-client';
import * as parser from '../../server/contract/socket-parser.ts';
import { PROTOCOL, type Delta } from '../../server/contract/sync.ts';
import type { ConsolesPlan, ConsolesReport } from './command-fanout.ts';
import { sharedNowMs } from './in-flight.ts';

const CONNECTING_AT_ONCE = 25;

class Consoles {
  private readonly plan: ConsolesPlan;
  private readonly reached = new Map<string, { count: number; firstAtMs: number }>();

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
    return new Promise((resolve, reject) => {
      const extraHeaders = { cookie };
      const socket: Socket = io(url, { parser, transports: ['websocket'], forceNew: true, extraHeaders });
      socket.on('connect_error', reject);
      socket.on('connect', () => socket.emit('hello', { protocol: PROTOCOL }));
      socket.on('snapshot', () => resolve());
      socket.on('delta', ({ changes }: Delta) => {
        for (const c of changes) {
          if (c.kind === 'incident' && c.value !== null && 'case' in c.value)
            this.came(c.id, c.value.case.version);
        }
      });
    });
  }

  private came(incident: string, version: number): void {
    const key = `${incident} ${version}`;
    const lastAtMs = sharedNowMs();
    const reached = this.reached.get(key) ?? { count: 0, firstAtMs: lastAtMs };
    this.reached.set(key, reached);
    if (++reached.count < this.plan.count) return;
    this.reached.delete(key);
    report({ type: 'all-have', incident, version, firstAtMs: reached.firstAtMs, lastAtMs });
  }
}

const report = (message: ConsolesReport): void => void process.send?.(message);

process.on('disconnect', () => process.exit());
await new Consoles(JSON.parse(process.argv[2] ?? '{}') as ConsolesPlan).connect();
