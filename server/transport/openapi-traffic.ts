/** The part of the OpenAPI description about traffic at signals: signals, corridors, districts and the city. */
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { lonLat } from '../contract/geo.ts';
import { measuredBy, signalServiceLevels } from '../contract/signal-api.ts';
import { controlMethods, signalGrounds, signalModes } from '../contract/signal-control.ts';
import { portJunction, portState } from '../contract/signal-port.ts';
import { localText } from '../contract/text.ts';
import { whatIfRequest, whatIfResult } from '../contract/what-if.ts';
import { corridorQuery, linkForecastQuery } from './rest-traffic.ts';

type Answer = { readonly description: string; readonly content: Record<string, { schema: z.ZodType }> };

const id = z.string();
const ms = z.number().meta({ description: 'Milliseconds since 1970-01-01T00:00Z' });
const count = z.number().int();
const nullable = z.number().nullable();
const share = z.number().min(0).max(1);
const los = z
  .enum(signalServiceLevels)
  .nullable()
  .meta({ description: 'By control delay: 10, 20, 35, 55, 80 s (HCM 7th ed., exhibit 19-8)' });
const delayS = nullable.meta({ description: 'Mean control delay of who crossed in the last 5 minutes, s' });

const signalLine = z
  .object({
    id,
    position: lonLat,
    mode: z.enum(signalModes),
    ground: z.enum(signalGrounds),
    method: z.enum(controlMethods),
    delayS,
    los,
    queue: nullable.meta({ description: 'Vehicles that stand' }),
    flowVph: nullable,
    spillBack: z.boolean(),
    measuredBy: z.enum(measuredBy).nullable(),
    confidence: share,
  })
  .meta({ id: 'SignalLine' });
const approach = z
  .object({
    link: id,
    name: localText.optional(),
    headingDeg: z.number(),
    lanes: count,
    queue: z.number(),
    queueM: z.number(),
    delayS,
    los,
    arrivalVph: z.number(),
    saturation: z.object({
      vph: z.number(),
      seen: z.boolean().meta({ description: 'false: the default' }),
    }),
    turns: z.array(z.object({ turn: z.string(), share })),
    spillBack: z.boolean(),
    measuredBy: z.enum(measuredBy),
    confidence: share,
  })
  .meta({ id: 'SignalApproach' });
const signal = z
  .object({
    line: signalLine,
    name: localText,
    junction: portJunction.meta({ id: 'PortJunction' }),
    state: portState.meta({ id: 'PortState' }).nullable(),
    stateAtMs: ms.nullable(),
    approaches: z.array(approach),
    greens: z
      .array(z.object({ phase: count, fromMs: ms, untilMs: ms.nullable() }))
      .meta({ description: 'Of the last ten minutes; untilMs null: it still runs' }),
    history: z
      .object({ atMs: z.array(ms), delayS: z.array(nullable), queue: z.array(nullable) })
      .meta({ description: 'A point a minute, two hours; null where it was not known' }),
  })
  .meta({ id: 'SignalAnswer' });

const corridorLine = z
  .object({ id, name: localText, lengthM: z.number(), signals: z.array(id), delayS: nullable })
  .meta({ id: 'CorridorLine' });
const way = z.enum(['forth', 'back']);
const greens = z.array(z.object({ fromMs: ms, untilMs: ms, planned: z.boolean().optional() }));
const corridor = corridorLine
  .extend({
    speedMps: z.number(),
    fromMs: ms,
    nowMs: ms,
    untilMs: ms.meta({ description: 'So far as a plan lets it be foreseen' }),
    stops: z.array(
      z.object({
        signal: id,
        name: localText,
        metres: z.number(),
        known: z
          .array(z.object({ fromMs: ms, untilMs: ms }))
          .meta({ description: 'When it is known what it shows: what is not green then is red' }),
        forth: greens,
        back: greens,
      }),
    ),
    trajectories: z.array(
      z.object({ way, points: z.array(z.number()).meta({ description: 'ms, m, ms, m …' }) }),
    ),
    bands: z
      .array(z.object({ way, fromMs: ms, untilMs: ms }))
      .meta({ description: 'When one leaves the first stop of the way to meet green at each' }),
  })
  .meta({ id: 'CorridorAnswer' });

