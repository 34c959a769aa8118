/** Whether somebody else has a case in hand: what is then theirs alone, until it is taken over. Pure. */
import type { IncidentRecord } from '../../server/contract/records.ts';
import { heedsClaims } from '../../server/contract/rights.ts';
import type { Person } from '../../server/contract/roles.ts';

export const isOthersClaim = ({ case: { claim } }: IncidentRecord, me: Person): boolean =>
  claim !== undefined && claim.user !== me.id && heedsClaims(me.role);
