/** Handing a shift over: what stands is collected by the server, not by who hands over, and somebody else signs for it. */
import type { HandoverRecord } from '../../contract/alarms.ts';
import type { CommandPayloads, CommandResult } from '../../contract/commands.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { mayDo } from '../../contract/rights.ts';
import { roleNames } from '../../contract/roles.ts';
import { inBoth } from '../cases/context.ts';
import type { By } from '../cases/events.ts';
import type { HandoverEvent } from './events.ts';
import { nextId, type HandoverState } from './state.ts';

export interface HandoverContext {
  readonly nowMs: number;
  readonly by: By;
  /** What stands now (`handoverItems`). */
  readonly items: () => HandoverRecord['items'];
}

type HandoverCommandType = 'handover.offer' | 'handover.sign';
export type HandoverCommand = {
  [T in HandoverCommandType]: { readonly type: T; readonly payload: CommandPayloads[T] };
}[HandoverCommandType];

export interface HandoverDecision {
  readonly events: readonly HandoverEvent[];
  readonly result: CommandResult;
}

export function decideHandoverCommand(
  state: HandoverState,
  command: HandoverCommand,
  ctx: HandoverContext,
): Result<HandoverDecision, Refusal> {
  const { nowMs: atMs, by } = ctx;
  if (by.role === undefined || !mayDo(by.role, command.type))
    return err({ code: 'not-allowed', detail: by.role === undefined ? '' : inBoth(roleNames[by.role]) });
  if (command.type === 'handover.offer') {
    const id = nextId(state);
    const payload = { id, atMs, by, note: command.payload.note, items: ctx.items() };
    return ok({ events: [{ type: 'handover.offered', payload }], result: { handover: id } });
  }
  const known = state.byId.get(command.payload.handover);
  if (known === undefined) return err({ code: 'not-found' });
  if (known.signed !== null) return err({ code: 'already-done', detail: known.signed.name });
  if (known.offeredBy.id === by.id) return err({ code: 'not-yours-to-sign' });
  const payload = { id: known.id, atMs, by };
  return ok({ events: [{ type: 'handover.signed', payload }], result: { handover: known.id } });
}
