/** Whether a shift waits to be signed for: what the incoming person has to see at once. */
import { useMemo } from 'react';
import type { HandoverRecord } from '../../server/contract/alarms.ts';
import { useMay, useMe } from '../account/me.ts';
import { useRecords } from '../desk/hooks.ts';
import { isOwnOffer, unsignedAmong } from './handover.ts';

export interface UnsignedHandover {
  readonly handover: HandoverRecord;
  /** This person may sign for it: their role may, and they did not offer it themselves. */
  readonly mine: boolean;
}

/** The newest that this person may sign, else the newest; null where nothing waits. */
export function useUnsignedHandover(): UnsignedHandover | null {
  const all = useRecords('handover');
  const me = useMe();
  const may = useMay('handover.sign');
  return useMemo(() => {
    const unsigned = unsignedAmong(all);
    const mine = may ? unsigned.find((h) => !isOwnOffer(h, me)) : undefined;
    const handover = mine ?? unsigned[0];
    return handover ? { handover, mine: mine !== undefined } : null;
  }, [all, me, may]);
}
