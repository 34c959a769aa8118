/** Decides what is queued and what is settled; a key that is known is not queued again, one that is settled stays so. */
import type { NotificationEvent } from './events.ts';
import { route, type About, type Route } from './route.ts';
import type { NotificationsState } from './state.ts';

/** So many wait for one target; beyond, the oldest is given up for the newest. */
export const MAX_WAITING = 1_000;

/** Why a notification was given up before it was tried to the end, in the journal. */
const TOO_MANY = '等待发送的通知过多 Too many are waiting';

/** What became of a notification. */
export interface Settlement {
  readonly id: string;
  readonly delivered: boolean;
  readonly attempts: number;
  readonly problem?: string;
}

/** What is to be told of something that happened, to everybody who was not told yet. */
export function queueNotifications(
  state: NotificationsState,
  routes: readonly Route[],
  about: About,
  zone: string,
): NotificationEvent[] {
  const fresh = route(routes, about, zone).filter(
    ({ payload: { id } }) => !state.pending.has(id) && !state.settled.has(id),
  );
  const over = fresh.flatMap((e) => (e.type === 'notification.queued' ? room(state, e.payload.target) : []));
  return [
    ...over.map((id) => settled({ id, delivered: false, attempts: 0, problem: TOO_MANY }, about.atMs)),
    ...fresh,
  ];
}

/** No event where somebody else settled it, or it is not known. */
export function settleNotification(
  state: NotificationsState,
  settlement: Settlement,
  nowMs: number,
): NotificationEvent[] {
  return state.pending.has(settlement.id) ? [settled(settlement, nowMs)] : [];
}

const settled = (settlement: Settlement, atMs: number): NotificationEvent => ({
  type: 'notification.settled',
  payload: { ...settlement, atMs },
});

/** Keys of the oldest that have to go so that one more can wait for a target. */
function room({ pending }: NotificationsState, target: string): string[] {
  if (pending.size < MAX_WAITING) return [];
  // A map forgets its order where a change is taken back.
  const waiting = [...pending.values()].filter((n) => n.target === target).sort((a, b) => a.atMs - b.atMs);
  return waiting.slice(0, Math.max(0, waiting.length + 1 - MAX_WAITING)).map((n) => n.id);
}
