/**
 * Pictures and papers of cases over HTTP. What is kept is what its first bytes say it is; it is given out only to who may
 * see a case it belongs to, and never as a page.
 */
import express, { type Request, type RequestHandler } from 'express';
import { mayDo } from '../contract/rights.ts';
import type { Audience } from '../contract/roles.ts';
import type { Attachments } from '../live/ports.ts';
import { audienceOfRequest, personOfRequest } from './auth/guard.ts';
import { sendRefusal } from './http-answers.ts';

export const MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024;
const WITHIN_MS = 60_000;

/** By the signature at the beginning of a file. */
const kinds: readonly { readonly type: string; readonly is: (b: Uint8Array) => boolean }[] = [
  { type: 'image/jpeg', is: (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff },
  { type: 'image/png', is: (b) => ascii(b, 1, 4) === 'PNG' && b[0] === 0x89 },
  { type: 'image/webp', is: (b) => ascii(b, 0, 4) === 'RIFF' && ascii(b, 8, 12) === 'WEBP' },
  { type: 'application/pdf', is: (b) => ascii(b, 0, 5) === '%PDF-' },
];
const ascii = (b: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...b.subarray(from, to));
const typeOf = (bytes: Uint8Array): string | undefined => kinds.find((k) => k.is(bytes))?.type;

const readBytes = express.raw({
  limit: MAX_ATTACHMENT_BYTES,
  inflate: false,
  type: kinds.map((k) => k.type),
});

/** Takes the body in; a slow or too large one is refused. */
export const attachmentBody: RequestHandler = (req, res, next) => {
  const late = setTimeout(() => req.destroy(), WITHIN_MS);
  readBytes(req, res, (cause?: unknown) => {
    clearTimeout(late);
    const fault = cause instanceof Error && 'type' in cause ? cause.type : null;
    if (cause === undefined) next();
    else if (fault === 'entity.too.large')
      sendRefusal(res, { code: 'body-too-large', detail: String(MAX_ATTACHMENT_BYTES) });
    else if (fault === 'encoding.unsupported')
      sendRefusal(res, { code: 'bad-encoding', detail: 'only identity' }, 415);
    else next(cause);
  });
};

export interface AttachmentDeps {
  readonly attachments: Attachments;
  /** True where the audience may know of the case. */
  readonly mayKnow: (incident: string, audience: Audience) => boolean;
  /** The cases an attachment was noted on. */
  readonly casesOf: (sha256: string) => Iterable<string>;
}

/** Lets through who may attach something to the case, before anything is read. */
export function mayAttach(deps: AttachmentDeps): RequestHandler<{ id: string }> {
  return (req, res, next) => {
    const person = personOfRequest(req as Request);
    if (person === null) return sendRefusal(res, { code: 'not-signed-in' });
    if (!mayDo(person.role, 'incident.note')) return sendRefusal(res, { code: 'forbidden' });
    if (!deps.mayKnow(req.params.id, audienceOfRequest(req as Request)))
      return sendRefusal(res, { code: 'not-found' });
    return next();
  };
}

/** `POST /incidents/:id/attachments`: keeps the bytes; a note then names them. */
export function putAttachment({ attachments }: AttachmentDeps): RequestHandler<{ id: string }> {
  return async (req, res) => {
    const bytes = req.body as unknown;
    if (!(bytes instanceof Uint8Array) || typeOf(bytes) === undefined) {
      const detail = (req.get('content-type') ?? '').slice(0, 80);
      return sendRefusal(res, { code: 'bad-content-type', detail }, 415);
    }
    res.status(201).json({ attachment: await attachments.put(bytes) });
    return undefined;
  };
}

/** `GET /attachments/:sha`. */
export function getAttachment(deps: AttachmentDeps): RequestHandler<{ sha: string }> {
  return async (req, res) => {
    const audience = audienceOfRequest(req as Request);
    const seen =
      mayDo(audience.role, 'incident.note') &&
      anyOf(deps.casesOf(req.params.sha), (id) => deps.mayKnow(id, audience));
    const bytes = seen ? await deps.attachments.get(req.params.sha) : null;
    const type = bytes === null ? undefined : typeOf(bytes);
    if (bytes === null || type === undefined) return sendRefusal(res, { code: 'not-found' });
    res.setHeader('Content-Type', type);
    res.setHeader('Content-Disposition', type === 'application/pdf' ? 'attachment' : 'inline');
    res.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
    // Its name is its content; but who is signed out must not find it in the browser's shared cache.
    res.setHeader('Cache-Control', 'private, max-age=3600');
    res.end(bytes);
    return undefined;
  };
}

function anyOf<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  for (const item of items) if (test(item)) return true;
  return false;
}
