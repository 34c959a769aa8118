/** Applies an event to the state of cases. Events about incidents that the state has forgotten change nothing. */
import type { Assignment, Task } from '../../contract/cases.ts';
import {
  cancelled,
  changed,
  correctedBy,
  decided,
  handledBy,
  isOwed,
  isSameTask,
  newTask,
  oblige,
  ofTask,
  ofUnit,
  stamp,
  touched,
} from './changes.ts';
import type { CaseEvent, CaseEventPayloads, IncidentFacts } from './events.ts';
import { progress, reach, runs, stageWith } from './stages.ts';
import { isOpen, lastNumber, sourceKey, type CasesState, type Incident } from './state.ts';

export function evolveCases(state: CasesState, event: CaseEvent): void {
  if (event.type === 'incident.reported') {
    reported(state, event.payload);
    return;
  }
  if (event.type === 'unit.service-changed') {
    const { unit, inService, by, atMs, reason } = event.payload;
    state.service.set(unit, { inService, by: by.name, atMs, ...(reason !== undefined && { reason }) });
    return;
  }
  const before = state.byId.get(event.payload.id);
  if (before === undefined) return;
  const after = change(state, before, event);
  state.byId.set(after.id, after);
  if (isOpen(after) && after.mergedInto === null) place(state, after);
  else unplace(state, after);
  if (isOpen(before) && !isOpen(after)) closed(state, after);
}

function reported(state: CasesState, p: CaseEventPayloads['incident.reported']): void {
  const call = {
    id: `${p.id}/1`,
    incident: p.id,
    channel: p.facts.channel,
    atMs: p.atMs,
    title: p.facts.title,
    ...(p.facts.detail && { detail: p.facts.detail }),
    ...(p.facts.position && { position: p.facts.position }),
    ...(p.facts.address !== undefined && { address: p.facts.address }),
    ...(p.facts.caller && { caller: p.facts.caller }),
  };
  const incident: Incident = {
    id: p.id,
    number: p.number,
    feed: p.feed,
    externalId: p.externalId,
    reportedAtMs: p.atMs,
    updatedAtMs: p.updatedAtMs,
    receivedAtMs: p.receivedAtMs,
    touchedAtMs: p.receivedAtMs,
    closedAtMs: null,
    facts: p.facts,
    hints: p.hints,
    stage: 'reported',
    version: 0,
    decidedBy: null,
    claim: null,
    triage: null,
    plan: null,
    lead: p.obligations?.lead ?? null,
    support: p.obligations?.support ?? [],
    hops: 0,
    returnedBy: [],
    assignments: [],
    tasks: [],
    deadlines: p.obligations?.deadlines ?? [],
    supervised: null,
    calls: [call],
    notified: [],
    mergedInto: null,
    merged: [],
    apart: [],
    reopened: 0,
    resumedAtMs: null,
    corrected: [],
    overrides: 0,
    evaluation: null,
    result: null,
    handlers: [],
    dispatchedAtMs: null,
    resolvedAtMs: null,
  };
  state.byId.set(p.id, incident);
  state.bySource.set(sourceKey(p.feed, p.externalId), p.id);
  state.numbers.set('last', Math.max(lastNumber(state), p.number));
  place(state, incident);
  for (const hint of p.hints) {
    const other = state.byId.get(hint.incident);
    if (other) state.byId.set(other.id, { ...other, hints: [...other.hints, { ...hint, incident: p.id }] });
  }
}

type Changing = Exclude<CaseEvent, { type: 'incident.reported' | 'unit.service-changed' }>;

