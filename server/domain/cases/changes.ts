/** Small changes of an incident's value that several events share. Pure: each answers a new value. */
import type { Assignment, Deadline, Task } from '../../contract/cases.ts';
import type { By, FactChanges, IncidentFacts, NewTask, Obligations } from './events.ts';
import { runs, settleDeadlines, unitsWent } from './stages.ts';
import type { Incident } from './state.ts';

export const stamp = (p: { updatedAtMs: number; receivedAtMs: number }) => ({
  updatedAtMs: p.updatedAtMs,
  receivedAtMs: p.receivedAtMs,
  touchedAtMs: p.receivedAtMs,
});

/** Something was done about it here, now. */
export const touched = (i: Incident, atMs: number): Incident => ({
  ...i,
  touchedAtMs: Math.max(i.touchedAtMs, atMs),
});
/** A decision: whoever decided on the picture before it has to look again. */
export const decided = (i: Incident, { atMs, by }: { atMs: number; by: By }): Incident => ({
  ...touched(i, atMs),
  version: i.version + 1,
  decidedBy: by.name,
});

export const handledBy = (i: Incident, by: By): Incident =>
  i.handlers.includes(by.id) ? i : { ...i, handlers: [...i.handlers, by.id] };

export const correctedBy = (i: Incident, keys: readonly (keyof IncidentFacts)[]): Incident['corrected'] => [
  ...new Set([...i.corrected, ...keys]),
];

export function changed(facts: IncidentFacts, changes: FactChanges): IncidentFacts {
  const next = { ...facts, ...changes };
  return Object.fromEntries(Object.entries(next).filter(([, v]) => v !== null)) as never;
}

/**
 * Deadlines that have ended or are overdue stay as they are; running ones are replaced by the new kind's. Where a case was
 * handed on, who leads was decided by people and stays.
 */
export function oblige(i: Incident, obligations: Obligations | undefined, atMs: number): Incident {
  if (obligations === undefined) return i;
  const kept = i.deadlines.filter((d) => !runs(d) || d.state === 'overdue');
  const fresh = obligations.deadlines.filter((d) => !kept.some((k) => k.reach === d.reach));
  const deadlines: readonly Deadline[] = [...kept, ...fresh];
  const { lead, support } = i.hops > 0 ? i : obligations;
  return { ...i, lead, support, deadlines: settleDeadlines(deadlines, i.stage, atMs, unitsWent(i)) };
}

export const isOwed = (t: Task): boolean => t.status === 'open' || t.status === 'accepted';
export const isSameTask = (a: Task, b: Task): boolean =>
  a.department === b.department && a.title.zh === b.title.zh;
/** What was still owed is not owed any more. */
export const cancelled = (tasks: readonly Task[]): Task[] =>
  tasks.map((t) => (isOwed(t) ? { ...t, status: 'cancelled' } : t));
export const newTask = (t: NewTask, atMs: number): Task => ({ ...t, status: 'open', createdAtMs: atMs });

export function ofTask(i: Incident, id: string, f: (t: Task) => Task): Incident {
  return { ...i, tasks: i.tasks.map((t) => (t.id === id ? f(t) : t)) };
}
/** The unit's running assignment; those that ended stay as they were. */
export function ofUnit(i: Incident, unit: string, f: (a: Assignment) => Assignment): Incident {
  return {
    ...i,
    assignments: i.assignments.map((a) => (a.unit === unit && a.status !== 'cleared' ? f(a) : a)),
  };
}
