/**
 * Who may give which command: the coarse table by role. The domain asks more of single cases (the department must be
 * concerned, the verifier must not be the handler); screens use it to offer only what can be done.
 */
import type { CommandType } from './commands.ts';
import type { Role } from './roles.ts';

const desk = ['call-taker', 'dispatcher', 'supervisor'] as const satisfies readonly Role[];
const dispatch = ['dispatcher', 'supervisor'] as const satisfies readonly Role[];
const field = ['department', 'dispatcher', 'supervisor'] as const satisfies readonly Role[];
const handlers = ['call-taker', 'dispatcher', 'supervisor', 'department'] as const satisfies readonly Role[];

const rights: Readonly<Record<CommandType, readonly Role[] | 'everybody'>> = {
  'incident.create': desk,
  'incident.call': desk,
  'incident.edit': desk,
  'incident.triage': desk,
  'incident.claim': desk,
  'incident.release': desk,
  'incident.dispatch': dispatch,
  'assignment.status': field,
  'unit.par': field,
  'unit.service': field,
  'incident.transfer': dispatch,
  'incident.return': ['department'],
  'incident.task': dispatch,
  'task.accept': field,
  'task.return': field,
  'task.done': field,
  'incident.resolve': field,
  'incident.verify': desk,
  'incident.close': dispatch,
  'incident.evaluate': desk,
  'incident.reopen': dispatch,
  'incident.merge': desk,
  'incident.unmerge': desk,
  'incident.apart': desk,
  'incident.note': handlers,
  'incident.supervise': ['supervisor'],
  'incident.reveal': handlers,
  'alarm.acknowledge': handlers,
  'alarm.shelve': dispatch,
  'alarm.unshelve': dispatch,
  'alarm.service': ['supervisor'],
  'alarm.escalate': desk,
  'alarm.incident': desk,
  'rule.save': ['supervisor'],
  'rule.switch': ['supervisor'],
  'rule.delete': ['supervisor'],
  'warning.draft': dispatch,
  'warning.decide': ['supervisor'],
  'warning.cancel': ['supervisor'],
  'handover.offer': desk,
  'handover.sign': desk,
  'signal.mode': dispatch,
  'signal.approve': dispatch,
  'signal.measure': ['supervisor'],
  'signal.measure-stop': ['supervisor'],
  'special-plan.start': ['supervisor'],
  'special-plan.end': ['supervisor'],
  'wave.start': dispatch,
  'wave.cancel': dispatch,
  'presence.view': 'everybody',
};

export function mayDo(role: Role, type: CommandType): boolean {
  const allowed = rights[type];
  return allowed === 'everybody' || allowed.includes(role);
}

/** What whoever has claimed a case does not share with others at the desk (IN-34). */
export const ofClaimer: ReadonlySet<CommandType> = new Set<CommandType>([
  'incident.dispatch',
  'incident.triage',
  'incident.edit',
  'incident.transfer',
  'incident.resolve',
  'incident.merge',
]);
/** Supervisors and departments are not kept out by a claim. */
export const heedsClaims = (role: Role): boolean => role === 'dispatcher' || role === 'call-taker';

/** Who may have a what-if run made: it takes the simulator's time. */
export const mayRunWhatIf = (role: Role): boolean => dispatch.some((r) => r === role);

/** Who reads the alarm log, stories of alarms and their figures: they tell where incidents are, and who did what. */
const alarmReaders: ReadonlySet<Role> = new Set(['call-taker', 'dispatcher', 'supervisor', 'audit-admin']);
export const mayReadAlarms = (role: Role): boolean => alarmReaders.has(role);
