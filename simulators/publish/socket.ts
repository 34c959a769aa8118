/** Publishes through the Socket.IO namespace `/feeds`, one connection a feed; the ack is the answer. */
import { io, type Socket } from 'socket.io-client';
import { parseAnswer, reasonOf, type Delivery, type Transport } from './transport.ts';

export interface SocketOptions {
  readonly server: string;
  readonly token: string;
  readonly timeoutMs?: number;
}

export function socketTransport(options: SocketOptions): Transport {
  const sockets = new Map<string, Socket>();
  const socketOf = (feed: string): Socket => {
    let socket = sockets.get(feed);
    if (!socket) {
      socket = io(new URL('/feeds', options.server).href, {
        auth: { feed, token: options.token },
        transports: ['websocket'],
        reconnection: true,
        reconnectionDelayMax: 5000,
        forceNew: true,
      });
      sockets.set(feed, socket);
    }
    return socket;
  };
  return {
    name: 'socket',
    async send(feedId, lines): Promise<Delivery> {
      const socket = socketOf(feedId);
      // A refused handshake (wrong token) ends Socket.IO's own retries.
      if (!socket.connected && !socket.active) socket.connect();
      try {
        const raw: unknown = await socket
          .timeout(options.timeoutMs ?? 15_000)
          .emitWithAck('observations', lines.map(parseLine));
        const answer = parseAnswer(raw);
        return answer === null
          ? { kind: 'retry', reason: `ack without an ingest answer: ${JSON.stringify(raw)?.slice(0, 100)}` }
          : { kind: 'answered', answer };
      } catch (cause) {
        return { kind: 'retry', reason: reasonOf(cause) };
      }
    },
    async close() {
      for (const socket of sockets.values()) socket.disconnect();
      sockets.clear();
      return Promise.resolve();
    },
  };
}

/** Garbage (an injected fault) travels as the text it is. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    return cause instanceof SyntaxError ? line : null;
  }
}
