/**
 * Traffic at signals over HTTP: all signals, one in full, corridors, districts and the city, and what-if runs. Whoever sees
 * the picture reads it; who dispatches may have a run made.
 */
import { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { mayRunWhatIf } from '../contract/rights.ts';
import { whatIfRequest } from '../contract/what-if.ts';
import { HORIZONS_MIN } from '../domain/signals/analysis/forecast.ts';
import type { TrafficAnalysis } from '../live/analysis/analysis.ts';
import type { WhatIfRuns } from '../live/signals/what-if.ts';
import { personOfRequest } from './auth/guard.ts';
import { jsonBody } from './auth/json-body.ts';
import { sendJson, sendRefusal } from './http-answers.ts';

/** Greens and vehicles along a corridor are kept for so long. */
const MOST_MINUTES = 10;
export const corridorQuery = z.object({
  minutes: z.coerce.number().min(1).max(MOST_MINUTES).default(5),
});

export const linkForecastQuery = z.object({
  minutes: z.enum(['15', '30', '60']).default('15'),
});

export type TrafficQueries = Pick<
  TrafficAnalysis,
  'signalLines' | 'signalAnswer' | 'corridorLines' | 'corridorAnswer' | 'trafficAnswer' | 'linkForecast'
>;

export function trafficRoutes(queries: TrafficQueries): Router {
  const router = Router();
  router.get('/signals', (req, res) => sendJson(req, res, queries.signalLines()));
  router.get('/signals/:id', (req: Request<{ id: string }>, res) => {
    const answer = queries.signalAnswer(req.params.id);
    return answer === null ? sendRefusal(res, { code: 'not-found' }) : sendJson(req, res, answer);
  });
  router.get('/corridors', (req, res) => sendJson(req, res, queries.corridorLines()));
  router.get('/corridors/:id', (req: Request<{ id: string }>, res) => {
    const asked = corridorQuery.safeParse(req.query);
    if (!asked.success) return sendRefusal(res, { code: 'bad-field', detail: `minutes: 1…${MOST_MINUTES}` });
    const answer = queries.corridorAnswer(req.params.id, asked.data.minutes);
    return answer === null ? sendRefusal(res, { code: 'not-found' }) : sendJson(req, res, answer);
  });
  router.get('/traffic', (req, res) => sendJson(req, res, queries.trafficAnswer()));
  router.get('/traffic/links', (req, res) => {
    const asked = linkForecastQuery.safeParse(req.query);
    if (!asked.success) return sendRefusal(res, { code: 'bad-field', detail: 'minutes: 15, 30, 60' });
    const minutes = HORIZONS_MIN.find((m) => String(m) === asked.data.minutes)!;
    return sendJson(req, res, queries.linkForecast(minutes));
  });
  return router;
}

const onlyWhoMayRun: RequestHandler = (req, res, next) => {
  const person = personOfRequest(req);
  if (person !== null && mayRunWhatIf(person.role)) next();
  else sendRefusal(res, { code: person === null ? 'not-signed-in' : 'forbidden' });
};

/** `patience`: how often somebody may ask for a run. */
export function whatIfRoutes(runs: Pick<WhatIfRuns, 'start' | 'answer'>, patience: RequestHandler): Router {
  const router = Router();
  router.post('/what-if', patience, onlyWhoMayRun, jsonBody, (req, res) => {
    const asked = whatIfRequest.safeParse(req.body);
    if (!asked.success) {
      const { path = [], message = '' } = asked.error.issues[0] ?? {};
      return sendRefusal(res, { code: 'bad-field', detail: `${path.join('.')}: ${message}`.slice(0, 300) });
    }
    const started = runs.start(asked.data);
    return started.ok ? sendJson(req, res, started.value) : sendRefusal(res, started.error);
  });
  router.get('/what-if/:id', (req: Request<{ id: string }>, res) => {
    const answer = runs.answer(req.params.id);
    return answer === null ? sendRefusal(res, { code: 'not-found' }) : sendJson(req, res, answer);
  });
  return router;
}
