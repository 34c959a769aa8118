/** A handover as the record that screens get. */
import type { HandoverRecord } from '../../contract/alarms.ts';
import type { HandoverState } from './state.ts';

/** The handover as a record; undefined when unknown. */
export function handoverRecord(state: HandoverState, id: string): HandoverRecord | undefined {
  const h = state.byId.get(id);
  if (h === undefined) return undefined;
  const { offeredBy, offeredAtMs, note, items, signed } = h;
  return {
    id,
    offeredBy,
    offeredAtMs,
    note,
    items,
    ...(signed && { signedBy: { id: signed.id, name: signed.name }, signedAtMs: signed.atMs }),
  };
}
