/**
 * The state of all cases. An incident is an immutable value that `evolve` replaces; the maps note how to take a change
 * back. Only `evolve` writes here, so that events read from the journal lead to the same state.
 */
import type {
  Assignment,
  CallReport,
  Deadline,
  Evaluation,
  Stage,
  Task,
  Triage,
} from '../../contract/cases.ts';
import type { LocalText } from '../../contract/text.ts';
import { OpenByPlace, type DuplicateHint, type NearnessOf } from '../duplicates.ts';
import { UndoLog, UndoMap } from '../undo.ts';
import type { IncidentFacts } from './events.ts';

export interface Incident {
  readonly id: string;
  readonly number: number;
  readonly feed: string;
  readonly externalId: string;
  readonly reportedAtMs: number;
  /** The source's time of its newest report: an older one never moves it back (IN-2). */
  readonly updatedAtMs: number;
  readonly receivedAtMs: number;
  /** When anything was last done about it, by the server's clock. */
  readonly touchedAtMs: number;
  readonly closedAtMs: number | null;
  readonly facts: IncidentFacts;
  readonly hints: readonly DuplicateHint[];
  readonly stage: Stage;
  readonly version: number;
  /** Who made its last decision, by name. */
  readonly decidedBy: string | null;
  readonly claim: { readonly user: string; readonly name: string; readonly atMs: number } | null;
  readonly triage: Triage | null;
  readonly plan: { readonly id: string; readonly name: LocalText; readonly level: number } | null;
  readonly lead: string | null;
  readonly support: readonly string[];
  readonly hops: number;
  /** Departments that gave it back; each may once. */
  readonly returnedBy: readonly string[];
  readonly assignments: readonly Assignment[];
  readonly tasks: readonly Task[];
  readonly deadlines: readonly Deadline[];
  readonly supervised: { readonly by: string; readonly atMs: number; readonly reason: string } | null;
  readonly calls: readonly CallReport[];
  readonly notified: readonly { readonly facility: string; readonly atMs: number }[];
  readonly mergedInto: string | null;
  readonly merged: readonly string[];
  /** Incidents that people have said are other events. */
  readonly apart: readonly string[];
  readonly reopened: number;
  /** When it was last found not done, or opened again: what was done before does not finish it (IN-36). */
  readonly resumedAtMs: number | null;
  /** Facts that people here have corrected: the source does not undo them (IN-46). */
  readonly corrected: readonly (keyof IncidentFacts)[];
  readonly overrides: number;
  readonly evaluation: Evaluation | null;
  readonly result: string | null;
  /** Ids of people who handled it; none of them may verify it (IN-35). */
  readonly handlers: readonly string[];
  readonly dispatchedAtMs: number | null;
  readonly resolvedAtMs: number | null;
}

export interface UnitService {
  readonly inService: boolean;
  readonly by: string;
  readonly atMs: number;
  readonly reason?: string;
}

export interface CasesState {
  readonly undo: UndoLog;
  readonly byId: UndoMap<string, Incident>;
  readonly bySource: UndoMap<string, string>;
  /** The incident that each sent unit works on: a unit is in at most one (DI-1). */
  readonly unitOf: UndoMap<string, string>;
  /** Units taken out of service, or put into it, from here. */
  readonly service: UndoMap<string, UnitService>;
  readonly openByPlace: OpenByPlace;
  /** `last`: the highest number given. */
  readonly numbers: UndoMap<'last', number>;
  /** Ids of incidents and units that were written since somebody emptied these: whose records have to be made anew. */
  readonly touched: { readonly incidents: Set<string>; readonly units: Set<string> };
}

/** Numbers that people say aloud start where they have four digits. */
const FIRST_NUMBER = 1_000;

/** `undo` is shared with all state that is decided together. */
export function emptyCases(nearness?: NearnessOf, undo: UndoLog = new UndoLog()): CasesState {
  const touched = { incidents: new Set<string>(), units: new Set<string>() };
  const unit = (id: string): void => void touched.units.add(id);
  return {
    undo,
    touched,
    byId: new UndoMap(undo, (id) => touched.incidents.add(id)),
    bySource: new UndoMap(undo),
    unitOf: new UndoMap(undo, unit),
    service: new UndoMap(undo, unit),
    openByPlace: new OpenByPlace(undo, nearness),
    numbers: new UndoMap(undo),
  };
}

export const lastNumber = (state: CasesState): number => state.numbers.get('last') ?? FIRST_NUMBER - 1;
export const sourceKey = (feed: string, externalId: string): string => `${feed}\u0000${externalId}`;

export const isOpen = (i: Incident): boolean => i.closedAtMs === null;
/** Units that were sent and are not free yet. */
export const activeAssignments = (i: Incident): Assignment[] =>
  i.assignments.filter((a) => a.status !== 'cleared');
/** True once people here have done something about it: its source no longer decides when it ends. */
export const isHandledHere = (i: Incident): boolean =>
  i.claim !== null || i.handlers.length > 0 || i.assignments.length > 0 || i.mergedInto !== null;

/** The case that an incident is part of: itself, or the one it was merged into. */
export function caseOf(state: CasesState, id: string): Incident | undefined {
  let incident = state.byId.get(id);
  // Merging makes no circles; the bound only keeps a fault from hanging the process.
  for (let steps = 0; incident?.mergedInto != null && steps < 50; steps++)
    incident = state.byId.get(incident.mergedInto) ?? incident;
  return incident;
}

/** What was done, or is owed, since the case was last opened. */
export const assignmentsNow = (i: Incident): Assignment[] =>
  i.assignments.filter((a) => a.status !== 'cleared' || a.assignedAtMs >= (i.resumedAtMs ?? 0));
export const doneNow = (i: Incident): Task[] =>
  i.tasks.filter((t) => t.status === 'done' && (t.doneAtMs ?? 0) >= (i.resumedAtMs ?? 0));

/** Departments that a case concerns; one that gave its task back is none of them. */
export function departmentsOf(i: Incident): Set<string> {
  return new Set([
    ...(i.lead === null ? [] : [i.lead]),
    ...i.support,
    ...i.tasks.filter(isConcern).map((t) => t.department),
    ...i.assignments.map((a) => a.department),
  ]);
}

export const isConcern = (t: Pick<Task, 'status'>): boolean =>
  t.status !== 'returned' && t.status !== 'cancelled';

/** The source's own ids of a feed's open incidents, with ours. */
export function openIncidentsOfFeed(state: CasesState, feedId: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const i of state.byId.values()) if (i.feed === feedId && isOpen(i)) out.set(i.externalId, i.id);
  return out;
}

/** Our id of an incident that a source knows by its own, where it is open. */
export function openIncidentOf(state: CasesState, feedId: string, externalId: string): string | undefined {
  const id = state.bySource.get(sourceKey(feedId, externalId));
  const known = id === undefined ? undefined : state.byId.get(id);
  return known !== undefined && isOpen(known) ? known.id : undefined;
}

/**
 * Drops incidents that were closed before `beforeMs` from memory and names them; the journal keeps them. Afterwards a
 * source that uses the same id again begins a new incident (IN-5).
 */
export function forgetClosed(state: CasesState, beforeMs: number): string[] {
  const gone: string[] = [];
  for (const i of state.byId.values()) {
    if (i.closedAtMs === null || Math.max(i.closedAtMs, i.touchedAtMs) >= beforeMs) continue;
    gone.push(i.id);
    state.byId.delete(i.id);
    if (state.bySource.get(sourceKey(i.feed, i.externalId)) === i.id) {
      state.bySource.delete(sourceKey(i.feed, i.externalId));
    }
  }
  return gone;
}
