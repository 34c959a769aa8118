/** How answers go out: JSON with entity tags and gzip where the reader takes it, refusals as sentences. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { refusalText, type Refusal, type RefusalCode } from '../contract/refusals.ts';

const pack = promisify(gzip);
/** Below this gzip costs more than it saves. */
const MIN_GZIP_BYTES = 1_400;
/** Answers made anew each time are packed lightly, lasting ones thoroughly. */
const FAST_LEVEL = 1;
const LASTING_LEVEL = 6;

const takesGzip = (req: Pick<Request, 'acceptsEncodings'>): boolean =>
  req.acceptsEncodings('gzip') === 'gzip';

const statusOf: Partial<Record<RefusalCode, number>> = {
  'not-found': 404,
  'rate-limited': 429,
  'body-too-large': 413,
  'shutting-down': 503,
  internal: 500,
  'not-signed-in': 401,
  'wrong-credentials': 401,
  'account-locked': 423,
  forbidden: 403,
  csrf: 403,
  'weak-password': 422,
  'no-simulator': 409,
  'too-many-runs': 409,
};

export function sendRefusal(res: Response, refusal: Refusal, status?: number): void {
  if (res.headersSent) return;
  res.removeHeader('ETag');
  res.setHeader('Cache-Control', 'no-store');
  res.status(status ?? statusOf[refusal.code] ?? 400);
  res.json({
    error: { ...refusal, text: refusalText(refusal) },
    requestId: res.locals['requestId'] as unknown,
  });
}

/** An answer of the moment. */
export async function sendJson(
  req: Pick<Request, 'acceptsEncodings'>,
  res: Response,
  value: unknown,
): Promise<void> {
  const body = Buffer.from(JSON.stringify(value));
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Vary', 'Accept-Encoding');
  if (body.length >= MIN_GZIP_BYTES && takesGzip(req)) {
    res.setHeader('Content-Encoding', 'gzip');
    res.end(await pack(body, { level: FAST_LEVEL }));
  } else res.end(body);
}

/** A body that stays the same for long: packed once, answered with 304 to who has it. */
export class LastingBody {
  readonly body: Buffer;
  readonly type: string;
  private readonly etag: string;
  private packed: Promise<Buffer> | null = null;
  private readonly packable: boolean;

  constructor(body: Buffer, type: string) {
    this.body = body;
    this.type = type;
    this.etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    this.packable =
      body.length >= MIN_GZIP_BYTES && /json|javascript|text|svg|xml|protobuf|manifest/.test(type);
  }

  async send(req: Request, res: Response, cacheControl = 'no-cache'): Promise<void> {
    res.setHeader('Cache-Control', cacheControl);
    res.setHeader('ETag', this.etag);
    res.setHeader('Vary', 'Accept-Encoding');
    if (req.fresh) {
      res.status(304).end();
      return;
    }
    res.setHeader('Content-Type', this.type);
    if (this.packable && takesGzip(req)) {
      this.packed ??= pack(this.body, { level: LASTING_LEVEL });
      res.setHeader('Content-Encoding', 'gzip');
      const packed = await this.packed;
      res.setHeader('Content-Length', packed.length);
      res.end(req.method === 'HEAD' ? undefined : packed);
    } else {
      res.setHeader('Content-Length', this.body.length);
      res.end(req.method === 'HEAD' ? undefined : this.body);
    }
  }
}

export const lastingJson = (value: unknown): LastingBody =>
  new LastingBody(Buffer.from(JSON.stringify(value)), 'application/json; charset=utf-8');
