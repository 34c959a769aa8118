import { describe, expect, it } from 'vitest';
import type { Observation, WarningObservation } from '../../../../server/contract/observations.ts';
import { CapFeed } from '../../../../server/feeds/cap/cap-feed.ts';
import type { CapReading } from '../../../../server/feeds/cap/cap-reader.ts';
import { readCap } from '../../../../server/feeds/cap/read-cap.ts';
import { Intake } from '../../../../server/feeds/intake.ts';
import { implausible } from '../../../../server/feeds/plausibility.ts';
import {
  atomText,
  bare,
  capText,
  embedded,
  entryText,
  linked,
  SENT_MS,
  warningOf,
} from '../../../support/cap.ts';
import { FeedDouble } from '../../../support/feed-double.ts';
import { testFeed } from '../../../support/http-rig.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Reads where it is asked, without a thread. */
const here: CapReading = { read: (bytes) => Promise.resolve(readCap(bytes)) };
const ctx = { arrivedAtMs: SENT_MS, clock: null, line: 3 };
const named = (identifier: string, sent = '16:30:00'): string =>
  capText([
    ['EX-2026-1', identifier],
    ['<sent>2026-07-01T16:30:00', `<sent>2026-07-01T${sent}`],
  ]);
const ids = (o: readonly Observation[]): string[] => o.map(({ id }) => id);
const around = { bbox: [116, 27, 118, 29] as const, contains: () => true };

