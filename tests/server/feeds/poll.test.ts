import { afterEach, describe, expect, it } from 'vitest';
import type { Refusal } from '../../../server/contract/refusals.ts';
import { readCap } from '../../../server/feeds/cap/read-cap.ts';
import { parseFeeds } from '../../../server/feeds/config.ts';
import { Intake } from '../../../server/feeds/intake.ts';
import { pollDelayMs, startPolling, type GuardedRequest, type Polling } from '../../../server/feeds/poll.ts';
import { atomText, capText, embedded, linked, SENT_MS } from '../../support/cap.ts';
import { FeedDouble } from '../../support/feed-double.ts';
import { testFeed } from '../../support/http-rig.ts';

const URL_OF_INDEX = 'https://alerts.example.org/cap/index.atom';
const area = { bbox: [116, 27, 118, 29] as const, contains: () => true };
const named = (id: string): string => capText([['EX-2026-1', id]]);

type Answer = Awaited<ReturnType<GuardedRequest>>;
const found = (text: string, headers: Record<string, string> = {}): Answer => ({
  ok: true,
  value: { status: 200, headers, body: Buffer.from(text), cut: false },
});
const status = (code: number): Answer => ({
  ok: true,
  value: { status: code, headers: {}, body: Buffer.alloc(0), cut: false },
});
const timeout: Answer = {
  ok: false,
  error: { code: 'timeout', sentence: { zh: '未在限定时间内答复', en: 'did not answer in time' } },
};

/** A source of which a test says what it answers, and a clock that it moves from round to round. */
class Source {
  readonly port = new FeedDouble();
  readonly asked: { url: string; headers: Readonly<Record<string, string>>; limitBytes: number }[] = [];
  readonly waits: number[] = [];
  readonly errors: unknown[] = [];
  /** By address; what is not there does not answer. */
  pages: Record<string, Answer | (() => Promise<Answer>)> = {};
  polling: Polling | null = null;
  private go: (() => void) | null = null;
  private idle = (): void => undefined;

  /** Lets one round pass; the first one begins by itself. */
  async round(): Promise<void> {
    const rested = new Promise<void>((done) => (this.idle = done));
    if (this.polling === null) this.start();
    else this.go?.();
    await rested;
  }

  start(everyS = 60): void {
    const feed = testFeed({
      id: 'met',
      kind: 'warnings',
      format: 'cap',
      poll: { url: URL_OF_INDEX, everyS },
    });
    const cap = { read: (bytes: Uint8Array) => Promise.resolve(readCap(bytes)) };
    const intake = new Intake({ feeds: [feed], port: this.port, area, nowMs: () => SENT_MS, cap });
    this.polling = startPolling({
      intake,
      request: async (url, { headers, limitBytes }) => {
        this.asked.push({ url, headers, limitBytes });
        const page = this.pages[url] ?? timeout;
        return typeof page === 'function' ? page() : page;
      },
      random: () => 0.5,
      onError: (cause) => this.errors.push(cause),
      wait: (ms, signal) => {
        this.waits.push(ms);
        this.idle();
        return new Promise<void>((resolve, reject) => {
          this.go = resolve;
          signal.addEventListener('abort', () => reject(new Error('called off')), { once: true });
        });
      },
    });
  }

  get taken(): string[] {
    return this.port.seen.map((s) => s.observation.id);
  }

  get refused(): Refusal[] {
    return this.port.refusals.flatMap((r) => r.refusals);
  }
}

let source: Source;
const open = (pages: Source['pages'] = {}): Source => {
  source = new Source();
  source.pages = pages;
  return source;
};
afterEach(async () => {
  await source.polling?.stop();
  if (source.errors.length > 0) throw new Error('the poll failed', { cause: source.errors });
});

