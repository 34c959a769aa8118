/**
 * The audit trail for the audit administrator: who did what, when and from where, entry by entry of the journal. What a
 * case says of persons is not in it; reasons are, as somebody has to be able to judge them (SE-65).
 */
import type { Request, Response } from 'express';
import { z } from 'zod';
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
  incident: z.string().optional(),
  unit: z.string().optional(),
  account: z.string().optional(),
  by: z.string().optional(),
  role: z.string().optional(),
  department: z.string().optional(),
  from: z.string().optional(),
  reason: z.string().optional(),
});
type AuditLine = z.infer<typeof auditEntry>;

/** What may stand in a payload; anything else of it is nobody's business here. */
const told = z.looseObject({
  id: z.string().optional().catch(undefined),
  unit: z.string().optional().catch(undefined),
  account: z.string().optional().catch(undefined),
  address: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  override: z.string().optional().catch(undefined),
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

function lineOf({ seq, atMs, actor, type, command, payload }: JournalEntry): AuditLine {
  const p = told.safeParse(payload).data ?? {};
  const ofCase = !type.startsWith('user.') && type !== 'account.changed';
  const line = {
    seq,
    atMs,
    actor,
    type,
    command,
    incident: ofCase && p.id !== '' ? p.id : undefined,
    unit: p.unit,
    account: p.account,
    by: p.by?.name,
    role: p.by?.role,
    department: p.by?.department,
    from: p.by?.from ?? (ofCase ? undefined : p.address),
    reason: p.reason ?? p.override,
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
