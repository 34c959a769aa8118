/** Cases over HTTP: commands, what a plan would send, ways, timelines, evaluation, the rulebook, and orders for terminals. */
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import type { Rulebook } from '../contract/rulebook.ts';
import type { Audience } from '../contract/roles.ts';
import { command } from '../contract/sync.ts';
import type { Intake } from '../feeds/intake.ts';
import type { CaseQueries } from '../live/case-queries.ts';
import type { Attachments, Journal } from '../live/ports.ts';
import { attachmentBody, getAttachment, mayAttach, putAttachment } from './attachments.ts';
import { audienceOfRequest, onlyRole, personOfRequest } from './auth/guard.ts';
import { jsonBody } from './auth/json-body.ts';
import { lastingJson, sendJson, sendRefusal } from './http-answers.ts';
import { sendAudit } from './rest-audit.ts';
import type { Commands } from './socket-commands.ts';

export interface CaseRoutesDeps {
  readonly queries: CaseQueries;
  readonly rulebook: Rulebook;
  readonly commands: Commands;
  readonly attachments: Attachments;
  readonly journal: Pick<Journal, 'read' | 'lastSeq'>;
}

/** Orders are waited for so long at most; below what proxies cut. */
const ORDERS_WAIT_MS = 25_000;

export const recommendationQuery = z.object({ level: z.coerce.number().int().min(1).max(9).optional() });
export const evaluationQuery = z.object({ days: z.coerce.number().min(0.01).max(366).default(7) });
export const ordersQuery = z.object({
  feed: z.string().max(60),
  after: z.coerce.number().int().optional(),
});

/** `GET /api/v1/orders`: for terminals, who show their feed's token and no session. */
export function ordersHandler(queries: CaseQueries, intake: Intake): RequestHandler {
  return async (req, res) => {
    const asked = ordersQuery.safeParse(req.query);
    if (!asked.success) return sendRefusal(res, { code: 'bad-field', detail: 'feed, after' });
    const token = /^Bearer +(\S{1,512})$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
    const feed = intake.authenticate(asked.data.feed, token);
    if (!feed.ok) return sendRefusal(res, feed.error, feed.error.code === 'wrong-token' ? 401 : 404);
    if (!feed.value.allowed.has('unit'))
      return sendRefusal(res, { code: 'wrong-kind', detail: 'orders' }, 403);
    await sendJson(req, res, await queries.orders(asked.data.feed, asked.data.after, ORDERS_WAIT_MS));
    return undefined;
  };
}

export function caseRoutes(deps: CaseRoutesDeps): Router {
  const { queries, commands } = deps;
  const router = Router();
  const rulebook = lastingJson(deps.rulebook);
  /** An answer about a case, 404 where the reader may not know of it. */
  const ofCase =
    (ask: (id: string, audience: Audience) => unknown): RequestHandler<{ id: string }> =>
    async (req, res) => {
      const answer = ask(req.params.id, audienceOfRequest(req as Request));
      if (answer === null) sendRefusal(res, { code: 'not-found' });
      else await sendJson(req, res, answer);
    };

  const give = async (req: Request, res: Response): Promise<void> => {
    const read = command.safeParse(req.body);
    if (!read.success) {
      const issue = read.error.issues[0];
      return sendRefusal(res, {
        code: 'bad-field',
        detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      });
    }
    const source = { person: personOfRequest(req), from: req.socket.remoteAddress ?? '' };
    await sendJson(req, res, await commands.execute(read.data, source));
    return undefined;
  };
  router.post('/commands', jsonBody, (req, res) => give(req, res));
  router.get('/rulebook', (req, res) => rulebook.send(req, res));
  router.get('/incidents/:id/recommendation', (req, res, next) => {
    const asked = recommendationQuery.safeParse(req.query);
    if (!asked.success) return sendRefusal(res, { code: 'bad-field', detail: 'level: 1…9' });
    return ofCase((id, audience) => queries.recommendation(id, asked.data.level, audience))(req, res, next);
  });
  router.get(
    '/incidents/:id/routes',
    ofCase((id, audience) => {
      const routes = queries.routes(id, audience);
      return routes && { routes };
    }),
  );
  router.get('/incidents/:id/route/:unit', (req, res, next) =>
    ofCase((id, audience) => queries.routeOf(id, req.params.unit, audience))(req, res, next),
  );
  router.get(
    '/incidents/:id/timeline',
    ofCase((id, audience) => queries.timeline(id, audience)),
  );
  const files = {
    attachments: deps.attachments,
    mayKnow: (id: string, audience: Audience) => queries.mayKnow(id, audience),
    casesOf: (sha256: string) => queries.casesOfAttachment(sha256),
  };
  router.post('/incidents/:id/attachments', mayAttach(files), attachmentBody, putAttachment(files));
  router.get('/attachments/:sha', getAttachment(files));
  router.get('/audit', onlyRole('audit-admin'), (req, res) => sendAudit(deps.journal, req, res));
  router.get('/evaluation', (req, res) => {
    const asked = evaluationQuery.safeParse(req.query);
    if (!asked.success) return sendRefusal(res, { code: 'bad-field', detail: 'days: 0.01…366' });
    return sendJson(req, res, queries.evaluation(asked.data.days));
  });
  return router;
}
