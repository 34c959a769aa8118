/** What a unit's work on a case can become, and since when it is what it is. Pure. */
import { assignmentStatuses, type Assignment, type AssignmentStatus } from '../../server/contract/cases.ts';

const carries = new Set<Assignment['kind']>(['ambulance']);

/** In the order of the work, the likeliest first; only what carries people transports them. */
export function laterStatuses(a: Pick<Assignment, 'status' | 'kind'>): readonly AssignmentStatus[] {
  if (a.status === 'cleared') return [];
  const at = assignmentStatuses.indexOf(a.status);
  return assignmentStatuses
    .slice(at + 1)
    .filter((s) => carries.has(a.kind) || (s !== 'transporting' && s !== 'at-facility'));
}

export function sinceMs(a: Assignment): number {
  const times: Readonly<Record<AssignmentStatus, number | undefined>> = {
    dispatched: a.assignedAtMs,
    'en-route': a.enRouteAtMs,
    'on-scene': a.onSceneAtMs,
    transporting: a.transportingAtMs,
    'at-facility': a.atFacilityAtMs,
    cleared: a.clearedAtMs,
  };
  return times[a.status] ?? a.assignedAtMs;
}
