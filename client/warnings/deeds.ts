/** What this person may do to a warning now, each with what has to be said for it. Pure; the server has the last word. */
import type { CommandType } from '../../server/contract/commands.ts';
import { mayDo } from '../../server/contract/rights.ts';
import type { Person } from '../../server/contract/roles.ts';
import type { WarningRecord } from '../../server/contract/warnings.ts';
import { groupOf } from './filter.ts';

export const warningDeeds = ['approve', 'reject', 'update', 'copy', 'cancel'] as const;
export type WarningDeed = (typeof warningDeeds)[number];

const typeOf: Readonly<Record<WarningDeed, CommandType>> = {
  approve: 'warning.decide',
  reject: 'warning.decide',
  update: 'warning.draft',
  copy: 'warning.draft',
  cancel: 'warning.cancel',
};

/** True where somebody else has to decide: who drafted it cannot. */
export const isOwnDraft = (record: WarningRecord, me: Person | null): boolean =>
  record.state === 'draft' && me !== null && record.draftedBy?.id === me.id;

export function deedsFor(record: WarningRecord, me: Person | null, nowMs: number): readonly WarningDeed[] {
  if (me === null) return [];
  const inForce = groupOf(record, nowMs) === 'in-force' && record.direction === 'out';
  const fits: Readonly<Record<WarningDeed, boolean>> = {
    approve: record.state === 'draft' && !isOwnDraft(record, me),
    reject: record.state === 'draft' && !isOwnDraft(record, me),
    update: inForce,
    copy: record.direction === 'out' && record.state !== 'draft' && !inForce,
    cancel: inForce,
  };
  return warningDeeds.filter((deed) => fits[deed] && mayDo(me.role, typeOf[deed]));
}
