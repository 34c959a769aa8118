/** A warning as the record that screens get, and the messages of our own as other systems read them. */
import type { WarningMessage, WarningRecord } from '../../contract/warnings.ts';
import type { WarningsState } from './state.ts';

/** The warning as a record; undefined when unknown. */
export function warningRecord(state: WarningsState, id: string): WarningRecord | undefined {
  const w = state.byId.get(id);
  if (w === undefined) return undefined;
  return {
    id: w.id,
    direction: w.direction,
    state: w.state,
    message: w.message,
    ...(w.feed !== null && { feed: w.feed }),
    receivedAtMs: w.receivedAtMs,
    changedAtMs: w.changedAtMs,
    ...(w.draftedBy && { draftedBy: w.draftedBy }),
    ...(w.decidedBy && { decidedBy: w.decidedBy }),
    ...(w.reason !== null && { reason: w.reason }),
  };
}

/** What we say to others now, newest first: our warnings in force, and the cancels of those that are not any more. */
export function publishedMessages(state: WarningsState): WarningMessage[] {
  const out: WarningMessage[] = [];
  for (const w of state.byId.values()) {
    if (w.direction !== 'out') continue;
    if (w.state === 'in-force') out.push(w.message);
    else if (w.cancellation !== null) out.push(w.cancellation);
  }
  return out.sort((a, b) => b.sentAtMs - a.sentAtMs || (a.identifier < b.identifier ? -1 : 1));
}
