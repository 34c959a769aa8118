/**
 * Fetches feeds whose source does not send by itself: by conditional GET, one round after the other and never two at a
 * time, later and later while it fails. What it brings goes through the same door as what is sent (FE-88).
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Refusal } from '../contract/refusals.ts';
import { err, ok, type Result } from '../contract/result.ts';
import type { LocalText } from '../contract/text.ts';
import { MAX_INDEX_BYTES, MAX_MESSAGE_BYTES } from './cap/read-cap.ts';
import type { Intake } from './intake.ts';
import type { OpenFeed } from './open-feed.ts';

/** The way out, which guards whom it connects to; `server/notify` has one. */
export type GuardedRequest = (
  url: string,
  request: {
    readonly method: 'GET';
    readonly headers: Readonly<Record<string, string>>;
    readonly limitBytes: number;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
) => Promise<Result<FetchedAnswer, { readonly code: string; readonly sentence: LocalText }>>;

interface FetchedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  /** The body was longer than the limit. */
  readonly cut: boolean;
}

interface NotFetched {
  readonly refusal: Refusal;
  /** It may be another answer later. */
  readonly passing: boolean;
}
/** Problems on the way that pass; an address that may not be reached stays one. */
const PASSING: ReadonlySet<string> = new Set(['timeout', 'unreachable', 'not-resolved', 'broken-answer']);

export interface PollDeps {
  readonly intake: Intake;
  readonly request: GuardedRequest;
  /** 0…1. */
  readonly random: () => number;
  readonly onError: (cause: unknown, feedId: string) => void;
  /** Resolves after so long, or rejects when it is called off; a timer where absent. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export interface Polling {
  /** Calls off what is under way; resolves when nothing is taken in any more. */
  stop(): Promise<void>;
}

const ACCEPT = 'application/atom+xml, application/cap+xml, application/xml;q=0.9, text/xml;q=0.8';
const TIMEOUT_MS = 20_000;
/** Messages of one index that are fetched in one round; the others wait for the next. */
const MAX_LINKS = 100;
/** A source that fails so often in a row is left alone until the next round. */
const MAX_FAILED_LINKS = 3;
const LONGEST_WAIT_S = 3_600;
const MAX_VALIDATOR = 1_000;

/**
 * How long to wait: the feed's own interval, twice as long after each failure in a row, an hour at most. The jitter keeps
 * servers that started together from asking together: a tenth around the interval, more where there is much to spread.
 */
export function pollDelayMs(everyS: number, failures: number, random: () => number): number {
  if (failures === 0) return everyS * 1_000 * (0.9 + 0.2 * random());
  const backOffS = Math.min(everyS * 2 ** failures, Math.max(everyS, LONGEST_WAIT_S));
  return backOffS * 1_000 * (0.5 + 0.5 * random());
}

export function startPolling(deps: PollDeps): Polling {
  const end = new AbortController();
  const polls = deps.intake.feedIds.flatMap((id) => {
    const feed = deps.intake.feed(id)!;
    const { poll } = feed.config;
    return poll === undefined ? [] : [new FeedPoll(feed, poll.url, deps, end.signal).run(poll.everyS)];
  });
  return {
    async stop() {
      end.abort();
      await Promise.all(polls);
    },
  };
}

class FeedPoll {
  private readonly feed: OpenFeed;
  private readonly url: string;
  private readonly deps: PollDeps;
  private readonly signal: AbortSignal;
  /** What the last answer that was wholly taken in said of itself. */
  private validators: Readonly<Record<string, string>> = {};
  private lastHash = '';
  /** What became of the entries of the index that are links. */
  private entries = new Map<string, 'new' | 'failed' | 'over'>();

  constructor(feed: OpenFeed, url: string, deps: PollDeps, signal: AbortSignal) {
    this.feed = feed;
    this.url = url;
    this.deps = deps;
    this.signal = signal;
  }

  async run(everyS: number): Promise<void> {
    const { wait = (ms, signal) => pause(ms, undefined, { signal }), random, onError } = this.deps;
    let failures = 0;
    while (!this.signal.aborted) {
      try {
        failures = (await this.round()) ? 0 : failures + 1;
      } catch (cause) {
        failures++;
        onError(cause, this.feed.config.id);
        this.refuse({ code: 'internal' });
      }
      if (this.signal.aborted) return;
      try {
        await wait(pollDelayMs(everyS, failures, random), this.signal);
      } catch (cause) {
        if (!this.signal.aborted) throw cause;
      }
    }
  }

