/**
 * Screens on Socket.IO, namespace `/`: hello, snapshot, delta, command carry the records; view asks for telemetry,
 * which goes out beside Socket.IO's events as bare binary packets.
 */
import type { Server, ServerOptions, Socket } from 'socket.io';
import { command, hello, view } from '../contract/sync.ts';
import type { Role } from '../domain/privacy.ts';
import type { Engine } from '../live/engine.ts';
import { Outbox, STALLED_MS, type OutboxStats } from './outbox.ts';
import { Commands } from './socket-commands.ts';
import { Connection } from './socket-connection.ts';
import { handle, type SocketLog } from './socket-guard.ts';
import { RecordFeed, type Reader } from './socket-records.ts';

const PUMP_MS = 20;
const RECORDS_EVERY_MS = 100;

/**
 * What the Socket.IO server must be made with. Compression is off: frames are dense already, and deflating one copy a
 * screen would cost more than all the rest.
 */
export const socketServerOptions = {
  maxHttpBufferSize: 64 * 1024,
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  connectTimeout: 10_000,
  pingInterval: 15_000,
  pingTimeout: 15_000,
} as const satisfies Partial<ServerOptions>;

export interface SocketDeps {
  readonly engine: Engine;
  /** Telemetry messages a second where a screen does not ask for another rate. */
  readonly tickHz: number;
  readonly commands?: Commands;
  /** What a screen may see; a viewer where absent. */
  readonly roleOf?: (socket: Socket) => Role;
  readonly log?: SocketLog;
  readonly stalledMs?: number;
}

export interface SocketStats {
  readonly telemetry: Readonly<OutboxStats>;
  readonly records: Readonly<RecordFeed['stats']>;
}

export interface Sockets {
  stats(): SocketStats;
  /** Stops sending. Closing the connections is the Socket.IO server's. */
  close(): void;
}

export function attachSockets(io: Server, deps: SocketDeps): Sockets {
  const { engine } = deps;
  const { nowMs } = engine;
  const log: SocketLog = deps.log ?? ((): void => undefined);
  const commands = deps.commands ?? new Commands();
  const outbox = new Outbox({
    sources: [engine.positions, engine.links, engine.signals],
    version: engine.version,
    tickHz: deps.tickHz,
  });
  const records = new RecordFeed(engine.records, deps.stalledMs ?? STALLED_MS);

  const onConnection = (socket: Socket): void => {
    const connection = new Connection(socket.conn);
    const outlet = {
      hasRoom: () => connection.hasRoom(),
      send: connection.send.bind(connection),
      drop: (reason: string): void => {
        log('warn', 'screen disconnected', { id: socket.id, reason });
        connection.drop();
      },
    };
    const role = deps.roleOf?.(socket) ?? 'viewer';
    const screen = outbox.add(outlet);
    let reader: Reader | null = null;

    handle(
      socket,
      {
        event: 'hello',
        schema: hello,
        perSecond: 1,
        burst: 10,
        run: (input, answer) => {
          if (reader) records.leave(reader);
          answer({ ok: true, epoch: engine.records.epoch });
          reader = records.hello(outlet, role, input, nowMs());
        },
      },
      nowMs,
      log,
    );
    handle(
      socket,
      {
        event: 'view',
        schema: view,
        perSecond: 10,
        burst: 40,
        run: (input, answer) => {
          const { answer: granted, first } = outbox.setView(screen, input, nowMs());
          answer(granted);
          first();
        },
      },
      nowMs,
      log,
    );
    handle(
      socket,
      {
        event: 'command',
        schema: command,
        perSecond: 20,
        burst: 60,
        run: async (input, answer) => answer(await commands.execute(input, { role, nowMs: nowMs() })),
      },
      nowMs,
      log,
    );
    socket.on('error', (error) => log('warn', 'socket error', error));
    socket.on('disconnect', () => {
      outbox.remove(screen);
      if (reader) records.leave(reader);
    });
  };

  io.on('connection', onConnection);
  let recordsDueAtMs = 0;
  const timer = setInterval(() => {
    const now = nowMs();
    try {
      outbox.pump(now);
      if (now >= recordsDueAtMs || recordsDueAtMs - now > RECORDS_EVERY_MS) {
        recordsDueAtMs = now + RECORDS_EVERY_MS;
        records.pump(now);
      }
    } catch (error) {
      log('error', 'sending to screens failed', error);
    }
  }, PUMP_MS);

  return {
    stats: () => ({ telemetry: outbox.stats, records: records.stats }),
    close: () => {
      clearInterval(timer);
      io.off('connection', onConnection);
    },
  };
}