/** The incident after the event; maps beside it are written here too. */
function change(state: CasesState, i: Incident, event: Changing): Incident {
  switch (event.type) {
    case 'incident.updated':
      return { ...i, ...stamp(event.payload), facts: changed(i.facts, event.payload.changes) };
    case 'incident.closed':
      return { ...end(state, i, event.payload.updatedAtMs), ...stamp(event.payload) };
    case 'incident.reopened':
      return { ...i, ...stamp(event.payload), closedAtMs: null, stage: 'reported' };
    case 'incident.edited': {
      const { changes, obligations } = event.payload;
      const facts = changed(i.facts, changes);
      const corrected = correctedBy(i, Object.keys(changes) as (keyof IncidentFacts)[]);
      return decided({ ...oblige(i, obligations, event.payload.atMs), facts, corrected }, event.payload);
    }
    case 'incident.called': {
      const { call, atMs } = event.payload;
      return touched({ ...i, calls: [...i.calls, { ...call, incident: i.id, atMs }] }, atMs);
    }
    case 'incident.triaged': {
      const { triage, category, severity, obligations, atMs } = event.payload;
      const facts = { ...i.facts, category, severity };
      const corrected = correctedBy(i, ['category', 'severity']);
      const next = { ...oblige(i, obligations, atMs), triage, facts, corrected };
      return decided(reach(next, 'triaged', atMs), event.payload);
    }
    case 'incident.claimed': {
      const { by, atMs } = event.payload;
      return decided({ ...handledBy(i, by), claim: { user: by.id, name: by.name, atMs } }, event.payload);
    }
    case 'incident.released':
      return decided({ ...i, claim: null }, event.payload);
    case 'incident.assigned':
      return assigned(state, i, event.payload);
    case 'assignment.progressed':
      return progressed(state, i, event.payload);
    case 'unit.par-answered': {
      const { unit, parDueAtMs, atMs } = event.payload;
      return touched(
        ofUnit(i, unit, ({ parOverdue: _overdue, ...a }) => ({ ...a, parDueAtMs })),
        atMs,
      );
    }
    case 'unit.par-overdue':
      return ofUnit(i, event.payload.unit, (a) => ({ ...a, parOverdue: true }));
    case 'incident.transferred': {
      const { from, lead, support, returned, tasks, atMs } = event.payload;
      const left = i.tasks.map((t): Task => {
        const theirs = t.lead && t.department === from && isOwed(t);
        return theirs ? { ...t, status: returned ? 'returned' : 'cancelled' } : t;
      });
      const next: Incident = {
        ...i,
        lead,
        support,
        hops: i.hops + 1,
        returnedBy: returned && from !== null ? [...i.returnedBy, from] : i.returnedBy,
        tasks: [...left, ...tasks.map((t) => newTask(t, atMs))],
      };
      return decided(next, event.payload);
    }
    case 'incident.tasked': {
      const { tasks, atMs } = event.payload;
      return decided({ ...i, tasks: [...i.tasks, ...tasks.map((t) => newTask(t, atMs))] }, event.payload);
    }
    case 'task.accepted': {
      const { task, by, atMs } = event.payload;
      const next = ofTask(i, task, (t) => ({ ...t, status: 'accepted', acceptedAtMs: atMs, by: by.name }));
      return touched(handledBy(next, by), atMs);
    }
    case 'task.returned': {
      const { task, by, atMs, reason } = event.payload;
      const next = ofTask(i, task, (t) => ({ ...t, status: 'returned', by: by.name, note: reason }));
      return touched(next, atMs);
    }
    case 'task.done': {
      const { task, by, atMs, result } = event.payload;
      const next = ofTask(i, task, (t) => ({
        ...t,
        status: 'done',
        doneAtMs: atMs,
        acceptedAtMs: t.acceptedAtMs ?? atMs,
        by: by.name,
        ...(result !== undefined && { note: result }),
      }));
      return touched(handledBy(next, by), atMs);
    }
    case 'task.overdue':
      return ofTask(i, event.payload.task, (t) => ({ ...t, overdue: true }));
    case 'incident.resolved': {
      const { by, atMs, result, override } = event.payload;
      const next = reach(by.id === 'system' ? i : handledBy(i, by), 'resolved', atMs);
      return decided(
        {
          ...next,
          result: result ?? i.result,
          resolvedAtMs: atMs,
          overrides: i.overrides + (override === undefined ? 0 : 1),
        },
        event.payload,
      );
    }
    case 'incident.verified':
      return decided(reach(i, 'verified', event.payload.atMs), event.payload);
    case 'incident.rejected':
    case 'incident.resumed': {
      const open = { ...i, closedAtMs: null, stage: 'triaged' as const, claim: null, evaluation: null };
      const { atMs: resumedAtMs } = event.payload;
      const again = { ...open, resolvedAtMs: null, result: null, reopened: i.reopened + 1, resumedAtMs };
      return decided(again, event.payload);
    }
    case 'incident.ended': {
      const { by, atMs, override } = event.payload;
      const ended = end(state, i, atMs);
      if (override === undefined) return decided(ended, event.payload);
      // Who ends a case out of its order has handled it: it is not its source's any more (IN-39).
      return decided({ ...handledBy(ended, by), overrides: i.overrides + 1 }, event.payload);
    }
    case 'incident.evaluated': {
      const { evaluation } = event.payload;
      return decided({ ...i, evaluation, stage: 'evaluated' }, event.payload);
    }
    case 'incident.merged':
      return merged(state, i, event.payload);
    case 'incident.unmerged': {
      const { from } = event.payload;
      const parent = state.byId.get(from);
      if (parent) {
        const left = { ...parent, merged: parent.merged.filter((id) => id !== i.id) };
        state.byId.set(parent.id, decided(left, event.payload));
      }
      return decided({ ...i, mergedInto: null }, event.payload);
    }
    case 'incident.set-apart': {
      const { other, atMs } = event.payload;
      const there = state.byId.get(other);
      if (there) state.byId.set(there.id, keptApart(there, i.id));
      return touched(keptApart(i, other), atMs);
    }
    case 'incident.supervised': {
      const { by, atMs, reason } = event.payload;
      return decided({ ...i, supervised: { by: by.name, atMs, reason } }, event.payload);
    }
    case 'incident.noted':
      return touched(i, event.payload.atMs);
    case 'incident.revealed':
      return i;
    case 'deadline.changed': {
      const { reach: which, state: next, escalations, to } = event.payload;
      return {
        ...i,
        deadlines: i.deadlines.map((d) =>
          d.reach === which && runs(d)
            ? { ...d, state: next, escalations, ...(to !== undefined && { escalatedTo: to }) }
            : d,
        ),
      };
    }
  }
}

