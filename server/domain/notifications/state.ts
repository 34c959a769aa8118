/**
 * What is still to be told to the outside, and which keys were used: one key is queued once, whoever decides it again.
 * Only `evolve` writes here.
 */
import { UndoMap, type UndoLog } from '../undo.ts';
import type { NotificationEventPayloads } from './events.ts';

export type PendingNotification = NotificationEventPayloads['notification.queued'];

export interface NotificationsState {
  /** By idempotency key. */
  readonly pending: UndoMap<string, PendingNotification>;
  /** Keys that were settled; old ones are forgotten. */
  readonly settled: UndoMap<string, true>;
}

export const emptyNotifications = (undo: UndoLog): NotificationsState => ({
  pending: new UndoMap(undo),
  settled: new UndoMap(undo),
});
