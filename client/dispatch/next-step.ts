/**
 * What comes next for a case, for who looks at it: one step, with the command line that does the same. A step that
 * somebody may not take is named with the reason, so that it is clear who has to (UI-83). Pure.
 */
import { stageIndex, type Assignment, type Task } from '../../server/contract/cases.ts';
import type { CommandType } from '../../server/contract/commands.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { mayDo } from '../../server/contract/rights.ts';
import type { Person } from '../../server/contract/roles.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import { isOthersClaim } from './claims.ts';

export const nextKinds = [
  'claim',
  'takeOver',
  'dispatch',
  'await',
  'awaitTasks',
  'accept',
  'finish',
  'resolve',
  'verify',
  'close',
  'evaluate',
  'none',
] as const;
export type NextKind = (typeof nextKinds)[number];
export interface NextStep {
  readonly kind: NextKind;
  /** The same as a command line. */
  readonly line?: string;
  /** Why this person cannot do it. */
  readonly blocked?: MessageKey;
  readonly task?: Task;
}

const types: Partial<Record<NextKind, CommandType>> = {
  claim: 'incident.claim',
  takeOver: 'incident.claim',
  dispatch: 'incident.dispatch',
  accept: 'task.accept',
  finish: 'task.done',
  resolve: 'incident.resolve',
  verify: 'incident.verify',
  close: 'incident.close',
  evaluate: 'incident.evaluate',
};

export const atWork = (a: Assignment): boolean => a.status !== 'cleared';
/** Somebody was there, or a department did its task: it can be said to be resolved without a reason. */
export const isWorkedOn = ({ case: c }: IncidentRecord): boolean =>
  c.assignments.some((a) => a.onSceneAtMs !== undefined) || c.tasks.some((task) => task.status === 'done');

/** The step the case itself asks for, whoever looks. */
function stepOf(incident: IncidentRecord, me: Person): NextKind {
  const { stage, claim, assignments, mergedInto } = incident.case;
  if (mergedInto !== undefined) return 'none';
  switch (stage) {
    case 'reported':
    case 'triaged':
      if (!claim && mayDo(me.role, 'incident.claim')) return 'claim';
      return isOthersClaim(incident, me) ? 'takeOver' : 'dispatch';
    case 'dispatched':
    case 'en-route':
    case 'on-scene':
    case 'transporting':
    case 'at-facility':
      if (isWorkedOn(incident)) return isOthersClaim(incident, me) ? 'takeOver' : 'resolve';
      return assignments.some(atWork) ? 'await' : 'awaitTasks';
    case 'resolved':
      return 'verify';
    case 'verified':
      return 'close';
    case 'closed':
      return 'evaluate';
    case 'evaluated':
      return 'none';
  }
}

/** The task of this person's department that waits for it. */
function ownTask(incident: IncidentRecord, me: Person): Task | undefined {
  if (me.role !== 'department' || stageIndex(incident.case.stage) >= stageIndex('resolved')) return undefined;
  const own = incident.case.tasks.filter((task) => task.department === me.department);
  return own.find((task) => task.status === 'open') ?? own.find((task) => task.status === 'accepted');
}

export function nextStep(incident: IncidentRecord, me: Person | null): NextStep {
  if (!me) return { kind: 'none', blocked: 'step.signIn' };
  const task = ownTask(incident, me);
  if (task) {
    const kind = task.status === 'open' ? 'accept' : 'finish';
    return { kind, task, line: `${kind} ${incident.number} ${task.department}` };
  }
  const kind = stepOf(incident, me);
  if (kind === 'none' || kind === 'await' || kind === 'awaitTasks') return { kind };
  const line = lineOf(kind, incident.number);
  const type = types[kind];
  if (type && !mayDo(me.role, type)) return { kind, line, blocked: 'step.role' };
  if (kind === 'verify' && incident.case.claim?.user === me.id)
    return { kind, line, blocked: 'step.handler' };
  return { kind, line };
}

function lineOf(kind: NextKind, number: number): string {
  switch (kind) {
    case 'takeOver':
      return `takeover ${number}`;
    case 'dispatch':
      return `send ${number}`;
    case 'accept':
    case 'await':
    case 'awaitTasks':
    case 'claim':
    case 'close':
    case 'evaluate':
    case 'finish':
    case 'none':
    case 'resolve':
    case 'verify':
      return `${kind} ${number}`;
  }
}
