/** Whether somebody else has a case in hand: what is then theirs alone, until it is taken over. Pure. */
import type { CommandType } from '../../server/contract/commands.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import type { Person } from '../../server/contract/roles.ts';

/** Supervisors and departments are not kept out by a claim. */
export const isOthersClaim = ({ case: { claim } }: IncidentRecord, me: Person): boolean =>
  claim !== undefined && claim.user !== me.id && (me.role === 'dispatcher' || me.role === 'call-taker');

/** What whoever has claimed a case does not share with others at the desk. */
export const ofClaimer: ReadonlySet<CommandType> = new Set([
  'incident.dispatch',
  'incident.triage',
  'incident.edit',
  'incident.transfer',
  'incident.resolve',
  'incident.merge',
]);