  /** False where the source failed, or part of what it has is still to be fetched and failed. */
  private async round(): Promise<boolean> {
    const answer = await this.get(this.url, MAX_INDEX_BYTES, this.validators);
    if (this.signal.aborted) return true;
    if (!answer.ok) return this.refuse(answer.error.refusal);
    const { status, body, headers } = answer.value;
    const hash = createHash('sha256').update(body).digest('base64');
    if (status === 304 || hash === this.lastHash) {
      await this.deps.intake.alive(this.feed);
      return true;
    }
    if (!(await this.take(body))) return false;
    const links = await this.links(body);
    if (links === 'failed') return false;
    // Until everything is taken in, the next round asks for the whole again.
    if (links === 'done') {
      this.validators = {
        ...validator('if-none-match', headers['etag']),
        ...validator('if-modified-since', headers['last-modified']),
      };
      this.lastHash = hash;
    }
    return true;
  }

  /** Fetches what the index only links to, as far as it is new. */
  private async links(body: Uint8Array): Promise<'done' | 'more' | 'failed'> {
    const read = await this.deps.intake.cap.read(body);
    // What is no CAP at all is a page of errors, not news.
    if (!read.ok) return read.error.code === 'bad-warning' ? 'done' : 'failed';
    if (read.value.kind !== 'index') return 'done';
    const linked = read.value.entries.filter((e) => e.message === undefined && e.link !== undefined);
    const known = this.entries;
    this.entries = new Map(linked.map(({ key }) => [key, known.get(key) ?? 'new']));
    // One that failed waits behind those that nobody tried: a dead host must not hold up a living one.
    const open = (['new', 'failed'] as const).flatMap((state) =>
      linked.filter(({ key }) => this.entries.get(key) === state),
    );
    let inARow = 0;
    for (const { key, link } of open.slice(0, MAX_LINKS)) {
      const over = await this.fetchLinked(link!);
      if (this.signal.aborted) return 'more';
      this.entries.set(key, over ? 'over' : 'failed');
      inARow = over ? 0 : inARow + 1;
      if (inARow === MAX_FAILED_LINKS) return 'failed';
    }
    return open.every(({ key }) => this.entries.get(key) === 'over') ? 'done' : 'more';
  }

  /** True where the linked message is taken in, or refused for good. */
  private async fetchLinked(link: string): Promise<boolean> {
    const url = URL.parse(link, this.url);
    const answer =
      url === null ? err(notFetched('bad-url')) : await this.get(url.href, MAX_MESSAGE_BYTES, {});
    if (this.signal.aborted) return false;
    if (answer.ok) return this.take(answer.value.body);
    this.refuse(answer.error.refusal);
    return !answer.error.passing;
  }

  private async get(
    url: string,
    limitBytes: number,
    headers: Readonly<Record<string, string>>,
  ): Promise<Result<FetchedAnswer, NotFetched>> {
    const answer = await this.deps.request(url, {
      method: 'GET',
      headers: { accept: ACCEPT, ...headers },
      limitBytes,
      timeoutMs: TIMEOUT_MS,
      signal: this.signal,
    });
    if (!answer.ok) {
      const { code, sentence } = answer.error;
      return err(notFetched(`${sentence.zh} / ${sentence.en}`, PASSING.has(code)));
    }
    const { status, cut, headers: said } = answer.value;
    if (status !== 200 && status !== 304) {
      return err(notFetched(`HTTP ${status}`, status >= 500 || status === 408 || status === 429));
    }
    const encoding = String(said['content-encoding'] ?? 'identity').slice(0, 40);
    const never = (refusal: Refusal): Result<never, NotFetched> => err({ refusal, passing: false });
    if (encoding !== 'identity') return never({ code: 'bad-encoding', detail: encoding });
    if (cut) return never({ code: 'body-too-large', detail: String(limitBytes) });
    return ok(answer.value);
  }

  /** Hands a payload in. False where it has to be handed in again; one that is refused for what it is has not. */
  private async take(body: Uint8Array): Promise<boolean> {
    const batch = this.deps.intake.batch(this.feed, 'poll');
    await batch.payload(Buffer.from(body.buffer, body.byteOffset, body.length));
    return !batch.answer().refusals.some((r) => r.code === 'journal-failed');
  }

  private refuse(refusal: Refusal): false {
    this.deps.intake.refuse(this.feed, refusal, 'poll');
    return false;
  }
}

const notFetched = (detail: string, passing = false): NotFetched => ({
  refusal: { code: 'poll-failed', detail: detail.slice(0, 300) },
  passing,
});

const validator = (name: string, value: string | string[] | undefined): Readonly<Record<string, string>> =>
  typeof value === 'string' && value.length <= MAX_VALIDATOR ? { [name]: value } : {};