const traffic = z
  .object({
    atMs: ms,
    areas: z.array(
      z.object({
        id: id.meta({ description: '`city`, or a district' }),
        name: localText,
        congestionIndex: nullable.meta({ description: 'Travel time over the free one; 1 = free' }),
        lostVehH: nullable.meta({ description: 'Vehicle-hours lost an hour' }),
        trend: z.array(nullable).meta({ description: 'A point each 5 minutes, 3 hours, oldest first' }),
        signals: count,
        automatic: count,
        delayS: nullable,
      }),
    ),
    bottlenecks: z
      .array(
        z.object({
          link: id,
          name: localText.optional(),
          position: lonLat,
          lostVehH: z.number(),
          queue: z.number(),
          sinceMs: ms,
        }),
      )
      .meta({ description: 'Worst first' }),
    forecast: z.array(
      z.object({
        minutes: z.union([z.literal(15), z.literal(30), z.literal(60)]),
        value: nullable.meta({ description: 'Congestion index of the city' }),
        error: nullable.meta({ description: 'Mean absolute error over the last day' }),
        errorAsNow: nullable,
        errorAsLastWeek: nullable,
      }),
    ),
  })
  .meta({ id: 'TrafficAnswer' });

const linkForecast = z
  .object({
    atMs: ms,
    minutes: z.union([z.literal(15), z.literal(30), z.literal(60)]),
    links: z
      .array(z.object({ link: id, nowKph: z.number(), thenKph: z.number() }))
      .meta({ description: 'Whose speed is going to differ by a tenth or more' }),
  })
  .meta({ id: 'LinkForecast' });

const { links, totals, tookMs, reason, state } = whatIfResult.shape;
const whatIf = z
  .object({
    id,
    state: state.meta({ description: 'running: it waits for its turn, or is being made' }),
    progress: share,
    reason,
    request: whatIfRequest.meta({ id: 'WhatIfRequest' }),
    links: links.meta({ description: 'Whose speed differs by a tenth or more' }),
    totals,
    tookMs,
  })
  .meta({ id: 'WhatIfAnswer' });

/** `json` and `refused` make an answer of a schema, and a refusal, as the rest of the document does. */
export function trafficPaths(
  json: (schema: z.ZodType, description?: string) => Answer,
  refused: (description: string) => Answer,
): ZodOpenApiPathsObject {
  const get = (
    summary: string,
    schema: z.ZodType,
    more: Partial<ZodOpenApiOperationObject> = {},
    others: ZodOpenApiOperationObject['responses'] = {},
  ): { get: ZodOpenApiOperationObject } => ({
    get: { tags: ['Traffic'], summary, responses: { 200: json(schema), ...others }, ...more },
  });
  const byId = { path: z.object({ id }) };
  return {
    '/api/v1/signals': get('How every signal that was heard of does now', z.array(signalLine)),
    '/api/v1/signals/{id}': get(
      'One signal: approaches, greens, two hours',
      signal,
      { requestParams: byId },
      { 404: refused('No such signal') },
    ),
    '/api/v1/corridors': get('Roads along which signals can be coordinated', z.array(corridorLine)),
    '/api/v1/corridors/{id}': get(
      'What a time–space diagram draws',
      corridor,
      {
        description: 'Asking keeps vehicles along the corridor followed for a minute.',
        requestParams: { ...byId, query: corridorQuery },
      },
      { 400: refused('No such span'), 404: refused('No such corridor') },
    ),
    '/api/v1/traffic': get('Districts and the city, bottlenecks, forecast', traffic),
    '/api/v1/traffic/links': get(
      'Roads that are going to be slower or faster',
      linkForecast,
      { requestParams: { query: linkForecastQuery } },
      { 400: refused('No such span') },
    ),
    '/api/v1/what-if': {
      post: {
        tags: ['Traffic'],
        summary: 'Have a simulator fork its traffic and run it on, as it is and with changes',
        description: 'For dispatchers and supervisors. One run at a time, three wait.',
        requestBody: { required: true, content: { 'application/json': { schema: whatIfRequest } } },
        responses: {
          200: json(whatIf, 'The run has its turn, or waits for it'),
          400: refused('A field is wrong, or there is no such road'),
          401: refused('Not signed in'),
          403: refused('The role may not'),
          409: refused('No simulator is connected, or too many runs wait'),
          429: refused('Asked too often'),
        },
      },
    },
    '/api/v1/what-if/{id}': get(
      'How a what-if run goes, for an hour after its end',
      whatIf,
      { requestParams: byId },
      { 404: refused('No such run') },
    ),
  };
}
