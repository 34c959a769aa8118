/**
 * HTTP ingest: `POST /api/v1/ingest/:feedId`. A body is never held whole where it is a stream, never decoded where its
 * encoding is not trusted, and what was taken before something went wrong stays taken and is told (FE-20, FE-26, SE-11).
 */
import type { Request, RequestHandler, Response } from 'express';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { refusalText, type Refusal, type RefusalCode } from '../contract/refusals.ts';
import type { Batch, IngestAnswer } from '../feeds/batch.ts';
import { MAX_INDEX_BYTES } from '../feeds/cap/read-cap.ts';
import type { Intake } from '../feeds/intake.ts';
import type { OpenFeed } from '../feeds/open-feed.ts';
import { parseReplayClock, REPLAY_CLOCK_HEADER, type ReplayClock } from '../feeds/replay-clock.ts';
import type { Log } from './log.ts';

export interface IngestLimits {
  /** Of a JSON or protobuf body, decoded. */
  readonly jsonBytes: number;
  /** Of an XML body, decoded: an Atom index of warnings. */
  readonly xmlBytes: number;
  /** Of an NDJSON stream, decoded. */
  readonly streamBytes: number;
  /** Silence after which a sender is given up. */
  readonly idleMs: number;
  /** How long the rest of a refused body is listened to. */
  readonly discardMs: number;
}
export const defaultIngestLimits: IngestLimits = {
  jsonBytes: 8 * 1_048_576,
  xmlBytes: MAX_INDEX_BYTES,
  streamBytes: 256 * 1_048_576,
  idleMs: 60_000,
  discardMs: 10_000,
};

/** A body that grows more than this when it is decoded is an attack, not data. */
const MAX_GZIP_RATIO = 100;
/** Up to here any ratio is let pass. */
const GZIP_RATIO_FROM_BYTES = 1_048_576;
/** How much of a refused body is read and thrown away, so that the sender gets to see the answer. */
const MAX_DISCARDED_BYTES = 64 * 1_048_576;

const statusOf: Partial<Record<RefusalCode, number>> = {
  'unknown-feed': 404,
  'wrong-token': 401,
  'bad-encoding': 415,
  'bad-content-type': 415,
  'body-too-large': 413,
  'rate-limited': 429,
  'journal-failed': 503,
  'shutting-down': 503,
  internal: 500,
};

/** The request itself is refused, from here on. */
class Refused extends Error {
  readonly refusal: Refusal;
  readonly status: number;
  constructor(refusal: Refusal, status = statusOf[refusal.code] ?? 400) {
    super(refusal.code);
    this.refusal = refusal;
    this.status = status;
  }
}

export interface IngestDeps {
  readonly intake: Intake;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly limits?: Partial<IngestLimits>;
  readonly stopping?: () => boolean;
}

export function ingestHandler(deps: IngestDeps): RequestHandler<{ feedId: string }> {
  const limits = { ...defaultIngestLimits, ...deps.limits };
  const refuse: Refuse = (req, res, refusal, answer, status) => {
    discard(req, limits.discardMs);
    sendRefused(res, refusal, answer, status);
  };
  return async (req, res) => {
    req.setTimeout(limits.idleMs);
    if (deps.stopping?.()) return refuse(req, res, { code: 'shutting-down' });
    const token = /^Bearer +(\S{1,512})$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
    const known = deps.intake.authenticate(req.params.feedId, token);
    if (!known.ok) return refuse(req, res, known.error);
    const feed = known.value;
    const head = readHead(req, feed, deps.nowMs());
    if ('code' in head) {
      deps.intake.refuse(feed, head);
      if (head.code === 'rate-limited') {
        res.setHeader('Retry-After', Math.ceil(feed.rate.waitMs(deps.nowMs()) / 1_000));
      }
      return refuse(req, res, head);
    }
    const batch = deps.intake.batch(feed, 'http', head.clock);
    try {
      const single = await (head.media === 'ndjson'
        ? takeStream(req, head.gzip, batch, feed, limits, deps.nowMs)
        : takeDocument(req, head, batch, limits));
      const answer = batch.answer();
      res.status(statusOfAnswer(answer, single)).json(answer);
    } catch (cause) {
      await settle(cause, req, res, batch, deps, refuse);
    }
    return undefined;
  };
}

/** 503 asks to send again what could not be stored; a single observation that is refused is told by status, too. */
function statusOfAnswer(answer: IngestAnswer, single: boolean): number {
  if (answer.refusals.some((r) => r.code === 'journal-failed')) return 503;
  return single && answer.refused > 0 ? 422 : 200;
}

interface Head {
  readonly media: 'json' | 'ndjson' | 'protobuf' | 'xml';
  readonly gzip: boolean;
  readonly clock: ReplayClock | null;
}

