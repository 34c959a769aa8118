/**
 * One connection that listens for notifications, made again with growing pauses when it is lost. What was said
 * meanwhile is lost with it: the owner looks for itself whenever it is connected anew.
 */
import { Client } from 'pg';
import { connectionOf } from './postgres-pool.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export interface ListenerOptions {
  readonly url: string;
  readonly channel: string;
  /** `payload` as notified. */
  readonly onNotice: (payload: string) => void;
  readonly onConnected: () => void;
  /** Once for each time it is lost, not for each try. */
  readonly onLost: (cause: unknown) => void;
}

export class PostgresListener {
  private readonly options: ListenerOptions;
  private client: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private pauseMs = FIRST_PAUSE_MS;
  private stopped = false;

  constructor(options: ListenerOptions) {
    this.options = options;
    void this.connect();
  }

  /** Does not wait for a server that may be away. */
  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.client !== null) letGo(this.client);
  }

  private async connect(): Promise<void> {
    const { url, channel, onNotice, onConnected } = this.options;
    const client = new Client(connectionOf(url));
    this.client = client;
    let lost = false;
    const lose = (cause: unknown): void => {
      if (lost) return;
      lost = true;
      this.retry(cause, client);
    };
    client.on('error', lose);
    client.on('end', () => lose(new Error('the connection ended')));
    client.on('notification', ({ payload }) => onNotice(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      this.pauseMs = FIRST_PAUSE_MS;
      onConnected();
    } catch (cause) {
      lose(cause);
    }
  }

  private retry(cause: unknown, client: Client): void {
    letGo(client);
    if (this.stopped) return;
    if (this.pauseMs === FIRST_PAUSE_MS) this.options.onLost(cause);
    this.timer = setTimeout(() => void this.connect(), this.pauseMs).unref();
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** What is left of a connection may fail once more; it is given up already. */
function letGo(client: Client): void {
  client.end().catch(() => undefined);
}