describe('a feed that is fetched', () => {
  it('FE-88 brings in what an index holds and what it links to, relative to itself', async () => {
    open({
      [URL_OF_INDEX]: found(
        atomText([embedded('a', named('a')), linked('b', 'b.xml'), linked('c', '/c?x=1&amp;y=2')]),
      ),
      'https://alerts.example.org/cap/b.xml': found(named('b')),
      'https://alerts.example.org/c?x=1&y=2': found(named('c')),
    });
    await source.round();
    expect(source.taken.toSorted()).toEqual(['a', 'b', 'c']);
    expect(source.refused).toEqual([]);
    expect(source.asked.map((a) => [a.url, a.limitBytes])).toEqual([
      [URL_OF_INDEX, 10_485_760],
      ['https://alerts.example.org/cap/b.xml', 2_097_152],
      ['https://alerts.example.org/c?x=1&y=2', 2_097_152],
    ]);
    expect(source.asked[0]!.headers['accept']).toContain('application/cap+xml');
  });

  it('FE-88 brings in a single message', async () => {
    open({ [URL_OF_INDEX]: found(named('alone')) });
    await source.round();
    expect(source.taken).toEqual(['alone']);
  });

  it('FE-88 asks only for what is new, and takes “nothing new” for a sign of life', async () => {
    open({
      [URL_OF_INDEX]: found(named('a'), { etag: '"v1"', 'last-modified': 'Wed, 01 Jul 2026 08:30:00 GMT' }),
    });
    await source.round();
    source.pages = { [URL_OF_INDEX]: status(304) };
    await source.round();
    expect(source.asked[0]!.headers).not.toHaveProperty('if-none-match');
    expect(source.asked[1]!.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'Wed, 01 Jul 2026 08:30:00 GMT',
    });
    expect(source.port.calls).toEqual([
      { feed: 'met', n: 1 },
      { feed: 'met', n: 0 },
    ]);
    expect(source.refused).toEqual([]);
  });

  it('FE-88 does not take the same answer twice from a source that knows no conditions', async () => {
    open({ [URL_OF_INDEX]: found(named('a')) });
    await source.round();
    await source.round();
    expect(source.taken).toEqual(['a']);
    expect(source.port.calls.map((c) => c.n)).toEqual([1, 0]);
    source.pages = { [URL_OF_INDEX]: found(named('b')) };
    await source.round();
    expect(source.taken).toEqual(['a', 'b']);
  });

  it('FE-88 fetches a linked message once, and again when its entry changes', async () => {
    const b = 'https://alerts.example.org/cap/b.xml';
    open({ [URL_OF_INDEX]: found(atomText([linked('b', 'b.xml')])), [b]: found(named('b')) });
    await source.round();
    source.pages[URL_OF_INDEX] = found(atomText([linked('c', 'c.xml'), linked('b', 'b.xml')]));
    source.pages['https://alerts.example.org/cap/c.xml'] = found(named('c'));
    await source.round();
    expect(source.taken).toEqual(['b', 'c']);
    source.pages[URL_OF_INDEX] = found(atomText([linked('b', 'b.xml', '2026-07-01T09:00:00Z')]));
    await source.round();
    expect(source.asked.filter((a) => a.url === b)).toHaveLength(2);
  });

  it('FE-88 fetches a hundred messages a round at most, the others with the next', async () => {
    const links = Array.from({ length: 130 }, (_v, i) => i);
    open({
      [URL_OF_INDEX]: found(atomText(links.map((i) => linked(`e${i}`, `${i}.xml`))), { etag: '"all"' }),
    });
    for (const i of links) source.pages[`https://alerts.example.org/cap/${i}.xml`] = found(named(`m${i}`));
    await source.round();
    expect(source.taken).toHaveLength(100);
    expect(source.waits).toEqual([60_000]);
    await source.round();
    expect(new Set(source.taken).size).toBe(130);
    expect(source.taken).toHaveLength(130);
    // The rest was still to be fetched: only now may the source say that nothing is new.
    const indexAsked = source.asked.filter((a) => a.url === URL_OF_INDEX);
    expect(indexAsked[1]!.headers).not.toHaveProperty('if-none-match');
    await source.round();
    expect(source.asked.at(-1)!.headers['if-none-match']).toBe('"all"');
  });

  const page = (id: string): string => `https://alerts.example.org/cap/${id}.xml`;
  const askedFor = (): string[] => source.asked.splice(0).map((a) => /(\w+)\.\w+$/.exec(a.url)![1]!);

  it('FE-88 gives a dead source up for the round, and the next time tries first what nobody tried', async () => {
    const links = ['a', 'b', 'c', 'd', 'e'];
    open({ [URL_OF_INDEX]: found(atomText(links.map((id) => linked(id, `${id}.xml`)))) });
    for (const id of ['d', 'e']) source.pages[page(id)] = found(named(id));
    await source.round();
    expect(askedFor()).toEqual(['index', 'a', 'b', 'c']);
    expect(source.refused).toHaveLength(3);
    await source.round();
    expect(askedFor()).toEqual(['index', 'd', 'e', 'a', 'b', 'c']);
    expect(source.taken).toEqual(['d', 'e']);
    expect(source.waits).toEqual([90_000, 180_000]);
    for (const id of links) source.pages[page(id)] = found(named(id));
    await source.round();
    await source.round();
    expect(source.taken.toSorted()).toEqual(links);
    expect(source.waits.slice(2)).toEqual([60_000, 60_000]);
  });

  it.each([
    ['is gone', status(404), 1],
    ['wants a sign-in', status(403), 1],
    ['is not to be reached', { ...timeout, error: { ...timeout.error, code: 'inner-address' } }, 1],
    ['is no XML', found('a page'), 1],
    ['is too long', { ok: true, value: { status: 200, headers: {}, body: Buffer.from('<'), cut: true } }, 1],
    ['is packed', found(named('a'), { 'content-encoding': 'br' }), 1],
    ['is away for now', status(503), 3],
    ['is asked too often', status(429), 3],
    ['does not answer', timeout, 3],
  ] as [string, Answer, number][])(
    'FE-88 keeps its pace when a linked message %s, and tries again what may pass',
    async (_name, answer, times) => {
      open({ [URL_OF_INDEX]: found(atomText([linked('bad', 'bad.xml'), linked('good', 'good.xml')])) });
      source.pages[page('bad')] = answer;
      source.pages[page('good')] = found(named('good'));
      for (let i = 0; i < 3; i++) await source.round();
      expect(source.refused).toHaveLength(times);
      expect(askedFor().filter((id) => id === 'bad')).toHaveLength(times);
      expect(source.taken).toEqual(['good']);
      expect(source.waits).toEqual([60_000, 60_000, 60_000]);
    },
  );

  it.each([
    ['no answer', timeout, 'poll-failed 未在限定时间内答复 / did not answer in time'],
    ['an error', status(503), 'poll-failed HTTP 503'],
    [
      'an answer without end',
      { ok: true, value: { status: 200, headers: {}, body: Buffer.from('<'), cut: true } },
      'body-too-large 10485760',
    ],
    ['a packed answer', found(named('a'), { 'content-encoding': 'br' }), 'bad-encoding br'],
    ['a page instead', found('<html><body/></html>'), expect.stringMatching(/^bad-format </)],
    ['a bomb', found('<!DOCTYPE a [<!ENTITY b "c">]><a/>'), 'unsafe-xml DOCTYPE'],
  ] as [string, Answer, unknown][])(
    'FE-88 says in the feed’s health why %s was refused, and comes back later and later',
    async (_name, answer, says) => {
      open({ [URL_OF_INDEX]: answer });
      await source.round();
      await source.round();
      expect(source.refused.map((r) => `${r.code} ${r.detail}`)).toEqual([says, says]);
      expect(source.waits).toEqual([90_000, 180_000]);
      source.pages = { [URL_OF_INDEX]: found(named('a')) };
      await source.round();
      expect(source.taken).toEqual(['a']);
      expect(source.waits.at(-1)).toBe(60_000);
    },
  );

  it('FE-88 says once that a message is no warning, and keeps its pace', async () => {
    open({ [URL_OF_INDEX]: found(capText([['Actual', 'Real']])) });
    await source.round();
    await source.round();
    expect(source.refused.map((r) => r.code)).toEqual(['bad-warning']);
    expect(source.waits).toEqual([60_000, 60_000]);
  });

  it('FE-27 brings in again what could not be stored', async () => {
    const b = 'https://alerts.example.org/cap/b.xml';
    open({ [URL_OF_INDEX]: found(atomText([linked('b', 'b.xml')])), [b]: found(named('b')) });
    source.port.failWith = { code: 'journal-failed' };
    await source.round();
    source.port.failWith = null;
    await source.round();
    expect(source.taken).toEqual(['b']);
    source.pages = { [URL_OF_INDEX]: found(named('c')) };
    source.port.failWith = { code: 'journal-failed' };
    await source.round();
    source.port.failWith = null;
    await source.round();
    expect(source.taken).toEqual(['b', 'c']);
  });

  it('FE-88 outlives a fault of its own, and shows it', async () => {
    open({ [URL_OF_INDEX]: () => Promise.reject(new Error('a fault')) });
    await source.round();
    expect(source.errors.splice(0)).toEqual([new Error('a fault')]);
    expect(source.refused).toEqual([{ code: 'internal' }]);
    source.pages = { [URL_OF_INDEX]: found(named('a')) };
    await source.round();
    expect(source.taken).toEqual(['a']);
  });

  it('FE-88 is never under way twice, and stops in the middle without taking any more', async () => {
    open();
    let answer = (_a: Answer): void => undefined;
    const asking = new Promise<void>((asked) => {
      source.pages = {
        [URL_OF_INDEX]: () => {
          asked();
          return new Promise((resolve) => (answer = resolve));
        },
      };
    });
    source.start();
    await asking;
    const stopped = source.polling!.stop();
    answer(found(named('late')));
    await stopped;
    expect(source.asked).toHaveLength(1);
    expect(source.port.calls).toEqual([]);
    expect(source.refused).toEqual([]);
  });

  it('FE-88 stops while it waits', async () => {
    open({ [URL_OF_INDEX]: found(named('a')) });
    await source.round();
    await source.polling!.stop();
    expect(source.asked).toHaveLength(1);
  });

  it('FE-88 waits its interval, twice as long after each failure, never over an hour or its own interval', () => {
    const at = (r: number) => () => r;
    expect([0, 1, 2, 3].map((n) => pollDelayMs(60, n, at(1)) / 1_000)).toEqual([66, 120, 240, 480]);
    expect([0, 1, 2, 3].map((n) => pollDelayMs(60, n, at(0)) / 1_000)).toEqual([54, 60, 120, 240]);
    expect(pollDelayMs(60, 500, at(1))).toBe(3_600_000);
    expect(pollDelayMs(86_400, 3, at(1))).toBe(86_400_000);
  });

  it.each([
    ['an address that is none', { poll: { url: 'alerts.example.org' } }, 'feeds.0.poll.url'],
    ['an address of a file', { poll: { url: 'file:///etc/passwd' } }, 'feeds.0.poll.url'],
    ['every second', { poll: { url: URL_OF_INDEX, everyS: 1 } }, 'feeds.0.poll.everyS'],
    [
      'another format',
      { format: 'open311', poll: { url: URL_OF_INDEX } },
      '.poll: only feeds of the format cap',
    ],
    ['another kind', { kind: 'incidents' }, '.kind: CAP messages are warnings'],
  ])('FE-88 is not configured with %s', (_name, more, says) => {
    const feed = {
      id: 'met',
      name: { zh: 'x', en: 'x' },
      kind: 'warnings',
      format: 'cap',
      token: 'x'.repeat(16),
    };
    const parsed = parseFeeds({ feeds: [{ ...feed, ...more }] }, {}, false);
    expect(!parsed.ok && parsed.error.join('\n')).toContain(says);
    expect(parseFeeds({ feeds: [{ ...feed, poll: { url: URL_OF_INDEX } }] }, {}, false)).toMatchObject({
      ok: true,
      value: [{ poll: { url: URL_OF_INDEX, everyS: 60 } }],
    });
  });
});
