/** What can be done to a case beside its next step, each with what has to be said for it. Pure. */
import { stageIndex } from '../../server/contract/cases.ts';
import type { CommandType } from '../../server/contract/commands.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { mayDo, ofClaimer } from '../../server/contract/rights.ts';
import type { Person } from '../../server/contract/roles.ts';
import { isOthersClaim } from './claims.ts';
import { isWorkedOn } from './next-step.ts';

export const askKinds = [
  'level',
  'task',
  'transfer',
  'return',
  'call',
  'severity',
  'place',
  'merge',
  'resolve',
  'reject',
  'close',
  'evaluate',
  'reopen',
  'release',
  'supervise',
  'reveal',
] as const;
export type AskKind = (typeof askKinds)[number];

export interface Ask {
  readonly type: CommandType;
  /** The command line that does the same. */
  readonly command: string;
  readonly department?: boolean;
  readonly number?: 'level' | 'case' | 'severity' | 'satisfaction';
  readonly text?: 'needed' | 'optional';
  /** Out of order it needs its words as a reason. */
  readonly early?: (incident: IncidentRecord) => boolean;
  /** When it makes sense. */
  readonly fits: (incident: IncidentRecord, me: Person) => boolean;
}

const at = (incident: IncidentRecord): number => stageIndex(incident.case.stage);
const isOpen = (i: IncidentRecord): boolean =>
  at(i) < stageIndex('closed') && i.case.mergedInto === undefined;
/** Still handled: units and departments can be sent to it. */
export const isWorked = (i: IncidentRecord): boolean =>
  at(i) < stageIndex('resolved') && i.case.mergedInto === undefined;

export const asks: Readonly<Record<AskKind, Ask>> = {
  level: { type: 'incident.dispatch', command: 'level', number: 'level', fits: isWorked },
  task: { type: 'incident.task', command: 'task', department: true, text: 'needed', fits: isWorked },
  transfer: {
    type: 'incident.transfer',
    command: 'transfer',
    department: true,
    text: 'needed',
    fits: isWorked,
  },
  return: {
    type: 'incident.return',
    command: 'return',
    text: 'needed',
    fits: (i, me) => isWorked(i) && me.department !== undefined && i.case.lead === me.department,
  },
  call: { type: 'incident.call', command: 'call', text: 'needed', fits: isOpen },
  severity: { type: 'incident.edit', command: 'priority', number: 'severity', fits: isWorked },
  place: { type: 'incident.edit', command: 'place', text: 'needed', fits: isWorked },
  merge: { type: 'incident.merge', command: 'merge', number: 'case', fits: isOpen },
  resolve: {
    type: 'incident.resolve',
    command: 'resolve',
    text: 'optional',
    early: (i) => !isWorkedOn(i),
    fits: isWorked,
  },
  reject: {
    type: 'incident.verify',
    command: 'verify',
    text: 'needed',
    fits: (i, me) => i.case.stage === 'resolved' && i.case.claim?.user !== me.id,
  },
  close: {
    type: 'incident.close',
    command: 'close',
    text: 'optional',
    early: (i) => at(i) < stageIndex('verified'),
    fits: isOpen,
  },
  evaluate: {
    type: 'incident.evaluate',
    command: 'evaluate',
    number: 'satisfaction',
    text: 'optional',
    fits: (i) => i.case.stage === 'closed',
  },
  reopen: {
    type: 'incident.reopen',
    command: 'reopen',
    text: 'needed',
    fits: (i) => at(i) >= stageIndex('resolved') && i.case.mergedInto === undefined,
  },
  release: { type: 'incident.release', command: 'release', fits: (i, me) => i.case.claim?.user === me.id },
  supervise: {
    type: 'incident.supervise',
    command: 'supervise',
    text: 'needed',
    fits: (i) => isOpen(i) && i.case.supervised === undefined,
  },
  reveal: { type: 'incident.reveal', command: 'reveal', text: 'needed', fits: (i) => i.masked === true },
};

/** What this person may do to this case now. */
export function asksFor(incident: IncidentRecord, me: Person | null): readonly AskKind[] {
  if (me === null) return [];
  const others = isOthersClaim(incident, me);
  return askKinds.filter((kind) => {
    const { type, fits } = asks[kind];
    return mayDo(me.role, type) && !(others && ofClaimer.has(type)) && fits(incident, me);
  });
}
