/** Alarms, rules and the watch over all of them as the records that screens get, unmasked. */
import {
  type AlarmFact,
  type AlarmRecord,
  type RuleRecord,
  type WatchRecord,
} from '../../../contract/alarms.ts';
import { canExplain, isOutOfSight, isUnanswered, stateOf } from './alarm.ts';
import { perOperator } from './flood.ts';
import { isInflated, noneYet } from './rings.ts';
import { watchOf, type AlarmsState } from './state.ts';

/** What the evaluator knows of an alarm now and the journal does not keep. */
export interface AlarmNow {
  readonly facts?: readonly AlarmFact[];
  readonly uncertain?: boolean;
}

/** The alarm as a record; undefined when it is over, or never was. */
export function alarmRecord(state: AlarmsState, id: string, now: AlarmNow = {}): AlarmRecord | undefined {
  const a = state.byId.get(id);
  if (a === undefined) return undefined;
  return {
    id,
    number: a.number,
    rule: a.rule,
    ruleVersion: a.ruleVersion,
    name: a.name,
    priority: a.priority,
    state: stateOf(a),
    active: a.active,
    subject: a.subject,
    facts: [...a.facts],
    ...(now.facts && { factsNow: [...now.facts] }),
    ...(now.uncertain === true && { uncertain: true }),
    raisedAtMs: a.raisedAtMs,
    lastRaisedAtMs: a.lastRaisedAtMs,
    count: a.count,
    ...(a.returnedAtMs !== null && { returnedAtMs: a.returnedAtMs }),
    ...(a.acknowledged && { acknowledged: a.acknowledged }),
    ...(a.shelved && { shelved: a.shelved }),
    ...(a.outOfService && { outOfService: a.outOfService }),
    ...(a.parent !== null && { parent: a.parent }),
    children: childrenOf(state, id).length,
    ...(a.escalated && { escalated: a.escalated }),
    ...(a.incident && { incident: a.incident }),
  };
}

/** Ids of the active alarms that it explains. */
export const childrenOf = (state: AlarmsState, id: string): string[] =>
  [...state.index.childrenOf(id)].filter((child) => state.byId.get(child)?.active === true);

export function ruleRecord(state: AlarmsState, id: string): RuleRecord | undefined {
  const known = state.rules.get(id);
  if (known === undefined) return undefined;
  const { rule, enabled, version, changed } = known;
  return {
    id,
    rule,
    enabled,
    version,
    ...(changed && { changedBy: changed.by, changedAtMs: changed.atMs }),
    ...(changed?.reason !== undefined && { reason: changed.reason }),
  };
}

/** How the alarm system does. An alarm under another one counts as hidden and nowhere else. */
export function watchRecord(state: AlarmsState, nowMs: number): WatchRecord {
  const { operators, flood } = watchOf(state);
  const unacknowledged = { ...noneYet };
  const active = { ...noneYet };
  const aside = { shelved: 0, suppressed: 0, 'out-of-service': 0 };
  let hidden = 0;
  for (const a of state.byId.values()) {
    if (a.parent !== null) {
      if (canExplain(a)) hidden++;
      continue;
    }
    const of = stateOf(a);
    if (of === 'shelved' || of === 'suppressed' || of === 'out-of-service') aside[of]++;
    if (isUnanswered(a)) unacknowledged[a.priority]++;
    if (a.active && !isOutOfSight(a)) active[a.priority]++;
  }
  const last10Min = state.rings.last10Min(nowMs);
  const shares = state.rings.shares(nowMs);
  return {
    id: 'alarms',
    atMs: nowMs,
    unacknowledged,
    active,
    shelved: aside.shelved,
    suppressed: aside.suppressed,
    outOfService: aside['out-of-service'],
    hidden,
    last10Min,
    perOperator: perOperator(last10Min, operators),
    operators,
    flood,
    shares: shares && { ...shares },
    inflated: isInflated(shares),
  };
}
