/**
 * Applies an event to the state of alarms, and says which alarms rang by it: once in an activation, as soon as one calls for
 * somebody (AL-52). It asks no rule, so that the journal reads the same whatever the rules say by then. Events about alarms
 * that are over change nothing.
 */
import { SYSTEM, type By } from '../../cases/events.ts';
import { isCalling, isOver, newAlarm, unanswered, type Alarm } from './alarm.ts';
import type { AlarmEvent, AlarmEventPayloads } from './events.ts';
import { LATE_AT_MOST_MS, watchOf, type AlarmsState, type RuleState } from './state.ts';

const nobody: readonly string[] = [];

/** Answers the ids of the alarms that rang. */
export function evolveAlarms(state: AlarmsState, event: AlarmEvent): readonly string[] {
  switch (event.type) {
    case 'alarm.raised':
      return settle(state, raised(state, event.payload), event.payload.atMs);
    case 'alarm.repeated':
      return change(state, event.payload, (a) => repeated(a, event.payload));
    case 'alarm.returned':
      return change(state, event.payload, (a) => ({
        ...a,
        active: false,
        suppressed: false,
        returnedAtMs: event.payload.atMs,
      }));
    case 'alarm.suppressed': {
      const { suppressed } = event.payload;
      return change(state, event.payload, (a) => ({
        ...a,
        suppressed,
        parent: suppressed ? null : a.parent,
      }));
    }
    case 'alarm.grouped':
      return change(state, event.payload, (a) => ({ ...a, parent: event.payload.parent }));
    case 'alarm.acknowledged':
      return changeAll(state, event.payload, (a) => ({ ...a, acknowledged: done(event.payload) }));
    case 'alarm.shelved': {
      const { untilMs, reason } = event.payload;
      return changeAll(state, event.payload, (a) => ({
        ...a,
        shelved: { ...done(event.payload), untilMs, reason },
      }));
    }
    case 'alarm.unshelved':
      return changeAll(state, event.payload, (a) => ({ ...a, ...unanswered, shelved: null }));
    case 'alarm.service-changed': {
      const { inService, reason = '' } = event.payload;
      return changeAll(state, event.payload, (a) =>
        inService
          ? { ...a, ...unanswered, outOfService: null }
          : { ...a, shelved: null, outOfService: { ...done(event.payload), reason } },
      );
    }
    case 'alarm.escalated': {
      const { to, atMs, by } = event.payload;
      return changeAll(state, event.payload, (a) => ({
        ...a,
        escalated: { to, atMs, times: (a.escalated?.times ?? 0) + 1 },
        steps: by.id === SYSTEM.id ? a.steps + 1 : a.steps,
      }));
    }
    case 'alarm.became-incident': {
      const { incident, number } = event.payload;
      return changeAll(state, event.payload, (a) => ({ ...a, incident: { id: incident, number } }));
    }
    case 'alarm.flood-began': {
      const { atMs, rung } = event.payload;
      state.watch.set('now', { ...watchOf(state), flood: { sinceMs: atMs, rung } });
      return nobody;
    }
    case 'alarm.flood-ended':
      state.watch.set('now', { ...watchOf(state), flood: null });
      return nobody;
    case 'alarm.operators-changed':
      state.watch.set('now', { ...watchOf(state), operators: event.payload.operators });
      return nobody;
    case 'rule.saved': {
      const { rule, enabled, version } = event.payload;
      state.rules.set(rule.id, { rule, enabled, version, changed: changedBy(event.payload) });
      return nobody;
    }
    case 'rule.switched': {
      const { id, enabled, version } = event.payload;
      const before = state.rules.get(id);
      if (before === undefined) return nobody;
      state.rules.set(id, { ...before, enabled, version, changed: changedBy(event.payload) });
      return nobody;
    }
    case 'rule.deleted': {
      const before = state.rules.get(event.payload.id);
      if (before === undefined) return nobody;
      state.retired.set(before.rule.id, before.version);
      state.rules.delete(before.rule.id);
      return nobody;
    }
  }
}

function raised(state: AlarmsState, p: AlarmEventPayloads['alarm.raised']): Alarm {
  const watch = watchOf(state);
  if (p.number > watch.lastNumber) state.watch.set('now', { ...watch, lastNumber: p.number });
  const { id, number, rule, ruleVersion, name, priority, subject, facts, atMs, parent = null } = p;
  const suppressed = p.suppressed === true;
  const told = { id, number, rule, ruleVersion, name, priority, subject, facts, active: true, suppressed };
  const before = state.byId.get(id);
  if (before === undefined) return newAlarm(told, parent, atMs);
  const next = { ...before, ...told, parent, returnedAtMs: null };
  // Under a new version of its rule an active one goes on; it calls again only where it matters more than before (AL-58).
  if (before.active && priority >= before.priority) return next;
  return { ...next, ...unanswered, lastRaisedAtMs: atMs, count: before.count + 1 };
}

function repeated(a: Alarm, p: AlarmEventPayloads['alarm.repeated']): Alarm {
  const next = { ...a, facts: p.facts, lastRaisedAtMs: p.atMs, count: a.count + 1 };
  if (a.active) return next;
  return {
    ...next,
    ...unanswered,
    active: true,
    suppressed: p.suppressed === true,
    returnedAtMs: null,
    parent: p.parent ?? null,
  };
}

const done = ({ by, atMs }: { readonly by: By; readonly atMs: number }) => ({ by: by.name, atMs });

function changedBy(p: {
  readonly by: By;
  readonly atMs: number;
  readonly reason?: string;
}): RuleState['changed'] {
  return { ...done(p), ...(p.reason !== undefined && { reason: p.reason }) };
}

function change(
  state: AlarmsState,
  { id, atMs }: { readonly id: string; readonly atMs: number },
  how: (a: Alarm) => Alarm,
): readonly string[] {
  const before = state.byId.get(id);
  return before === undefined ? nobody : settle(state, how(before), atMs);
}

function changeAll(
  state: AlarmsState,
  { alarms, atMs }: { readonly alarms: readonly string[]; readonly atMs: number },
  how: (a: Alarm) => Alarm,
): readonly string[] {
  return alarms.flatMap((id) => change(state, { id, atMs }, how));
}

function noteEnd({ ended }: AlarmsState, { id, returnedAtMs }: Alarm): void {
  if (returnedAtMs === null) return;
  ended.delete(id);
  ended.set(id, returnedAtMs);
  // The newest are last.
  for (const [before, atMs] of ended.entries()) {
    if (returnedAtMs - atMs < LATE_AT_MOST_MS) break;
    ended.delete(before);
  }
}

/** Stores what became of an alarm: it rings where it calls and has not yet, and is no record where it is over. */
function settle(state: AlarmsState, a: Alarm, atMs: number): readonly string[] {
  const before = state.byId.get(a.id);
  // Their records tell how many they explain.
  for (const parent of [before?.parent, a.parent]) if (parent != null) state.touched.alarms.add(parent);
  if (isOver(a)) {
    state.byId.delete(a.id);
    state.index.remove(a.id);
    noteEnd(state, a);
    return nobody;
  }
  const rings = isCalling(a) && a.rangAtMs === null;
  const after = rings ? { ...a, rangAtMs: atMs } : a;
  state.byId.set(a.id, after);
  state.index.put(after);
  if (!rings) return nobody;
  state.rings.add(atMs, a.priority);
  const watch = watchOf(state);
  if (watch.flood !== null)
    state.watch.set('now', { ...watch, flood: { ...watch.flood, rung: watch.flood.rung + 1 } });
  return [a.id];
}
