/** The part of the OpenAPI description about alarms: one alarm's story, the log, the figures, and rules that are tried. */
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { CSRF_HEADER } from '../contract/accounts.ts';
import { alarmFact, alarmRule, subjectRef } from '../contract/alarms.ts';
import { localText } from '../contract/text.ts';
import { dryRunBody, kpiQuery, logQuery } from './rest-alarms.ts';

type Answer = { readonly description: string; readonly content: Record<string, { schema: z.ZodType }> };

const ms = z.number().meta({ description: 'Milliseconds since 1970-01-01T00:00Z' });
const count = z.number().int();
const id = z.string();
const seconds = z.number().nullable();
const share = z.number().min(0).max(1);
const priority = z.union([z.literal(1), z.literal(2), z.literal(3)]);
const shares = z.object({ 1: share, 2: share, 3: share });
const perOperator = z
  .number()
  .nullable()
  .meta({ description: 'Alarms an operator and 10 minutes; null while nobody was on duty' });
const incident = z.object({ id, number: count });

const story = z
  .object({
    id,
    trends: z.array(
      z.object({
        field: z.string(),
        atMs: z.array(ms),
        values: z.array(z.number().nullable()).meta({ description: 'null where it was not known' }),
        limits: z.array(z.number()),
      }),
    ),
    earlier: z
      .array(
        z.object({
          raisedAtMs: ms,
          endedAtMs: ms.optional(),
          count,
          acknowledgedBy: z.string().optional(),
          acknowledgedAfterMs: z.number().optional(),
          incident: incident.optional(),
          shelvedFor: z.string().optional().meta({ description: 'The reason somebody gave' }),
        }),
      )
      .meta({ description: 'The same alarm before, newest first' }),
    children: z.array(id).meta({ description: 'Active alarms that it explains' }),
  })
  .meta({ id: 'AlarmStory' });

const logLines = z
  .object({
    lines: z
      .array(
        z.object({
          seq: count.meta({ description: 'Of the journal' }),
          atMs: ms,
          type: z.string(),
          alarm: id.optional(),
          number: count.optional(),
          rule: id.optional(),
          name: localText.optional(),
          priority: priority.optional(),
          by: z.string().optional(),
          text: z.string().optional(),
        }),
      )
      .meta({ description: 'Newest first' }),
  })
  .meta({ id: 'AlarmLog' });

const ruleFigures = z
  .object({
    rule: id,
    name: localText,
    priority,
    rung: count,
    share,
    chatters: count,
    fleeting: count.meta({ description: 'Over within 30 seconds, without anybody doing anything' }),
    acknowledgedP50S: seconds,
    acknowledgedShare: share,
    shelvedShare: share,
    incidentShare: share,
  })
  .meta({ id: 'AlarmRuleFigures' });
const standing = z
  .object({ id, name: localText, subject: localText, priority, sinceMs: ms, times: count })
  .meta({ id: 'StandingAlarm' });
const figures = z
  .object({
    sinceMs: ms,
    untilMs: ms,
    rung: count.meta({ description: 'Alarms that called somebody: those that another one explains did not' }),
    raised: count.meta({ description: 'What would have rung without grouping' }),
    perOperator10Min: perOperator,
    peak10Min: z.object({ atMs: ms, rung: count }).nullable(),
    bins: z
      .array(z.object({ atMs: ms, rung: count, raised: count, operators: count }))
      .meta({ description: 'Of 10 minutes, oldest first' }),
    floodShare: share.meta({ description: 'Of the time' }),
    floods: z.array(z.object({ fromMs: ms, untilMs: ms.nullable(), rung: count })),
    shares: shares.nullable().meta({ description: 'By priority' }),
    inflated: z.boolean(),
    badActors: z.array(ruleFigures).meta({ description: 'The ten that ring most' }),
    rules: z.array(ruleFigures),
    chattering: z.array(standing).meta({ description: 'Rang three times within a minute' }),
    stale: z.array(standing).meta({ description: 'Active for over 24 hours' }),
    standing: z.array(standing).meta({ description: 'Active now' }),
    shifts: z.array(
      z.object({
        fromMs: ms,
        untilMs: ms,
        rung: count,
        perOperator10Min: perOperator,
        floodShare: share,
        acknowledgedP50S: seconds,
        acknowledgedP90S: seconds,
      }),
    ),
  })
  .meta({ id: 'AlarmFigures' });

