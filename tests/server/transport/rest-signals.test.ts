/** The signal port over HTTP: who may report, what is refused, and that an answer comes as the contract says. */
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { City } from '../../../server/city/city.ts';
import type { PortAnswer } from '../../../server/contract/signal-port.ts';
import { Controllers } from '../../support/controllers.ts';
import { startRig, testFeed, TOKEN, type Rig } from '../../support/http-rig.ts';
import { feedOf, makeWorld, type World } from '../../support/live-world.ts';
import { smallPack } from '../../support/small-pack.ts';

const city = City.fromPack(smallPack());
let rig: Rig | undefined;
afterEach(() => rig?.close());

type Post = (body: BodyInit, headers?: Readonly<Record<string, string>>) => Promise<Response>;

async function start(): Promise<{ world: World; controllers: Controllers; post: Post }> {
  const world = await makeWorld({
    city,
    feeds: [feedOf('controllers', 'signal-port'), feedOf('cars', 'positions')],
  });
  rig = await startRig(
    [
      testFeed({ id: 'controllers', kind: 'signal-port', format: 'signal-port' }),
      testFeed({ id: 'cars', kind: 'positions' }),
    ],
    { signalPort: (feed, report, atMs) => world.engine.signalReport(feed, report, atMs) },
  );
  const url = `${rig.url}/api/v1/signal-port`;
  const post: Post = (body, headers = {}) =>
    fetch(url, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    });
  return { world, controllers: new Controllers(city), post };
}
const answerOf = async (response: Response): Promise<PortAnswer> => (await response.json()) as PortAnswer;
const errorOf = async (response: Response): Promise<string> =>
  z.object({ error: z.object({ code: z.string() }) }).parse(await response.json()).error.code;

describe('POST /api/v1/signal-port', () => {
  it('TR-186 takes a report, packed or not, and answers what is wanted', async () => {
    const { world, controllers, post } = await start();
    const plain = await post(JSON.stringify({ ...controllers.report(), describe: undefined }));
    expect(plain.status).toBe(200);
    expect(await answerOf(plain)).toEqual({ describe: true, validS: 5, wanted: {}, plans: {} });
    const packed = gzipSync(JSON.stringify(controllers.report()));
    const answer = await answerOf(await post(packed, { 'content-encoding': 'gzip' }));
    expect(answer).toMatchObject({ describe: false, wanted: {} });
    world.engine.tick(world.nowMs + 1_000);
    expect(world.engine.records.count('control')).toBe(9);
  });

  const report = { feed: 'controllers', atS: 1, states: [] };
  it.each([
    ['no token', report, { authorization: '' }, 401, 'wrong-token'],
    ['another token', report, { authorization: 'Bearer another-token-of-some-length' }, 401, 'wrong-token'],
    ['a feed that nobody knows', { ...report, feed: 'x' }, {}, 404, 'unknown-feed'],
    ['a feed of another kind', { ...report, feed: 'cars' }, {}, 403, 'wrong-kind'],
    ['no JSON', '{', {}, 400, 'not-json'],
    ['no time', { ...report, atS: 'now' }, {}, 400, 'bad-field'],
    ['brotli', report, { 'content-encoding': 'br' }, 415, 'bad-encoding'],
    ['a broken gzip', report, { 'content-encoding': 'gzip' }, 400, 'bad-encoding'],
    ['text', report, { 'content-type': 'text/plain' }, 415, 'bad-content-type'],
  ])('TR-187 refuses %s', async (_, body, headers, status, code) => {
    const { post } = await start();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await post(text, headers);
    expect([response.status, await errorOf(response)]).toEqual([status, code]);
  });

  it('TR-188 takes no observations by the feed of a port', async () => {
    await start();
    const car = { type: 'signal', id: 's-j-2-2', at: Date.now(), phase: 0, state: 'green' };
    const response = await rig!.post('controllers', JSON.stringify(car));
    expect(response.status).toBe(422);
  });
});
