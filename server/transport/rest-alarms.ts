/** Alarms over HTTP: one alarm's story, the log, the figures, and rules that are checked and tried before they are saved. */
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { alarmRule, type AlarmRule } from '../contract/alarms.ts';
import type { RuleProblem } from '../contract/alarm-api.ts';
import { mayReadAlarms } from '../contract/rights.ts';
import type { AlarmQueries } from '../live/alarms/alarm-queries.ts';
import { audienceOfRequest } from './auth/guard.ts';
import { jsonBody } from './auth/json-body.ts';
import { sendJson, sendRefusal } from './http-answers.ts';

const HOURS_KEPT = 31 * 24;
export const kpiQuery = z.object({ hours: z.coerce.number().min(0.1).max(HOURS_KEPT).default(8) });
export const logQuery = z.object({
  hours: z.coerce.number().min(0.1).max(HOURS_KEPT).default(24),
  rule: z.string().max(60).optional(),
  alarm: z.string().max(240).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});
export const dryRunBody = z.object({
  rule: z.unknown(),
  hours: z
    .number()
    .min(0.1)
    .max(7 * 24)
    .default(8),
});

const onlyInsiders: RequestHandler = (req, res, next) => {
  if (mayReadAlarms(audienceOfRequest(req).role)) next();
  else sendRefusal(res, { code: 'forbidden' }, 403);
};
const onlySupervisors: RequestHandler = (req, res, next) => {
  if (audienceOfRequest(req).role === 'supervisor') next();
  else sendRefusal(res, { code: 'forbidden' }, 403);
};

export function alarmRoutes(queries: AlarmQueries): Router {
  const router = Router();
  const story = async (id: string, req: Request, res: Response): Promise<void> => {
    const answer = await queries.alarm(id);
    if (answer === null) sendRefusal(res, { code: 'not-found' });
    else await sendJson(req, res, answer);
  };
  const dryRun = async (req: Request, res: Response): Promise<void> => {
    const asked = dryRunBody.safeParse(req.body);
    if (!asked.success) return sendRefusal(res, { code: 'bad-field', detail: 'rule, hours: 0.1…168' });
    const read = readRule(asked.data.rule);
    const problem = read.ok ? queries.check(read.rule).problems[0] : read.problems[0];
    if (!read.ok || problem !== undefined) {
      const { field = '', message } = problem ?? {};
      return sendRefusal(res, {
        code: 'bad-rule',
        detail: `${field}: ${message?.zh ?? ''} / ${message?.en ?? ''}`,
      });
    }
    const answer = await queries.dryRun(read.rule, asked.data.hours);
    if (answer.ok) await sendJson(req, res, answer.value);
    else sendRefusal(res, answer.error);
    return undefined;
  };
  router.get('/alarms/kpi', onlyInsiders, (req, res) => {
    const asked = kpiQuery.safeParse(req.query);
    if (!asked.success) return sendRefusal(res, { code: 'bad-field', detail: `hours: 0.1…${HOURS_KEPT}` });
    return sendJson(req, res, queries.kpi(asked.data.hours));
  });
  router.get('/alarms/log', onlyInsiders, (req, res) => {
    const asked = logQuery.safeParse(req.query);
    if (!asked.success) return sendRefusal(res, { code: 'bad-field', detail: 'hours, rule, alarm, limit' });
    const { hours, limit, rule, alarm } = asked.data;
    const filter = { limit, ...(rule !== undefined && { rule }), ...(alarm !== undefined && { alarm }) };
    return sendJson(req, res, { lines: queries.log(hours, filter) });
  });
  router.get('/alarms/:id', onlyInsiders, (req: Request<{ id: string }>, res) =>
    story(req.params.id, req as Request, res),
  );
  router.post('/alarm-rules/check', onlySupervisors, jsonBody, (req, res) => {
    const read = readRule(req.body);
    if (!read.ok) return sendJson(req, res, { ok: false, problems: read.problems });
    return sendJson(req, res, queries.check(read.rule));
  });
  router.post('/alarm-rules/dry-run', onlySupervisors, jsonBody, (req, res) => dryRun(req, res));
  return router;
}

type ReadRule =
  | { readonly ok: true; readonly rule: AlarmRule }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

/** The shape of a rule; what its expressions say is checked afterwards. */
function readRule(body: unknown): ReadRule {
  const read = alarmRule.safeParse(body);
  if (read.success) return { ok: true, rule: read.data };
  const problems = read.error.issues.map(({ path, message }) => ({
    field: path.join('.'),
    message: { zh: `填写有误：${message}`, en: `Not filled in right: ${message}` },
  }));
  return { ok: false, problems };
}
