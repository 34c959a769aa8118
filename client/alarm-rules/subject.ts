/** What a subject of an alarm is on the map. Pure. */
import type { SubjectRef } from '../../server/contract/alarms.ts';
import type { Selection } from '../map/types.ts';

/** A link and a signal are known to the map by number only: their place is shown, by their name. */
export function selectionOfSubject({ kind, id, name, position }: SubjectRef): Selection | null {
  switch (kind) {
    case 'incident':
    case 'unit':
    case 'facility':
    case 'station':
      return { kind, id };
    case 'link':
    case 'signal':
    case 'feed':
    case 'warning':
    case 'city':
      return position ? { kind: 'place', position, name } : null;
  }
}
