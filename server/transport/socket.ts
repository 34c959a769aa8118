/**
 * Screens on Socket.IO, namespace `/`: hello, snapshot, delta, command carry the records; view asks for telemetry,
 * which goes out beside Socket.IO's events as bare binary packets.
 */
import type { Server, ServerOptions, Socket } from 'socket.io';
import { command, hello, view, type CommandAnswer, type TelemetryLayer } from '../contract/sync.ts';
import { commandPayloads } from '../contract/commands.ts';
import type { Audience, Person } from '../contract/roles.ts';
import type { Engine } from '../live/engine.ts';
import { Outbox, STALLED_MS, type OutboxStats } from './outbox.ts';
import { Commands } from './socket-commands.ts';
import { Connection } from './socket-connection.ts';
import { handle, type SocketLog } from './socket-guard.ts';
import { RecordFeed, type Reader } from './socket-records.ts';

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
  /** The map zoom from which a layer is sent, where it is not the usual one. */
  readonly minZoom?: Partial<Record<TelemetryLayer, number>>;
  /** The engine's where absent. */
  readonly commands?: Commands;
  /** Who is signed in on a socket; null, or absent: nobody, a viewer. */
  readonly personOf?: (socket: Socket) => Person | null;
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
  const commands = deps.commands ?? commandsOf(engine);
  const outbox = new Outbox({
    sources: [engine.positions, engine.links, engine.signals],
    version: engine.version,
    tickHz: deps.tickHz,
    minZoom: deps.minZoom,
  });
  const records = new RecordFeed(engine.records, deps.stalledMs ?? STALLED_MS);

  // Timers run only while there is something to send, so that an idle server sleeps.
  const telemetryTimer = new Rearming(
    () => outbox.dueInMs(nowMs()),
    () => outbox.pump(nowMs()),
    log,
  );
  const recordsTimer = new Rearming(
    () => (records.isBehind() ? RECORDS_EVERY_MS : Infinity),
    () => records.pump(nowMs()),
    log,
  );

  const onConnection = (socket: Socket): void => {
    const connection = new Connection(socket.conn);
    const outlet = {
      hasRoom: () => connection.hasRoom(),
      isIdle: () => connection.isIdle(),
      send: connection.send.bind(connection),
      drop: (reason: string): void => {
        log('warn', 'screen disconnected', { id: socket.id, reason });
        connection.drop();
      },
    };
    const person = deps.personOf?.(socket) ?? null;
    const audience: Audience = person ?? { role: 'viewer' };
    const from = socket.handshake.address;
    const screen = outbox.add(outlet);
    let reader: Reader | null = null;
    const presence = ({ id: user, name, role }: Person, incident: string | null): void => {
      const known = engine.records.get('presence', socket.id);
      if (known?.incident === incident) return;
      engine.records.put('presence', { id: socket.id, user, name, role, incident, sinceMs: nowMs() });
    };
    /** Says which case this screen shows. */
    const look = (payload: unknown): CommandAnswer => {
      const read = commandPayloads['presence.view'].safeParse(payload);
      if (!read.success) return { ok: false, refusal: { code: 'bad-field', detail: 'incident' } };
      if (person === null) return { ok: false, refusal: { code: 'not-signed-in' } };
      presence(person, read.data.incident);
      return { ok: true, seq: 0 };
    };

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
          reader = records.hello(outlet, audience, input, nowMs());
          if (person && !engine.records.get('presence', socket.id)) presence(person, null);
          recordsTimer.arm();
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
          telemetryTimer.arm();
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
        run: async (input, answer) => {
          if (input.type !== 'presence.view') answer(await commands.execute(input, { person, from }));
          else answer(look(input.payload));
        },
      },
      nowMs,
      log,
    );
    socket.on('error', (error) => log('warn', 'socket error', error));
    socket.on('disconnect', () => {
      outbox.remove(screen);
      if (reader) records.leave(reader);
      engine.records.delete('presence', socket.id);
    });
  };

  io.on('connection', onConnection);
  const stopListening = engine.records.onChange(() => {
    if (!recordsTimer.waits) recordsTimer.arm();
  });

  return {
    stats: () => ({ telemetry: outbox.stats, records: records.stats }),
    close: () => {
      stopListening();
      telemetryTimer.stop();
      recordsTimer.stop();
      io.off('connection', onConnection);
    },
  };
}

/** Commands decided by an engine; refusals are told to `log`. */
export function commandsOf(engine: Pick<Engine, 'decisions'>, log?: SocketLog): Commands {
  return new Commands({
    execute: (read, by) => engine.decisions.execute(read, by),
    refused: ({ type, id }, refusal, { person, from }) =>
      log?.('info', 'command refused', { type, id, user: person?.id, from, ...refusal }),
  });
}

/** A timer that asks after each run when to run next, and sleeps on Infinity until armed. */
class Rearming {
  private timer: NodeJS.Timeout | null = null;
  private dueAtMs = 0;
  private stopped = false;
  private readonly dueInMs: () => number;
  private readonly run: () => void;
  private readonly log: SocketLog;

  constructor(dueInMs: () => number, run: () => void, log: SocketLog) {
    this.dueInMs = dueInMs;
    this.run = run;
    this.log = log;
  }

  get waits(): boolean {
    return this.timer !== null;
  }

  /** Asks when to run next, and waits for it unless it waits for something sooner. */
  arm(): void {
    const delayMs = this.dueInMs();
    const dueAtMs = performance.now() + delayMs;
    if (this.stopped || delayMs === Infinity || (this.timer !== null && dueAtMs >= this.dueAtMs)) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.dueAtMs = dueAtMs;
    this.timer = setTimeout(() => {
      this.timer = null;
      try {
        this.run();
      } catch (error) {
        this.log('error', 'sending to screens failed', error);
      }
      this.arm();
    }, delayMs);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
