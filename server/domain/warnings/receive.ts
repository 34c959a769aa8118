/**
 * Warnings as other authorities send them (CAP 1.2 §3.2.1): an update takes the place of the messages it references, a
 * cancel ends them, each only those of its own sender and status. In whatever order messages come, the same ones hold.
 */
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { SHIFT_MIN } from '../../contract/alarms.ts';
import type { WarningMessage } from '../../contract/warnings.ts';
import type { WarningEvent } from './events.ts';
import { wholeSecond } from './references.ts';
import { countOf, endedBy, endsAtMs, isStanding, nameOf, nextId, type WarningsState } from './state.ts';

/** Standing warnings of a feed over which it may only bring such as end another one. */
export const MAX_STANDING_OF_FEED = 2_000;
/** All of a feed, with those that ended within the last day. */
export const MAX_KEPT_OF_FEED = 10_000;
/** What nobody decided on within a shift was written about another situation. */
const DRAFT_HOLDS_MS = SHIFT_MIN * 60_000;

export interface ReceivedContext {
  readonly feed: string;
  readonly nowMs: number;
}

/** True where a newer message under the same name is already known. */
export function isLateMessage(state: WarningsState, m: WarningMessage): boolean {
  const known = state.known.get(nameOf(m));
  return known !== undefined && wholeSecond(m.sentAtMs) < known.sentAtMs;
}

/** No events: it came before, or a newer one under its name did. */
export function decideReceived(
  state: WarningsState,
  message: WarningMessage,
  { feed, nowMs }: ReceivedContext,
): Result<WarningEvent[], Refusal> {
  const { messageType } = message;
  if (messageType === 'Ack' || messageType === 'Error')
    return err({ code: 'bad-warning', detail: `${messageType}：回执不是预警 / an answer, no warning` });
  const known = state.known.get(nameOf(message));
  if (known !== undefined && wholeSecond(message.sentAtMs) <= known.sentAtMs) return ok([]);
  const ends = endedBy(state, message);
  if (isFull(state, feed, ends.length > 0)) return err({ code: 'too-many-objects' });
  const payload = { id: nextId(state), feed, atMs: nowMs, message, ends };
  return ok([{ type: 'warning.received', payload }]);
}

function isFull(state: WarningsState, feed: string, endsAnother: boolean): boolean {
  const { kept, standing } = countOf(state, feed);
  return kept >= MAX_KEPT_OF_FEED || (standing >= MAX_STANDING_OF_FEED && !endsAnother);
}

/** Warnings whose time is over, and drafts that nobody decided on; asked again after they were applied it answers none. */
export function decideWarningTimers(state: WarningsState, nowMs: number): WarningEvent[] {
  const out: WarningEvent[] = [];
  for (const w of state.byId.values()) {
    if (!isStanding(w)) continue;
    const waits = w.direction === 'out' && w.state === 'draft';
    const overAtMs = waits ? w.receivedAtMs + DRAFT_HOLDS_MS : endsAtMs(w.message);
    if (nowMs >= overAtMs) out.push({ type: 'warning.expired', payload: { id: w.id, atMs: nowMs } });
  }
  return out;
}
