/** What is told to people and systems outside, as the journal keeps it: at least once, under one idempotency key. */
import type { LocalText } from '../../contract/text.ts';

export const notificationChannels = ['webhook', 'email'] as const;
export type NotificationChannel = (typeof notificationChannels)[number];
/** What a notification is about, and all it says: what is sent later is what was true then. */
export interface NotificationBody {
  readonly kind: 'alarm' | 'escalation' | 'warning';
  readonly subject: LocalText;
  readonly text: LocalText;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface NotificationEventPayloads {
  'notification.queued': {
    /** Its idempotency key: the same whoever sends it, however often. */
    readonly id: string;
    readonly atMs: number;
    readonly channel: NotificationChannel;
    readonly target: string;
    readonly body: NotificationBody;
  };
  'notification.settled': {
    readonly id: string;
    readonly atMs: number;
    readonly delivered: boolean;
    readonly attempts: number;
    readonly problem?: string;
  };
}

export type NotificationEventType = keyof NotificationEventPayloads;
export type NotificationEvent = {
  [T in NotificationEventType]: { readonly type: T; readonly payload: NotificationEventPayloads[T] };
}[NotificationEventType];

const types: Readonly<Record<NotificationEventType, true>> = {
  'notification.queued': true,
  'notification.settled': true,
};
export const isNotificationEvent = (e: { readonly type: string }): boolean => Object.hasOwn(types, e.type);
