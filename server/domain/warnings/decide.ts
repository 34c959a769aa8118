/**
 * People’s own warnings: somebody drafts one, somebody else approves it, and only then the CAP message is made that goes
 * out. Answers events, or the reason why not; nothing is changed here.
 */
import type { CommandPayloads, CommandResult } from '../../contract/commands.ts';
import { textFault } from '../../contract/plain-text.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { mayDo } from '../../contract/rights.ts';
import { roleNames } from '../../contract/roles.ts';
import type { LocalText } from '../../contract/text.ts';
import type { WarningArea, WarningDraft, WarningMessage, WarningState } from '../../contract/warnings.ts';
import { inBoth } from '../cases/context.ts';
import type { By } from '../cases/events.ts';
import { capReference } from './cap-out.ts';
import type { WarningEvent } from './events.ts';
import { wholeSecond } from './references.ts';
import { nextId, type Warning, type WarningsState } from './state.ts';

const MINUTE_MS = 60_000;
/** As the contract takes of one message. */
const MAX_REFERENCES = 200;

export interface WarningContext {
  readonly nowMs: number;
  readonly by: By;
  /** The id of the command; names the message it makes. */
  readonly commandId: string;
  /** Who we are to other systems (CAP 1.2 `sender`): unique in the world, without blanks, commas, `<` and `&`. */
  readonly sender: string;
  readonly senderName?: string;
}

type WarningCommandType = 'warning.draft' | 'warning.decide' | 'warning.cancel';
export type WarningCommand = {
  [T in WarningCommandType]: { readonly type: T; readonly payload: CommandPayloads[T] };
}[WarningCommandType];

export interface WarningDecision {
  readonly events: readonly WarningEvent[];
  readonly result: CommandResult;
}
type Decided = Result<WarningDecision, Refusal>;

export function decideWarningCommand(
  state: WarningsState,
  command: WarningCommand,
  ctx: WarningContext,
): Decided {
  const { role } = ctx.by;
  if (role === undefined || !mayDo(role, command.type))
    return refuse('not-allowed', role === undefined ? '' : inBoth(roleNames[role]));
  switch (command.type) {
    case 'warning.draft':
      return draft(state, command.payload.draft, ctx);
    case 'warning.decide':
      return decideOn(state, command.payload, ctx);
    case 'warning.cancel':
      return cancel(state, command.payload, ctx);
  }
}

function draft(state: WarningsState, d: WarningDraft, ctx: WarningContext): Decided {
  const problem = problemOf(d);
  if (problem !== null) return err(problem);
  const updated = d.updates === undefined ? undefined : ownOf(state, d.updates);
  if (d.updates !== undefined) {
    if (updated === undefined) return refuse('not-found');
    if (updated.state === 'draft')
      return refuse('bad-warning', '所更新的预警尚未批准 / the warning it updates is not approved yet');
    if (updated.state !== 'in-force') return over(updated);
    if (updated.message.status !== d.status)
      return refuse(
        'bad-warning',
        '性质须与所更新的预警相同 / its status has to be that of the warning it updates',
      );
  }
  const id = nextId(state);
  const sentAtMs = wholeSecond(ctx.nowMs);
  const message: WarningMessage = {
    ...headOf(id, ctx),
    messageType: updated === undefined ? 'Alert' : 'Update',
    references: updated === undefined ? [] : namesOf(updated),
    status: d.status,
    scope: 'Public',
    categories: d.categories,
    event: d.event,
    urgency: d.urgency,
    severity: d.severity,
    certainty: d.certainty,
    headline: d.headline,
    description: d.description,
    instruction: d.instruction,
    effectiveAtMs: sentAtMs,
    expiresAtMs: sentAtMs + d.minutes * MINUTE_MS,
    areas: d.areas,
  };
  const updates = d.updates === undefined ? {} : { updates: d.updates };
  return decide(id, { type: 'warning.drafted', payload: { ...act(id, ctx), message, ...updates } });
}

/** What the shape of a draft does not tell. */
function problemOf(d: WarningDraft): Refusal | null {
  if (isEmpty(d.event)) return { code: 'bad-warning', detail: '缺少事件 / no event' };
  if (isEmpty(d.headline)) return { code: 'bad-warning', detail: '缺少标题 / no headline' };
  for (const area of d.areas) {
    const fault = [area.description, ...area.geocodes].map(textFault).find((f) => f !== null);
    if (fault !== undefined) return { code: 'bad-text', detail: `areas: ${fault}` };
    if (area.description.trim() === '')
      return { code: 'bad-warning', detail: '区域缺少说明 / an area without its name' };
    if (!area.polygons.every(isClosed))
      return { code: 'bad-warning', detail: '区域边界未闭合 / the ring of an area is not closed' };
  }
  return null;
}

const isEmpty = ({ zh, en }: LocalText): boolean => zh === '' && en === '';
const isClosed = (ring: WarningArea['polygons'][number]): boolean =>
  ring[0]![0] === ring.at(-1)![0] && ring[0]![1] === ring.at(-1)![1];

