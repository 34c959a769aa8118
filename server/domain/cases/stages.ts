/** How a case goes from stage to stage, and what that does to its deadlines. */
import {
  stageIndex,
  type Assignment,
  type AssignmentStatus,
  type Deadline,
  type Stage,
} from '../../contract/cases.ts';
import type { Incident } from './state.ts';

const stageOfStatus: Readonly<Record<AssignmentStatus, Stage | null>> = {
  dispatched: 'dispatched',
  'en-route': 'en-route',
  'on-scene': 'on-scene',
  transporting: 'transporting',
  'at-facility': 'at-facility',
  cleared: null,
};
const handlingEnds = stageIndex('resolved');

/** The later of two stages. */
export const later = (a: Stage, b: Stage): Stage => (stageIndex(a) >= stageIndex(b) ? a : b);

/** The stage a case is at when a unit has this status; a case that is past handling stays where it is. */
export function stageWith(stage: Stage, status: AssignmentStatus): Stage {
  const reached = stageOfStatus[status];
  if (reached === null || stageIndex(stage) >= handlingEnds) return stage;
  return later(stage, reached);
}

/**
 * Deadlines as they stand once `stage` is reached: those it meets are met or missed; those of units' way that were never
 * reached because none went are void once the case is resolved.
 */
export function settleDeadlines(
  deadlines: readonly Deadline[],
  stage: Stage,
  atMs: number,
  unitsWent: boolean,
): readonly Deadline[] {
  const at = stageIndex(stage);
  if (!deadlines.some((d) => runs(d) && stageIndex(d.reach) <= at)) return deadlines;
  return deadlines.map((d) => {
    if (!runs(d) || stageIndex(d.reach) > at) return d;
    const ofUnits = d.reach === 'en-route' || d.reach === 'on-scene';
    if (ofUnits && !unitsWent && at >= handlingEnds && d.state !== 'overdue') {
      return { ...d, state: 'void', endedAtMs: atMs };
    }
    return { ...d, state: atMs <= d.dueAtMs ? 'met' : 'missed', endedAtMs: atMs };
  });
}

export const runs = (d: Deadline): boolean =>
  d.state === 'running' || d.state === 'warned' || d.state === 'overdue';

export const unitsWent = (i: Incident): boolean => i.assignments.some((a) => a.onSceneAtMs !== undefined);

/** Moves a case on to `stage` (never back) and settles its deadlines. */
export function reach(i: Incident, stage: Stage, atMs: number): Incident {
  const next = later(i.stage, stage);
  return { ...i, stage: next, deadlines: settleDeadlines(i.deadlines, next, atMs, unitsWent(i)) };
}

/** An assignment with a new status and its time. */
export function progress(
  a: Assignment,
  p: { status: AssignmentStatus; atMs: number; facility?: string; parDueAtMs?: number },
): Assignment {
  const { parDueAtMs: _due, parOverdue: _overdue, ...rest } = a;
  const stamped = { ...rest, status: p.status, ...(p.facility !== undefined && { facility: p.facility }) };
  switch (p.status) {
    case 'dispatched':
      return stamped;
    case 'en-route':
      return { ...stamped, enRouteAtMs: p.atMs };
    case 'on-scene':
      return {
        ...stamped,
        enRouteAtMs: a.enRouteAtMs ?? p.atMs,
        onSceneAtMs: p.atMs,
        ...(p.parDueAtMs !== undefined && { parDueAtMs: p.parDueAtMs }),
      };
    case 'transporting':
      return { ...stamped, transportingAtMs: p.atMs };
    case 'at-facility':
      return { ...stamped, atFacilityAtMs: p.atMs };
    case 'cleared':
      return { ...stamped, clearedAtMs: p.atMs };
  }
}
