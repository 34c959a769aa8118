/** What the clock does to cases: warnings, missed deadlines and their escalation, tasks and crews that do not answer. */
import type { Role } from '../../contract/roles.ts';
import { SYSTEM, type CaseEvent } from './events.ts';
import type { Rules } from '../rules/rules.ts';
import { runs } from './stages.ts';
import { isOpen, type CasesState, type Incident } from './state.ts';

const MINUTE_MS = 60_000;

/** Events that are due at `nowMs`; asked again right after they were applied it answers none. */
export function decideTimers(state: CasesState, rules: Rules, nowMs: number): CaseEvent[] {
  const out: CaseEvent[] = [];
  for (const i of state.byId.values()) {
    if (!isOpen(i) || i.mergedInto !== null) continue;
    out.push(...deadlines(i, rules, nowMs), ...crews(i, nowMs), ...tasks(i, nowMs));
  }
  return out;
}

function deadlines(i: Incident, rules: Rules, nowMs: number): CaseEvent[] {
  const out: CaseEvent[] = [];
  for (const d of i.deadlines) {
    if (!runs(d) || nowMs < d.warnAtMs) continue;
    const change = (state: 'warned' | 'overdue', escalations: number, to?: Role): void => {
      out.push({
        type: 'deadline.changed',
        payload: {
          id: i.id,
          atMs: nowMs,
          by: SYSTEM,
          reach: d.reach,
          state,
          escalations,
          ...(to !== undefined && { to }),
        },
      });
    };
    if (nowMs < d.dueAtMs) {
      if (d.state === 'running') change('warned', 0);
      continue;
    }
    const due = rules
      .escalationOf(i.facts, d.reach)
      .filter((e) => nowMs >= d.dueAtMs + e.afterMinutes * MINUTE_MS);
    if (d.state !== 'overdue' || due.length > d.escalations) change('overdue', due.length, due.at(-1)?.to);
  }
  return out;
}

function crews(i: Incident, nowMs: number): CaseEvent[] {
  return i.assignments.flatMap((a): CaseEvent[] => {
    const silent =
      a.status === 'on-scene' && a.parDueAtMs !== undefined && a.parOverdue !== true && nowMs >= a.parDueAtMs;
    if (!silent) return [];
    return [{ type: 'unit.par-overdue', payload: { id: i.id, atMs: nowMs, by: SYSTEM, unit: a.unit } }];
  });
}

function tasks(i: Incident, nowMs: number): CaseEvent[] {
  return i.tasks.flatMap((t): CaseEvent[] => {
    const owed = t.status === 'open' || t.status === 'accepted';
    if (!owed || t.overdue === true || t.dueAtMs === undefined || nowMs < t.dueAtMs) return [];
    return [{ type: 'task.overdue', payload: { id: i.id, atMs: nowMs, by: SYSTEM, task: t.id } }];
  });
}
