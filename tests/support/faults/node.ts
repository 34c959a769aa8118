/**
 * One server of the faults: the product's engine, journal and sockets without anything that changes by itself, so that it
 * comes to rest, and with pings so short that a half-open connection is noticed within a second. It believes who a console
 * says it is. For the faults of alarms it lives by itself, and faster, until it is told to rest.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { City } from '../../../server/city/city.ts';
import { recordKinds, type RecordKind, type RecordTypes } from '../../../server/contract/records.ts';
import type { Audience, Person } from '../../../server/contract/roles.ts';
import * as parser from '../../../server/contract/socket-parser.ts';
import { seenBy } from '../../../server/domain/privacy.ts';
import { Engine } from '../../../server/live/engine.ts';
import type { FeedDescription } from '../../../server/live/ports.ts';
import type { Observation } from '../../../server/contract/observations.ts';
import type { Records } from '../../../server/live/records.ts';
import { openStores } from '../../../server/storage/open-stores.ts';
import { attachSockets, socketServerOptions } from '../../../server/transport/socket.ts';
import { noHistory } from '../no-history.ts';
import { smallPack } from '../small-pack.ts';
import { fastClock, faultRules } from './alarm-world.ts';

/** Who sits at the consoles. */
export const people = {
  wang: { id: 'wang', name: '王调度', role: 'dispatcher' },
  zhao: { id: 'zhao', name: '赵调度', role: 'dispatcher' },
  liu: { id: 'liu', name: '刘消防', role: 'department', department: 'dep-fire' },
  qian: { id: 'qian', name: '钱观察', role: 'viewer' },
} as const satisfies Record<string, Person>;
export type PersonId = keyof typeof people;
export const personIds = Object.keys(people) as PersonId[];

/** What a server holds at a moment. */
export interface Truth {
  readonly epoch: string;
  readonly seq: number;
  /** Of the records as each person may see them. */
  readonly hashes: Readonly<Record<PersonId, string>>;
  /** Of what all servers on one journal must agree on. */
  readonly shared: string;
}

export interface NodeOptions {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** Its clock runs fast since then (`fastClock`), it ticks by itself, and the rules of the alarm faults are in force. */
  readonly fastSinceMs?: number;
}

/** What a server says of facts that it was told. */
export interface Observed {
  readonly taken: number;
  /** When its watch over all alarms was made. */
  readonly watchMs: number;
}

export interface RunningNode {
  readonly url: string;
  truth(): Truth;
  /** Lets a second of the server's own life pass. */
  tick(): void;
  observe(observations: readonly Observation[]): Promise<Observed>;
  /** Nothing changes by itself any more. */
  rest(): void;
  /** As near to a kill as can be within a process: nobody is told, and only what the journal has under way is waited for. */
  abandon(): Promise<void>;
}

const PING_MS = 400;
/** The engine decides itself what is due; a second of its life may be a twentieth of ours. */
const TICK_MS = 20;
const FEED: FeedDescription = {
  id: 'instruments',
  name: { zh: '仪器', en: 'Instruments' },
  kind: 'stations',
  format: 'native',
  maxObjects: 1_000,
};

export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { dataDir, databaseUrl, fastSinceMs } = options;
  const nowMs = fastSinceMs === undefined ? (): number => Date.now() : fastClock(fastSinceMs);
  const { journal, accounts } = await openStores({ dataDir, databaseUrl, onProblem: () => undefined });
  const engine = new Engine({
    city: City.fromPack(smallPack()),
    feeds: fastSinceMs === undefined ? [] : [FEED],
    journal,
    history: noHistory,
    nowMs,
    ...(fastSinceMs !== undefined && { alarmRules: faultRules }),
  });
  await engine.start();
  const ticking = fastSinceMs === undefined ? undefined : setInterval(() => engine.tick(nowMs()), TICK_MS);
  const http = createServer();
  const io = new Server(http, {
    ...socketServerOptions,
    pingInterval: PING_MS,
    pingTimeout: 2 * PING_MS,
    parser,
  });
  const sockets = attachSockets(io, {
    engine,
    tickHz: 5,
    personOf: (socket) => people[socket.handshake.query['as'] as PersonId],
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    truth: () => truthOf(engine.records),
    tick: () => engine.tick(nowMs()),
    observe: async (observations) => {
      const lines = observations.map((_, n) => n + 1);
      const { taken } = await engine.observe(FEED.id, observations, lines, nowMs());
      return { taken, watchMs: engine.records.get('watch', 'alarms')?.atMs ?? 0 };
    },
    rest: () => clearInterval(ticking),
    abandon: async () => {
      clearInterval(ticking);
      sockets.close();
      http.closeAllConnections();
      await io.close();
      await journal.close();
      await accounts.close();
    },
  };
}

function truthOf(records: Records): Truth {
  const everything = records.everything();
  const seen = (audience: Audience): string =>
    recordsHash((kind) => everything[kind].flatMap((r) => seenBy(kind, r, audience) ?? []));
  return {
    epoch: records.epoch,
    seq: records.seq,
    hashes: Object.fromEntries(personIds.map((id) => [id, seen(people[id])])) as Truth['hashes'],
    shared: recordsHash((kind) => (kind === 'incident' || kind === 'unit' ? everything[kind] : [])),
  };
}

/** The same of the same records, in whatever order they came to be known. */
export function recordsHash(all: <K extends RecordKind>(kind: K) => Iterable<RecordTypes[K]>): string {
  const hash = createHash('sha256');
  for (const kind of recordKinds) {
    const sorted = [...all(kind)].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    hash.update(`${kind} ${JSON.stringify(sorted)}\n`);
  }
  return hash.digest('hex');
}