function assigned(state: CasesState, i: Incident, p: CaseEventPayloads['incident.assigned']): Incident {
  const { atMs, by } = p;
  for (const u of p.units) state.unitOf.set(u.unit, i.id);
  const sent = p.units.map((u): Assignment => ({
    ...u,
    status: 'dispatched',
    by: by.name,
    assignedAtMs: atMs,
  }));
  const next = {
    ...handledBy(i, by),
    plan: p.plan,
    assignments: [...i.assignments, ...sent],
    tasks: [...i.tasks, ...p.tasks.map((t) => newTask(t, atMs))],
    notified: [...i.notified, ...p.notified.map((facility) => ({ facility, atMs }))],
    overrides: i.overrides + (p.override === undefined ? 0 : 1),
    dispatchedAtMs: i.dispatchedAtMs ?? atMs,
  };
  return decided(reach(next, 'dispatched', atMs), p);
}

function progressed(state: CasesState, i: Incident, p: CaseEventPayloads['assignment.progressed']): Incident {
  if (p.status === 'cleared' && state.unitOf.get(p.unit) === i.id) state.unitOf.delete(p.unit);
  const next = ofUnit(i, p.unit, (a) => progress(a, p));
  const byHand = p.by.role === undefined ? next : handledBy(next, p.by);
  const overrides = i.overrides + (p.override === undefined ? 0 : 1);
  return touched(reach({ ...byHand, overrides }, stageWith(i.stage, p.status), p.atMs), p.atMs);
}

/** Frees its units, drops what departments still owed, ends its deadlines, and closes what was merged into it. */
function end(state: CasesState, i: Incident, atMs: number): Incident {
  const assignments = i.assignments.map((a) => {
    if (a.status === 'cleared') return a;
    if (state.unitOf.get(a.unit) === i.id) state.unitOf.delete(a.unit);
    return progress(a, { status: 'cleared', atMs });
  });
  for (const id of i.merged) {
    const child = state.byId.get(id);
    if (child && isOpen(child)) {
      const ended = end(state, child, atMs);
      state.byId.set(id, ended);
      closed(state, ended);
    }
  }
  const over = { ...i, assignments, tasks: cancelled(i.tasks), closedAtMs: atMs, claim: null };
  return reach(over, 'closed', atMs);
}

/** Takes a closed incident off the map of open ones, and its hints off the others. */
function closed(state: CasesState, i: Incident): void {
  unplace(state, i);
  for (const hint of i.hints) {
    const other = state.byId.get(hint.incident);
    if (other) state.byId.set(other.id, { ...other, hints: other.hints.filter((h) => h.incident !== i.id) });
  }
  const known = state.byId.get(i.id);
  if (known) state.byId.set(i.id, { ...known, hints: [] });
}

function merged(state: CasesState, i: Incident, p: CaseEventPayloads['incident.merged']): Incident {
  const parent = state.byId.get(p.into);
  if (parent === undefined) return i;
  const owed = i.tasks
    .filter((t) => isOwed(t) && !parent.tasks.some((p) => isOwed(p) && isSameTask(p, t)))
    .map((t) => ({ ...t, lead: t.department === parent.lead }));
  const moving = i.assignments.filter((a) => a.status !== 'cleared');
  for (const a of moving) state.unitOf.set(a.unit, parent.id);
  const joined = moving.reduce(
    (into, a) => {
      const stage = stageWith(into.stage, a.status);
      return reach({ ...into, assignments: [...into.assignments, a] }, stage, p.atMs);
    },
    keptApart(
      {
        ...parent,
        merged: [...parent.merged, i.id],
        tasks: [...parent.tasks, ...owed],
        // Who has worked on a part has worked on the whole (IN-35).
        handlers: [...new Set([...parent.handlers, ...i.handlers])],
        dispatchedAtMs: parent.dispatchedAtMs ?? i.dispatchedAtMs,
      },
      i.id,
      false,
    ),
  );
  state.byId.set(parent.id, decided(joined, p));
  const rest = i.assignments.filter((a) => a.status === 'cleared');
  const left = { ...i, mergedInto: parent.id, claim: null, assignments: rest, tasks: cancelled(i.tasks) };
  return decided(left, p);
}

/** Drops the hint between two; `for ever` also keeps them from being hinted again. */
function keptApart(i: Incident, other: string, forEver = true): Incident {
  const hints = i.hints.filter((h) => h.incident !== other);
  return forEver && !i.apart.includes(other) ? { ...i, hints, apart: [...i.apart, other] } : { ...i, hints };
}

function place(state: CasesState, i: Incident): void {
  const { position, accuracyM, category } = i.facts;
  if (position === undefined) state.openByPlace.remove(i.id);
  else state.openByPlace.put({ id: i.id, category, position, accuracyM, atMs: i.reportedAtMs });
}
const unplace = (state: CasesState, i: Incident): void => state.openByPlace.remove(i.id);
