/** The reading side of the HTTP interface: city, live records, single objects, search, history. What a role may not see is taken out. */
import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { ClientConfig } from '../contract/api.ts';
import { packPartNames, type PackPart } from '../contract/city-pack.ts';
import { recordKinds, type RecordKind } from '../contract/records.ts';
import type { Audience } from '../contract/roles.ts';
import type { City } from '../city/city.ts';
import { seenBy } from '../domain/privacy.ts';
import type { History } from '../live/ports.ts';
import { lastingJson, sendJson, sendRefusal, type LastingBody } from './http-answers.ts';
import type { LivePicture } from './live-picture.ts';
import { searchLive } from './rest-search.ts';

export interface RestDeps {
  readonly engine: LivePicture;
  readonly city: City;
  readonly history: Pick<History, 'vitals'>;
  readonly clientConfig: () => ClientConfig;
  readonly nowMs: () => number;
  /** What the reader of a request may see. */
  readonly audienceOf: (req: Request) => Audience;
}

const MAX_RECORDS = 10_000;
const MINUTE_MS = 60_000;

export const recordsQuery = z.object({
  status: z.enum(['open', 'closed']).optional().meta({ description: 'Of incidents only' }),
  limit: z.coerce.number().int().min(1).max(MAX_RECORDS).default(MAX_RECORDS),
});
export const searchQuery = z.object({
  q: z.string().trim().min(1).max(100),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
export const vitalsQuery = z.object({
  minutes: z.coerce
    .number()
    .min(1)
    .max(7 * 1_440)
    .default(60),
});
const index = z.coerce.number().int().min(0).max(0xffff_ffff);

/** The checked query, or null after the refusal was sent. */
function query<T extends z.ZodType>(schema: T, req: Request, res: Response): z.output<T> | null {
  const parsed = schema.safeParse(req.query);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  sendRefusal(res, { code: 'bad-field', detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` });
  return null;
}

export function restRouter(deps: RestDeps): Router {
  const { engine, city } = deps;
  const router = Router();
  // The city does not change while the server runs: each part is made and packed once, when first asked for.
  const lasting = new Map<string, LastingBody>();
  const once = (key: string, make: () => unknown): LastingBody => {
    let body = lasting.get(key);
    if (body === undefined) {
      body = lastingJson(make());
      lasting.set(key, body);
    }
    return body;
  };

  router.get('/client-config', (req, res) => sendJson(req, res, deps.clientConfig()));
  router.get('/city', (req, res) =>
    once('', () => ({ manifest: city.pack?.manifest ?? null, counts: city.counts() })).send(req, res),
  );
  router.get('/city/network', (req, res) => once('network', () => city.network()).send(req, res));
  router.get('/city/:part', (req, res) => {
    const part = packPartNames.find((name): name is PackPart => name === req.params.part);
    if (part === undefined) return sendRefusal(res, { code: 'not-found' });
    return once(`part:${part}`, () => city.pack?.[part] ?? []).send(req, res);
  });

  router.get('/records/:kind', (req, res) => {
    const kind = recordKinds.find((k): k is RecordKind => k === req.params.kind);
    if (kind === undefined) return sendRefusal(res, { code: 'not-found' });
    const asked = query(recordsQuery, req, res);
    if (asked === null) return undefined;
    const audience = deps.audienceOf(req);
    const records: unknown[] = [];
    let total = 0;
    for (const record of engine.records.all(kind)) {
      if (asked.status !== undefined && 'status' in record && record.status !== asked.status) continue;
      const seen = seenBy(kind, record, audience);
      if (seen === null) continue;
      total++;
      if (records.length < asked.limit) records.push(seen);
    }
    const { epoch, seq } = engine.records;
    return sendJson(req, res, { epoch, seq, total, records });
  });
  router.get('/records/:kind/:id', (req, res) => {
    const kind = recordKinds.find((k): k is RecordKind => k === req.params.kind);
    const record = kind === undefined ? undefined : engine.records.get(kind, req.params.id);
    const seen =
      kind === undefined || record === undefined ? null : seenBy(kind, record, deps.audienceOf(req));
    return seen === null ? sendRefusal(res, { code: 'not-found' }) : sendJson(req, res, seen);
  });

  router.get('/objects/:slot', (req, res) => {
    const slot = index.safeParse(req.params.slot);
    const answer = slot.success ? engine.picture.objectAnswer(slot.data) : null;
    return answer === null ? sendRefusal(res, { code: 'not-found' }) : sendJson(req, res, answer);
  });
  const link = async (req: Request<{ index: string }>, res: Response): Promise<void> => {
    const i = index.safeParse(req.params.index);
    const answer = i.success && i.data < city.linkCount ? await engine.picture.linkAnswer(i.data) : null;
    return answer === null ? sendRefusal(res, { code: 'not-found' }) : sendJson(req, res, answer);
  };
  router.get('/links/:index', (req, res) => link(req, res));

  router.get('/search', (req, res) => {
    const asked = query(searchQuery, req, res);
    if (asked === null) return undefined;
    const hits = searchLive(asked.q, asked.limit, engine, city, deps.audienceOf(req));
    return sendJson(req, res, { hits });
  });
  const vitals = async (req: Request, res: Response): Promise<void> => {
    const asked = query(vitalsQuery, req, res);
    if (asked === null) return;
    await sendJson(req, res, await deps.history.vitals(deps.nowMs() - asked.minutes * MINUTE_MS));
  };
  router.get('/history/vitals', (req, res) => vitals(req, res));
  return router;
}
