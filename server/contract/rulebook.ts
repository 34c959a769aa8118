/**
 * The rulebook of a city: triage questions, response plans (预案), who is responsible for what (权责清单), deadlines with
 * their calendar, and how work is judged. Data, not code: the product brings one that fits any city (departments are
 * named by kind), and a file replaces it.
 *
 * Where several entries match, the most specific wins: category and priority, category, family and priority, family,
 * priority, then the entry that matches everything; among equals the first. A field that is misspelt is a fault: left
 * out in silence it would make its entry match everything.
 */
import { z } from 'zod';
import { determinants, stages } from './cases.ts';
import { categoryCodes, channels, incidentFamilies } from './categories.ts';
import { departmentKinds, facilityKinds, unitKinds } from './city-pack.ts';
import { roles } from './roles.ts';
import { localText } from './text.ts';

const id = z.string().min(1).max(80);
const minutes = z
  .number()
  .min(0)
  .max(60 * 24 * 366);

/** Which cases an entry is for; absent fields match all. */
export const caseMatch = z.strictObject({
  category: z.enum(categoryCodes).optional(),
  family: z.enum(incidentFamilies).optional(),
  priority: z.number().int().min(1).max(4).optional(),
});
export type CaseMatch = z.infer<typeof caseMatch>;

/** So many units that can do this: of one of `kinds` and, where given, with `capability`. */
export const planNeed = z.strictObject({
  kinds: z.array(z.enum(unitKinds)).min(1),
  capability: z.string().max(60).optional(),
  count: z.number().int().min(1).max(40),
  /** From this alarm level on; levels add up: level 2 sends what level 1 sends and its own. */
  level: z.number().int().min(1).max(9).default(1),
});
export type PlanNeed = z.infer<typeof planNeed>;

export const responsePlan = z.strictObject({
  id,
  name: localText,
  match: caseMatch,
  needs: z.array(planNeed),
  /** Tasks for departments, each with its deadline. */
  tasks: z.array(
    z.strictObject({
      department: z.enum(departmentKinds),
      title: localText,
      minutes,
      level: z.number().int().min(1).max(9).default(1),
    }),
  ),
  /** Facilities to tell: the nearest of the kind, hospitals the nearest with free beds. */
  notify: z.array(
    z.strictObject({
      kind: z.enum(facilityKinds),
      count: z.number().int().min(1).max(10),
      level: z.number().int().min(1).max(9).default(1),
    }),
  ),
  /** Crews on scene are asked every so often whether all is well; absent: not asked. */
  parMinutes: minutes.optional(),
  /** Joint enforcement (联合执法) or emergency command (应急指挥), shown with the case. */
  kind: z.enum(['ordinary', 'joint-enforcement', 'emergency-command']).default('ordinary'),
});
export type ResponsePlan = z.infer<typeof responsePlan>;

/** So many units of these kinds stay at each home; below it others move up, and it is said. */
export const stationMinimum = z.strictObject({
  kinds: z.array(z.enum(unitKinds)).min(1),
  count: z.number().int().min(1),
});

export const duty = z.strictObject({
  match: caseMatch,
  channel: z.enum(channels).optional(),
  /** An administrative area's id (district or street). */
  area: id.optional(),
  /** In or out of working hours; absent: both. */
  hours: z.enum(['working', 'off']).optional(),
  /** A department kind, an id of a department, or `street-office`: that of the street where it happened. */
  lead: z.string(),
  support: z.array(z.string()).default([]),
});
export type Duty = z.infer<typeof duty>;

export const deadlineRule = z.strictObject({
  match: caseMatch,
  /** Only for cases that came in by this door; more specific than the same without it. */
  channel: z.enum(channels).optional(),
  reach: z.enum(stages),
  /** Minutes by the clock, or working hours by the calendar: just one of them. */
  minutes: minutes.optional(),
  workingHours: z.number().min(0.1).max(2_000).optional(),
  /** Share of the time after which a warning is given. */
  warnAt: z.number().min(0.1).max(1).default(0.8),
  /** Whom it goes to so many minutes after it was missed. */
  escalate: z.array(z.strictObject({ afterMinutes: minutes, to: z.enum(roles) })).default([]),
});
export type DeadlineRule = z.infer<typeof deadlineRule>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const endOfSpan = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
export const workCalendar = z.strictObject({
  /** Spans of a working day in the city's time zone, e.g. 09:00–12:00 and 13:30–17:30. */
  hours: z.array(z.strictObject({ from: timeOfDay, to: endOfSpan })).min(1),
  /** 1 Monday … 7 Sunday. */
  workdays: z.array(z.number().int().min(1).max(7)).min(1),
  holidays: z.array(day),
  /** Days that are worked although they fall on a weekend (调休). */
  extraWorkdays: z.array(day),
});
export type WorkCalendar = z.infer<typeof workCalendar>;

export const triageProtocol = z.strictObject({
  id,
  name: localText,
  match: caseMatch,
  questions: z.array(
    z.strictObject({
      id,
      text: localText,
      options: z
        .array(
          z.strictObject({
            id,
            text: localText,
            /** What this answer says at least of the urgency. */
            priority: z.number().int().min(1).max(4).optional(),
            determinant: z.enum(determinants).optional(),
            /** It needs at least this alarm level of the plan. */
            level: z.number().int().min(1).max(9).optional(),
            /** It turns out to be this. */
            category: z.enum(categoryCodes).optional(),
          }),
        )
        .min(2),
    }),
  ),
});
export type TriageProtocol = z.infer<typeof triageProtocol>;

/** How far apart in place and time two reports of one event lie; farther than 800 m they are not looked for. */
export const nearnessRule = z.strictObject({
  match: caseMatch,
  radiusM: z.number().min(1).max(800),
  minutes,
});

export const scoring = z.strictObject({
  /** Points off 100, for each time. */
  overdue: z.number().min(0).max(100),
  taskOverdue: z.number().min(0).max(100),
  returned: z.number().min(0).max(100),
  rework: z.number().min(0).max(100),
  override: z.number().min(0).max(100),
  /** For each point of satisfaction below 4. */
  dissatisfied: z.number().min(0).max(100),
  /** For each hand-over after the first. */
  hops: z.number().min(0).max(100),
});
export type Scoring = z.infer<typeof scoring>;

export const rulebook = z.strictObject({
  format: z.literal('city-brain-rulebook/1'),
  plans: z.array(responsePlan).min(1),
  minimums: z.array(stationMinimum),
  duties: z.array(duty).min(1),
  /** Who gets what nobody owns; the first receiver leads until then (首接负责). */
  arbiter: z.strictObject({ name: localText, department: z.string(), role: z.enum(roles) }),
  deadlines: z.array(deadlineRule),
  calendar: workCalendar,
  triage: z.array(triageProtocol),
  nearness: z.array(nearnessRule),
  scoring,
  /** A unit whose position is older than this is not recommended as near, seconds. */
  staleUnitS: z.number().min(10).max(3_600),
});
export type Rulebook = z.infer<typeof rulebook>;
