/** The part of the OpenAPI description about the signal port: the door of controllers, and of the simulators behind some. */
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { portPlan, portReport } from '../contract/signal-port.ts';
import { whatIfOffer, whatIfResult } from '../contract/what-if.ts';

type Answer = { readonly description: string; readonly content: Record<string, { schema: z.ZodType }> };

const answer = z
  .object({
    describe: z.boolean().meta({ description: 'Describe all junctions with the next report' }),
    validS: z.number().meta({ description: 'So long after `atS` a wish holds' }),
    wanted: z
      .record(z.string(), z.number().int())
      .meta({ description: 'By junction, the phase wanted; one that is not named runs its own plan' }),
    plans: z
      .record(z.string(), portPlan.nullable())
      .meta({ description: 'By junction, a plan to run instead of its own from now on; null: its own' }),
    whatIf: whatIfOffer
      .optional()
      .meta({ description: 'A what-if run to be made, said again until its beginning is reported' }),
  })
  .meta({ id: 'SignalPortAnswer' });

const port = (
  json: (schema: z.ZodType, description: string) => Answer,
  refused: (description: string) => Answer,
): ZodOpenApiOperationObject => ({
  tags: ['Signals'],
  summary: 'Controllers say what they see, once a second, and are told which phase is wanted',
  description:
    'The lowest level stays with the controller: minimum green, yellow, all-red, pedestrian clearance, conflicts and the longest red. A junction that is wrong is refused by its name in the feed’s health and ends nothing for the others.',
  security: [{ feedToken: [] }],
  requestBody: {
    required: true,
    content: { 'application/json': { schema: portReport.meta({ id: 'SignalPortReport' }) } },
  },
  responses: {
    200: json(answer, 'What is wanted now'),
    400: refused('Not JSON, or its frame is wrong'),
    401: refused('Wrong token'),
    403: refused('The feed is no signal port'),
    404: refused('Unknown feed'),
    413: refused('Too large'),
    415: refused('Content type or encoding that is not taken'),
    503: refused('Stopping: send it again'),
  },
});

const results = (
  json: (schema: z.ZodType, description: string) => Answer,
  refused: (description: string) => Answer,
): ZodOpenApiOperationObject => ({
  tags: ['Signals'],
  summary: 'How a what-if run goes, and what came of it',
  security: [{ feedToken: [] }],
  requestBody: {
    required: true,
    content: { 'application/json': { schema: whatIfResult.meta({ id: 'WhatIfResult' }) } },
  },
  responses: {
    200: json(z.object({}), 'Taken'),
    400: refused('Not JSON, or a field is wrong'),
    401: refused('Wrong token'),
    403: refused('The feed is no signal port'),
    404: refused('Unknown feed, or the run is not its own or over: it may be stopped'),
    413: refused('Too large'),
    415: refused('Content type or encoding that is not taken'),
    503: refused('Stopping: send it again'),
  },
});

export const signalPaths = (
  json: (schema: z.ZodType, description: string) => Answer,
  refused: (description: string) => Answer,
): ZodOpenApiPathsObject => ({
  '/api/v1/signal-port': { post: port(json, refused) },
  '/api/v1/what-if-results': { post: results(json, refused) },
});
