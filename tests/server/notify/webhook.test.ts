import { createHmac, timingSafeEqual } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../../../server/notify/target.ts';
import { webhookTarget } from '../../../server/notify/webhook.ts';
import { pending, T } from './pending.ts';
import { drip, startReceiver, type Receiver } from './receiver.ts';

const SECRET = 'a-secret-of-thirty-two-letters-or-more';
let receiver: Receiver | null = null;
afterEach(async () => {
  await receiver?.close();
  receiver = null;
});
async function sent(
  answer: Parameters<typeof startReceiver>[0],
  id = 'alarm:flood:link-7:107:1:desk',
  language: 'zh-CN' | 'en-US' = 'en-US',
): Promise<Attempt> {
  receiver = await startReceiver(answer);
  const url = `http://127.0.0.1:${receiver.port}/hook`;
  const target = webhookTarget(
    { id: 'desk', url, secret: SECRET, language },
    { nowMs: () => T + 1_234, allow: ['127.0.0.1/32'], timeoutMs: 200 },
  );
  return target.send(pending(id), new AbortController().signal);
}

/** As a receiver would check it: of what came, by the words of the documentation. */
function holds(header: string, body: string): boolean {
  const parts = Object.fromEntries(header.split(',').map((p) => p.split('=') as [string, string]));
  const expected = createHmac('sha256', SECRET).update(`${parts['t']}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(parts['v1'] ?? '', 'hex'));
}

describe('webhooks', () => {
  it('AL-150 sends what is told in the receiver’s language, signed', async () => {
    expect(await sent((res) => res.end())).toEqual({ kind: 'delivered' });
    const [got] = receiver!.received;
    expect(got).toMatchObject({ method: 'POST', path: '/hook' });
    expect(got!.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(got!.body)).toEqual({
      id: 'alarm:flood:link-7:107:1:desk',
      kind: 'alarm',
      atMs: T,
      language: 'en-US',
      subject: '[Emergency] Flooding: Jiefang Road (A107)',
      text: 'Subject: Jiefang Road\nResponse: close the road',
      data: { number: 107 },
    });
    const header = String(got!.headers['x-citybrain-signature']);
    expect(header).toMatch(/^t=1800000001,v1=[0-9a-f]{64}$/);
    expect(holds(header, got!.body)).toBe(true);
    expect(holds(header, got!.body.replace('107', '108'))).toBe(false);
    expect(holds(header.replace('t=18', 't=19'), got!.body)).toBe(false);
  });

  it('AL-150 says it in Chinese where that is wanted', async () => {
    await sent((res) => res.end(), 'x', 'zh-CN');
    expect(JSON.parse(receiver!.received[0]!.body)).toMatchObject({
      subject: '【紧急】积水：解放路（A107）',
    });
  });

  it('AL-150 the same notification has the same key with every try, another has another', async () => {
    const keys: unknown[] = [];
    for (const id of ['警情\r\nx-evil: 1', '警情\r\nx-evil: 1', 'b']) {
      expect(await sent((res) => res.end(), id)).toEqual({ kind: 'delivered' });
      const { headers } = receiver!.received[0]!;
      keys.push(headers['idempotency-key']);
      expect(headers).not.toHaveProperty('x-evil');
      await receiver!.close();
    }
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it.each([200, 201, 202, 204])('AL-151 %i is delivered', async (status) => {
    expect(await sent((res) => res.writeHead(status).end())).toEqual({ kind: 'delivered' });
  });

  it('AL-151 gives up where the receiver is gone for good (410)', async () => {
    expect(await sent((res) => res.writeHead(410).end())).toEqual({
      kind: 'gone',
      problem: '对方答复 410 · It answered 410',
    });
  });

  it.each([400, 401, 404, 413, 500, 502])('AL-151 tries again after %i', async (status) => {
    const attempt = await sent((res) => res.writeHead(status, { 'retry-after': '7' }).end());
    // Only 429 and 503 speak of when.
    expect(attempt).toEqual({ kind: 'failed', problem: `对方答复 ${status} · It answered ${status}` });
  });

  it.each([
    [429, '7', 7_000],
    [503, '0', 0],
    [503, '999999999', 3_600_000],
    [429, new Date(T + 61_000).toUTCString(), 59_766],
    [429, new Date(T - 60_000).toUTCString(), 0],
    [429, 'soon', undefined],
    [503, undefined, undefined],
  ])('AL-151 after %i with Retry-After %s waits %s ms', async (status, header, retryAfterMs) => {
    const attempt = await sent((res) =>
      res.writeHead(status, header === undefined ? {} : { 'retry-after': header }).end(),
    );
    expect(attempt.kind).toBe('failed');
    expect(attempt.kind === 'failed' && attempt.retryAfterMs).toBe(retryAfterMs);
  });

  it.each<[string, Parameters<typeof startReceiver>[0], string]>([
    ['hangs', () => undefined, 'did not answer in time'],
    ['drips', (res) => drip(res, 30), 'did not answer in time'],
    ['redirects inward', (res) => res.writeHead(307, { location: 'http://10.0.0.1/' }).end(), 'redirects'],
    ['dies before it answers', (res) => void res.destroy(), 'Cannot connect'],
    [
      'dies in the middle',
      (res) => {
        res.writeHead(200, { 'content-length': '10' }).write('half');
        setTimeout(() => res.destroy(), 20);
      },
      'broke off',
    ],
  ])('AL-151 tries again where the receiver %s', async (_what, answer, sentence) => {
    const attempt = await sent(answer);
    expect(attempt.kind).toBe('failed');
    expect(attempt.problem).toContain(sentence);
  });
});
