import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { guardedRequest, type OutgoingRequest } from '../../../server/notify/outgoing.ts';
import { drip, startReceiver, type Receiver } from './receiver.ts';

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
const receiver = async (...args: Parameters<typeof startReceiver>): Promise<Receiver> => {
  const r = await startReceiver(...args);
  ends.push(() => r.close());
  return r;
};
/** A server of bytes, for answers that no HTTP server gives. */
async function raw(speak: (write: (text: string) => void, end: () => void) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () =>
      speak(
        (text) => socket.write(text),
        () => socket.destroy(),
      ),
    );
    ends.push(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

const local: OutgoingRequest = { method: 'GET', allow: ['127.0.0.0/8', '::1/128'] };
const names =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address }));
const code = async (...args: Parameters<typeof guardedRequest>): Promise<string> => {
  const answer = await guardedRequest(...args);
  return answer.ok ? String(answer.value.status) : answer.error.code;
};

describe('where requests may go', () => {
  it('SE-70 takes an answer from where it is allowed, and closes the connection', async () => {
    const r = await receiver((res) => res.setHeader('x-from', 'receiver').end('taken'));
    const answer = await guardedRequest(`http://127.0.0.1:${r.port}/path?q=1`, {
      ...local,
      method: 'POST',
      headers: { 'x-to': 'receiver' },
      body: 'löschen',
    });
    expect(answer).toMatchObject({
      ok: true,
      value: { status: 200, headers: { 'x-from': 'receiver', connection: 'close' }, cut: false },
    });
    expect(answer.ok && answer.value.body.toString()).toBe('taken');
    expect(r.received).toMatchObject([
      {
        method: 'POST',
        path: '/path?q=1',
        body: 'löschen',
        headers: { 'x-to': 'receiver', 'content-length': '8', 'accept-encoding': 'identity' },
      },
    ]);
    await expect.poll(() => r.open.size).toBe(0);
  });

  const notations = (port: number): string[] =>
    [
      '127.0.0.1',
      '127.1',
      '0x7f.1',
      '0x7f000001',
      '2130706433',
      '0177.0.0.1',
      '017700000001',
      '127.0.0.1.',
      '%31%32%37.0.0.1',
      '１２７.0.0.1',
      '127。0。0。1',
      '0',
      '[::1]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      'localhost',
      'LOCALHOST',
      'localhost.',
    ].map((host) => `http://${host}:${port}/`);

  it('SE-70 finds this machine behind every notation, and connects to none', async () => {
    const r = await receiver((res) => res.end());
    const codes = new Map<string, string>();
    for (const url of notations(r.port)) {
      codes.set(url, await code(url, { method: 'GET', plainHttp: true, timeoutMs: 5_000 }));
    }
    // Some machines have no address for `localhost.`; it is not reached either way.
    expect([...codes].filter(([url, c]) => c !== 'inner-address' && !url.includes('localhost.'))).toEqual([]);
    expect(r.connections).toBe(0);
  });

  it('SE-71 connects to the address that was checked: the name is asked once', async () => {
    const checked = await receiver((res) => res.end('checked'));
    const other = await startReceiver((res) => res.end('other'), '127.0.0.2');
    ends.push(() => other.close());
    let asked = 0;
    const rebinding = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2' }];
    const answer = await guardedRequest(`http://rebind.test:${checked.port}/`, {
      method: 'GET',
      allow: ['127.0.0.1/32'],
      lookup: rebinding,
    });
    expect(answer.ok && answer.value.body.toString()).toBe('checked');
    expect(asked).toBe(1);
    expect(checked.received[0]?.headers.host).toBe(`rebind.test:${checked.port}`);
    expect(other.connections).toBe(0);
    expect(
      await code(`http://rebind.test:${other.port}/`, {
        method: 'GET',
        allow: ['127.0.0.1/32'],
        lookup: rebinding,
      }),
    ).toBe('inner-address');
    expect(other.connections).toBe(0);
  });

  it('SE-71 a name with several addresses gets the next where one does not answer', async () => {
    const r = await receiver((res) => res.end());
    const lookup = names('127.0.0.9', '127.0.0.1');
    expect(await code(`http://two.test:${r.port}/`, { ...local, lookup })).toBe('200');
  });

  it.each([301, 302, 303, 307, 308, 300])('SE-72 does not follow a %i', async (status) => {
    const inner = await receiver((res) => res.end('secret'));
    const r = await receiver((res) =>
      res.writeHead(status, { location: `http://127.0.0.1:${inner.port}/admin` }).end(),
    );
    const answer = await guardedRequest(`http://127.0.0.1:${r.port}/`, local);
    expect(answer).toMatchObject({ ok: false, error: { code: 'redirect' } });
    expect(!answer.ok && answer.error.sentence).toEqual({
      zh: `对方要求跳转（${status}），不予跟随；请配置最终网址`,
      en: `It redirects (${status}), which is not followed; configure the final address`,
    });
    expect(inner.connections).toBe(0);
  });

  it('SE-72 “not modified” is an answer', async () => {
    const r = await receiver((res) => res.writeHead(304).end());
    expect(await code(`http://127.0.0.1:${r.port}/`, local)).toBe('304');
  });

  it.each([
    ['ftp://example.org/', 'bad-url'],
    ['file:///etc/passwd', 'bad-url'],
    ['gopher://127.0.0.1/', 'bad-url'],
    ['unix:/run/docker.sock', 'bad-url'],
    ['//example.org/', 'bad-url'],
    ['http://', 'bad-url'],
    ['http://[fe80::1%25eth0]/', 'bad-url'],
    ['https://user:secret@example.org/', 'credentials'],
    ['https://user@example.org/', 'credentials'],
  ])('SE-75 refuses %s', async (url, expected) => {
    expect(await code(url, local)).toBe(expected);
  });

  it('SE-75 public addresses want https, inner ones that are named do not', async () => {
    const r = await receiver((res) => res.end());
    const url = `http://some.test:${r.port}/`;
    expect(await code(url, { ...local, lookup: names('127.0.0.1') })).toBe('200');
    expect(await code(url, { ...local, lookup: names('8.8.8.8') })).toBe('not-https');
    expect(await code(url, { ...local, lookup: names('127.0.0.1', '8.8.8.8') })).toBe('not-https');
  });

  it('SE-75 does not talk to who cannot prove to be the host', async () => {
    const server = new SMTPServer({ secure: true, onConnect: () => undefined });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => server.close(() => resolve(undefined))));
    const { port } = server.server.address() as AddressInfo;
    const answer = await guardedRequest(`https://127.0.0.1:${port}/`, local);
    expect(answer).toMatchObject({ ok: false, error: { code: 'unreachable' } });
    expect(!answer.ok && answer.error.sentence.en).toMatch(/SELF_SIGNED|EXPIRED|ALTNAME|VERIFY/);
  });

  it('SE-78 says what is wrong by the host alone: paths and queries carry secrets', async () => {
    const hidden = 'a-secret-of-the-receiver';
    const r = await receiver((res) => {
      res.writeHead(200, { 'content-length': '9' }).write('half');
      setTimeout(() => res.destroy(), 20);
    });
    const said: string[] = [];
    const urls = [
      `http://127.0.0.1:${r.port}/${hidden}?key=${hidden}`,
      `http://10.0.0.1/${hidden}`,
      `https://user:${hidden}@example.org/`,
      hidden,
      `http://127.0.0.1:1/${hidden}`,
    ];
    for (const url of urls) {
      const answer = await guardedRequest(url, local);
      if (!answer.ok) said.push(answer.error.sentence.zh, answer.error.sentence.en);
    }
    expect(said).toHaveLength(2 * urls.length);
    expect(said.join('\n')).not.toContain(hidden);
    expect(said.every((s) => s.length > 4 && !s.includes('{detail}'))).toBe(true);
  });
});

