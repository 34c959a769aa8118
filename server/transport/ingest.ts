/**
 * HTTP ingest: `POST /api/v1/ingest/:feedId`. A body is never held whole where it is a stream, never decoded where its
 * encoding is not trusted, and what was taken before something went wrong stays taken and is told (FE-20, FE-26, SE-11).
 */
import type { Request, RequestHandler, Response } from 'express';
import { refusalText, type Refusal } from '../contract/refusals.ts';
import type { Batch, IngestAnswer } from '../feeds/batch.ts';
import { MAX_INDEX_BYTES } from '../feeds/cap/read-cap.ts';
import type { Intake } from '../feeds/intake.ts';
import type { OpenFeed } from '../feeds/open-feed.ts';
import { parseReplayClock, REPLAY_CLOCK_HEADER, type ReplayClock } from '../feeds/replay-clock.ts';
import { discard, feedStatusOf, isGzip, mediaTypeOf, pieces, Refused } from './feed-body.ts';
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
  const gzip = isGzip(req);
  if (typeof gzip === 'object') return gzip;
  const type = mediaTypeOf(req);
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
  return { media, gzip, clock };
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
  status = feedStatusOf[refusal.code] ?? 400,
): void {
  const told = { ...refusal, text: refusalText(refusal) };
  if (res.headersSent) return;
  const counts = answer ?? { taken: 0, late: 0, duplicate: 0, refused: 1, refusals: [told] };
  if (refusal.code === 'wrong-token') res.setHeader('WWW-Authenticate', 'Bearer');
  res.status(status).json({ error: told, ...counts });
}
