/**
 * What the clock does to alarms: shelving that is over, escalation of what nobody acknowledged, floods. It looks at every
 * live alarm: only those that need somebody are records, hundreds at most on an ordinary day.
 */
import type { AlarmRule } from '../../../contract/alarms.ts';
import { SYSTEM } from '../../cases/events.ts';
import { isCalling, type Alarm } from './alarm.ts';
import type { AlarmEvent } from './events.ts';
import { decideFlood } from './flood.ts';
import { watchOf, type AlarmsState } from './state.ts';

const MINUTE_MS = 60_000;

type Step = AlarmRule['escalate'][number];

/** Events that are due at `nowMs`; asked again right after they were applied it answers none. */
export function decideAlarmTimers(
  state: AlarmsState,
  nowMs: number,
  { operators }: { readonly operators: number },
): AlarmEvent[] {
  const out: AlarmEvent[] = [];
  const watch = watchOf(state);
  if (operators !== watch.operators)
    out.push({ type: 'alarm.operators-changed', payload: { atMs: nowMs, operators } });
  const alarms = [...state.byId.values()];
  const expired = alarms.filter((a) => a.shelved != null && a.shelved.untilMs <= nowMs);
  if (expired.length > 0)
    out.push({
      type: 'alarm.unshelved',
      payload: { atMs: nowMs, by: SYSTEM, alarms: expired.map((a) => a.id), expired: true },
    });
  out.push(...escalations(state, alarms, nowMs));
  const ringAgain = expired.filter((a) => isCalling({ ...a, shelved: null, acknowledged: null }));
  const rung = state.rings.last10Min(nowMs) + ringAgain.length;
  out.push(...decideFlood(watch.flood, rung, operators, nowMs));
  return out;
}

/** Each step of the rule once in an activation, counted from when it rang; one event for all that take the same (AL-79). */
function escalations(state: AlarmsState, alarms: readonly Alarm[], nowMs: number): AlarmEvent[] {
  const due = new Map<
    string,
    { readonly to: Step['to']; readonly step: number; readonly alarms: string[] }
  >();
  for (const a of alarms) {
    if (!isCalling(a) || a.rangAtMs === null) continue;
    const waitedMs = nowMs - a.rangAtMs;
    for (const [step, { afterMin, to }] of stepsOf(state, a.rule).entries()) {
      if (step < a.steps || waitedMs < afterMin * MINUTE_MS) continue;
      const key = `${step}:${to}`;
      const same = due.get(key);
      if (same === undefined) due.set(key, { to, step, alarms: [a.id] });
      else same.alarms.push(a.id);
    }
  }
  return [...due.values()]
    .sort((x, y) => x.step - y.step)
    .map(({ to, alarms: ids }) => ({
      type: 'alarm.escalated',
      payload: { atMs: nowMs, by: SYSTEM, alarms: ids, to },
    }));
}

/** In the order of their times, whatever the order they were written in. */
const stepsOf = (state: AlarmsState, rule: string): Step[] =>
  [...(state.rules.get(rule)?.rule.escalate ?? [])].sort((x, y) => x.afterMin - y.afterMin);
