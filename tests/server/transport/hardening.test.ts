/** What is wrong with a request before its content is: slow, huge, malformed or misdirected; over bare TCP where needed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRig, testFeed, TOKEN, type Rig } from '../../support/http-rig.ts';
import { makeFolder } from '../../support/temporary.ts';

const NOW = 1_800_000_000_000;
const LINE = `{"type":"position","id":"v1","at":${NOW},"lon":118.6,"lat":30.1}\n`;

let rig: Rig;
let removeFolder = (): void => undefined;
beforeAll(async () => {
  const folder = makeFolder();
  const { dir } = folder;
  removeFolder = () => folder.remove();
  mkdirSync(join(dir, 'client', 'assets'), { recursive: true });
  writeFileSync(join(dir, 'client', 'index.html'), '<!doctype html><title>city</title>');
  writeFileSync(join(dir, 'client', 'assets', 'app-12345678.js'), 'void 0;');
  writeFileSync(join(dir, 'secret.txt'), 'secret');
  rig = await startRig([testFeed({ id: 'cars', kind: 'positions' })], {
    nowMs: () => NOW,
    clientDir: join(dir, 'client'),
    ingestLimits: { idleMs: 200, discardMs: 300 },
    searchesPerMinute: 20,
  });
});
afterAll(async () => {
  await rig.close();
  removeFolder();
});

interface Talk {
  readonly socket: Socket;
  text: string;
  /** Resolves with how long it took until the server ended the connection. */
  readonly ended: Promise<number>;
}

function talk(...lines: string[]): Talk {
  const startedAt = performance.now();
  const socket = connect(Number(new URL(rig.url).port), '127.0.0.1');
  const t: Talk = {
    socket,
    text: '',
    ended: new Promise((resolve) => socket.on('close', () => resolve(performance.now() - startedAt))),
  };
  socket.on('error', () => undefined);
  socket.setEncoding('latin1').on('data', (text: string) => (t.text += text));
  if (lines.length > 0) socket.write(lines.join('\r\n') + '\r\n\r\n');
  return t;
}
const head = (token: string): string[] => [
  'POST /api/v1/ingest/cars HTTP/1.1',
  'Host: city',
  `Authorization: Bearer ${token}`,
  'Content-Type: application/x-ndjson',
  'Transfer-Encoding: chunked',
];
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const drip = (socket: Socket): NodeJS.Timeout => setInterval(() => socket.write(chunk(' ')), 20);
const stillServes = async (): Promise<void> => {
  expect((await rig.post('cars', LINE)).status).toBe(200);
  expect(rig.log.errors).toEqual([]);
};

describe('slow senders', () => {
  it('SE-17 one that falls silent inside a body is given up; its whole lines are taken', async () => {
    const taken = rig.double.taken;
    const t = talk(...head(TOKEN));
    t.socket.write(chunk(LINE + LINE.slice(0, 9)));
    expect(await t.ended).toBeLessThan(2_000);
    expect(rig.double.taken).toBe(taken + 1);
    await stillServes();
  });

  it('SE-17 one that was refused and goes on dripping is cut', async () => {
    const t = talk(...head('not-the-token-of-this-feed'));
    const dripping = drip(t.socket);
    expect(await t.ended).toBeLessThan(2_000);
    clearInterval(dripping);
    expect(t.text).toMatch(/^HTTP\/1\.1 401 /);
    await stillServes();
  });

  it('SE-17 a body where none is read is not waited for', async () => {
    const t = talk('GET /api/v1/city HTTP/1.1', 'Host: city', 'Transfer-Encoding: chunked');
    const dripping = drip(t.socket);
    expect(await t.ended).toBeLessThan(2_000);
    clearInterval(dripping);
    expect(t.text).toMatch(/^HTTP\/1\.1 200 /);
    await stillServes();
  });

  it('SE-17 the head of a request must come within its time, silence is ended', () => {
    expect(rig.server.headersTimeout).toBeLessThanOrEqual(20_000);
    expect(rig.server.timeout).toBeLessThanOrEqual(120_000);
    expect(rig.server.timeout).toBeGreaterThan(0);
  });
});

describe('requests that are none', () => {
  it.each([
    ['no HTTP at all', ['EHLO city'], 400],
    ['a head of 20 kB', ['GET / HTTP/1.1', 'Host: city', `X-Long: ${'x'.repeat(20_000)}`], 431],
    ['a path of 20 kB', [`GET /${'a/'.repeat(10_000)} HTTP/1.1`, 'Host: city'], 431],
    [
      'two lengths',
      ['POST /api/v1/ingest/cars HTTP/1.1', 'Host: c', 'Content-Length: 5', 'Content-Length: 6'],
      400,
    ],
    ['a length and chunks', [...head(TOKEN), 'Content-Length: 5'], 400],
    [
      'a length that is no number',
      ['POST /api/v1/ingest/cars HTTP/1.1', 'Host: c', 'Content-Length: 1e3'],
      400,
    ],
    [
      'a path that cannot be decoded',
      ['GET /api/v1/records/incident/%ff%fe HTTP/1.1', 'Host: city', 'Connection: close'],
      400,
    ],
    ['TRACE', ['TRACE / HTTP/1.1', 'Host: city', 'Connection: close'], 404],
  ] as const)('SE-18 %s is answered as such, and the next is served', async (_, lines, status) => {
    const t = talk(...lines);
    await t.ended;
    expect(t.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    await stillServes();
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('SE-18 %s changes nothing anywhere', async (method) => {
    for (const path of [
      '/',
      '/api/v1/city',
      '/api/v1/records/incident/x',
      '/api/v1/ingest/cars',
      '/metrics',
    ]) {
      const res = await fetch(rig.url + path, { method, headers: { authorization: `Bearer ${TOKEN}` } });
      expect([path, res.status]).toEqual([path, 404]);
    }
    await stillServes();
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..\\secret.txt',
    '//etc/passwd.txt',
    '/assets/%00.txt',
    '/assets/app-12345678.js/../../../secret.txt',
    '/tiles/..%2f..%2f/0/0.pbf',
    '/__proto__.js',
    '/constructor.js',
  ])('SE-18 %s leads to no file outside the screens', async (path) => {
    const t = talk(`GET ${path} HTTP/1.1`, 'Host: city', 'Connection: close');
    await t.ended;
    expect(t.text).toMatch(/^HTTP\/1\.1 404 /);
    expect(t.text).not.toContain('secret\r\n');
  });

  it('SE-18 an id for the log is taken only where it is one', async () => {
    const idOf = async (id: string): Promise<string | null> =>
      (await fetch(`${rig.url}/healthz`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await idOf('trace-0123456789')).toBe('trace-0123456789');
    for (const id of ['short', 'with spaces in it', '{"level":60,"msg":"x"}', 'x'.repeat(65)]) {
      expect(await idOf(id)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('search', () => {
  it('SE-16 is bounded in length, number and pace', async () => {
    const ask = (query: string): Promise<Response> => fetch(`${rig.url}/api/v1/search?${query}`);
    expect((await ask(`q=${'x'.repeat(101)}`)).status).toBe(400);
    expect((await ask('q=x&limit=1000000')).status).toBe(400);
    expect((await ask('q=a&q=b')).status).toBe(400);
    expect((await ask('q[__proto__]=a')).status).toBe(400);
    const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await ask('q=xy')).status));
    expect(statuses.filter((s) => s === 429).length).toBeGreaterThanOrEqual(10);
    expect((await fetch(`${rig.url}/api/v1/city`)).status).toBe(200);
  });
});
