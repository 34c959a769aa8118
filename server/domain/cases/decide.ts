/**
 * A person's command against the state: may this role do it, does the case concern them, is the picture they decided on
 * still the picture, is it the time for it. Answers events, or the reason why not; nothing is changed here.
 */
import type {
  AlarmCommandType,
  CommandPayloads,
  CommandType,
  SignalCommandType,
} from '../../contract/commands.ts';
import { roleNames } from '../../contract/roles.ts';
import { heedsClaims, mayDo, ofClaimer } from '../../contract/rights.ts';
import { claim, close, evaluate, release, reopen, resolve, supervise, verify } from './commands-closing.ts';
import { assignmentStatus, dispatch, par, service } from './commands-dispatch.ts';
import { returnCase, task, taskAccept, taskDone, taskReturn, transfer } from './commands-duties.ts';
import { apart, call, create, edit, merge, note, reveal, triage, unmerge } from './commands-intake.ts';
import { inBoth, refuse, type CaseContext, type Decided } from './context.ts';
import { caseOf, departmentsOf, isOpen, type CasesState, type Incident } from './state.ts';

/** Everything about cases; presence is no fact of the city. */
export type CaseCommandType = Exclude<CommandType, 'presence.view' | AlarmCommandType | SignalCommandType>;
export type CaseCommand = {
  [T in CaseCommandType]: {
    readonly type: T;
    readonly payload: CommandPayloads[T];
    readonly expected?: number | undefined;
  };
}[CaseCommandType];

type CommandWithoutCase = 'incident.create' | 'assignment.status' | 'unit.par' | 'unit.service';

/** What may be asked of a case that is over. */
const onClosed: ReadonlySet<CommandType> = new Set([
  'incident.evaluate',
  'incident.reopen',
  'incident.note',
  'incident.reveal',
]);
/** About an incident itself, not the case it was merged into. */
const ofIncident: ReadonlySet<CommandType> = new Set(['incident.unmerge', 'incident.reveal']);

export function decideCommand(state: CasesState, command: CaseCommand, ctx: CaseContext): Decided {
  const { by } = ctx;
  if (by.role === undefined || !mayDo(by.role, command.type))
    return refuse('not-allowed', by.role === undefined ? '' : inBoth(roleNames[by.role]));
  const { payload } = command;
  if (!('incident' in payload)) {
    const decideIt = withoutCase[command.type as CommandWithoutCase] as Deciding<CaseCommandType>;
    return decideIt(state, payload, ctx);
  }
  const named = state.byId.get(payload.incident);
  if (named === undefined || !concerns(named, state, ctx)) return refuse('not-found');
  const incident = ofIncident.has(command.type) ? named : (caseOf(state, named.id) ?? named);
  if (!isOpen(incident) && !onClosed.has(command.type)) return refuse('case-closed', String(incident.number));
  if (command.expected !== undefined && command.expected !== incident.version) return conflict(incident);
  if (ofClaimer.has(command.type) && isClaimedByOther(incident, ctx))
    return refuse('claimed-by-other', incident.claim!.name);
  const decideIt = onCase[command.type as keyof typeof onCase] as DecidingOnCase<CaseCommandType>;
  return decideIt(state, incident, payload, ctx);
}

/** A department sees its own cases; another's is answered as if it did not exist (SE-60). */
function concerns(i: Incident, state: CasesState, ctx: CaseContext): boolean {
  if (ctx.by.role !== 'department') return true;
  const { department } = ctx.by;
  const whole = caseOf(state, i.id) ?? i;
  return department !== undefined && departmentsOf(whole).has(department);
}

const isClaimedByOther = (i: Incident, { by }: CaseContext): boolean =>
  i.claim !== null && i.claim.user !== by.id && by.role !== undefined && heedsClaims(by.role);

/** The loser is told who won (IN-41). */
function conflict(i: Incident): Decided {
  return refuse('version-conflict', i.decidedBy === null ? `#${i.number}` : `#${i.number}, ${i.decidedBy}`);
}

type Deciding<T extends CaseCommandType> = (
  state: CasesState,
  payload: CommandPayloads[T],
  ctx: CaseContext,
) => Decided;
type DecidingOnCase<T extends CaseCommandType> = (
  state: CasesState,
  i: Incident,
  payload: CommandPayloads[T],
  ctx: CaseContext,
) => Decided;

const withoutCase: { readonly [T in CommandWithoutCase]: Deciding<T> } = {
  'incident.create': create,
  'assignment.status': assignmentStatus,
  'unit.par': par,
  'unit.service': service,
};

const onCase: { readonly [T in Exclude<CaseCommandType, CommandWithoutCase>]: DecidingOnCase<T> } = {
  'incident.call': (_, i, p, ctx) => call(i, p, ctx),
  'incident.edit': (_, i, p, ctx) => edit(i, p, ctx),
  'incident.triage': (_, i, p, ctx) => triage(i, p, ctx),
  'incident.claim': (_, i, p, ctx) => claim(i, p, ctx),
  'incident.release': (_, i, _p, ctx) => release(i, ctx),
  'incident.dispatch': dispatch,
  'incident.transfer': (_, i, p, ctx) => transfer(i, p, ctx),
  'incident.return': (_, i, p, ctx) => returnCase(i, p, ctx),
  'incident.task': (_, i, p, ctx) => task(i, p, ctx),
  'task.accept': (_, i, p, ctx) => taskAccept(i, p, ctx),
  'task.return': (_, i, p, ctx) => taskReturn(i, p, ctx),
  'task.done': (_, i, p, ctx) => taskDone(i, p, ctx),
  'incident.resolve': (_, i, p, ctx) => resolve(i, p, ctx),
  'incident.verify': (_, i, p, ctx) => verify(i, p, ctx),
  'incident.close': (_, i, p, ctx) => close(i, p, ctx),
  'incident.evaluate': (_, i, p, ctx) => evaluate(i, p, ctx),
  'incident.reopen': (_, i, p, ctx) => reopen(i, p, ctx),
  'incident.supervise': (_, i, p, ctx) => supervise(i, p, ctx),
  'incident.merge': merge,
  'incident.unmerge': (state, i, _p, ctx) => unmerge(state, i, ctx),
  'incident.apart': apart,
  'incident.note': (_, i, p, ctx) => note(i, p, ctx),
  'incident.reveal': (_, i, p, ctx) => reveal(i, p, ctx),
};