const place = count.optional().meta({ description: 'Characters from 0 in the expression' });
const checked = z
  .object({
    ok: z.boolean(),
    problems: z.array(z.object({ field: z.string(), message: localText, start: place, end: place })),
    watches: count.optional().meta({ description: 'How many subjects it would watch now' }),
  })
  .meta({ id: 'RuleCheck' });

const outcome = z
  .object({
    rule: alarmRule,
    rung: count,
    annunciated: count.meta({ description: 'After grouping' }),
    activeS: z.object({ p50: seconds, p90: seconds, longest: seconds }),
    subjects: z.array(z.object({ subject: subjectRef, times: count, activeS: z.number() })),
    episodes: z
      .array(z.object({ subject: subjectRef, fromMs: ms, untilMs: ms.nullable(), facts: z.array(alarmFact) }))
      .meta({ description: 'The first so many' }),
    bins: z.array(z.object({ atMs: ms, rung: count })).meta({ description: 'Of 10 minutes' }),
  })
  .meta({ id: 'DryRunOutcome' });
const dryRun = z
  .object({
    fromMs: ms,
    untilMs: ms,
    stepS: z.number().meta({ description: 'How coarse the samples of the history are' }),
    tookMs: z.number(),
    proposed: outcome,
    current: outcome
      .nullable()
      .meta({ description: 'The rule of that id that is live now; null: there is none' }),
  })
  .meta({ id: 'DryRun' });

const csrf = { header: z.object({ [CSRF_HEADER]: z.string() }) };
const signedIn = [{ session: [] }];
const rule = alarmRule.meta({ id: 'AlarmRule' });

/** `json` and `refused` make an answer of a schema, and a refusal, as the rest of the document does. */
export function alarmPaths(
  json: (schema: z.ZodType, description?: string) => Answer,
  refused: (description: string) => Answer,
): ZodOpenApiPathsObject {
  const insiders = { 403: refused('For the desk, supervisors and the audit administrator') };
  const get = (
    summary: string,
    schema: z.ZodType,
    more: Partial<ZodOpenApiOperationObject>,
    others: ZodOpenApiOperationObject['responses'],
  ): { get: ZodOpenApiOperationObject } => ({
    get: {
      tags: ['Alarms'],
      summary,
      security: signedIn,
      responses: { 200: json(schema), ...insiders, ...others },
      ...more,
    },
  });
  const post = (
    summary: string,
    body: z.ZodType,
    schema: z.ZodType,
    more: Partial<ZodOpenApiOperationObject>,
    others: ZodOpenApiOperationObject['responses'],
  ): { post: ZodOpenApiOperationObject } => ({
    post: {
      tags: ['Alarms'],
      summary,
      security: signedIn,
      requestParams: csrf,
      requestBody: { required: true, content: { 'application/json': { schema: body } } },
      responses: {
        200: json(schema),
        ...others,
        403: refused('For supervisors, on a page of ours'),
        413: refused('Over 64 kB'),
        415: refused('No JSON'),
      },
      ...more,
    },
  });
  const badSpan = { 400: refused('No such span') };
  return {
    '/api/v1/alarms/kpi': get(
      'How the alarm system does (ISA-18.2, EEMUA 191)',
      figures,
      { requestParams: { query: kpiQuery } },
      badSpan,
    ),
    '/api/v1/alarms/log': get(
      'What happened to alarms, rules, public warnings and shifts',
      logLines,
      { requestParams: { query: logQuery } },
      badSpan,
    ),
    '/api/v1/alarms/{id}': get(
      'What one alarm’s card shows beside its record',
      story,
      { requestParams: { path: z.object({ id }) } },
      { 404: refused('No such alarm now') },
    ),
    '/api/v1/alarm-rules/check': post(
      'Whether a rule is right; where it is not, what is wrong at which place',
      rule,
      checked,
      {},
      { 400: refused('Not JSON') },
    ),
    '/api/v1/alarm-rules/dry-run': post(
      'What a rule would have done over the last hours, beside the one that is live now',
      dryRunBody.extend({ rule }).meta({ id: 'DryRunRequest' }),
      dryRun,
      {
        description:
          'Refused with `bad-rule` where `check` finds something, with `no-history` where none was kept.',
      },
      {
        400: refused('A rule that is not right, no history, or it took too long'),
        429: refused('Too many trial runs wait'),
        503: refused('Stopping'),
      },
    ),
  };
}
