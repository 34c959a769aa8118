/**
 * A TCP proxy that does to a connection what networks do: cuts it, at once or before the next answer, leaves it half
 * open, or takes the next one to another server.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export interface CutProxy {
  /** The address given, with the proxy for its host. */
  readonly url: string;
  /** Takes no connections, and loses those there are. */
  away: boolean;
  /** Passes on what the client next sends, keeps the answer to itself and loses the connection. */
  swallowNextAnswer: boolean;
  /** Where connections to come go to. */
  target: URL;
  /** Loses all connections. */
  cut(): void;
  /** Half open: nothing goes either way any more, and nobody is told. Connections to come are not touched. */
  freeze(): void;
  /** What was held back goes on. */
  thaw(): void;
  close(): void;
}

/** For one test: gone when it has finished. */
export async function cutProxy(url: string): Promise<CutProxy> {
  const proxy = await openCutProxy(url);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** For a suite: the caller closes it. */
export async function openCutProxy(url: string): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  const each =
    (act: (socket: Socket) => unknown): (() => void) =>
    () =>
      sockets.forEach(act);
  const cut = each((s) => s.destroy());
  const proxy = { away: false, swallowNextAnswer: false, target: new URL(url) };
  const server = createServer((client) => {
    if (proxy.away) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(proxy.target.port || 5432), proxy.target.hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    let asked = false;
    client.on('data', (data) => {
      asked = proxy.swallowNextAnswer;
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (!asked) client.write(data);
      else {
        proxy.swallowNextAnswer = false;
        client.destroy();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return Object.assign(proxy, {
    url: through.href,
    cut,
    freeze: each((s) => s.pause()),
    thaw: each((s) => s.resume()),
    close: () => {
      cut();
      server.close();
    },
  });
}
