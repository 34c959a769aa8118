/** The server side of the fan-out bench, in a process of its own: the product, or one of what it is held against. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { City } from '../../server/city/city.ts';
import { ByteWriter, gatherMessage, layerTileZoom } from '../../server/contract/frames.ts';
import { tilesOfBbox } from '../../server/contract/geo.ts';
import type { PositionObservation } from '../../server/contract/observations.ts';
import { Engine } from '../../server/live/engine.ts';
import type { Journal } from '../../server/live/ports.ts';
import { Outbox, type Outlet } from '../../server/transport/outbox.ts';
import { BACKLOG_BYTES } from '../../server/transport/socket-connection.ts';
import { attachSockets, socketServerOptions } from '../../server/transport/socket.ts';
import {
  CENTER,
  CITY,
  seeded,
  stampOf,
  TICK_HZ,
  viewOf,
  ZOOM,
  type Order,
  type Report,
  type ServerPlan,
} from './fanout-plan.ts';
import { noHistory } from '../../tests/support/no-history.ts';

/** Objects report all the time, not in the rhythm of the ticks: so many portions an interval. */
const PORTIONS = 20;
const INTERVAL_MS = 1000 / TICK_HZ;
const STEP_DEG = 0.0001;

const noJournal: Journal = {
  lastSeq: 0,
  append: async (expectedSeq, events) => ({ ok: true, lastSeq: expectedSeq + events.length }),
  read: async function* () {},
  watch: () => () => undefined,
  close: async () => undefined,
};
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Objects that drive about in the city. */
class Traffic {
  readonly observations: Mutable<PositionObservation>[];
  private readonly dLon: Float64Array;
  private readonly dLat: Float64Array;

  constructor(objects: number, seed: number) {
    const random = seeded(seed);
    this.dLon = new Float64Array(objects);
    this.dLat = new Float64Array(objects);
    this.observations = Array.from({ length: objects }, (_, i) => {
      this.dLon[i] = (random() - 0.5) * STEP_DEG;
      this.dLat[i] = (random() - 0.5) * STEP_DEG;
      return {
        type: 'position',
        id: `vehicle-${i}`,
        at: 0,
        lon: CITY[0] + random() * (CITY[2] - CITY[0]),
        lat: CITY[1] + random() * (CITY[3] - CITY[1]),
        mover: i % 10 === 0 ? 'taxi' : i % 25 === 0 ? 'bus' : 'car',
      };
    });
  }

  /** Moves one portion on and returns it. */
  move(portion: number, nowMs: number): PositionObservation[] {
    const n = this.observations.length;
    const from = Math.floor((portion * n) / PORTIONS);
    const to = Math.floor(((portion + 1) * n) / PORTIONS);
    const stamp = stampOf(nowMs);
    for (let i = from; i < to; i++) {
      const o = this.observations[i]!;
      o.lon += this.dLon[i]!;
      o.lat += this.dLat[i]!;
      if (o.lon < CITY[0] || o.lon > CITY[2]) this.dLon[i] = -this.dLon[i]!;
      if (o.lat < CITY[1] || o.lat > CITY[3]) this.dLat[i] = -this.dLat[i]!;
      o.at = nowMs;
      o.speedKph = stamp.speedKph;
      o.headingDeg = stamp.headingDeg;
    }
    return this.observations.slice(from, to);
  }
}

