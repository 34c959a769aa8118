/**
 * Commands: what a person can decide, by type, each with the shape of its payload. Rights and order are the domain's;
 * here is only what can be said at all. Times are minutes, reasons are sentences of people.
 */
import { z } from 'zod';
import { alarmRule, SHELVE_DEFAULT_MIN, SHIFT_MIN } from './alarms.ts';
import { assignmentStatuses } from './cases.ts';
import { categoryCodes, channels } from './categories.ts';
import { lonLat } from './geo.ts';
import { plainText } from './plain-text.ts';
import { roles } from './roles.ts';
import { controlMethods, signalLimits, signalModes, specialPlanKinds } from './signal-control.ts';
import { warningDraft } from './warnings.ts';

const id = z.string().min(1).max(160);
const reason = plainText(500);
const caller = z.object({ name: plainText(80).optional(), phone: plainText(40).optional() });
const severity = z.number().int().min(1).max(4);
const place = {
  position: lonLat.optional(),
  accuracyM: z.number().min(0).max(50_000).optional(),
  address: plainText(200).optional(),
};
const onIncident = { incident: id };
const onSignals = { signals: z.array(id).min(1).max(1_000) };
const onAlarms = { alarms: z.array(z.string().min(1).max(240)).min(1).max(500) };

export const commandPayloads = {
  /** A call is taken. With `attachTo` it is a further call about an open case. */
  'incident.create': z.object({
    channel: z.enum(channels),
    category: z.enum(categoryCodes),
    severity: severity.optional(),
    title: plainText(200).optional(),
    detail: plainText(2_000).optional(),
    ...place,
    caller: caller.optional(),
    answers: z.record(z.string().max(60), z.string().max(60)).optional(),
  }),
  'incident.call': z.object({
    ...onIncident,
    channel: z.enum(channels),
    detail: plainText(2_000).optional(),
    ...place,
    caller: caller.optional(),
  }),
  'incident.edit': z.object({
    ...onIncident,
    category: z.enum(categoryCodes).optional(),
    severity: severity.optional(),
    title: plainText(200).optional(),
    detail: plainText(2_000).optional(),
    ...place,
  }),
  /** Answers by question id; what they lead to (priority, determinant) is worked out by the rules. */
  'incident.triage': z.object({
    ...onIncident,
    answers: z.record(z.string().max(60), z.string().max(60)),
    category: z.enum(categoryCodes).optional(),
    severity: severity.optional(),
  }),
  /** `takeOver`: also from somebody else. */
  'incident.claim': z.object({ ...onIncident, takeOver: z.boolean().optional() }),
  'incident.release': z.object({ ...onIncident }),
  /** Sends units. Without `units` what the plan recommends; with `level` the alarm is raised to it. */
  'incident.dispatch': z.object({
    ...onIncident,
    units: z.array(id).min(1).max(60).optional(),
    level: z.number().int().min(1).max(9).optional(),
    /** Sends against a rule (stage, shift, minimum), for this reason; logged. */
    override: reason.optional(),
  }),
  /** A unit's status by hand or by its mobile terminal. `facility`: where it takes somebody. */
  'assignment.status': z.object({
    unit: id,
    status: z.enum(assignmentStatuses),
    facility: id.optional(),
    override: reason.optional(),
  }),
  /** The crew answered: all well. */
  'unit.par': z.object({ unit: id }),
  'unit.service': z.object({ unit: id, inService: z.boolean(), reason: reason.optional() }),
  /** Hands the case to another department. */
  'incident.transfer': z.object({
    ...onIncident,
    department: id,
    support: z.array(id).max(20).optional(),
    reason,
  }),
  /** The leading department says that it is not theirs; once. */
  'incident.return': z.object({ ...onIncident, reason }),
  'incident.task': z.object({
    ...onIncident,
    department: id,
    title: plainText(200),
    minutes: z
      .number()
      .min(1)
      .max(60 * 24 * 60)
      .optional(),
  }),
  'task.accept': z.object({ ...onIncident, task: id }),
  'task.return': z.object({ ...onIncident, task: id, reason }),
  'task.done': z.object({ ...onIncident, task: id, result: plainText(500).optional() }),
  'incident.resolve': z.object({
    ...onIncident,
    result: plainText(500).optional(),
    override: reason.optional(),
  }),
  /** `accepted: false`: it was not done; the case goes back to be handled again. */
  'incident.verify': z.object({ ...onIncident, accepted: z.boolean(), reason: reason.optional() }),
  'incident.close': z.object({ ...onIncident, override: reason.optional() }),
  'incident.evaluate': z.object({
    ...onIncident,
    satisfaction: z.number().int().min(1).max(5).optional(),
    comment: plainText(500).optional(),
  }),
  'incident.reopen': z.object({ ...onIncident, reason }),
  /** Attaches this incident to another one, which becomes the case of both. */
  'incident.merge': z.object({ ...onIncident, into: id }),
  'incident.unmerge': z.object({ ...onIncident }),
  /** They look alike and are not the same. */
  'incident.apart': z.object({ ...onIncident, other: id }),
  'incident.note': z.object({
    ...onIncident,
    text: plainText(4_000),
    attachments: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .max(10)
      .optional(),
  }),
  'incident.supervise': z.object({ ...onIncident, reason }),
  /** Shows this person what is masked; answered with the fields. */
  'incident.reveal': z.object({ ...onIncident, reason }),
  /** Seen, and somebody takes it on. Those that are acknowledged already stay as they are. */
  'alarm.acknowledge': z.object(onAlarms),
  /** Out of sight for a while, for a reason; one shift at most. */
  'alarm.shelve': z.object({
    ...onAlarms,
    minutes: z.number().min(1).max(SHIFT_MIN).default(SHELVE_DEFAULT_MIN),
    reason,
  }),
  'alarm.unshelve': z.object(onAlarms),
  /** Out of service: what it watches is being mended; until somebody puts it back. */
  'alarm.service': z.object({ ...onAlarms, inService: z.boolean(), reason: reason.optional() }),
  'alarm.escalate': z.object({ ...onAlarms, to: z.enum(roles), reason: reason.optional() }),
  /** One incident of all of them, at the place of the first. */
  'alarm.incident': z.object({
    ...onAlarms,
    category: z.enum(categoryCodes).optional(),
    severity: severity.optional(),
  }),
  /** Writes a rule anew or changes it; `expected` is the version it was read at. */
  'rule.save': z.object({ rule: alarmRule, enabled: z.boolean(), reason: reason.optional() }),
  'rule.switch': z.object({ rule: id, enabled: z.boolean(), reason: reason.optional() }),
  'rule.delete': z.object({ rule: id, reason }),
  'warning.draft': z.object({ draft: warningDraft }),
  /** By somebody else than who drafted it. */
  'warning.decide': z.object({ warning: id, approved: z.boolean(), reason: reason.optional() }),
  'warning.cancel': z.object({ warning: id, reason }),
  'handover.offer': z.object({ note: plainText(2_000).or(z.literal('')) }),
  'handover.sign': z.object({ handover: id }),
  'signal.mode': z.object({
    ...onSignals,
    mode: z.enum(signalModes),
    method: z.enum(controlMethods).optional(),
    limits: signalLimits.optional(),
    reason: reason.optional(),
  }),
  /** Takes the plan that is proposed, or does not. */
  'signal.approve': z.object({ signal: id, proposal: id, accepted: z.boolean(), reason: reason.optional() }),
  /** Measures what a method brings against another: both take turns. */
  'signal.measure': z.object({
    ...onSignals,
    base: z.enum(controlMethods),
    test: z.enum(controlMethods),
    blockMin: z.number().min(2).max(60),
    pairs: z.number().int().min(2).max(48),
  }),
  'signal.measure-stop': z.object({ measurement: id, reason: reason.optional() }),
  'special-plan.start': z.object({
    kind: z.enum(specialPlanKinds),
    position: lonLat,
    radiusM: z.number().min(100).max(10_000),
    direction: z.enum(['to', 'from']),
    minutes: z.number().min(5).max(1_440),
    reason,
  }),
  'special-plan.end': z.object({ plan: id, reason: reason.optional() }),
  'wave.start': z.object({ unit: id }),
  'wave.cancel': z.object({ unit: id, reason }),
  /** Which case this screen shows (presence); not journalled. */
  'presence.view': z.object({ incident: id.nullable() }),
} as const;

