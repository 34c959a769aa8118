/** Everything the journal keeps of the city, in one union; `user.*` and `account.changed` are the audit trail's own. */
import { isAlarmEvent, type AlarmEvent } from './alarms/life/events.ts';
import { isCaseEvent, type CaseEvent } from './cases/events.ts';
import { isHandoverEvent, type HandoverEvent } from './handover/events.ts';
import { isNotificationEvent, type NotificationEvent } from './notifications/events.ts';
import { isSignalEvent, type SignalEvent } from './signals/control/events.ts';
import { isWarningEvent, type WarningEvent } from './warnings/events.ts';

export type CityEvent =
  CaseEvent | AlarmEvent | WarningEvent | HandoverEvent | NotificationEvent | SignalEvent;

export const isCityEvent = (e: { readonly type: string }): boolean =>
  isCaseEvent(e) ||
  isAlarmEvent(e) ||
  isWarningEvent(e) ||
  isHandoverEvent(e) ||
  isNotificationEvent(e) ||
  isSignalEvent(e);
