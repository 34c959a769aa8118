/**
 * What the evaluator says of rules on subjects, turned into the life of alarms: the same trouble is the same alarm, whoever
 * saw it and however often (AL-50). Pure: one transition on the state as it is, so that each sees what those before it did.
 */
import { newAlarm, type Alarm, type Told } from './alarm.ts';
import type { AlarmEvent } from './events.ts';
import type { Transition } from '../evaluation/facts.ts';
import { Grouping } from './grouping.ts';
import { LATE_AT_MOST_MS, watchOf, type AlarmsState } from './state.ts';

/** One more of what a rule counts is journalled at most so often. */
const AGAIN_EVERY_MS = 60_000;

/** Said of an activation before the one that another server has told meanwhile: it must not end, or repeat, that one. */
const isLate = (toldAtMs: number, atMs: number): boolean =>
  atMs < toldAtMs && toldAtMs - atMs < LATE_AT_MOST_MS;

export function decideTransition(state: AlarmsState, t: Transition, nowMs: number): AlarmEvent[] {
  const known = state.byId.get(t.alarm);
  const atMs = Math.min(t.atMs, nowMs);
  switch (t.to) {
    case 'raised':
      return raised(state, known, t, atMs);
    case 'again':
      // Not active here: its beginning was missed, and what rang must not be lost.
      return known?.active === true ? again(known, t, atMs) : raised(state, known, t, atMs);
    case 'returned':
      return known?.active === true && !isLate(known.lastRaisedAtMs, atMs)
        ? returned(state, known, atMs)
        : [];
    case 'suppressed':
    case 'unsuppressed':
      return known?.active === true ? suppressed(state, known, t.to === 'suppressed', atMs) : [];
    case 'uncertain':
    case 'certain':
      // Shown beside the record while it lasts; nothing to keep.
      return [];
  }
}

/**
 * It rings as the rule in force says, also where it was seen under the version before: an evaluator that goes on to the new
 * one keeps what still holds without a word, and says of the rest that it is over (AL-55).
 */
function raised(state: AlarmsState, known: Alarm | undefined, t: Transition, atMs: number): AlarmEvent[] {
  const inForce = state.rules.get(t.rule);
  if (inForce === undefined || !inForce.enabled) return [];
  // Another server has rung it, and seen it over since.
  const endedAtMs = known === undefined ? state.ended.get(t.alarm) : known.returnedAtMs;
  if (known?.active !== true && endedAtMs != null && isLate(endedAtMs, atMs)) return [];
  const isSuppressed = t.suppressed === true;
  const isSameVersion = known?.ruleVersion === inForce.version;
  if (known?.active === true && isSameVersion) return suppressed(state, known, isSuppressed, atMs);
  const told: Told = {
    id: t.alarm,
    number: known?.number ?? watchOf(state).lastNumber + 1,
    rule: t.rule,
    name: inForce.rule.name,
    priority: inForce.rule.priority,
    ruleVersion: inForce.version,
    subject: t.subject,
    facts: t.facts,
    active: true,
    suppressed: isSuppressed,
  };
  const a = known === undefined ? newAlarm(told, null, atMs) : { ...known, ...told };
  const grouping = new Grouping(state);
  grouping.join(a);
  const parent = grouping.parentOf(a.id);
  const rung = known !== undefined && isSameVersion ? repeatedAs(a, parent, atMs) : raisedAs(a, parent, atMs);
  return [rung, ...grouping.events(atMs, new Set([a.id]))];
}

const placed = ({ suppressed }: Alarm, parent: string | null) => ({
  ...(parent !== null && { parent }),
  ...(suppressed && { suppressed }),
});

/** It rings for the first time, or goes on under a new version of its rule. */
export function raisedAs(a: Alarm, parent: string | null, atMs: number): AlarmEvent {
  const { id, number, rule, ruleVersion, name, priority, subject, facts } = a;
  const told = { id, number, atMs, rule, ruleVersion, name, priority, subject, facts };
  return { type: 'alarm.raised', payload: { ...told, ...placed(a, parent) } };
}

function repeatedAs(a: Alarm, parent: string | null, atMs: number): AlarmEvent {
  return { type: 'alarm.repeated', payload: { id: a.id, atMs, facts: a.facts, ...placed(a, parent) } };
}

function again(known: Alarm, t: Transition, atMs: number): AlarmEvent[] {
  if (atMs - known.lastRaisedAtMs < AGAIN_EVERY_MS) return [];
  return [{ type: 'alarm.repeated', payload: { id: known.id, atMs, facts: t.facts } }];
}

function returned(state: AlarmsState, known: Alarm, atMs: number): AlarmEvent[] {
  const grouping = new Grouping(state);
  grouping.leave([known.id]);
  return [{ type: 'alarm.returned', payload: { id: known.id, atMs } }, ...grouping.events(atMs)];
}

function suppressed(state: AlarmsState, known: Alarm, wanted: boolean, atMs: number): AlarmEvent[] {
  if (known.suppressed === wanted) return [];
  const { id } = known;
  const said: AlarmEvent = { type: 'alarm.suppressed', payload: { id, atMs, suppressed: wanted } };
  const grouping = new Grouping(state);
  grouping.join({ ...known, suppressed: wanted });
  const moved = grouping.events(atMs, new Set([id]));
  const parent = grouping.parentOf(id);
  if (parent === null) return [said, ...moved];
  // Before it is back in sight, so that it does not ring first.
  return [{ type: 'alarm.grouped', payload: { id, atMs, parent } }, said, ...moved];
}
