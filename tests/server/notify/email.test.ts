import { createServer, type AddressInfo, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { openEmail, type Email } from '../../../server/notify/email.ts';
import type { EmailConfig } from '../../../server/notify/notify-config.ts';
import type { Attempt } from '../../../server/notify/target.ts';
import { pending } from './pending.ts';

interface Mail {
  readonly to: readonly string[];
  readonly from: string;
  readonly head: string;
  readonly text: string;
}

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A real mail server without TLS, as an inner relay is. */
async function relay(
  options: SMTPServerOptions = {},
): Promise<{ port: number; mails: Mail[]; sessions: number }> {
  const out = { port: 0, mails: [] as Mail[], sessions: 0 };
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    onConnect: (_session, done) => {
      out.sessions++;
      done();
    },
    onData: (stream, session, done) => {
      let raw = '';
      stream.setEncoding('utf8');
      stream.on('data', (part: string) => (raw += part));
      stream.on('end', () => {
        const [head = '', body = ''] = raw.split(/\r\n\r\n(.*)/s);
        const text = /base64/i.test(head) ? Buffer.from(body, 'base64').toString() : body;
        const { mailFrom, rcptTo } = session.envelope;
        out.mails.push({
          to: rcptTo.map((r) => r.address),
          from: mailFrom === false ? '' : mailFrom.address,
          head,
          text: text.replaceAll('\r\n', '\n').trim(),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(() => resolve(undefined))));
  out.port = (server.server.address() as AddressInfo).port;
  return out;
}

/** A mail server that speaks as a test wants, and the connections it has. */
async function odd(
  speak: (socket: Socket) => void,
): Promise<{ port: number; open: Set<Socket>; connections: () => number }> {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    open.add(socket);
    connections++;
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.resume();
    speak(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, open, connections: () => connections };
}

function open(port: number, more: Partial<EmailConfig> = {}, out: object = {}): Email {
  const email = openEmail(
    {
      host: '127.0.0.1',
      port,
      secure: false,
      from: 'alarms@city.example.org',
      recipients: [
        { id: 'chiefs', to: ['chief@city.example.org', 'deputy@city.example.org'], language: 'zh-CN' },
      ],
      ...more,
    },
    { nowMs: () => 0, allow: ['127.0.0.1/32'], timeoutMs: 400, ...out },
  );
  ends.push(() => email.close());
  return email;
}
const send = (email: Email, ...args: Parameters<typeof pending>): Promise<Attempt> =>
  email.targets[0]!.send(pending(...args), new AbortController().signal);

describe('e-mail', () => {
  it('AL-157 is plain text for those who are configured, in their language', async () => {
    const server = await relay();
    expect(await send(open(server.port), 'alarm:flood:link-7:107:1:chiefs')).toEqual({ kind: 'delivered' });
    const [mail] = server.mails;
    expect(mail).toMatchObject({
      from: 'alarms@city.example.org',
      to: ['chief@city.example.org', 'deputy@city.example.org'],
      text: '对象：解放路\n处置：封闭道路',
    });
    const subject = /^Subject: (.*(?:\r\n .*)*)/m.exec(mail!.head)![1]!;
    const words = [...subject.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)].map((m) => Buffer.from(m[1]!, 'base64'));
    expect(Buffer.concat(words).toString()).toBe('【紧急】积水：解放路（A107）');
    expect(mail!.head).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
    expect(mail!.head).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(mail!.head).toMatch(/^Date: Fri, 15 Jan 2027 08:00:00 \+0000/m);
  });

  it('AL-157 bears the same Message-ID with every try, another message another', async () => {
    const server = await relay();
    const email = open(server.port);
    for (const id of ['警情 1', '警情 1', '警情 2']) await send(email, id);
    const ids = server.mails.map((m) => /^Message-ID: (.*)/im.exec(m.head)![1]);
    expect(ids[0]).toMatch(/^<[0-9a-f]{32}@city\.example\.org>$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('AL-157 no text adds a header or a recipient', async () => {
    const server = await relay();
    const evil = 'x\r\nBcc: thief@evil.example.org\r\n\r\nbody';
    const body = { ...pending('a').body, subject: { zh: evil, en: evil } };
    expect(await send(open(server.port), 'a\r\nX-Evil: 1', { body })).toEqual({ kind: 'delivered' });
    const [mail] = server.mails;
    expect(mail!.to).toEqual(['chief@city.example.org', 'deputy@city.example.org']);
    expect(mail!.head).not.toMatch(/^(bcc|x-evil)/im);
    expect(mail!.head).toMatch(/^Subject: x Bcc: thief@evil\.example\.org body$/m);
    expect(mail!.text).toBe('对象：解放路\n处置：封闭道路');
  });

  it('AL-157 sends over a connection that is kept', async () => {
    const server = await relay();
    const email = open(server.port);
    for (const id of ['a', 'b', 'c']) await send(email, id);
    expect(server.mails).toHaveLength(3);
    expect(server.sessions).toBe(1);
  });

  it('AL-158 gives up where every address is refused for good, and no sooner', async () => {
    const refuse = (code: number): SMTPServerOptions => ({
      onRcptTo: (_to, _session, done) =>
        done(Object.assign(new Error('chief@city.example.org is nobody'), { responseCode: code })),
    });
    const forGood = await send(open((await relay(refuse(550))).port), 'a');
    expect(forGood).toEqual({
      kind: 'gone',
      problem: '邮件服务器未接收（550） · The mail server did not take it (550)',
    });
    expect(await send(open((await relay(refuse(450))).port), 'a')).toMatchObject({ kind: 'failed' });
  });

  it('AL-158 says that some addresses were refused', async () => {
    const server = await relay({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('deputy')
          ? done(Object.assign(new Error('nobody'), { responseCode: 550 }))
          : done(),
    });
    expect(await send(open(server.port), 'a')).toEqual({
      kind: 'delivered',
      problem: '2 个地址中有 1 个被拒收 · 1 of 2 addresses were refused',
    });
  });

  it.each<[string, SMTPServerOptions]>([
    [
      'does not take the text now',
      {
        onData: (stream, _s, done) =>
          void stream
            .resume()
            .on('end', () => done(Object.assign(new Error('later'), { responseCode: 451 }))),
      },
    ],
    [
      'refuses the sender',
      { onMailFrom: (_a, _s, done) => done(Object.assign(new Error('no'), { responseCode: 550 })) },
    ],
  ])('AL-158 tries again with a server that %s', async (_what, options) => {
    const attempt = await send(open((await relay(options)).port), 'a');
    expect(attempt.kind).toBe('failed');
    expect(attempt.problem).toMatch(/\((451|550)\)$/);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => undefined],
    ['greets and then says nothing', (socket) => void socket.write('220 ready\r\n')],
    [
      'drips its greeting',
      (socket) => {
        const timer = setInterval(() => socket.write('220-\r\n'), 50);
        socket.on('close', () => clearInterval(timer));
      },
    ],
    [
      'answers the text with a drip',
      (socket) => {
        socket.write('220 ready\r\n');
        let data = false;
        socket.on('data', (bytes) => {
          if (data) {
            const timer = setInterval(() => socket.write('250-still\r\n'), 50);
            socket.on('close', () => clearInterval(timer));
            return;
          }
          data = bytes.toString().startsWith('DATA');
          socket.write(data ? '354 go\r\n' : '250 fine\r\n');
        });
      },
    ],
  ])('AL-158 ends with a server that %s', async (_what, speak) => {
    const server = await odd(speak);
    const attempt = await send(open(server.port), 'a');
    expect(attempt).toEqual({
      kind: 'failed',
      problem: '127.0.0.1 未在限定时间内答复 · 127.0.0.1 did not answer in time',
    });
    await expect.poll(() => server.open.size).toBe(0);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['hangs up', (socket) => void socket.destroy()],
    ['speaks no SMTP', (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['is closed for now', (socket) => void socket.end('421 too busy\r\n')],
  ])('AL-158 tries again with a server that %s', async (_what, speak) => {
    const server = await odd(speak);
    expect(await send(open(server.port), 'a')).toMatchObject({ kind: 'failed' });
    // Later, as the deliverer says: the pool does not try by itself.
    expect(server.connections()).toBe(1);
  });

  it('AL-158 tries again where nobody listens', async () => {
    expect(await send(open(1), 'a')).toMatchObject({ kind: 'failed' });
  });

  it('AL-156 ends at once when it is called off, and when it is closed', async () => {
    const server = await odd(() => undefined);
    const email = open(server.port, {}, { timeoutMs: 60_000 });
    const controller = new AbortController();
    const [target] = email.targets;
    const called = target!.send(pending('a'), controller.signal);
    await expect.poll(() => server.open.size).toBe(1);
    controller.abort();
    expect(await called).toMatchObject({ kind: 'failed' });
    const closed = target!.send(pending('b'), new AbortController().signal);
    await expect.poll(() => server.open.size).toBeGreaterThan(0);
    email.close();
    expect(await closed).toMatchObject({ kind: 'failed' });
    await expect.poll(() => server.open.size).toBe(0);
  });
});

describe('where e-mail may go', () => {
  it.each([
    ['an inner address', '10.0.0.25', undefined],
    ['this machine in an odd notation', '0x7f.1', undefined],
    ['a name that leads inside', 'mail.test', async () => [{ address: '192.168.1.25' }]],
    [
      'a name that leads inside among others',
      'mail.test',
      async () => [{ address: '8.8.8.8' }, { address: '10.0.0.1' }],
    ],
  ])('SE-77 refuses %s', async (_what, host, lookup) => {
    const attempt = await send(open(25, { host }, { allow: [], ...(lookup && { lookup }) }), 'a');
    expect(attempt).toMatchObject({
      kind: 'failed',
      problem: expect.stringContaining('leads to an inner or reserved address'),
    });
  });

  it('SE-77 connects to the address that was checked', async () => {
    const server = await relay();
    let asked = 0;
    const lookup = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.0.0.1' }];
    expect(await send(open(server.port, { host: 'mail.test' }, { lookup }), 'a')).toEqual({
      kind: 'delivered',
    });
    expect(asked).toBe(1);
  });

  it('SE-77 does not speak to a server that offers TLS and cannot prove to be the host', async () => {
    const server = await relay({ disabledCommands: ['AUTH'] });
    const attempt = await send(open(server.port), 'a');
    expect(attempt).toMatchObject({
      kind: 'failed',
      problem: expect.stringMatching(/SELF_SIGNED|EXPIRED|ALTNAME|VERIFY/),
    });
    expect(server.mails).toEqual([]);
  });

  it('SE-77 signs in where it is told to', async () => {
    const users: unknown[] = [];
    const server = await relay({
      disabledCommands: ['STARTTLS'],
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        users.push([username, password]);
        if (password === 'right') done(null, { user: username });
        else done(new Error('wrong'));
      },
    });
    const right = open(server.port, { auth: { user: 'city', pass: 'right' } });
    expect(await send(right, 'a')).toEqual({ kind: 'delivered' });
    const wrong = open(server.port, { auth: { user: 'city', pass: 'wrong-secret' } });
    const attempt = await send(wrong, 'b');
    expect(attempt.kind).toBe('failed');
    expect(JSON.stringify(attempt)).not.toContain('wrong-secret');
    expect(users).toEqual([
      ['city', 'right'],
      ['city', 'wrong-secret'],
    ]);
  });
});