function readHead(req: Request, feed: OpenFeed, nowMs: number): Head | Refusal {
  const encoding = (req.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip')
    return { code: 'bad-encoding', detail: encoding.slice(0, 40) };
  const type = (req.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const media = mediaOf(type, feed);
  if (media === null) return { code: 'bad-content-type', detail: type.slice(0, 80) || '(none)' };
  const header = req.headers[REPLAY_CLOCK_HEADER];
  let clock: ReplayClock | null = null;
  if (typeof header === 'string') {
    if (!feed.config.allowReplay)
      return { code: 'bad-field', detail: 'Replay-Clock: this feed may not be replayed' };
    const parsed = parseReplayClock(header);
    if (!parsed.ok) return parsed.error;
    clock = parsed.value;
  }
  if (feed.rate.waitMs(nowMs) > 0) return { code: 'rate-limited' };
  return { media, gzip: encoding === 'gzip', clock };
}

function mediaOf(type: string, feed: OpenFeed): Head['media'] | null {
  switch (type) {
    case 'application/json':
      return 'json';
    case 'application/x-ndjson':
    case 'application/ndjson':
    case 'application/jsonl':
      return 'ndjson';
    case 'application/x-protobuf':
    case 'application/protobuf':
    case 'application/octet-stream':
      return feed.config.format === 'gtfs-realtime' ? 'protobuf' : null;
    case 'application/cap+xml':
    case 'application/atom+xml':
    case 'application/xml':
    case 'text/xml':
      return feed.config.format === 'cap' ? 'xml' : null;
    default:
      return null;
  }
}

/** Decoded pieces of the body, none of which takes the whole over `limit`. */
async function* pieces(req: Request, gzip: boolean, limit: number): AsyncGenerator<Buffer> {
  const tooLarge = (): Refused => new Refused({ code: 'body-too-large', detail: String(limit) });
  if (!gzip) {
    if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge();
    let total = 0;
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > limit) throw tooLarge();
      yield chunk;
    }
    return;
  }
  const gunzip = createGunzip({ chunkSize: 65_536 });
  let packed = 0;
  let total = 0;
  req.on('data', (chunk: Buffer) => (packed += chunk.length));
  const gaveUp = (): void => {
    gunzip.destroy(new Error('the sender left'));
  };
  req.once('aborted', gaveUp);
  req.once('error', gaveUp);
  req.pipe(gunzip);
  try {
    for await (const chunk of gunzip as Readable as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > limit) throw tooLarge();
      if (total > GZIP_RATIO_FROM_BYTES && total > packed * MAX_GZIP_RATIO) {
        throw new Refused({ code: 'body-too-large', detail: `${MAX_GZIP_RATIO}× its gzip size, ${total}` });
      }
      yield chunk;
    }
  } catch (cause) {
    if (isZlibError(cause)) throw new Refused({ code: 'bad-encoding', detail: `gzip (${cause.code})` }, 400);
    throw cause;
  } finally {
    req.unpipe(gunzip);
    gunzip.destroy();
  }
}

const isZlibError = (cause: unknown): cause is Error & { code: string } =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && cause.code.startsWith('Z_');

async function takeStream(
  req: Request,
  gzip: boolean,
  batch: Batch,
  feed: OpenFeed,
  limits: IngestLimits,
  nowMs: () => number,
): Promise<boolean> {
  const splitter = batch.splitter();
  for await (const chunk of pieces(req, gzip, limits.streamBytes)) {
    splitter.write(chunk);
    // Waiting here is the backpressure: nothing more is read from the socket.
    await batch.flush();
    for (let wait = feed.rate.waitMs(nowMs()); wait > 0 && !req.destroyed; wait = feed.rate.waitMs(nowMs())) {
      await new Promise((done) => setTimeout(done, Math.min(wait, 500)));
    }
  }
  splitter.end();
  await batch.flush();
  return false;
}

async function takeDocument(req: Request, head: Head, batch: Batch, limits: IngestLimits): Promise<boolean> {
  const chunks: Buffer[] = [];
  const limit = head.media === 'xml' ? limits.xmlBytes : limits.jsonBytes;
  for await (const chunk of pieces(req, head.gzip, limit)) chunks.push(chunk);
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  if (head.media === 'protobuf' || head.media === 'xml') {
    await batch.payload(body);
    // A warning that is refused is told by status, too; of an index what is good counts.
    const { taken, late, duplicate } = batch.answer();
    return head.media === 'xml' && taken + late + duplicate === 0;
  }
  return batch.document(body, (refusal) => {
    throw new Refused(refusal);
  });
}

async function settle(
  cause: unknown,
  req: Request,
  res: Response,
  batch: Batch,
  deps: IngestDeps,
  refuse: Refuse,
): Promise<void> {
  if (cause instanceof Refused) {
    batch.refuse(cause.refusal);
    await batch.flush();
    return refuse(req, res, cause.refusal, batch.answer(), cause.status);
  }
  if (req.destroyed && !req.complete) {
    // The sender left in the middle; what had come in whole lines is taken.
    deps.log.debug({ feed: req.params['feedId'] }, 'sender left before the end');
    return;
  }
  deps.log.error({ err: cause, feed: req.params['feedId'] }, 'ingest failed');
  batch.refuse({ code: 'internal' });
  await batch.flush();
  return refuse(req, res, { code: 'internal' }, batch.answer());
}

type Refuse = (req: Request, res: Response, refusal: Refusal, answer?: IngestAnswer, status?: number) => void;

function sendRefused(
  res: Response,
  refusal: Refusal,
  answer?: IngestAnswer,
  status = statusOf[refusal.code] ?? 400,
): void {
  const told = { ...refusal, text: refusalText(refusal) };
  if (res.headersSent) return;
  const counts = answer ?? { taken: 0, late: 0, duplicate: 0, refused: 1, refusals: [told] };
  if (refusal.code === 'wrong-token') res.setHeader('WWW-Authenticate', 'Bearer');
  res.status(status).json({ error: told, ...counts });
}

/** Reads the rest of a refused body without keeping it, up to a limit and not for long. */
function discard(req: Request, withinMs: number): void {
  if (req.complete || req.destroyed) return;
  const late = setTimeout(() => req.destroy(), withinMs);
  let discarded = 0;
  req.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > MAX_DISCARDED_BYTES) req.destroy();
  });
  req.on('error', () => req.destroy());
  req.on('close', () => clearTimeout(late));
  req.resume();
}
