/** What the alarm list of this screen shows: filter, what is unfolded, what is marked, what is being filled in. */
import { create } from 'zustand';
import type { ActKind } from './acts.ts';
import { noAlarmFilter, type AlarmFilter } from './filter.ts';
import { noMarks, type Marks } from './marks.ts';

export interface AlarmView {
  readonly filter: AlarmFilter;
  readonly open: ReadonlySet<string>;
  readonly openAll: boolean;
  readonly marks: Marks;
  /** The line of a flood that is chosen; an alarm that is chosen is the selection of the desk. */
  readonly group: string | null;
  /** What words are asked for, and for which alarms. */
  readonly ask: { readonly kind: ActKind; readonly alarms: readonly string[] } | null;
}

export const useAlarmView = create<AlarmView>(() => ({
  filter: noAlarmFilter,
  open: new Set(),
  openAll: false,
  marks: noMarks,
  group: null,
  ask: null,
}));

export const changeFilter = (part: Partial<AlarmFilter>): void =>
  useAlarmView.setState((s) => ({ filter: { ...s.filter, ...part } }));

/** `to` absent: the other way round. */
export function unfold(key: string, to?: boolean): void {
  useAlarmView.setState((s) => {
    const open = new Set(s.open);
    if (to ?? !open.has(key)) open.add(key);
    else open.delete(key);
    return { open, openAll: false };
  });
}

export const askForAct = (kind: ActKind, alarms: readonly string[]): void =>
  useAlarmView.setState({ ask: { kind, alarms } });
export const closeAsk = (): void => useAlarmView.setState({ ask: null });
export const clearMarks = (): void => useAlarmView.setState({ marks: noMarks });
