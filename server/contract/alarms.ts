/**
 * Alarms: what needs an operator's response (ISA-18.2, EEMUA 191); everything else is an event in the log. A rule is data
 * that a supervisor writes: when it rings, why it matters, what to do, and who owns it.
 */
import { z } from 'zod';
import { subjectKinds } from './alarm-fields.ts';
import { categoryCodes } from './categories.ts';
import { lonLat } from './geo.ts';
import { plainText } from './plain-text.ts';
import { roles } from './roles.ts';
import { localText, type LocalText } from './text.ts';

const ms = z.number();
const id = z.string().min(1).max(160);
const ruleId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'small letters, digits and -, at most 60');

/** 1 is never hidden or muted. About 5, 15 and 80 in 100 alarms (EEMUA 191, table 5). */
export const alarmPriorities = [1, 2, 3] as const;
export type AlarmPriority = (typeof alarmPriorities)[number];
export const alarmPriorityNames: Readonly<Record<AlarmPriority, LocalText>> = {
  1: { zh: '紧急', en: 'Emergency' },
  2: { zh: '重要', en: 'High' },
  3: { zh: '一般', en: 'Low' },
};
/** Shares of priorities over which a rule set inflates, by priority. */
export const priorityTargets: Readonly<Record<AlarmPriority, number>> = { 1: 0.05, 2: 0.15, 3: 0.8 };

/**
 * The states of ISA-18.2 (figure 4) but “normal”, in which an alarm is no record any more. `returned`: over, and nobody has
 * acknowledged it.
 */
export const alarmStates = [
  'unacknowledged',
  'acknowledged',
  'returned',
  'shelved',
  'suppressed',
  'out-of-service',
] as const;
export type AlarmState = (typeof alarmStates)[number];
export const alarmStateNames: Readonly<Record<AlarmState, LocalText>> = {
  unacknowledged: { zh: '未确认', en: 'Unacknowledged' },
  acknowledged: { zh: '已确认', en: 'Acknowledged' },
  returned: { zh: '已恢复未确认', en: 'Returned, unacknowledged' },
  shelved: { zh: '已搁置', en: 'Shelved' },
  suppressed: { zh: '设计抑制', en: 'Suppressed by design' },
  'out-of-service': { zh: '停用', en: 'Out of service' },
};

/** Shelving, in minutes: what is proposed, and one shift. */
export const SHELVE_DEFAULT_MIN = 15;
export const SHIFT_MIN = 8 * 60;
/** Local hours at which a shift begins. */
export const SHIFT_STARTS_H = [0, 8, 16] as const;

/** A flood begins above so many new alarms an operator in 10 minutes and ends below the other (ISA-18.2 §16). */
export const FLOOD_BEGINS_OVER = 10;
export const FLOOD_ENDS_UNDER = 5;
export const RATE_WINDOW_MS = 10 * 60_000;

const expression = z.string().trim().min(1).max(2_000);
/** Text of a supervisor, in at least one of the languages. */
const written = (max: number) =>
  z
    .object({ zh: plainText(max).or(z.literal('')), en: plainText(max).or(z.literal('')) })
    .refine((t) => t.zh !== '' || t.en !== '', { error: 'write it in Chinese or in English' });
const seconds = z.number().min(0).max(86_400);

/** What a supervisor writes. */
export const alarmRule = z.object({
  id: ruleId,
  name: written(80),
  /** What it is about: the variable of that name in the expressions. */
  subject: z.enum(subjectKinds),
  /** Which of them it watches (CEL, over facts that do not move); absent: all. */
  where: expression.optional(),
  /** CEL: rings while true. Variables: the subject, `city`, `clock`. */
  when: expression,
  /** CEL: over when this is true; absent: when `when` is false. The gap between the two is the deadband. */
  until: expression.optional(),
  /** `when` has to hold for so long before it rings, and to be over for so long before it returns. */
  onDelayS: seconds.default(0),
  offDelayS: seconds.default(0),
  /** Rings only where so many happened near each other in so long: `when` becoming true is one. */
  count: z
    .object({
      atLeast: z.number().int().min(2).max(1_000),
      withinMin: z
        .number()
        .min(0.1)
        .max(60 * 24 * 7),
      withinM: z.number().min(1).max(100_000),
    })
    .optional(),
  /** Alarms of this rule so near to one that is active are its children. */
  groupM: z.number().min(1).max(20_000).optional(),
  /** Alarms of these rules are explained by one of this rule: within so many metres, or anywhere. */
  explains: z
    .array(z.object({ rule: ruleId, withinM: z.number().min(1).max(20_000).optional() }))
    .max(20)
    .default([]),
  /** CEL: while true it is suppressed by design. */
  suppressWhen: expression.optional(),
  /** Areas that the expressions may name: `link.inside("market")`. */
  areas: z
    .array(z.object({ id: ruleId, ring: z.array(lonLat).min(3).max(200) }))
    .max(20)
    .default([]),
  priority: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  purpose: written(500),
  consequence: written(500),
  /** What the operator does: without one it is no alarm. */
  response: written(1_000),
  /** Who answers for the rule. */
  owner: z.object({ role: z.enum(roles), department: z.string().max(80).optional() }),
  /** To whom it goes when nobody acknowledges it. */
  escalate: z
    .array(
      z.object({
        afterMin: z
          .number()
          .min(1)
          .max(24 * 60),
        to: z.enum(roles),
      }),
    )
    .max(5)
    .default([]),
  /** What it becomes when it is turned into an incident. */
  incident: z
    .object({ category: z.enum(categoryCodes), severity: z.number().int().min(1).max(4).optional() })
    .optional(),
});
export type AlarmRule = z.output<typeof alarmRule>;
export type AlarmRuleInput = z.input<typeof alarmRule>;