interface Counts {
  messages: number;
  bytes: number;
  skipped: number;
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

export async function runServer(plan: ServerPlan): Promise<void> {
  const city = City.plain({ center: CENTER, zoom: 12, bbox: CITY });
  const engine = new Engine({
    city,
    feeds: [
      {
        id: 'cars',
        name: { zh: '车', en: 'Cars' },
        kind: 'positions',
        format: 'native',
        maxObjects: 200_000,
      },
    ],
    journal: noJournal,
    history: noHistory,
    nowMs: () => Date.now(),
  });
  await engine.start();
  const traffic = new Traffic(plan.objects, plan.seed);
  const lines: number[] = [];

  let ingestCpuMs = 0;
  const ingest = async (portion: number): Promise<void> => {
    const before = cpuMs();
    const batch = traffic.move(portion, Date.now());
    // In pieces that the engine takes in one go, so that nothing else runs between the two readings.
    for (let i = 0; i < batch.length; i += 2_000) {
      await engine.observe('cars', batch.slice(i, i + 2_000), lines, Date.now());
    }
    ingestCpuMs += cpuMs() - before;
  };
  for (let p = 0; p < PORTIONS; p++) await ingest(p);

  const http = createServer();
  const counts = await senderOf(plan, engine, traffic, http, ingest);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  report({ type: 'listening', url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });

  // Objects are fed in whatever sends them out: so all run beside the same work and the same caches.
  let portion = 0;
  let dueAtMs = Date.now();
  const feed = async (): Promise<void> => {
    await ingest(portion++ % PORTIONS);
    dueAtMs = Math.max(dueAtMs + INTERVAL_MS / PORTIONS, Date.now() - INTERVAL_MS);
    setTimeout(() => void feed(), Math.max(0, dueAtMs - Date.now()));
  };
  void feed();
  setInterval(() => engine.tick(Date.now()), 250);

  let from = { cpu: 0, ingest: 0, atMs: 0, counts: { messages: 0, bytes: 0, skipped: 0 } };
  process.on('message', (order: Order) => {
    if (order.type === 'measure') {
      from = { cpu: cpuMs(), ingest: ingestCpuMs, atMs: Date.now(), counts: { ...counts() } };
      return;
    }
    const ingested = ingestCpuMs - from.ingest;
    const now = counts();
    report({
      type: 'server',
      report: {
        ticks: (Date.now() - from.atMs) / INTERVAL_MS,
        cpuMs: cpuMs() - from.cpu - ingested,
        ingestCpuMs: ingested,
        messages: now.messages - from.counts.messages,
        bytes: now.bytes - from.counts.bytes,
        skipped: now.skipped - from.counts.skipped,
        rssMb: Math.round(process.memoryUsage.rss() / 1e6),
      },
    });
  });
}

type HttpServer = ReturnType<typeof createServer>;

async function senderOf(
  plan: ServerPlan,
  engine: Engine,
  traffic: Traffic,
  http: HttpServer,
  ingest: (portion: number) => Promise<void>,
): Promise<() => Counts> {
  switch (plan.mode) {
    case 'product': {
      const sockets = attachSockets(new Server(http, socketServerOptions), { engine, tickHz: TICK_HZ });
      return () => sockets.stats().telemetry;
    }
    case 'raw':
      return twin(plan, http, engine);
    case 'ready':
      return ready(http, await recordMessages(plan, engine, ingest));
    case 'naive':
      return naive(plan, new Server(http, { ...socketServerOptions, transports: ['websocket'] }), traffic);
  }
}

/** One message of the product for each view, as it is in the steady state. */
async function recordMessages(
  plan: ServerPlan,
  engine: Engine,
  ingest: (portion: number) => Promise<void>,
): Promise<Buffer[]> {
  const outbox = new Outbox({ sources: [engine.positions], version: engine.version, tickHz: TICK_HZ });
  const messages: Buffer[] = [];
  for (let i = 0; i < plan.clients; i++) {
    const outlet: Outlet = {
      hasRoom: () => true,
      isIdle: () => false,
      send: ({ data }) => (messages[i] = data as Buffer),
      drop: () => undefined,
    };
    const view = { bbox: viewOf(i, plan.seed), zoom: ZOOM, layers: ['vehicles' as const] };
    outbox.setView(outbox.add(outlet), view, 0).first();
  }
  for (let p = 0; p < PORTIONS; p++) await ingest(p);
  outbox.pump(INTERVAL_MS + 1);
  return messages;
}

interface BareScreen {
  readonly i: number;
  send(data: Uint8Array): void;
  waitingBytes(): number;
}

/** The screens of a bare WebSocket server; `i` is the screen's number. */
function bareScreens(http: HttpServer): BareScreen[] {
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  const screens: BareScreen[] = [];
  server.on('connection', (socket, request) => {
    const i = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('i'));
    screens.push({ send: (data) => socket.send(data), waitingBytes: () => socket.bufferedAmount, i });
  });
  return screens;
}

/**
 * The twin: the same picture on bare WebSockets. Each tile is encoded once a tick by the same code, each screen gets one
 * gathered message of the same bytes; no records, no resuming, no Socket.IO. A screen that has not taken the last message
 * is passed over, as by the product: otherwise a machine too small for all screens would measure a growing queue.
 */
function twin(plan: ServerPlan, http: HttpServer, engine: Engine): () => Counts {
  const counts: Counts = { messages: 0, bytes: 0, skipped: 0 };
  const screens = bareScreens(http);
  const tiles = Array.from({ length: plan.clients }, (_, i) =>
    tilesOfBbox(viewOf(i, plan.seed), layerTileZoom.vehicles, 1_000),
  );
  const writer = new ByteWriter(1 << 20);
  let since = 0;
  setInterval(() => {
    const upTo = engine.version.seal();
    const made = new Map<number, Uint8Array>();
    writer.reset();
    const header = { skipped: 0, tick: upTo, serverTimeMs: Date.now(), intervalMs: INTERVAL_MS };
    for (const screen of screens) {
      if (screen.waitingBytes() > BACKLOG_BYTES) {
        counts.skipped++;
        continue;
      }
      const frames: Uint8Array[] = [];
      for (const tile of tiles[screen.i]!) {
        let frame = made.get(tile);
        if (!frame) {
          const start = writer.length;
          engine.positions.encodeSince(writer, tile, since);
          made.set(tile, (frame = writer.bytes.subarray(start, writer.length)));
        }
        if (frame.length > 0) frames.push(frame);
      }
      const message = gatherMessage(header, frames);
      screen.send(message);
      counts.messages++;
      counts.bytes += message.length;
    }
    engine.positions.forget(upTo);
    since = upTo;
  }, INTERVAL_MS);
  return () => counts;
}

/** Less than any server can do: each message lies ready-made, and is only sent. */
function ready(http: HttpServer, messages: readonly Buffer[]): () => Counts {
  const counts: Counts = { messages: 0, bytes: 0, skipped: 0 };
  const screens = bareScreens(http);
  setInterval(() => {
    for (const screen of screens) {
      const message = messages[screen.i]!;
      screen.send(message);
      counts.messages++;
      counts.bytes += message.length;
    }
  }, INTERVAL_MS);
  return () => counts;
}

/** What one writes first: every update is an event to everybody. */
function naive(plan: ServerPlan, io: Server, traffic: Traffic): () => Counts {
  const counts: Counts = { messages: 0, bytes: 0, skipped: 0 };
  let next = 0;
  setInterval(() => {
    for (let n = 0; n < plan.updates; n++) {
      const { id, lon, lat, headingDeg, speedKph } = traffic.observations[next++ % plan.objects]!;
      io.emit('position', { id, lon, lat, headingDeg, speedKph });
      counts.messages += io.engine.clientsCount;
    }
  }, INTERVAL_MS);
  return () => counts;
}

function report(message: Report): void {
  process.send?.(message);
}