export type CommandType = keyof typeof commandPayloads;
/** About signals and green waves. */
export type SignalCommandType = Extract<
  CommandType,
  `signal.${string}` | `special-plan.${string}` | `wave.${string}`
>;
export const isSignalCommand = (type: CommandType): type is SignalCommandType =>
  /^(signal|special-plan|wave)\./.test(type);
/** About alarms, their rules, public warnings and shifts; what is neither is about cases. */
export type AlarmCommandType = Extract<
  CommandType,
  `alarm.${string}` | `rule.${string}` | `warning.${string}` | `handover.${string}`
>;
export const isAlarmCommand = (type: CommandType): type is AlarmCommandType =>
  /^(alarm|rule|warning|handover)\./.test(type);
export type CommandPayloads = { [T in CommandType]: z.output<(typeof commandPayloads)[T]> };
export const commandTypes = Object.keys(commandPayloads) as CommandType[];
export const isCommandType = (type: string): type is CommandType => Object.hasOwn(commandPayloads, type);

/** What a command made or found, where the asker needs to know. */
export interface CommandResult {
  readonly incident?: string;
  readonly number?: number;
  readonly units?: readonly string[];
  readonly task?: string;
  readonly score?: number;
  readonly warning?: string;
  readonly handover?: string;
  readonly measurement?: string;
  readonly specialPlan?: string;
  /** What a reveal shows. */
  readonly revealed?: {
    readonly address?: string;
    readonly position?: readonly [number, number];
    readonly callers: readonly { readonly name?: string; readonly phone?: string }[];
    readonly detail?: { readonly zh: string; readonly en: string };
  };
}
