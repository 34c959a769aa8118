/** Shifts handed over: of each person the newest offer that nobody has signed, and all that were signed for a week. */
import type { HandoverRecord } from '../../contract/alarms.ts';
import { UndoMap, type UndoLog } from '../undo.ts';

export const HANDOVER_KEPT_MS = 7 * 86_400_000;

interface Named {
  readonly id: string;
  readonly name: string;
}
export interface Handover {
  readonly id: string;
  readonly offeredBy: Named;
  readonly offeredAtMs: number;
  readonly note: string;
  readonly items: HandoverRecord['items'];
  readonly signed: (Named & { readonly atMs: number }) | null;
}

export interface HandoverState {
  readonly undo: UndoLog;
  readonly byId: UndoMap<string, Handover>;
  /** `last`: the number of the newest id. */
  readonly numbers: UndoMap<'last', number>;
  /** Ids that were written since somebody emptied this: whose records have to be made anew, or taken away. */
  readonly touched: Set<string>;
}

export function emptyHandovers(undo: UndoLog): HandoverState {
  const touched = new Set<string>();
  return {
    undo,
    touched,
    byId: new UndoMap(undo, (id) => touched.add(id)),
    numbers: new UndoMap(undo),
  };
}

export const nextId = (state: HandoverState): string => `shift-${(state.numbers.get('last') ?? 0) + 1}`;

/** Drops what is older than a week from memory and names it; the journal keeps it. */
export function forgetHandovers(state: HandoverState, nowMs: number): string[] {
  const old = (h: Handover): boolean => (h.signed?.atMs ?? h.offeredAtMs) < nowMs - HANDOVER_KEPT_MS;
  const gone = [...state.byId.values()].filter(old).map((h) => h.id);
  for (const id of gone) state.byId.delete(id);
  return gone;
}
