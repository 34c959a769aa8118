/** What a feed can send wrongly, over real HTTP: refused with a reason, counted, and nobody else is disturbed. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestAnswer } from '../../../server/feeds/batch.ts';
import { Engine } from '../../../server/live/engine.ts';
import { City } from '../../../server/city/city.ts';
import { describeFeed } from '../../../server/feeds/config.ts';
import { Intake } from '../../../server/feeds/intake.ts';
import { startRig, testFeed, TOKEN, view, type Rig } from '../../support/http-rig.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';
import { noHistory } from '../../support/no-history.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const position = (more: object = {}): object => ({
  type: 'position',
  id: 'v1',
  at: NOW,
  lon: 118.6,
  lat: 30.1,
  ...more,
});
const incident = (more: object = {}): object => ({
  type: 'incident',
  id: 'c1',
  at: NOW,
  channel: '110',
  category: 'traffic.collision',
  ...more,
});
const ndjson = { 'content-type': 'application/x-ndjson' };

let rig: Rig;
beforeAll(async () => {
  rig = await startRig(
    [
      testFeed({ id: 'cars', kind: 'positions' }),
      testFeed({ id: 'calls', kind: 'incidents' }),
      testFeed({ id: 'other', kind: 'positions' }),
      testFeed({ id: 'beds', kind: 'facilities' }),
    ],
    { nowMs: () => NOW },
  );
});
afterAll(() => rig.close());

interface Case {
  readonly name: string;
  readonly feed?: string;
  readonly body: BodyInit;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code: string;
}

const json = (v: unknown): string => JSON.stringify(v);
const cases: Case[] = [
  { name: 'garbage', body: '\u0000\u0001garbage', status: 400, code: 'not-json' },
  { name: 'bytes that are no text', body: Buffer.from([0xff, 0xfe, 0x00]), status: 400, code: 'not-json' },
  { name: 'an empty body', body: '', status: 400, code: 'not-json' },
  { name: 'a truncated body', body: json(position()).slice(0, -5), status: 400, code: 'not-json' },
  { name: 'a body over 8 MB', body: Buffer.alloc(9 * 1_048_576, 0x20), status: 413, code: 'body-too-large' },
  { name: 'nesting 100,000 deep', body: '['.repeat(100_000), status: 400, code: 'too-deep' },
  { name: 'a number', body: '7', status: 422, code: 'not-object' },
  {
    name: 'NaN',
    body: '{"type":"position","id":"v","at":1,"lon":NaN,"lat":1}',
    status: 400,
    code: 'not-json',
  },
  {
    name: 'an infinite longitude',
    body: json(position()).replace('118.6', '1e999'),
    status: 422,
    code: 'bad-position',
  },
  {
    name: 'swapped coordinates',
    body: json(position({ lon: 30.1, lat: 118.6 })),
    status: 422,
    code: 'bad-position',
  },
  {
    name: 'a position on another continent',
    body: json(position({ lon: -73.9, lat: 40.7 })),
    status: 422,
    code: 'outside-city',
  },
  {
    name: 'the place where both are zero',
    body: json(position({ lon: 0, lat: 0 })),
    status: 422,
    code: 'outside-city',
  },
  {
    name: 'an incident on another continent',
    feed: 'calls',
    body: json(incident({ lon: -73.9, lat: 40.7 })),
    status: 422,
    code: 'outside-city',
  },
  { name: 'an event of 1970', body: json(position({ at: 0 })), status: 422, code: 'too-old' },
  {
    name: 'an event of 2106',
    body: json(position({ at: 4_294_967_296_000 })),
    status: 422,
    code: 'in-future',
  },
  { name: 'a time beyond all calendars', body: json(position({ at: 9e15 })), status: 422, code: 'in-future' },
  {
    name: 'telemetry older than a day',
    body: json(position({ at: NOW - DAY - 1 })),
    status: 422,
    code: 'too-old',
  },
  {
    name: 'an incident older than 400 days',
    feed: 'calls',
    body: json(incident({ at: NOW - 400 * DAY - 1 })),
    status: 422,
    code: 'too-old',
  },
  {
    name: 'an incident of tomorrow',
    feed: 'calls',
    body: json(incident({ at: NOW + DAY })),
    status: 422,
    code: 'in-future',
  },
  {
    name: 'a wrong token',
    body: json(position()),
    headers: { authorization: 'Bearer nearly-the-right-one' },
    status: 401,
    code: 'wrong-token',
  },
  {
    name: 'no token',
    body: json(position()),
    headers: { authorization: '' },
    status: 401,
    code: 'wrong-token',
  },
  {
    name: 'a br body',
    body: brotliCompressSync(json(position())),
    headers: { 'content-encoding': 'br' },
    status: 415,
    code: 'bad-encoding',
  },
  {
    name: 'a deflate body',
    body: deflateSync(json(position())),
    headers: { 'content-encoding': 'deflate' },
    status: 415,
    code: 'bad-encoding',
  },
  {
    name: 'two encodings',
    body: json(position()),
    headers: { 'content-encoding': 'gzip, gzip' },
    status: 415,
    code: 'bad-encoding',
  },
  {
    name: 'what says gzip and is not',
    body: json(position()),
    headers: { 'content-encoding': 'gzip' },
    status: 400,
    code: 'bad-encoding',
  },
  {
    name: 'a cut gzip body',
    body: gzipSync(json(position())).subarray(0, 40),
    headers: { 'content-encoding': 'gzip' },
    status: 400,
    code: 'bad-encoding',
  },
  {
    name: 'a gzip bomb',
    body: gzipSync(Buffer.alloc(100 * 1_048_576, 0x20)),
    headers: { 'content-encoding': 'gzip' },
    status: 413,
    code: 'body-too-large',
  },
  {
    name: 'a gzip bomb as lines',
    body: gzipSync(Buffer.alloc(100 * 1_048_576, 0x0a)),
    headers: { 'content-encoding': 'gzip', ...ndjson },
    status: 413,
    code: 'body-too-large',
  },
  {
    name: 'a form',
    body: 'a=1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 'bad-content-type',
  },
  {
    name: 'a text where a number belongs',
    feed: 'beds',
    body: json({ type: 'facility', id: 'h1', at: NOW, metrics: { bedsFree: '12' } }),
    status: 422,
    code: 'bad-field',
  },
  {
    name: 'an infinite number',
    feed: 'beds',
    body: `{"type":"facility","id":"h1","at":${NOW},"metrics":{"bedsFree":1e999}}`,
    status: 422,
    code: 'bad-field',
  },
  {
    name: 'an object for an id',
    body: json(position({ id: { $gt: '' } })),
    status: 422,
    code: 'bad-field',
  },
  {
    name: 'an id of 10,000 letters',
    body: json(position({ id: 'x'.repeat(10_000) })),
    status: 422,
    code: 'bad-field',
  },
  {
    name: 'a title of a million letters',
    feed: 'calls',
    body: json(incident({ title: { zh: 'x'.repeat(1_000_000), en: 'x' } })),
    status: 422,
    code: 'bad-field',
  },
  {
    name: 'a kind that this feed may not send',
    body: json(incident()),
    status: 422,
    code: 'wrong-kind',
  },
  {
    name: 'another scheme of authorization',
    body: json(position()),
    headers: { authorization: 'Basic Y2FyczpzZWNyZXQ=' },
    status: 401,
    code: 'wrong-token',
  },
  {
    name: 'a replay clock on a live feed',
    body: json(position()),
    headers: { 'replay-clock': 'recorded=1; now=2; speed=1' },
    status: 400,
    code: 'bad-field',
  },
];

describe('bad input', () => {
  it.each(cases)(
    'FE-21 SE-11: $name is refused with a reason and counted',
    async ({ feed = 'cars', body, headers, status, code }) => {
      const before = rig.double.refusedOf(feed);
      const taken = rig.double.taken;
      const res = await rig.post(feed, body, headers);
      const answer = (await res.json()) as IngestAnswer & { error?: { code: string } };
      expect([res.status, answer.refusals[0]?.code]).toEqual([status, code]);
      expect(answer.refusals[0]?.text).toEqual({
        zh: expect.stringMatching(/./),
        en: expect.stringMatching(/./),
      });
      expect(answer.taken).toBe(0);
      expect(rig.double.taken).toBe(taken);
      expect(rig.double.refusedOf(feed)).toBe(before + 1);
      // The door is open for the next one.
      const next = await rig.post('other', json(position()));
      expect(await next.json()).toMatchObject({ taken: 1 });
      expect(rig.log.errors).toEqual([]);
    },
  );

  it('SE-10: an unknown feed is not found, whatever the token', async () => {
    const res = await rig.post('nobody', json(position()));
    expect(res.status).toBe(404);
    expect(await res.json()).toMatchObject({ error: { code: 'unknown-feed' } });
  });

  it('SE-12: __proto__ in a line changes nothing but that line', async () => {
    const res = await rig.post(
      'cars',
      '{"type":"position","id":"p","at":1800000000000,"lon":118.6,"lat":30.1,"__proto__":{"taken":9}}\n{"__proto__":{"type":"position"}}',
      ndjson,
    );
    expect(await res.json()).toMatchObject({
      taken: 1,
      refused: 1,
      refusals: [{ line: 2, code: 'unknown-kind' }],
    });
    expect(({} as Record<string, unknown>)['taken']).toBeUndefined();
  });

  it('SE-12: a metric of that name is no metric, and reaches no other object', async () => {
    const res = await rig.post(
      'beds',
      `{"type":"facility","id":"h1","at":${NOW},"metrics":{"__proto__":{"x":1},"constructor":5,"bedsFree":3}}`,
    );
    expect([res.status, await res.json()]).toMatchObject([200, { taken: 1, refused: 0 }]);
    const taken = rig.double.seen.at(-1)!.observation as { metrics?: object };
    expect(Object.keys(taken.metrics ?? {})).toEqual(['constructor', 'bedsFree']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(typeof {}.constructor).toBe('function');
    expect(rig.log.errors).toEqual([]);
  });

  it('FE-26: a line of 100 MB is skipped without being kept, and the lines around it are taken', async () => {
    const piece = Buffer.alloc(1_048_576, 0x78);
    const line = Buffer.from(json(position()) + '\n');
    let sent = 0;
    let peak = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: async (c) => {
        if (sent === 0) c.enqueue(line);
        else if (sent <= 100) c.enqueue(piece);
        else if (sent === 101) c.enqueue(Buffer.concat([Buffer.from('\n'), line]));
        else c.close();
        sent++;
        peak = Math.max(peak, process.memoryUsage().arrayBuffers);
        if (sent % 10 === 0) await sleep(1);
      },
    });
    const before = process.memoryUsage().arrayBuffers;
    const res = await rig.post('cars', body, ndjson);
    expect(await res.json()).toMatchObject({
      taken: 2,
      refused: 1,
      refusals: [{ code: 'line-too-long', line: 2 }],
    });
    // Sender and server share this process: chunks on the way are allowed, the line is not.
    expect(peak - before).toBeLessThan(64 * 1_048_576);
  });

  it('FE-20: what came before a stream grew too large is taken and told', async () => {
    const small = await startRig([testFeed({ id: 'cars', kind: 'positions' })], {
      nowMs: () => NOW,
      ingestLimits: { streamBytes: 100_000 },
    });
    const body = Array.from({ length: 3_000 }, (_, i) => json(position({ id: `v${i}` }))).join('\n');
    const res = await small.post('cars', new Blob([body]).stream(), ndjson);
    const answer = (await res.json()) as IngestAnswer;
    expect(res.status).toBe(413);
    expect(answer.refusals.at(-1)).toMatchObject({ code: 'body-too-large' });
    expect(answer.taken).toBe(small.double.taken);
    await small.close();
  });

  it('FE-20: a sender that leaves in the middle loses only its unfinished line', async () => {
    const before = rig.double.taken;
    const req = request(`${rig.url}/api/v1/ingest/cars`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, ...ndjson },
    });
    req.on('error', () => undefined);
    req.write(`${json(position())}\n${json(position()).slice(0, 20)}`);
    await expect.poll(() => rig.double.taken).toBe(before + 1);
    req.destroy();
    await sleep(50);
    const next = await rig.post('cars', json(position()));
    expect(next.status).toBe(200);
    expect(rig.log.errors).toEqual([]);
  });

  it('FE-27: what could not be stored is answered with 503, to be sent again', async () => {
    rig.double.failWith = { code: 'journal-failed' };
    const res = await rig.post('calls', json([incident()]));
    rig.double.failWith = null;
    expect(res.status).toBe(503);
    expect(await res.json()).toMatchObject({
      taken: 0,
      refused: 1,
      refusals: [{ code: 'journal-failed', line: 1 }],
    });
  });

  it('FE-28: who sends more than agreed is told to wait, and only that feed', async () => {
    const limited = await startRig(
      [
        testFeed({ id: 'cars', kind: 'positions', maxPerSecond: 10 }),
        testFeed({ id: 'other', kind: 'positions' }),
      ],
      { nowMs: () => NOW },
    );
    const many = Array.from({ length: 150 }, (_, i) => position({ id: `v${i}` }));
    expect((await limited.post('cars', json(many))).status).toBe(200);
    const res = await limited.post('cars', json(position()));
    expect(res.status).toBe(429);
    expect(Number(res.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await limited.post('other', json(position()))).status).toBe(200);
    await limited.close();
  });

  it('FE-29: a million ids from one feed are bounded, and the other feeds live on', async () => {
    const feeds = [
      testFeed({ id: 'cars', kind: 'positions', maxObjects: 5_000, maxPerSecond: 10_000_000 }),
      testFeed({ id: 'other', kind: 'positions' }),
    ];
    const city = City.plain(view);
    const engine = new Engine({
      city,
      feeds: feeds.map(describeFeed),
      journal: new MemoryJournal(),
      history: noHistory,
      nowMs: () => NOW,
    });
    await engine.start();
    const intake = new Intake({ feeds, port: engine, area: city, nowMs: () => NOW });
    const batch = intake.batch(intake.feed('cars')!, 'http');
    const splitter = batch.splitter();
    for (let i = 0; i < 1_000_000; i += 1_000) {
      const lines = Array.from(
        { length: 1_000 },
        (_, k) => `{"type":"position","id":"v${i + k}","at":${NOW},"lon":118.6,"lat":30.1}\n`,
      );
      splitter.write(Buffer.from(lines.join('')));
      await batch.flush();
    }
    const answer = batch.answer();
    expect(answer).toMatchObject({ taken: 5_000, refused: 995_000 });
    expect(answer.refusals).toHaveLength(20);
    expect(answer.refusals[0]).toMatchObject({ code: 'too-many-objects', line: 5_001 });
    expect(engine.positions.count).toBe(5_000);
    const other = intake.batch(intake.feed('other')!, 'http');
    other.value(position(), 1);
    await other.flush();
    expect(other.answer().taken).toBe(1);
    await engine.stop();
  });
});
