/** What the panels of signals show on this screen: filter, marks, what is asked for, which corridor and what-if run. */
import { create } from 'zustand';
import type { SignalMode } from '../../server/contract/signal-control.ts';
import type { LonLat } from '../../server/contract/geo.ts';
import type { MarkAct } from '../ui/virtual-list.tsx';
import { noSignalFilter, type SignalFilter, type SignalRow } from './rows.ts';

export const signalTabs = ['list', 'proposals', 'measurements', 'plans'] as const;
export type SignalTab = (typeof signalTabs)[number];

export interface SignalView {
  readonly tab: SignalTab;
  readonly filter: SignalFilter;
  readonly marks: ReadonlySet<string>;
  readonly anchor: string | null;
  /** The mode that is being set, and where. */
  readonly ask: { readonly mode: SignalMode; readonly signals: readonly string[] } | null;
  /** Where a special plan is being written for; null: none is. */
  readonly planAt: { readonly position: LonLat | null } | null;
  readonly corridor: string | null;
  readonly whatIf: string | null;
  /** Links that a what-if run would close. */
  readonly closed: readonly string[];
}

export const useSignalView = create<SignalView>(() => ({
  tab: 'list',
  filter: noSignalFilter,
  marks: new Set<string>(),
  anchor: null,
  ask: null,
  planAt: null,
  corridor: null,
  whatIf: null,
  closed: [],
}));

export const changeSignalFilter = (part: Partial<SignalFilter>): void =>
  useSignalView.setState((s) => ({ filter: { ...s.filter, ...part } }));
export const clearSignalMarks = (): void => useSignalView.setState({ marks: new Set(), anchor: null });

type Marking = Pick<SignalView, 'marks' | 'anchor'>;
/** What is marked after an act of the list; a plain click lets go of all. */
export function markedAfter(before: Marking, rows: readonly SignalRow[], act: MarkAct): Marking {
  const ids = rows.map((r) => r.id);
  switch (act.how) {
    case 'toggle': {
      const id = ids[act.at];
      if (id === undefined) return before;
      const marks = new Set(before.marks);
      if (!marks.delete(id)) marks.add(id);
      return { marks, anchor: id };
    }
    case 'range': {
      const kept = before.anchor === null ? -1 : ids.indexOf(before.anchor);
      const from = kept >= 0 ? kept : Math.max(0, act.from);
      const between = ids.slice(Math.min(from, act.to), Math.max(from, act.to) + 1);
      return { marks: new Set(between), anchor: ids[from] ?? null };
    }
    case 'all': {
      const all = ids.every((id) => before.marks.has(id));
      return { marks: new Set(all ? [] : ids), anchor: null };
    }
    case 'none':
    case 'only':
      return { marks: new Set(), anchor: null };
  }
}
