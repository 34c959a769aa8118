import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { OrdersAnswer } from '../../../server/contract/api.ts';
import { followOrders } from '../../../simulators/run/orders-client.ts';

type Reply = OrdersAnswer | number | 'garbage';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server that answers each request by the script, the last answer for ever. */
async function scripted(replies: readonly Reply[]) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const reply = replies[Math.min(asked.length, replies.length - 1)]!;
    asked.push(request);
    if (typeof reply === 'number') response.statusCode = reply;
    response.end(reply === 'garbage' ? '{"version":"x"}' : JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = new AbortController();
  ends.push(() => {
    stop.abort();
    server.closeAllConnections();
    server.close();
  });
  const heard: OrdersAnswer[] = [];
  const said: string[] = [];
  const absent = { times: 0 };
  const ended = followOrders({
    server: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    token: 'secret',
    onOrders: (answer) => heard.push(answer),
    onAbsent: () => absent.times++,
    log: (line) => said.push(line),
    signal: stop.signal,
    random: () => 0.5,
    waits: { firstBackOff: 5, maxBackOff: 20, absent: 5, between: 5 },
  });
  return { asked, heard, said, absent, stop, ended };
}

const answer = (version: number): OrdersAnswer => ({ version, orders: [], handled: [] });
const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(what()).toBe(true);
};

describe('orders client', () => {
  it('SI-77 asks with the token of its feed for what is newer, and hands on what is new', async () => {
    const { asked, heard } = await scripted([answer(4), answer(4), answer(7), answer(2)]);
    await until(() => asked.length > 5);
    expect(heard.map((a) => a.version)).toEqual([4, 7, 2]);
    const urls = asked.map((r) => new URL(r.url!, 'http://x'));
    expect(urls[0]!.pathname).toBe('/api/v1/orders');
    expect(urls.slice(0, 4).map((u) => u.searchParams.get('after'))).toEqual([null, '4', '4', '7']);
    expect(urls.every((u) => u.searchParams.get('feed') === 'sim-units')).toBe(true);
    expect(asked.every((r) => r.headers.authorization === 'Bearer secret')).toBe(true);
  });

  it('SI-77 a server without orders is told once and tried again; one that fails or talks nonsense too', async () => {
    const { heard, said, absent, stop, ended } = await scripted([
      404,
      404,
      500,
      'garbage',
      503,
      404,
      answer(1),
    ]);
    await until(() => heard.length === 1);
    expect(absent.times).toBe(2);
    expect(said.filter((line) => line.includes('gives no orders'))).toHaveLength(2);
    expect(said.filter((line) => line.includes('trying again'))).toHaveLength(1);
    expect(said.at(-1)).toBe('the server gives orders');
    stop.abort();
    await ended;
  });
});
