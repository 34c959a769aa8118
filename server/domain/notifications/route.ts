/**
 * Who outside is told what: routes, as the configuration has them, held against an alarm that rings, an escalation or a
 * published warning. The same news has the same keys, whoever works them out and however often.
 */
import type { AlarmPriority, AlarmRule } from '../../contract/alarms.ts';
import type { Role } from '../../contract/roles.ts';
import type { WarningMessage } from '../../contract/warnings.ts';
import { alarmBody, warningBody, type SubjectIncident, type ToldAlarm } from './body.ts';
import type { NotificationBody, NotificationChannel, NotificationEvent } from './events.ts';

/** What is told must meet all conditions that a route has; one that has none takes everything. */
export interface Route {
  readonly to: readonly { readonly channel: NotificationChannel; readonly target: string }[];
  readonly kinds?: readonly NotificationBody['kind'][];
  readonly priorities?: readonly AlarmPriority[];
  readonly rules?: readonly string[];
  /** Departments that own the rule. */
  readonly departments?: readonly string[];
  /** Roles that own the rule; of an escalation, the role it goes to. */
  readonly roles?: readonly Role[];
}

interface AboutAlarm {
  readonly atMs: number;
  readonly alarm: ToldAlarm;
  readonly rule: AlarmRule;
  /** Of an alarm about an incident: all that is said of it. */
  readonly incident?: SubjectIncident;
}
export type About =
  | (AboutAlarm & { readonly kind: 'alarm' })
  /** `times`: how often it was escalated, this time included. */
  | (AboutAlarm & { readonly kind: 'escalation'; readonly to: Role; readonly times: number })
  | { readonly kind: 'warning'; readonly atMs: number; readonly message: WarningMessage };

/** What is to be queued; `zone` is the city's time zone. A target of several routes is told once. */
export function route(routes: readonly Route[], about: About, zone: string): NotificationEvent[] {
  if (about.kind === 'alarm' && !rings(about.alarm)) return [];
  const targets = new Map<string, NotificationChannel>();
  for (const r of routes) {
    if (takes(r, about)) for (const { channel, target } of r.to) targets.set(target, channel);
  }
  if (targets.size === 0) return [];
  const body = bodyOf(about, zone);
  const key = keyOf(about);
  return [...targets].map(([target, channel]) => ({
    type: 'notification.queued',
    payload: { id: `${key}:${target}`, atMs: about.atMs, channel, target, body },
  }));
}

/** Nobody is woken for what another alarm explains, or what people or the design have silenced. */
const rings = ({ parent, state }: ToldAlarm): boolean => parent === undefined && state === 'unacknowledged';

const meets = <T>(wanted: readonly T[] | undefined, has: T | undefined): boolean =>
  wanted === undefined || (has !== undefined && wanted.includes(has));

/** A condition on what a warning does not have (priority, rule, owner) is not met by it. */
function takes(r: Route, about: About): boolean {
  if (!meets(r.kinds, about.kind)) return false;
  const alarm = about.kind === 'warning' ? undefined : about.alarm;
  const owner = about.kind === 'warning' ? undefined : about.rule.owner;
  return (
    meets(r.priorities, alarm?.priority) &&
    meets(r.rules, alarm?.rule) &&
    meets(r.departments, owner?.department) &&
    meets(r.roles, about.kind === 'escalation' ? about.to : owner?.role)
  );
}

const bodyOf = (about: About, zone: string): NotificationBody =>
  about.kind === 'warning'
    ? warningBody(about.message)
    : alarmBody({ ...about, ...(about.kind === 'escalation' && { escalatedTo: about.to }) }, zone);

/** An alarm that rings again is told again only when it has rung twice as often: what chatters fills no mailbox. */
function keyOf(about: About): string {
  if (about.kind === 'warning') return `warning:${about.message.identifier}`;
  const { id, number, count } = about.alarm;
  return about.kind === 'escalation'
    ? `escalation:${id}:${number}:${about.times}`
    : `alarm:${id}:${number}:${2 ** Math.floor(Math.log2(Math.max(1, count)))}`;
}
