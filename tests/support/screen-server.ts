/** A world served over real sockets on a loopback port, and screens that connect to it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, type Socket as ClientSocket } from 'socket.io-client';
import * as parser from '../../server/contract/socket-parser.ts';
import {
  applyDelta,
  applySnapshot,
  emptyMirror,
  PROTOCOL,
  type Delta,
  type Mirror,
  type Snapshot,
  type View,
  type ViewAnswer,
} from '../../server/contract/sync.ts';
import {
  attachSockets,
  socketServerOptions,
  type SocketDeps,
  type Sockets,
} from '../../server/transport/socket.ts';
import type { World } from './live-world.ts';
import { TelemetryMirror } from './telemetry-mirror.ts';

export interface ScreenServer {
  readonly url: string;
  readonly port: number;
  readonly io: Server;
  readonly sockets: Sockets;
  close(): Promise<void>;
}

export async function serve(
  world: World,
  options: Partial<SocketDeps> & { readonly port?: number } = {},
): Promise<ScreenServer> {
  const { port: wantedPort = 0, ...deps } = options;
  const http = createServer();
  const server = new Server(http, socketServerOptions);
  const sockets = attachSockets(server, { engine: world.engine, tickHz: 5, ...deps });
  await new Promise<void>((resolve) => http.listen(wantedPort, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    io: server,
    sockets,
    close: async () => {
      sockets.close();
      await server.close();
    },
  };
}

/** A screen as small as can be: it says hello, mirrors records and telemetry, and asks again on a gap. */
export class TestScreen {
  readonly mirror: Mirror = emptyMirror();
  readonly telemetry = new TelemetryMirror();
  readonly outcomes: string[] = [];
  readonly answersBy: ('snapshot' | 'delta')[] = [];
  readonly socket: ClientSocket;
  private asked = true;

  constructor(url: string) {
    this.socket = io(url, { parser, transports: ['websocket'], reconnection: false, forceNew: true });
    this.socket.on('connect', () => this.hello());
    this.socket.on('snapshot', (snapshot: Snapshot) => {
      applySnapshot(this.mirror, snapshot);
      this.came('snapshot');
    });
    this.socket.on('delta', (delta: Delta) => {
      const outcome = applyDelta(this.mirror, delta);
      this.outcomes.push(outcome);
      if (outcome === 'gap' || outcome === 'epoch') this.hello();
      else this.came('delta');
    });
    this.socket.on('t', (bytes: Uint8Array) => this.telemetry.receive(bytes));
  }

  hello(): void {
    this.asked = true;
    const { epoch, seq } = this.mirror;
    this.socket.emit('hello', epoch === '' ? { protocol: PROTOCOL } : { protocol: PROTOCOL, epoch, seq });
  }

  view(view: View): Promise<ViewAnswer | { ok: false; refusal: { code: string } }> {
    return this.socket.timeout(3_000).emitWithAck('view', view);
  }

  /** Cuts the connection as a network does: without a word. */
  cut(): void {
    this.socket.io.engine?.transport.close();
  }

  async reconnect(): Promise<void> {
    await until(() => !this.socket.connected);
    this.socket.connect();
    await until(() => this.socket.connected);
  }

  close(): void {
    this.socket.disconnect();
  }

  private came(by: 'snapshot' | 'delta'): void {
    if (this.asked) this.answersBy.push(by);
    this.asked = false;
  }
}

/** Waits for a condition, with a limit after which the test fails. */
export async function until(condition: () => boolean, withinMs = 5_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