describe('how long and how much', () => {
  const short: OutgoingRequest = { ...local, timeoutMs: 150 };

  it.each<[string, Parameters<typeof startReceiver>[0]]>([
    ['never answers', () => undefined],
    ['answers one byte now and then', (res) => drip(res, 40)],
    ['stops in the middle', (res) => void res.writeHead(200, { 'content-length': '10' }).write('half')],
  ])('SE-73 ends with a receiver that %s', async (_what, answer) => {
    const r = await receiver(answer);
    expect(await code(`http://127.0.0.1:${r.port}/`, short)).toBe('timeout');
    await expect.poll(() => r.open.size).toBe(0);
  });

  it('SE-73 ends with a head that drips', async () => {
    const port = await raw((write) => {
      write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => write('x-more: 1\r\n'), 30);
      ends.push(() => clearInterval(timer));
    });
    expect(await code(`http://127.0.0.1:${port}/`, short)).toBe('timeout');
  });

  it('SE-73 ends with a look-up that never answers', async () => {
    const lookup = () => new Promise<never>(() => undefined);
    expect(await code('https://slow.test/', { ...short, lookup })).toBe('timeout');
  });

  it('SE-73 ends with a handshake that never comes', async () => {
    const port = await raw(() => undefined);
    expect(await code(`https://127.0.0.1:${port}/`, short)).toBe('timeout');
  });

  it('SE-74 reads no more than it was told to', async () => {
    const r = await receiver((res) => {
      res.writeHead(200);
      const more = (): void => {
        while (res.write(Buffer.alloc(16_384, 'x')));
        res.once('drain', more);
      };
      more();
    });
    const answer = await guardedRequest(`http://127.0.0.1:${r.port}/`, { ...local, limitBytes: 1_000 });
    expect(answer).toMatchObject({ ok: true, value: { status: 200, cut: true } });
    expect(answer.ok && answer.value.body.length).toBe(1_000);
    const usual = await guardedRequest(`http://127.0.0.1:${r.port}/`, local);
    expect(usual.ok && usual.value.body.length).toBe(65_536);
    await expect.poll(() => r.open.size).toBe(0);
  });

  it('SE-74 a body of exactly the limit is whole', async () => {
    const r = await receiver((res) => res.end('x'.repeat(1_000)));
    const answer = await guardedRequest(`http://127.0.0.1:${r.port}/`, { ...local, limitBytes: 1_000 });
    expect(answer).toMatchObject({ ok: true, value: { cut: false } });
  });

  it('SE-74 a body that ends with its connection is whole', async () => {
    const port = await raw((write, end) => {
      write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it');
      setTimeout(end, 20);
    });
    const answer = await guardedRequest(`http://127.0.0.1:${port}/`, local);
    expect(answer.ok && answer.value.body.toString()).toBe('all of it');
  });

  it('SE-74 nothing is unpacked', async () => {
    const packed = Buffer.from('1f8b0800', 'hex');
    const r = await receiver((res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));
    const answer = await guardedRequest(`http://127.0.0.1:${r.port}/`, local);
    expect(answer.ok && answer.value.body.equals(packed)).toBe(true);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['half a head', 'HTTP/1.1 200 OK\r\ncontent-'],
    ['half a body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
  ])('SE-73 an answer that is %s and then ends is a problem', async (_what, text) => {
    const port = await raw((write, end) => {
      write(text);
      setTimeout(end, 20);
    });
    expect(await code(`http://127.0.0.1:${port}/`, local)).toMatch(/^(unreachable|broken-answer)$/);
  });

  it('SE-73 where nobody listens is a problem', async () => {
    expect(await code('http://127.0.0.1:1/', local)).toBe('unreachable');
  });

  it('SE-76 is called off at once, before and while it is under way', async () => {
    const r = await receiver(() => undefined);
    const url = `http://127.0.0.1:${r.port}/`;
    expect(await code(url, { ...local, signal: AbortSignal.abort() })).toBe('aborted');
    expect(r.connections).toBe(0);
    const controller = new AbortController();
    const under = code(url, { ...local, signal: controller.signal });
    await expect.poll(() => r.received.length).toBe(1);
    controller.abort();
    expect(await under).toBe('aborted');
    await expect.poll(() => r.open.size).toBe(0);
  });
});