export const ruleRecord = z.object({
  id: ruleId,
  rule: alarmRule,
  enabled: z.boolean(),
  /** 0: as the product came; one more with every change. */
  version: z.number().int(),
  changedBy: z.string().optional(),
  changedAtMs: ms.optional(),
  reason: z.string().optional(),
});
export type RuleRecord = z.infer<typeof ruleRecord>;

export const factValue = z.union([z.number(), z.string(), z.boolean(), z.null()]);
/** A fact that the rule looked at, and the limit it was held against where there is one. */
export const alarmFact = z.object({
  /** `link.speedKph`. */
  field: z.string(),
  value: factValue,
  op: z.enum(['<', '<=', '>', '>=', '==', '!=']).optional(),
  limit: factValue.optional(),
});
export type AlarmFact = z.infer<typeof alarmFact>;

export const subjectRef = z.object({
  kind: z.enum(subjectKinds),
  id,
  name: localText,
  position: lonLat.optional(),
  district: id.optional(),
});
export type SubjectRef = z.infer<typeof subjectRef>;

const done = z.object({ by: z.string(), atMs: ms });
export const alarmRecord = z.object({
  /** `rule:subject`: the same trouble is the same alarm, whichever server saw it. */
  id: z.string().min(1).max(240),
  /** Short number people say aloud: A107. */
  number: z.number().int(),
  rule: ruleId,
  ruleVersion: z.number().int(),
  name: localText,
  priority: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  state: z.enum(alarmStates),
  /** The condition holds now. */
  active: z.boolean(),
  subject: subjectRef,
  facts: z.array(alarmFact),
  /** The facts of now, where they differ; refreshed now and then, not journalled. */
  factsNow: z.array(alarmFact).optional(),
  /** True while its data is silent: it may be over, nobody knows. */
  uncertain: z.boolean().optional(),
  raisedAtMs: ms,
  /** The last time it rang again, and how often it rang since it is a record. */
  lastRaisedAtMs: ms,
  count: z.number().int(),
  returnedAtMs: ms.optional(),
  acknowledged: done.optional(),
  shelved: done.extend({ untilMs: ms, reason: z.string() }).optional(),
  outOfService: done.extend({ reason: z.string() }).optional(),
  /** The alarm that explains it. */
  parent: z.string().optional(),
  /** How many active alarms it explains. */
  children: z.number().int(),
  escalated: z.object({ to: z.enum(roles), atMs: ms, times: z.number().int() }).optional(),
  /** The incident it was turned into. */
  incident: z.object({ id, number: z.number().int() }).optional(),
  masked: z.boolean().optional(),
});
export type AlarmRecord = z.infer<typeof alarmRecord>;

const perPriority = z.object({ 1: z.number().int(), 2: z.number().int(), 3: z.number().int() });
/** How the alarm system does; one record, id `alarms`. Children are not counted but in `hidden`. */
export const watchRecord = z.object({
  id: z.literal('alarms'),
  atMs: ms,
  unacknowledged: perPriority,
  active: perPriority,
  shelved: z.number().int(),
  suppressed: z.number().int(),
  outOfService: z.number().int(),
  /** Active alarms that another one explains. */
  hidden: z.number().int(),
  /** Alarms rung in the last 10 minutes, and those for each operator on duty. */
  last10Min: z.number().int(),
  perOperator: z.number(),
  operators: z.number().int(),
  flood: z.object({ sinceMs: ms, rung: z.number().int() }).nullable(),
  /** Shares of priorities of the last 24 hours; null below 20 alarms. */
  shares: z.object({ 1: z.number(), 2: z.number(), 3: z.number() }).nullable(),
  inflated: z.boolean(),
});
export type WatchRecord = z.infer<typeof watchRecord>;

/** A shift handed over: what stands, what is shelved, what to know; signed by who takes over. */
export const handoverRecord = z.object({
  id,
  offeredBy: z.object({ id: z.string(), name: z.string() }),
  offeredAtMs: ms,
  note: z.string(),
  /** As they stood when it was offered. */
  items: z.array(
    z.object({
      kind: z.enum(['alarm', 'shelved', 'out-of-service', 'incident', 'warning']),
      id: z.string(),
      number: z.number().int().optional(),
      name: localText,
      priority: z.number().int().optional(),
      sinceMs: ms,
      note: z.string().optional(),
    }),
  ),
  signedBy: z.object({ id: z.string(), name: z.string() }).optional(),
  signedAtMs: ms.optional(),
});
export type HandoverRecord = z.infer<typeof handoverRecord>;
