/** The part of the OpenAPI description about cases: commands, what people ask about a case, and orders for terminals. */
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { CSRF_HEADER } from '../contract/accounts.ts';
import { passReasons, pickReasons } from '../contract/api.ts';
import { assignmentStatuses } from '../contract/cases.ts';
import { commandPayloads, commandTypes } from '../contract/commands.ts';
import { lonLat } from '../contract/geo.ts';
import { refusal } from '../contract/refusals.ts';
import { rulebook } from '../contract/rulebook.ts';
import { command } from '../contract/sync.ts';
import { localText } from '../contract/text.ts';
import { auditAnswer, auditQuery } from './rest-audit.ts';
import { evaluationQuery, ordersQuery, recommendationQuery } from './rest-cases.ts';

type Answer = { readonly description: string; readonly content: Record<string, { schema: z.ZodType }> };

const ms = z.number().meta({ description: 'Milliseconds since 1970-01-01T00:00Z' });
const count = z.number().int();
const id = z.string();
const seconds = z.number().nullable();

const answer = z
  .union([
    z.object({
      ok: z.literal(true),
      seq: count.meta({ description: 'Of the journal: what was decided is durable' }),
      result: z
        .object({
          incident: id,
          number: count,
          units: z.array(id),
          task: id,
          score: count,
          warning: id,
          handover: id,
          measurement: id,
          specialPlan: id,
          revealed: z.record(z.string(), z.unknown()),
        })
        .partial()
        .optional(),
    }),
    z.object({ ok: z.literal(false), refusal }),
  ])
  .meta({ id: 'CommandAnswer' });
const commandBody = command
  .extend({
    type: z.enum(commandTypes as [string, ...string[]]),
    payload: z.union(Object.values(commandPayloads)),
  })
  .meta({ id: 'Command' });

const recommendation = z
  .object({
    incident: id,
    plan: z.object({ id, name: localText, level: count }),
    needs: z.array(
      z.object({
        kinds: z.array(z.string()),
        capability: z.string().optional(),
        count,
        there: z.array(id).meta({ description: 'Units that work on the case already and count' }),
        units: z.array(id).meta({ description: 'Those picked; fewer than `count` where none fits' }),
      }),
    ),
    candidates: z.array(
      z.object({
        unit: id,
        callsign: z.string(),
        department: id,
        kind: z.string(),
        picked: z.boolean(),
        why: z.enum([...pickReasons, ...passReasons]),
        seconds: z.number().optional(),
        metres: z.number().optional(),
        positionAgeMs: z.number().optional(),
      }),
    ),
    uncovered: z.array(
      z.object({
        facility: id,
        name: localText,
        kinds: z.array(z.string()),
        left: count,
        minimum: count,
        moveUp: z.object({ unit: id, callsign: z.string(), seconds: z.number() }).optional(),
      }),
    ),
    tasks: z.array(z.object({ department: id, title: localText, minutes: z.number() })),
    notify: z.array(
      z.object({ facility: id, name: localText, distanceM: z.number(), bedsFree: z.number().optional() }),
    ),
    lead: id.nullable(),
    support: z.array(id),
  })
  .meta({ id: 'Recommendation' });
const route = z
  .object({ seconds: z.number(), metres: z.number(), path: z.array(lonLat) })
  .meta({ id: 'Route' });
const timeline = z
  .object({
    incident: id,
    entries: z.array(
      z.object({
        seq: count,
        atMs: ms,
        type: z.string(),
        by: z.string(),
        from: z.string().optional(),
        facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        text: z.string().optional(),
        attachments: z.array(z.string()).optional(),
      }),
    ),
    earlier: z
      .array(
        z.object({
          incident: id,
          number: count,
          category: z.string(),
          title: localText,
          reportedAtMs: ms,
          distanceM: z.number(),
          score: count.optional(),
        }),
      )
      .meta({ description: 'Closed cases within 100 m, newest first' }),
  })
  .meta({ id: 'Timeline' });
const evaluationRow = z
  .object({
    id,
    name: localText,
    cases: count,
    score: z.number().nullable(),
    onTimeShare: z.number().nullable(),
    reworkShare: z.number().nullable(),
    satisfaction: z.number().nullable(),
    deductions: z.array(
      z.object({ incident: id, number: count, code: z.string(), points: z.number(), times: count }),
    ),
  })
  .meta({ id: 'EvaluationRow' });
const evaluation = z
  .object({
    sinceMs: ms,
    formula: localText,
    departments: z.array(evaluationRow),
    streets: z.array(evaluationRow),
    phases: z.array(z.object({ phase: z.string(), count, p50: seconds, p90: seconds, p95: seconds })),
  })
  .meta({ id: 'Evaluation' });
