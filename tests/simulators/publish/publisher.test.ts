import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Observation } from '../../../server/contract/observations.ts';
import { FeedQueue } from '../../../simulators/publish/feed-queue.ts';
import { httpTransport } from '../../../simulators/publish/http.ts';
import { payloads } from '../../../simulators/publish/mqtt.ts';
import { Publisher, type FeedPlan } from '../../../simulators/publish/publisher.ts';

interface Received {
  readonly url: string;
  readonly token: string | undefined;
  readonly lines: string[];
}

/** A server that answers as it is told; what it got is in `received`. */
class Door {
  readonly received: Received[] = [];
  answer: (r: Received) => { status: number; body: unknown; headers?: Record<string, string> } = (r) => ({
    status: 200,
    body: { taken: r.lines.length, late: 0, duplicate: 0, refused: 0, refusals: [] },
  });
  #server: Server | null = null;
  #port = 0;

  async open(): Promise<void> {
    this.#server = createServer((request, response) => {
      void read(request).then((lines) => {
        const got = { url: request.url ?? '', token: request.headers.authorization, lines };
        this.received.push(got);
        const { status, body, headers } = this.answer(got);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        return response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get lines(): string[] {
    return this.received.flatMap((r) => r.lines);
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

async function read(request: IncomingMessage): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
  return text.split('\n').filter(Boolean);
}

const position = (id: string, at: number): Observation => ({ type: 'position', id, at, lon: 1, lat: 2 });
const incident = (id: string): Observation => ({
  type: 'incident',
  id,
  at: 1,
  channel: '110',
  category: 'crime.theft',
  status: 'open',
});

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function setUp(
  feeds: readonly FeedPlan[],
): Promise<{ door: Door; publisher: Publisher; said: string[] }> {
  const door = new Door();
  await door.open();
  const said: string[] = [];
  const publisher = new Publisher({
    transport: httpTransport({ server: door.url, token: 'secret' }),
    feeds,
    nowMs: Date.now,
    random: () => 0.5,
    log: (line) => said.push(line),
    firstBackOffMs: 10,
  });
  open.push(
    () => publisher.stop(0),
    () => door.close(),
  );
  return { door, publisher, said };
}

const cases: FeedPlan = { id: 'sim-incidents', mode: 'every', bound: 100, batch: 20 };
const cars: FeedPlan = { id: 'sim-positions', mode: 'latest', bound: 100, batch: 50 };

describe('publisher', () => {
  it('SI-50: sends NDJSON with the feed and its token', async () => {
    const { door, publisher } = await setUp([cars]);
    publisher.publish('sim-positions', position('a', 1));
    await vi.waitFor(() => expect(door.received.length).toBe(1));
    expect(door.received[0]).toMatchObject({ url: '/api/v1/ingest/sim-positions', token: 'Bearer secret' });
    expect(JSON.parse(door.lines[0]!)).toEqual(position('a', 1));
  });

  it('SI-51: incidents wait in order through an outage of the server, and arrive once each', async () => {
    const { door, publisher, said } = await setUp([cases]);
    await door.close();
    for (let i = 0; i < 45; i++) publisher.publish('sim-incidents', incident(`i${i}`));
    await vi.waitFor(() => expect(publisher.stats()['sim-incidents']!.failures).toBeGreaterThan(1));
    await door.open();
    await vi.waitFor(() => expect(door.lines.length).toBe(45), 5_000);
    expect(door.lines.map((l) => (JSON.parse(l) as { id: string }).id)).toEqual(
      Array.from({ length: 45 }, (_, i) => `i${i}`),
    );
    expect(publisher.stats()['sim-incidents']!.dropped).toBe(0);
    expect(said.some((s) => s.includes('answers again'))).toBe(true);
  });

  it('SI-51: an incident that the server could not store is sent again, the others are not', async () => {
    const { door, publisher } = await setUp([cases]);
    door.answer = (r) => ({
      status: 200,
      body:
        door.received.length === 1
          ? { taken: 2, late: 0, duplicate: 0, refused: 1, refusals: [{ line: 2, code: 'journal-failed' }] }
          : { taken: r.lines.length, late: 0, duplicate: 0, refused: 0, refusals: [] },
    });
    for (const id of ['a', 'b', 'c']) publisher.publish('sim-incidents', incident(id));
    await vi.waitFor(() => expect(publisher.stats()['sim-incidents']!.taken).toBe(3));
    expect(door.received.length).toBeGreaterThanOrEqual(2);
    const ids = door.received
      .slice(1)
      .flatMap((r) => r.lines.map((l) => (JSON.parse(l) as { id: string }).id));
    expect(ids).toEqual(['b']);
  });

  it('SI-52: telemetry that waits is replaced by newer, and never exceeds its bound', async () => {
    const { door, publisher } = await setUp([cars]);
    await door.close();
    for (let round = 1; round <= 5; round++) {
      for (let i = 0; i < 80; i++) publisher.publish('sim-positions', position(`v${i}`, round));
    }
    expect(publisher.stats()['sim-positions']!.waiting).toBeLessThanOrEqual(100);
    await door.open();
    await vi.waitFor(
      () => expect(new Set(door.lines.map((l) => (JSON.parse(l) as { id: string }).id)).size).toBe(80),
      5_000,
    );
    for (const line of door.lines) expect((JSON.parse(line) as { at: number }).at).toBe(5);
  });

  it('SI-52: a body that is too large is sent in smaller ones', async () => {
    const { door, publisher } = await setUp([cars]);
    door.answer = (r) =>
      r.lines.length > 10
        ? { status: 413, body: {} }
        : { status: 200, body: { taken: r.lines.length, late: 0, duplicate: 0, refused: 0, refusals: [] } };
    for (let i = 0; i < 40; i++) publisher.publish('sim-positions', position(`v${i}`, 1));
    await vi.waitFor(() => expect(publisher.stats()['sim-positions']!.taken).toBe(40), 5_000);
  });

  it('SI-52: a wrong token is said once and tried again, since it can be mended', async () => {
    const { door, publisher, said } = await setUp([cars]);
    const taken = door.answer;
    door.answer = () => ({ status: 401, body: { code: 'wrong-token' } });
    publisher.publish('sim-positions', position('a', 1));
    await vi.waitFor(() => expect(door.received.length).toBeGreaterThan(2));
    expect(said.filter((s) => s.includes('wrong-token'))).toHaveLength(1);
    door.answer = taken;
    await vi.waitFor(() => expect(publisher.stats()['sim-positions']!.taken).toBe(1));
  });

  it('SI-53: an outage that is asked for sends nothing, and what waited comes after it', async () => {
    const { door, publisher } = await setUp([cases]);
    publisher.faults.inject({ kind: 'outage', feed: 'sim-incidents', seconds: 1 }, Date.now());
    publisher.publish('sim-incidents', incident('a'));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(door.received).toHaveLength(0);
    await vi.waitFor(() => expect(door.lines).toHaveLength(1), 5_000);
  });

  it('SI-50: gzip is used where it is asked for', async () => {
    const door = new Door();
    await door.open();
    open.push(() => door.close());
    const transport = httpTransport({ server: door.url, token: 't', gzip: true });
    expect(await transport.send('f', ['{"a":1}'])).toMatchObject({ kind: 'answered', answer: { taken: 1 } });
    expect(door.lines).toEqual(['{"a":1}']);
    await transport.close();
  });
});

describe('feed queue', () => {
  it('SI-52: a line that comes back does not replace a newer one', () => {
    const queue = new FeedQueue('latest', 10);
    queue.put('k', 'old');
    const batch = queue.take(5);
    queue.put('k', 'new');
    queue.giveBack(batch);
    expect(queue.take(5).map((w) => w.line)).toEqual(['new']);
  });

  it('SI-52: at its bound it gives up the oldest and counts it', () => {
    const queue = new FeedQueue('every', 3);
    for (const line of ['1', '2', '3', '4']) queue.put(line, line);
    expect(queue.dropped).toBe(1);
    expect(queue.take(9).map((w) => w.line)).toEqual(['2', '3', '4']);
  });
});

it('SI-50: MQTT payloads stay under their limit and lose no line', () => {
  const lines = Array.from({ length: 50 }, (_, i) => `{"n":${i},"zh":"临江"}`);
  const parts = [...payloads(lines, 200)];
  for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(200);
  expect(parts.flatMap((p) => p.split('\n'))).toEqual(lines);
});
