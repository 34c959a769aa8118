/** What can be done to alarms, and what of it this person may do to these now. Pure. */
import type { AlarmRecord, AlarmRule } from '../../server/contract/alarms.ts';
import type { CommandType } from '../../server/contract/commands.ts';
import { mayDo } from '../../server/contract/rights.ts';
import type { Person, Role } from '../../server/contract/roles.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import { isStanding, isUnacknowledged } from './alarm-state.ts';

export const actKinds = [
  'acknowledge',
  'incident',
  'shelve',
  'unshelve',
  'escalate',
  'disable',
  'enable',
] as const;
export type ActKind = (typeof actKinds)[number];

interface Act {
  readonly type: CommandType;
  /** The command line that does the same, and the key. */
  readonly command: string;
  readonly key?: string;
  /** It needs words first: a form asks for them. */
  readonly asks: boolean;
  /** When it makes sense. */
  readonly fits: (alarm: AlarmRecord) => boolean;
}

export const acts: Readonly<Record<ActKind, Act>> = {
  acknowledge: { type: 'alarm.acknowledge', command: 'ack', key: ',', asks: false, fits: isUnacknowledged },
  incident: {
    type: 'alarm.incident',
    command: 'incident',
    key: 'I',
    asks: false,
    fits: (a) => a.incident === undefined && a.subject.kind !== 'incident',
  },
  shelve: { type: 'alarm.shelve', command: 'shelve', key: 'S', asks: true, fits: isStanding },
  unshelve: {
    type: 'alarm.unshelve',
    command: 'unshelve',
    asks: false,
    fits: (a) => a.state === 'shelved',
  },
  escalate: { type: 'alarm.escalate', command: 'escalate', key: 'E', asks: true, fits: isStanding },
  disable: {
    type: 'alarm.service',
    command: 'disable',
    asks: true,
    fits: (a) => a.state !== 'out-of-service',
  },
  enable: {
    type: 'alarm.service',
    command: 'enable',
    asks: false,
    fits: (a) => a.state === 'out-of-service',
  },
};

/** An emergency is acknowledged before it can be put aside. */
const blocks = (kind: ActKind, alarm: AlarmRecord): boolean =>
  (kind === 'shelve' || kind === 'disable') && alarm.priority === 1 && alarm.acknowledged === undefined;

export interface Offer {
  readonly kind: ActKind;
  /** Those of the alarms it can be done to. */
  readonly alarms: readonly AlarmRecord[];
  /** Why it cannot be done yet. */
  readonly blocked?: MessageKey;
}

type OwnerOf = (rule: string) => AlarmRule['owner'] | undefined;

/** A department answers for the alarms whose rules it owns. */
function concerns(alarm: AlarmRecord, me: Person, ownerOf: OwnerOf): boolean {
  if (me.role !== 'department') return true;
  const owner = ownerOf(alarm.rule);
  if (owner?.role !== 'department') return false;
  return owner.department === undefined || owner.department === me.department;
}

/** What this person may do to these alarms (UI-147). */
export function offersFor(
  alarms: readonly AlarmRecord[],
  me: Person | null,
  ownerOf: OwnerOf,
): readonly Offer[] {
  if (me === null) return [];
  return actKinds.flatMap((kind): Offer[] => {
    const { type, fits } = acts[kind];
    if (!mayDo(me.role, type)) return [];
    const fitting = alarms.filter((a) => fits(a) && concerns(a, me, ownerOf));
    if (fitting.length === 0) return [];
    const free = fitting.filter((a) => !blocks(kind, a));
    return free.length > 0
      ? [{ kind, alarms: free }]
      : [{ kind, alarms: fitting, blocked: 'alarm.blocked.emergency' }];
  });
}

/** To whom it goes where nobody is named: the next of the rule's ladder, else whoever answers for the shift. */
export function escalatesTo(alarm: Pick<AlarmRecord, 'escalated'>, rule: AlarmRule | undefined): Role {
  const ladder = rule?.escalate.map((step) => step.to) ?? [];
  const at = alarm.escalated ? ladder.indexOf(alarm.escalated.to) : -1;
  return ladder[at + 1] ?? 'supervisor';
}
