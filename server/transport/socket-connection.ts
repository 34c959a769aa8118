/** The Engine.IO connection under a socket: what waits in it, and sending to it what was encoded for many. */
import type { Socket } from 'socket.io';
import type { WireMessage } from './socket-frames.ts';

type Conn = Socket['conn'];

/** More than this unsent, and nothing that can wait is added. The kernel's own buffers come on top. */
export const BACKLOG_BYTES = 64 * 1024;

/** What Engine.IO's types hide: packets not yet given to the transport, and its WebSocket (absent while polling). */
interface Insides {
  readonly writeBuffer: readonly { readonly data?: { readonly length: number } }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount?: number } };
}

export class Connection {
  private readonly conn: Conn;

  constructor(conn: Conn) {
    this.conn = conn;
  }

  /** Bytes handed over and not yet taken by the kernel. */
  backlogBytes(): number {
    const { writeBuffer, transport } = this.conn as unknown as Insides;
    let bytes = transport.socket?.bufferedAmount ?? 0;
    for (const packet of writeBuffer) bytes += packet.data?.length ?? 0;
    return bytes;
  }

  hasRoom(): boolean {
    return this.conn.readyState === 'open' && this.backlogBytes() <= BACKLOG_BYTES;
  }

  /** True where the kernel has all that was sent; never of a connection that ended, whose bytes nobody awaits. */
  isIdle(): boolean {
    return this.conn.readyState === 'open' && this.backlogBytes() === 0;
  }

  send(message: WireMessage): void {
    if (this.conn.readyState !== 'open') return;
    // A pre-encoded frame is what Socket.IO's own adapter broadcasts with, though the types do not tell of it.
    const options: { compress?: boolean } = message.options;
    this.conn.write(message.data, options);
  }

  /** Ends it without waiting for what is unsent; the client comes back by itself, as after a cut. */
  drop(): void {
    this.conn.close(true);
  }
}
