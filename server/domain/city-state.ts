/** All that is decided here, as one state: what one batch decides of any part of it is kept or taken back together. */
import type { AlarmRule } from '../contract/alarms.ts';
import { evolveAlarms } from './alarms/life/evolve.ts';
import { isAlarmEvent, type AlarmEvent } from './alarms/life/events.ts';
import { emptyAlarms, type AlarmsState } from './alarms/life/state.ts';
import { evolveCases } from './cases/evolve.ts';
import { isCaseEvent, type CaseEvent } from './cases/events.ts';
import { emptyCases, type CasesState } from './cases/state.ts';
import type { CityEvent } from './city-event.ts';
import type { NearnessOf } from './duplicates.ts';
import { evolveHandovers } from './handover/evolve.ts';
import { isHandoverEvent, type HandoverEvent } from './handover/events.ts';
import { emptyHandovers, type HandoverState } from './handover/state.ts';
import { evolveNotifications } from './notifications/evolve.ts';
import { isNotificationEvent, type NotificationEvent } from './notifications/events.ts';
import { emptyNotifications, type NotificationsState } from './notifications/state.ts';
import { evolveControl } from './signals/control/evolve.ts';
import { isSignalEvent, type SignalEvent } from './signals/control/events.ts';
import { emptyControl, type ControlState } from './signals/control/state.ts';
import { UndoLog } from './undo.ts';
import { evolveWarnings } from './warnings/evolve.ts';
import { isWarningEvent, type WarningEvent } from './warnings/events.ts';
import { emptyWarnings, type WarningsState } from './warnings/state.ts';

export interface CityState {
  readonly undo: UndoLog;
  readonly cases: CasesState;
  readonly alarms: AlarmsState;
  readonly warnings: WarningsState;
  readonly handovers: HandoverState;
  readonly notifications: NotificationsState;
  readonly control: ControlState;
}

/** `builtIn`: the alarm rules that come with the product. */
export function emptyCity(nearness: NearnessOf | undefined, builtIn: readonly AlarmRule[]): CityState {
  const undo = new UndoLog();
  return {
    undo,
    cases: emptyCases(nearness, undo),
    alarms: emptyAlarms(undo, builtIn),
    warnings: emptyWarnings(undo),
    handovers: emptyHandovers(undo),
    notifications: emptyNotifications(undo),
    control: emptyControl(undo),
  };
}

/** Applies an event; answers the ids of the alarms that rang by it. */
export function evolveCity(state: CityState, event: CityEvent): readonly string[] {
  if (isAlarmEvent(event)) return evolveAlarms(state.alarms, event as AlarmEvent);
  if (isCaseEvent(event)) evolveCases(state.cases, event as CaseEvent);
  else if (isWarningEvent(event)) evolveWarnings(state.warnings, event as WarningEvent);
  else if (isHandoverEvent(event)) evolveHandovers(state.handovers, event as HandoverEvent);
  else if (isNotificationEvent(event)) evolveNotifications(state.notifications, event as NotificationEvent);
  else if (isSignalEvent(event)) evolveControl(state.control, event as SignalEvent);
  return [];
}
