/** When a case is handled: all that went are free again, all that was owed is done (IN-33). */
import { stageIndex } from '../../contract/cases.ts';
import { SYSTEM, type CaseEvent } from './events.ts';
import { assignmentsNow, doneNow, type Incident } from './state.ts';

/**
 * The case resolves itself with the last unit that clears, or the last task that is done: somebody was at the scene or a
 * task was done, nobody is on the way, nothing is owed. A task of one that only supports says nothing of a case to which
 * nobody was sent yet. `after`: what is just being decided.
 */
export function autoResolve(
  i: Incident,
  after: { readonly cleared?: string; readonly done?: string; readonly returned?: string },
  nowMs: number,
): CaseEvent[] {
  if (stageIndex(i.stage) >= stageIndex('resolved')) return [];
  const busy = i.assignments.some((a) => a.status !== 'cleared' && a.unit !== after.cleared);
  const owed = i.tasks.some(
    (t) => (t.status === 'open' || t.status === 'accepted') && t.id !== after.done && t.id !== after.returned,
  );
  const done =
    assignmentsNow(i).some((a) => a.onSceneAtMs !== undefined) ||
    [...doneNow(i), ...i.tasks.filter((t) => t.id === after.done)].some((t) => t.lead || i.plan !== null);
  if (busy || owed || !done) return [];
  return [{ type: 'incident.resolved', payload: { id: i.id, atMs: nowMs, by: SYSTEM } }];
}
