/**
 * `POST /api/v1/signal-port`: controllers say what they see, with a feed's token and no session, and are answered which phase
 * is wanted (`signal-port.ts` in the contract). `POST /api/v1/what-if-results`: how a run goes that they were offered there.
 */
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import type { Refusal } from '../contract/refusals.ts';
import { err, ok, type Result } from '../contract/result.ts';
import type { PortAnswer } from '../contract/signal-port.ts';
import { whatIfResult, type WhatIfResult } from '../contract/what-if.ts';
import type { Intake } from '../feeds/intake.ts';
import type { RawReport } from '../live/signals/port.ts';
import { discard, feedStatusOf, isGzip, mediaTypeOf, pieces, Refused } from './feed-body.ts';
import { sendJson, sendRefusal } from './http-answers.ts';
import type { Log } from './log.ts';

/** A description of 5,000 junctions has about 20 MB; a report of them 6. */
const MAX_BYTES = 32 * 1_048_576;
const IDLE_MS = 30_000;
const DISCARD_MS = 10_000;

/** The frame of a report; junctions are looked at one by one, so that one that is wrong ends nothing for the others. */
const head = z.object({
  feed: z.string().min(1).max(160),
  atS: z.number().min(0),
  describe: z.array(z.unknown()).max(5_000).optional(),
  states: z.array(z.unknown()).max(5_000),
  forks: z.boolean().optional(),
});

interface DoorDeps {
  readonly intake: Intake;
  readonly log: Log;
  readonly stopping?: () => boolean;
}
export interface SignalPortRouteDeps extends DoorDeps {
  readonly report: (feedId: string, report: RawReport, arrivedAtMs: number) => PortAnswer;
  readonly nowMs: () => number;
}
export interface WhatIfResultDeps extends DoorDeps {
  /** What is wrong with it; null: taken. */
  readonly result: (result: WhatIfResult) => Refusal | null;
}

export const signalPortHandler = (deps: SignalPortRouteDeps): RequestHandler =>
  door(deps, head, ({ feed, ...report }) => ok(deps.report(feed, report, deps.nowMs())));

export const whatIfResultHandler = (deps: WhatIfResultDeps): RequestHandler =>
  door(deps, whatIfResult, (result) => {
    const refusal = deps.result(result);
    return refusal === null ? ok({}) : err(refusal);
  });

/** Takes a body that names a feed of a signal port, from who has its token, and answers it. */
function door<T extends { readonly feed: string }>(
  deps: DoorDeps,
  schema: z.ZodType<T>,
  answer: (body: T) => Result<object, Refusal>,
): RequestHandler {
  return async (req, res) => {
    req.setTimeout(IDLE_MS);
    const refuse = (refusal: Refusal, status = feedStatusOf[refusal.code] ?? 400): void => {
      discard(req, DISCARD_MS);
      if (refusal.code === 'wrong-token') res.setHeader('WWW-Authenticate', 'Bearer');
      sendRefusal(res, refusal, status);
    };
    if (deps.stopping?.()) return refuse({ code: 'shutting-down' });
    const gzip = isGzip(req);
    if (typeof gzip === 'object') return refuse(gzip);
    const type = mediaTypeOf(req);
    if (type !== 'application/json')
      return refuse({ code: 'bad-content-type', detail: type.slice(0, 80) || '(none)' });
    // The feed is named in the body, as in the contract; so that nobody may send much without a token, one is asked for first.
    const token = /^Bearer +(\S{1,512})$/i.exec(req.headers.authorization ?? '')?.[1];
    if (token === undefined) return refuse({ code: 'wrong-token' }, 401);
    try {
      const read = schema.safeParse(JSON.parse(await text(req, gzip)));
      if (!read.success) return refuse({ code: 'bad-field', detail: pathOf(read.error) });
      const feed = deps.intake.authenticate(read.data.feed, token);
      if (!feed.ok) return refuse(feed.error);
      if (feed.value.config.kind !== 'signal-port') {
        deps.intake.refuse(feed.value, { code: 'wrong-kind', detail: 'signal-port' });
        return refuse({ code: 'wrong-kind', detail: 'signal-port' }, 403);
      }
      const answered = answer(read.data);
      if (!answered.ok) return refuse(answered.error, answered.error.code === 'not-found' ? 404 : undefined);
      await sendJson(req, res, answered.value);
    } catch (cause) {
      if (cause instanceof Refused) return refuse(cause.refusal, cause.status);
      if (cause instanceof SyntaxError)
        return refuse({ code: 'not-json', detail: cause.message.slice(0, 200) });
      if (req.destroyed && !req.complete) return undefined;
      deps.log.error({ err: cause }, 'signal port failed');
      return refuse({ code: 'internal' });
    }
    return undefined;
  };
}

async function text(req: Request, gzip: boolean): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of pieces(req, gzip, MAX_BYTES)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function pathOf(error: z.core.$ZodError): string {
  const { path = [], message = '' } = error.issues[0] ?? {};
  return `${path.join('.')}: ${message}`.slice(0, 300);
}
