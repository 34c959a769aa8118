import { createServer, type IncomingMessage } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { demoConsoleTokens } from '../../../server/contract/accounts.ts';
import { emptyRecordMaps, recordKinds, type IncidentRecord } from '../../../server/contract/records.ts';
import type { Command, CommandAnswer, Hello, Snapshot } from '../../../server/contract/sync.ts';
import { startColleagues } from '../../../simulators/colleagues/shift.ts';
import { feed, incident } from '../../support/case-records.ts';

interface Given {
  readonly account: string;
  readonly command: Command;
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const accountOf = (request: IncomingMessage): string =>
  demoConsoleTokens[(request.headers.authorization ?? '').replace('Bearer ', '')] ?? 'nobody';
const body = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
};

/** A server that keeps one set of records and does what it is told by `execute`. */
class FakeServer {
  readonly records = emptyRecordMaps();
  readonly given: Given[] = [];
  readonly hellos: { account: string; hello: Hello }[] = [];
  readonly sockets = new Set<Socket>();
  readonly http = createServer((request, response) => {
    void (async () => {
      response.setHeader('content-type', 'application/json');
      if (request.method === 'POST' && request.url === '/api/v1/commands') {
        const command = (await body(request)) as Command;
        this.given.push({ account: accountOf(request), command });
        const answer = this.execute(command);
        if (answer === null) request.socket.destroy();
        else response.end(JSON.stringify(answer));
      } else response.writeHead(404).end('{}');
    })();
  });
  readonly io = new Server(this.http, { transports: ['websocket'] });
  seq = 10;
  execute: (command: Command) => CommandAnswer | null = () => ({ ok: true, seq: 1 });

  constructor() {
    this.records.feed.set('sim-incidents', feed('sim-incidents'));
    this.io.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('hello', (hello: Hello, ack: (a: unknown) => void) => {
        this.hellos.push({ account: accountOf(socket.request), hello });
        ack({ ok: true });
        socket.emit('snapshot', this.snapshot());
      });
    });
  }

  snapshot(): Snapshot {
    const records = Object.fromEntries(recordKinds.map((k) => [k, [...this.records[k].values()]]));
    return {
      epoch: 'e',
      seq: this.seq,
      serverTimeMs: Date.now(),
      records: records as unknown as Snapshot['records'],
    };
  }

  put(record: IncidentRecord, from = this.seq): void {
    this.records.incident.set(record.id, record);
    this.seq = from + 1;
    const change = { seq: this.seq, kind: 'incident', id: record.id, value: record };
    this.io.emit('delta', { epoch: 'e', from, seq: this.seq, serverTimeMs: Date.now(), changes: [change] });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    ends.push(async () => {
      this.http.closeAllConnections();
      await this.io.close();
    });
    return `http://127.0.0.1:${(this.http.address() as { port: number }).port}`;
  }
}

async function onDuty(server: FakeServer, speed = 2_000) {
  const stop = new AbortController();
  const said: string[] = [];
  const url = await server.listen();
  const colleagues = startColleagues({
    server: url,
    seed: 1,
    speed,
    log: (line) => said.push(line),
    signal: stop.signal,
  });
  ends.unshift(async () => {
    stop.abort();
    await colleagues.ended;
  });
  return { colleagues, said, stop };
}

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(what()).toBe(true);
}

describe('a shift of colleagues', () => {
  it('SI-78 works what the mirror shows, over HTTP, each as its own account, and ends when it is told', async () => {
    const server = new FakeServer();
    server.execute = ({ type }) => {
      const before = server.records.incident.get('inc-1')!;
      if (type === 'incident.dispatch')
        server.put({ ...before, case: { ...before.case, stage: 'resolved' } });
      return { ok: true, seq: 1 };
    };
    server.put(incident(1));
    const { colleagues, stop } = await onDuty(server);
    await until(() => server.given.length >= 2);
    expect(server.hellos[0]!.account).toBe('demo-colleague');
    expect(server.given.map((g) => [g.account, g.command.type]).slice(0, 2)).toEqual([
      ['demo-colleague', 'incident.dispatch'],
      ['demo-colleague-supervisor', 'incident.verify'],
    ]);
    expect(server.given[0]!.command.expected).toBe(3);
    expect(colleagues.stats()).toMatchObject({ cases: 1, refused: {} });
    stop.abort();
    await colleagues.ended;
  });

  it('SI-85 a backlog is worked off at a human pace', async () => {
    const server = new FakeServer();
    for (let n = 1; n <= 60; n++) server.put(incident(n));
    await onDuty(server, 1_000);
    await until(() => server.given.length >= 3);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(server.given.length).toBeLessThan(25);
    expect(new Set(server.given.map((g) => g.command.id)).size).toBe(server.given.length);
  });

  it('SI-85 a lost command is given again under its id; a gap in the records is asked for anew', async () => {
    const server = new FakeServer();
    let lost = 0;
    server.execute = () => (lost++ === 0 ? null : { ok: true, seq: 1 });
    server.put(incident(1));
    const { said } = await onDuty(server);
    await until(() => server.given.length >= 2);
    expect(server.given[0]!.command.id).toBe(server.given[1]!.command.id);
    expect(said.some((line) => line.startsWith('colleagues:'))).toBe(true);
    server.put(incident(2), server.seq + 5);
    await until(() => server.hellos.length === 2);
    expect(server.hellos[1]!.hello).toMatchObject({ epoch: 'e' });
    await until(() =>
      server.given.some((g) => (g.command.payload as { incident: string }).incident === 'inc-2'),
    );
  });
});
