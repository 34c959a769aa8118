/** A receiver of notifications, whatever it is reached by. */
import type { LocalText } from '../contract/text.ts';
import type { NotificationChannel } from '../domain/notifications/events.ts';
import type { PendingNotification } from '../domain/notifications/state.ts';

/** What one try came to. `gone`: it will never be taken. */
export type Attempt =
  | { readonly kind: 'delivered'; readonly problem?: string }
  | { readonly kind: 'failed'; readonly problem: string; readonly retryAfterMs?: number }
  | { readonly kind: 'gone'; readonly problem: string };

export interface Target {
  readonly id: string;
  readonly channel: NotificationChannel;
  /** Tries once, within a time limit of its own; ends soon after `signal`. */
  send(notification: PendingNotification, signal: AbortSignal): Promise<Attempt>;
}

/** A sentence as the journal keeps it: whoever reads it, in whichever language. */
export const inBoth = ({ zh, en }: LocalText): string => `${zh} · ${en}`;