const orders = z
  .object({
    version: count.meta({ description: 'For `after`: grows with every change' }),
    orders: z.array(
      z.object({
        unit: id,
        incident: id,
        number: count,
        source: z.object({ feed: id, externalId: id }).optional(),
        status: z.enum(assignmentStatuses),
        assignedAtMs: ms,
        position: lonLat.optional(),
        facility: id.optional(),
        category: z.string(),
        severity: count,
      }),
    ),
    handled: z.array(z.object({ feed: id, externalId: id, incident: id, closed: z.boolean() })),
  })
  .meta({ id: 'Orders' });

const picture = z.string().meta({ format: 'binary' });
const pictures = {
  'image/jpeg': { schema: picture },
  'image/png': { schema: picture },
  'image/webp': { schema: picture },
  'application/pdf': { schema: picture },
};
const csrf = { header: z.object({ [CSRF_HEADER]: z.string() }) };
const signedIn = [{ session: [] }];

/** `json` and `refused` make an answer of a schema, and a refusal, as the rest of the document does. */
export function casePaths(
  json: (schema: z.ZodType, description?: string) => Answer,
  refused: (description: string) => Answer,
): ZodOpenApiPathsObject {
  const notAllowed = { 401: refused('Not signed in'), 403: refused('Another role is needed') };
  const unknown = { 404: refused('No such case for who asks') };
  const ofCase = (
    summary: string,
    schema: z.ZodType,
    more: Partial<ZodOpenApiOperationObject> = {},
  ): { get: ZodOpenApiOperationObject } => ({
    get: {
      tags: ['Cases'],
      summary,
      requestParams: { path: z.object({ id }) },
      responses: { 200: json(schema), ...unknown },
      ...more,
    },
  });
  return {
    '/api/v1/commands': {
      post: {
        tags: ['Cases'],
        summary: 'Decide something; answered when it is durable, or with why not',
        description:
          'The same `id` asked again gets the same answer and is done once. With `expected` (the case’s `case.version`) a decision on an older picture is refused.',
        security: signedIn,
        requestParams: csrf,
        requestBody: { required: true, content: { 'application/json': { schema: commandBody } } },
        responses: {
          200: json(answer),
          400: refused('No command'),
          403: refused('The request does not prove that a page of ours made it'),
          413: refused('Over 64 kB'),
        },
      },
    },
    '/api/v1/incidents/{id}/recommendation': ofCase('What the plan would send now, and why', recommendation, {
      requestParams: { path: z.object({ id }), query: recommendationQuery },
    }),
    '/api/v1/incidents/{id}/routes': ofCase(
      'The ways of the units that are under way to it',
      z.object({ routes: z.array(route.extend({ unit: id }).meta({ id: 'UnitRoute' })) }),
    ),
    '/api/v1/incidents/{id}/route/{unit}': ofCase('The way that a unit would take to it', route, {
      requestParams: { path: z.object({ id, unit: id }) },
    }),
    '/api/v1/incidents/{id}/timeline': ofCase('Everything that was done, oldest first', timeline),
    '/api/v1/incidents/{id}/attachments': {
      post: {
        tags: ['Cases'],
        summary: 'Keep a picture or paper; a note then names it',
        security: signedIn,
        requestParams: { ...csrf, path: z.object({ id }) },
        requestBody: { required: true, content: pictures },
        responses: {
          201: json(z.object({ attachment: z.string() }), 'Kept'),
          ...notAllowed,
          ...unknown,
          413: refused('Over 5 MB'),
          415: refused('Not what it says it is, or not taken'),
        },
      },
    },
    '/api/v1/attachments/{sha}': {
      get: {
        tags: ['Cases'],
        summary: 'A picture or paper of a case that one may see',
        security: signedIn,
        requestParams: { path: z.object({ sha: z.string() }) },
        responses: { 200: { description: 'The bytes', content: pictures }, 404: refused('Not found') },
      },
    },
    '/api/v1/rulebook': {
      get: {
        tags: ['Cases'],
        summary: 'Plans, duties, deadlines, questions and how work is judged',
        responses: { 200: json(rulebook.meta({ id: 'Rulebook' })) },
      },
    },
    '/api/v1/evaluation': {
      get: {
        tags: ['Cases'],
        summary: 'How work went, by department and street',
        requestParams: { query: evaluationQuery },
        responses: { 200: json(evaluation), 400: refused('No such span') },
      },
    },
    '/api/v1/audit': {
      get: {
        tags: ['Cases'],
        summary: 'The audit trail, for the audit administrator: the newest entries, or those after one',
        security: [{ session: [] }],
        requestParams: { query: auditQuery },
        responses: {
          200: json(auditAnswer.meta({ id: 'Audit' })),
          400: refused('No such page'),
          401: refused('Not signed in'),
          403: refused('Another role is needed'),
        },
      },
    },
    '/api/v1/orders': {
      get: {
        tags: ['Cases'],
        summary: 'What each unit of a feed should do now',
        description: 'With `after` it waits up to 25 s for something newer than that version.',
        security: [{ feedToken: [] }],
        requestParams: { query: ordersQuery },
        responses: {
          200: json(orders),
          401: refused('Wrong token'),
          403: refused('The feed reports no units'),
          404: refused('Unknown feed'),
        },
      },
    },
  };
}
