/**
 * What can happen to a case, as the journal keeps it. Everything a decision worked out (deadlines, scores, who was free)
 * stands in the event, so that reading the journal never decides again, whatever the rulebook says by then.
 */
import type { AssignmentStatus, Deadline, Evaluation, Stage, Triage } from '../../contract/cases.ts';
import type { CategoryCode, Channel } from '../../contract/categories.ts';
import type { UnitDescription } from '../../contract/city-pack.ts';
import type { LonLat } from '../../contract/geo.ts';
import type { Role } from '../../contract/roles.ts';
import type { LocalText } from '../../contract/text.ts';
import type { DuplicateHint } from '../duplicates.ts';

/** What a source or a call taker says of an incident; all of it can change with an update. */
export interface IncidentFacts {
  readonly channel: Channel;
  readonly category: CategoryCode;
  readonly severity: number;
  readonly title: LocalText;
  readonly detail?: LocalText;
  readonly position?: LonLat;
  readonly accuracyM?: number;
  readonly address?: string;
  readonly district?: string;
  readonly street?: string;
  readonly sourceStatus?: string;
  readonly agency?: string;
  readonly units: readonly string[];
  readonly dueAtMs?: number;
  readonly caller?: { readonly name?: string; readonly phone?: string };
}
export type FactChanges = { readonly [K in keyof IncidentFacts]?: IncidentFacts[K] | null };

/** Who did it: a person with role and place, a unit's terminal, or the system. */
export interface By {
  readonly id: string;
  readonly name: string;
  readonly role?: Role;
  readonly department?: string;
  /** The console: address of the connection. */
  readonly from?: string;
}
export const SYSTEM: By = { id: 'system', name: 'system' };

/** Who is responsible and what it must keep, as worked out when it was reported or changed its kind. */
export interface Obligations {
  readonly lead: string | null;
  readonly support: readonly string[];
  readonly deadlines: readonly Deadline[];
}

export interface NewTask {
  readonly id: string;
  readonly department: string;
  readonly title: LocalText;
  readonly lead: boolean;
  readonly dueAtMs?: number;
}

export interface SentUnit {
  readonly unit: string;
  readonly callsign: string;
  readonly department: string;
  readonly kind: UnitDescription['kind'];
  readonly etaAtMs?: number;
}

interface Stamp {
  readonly id: string;
  readonly updatedAtMs: number;
  readonly receivedAtMs: number;
}
interface Act {
  readonly id: string;
  readonly atMs: number;
  readonly by: By;
}

/** Payloads by type. Those of sources carry the source's time and the arrival; those of people and clocks `atMs`, `by`. */
export interface CaseEventPayloads {
  'incident.reported': Stamp & {
    readonly number: number;
    readonly feed: string;
    readonly externalId: string;
    readonly atMs: number;
    readonly facts: IncidentFacts;
    readonly hints: readonly DuplicateHint[];
    /** Absent where its source handles it. */
    readonly obligations?: Obligations;
    readonly by?: By;
  };
  /** Only what changed; null takes a fact away. */
  'incident.updated': Stamp & { readonly changes: FactChanges };
  'incident.closed': Stamp & { readonly sourceStatus?: string };
  'incident.reopened': Stamp & { readonly sourceStatus?: string };

  'incident.edited': Act & { readonly changes: FactChanges; readonly obligations?: Obligations };
  'incident.called': Act & {
    readonly call: {
      readonly id: string;
      readonly channel: Channel;
      readonly detail?: LocalText;
      readonly position?: LonLat;
      readonly address?: string;
      readonly caller?: { readonly name?: string; readonly phone?: string };
    };
  };
  'incident.triaged': Act & {
    readonly triage: Triage;
    readonly category: CategoryCode;
    readonly severity: number;
    readonly obligations?: Obligations;
  };
  'incident.claimed': Act & { readonly from?: string };
  'incident.released': Act;
  'incident.assigned': Act & {
    readonly units: readonly SentUnit[];
    readonly plan: { readonly id: string; readonly name: LocalText; readonly level: number };
    readonly tasks: readonly NewTask[];
    readonly notified: readonly string[];
    readonly override?: string;
  };
  'assignment.progressed': Act & {
    readonly unit: string;
    readonly status: AssignmentStatus;
    readonly facility?: string;
    readonly parDueAtMs?: number;
    readonly override?: string;
  };
  'unit.par-answered': Act & { readonly unit: string; readonly parDueAtMs: number };
  'unit.par-overdue': Act & { readonly unit: string };
  'incident.transferred': Act & {
    readonly from: string | null;
    readonly lead: string;
    readonly support: readonly string[];
    readonly reason: string;
    /** Given back by the department that led. */
    readonly returned: boolean;
    readonly arbiter: boolean;
    readonly tasks: readonly NewTask[];
  };
  'incident.tasked': Act & { readonly tasks: readonly NewTask[] };
  'task.accepted': Act & { readonly task: string };
  'task.returned': Act & { readonly task: string; readonly reason: string };
  'task.done': Act & { readonly task: string; readonly result?: string };
  'task.overdue': Act & { readonly task: string };
  'incident.resolved': Act & { readonly result?: string; readonly override?: string };
  'incident.verified': Act & { readonly reason?: string };
  /** Checked and found not done: it is handled again. */
  'incident.rejected': Act & { readonly reason: string };
  'incident.ended': Act & { readonly override?: string };
  'incident.evaluated': Act & { readonly evaluation: Evaluation };
  'incident.resumed': Act & { readonly reason: string };
  'incident.merged': Act & { readonly into: string; readonly number: number };
  'incident.unmerged': Act & { readonly from: string; readonly number: number };
  'incident.set-apart': Act & { readonly other: string; readonly number: number };
  'incident.noted': Act & { readonly text: string; readonly attachments?: readonly string[] };
  'incident.supervised': Act & { readonly reason: string };
  'incident.revealed': Act & { readonly reason: string };
  'deadline.changed': Act & {
    readonly reach: Stage;
    readonly state: Deadline['state'];
    readonly escalations: number;
    readonly to?: Role;
  };
  /** About a unit alone; `id` is empty. */
  'unit.service-changed': Act & {
    readonly unit: string;
    readonly inService: boolean;
    readonly reason?: string;
  };
}

export type CaseEventType = keyof CaseEventPayloads;
export type CaseEvent = {
  [T in CaseEventType]: { readonly type: T; readonly payload: CaseEventPayloads[T] };
}[CaseEventType];

const types: Readonly<Record<CaseEventType, true>> = {
  'incident.reported': true,
  'incident.updated': true,
  'incident.closed': true,
  'incident.reopened': true,
  'incident.edited': true,
  'incident.called': true,
  'incident.triaged': true,
  'incident.claimed': true,
  'incident.released': true,
  'incident.assigned': true,
  'assignment.progressed': true,
  'unit.par-answered': true,
  'unit.par-overdue': true,
  'incident.transferred': true,
  'incident.tasked': true,
  'task.accepted': true,
  'task.returned': true,
  'task.done': true,
  'task.overdue': true,
  'incident.resolved': true,
  'incident.verified': true,
  'incident.rejected': true,
  'incident.ended': true,
  'incident.evaluated': true,
  'incident.resumed': true,
  'incident.merged': true,
  'incident.unmerged': true,
  'incident.set-apart': true,
  'incident.noted': true,
  'incident.supervised': true,
  'incident.revealed': true,
  'deadline.changed': true,
  'unit.service-changed': true,
};
export const isCaseEvent = (e: { readonly type: string }): boolean => Object.hasOwn(types, e.type);
