/**
 * Bodies of feeds as they are read: never decoded where their encoding is not trusted, never longer than their limit, and
 * what is refused is listened to only so long that the sender sees the answer (FE-20, SE-11).
 */
import type { Request } from 'express';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Refusal, RefusalCode } from '../contract/refusals.ts';

/** A body that grows more than this when it is decoded is an attack, not data. */
const MAX_GZIP_RATIO = 100;
/** Up to here any ratio is let pass. */
const GZIP_RATIO_FROM_BYTES = 1_048_576;
/** How much of a refused body is read and thrown away, so that the sender gets to see the answer. */
const MAX_DISCARDED_BYTES = 64 * 1_048_576;

export const feedStatusOf: Partial<Record<RefusalCode, number>> = {
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
export class Refused extends Error {
  readonly refusal: Refusal;
  readonly status: number;
  constructor(refusal: Refusal, status = feedStatusOf[refusal.code] ?? 400) {
    super(refusal.code);
    this.refusal = refusal;
    this.status = status;
  }
}

/** Whether a body is packed; a refusal where it is packed in a way that is not taken. */
export function isGzip(req: Request): boolean | Refusal {
  const encoding = (req.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === 'gzip') return encoding === 'gzip';
  return { code: 'bad-encoding', detail: encoding.slice(0, 40) };
}

/** The media type without its parameters. */
export const mediaTypeOf = (req: Request): string =>
  (req.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();

/** Decoded pieces of the body, none of which takes the whole over `limit`. */
export async function* pieces(req: Request, gzip: boolean, limit: number): AsyncGenerator<Buffer> {
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

/** Reads the rest of a refused body without keeping it, up to a limit and not for long. */
export function discard(req: Request, withinMs: number): void {
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
