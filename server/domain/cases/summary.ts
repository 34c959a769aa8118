/** What is kept of a case when it is over: enough to judge how it went and to be found at its place again. */
import type { CaseSummary } from '../rules/evaluation.ts';
import { departmentsOf, isHandledHere, type Incident } from './state.ts';

const least = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((t) => t !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};
const most = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((t) => t !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};
const between = (from: number | undefined, to: number | undefined): number[] =>
  from === undefined || to === undefined ? [] : [Math.max(0, (to - from) / 1_000)];

/** Null for what is not over, was part of another case, or was never handled here. */
export function summaryOf(i: Incident): CaseSummary | null {
  if (i.closedAtMs === null || i.mergedInto !== null || !isHandledHere(i)) return null;
  const tasks: Record<string, { onTime: number; late: string[] }> = {};
  for (const t of i.tasks) {
    const own = (tasks[t.department] ??= { onTime: 0, late: [] });
    if (t.overdue === true) own.late.push(t.id);
    else if (t.status === 'done') own.onTime++;
  }
  const returns: Record<string, number> = {};
  for (const d of i.returnedBy) returns[d] = (returns[d] ?? 0) + 1;
  const { street, position } = i.facts;
  return {
    id: i.id,
    number: i.number,
    category: i.facts.category,
    severity: i.facts.severity,
    title: i.facts.title,
    lead: i.lead,
    departments: [...new Set([...departmentsOf(i), ...i.tasks.map((t) => t.department), ...i.returnedBy])],
    ...(street !== undefined && { street }),
    ...(position && { position }),
    reportedAtMs: i.reportedAtMs,
    dispatchedAtMs: i.dispatchedAtMs ?? undefined,
    firstEnRouteAtMs: least(i.assignments.map((a) => a.enRouteAtMs)),
    firstOnSceneAtMs: least(i.assignments.map((a) => a.onSceneAtMs)),
    lastOnSceneAtMs: most(i.assignments.map((a) => a.onSceneAtMs)),
    resolvedAtMs: i.resolvedAtMs ?? undefined,
    closedAtMs: i.closedAtMs,
    turnouts: i.assignments.flatMap((a) => between(a.assignedAtMs, a.enRouteAtMs)),
    travels: i.assignments.flatMap((a) => between(a.enRouteAtMs, a.onSceneAtMs)),
    deadlines: i.deadlines
      .filter((d) => d.state === 'met' || d.state === 'missed')
      .map((d) => ({ reach: d.reach, met: d.state === 'met' })),
    tasks,
    returns,
    hops: i.hops,
    reopened: i.reopened,
    overrides: i.overrides,
    ...(i.evaluation && { evaluation: i.evaluation }),
  };
}
