import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { setAutomatic } from '../../../server/sumo/automatic.ts';

interface Asked {
  readonly line: string;
  readonly body: string;
  readonly cookie: string | undefined;
  readonly csrf: string | undefined;
}
const sun = { id: 'demo-sun', name: '孙', role: 'supervisor' };

/** A server's session and commands; it knows the signals from the third command on. */
async function server(demo: boolean): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const answer = async (req: IncomingMessage): Promise<unknown> => {
    const body = await text(req);
    const line = `${req.method} ${req.url}`;
    const { cookie } = req.headers;
    asked.push({ line, body, cookie, csrf: req.headers['x-csrf-token'] as string | undefined });
    if (!line.endsWith('/commands'))
      return { person: null, csrf: 'secret', demo, ...(demo && { demoAccounts: [sun] }) };
    const given = asked.filter((a) => a.line.endsWith('/commands')).length;
    return given > 2 ? { ok: true, seq: 9 } : { ok: false, refusal: { code: 'unknown-signal', detail: 'C' } };
  };
  const give = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    res.setHeader('set-cookie', 'cb=token; Path=/; HttpOnly');
    res.end(JSON.stringify(await answer(req)));
  };
  const http = createServer((req, res) => void give(req, res));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
}

describe('signals of a live SUMO', () => {
  it('TR-125 are set to automatic by the supervisor of the demo once the server knows them', async () => {
    const { url, asked } = await server(true);
    expect(await setAutomatic({ server: url, signals: ['C'], everyMs: 1 })).toBe(
      '1 signals were set to automatic',
    );
    const commands = asked.filter(({ line }) => line === 'POST /api/v1/commands');
    expect(commands).toHaveLength(3);
    expect(commands[2]).toMatchObject({ cookie: 'cb=token', csrf: 'secret' });
    expect(JSON.parse(commands[2]!.body)).toMatchObject({
      type: 'signal.mode',
      payload: { signals: ['C'], mode: 'auto' },
    });
    // Nobody stays signed in.
    const ended = asked.filter(({ line }) => line === 'DELETE /api/v1/session');
    expect(ended).toHaveLength(3);
  });

  it('TR-125 are left to people where the server is no demo, or says no', async () => {
    const earnest = await server(false);
    expect(await setAutomatic({ server: earnest.url, signals: ['C'], everyMs: 1, tries: 2 })).toContain(
      'no demo with a supervisor',
    );
    const slow = await server(true);
    expect(await setAutomatic({ server: slow.url, signals: ['C'], everyMs: 1, tries: 2 })).toContain(
      'unknown-signal C',
    );
  });
});
