/**
 * The audit trail for the audit administrator: who did what, when and from where, entry by entry of the journal. What a
 * case says of persons is not in it; reasons are, without numbers and doors of people, as somebody has to be able to judge
 * them (SE-65).
 */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Audience } from '../contract/roles.ts';
import { isAlarmEvent } from '../domain/alarms/life/events.ts';
import { isCaseEvent } from '../domain/cases/events.ts';
import { isHandoverEvent } from '../domain/handover/events.ts';
import { isNotificationEvent } from '../domain/notifications/events.ts';
import { textFor } from '../domain/privacy.ts';
import { isWarningEvent } from '../domain/warnings/events.ts';
import type { Journal, JournalEntry } from '../live/ports.ts';
import { sendJson, sendRefusal } from './http-answers.ts';

export const auditQuery = z.object({
  /** Entries after this one; absent: the newest. */
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

const auditEntry = z.object({
  seq: z.number().int(),
  atMs: z.number(),
  /** `user:ID`, `feed:ID`, `unit:ID` or `system`. */
  actor: z.string(),
  type: z.string(),
  command: z.string().optional(),
  /** What it is about. */
  incident: z.string().optional(),
  unit: z.string().optional(),
  account: z.string().optional(),
  alarm: z.string().optional(),
  /** Where it is about several at once. */
  alarms: z.array(z.string()).optional(),
  rule: z.string().optional(),
  version: z.number().int().optional(),
  enabled: z.boolean().optional(),
  warning: z.string().optional(),
  approved: z.boolean().optional(),
  handover: z.string().optional(),
  notification: z.string().optional(),
  /** Whom a notification goes to, as the configuration names it. */
  target: z.string().optional(),
  delivered: z.boolean().optional(),
  by: z.string().optional(),
  role: z.string().optional(),
  department: z.string().optional(),
  from: z.string().optional(),
  /** As people wrote it; of a notification, why it was not taken. */
  reason: z.string().optional(),
});
type AuditLine = z.infer<typeof auditEntry>;

const AUDITOR = { role: 'audit-admin' } as const satisfies Audience;

const word = z.string().optional().catch(undefined);
const yesNo = z.boolean().optional().catch(undefined);
/** What may stand in a payload; anything else of it is nobody's business here. */
const told = z.looseObject({
  id: word,
  unit: word,
  account: word,
  address: word,
  incident: word,
  alarms: z.array(z.string()).optional().catch(undefined),
  /** Of an alarm the rule's id, of a rule that is written all of it. */
  rule: z
    .union([z.string(), z.looseObject({ id: z.string() }).transform((rule) => rule.id)])
    .optional()
    .catch(undefined),
  version: z.number().int().optional().catch(undefined),
  enabled: yesNo,
  approved: yesNo,
  delivered: yesNo,
  reason: word,
  override: word,
  problem: word,
  by: z
    .object({
      name: z.string(),
      role: z.string().optional(),
      department: z.string().optional(),
      from: z.string().optional(),
    })
    .optional()
    .catch(undefined),
});
type Told = z.output<typeof told>;

/** What an entry is about: the same field of a payload means something else in each family of events. */
function subjectOf(type: string, p: Told): Partial<AuditLine> {
  if (isCaseEvent({ type })) return { incident: p.id === '' ? undefined : p.id, unit: p.unit };
  if (type.startsWith('rule.') && isAlarmEvent({ type })) {
    return { rule: p.rule ?? p.id, version: p.version, enabled: p.enabled };
  }
  if (isAlarmEvent({ type })) return { ...alarmsOf(p), rule: p.rule, incident: p.incident };
  if (isWarningEvent({ type })) return { warning: p.id, approved: p.approved };
  if (isHandoverEvent({ type })) return { handover: p.id };
  if (isNotificationEvent({ type })) {
    return { notification: p.id, target: p.id?.split(':').at(-1), delivered: p.delivered };
  }
  return { account: p.account, from: p.address };
}

function alarmsOf({ id, alarms }: Told): Partial<AuditLine> {
  const [only = id] = alarms ?? [];
  return alarms !== undefined && alarms.length > 1 ? { alarms } : { alarm: only };
}

function lineOf({ seq, atMs, actor, type, command, payload }: JournalEntry): AuditLine {
  const p: Told = told.safeParse(payload).data ?? {};
  const about = subjectOf(type, p);
  const reason = p.reason ?? p.override ?? p.problem;
  const line = {
    seq,
    atMs,
    actor,
    type,
    command,
    ...about,
    by: p.by?.name,
    role: p.by?.role,
    department: p.by?.department,
    from: p.by?.from ?? about.from,
    reason: reason === undefined ? undefined : textFor(reason, AUDITOR),
  };
  return Object.fromEntries(Object.entries(line).filter(([, v]) => v !== undefined)) as AuditLine;
}

export const auditAnswer = z.object({ lastSeq: z.number().int(), entries: z.array(auditEntry) });

/** `GET /api/v1/audit`. */
export async function sendAudit(
  journal: Pick<Journal, 'read' | 'lastSeq'>,
  req: Request,
  res: Response,
): Promise<void> {
  const asked = auditQuery.safeParse(req.query);
  if (!asked.success) return sendRefusal(res, { code: 'bad-field', detail: 'after, limit: 1…500' });
  const { limit } = asked.data;
  const after = asked.data.after ?? Math.max(0, journal.lastSeq - limit);
  const entries: AuditLine[] = [];
  for await (const entry of journal.read(after)) {
    entries.push(lineOf(entry));
    if (entries.length >= limit) break;
  }
  await sendJson(req, res, { lastSeq: journal.lastSeq, entries });
  return undefined;
}