describe('a feed of warnings', () => {
  it('FE-81 sends each message as an observation of its own time and number', async () => {
    const { observations, lines, refusals } = await new CapFeed(here, false).parse(
      Buffer.from(capText()),
      ctx,
    );
    expect(observations).toEqual([
      { type: 'warning', id: 'EX-2026-1', at: SENT_MS, message: warningOf(capText()) },
    ]);
    expect([lines, refusals]).toEqual([[3], []]);
  });

  it.each([
    ['as the recorder wrote it', { base64: Buffer.from(capText()).toString('base64') }],
    ['as text', capText()],
    [
      'as text that once had another encoding',
      capText([
        ['UTF-8', 'GBK'],
        ['Rainstorm', '暴雨'],
      ]),
    ],
  ])('FE-91 reads a message %s', async (_name, raw) => {
    expect(ids((await new CapFeed(here, false).parse(raw, ctx)).observations)).toEqual(['EX-2026-1']);
    const text = await new CapFeed(here, false).parse(
      capText([
        ['UTF-8', 'GBK'],
        ['Rainstorm', '暴雨'],
      ]),
      ctx,
    );
    expect((text.observations[0] as WarningObservation).message.event.en).toBe('暴雨');
  });

  it.each([[{ alert: {} }], [null], [7], [[capText()]]])('FE-21 refuses what is no XML: %j', async (raw) => {
    const { observations, refusals } = await new CapFeed(here, false).parse(raw, ctx);
    expect([observations, refusals]).toEqual([[], [{ code: 'bad-format', detail: 'not XML' }]]);
  });

  it('FE-34 shifts every time of a message that is replayed', async () => {
    const clock = { recordedMs: SENT_MS, nowMs: SENT_MS + 400 * DAY, speed: 60 };
    const { observations } = await new CapFeed(here, false).parse(capText(), { ...ctx, clock });
    const { at, message } = observations[0] as WarningObservation;
    const now = clock.nowMs;
    expect([at, message.sentAtMs, message.effectiveAtMs, message.onsetAtMs, message.expiresAtMs]).toEqual([
      now,
      now,
      now,
      now + HOUR / 120,
      now + HOUR / 10,
    ]);
  });

  it('FE-86 takes of an index what its entries hold, oldest first, and refuses each bad one with its number', async () => {
    const text = atomText([
      embedded('new', named('new', '16:40:00')),
      embedded('bad', capText([['Actual', 'Real']])),
      entryText('xml', `<content type="text/xml">${bare(named('old', '16:20:00'))}</content>`),
      linked('away', 'away.xml'),
      entryText('empty', '<summary>a warning?</summary>'),
      entryText('escaped', '<content type="text">&lt;alert/></content>'),
    ]);
    const { observations, lines, refusals } = await new CapFeed(here, false).parse(text, ctx);
    expect([ids(observations), lines]).toEqual([
      ['old', 'new'],
      [3, 1],
    ]);
    expect(refusals).toEqual([
      { code: 'bad-warning', detail: 'status: “Real”', line: 2 },
      { code: 'bad-warning', detail: 'entry[4]: link only (poll)', line: 4 },
      { code: 'bad-warning', detail: 'entry[5]: no CAP', line: 5 },
      { code: 'bad-warning', detail: 'entry[6]: no CAP', line: 6 },
    ]);
  });

  it('FE-86 takes a single entry, and an index without any', async () => {
    const entry = embedded('a', named('a')).replace('<entry>', '<entry xmlns="http://www.w3.org/2005/Atom">');
    expect(ids((await new CapFeed(here, false).parse(entry, ctx)).observations)).toEqual(['a']);
    expect(await new CapFeed(here, false).parse(atomText([]), ctx)).toMatchObject({
      observations: [],
      refusals: [],
    });
  });

  it.each([
    [
      'the one that says CAP',
      '<link rel="self" href="s"/><link href="p"/><link type="application/cap+xml" href="c"/>',
      'c',
    ],
    [
      'or XML',
      '<link type="text/html" href="h"/><link rel="alternate" type="application/xml" href="x"/><link href="p"/>',
      'x',
    ],
    ['or nothing', '<link rel="related" href="r"/><link href=" p "/>', 'p'],
    [
      'and no page',
      '<link rel="alternate" type="text/html" href="h"/><link rel="edit" href="e"/>',
      undefined,
    ],
    ['or the content itself', '<content type="application/cap+xml" src="s"/><link href="p"/>', 's'],
  ])('FE-86 follows of the links of an entry %s', (_name, links, href) => {
    const read = readCap(Buffer.from(atomText([entryText('a', links)])));
    expect(read.ok && read.value.kind === 'index' && read.value.entries[0]!.link).toBe(href);
  });

  it('FE-89 refuses once what an index that is polled repeats, until the entry changes or goes', async () => {
    const feed = new CapFeed(here, true);
    const bad = embedded('bad', capText([['Actual', 'Real']]));
    const round = async (entries: string[], lost: string[] = [], at = SENT_MS): Promise<unknown> => {
      const parsed = await feed.parse(atomText(entries), { ...ctx, arrivedAtMs: at });
      parsed.commit?.(new Set(parsed.observations.filter((o) => lost.includes(o.id))));
      return [ids(parsed.observations), parsed.refusals.length];
    };
    expect(await round([bad, embedded('a', named('a')), linked('b', 'b.xml')])).toEqual([['a'], 1]);
    expect(await round([bad, embedded('a', named('a'))])).toEqual([['a'], 0]);
    expect(await round([bad.replace('08:30:00Z', '08:31:00Z')])).toEqual([[], 1]);
    expect(await round([])).toEqual([[], 0]);
    expect(await round([bad])).toEqual([[], 1]);
    // One that could not be true is not looked at again, but for one that a slow clock took for the future.
    expect(await round([embedded('c', named('c'))], ['c'])).toEqual([['c'], 0]);
    expect(await round([embedded('c', named('c'))])).toEqual([[], 0]);
    expect(await round([embedded('d', named('d'))], ['d'], SENT_MS - HOUR)).toEqual([['d'], 0]);
    expect(await round([embedded('d', named('d'))])).toEqual([['d'], 0]);
  });

  it('FE-89 refuses again what a sender sends again', async () => {
    const feed = new CapFeed(here, false);
    for (const _again of [1, 2]) {
      const parsed = await feed.parse(atomText([embedded('bad', capText([['Actual', 'Real']]))]), ctx);
      parsed.commit?.(new Set());
      expect(parsed.refusals).toHaveLength(1);
    }
  });

  it.each([
    ['in force', 0, 6 * HOUR, null],
    ['sent three days ago and in force', -3 * DAY, HOUR, null],
    ['over for an hour', -3 * DAY, -HOUR, null],
    ['over for two days', -3 * DAY, -2 * DAY, 'too-old'],
    ['without an end, of yesterday', -23 * HOUR, undefined, null],
    ['without an end, of the day before', -25 * HOUR, undefined, 'too-old'],
    ['over before it was sent', -HOUR, -3 * DAY, null],
    ['of a wrong clock', HOUR, 6 * HOUR, 'in-future'],
  ])('FE-87 judges the time of a warning that is %s', (_name, sent, expires, code) => {
    const message = { ...warningOf(capText()), sentAtMs: SENT_MS + sent };
    delete message.expiresAtMs;
    if (expires !== undefined) message.expiresAtMs = SENT_MS + expires;
    const o: Observation = { type: 'warning', id: 'x', at: message.sentAtMs, message };
    expect(implausible(o, around, SENT_MS)?.code ?? null).toBe(code);
  });

  it.each([
    [
      'a polygon in it',
      {
        polygons: [
          [
            [117, 28],
            [117.1, 28],
            [117.1, 28.1],
            [117, 28],
          ],
        ],
      },
      null,
    ],
    [
      'a polygon all around it',
      {
        polygons: [
          [
            [100, 20],
            [130, 20],
            [130, 50],
            [100, 20],
          ],
        ],
      },
      null,
    ],
    [
      'a polygon elsewhere',
      {
        polygons: [
          [
            [100, 20],
            [101, 20],
            [101, 21],
            [100, 20],
          ],
        ],
      },
      'outside-city',
    ],
    ['a circle that reaches in', { circles: [{ center: [115, 28], radiusM: 120_000 }] }, null],
    ['a circle that does not', { circles: [{ center: [115, 28], radiusM: 50_000 }] }, 'outside-city'],
    ['a circle at the pole', { circles: [{ center: [0, 90], radiusM: 1_000 }] }, 'outside-city'],
    ['no shape', { geocodes: ['SAME=006109'] }, null],
  ] as const)('FE-87 takes a warning where it may concern the city: %s', (_name, shapes, code) => {
    const area = { description: 'there', polygons: [], circles: [], geocodes: [], ...shapes };
    const o = {
      type: 'warning',
      id: 'x',
      at: SENT_MS,
      message: { ...warningOf(capText()), areas: [area] },
    } as unknown as Observation;
    expect(implausible(o, around, SENT_MS)).toEqual(code && { code, detail: 'there' });
  });

  it('FE-90 lets no message overtake another of its feed, and holds up no other feed', async () => {
    const port = new FeedDouble();
    let release = (): void => {};
    const held = new Promise<void>((done) => (release = done));
    const slowFirst: CapReading = {
      async read(bytes) {
        if (Buffer.from(bytes).includes('slow')) await held;
        return readCap(bytes);
      },
    };
    const feeds = ['one', 'two'].map((id) => testFeed({ id, kind: 'warnings', format: 'cap' }));
    const intake = new Intake({ feeds, port, area: around, nowMs: () => SENT_MS, cap: slowFirst });
    const send = async (id: string, text: string): Promise<void> => {
      await intake.batch(intake.feed(id)!, 'http').payload(Buffer.from(text));
    };
    const first = send('one', named('slow'));
    const second = send('one', named('quick'));
    await send('two', named('other'));
    expect(ids(port.seen.map((s) => s.observation))).toEqual(['other']);
    release();
    await Promise.all([first, second]);
    expect(ids(port.seen.map((s) => s.observation))).toEqual(['other', 'slow', 'quick']);
    await intake.stop();
  });
});
