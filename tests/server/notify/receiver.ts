/** A real receiver on a loopback address, that answers as a test wants and keeps what it was sent. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
export interface Receiver {
  readonly port: number;
  readonly received: readonly Received[];
  /** Connections that are open now, and all that were ever made. */
  readonly open: ReadonlySet<Socket>;
  readonly connections: number;
  close(): Promise<void>;
}

export async function startReceiver(
  answer: (res: ServerResponse, received: Received, count: number) => void,
  host = '127.0.0.1',
): Promise<Receiver> {
  const received: Received[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8');
    req.on('data', (part: string) => (body += part));
    req.on('end', () => {
      const one = { method: req.method ?? '', path: req.url ?? '', headers: req.headers, body };
      received.push(one);
      answer(res, one, received.length);
    });
  });
  server.on('connection', (socket) => {
    connections++;
    open.add(socket);
    socket.on('error', () => open.delete(socket));
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received,
    open,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers one byte, and another one every `everyMs`, for ever. */
export function drip(res: ServerResponse, everyMs: number): void {
  res.writeHead(200, { 'content-type': 'text/plain' });
  const timer = setInterval(() => res.write('.'), everyMs);
  res.on('close', () => clearInterval(timer));
}
