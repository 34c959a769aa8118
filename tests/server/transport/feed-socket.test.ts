import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IngestAnswer } from '../../../server/feeds/batch.ts';
import { Intake } from '../../../server/feeds/intake.ts';
import { attachFeedSockets } from '../../../server/transport/feed-socket.ts';
import { socketServerOptions } from '../../../server/transport/socket.ts';
import { FeedDouble } from '../../support/feed-double.ts';
import { listeningLog, testFeed, TOKEN } from '../../support/http-rig.ts';

const NOW = 1_800_000_000_000;
const area = { bbox: [118, 30, 119, 31] as const, contains: () => true };
const position = (id: string): object => ({ type: 'position', id, at: NOW, lon: 118.6, lat: 30.1 });

let url: string;
let double: FeedDouble;
let log: ReturnType<typeof listeningLog>;
let close: () => Promise<void>;
const sockets: Socket[] = [];

beforeEach(async () => {
  double = new FeedDouble();
  log = listeningLog();
  const feeds = [
    testFeed({ id: 'cars', kind: 'positions' }),
    testFeed({ id: 'slow', kind: 'positions', maxPerSecond: 1 }),
    testFeed({ id: 'tape', kind: 'positions', allowReplay: true }),
  ];
  const intake = new Intake({ feeds, port: double, area, nowMs: () => NOW });
  const server = createServer();
  const socketServer = new Server(server, socketServerOptions);
  attachFeedSockets(socketServer, intake, log, () => NOW);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feeds`;
  close = async () => {
    await socketServer.close();
  };
});
afterEach(async () => {
  for (const s of sockets.splice(0)) s.close();
  await close();
});

function connect(auth: object): Promise<Socket> {
  const socket = io(url, { auth, transports: ['websocket'], reconnection: false, forceNew: true });
  sockets.push(socket);
  return new Promise((resolve, reject) => {
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', reject);
  });
}
const send = (socket: Socket, payload: unknown): Promise<IngestAnswer> =>
  socket.timeout(5_000).emitWithAck('observations', payload) as Promise<IngestAnswer>;

describe('feeds over Socket.IO', () => {
  it('FE-20: takes one or many, with an answer as over HTTP', async () => {
    const socket = await connect({ feed: 'cars', token: TOKEN });
    expect(await send(socket, position('a'))).toEqual({
      taken: 1,
      late: 0,
      duplicate: 0,
      refused: 0,
      refusals: [],
    });
    expect(await send(socket, [position('b'), { type: 'x' }, position('c')])).toMatchObject({
      taken: 2,
      refused: 1,
      refusals: [{ code: 'unknown-kind', line: 2 }],
    });
    expect(double.seen.map((s) => (s.observation as { id: string }).id)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['a wrong token', { feed: 'cars', token: 'nearly-the-right-one' }, 'wrong-token'],
    ['no token', { feed: 'cars' }, 'wrong-token'],
    ['an unknown feed', { feed: 'nobody', token: TOKEN }, 'unknown-feed'],
    ['a token of another type', { feed: 'cars', token: { $ne: '' } }, 'wrong-token'],
    [
      'a replay on a live feed',
      { feed: 'cars', token: TOKEN, replayClock: 'recorded=1; now=2; speed=1' },
      'bad-field',
    ],
  ])('SE-10: %s is not let in', async (_name, auth, code) => {
    await expect(connect(auth)).rejects.toMatchObject({ message: code, data: { code } });
  });

  it('FE-21: nonsense, deep nesting and missing callbacks do not end anything', async () => {
    const socket = await connect({ feed: 'cars', token: TOKEN });
    let deep: unknown = 1;
    for (let i = 0; i < 500; i++) deep = [deep];
    socket.emit('observations');
    socket.emit('observations', position('x'), 'not a function');
    socket.emit('nobody-listens', 1);
    expect(await send(socket, [deep])).toMatchObject({ refused: 1, refusals: [{ code: 'too-deep' }] });
    expect(await send(socket, [null, 7, 'x', Buffer.from('x')])).toMatchObject({ refused: 4 });
    expect(await send(socket, [position('b')])).toMatchObject({ taken: 1 });
    expect(log.errors).toEqual([]);
  });

  it('FE-20: what one sender sends is taken in its order', async () => {
    const socket = await connect({ feed: 'cars', token: TOKEN });
    const answers = Array.from({ length: 20 }, (_, i) => send(socket, [position(`v${i}`)]));
    await Promise.all(answers);
    expect(double.seen.map((s) => (s.observation as { id: string }).id)).toEqual(
      Array.from({ length: 20 }, (_, i) => `v${i}`),
    );
  });

  it('FE-28: who sends more than agreed is told to wait', async () => {
    const socket = await connect({ feed: 'slow', token: TOKEN });
    await send(
      socket,
      Array.from({ length: 15 }, (_, i) => position(`v${i}`)),
    );
    expect(await send(socket, position('x'))).toMatchObject({
      taken: 0,
      refusals: [{ code: 'rate-limited' }],
    });
  });

  it('FE-21: an internal failure is answered, and the next message is taken', async () => {
    const socket = await connect({ feed: 'cars', token: TOKEN });
    const observe = double.observe.bind(double);
    double.observe = async () => {
      throw new Error('broken');
    };
    expect(await send(socket, position('a'))).toMatchObject({ refusals: [{ code: 'internal' }] });
    double.observe = observe;
    expect(await send(socket, position('a'))).toMatchObject({ taken: 1 });
    expect(log.errors).toHaveLength(1);
  });
});
