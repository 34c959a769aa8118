/**
 * What is told to the outside: queued with the event it tells of, in one append, and given to whoever delivers once it is
 * durable. What was settled is said back and made durable, too.
 */
import type { AlarmEvent } from '../domain/alarms/life/events.ts';
import type { AlarmsState } from '../domain/alarms/life/state.ts';
import { alarmRecord } from '../domain/alarms/life/record.ts';
import { SYSTEM } from '../domain/cases/events.ts';
import type { CityEvent } from '../domain/city-event.ts';
import type { CityState } from '../domain/city-state.ts';
import { queueNotifications, settleNotification, type Settlement } from '../domain/notifications/decide.ts';
import type { NotificationEvent } from '../domain/notifications/events.ts';
import type { About, Route } from '../domain/notifications/route.ts';
import type { PendingNotification } from '../domain/notifications/state.ts';
import type { Desk } from './desk.ts';

/** The server that queued it delivers it; others do where it has not said so by then. */
const OTHERS_TRY_MS = 120_000;

/** Who brings notifications to their targets; adapters lie outside. */
export interface NotificationOutlet {
  /** `delayMs`: not before, unless it is forgotten by then. */
  take(notification: PendingNotification, delayMs?: number): void;
  /** It is settled, here or elsewhere. */
  forget(id: string): void;
}

export interface NotificationsDeps {
  readonly state: CityState;
  readonly routes: readonly Route[];
  readonly timeZone: string;
  readonly nowMs: () => number;
}

export class Notifications {
  private readonly deps: NotificationsDeps;
  private outlet: NotificationOutlet | null = null;
  /** Durable and not settled; the state may be ahead of the journal. */
  private readonly pending = new Map<string, PendingNotification>();

  constructor(deps: NotificationsDeps) {
    this.deps = deps;
  }

  /** Delivers what is pending, and from now on what is queued. */
  deliverBy(outlet: NotificationOutlet): void {
    this.outlet = outlet;
    for (const pending of this.pending.values()) outlet.take(pending);
  }

  /** What has to be told of an event that was just applied; `rang`: the alarms that rang by it. */
  follow(event: CityEvent, rang: readonly string[]): NotificationEvent[] {
    const { state, routes, timeZone } = this.deps;
    if (routes.length === 0) return [];
    return this.newsOf(event, rang).flatMap((about) =>
      queueNotifications(state.notifications, routes, about, timeZone),
    );
  }

  /** A durable event; `own`: decided here, and not by another server. */
  entered(event: CityEvent, own: boolean): void {
    if (event.type === 'notification.queued') {
      this.pending.set(event.payload.id, event.payload);
      this.outlet?.take(event.payload, own ? 0 : OTHERS_TRY_MS);
    } else if (event.type === 'notification.settled') {
      this.pending.delete(event.payload.id);
      this.outlet?.forget(event.payload.id);
    }
  }

  /** Resolves when it is durable what became of a notification. @throws where it could not be stored. */
  settle(desk: Desk, settlement: Settlement): Promise<void> {
    const { state, nowMs } = this.deps;
    return new Promise((resolve, reject) => {
      desk.submit({
        actor: SYSTEM.id,
        decide: (write) => {
          for (const e of settleNotification(state.notifications, settlement, nowMs())) write(e);
          return () => resolve();
        },
        refuse: (refusal) => reject(new Error(`not stored: ${refusal.code}`)),
      });
    });
  }

  private newsOf(event: CityEvent, rang: readonly string[]): About[] {
    const { state } = this.deps;
    const out = rang.flatMap((id) => aboutAlarm(state, id, event as AlarmEvent, 'alarm'));
    if (event.type === 'alarm.escalated') {
      for (const id of event.payload.alarms) out.push(...aboutAlarm(state, id, event, 'escalation'));
    }
    if (event.type === 'warning.decided' && event.payload.approved && event.payload.message) {
      out.push({ kind: 'warning', atMs: event.payload.atMs, message: event.payload.message });
    }
    if (event.type === 'warning.cancelled') {
      out.push({ kind: 'warning', atMs: event.payload.atMs, message: event.payload.message });
    }
    return out;
  }
}

function aboutAlarm(
  { alarms, cases }: CityState,
  id: string,
  event: AlarmEvent,
  kind: 'alarm' | 'escalation',
): About[] {
  const alarm = alarmRecord(alarms, id);
  const rule = ruleOf(alarms, alarm?.rule);
  if (alarm === undefined || rule === undefined) return [];
  const incident = alarm.subject.kind === 'incident' ? cases.byId.get(alarm.subject.id) : undefined;
  const { atMs } = event.payload as { readonly atMs: number };
  const about = {
    atMs,
    alarm,
    rule,
    ...(incident && { incident: { number: incident.number, category: incident.facts.category } }),
  };
  if (kind === 'alarm') return [{ ...about, kind }];
  if (alarm.escalated === undefined) return [];
  return [{ ...about, kind, to: alarm.escalated.to, times: alarm.escalated.times }];
}

const ruleOf = (state: AlarmsState, id: string | undefined) =>
  id === undefined ? undefined : state.rules.get(id)?.rule;
