/** Reads the small JSON bodies of people's requests: nothing else is taken, nothing large, nothing slow (SE-46). */
import express, { type RequestHandler } from 'express';
import type { Refusal } from '../../contract/refusals.ts';
import { sendRefusal } from '../http-answers.ts';

const MAX_BYTES = 64 * 1024;
const WITHIN_MS = 10_000;

// Nothing packed is unpacked: what is small needs no packing.
const parse = express.json({ limit: MAX_BYTES, inflate: false, strict: true, type: 'application/json' });

export const jsonBody: RequestHandler = (req, res, next) => {
  if (!req.is('application/json')) {
    const detail = (req.get('content-type') ?? '').slice(0, 100);
    sendRefusal(res, { code: 'bad-content-type', detail }, 415);
    return;
  }
  const late = setTimeout(() => req.destroy(), WITHIN_MS);
  parse(req, res, (cause?: unknown) => {
    clearTimeout(late);
    const refusal = refusalOf(cause);
    if (refusal === null) next(cause);
    else sendRefusal(res, refusal, refusal.code === 'bad-encoding' ? 415 : undefined);
  });
};

/** In words of our own: the parser's quote the body, which may hold a password. */
function refusalOf(cause: unknown): Refusal | null {
  switch (cause instanceof Error && 'type' in cause ? cause.type : null) {
    case 'entity.too.large':
      return { code: 'body-too-large', detail: String(MAX_BYTES) };
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return { code: 'bad-encoding', detail: 'only identity, UTF-8' };
    case 'entity.parse.failed':
      return { code: 'not-json', detail: 'the body' };
    default:
      return null;
  }
}
