/** Applies an event to the state of notifications; one that was applied before changes nothing. */
import type { NotificationEvent } from './events.ts';
import type { NotificationsState } from './state.ts';

/** At least so many keys are known; keys bear an alarm's number, so an older one does not come again. */
const KEPT_KEYS = 10_000;

export function evolveNotifications(state: NotificationsState, { type, payload }: NotificationEvent): void {
  if (state.settled.has(payload.id)) return;
  if (type === 'notification.queued') {
    if (!state.pending.has(payload.id)) state.pending.set(payload.id, payload);
    return;
  }
  if (!state.pending.has(payload.id)) return;
  state.pending.delete(payload.id);
  state.settled.set(payload.id, true);
  if (state.settled.size >= 2 * KEPT_KEYS) forgetOldest(state);
}

/** Many at a time: a map walks over all it has forgotten to find its oldest. */
function forgetOldest({ settled }: NotificationsState): void {
  let over = settled.size - KEPT_KEYS;
  for (const id of settled.keys()) {
    if (over-- <= 0) return;
    settled.delete(id);
  }
}