function decideOn(state: WarningsState, p: CommandPayloads['warning.decide'], ctx: WarningContext): Decided {
  const w = ownOf(state, p.warning);
  if (w === undefined) return refuse('not-found');
  if (w.state !== 'draft') return over(w);
  const reason = p.reason === undefined ? {} : { reason: p.reason };
  if (!p.approved) {
    if (p.reason === undefined) return refuse('reason-needed');
    const payload = { ...act(w.id, ctx), approved: false, ...reason, ends: [] };
    return decide(w.id, { type: 'warning.decided', payload });
  }
  if (w.draftedBy?.id === ctx.by.id) return refuse('author-approves');
  const updated = w.updates === null ? undefined : state.byId.get(w.updates);
  // One that ran out meanwhile may still be updated; what somebody replaced or cancelled has to be looked at again.
  if (w.updates !== null && updated?.state !== 'in-force' && updated?.state !== 'expired')
    return refuse('version-conflict', updated?.decidedBy?.name);
  const message = finalOf(w, updated, ctx);
  const ends = updated?.state === 'in-force' ? [updated.id] : [];
  const payload = { ...act(w.id, ctx), approved: true, ...reason, message, ends };
  return decide(w.id, { type: 'warning.decided', payload });
}

/** The draft as it goes out now: it holds for as long as was asked for, from now on. */
function finalOf(w: Warning, updated: Warning | undefined, ctx: WarningContext): WarningMessage {
  const { effectiveAtMs = w.message.sentAtMs, expiresAtMs = effectiveAtMs } = w.message;
  const sentAtMs = wholeSecond(ctx.nowMs);
  return {
    ...w.message,
    ...headOf(w.id, ctx),
    references: updated === undefined ? [] : namesOf(updated),
    effectiveAtMs: sentAtMs,
    expiresAtMs: sentAtMs + (expiresAtMs - effectiveAtMs),
  };
}

function cancel(state: WarningsState, p: CommandPayloads['warning.cancel'], ctx: WarningContext): Decided {
  const w = ownOf(state, p.warning);
  if (w === undefined) return refuse('not-found');
  if (w.state === 'draft')
    return refuse('bad-warning', '尚未批准，没有可解除的 / not approved yet, nothing to cancel');
  if (w.state !== 'in-force') return over(w);
  const { headline } = w.message;
  const message: WarningMessage = {
    ...w.message,
    ...headOf(w.id, ctx),
    messageType: 'Cancel',
    references: namesOf(w),
    urgency: 'Past',
    // In the languages of the warning, so that none of them is new.
    description: { zh: headline.zh && p.reason, en: headline.en && p.reason },
    // What people were told to do is not to be done any more.
    instruction: { zh: '', en: '' },
  };
  return decide(w.id, {
    type: 'warning.cancelled',
    payload: { ...act(w.id, ctx), reason: p.reason, message },
  });
}

/** Who says it, when, and under which identifier: that of the command, so that none is used twice. */
function headOf(
  id: string,
  { commandId, sender, senderName, nowMs }: WarningContext,
): Pick<WarningMessage, 'identifier' | 'sender' | 'senderName' | 'sentAtMs' | 'signed'> {
  return {
    identifier: `${id}.${commandId.replaceAll(/[^\w.-]/g, '-')}`,
    sender,
    ...(senderName !== undefined && { senderName }),
    sentAtMs: wholeSecond(nowMs),
    signed: false,
  };
}

/** A warning with all it took the place of: whoever missed one in between still has the one before. */
const namesOf = (w: Warning): string[] =>
  [capReference(w.message), ...w.message.references].slice(0, MAX_REFERENCES);

const ownOf = (state: WarningsState, id: string): Warning | undefined => {
  const w = state.byId.get(id);
  return w?.direction === 'out' ? w : undefined;
};

const stateTexts: Readonly<Record<WarningState, LocalText>> = {
  draft: { zh: '未批准', en: 'not approved' },
  'in-force': { zh: '已发布', en: 'in force' },
  superseded: { zh: '已更新', en: 'updated' },
  cancelled: { zh: '已解除', en: 'cancelled' },
  expired: { zh: '已到期', en: 'expired' },
  rejected: { zh: '未通过', en: 'rejected' },
};
/** It is not at the stage for this any more; who decided is named. */
function over(w: Warning): Decided {
  const state = inBoth(stateTexts[w.state]);
  return refuse('already-done', w.decidedBy === null ? state : `${state}, ${w.decidedBy.name}`);
}

const act = (id: string, { nowMs, by }: WarningContext): { id: string; atMs: number; by: By } => ({
  id,
  atMs: nowMs,
  by,
});
const decide = (id: string, event: WarningEvent): Decided => ok({ events: [event], result: { warning: id } });
const refuse = (code: Refusal['code'], detail?: string): Decided =>
  err(detail === undefined ? { code } : { code, detail });
