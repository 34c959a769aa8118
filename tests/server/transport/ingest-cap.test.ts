/** CAP by every way in: HTTP, MQTT's payloads, sockets and recordings; and the poll over the real way out. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { IngestAnswer } from '../../../server/feeds/batch.ts';
import { startPolling } from '../../../server/feeds/poll.ts';
import { guardedRequest } from '../../../server/notify/outgoing.ts';
import { atomText, capText, embedded, linked, SENT_MS } from '../../support/cap.ts';
import { startRig, testFeed, type Rig } from '../../support/http-rig.ts';

let rig: Rig;
afterEach(async () => {
  await rig.intake.stop();
  await rig.close();
  if (rig.log.errors.length > 0) throw new Error('the log has errors', { cause: rig.log.errors });
});
/** A place in the rig's city. */
const here = (text: string): string =>
  text.replace(/<polygon>.*?<\/polygon>\s*<circle>.*?<\/circle>/s, '<circle>30.1,118.6 5</circle>');
const message = here(capText());
const bad = here(capText([['Actual', 'Real']]));
const open = async (...more: Parameters<typeof testFeed>[0][]): Promise<void> => {
  const feeds = [
    { id: 'met', kind: 'warnings', format: 'cap' } as const,
    { id: 'cars', kind: 'positions' } as const,
    ...more,
  ];
  rig = await startRig(feeds.map(testFeed), { nowMs: () => SENT_MS });
};
const post = async (
  body: BodyInit,
  type: string,
  feed = 'met',
  headers = {},
): Promise<[number, IngestAnswer]> => {
  const res = await rig.post(feed, body, { 'content-type': type, ...headers });
  return [res.status, (await res.json()) as IngestAnswer];
};
const taken = (): string[] => rig.double.seen.map((s) => s.observation.id);

describe('CAP over HTTP', () => {
  it.each(['application/cap+xml', 'application/xml', 'text/xml; charset=utf-8', 'application/atom+xml'])(
    'FE-91 is taken as %s, one message or an index',
    async (type) => {
      await open();
      expect(await post(message, type)).toMatchObject([200, { taken: 1, refused: 0 }]);
      const index = atomText([embedded('a', message), embedded('b', bad)]);
      expect(await post(index, type)).toMatchObject([
        200,
        {
          taken: 1,
          refused: 1,
          refusals: [{ code: 'bad-warning', line: 2, text: { zh: expect.any(String) } }],
        },
      ]);
      expect(taken()).toEqual(['EX-2026-1', 'EX-2026-1']);
    },
  );

  it('FE-91 is taken packed, and in small pieces that come slowly', async () => {
    await open();
    const packed = gzipSync(message);
    expect(await post(packed, 'application/cap+xml', 'met', { 'content-encoding': 'gzip' })).toMatchObject([
      200,
      { taken: 1 },
    ]);
    const bytes = Buffer.from(message);
    const pieces = Array.from({ length: 20 }, (_v, i) =>
      bytes.subarray((i * bytes.length) / 20, ((i + 1) * bytes.length) / 20),
    );
    let quickDone = false;
    const slow = new ReadableStream({
      async start(stream) {
        for (const piece of pieces) {
          stream.enqueue(piece);
          await new Promise((done) => setTimeout(done, 5));
        }
        // Others are served meanwhile.
        expect(await post(here(capText([['EX-2026-1', 'quick']])), 'text/xml')).toMatchObject([
          200,
          { taken: 1 },
        ]);
        quickDone = true;
        stream.close();
      },
    });
    expect(await post(slow, 'application/cap+xml')).toMatchObject([200, { taken: 1 }]);
    expect(quickDone).toBe(true);
    expect(taken()).toEqual(['EX-2026-1', 'quick', 'EX-2026-1']);
  });

  it.each([
    ['a bad message', bad, 422, 'bad-warning'],
    ['a bomb', '<!DOCTYPE a [<!ENTITY b "c">]><a/>', 422, 'unsafe-xml'],
    ['no XML', 'a warning', 422, 'bad-format'],
    ['an index with nothing good in it', atomText([embedded('a', bad)]), 422, 'bad-warning'],
    ['a message of elsewhere', capText(), 422, 'outside-city'],
    [
      'an old message',
      here(
        capText([
          ['2026-07-01T16:30', '2025-07-01T16:30'],
          ['2026-07-01T22:30', '2025-07-01T22:30'],
        ]),
      ),
      422,
      'too-old',
    ],
    ['nothing', '', 422, 'bad-format'],
    ['too much', ' '.repeat(10 * 1_048_576 + 1), 413, 'body-too-large'],
  ])('FE-91 is refused by status, too: %s', async (_name, body, status, code) => {
    await open();
    const [answered, answer] = await post(body, 'application/xml');
    expect([answered, answer.taken, answer.refusals[0]?.code]).toEqual([status, 0, code]);
    expect(rig.double.refusedOf('met')).toBe(1);
  });

  it('FE-91 is nothing for other feeds, and nothing else is CAP', async () => {
    await open();
    expect((await post(message, 'application/cap+xml', 'cars'))[0]).toBe(415);
    expect((await post(message, 'text/plain'))[0]).toBe(415);
    expect((await post(message, 'application/x-protobuf'))[0]).toBe(415);
    expect(taken()).toEqual([]);
  });

  it('FE-91 FE-34 is taken from a recording, its times shifted', async () => {
    await open({ id: 'tape', kind: 'mixed', format: 'cap', allowReplay: true });
    const long = SENT_MS - 400 * 86_400_000;
    const recorded = JSON.stringify({
      base64: Buffer.from(message.replaceAll('2026-07-01', '2025-05-27')).toString('base64'),
    });
    const clock = { 'replay-clock': `recorded=${long}; now=${SENT_MS}; speed=1` };
    expect(await post(recorded, 'application/json', 'tape', clock)).toMatchObject([200, { taken: 1 }]);
    expect(rig.double.seen[0]!.observation).toMatchObject({ at: SENT_MS, message: { sentAtMs: SENT_MS } });
  });

  it('FE-91 is taken as a payload that does not say what it is, as MQTT brings it', async () => {
    await open();
    const batch = rig.intake.batch(rig.intake.feed('met')!, 'mqtt');
    await batch.payload(Buffer.from(message));
    await batch.payload(Buffer.from('no XML'));
    expect(batch.answer()).toMatchObject({ taken: 1, refused: 1, refusals: [{ code: 'bad-format' }] });
  });

  it('FE-22 warnings of a native feed are held to the same shape', async () => {
    await open({ id: 'native', kind: 'warnings' });
    expect(await post(message, 'application/cap+xml')).toMatchObject([200, { taken: 1 }]);
    const o = rig.double.seen[0]!.observation as { message: { areas: unknown[] } };
    expect(await post(JSON.stringify(o), 'application/json', 'native')).toMatchObject([200, { taken: 1 }]);
    expect(rig.double.seen[1]!.observation).toEqual(o);
    const wrong = { ...o, message: { ...o.message, severity: 'Sever' } };
    expect(await post(JSON.stringify(wrong), 'application/json', 'native')).toMatchObject([
      422,
      { refusals: [{ code: 'bad-field', detail: expect.stringContaining('message.severity') }] },
    ]);
    expect(await post(JSON.stringify(o), 'application/json', 'cars')).toMatchObject([
      422,
      { refusals: [{ code: 'wrong-kind' }] },
    ]);
  });
});

describe('a poll over the network', () => {
  it('FE-88 goes out by the guarded way alone: allowed it fetches, else it says why not', async () => {
    const asked: string[] = [];
    const source = createServer((req, res) => {
      asked.push(`${req.url} ${req.headers['if-none-match'] ?? '-'}`);
      if (req.url === '/m.xml') res.end(here(capText([['EX-2026-1', 'linked']])));
      else if (req.headers['if-none-match'] === '"1"') res.writeHead(304).end();
      else res.setHeader('ETag', '"1"').end(atomText([embedded('a', message), linked('b', '/m.xml')]));
    });
    await new Promise<void>((done) => source.listen(0, '127.0.0.1', done));
    onTestFinished(() => void source.close());
    const url = `http://127.0.0.1:${(source.address() as AddressInfo).port}/index.atom`;
    await open({ id: 'polled', kind: 'warnings', format: 'cap', poll: { url } });
    /** Two rounds. */
    const poll = async (allow: readonly string[]): Promise<void> => {
      let rounds = 0;
      let twice = (): void => undefined;
      const over = new Promise<void>((done) => (twice = done));
      const polling = startPolling({
        intake: rig.intake,
        request: (to, request) => guardedRequest(to, { ...request, allow }),
        random: () => 0.5,
        onError: (cause) => rig.log.errors.push(cause),
        wait: async (_ms, signal) => {
          if (++rounds < 2) return;
          twice();
          await new Promise((done) => signal.addEventListener('abort', done));
        },
      });
      await over;
      await polling.stop();
    };
    await poll([]);
    expect(asked).toEqual([]);
    expect(rig.double.refusals.flatMap((r) => r.refusals)).toHaveLength(2);
    expect(rig.double.refusals[0]!.refusals[0]!.detail).toContain('127.0.0.1');
    await poll(['127.0.0.0/8']);
    expect(asked).toEqual(['/index.atom -', '/m.xml -', '/index.atom "1"']);
    expect(taken()).toEqual(['EX-2026-1', 'linked']);
  });
});
