/** The alarm list as it is now on this screen, for panels (by hooks) and for keys and the command line (at once). */
import { useMemo } from 'react';
import type { AlarmRecord, AlarmRule } from '../../server/contract/alarms.ts';
import { me, useMe } from '../account/me.ts';
import { session, useDesk } from '../desk/desk.ts';
import { useRecord, useRecords } from '../desk/hooks.ts';
import { useAlarmView } from './alarm-view.ts';
import { noAlarmFilter, type FilterWorld } from './filter.ts';
import { meantIds, type Markable } from './marks.ts';
import { alarmRows, alarmsOf, type AlarmRow, type AlarmRows } from './rows.ts';

export const ruleOf = (id: string): AlarmRule | undefined => session().mirror.records.rule.get(id)?.rule;
export const ownerOf: FilterWorld['ownerOf'] = (rule) => ruleOf(rule)?.owner;
const isFlood = (): boolean => Boolean(session().mirror.records.watch.get('alarms')?.flood);

function rowsNow(): AlarmRows {
  const { filter, open, openAll } = useAlarmView.getState();
  const world = { me: me(), ownerOf, bbox: useDesk.getState().view?.bbox ?? null };
  const folding = { open, all: openAll, flood: isFlood() };
  return alarmRows(session().mirror.records.alarm, filter, world, folding);
}

/** The same, new whenever something of it changes. */
export function useAlarmRows(): AlarmRows {
  const person = useMe();
  const alarms = useRecords('alarm');
  const rules = useRecords('rule');
  const flood = Boolean(useRecord('watch', 'alarms')?.flood);
  const filter = useAlarmView((s) => s.filter);
  const open = useAlarmView((s) => s.open);
  const openAll = useAlarmView((s) => s.openAll);
  const bbox = useDesk((s) => (filter.area === 'map' ? (s.view?.bbox ?? null) : null));
  return useMemo(
    () =>
      alarmRows(
        new Map(alarms.map((a) => [a.id, a])),
        filter,
        { me: person, ownerOf, bbox },
        { open, all: openAll, flood },
      ),
    // The rules stand for what `ownerOf` reads.
    // oxlint-disable-next-line react/exhaustive-deps
    [alarms, rules, flood, filter, open, openAll, person, bbox],
  );
}

export const markable = (row: AlarmRow): Markable => ({
  key: row.key,
  ids: alarmsOf(row).map((a) => a.id),
});

export const alarmOfId = (id: string): AlarmRecord | undefined => session().mirror.records.alarm.get(id);

/** Ids of every alarm that the list shows, whatever is folded away left out. */
export const shownAlarmIds = (): readonly string[] => [
  ...new Set(rowsNow().rows.flatMap((row) => markable(row).ids)),
];

/** Ids of the alarms that are meant where nothing is named. */
export function meantAlarmIds(): readonly string[] {
  const { marks, group } = useAlarmView.getState();
  const { selection } = useDesk.getState();
  const selected = selection?.kind === 'alarm' ? selection.id : null;
  if (marks.ids.size === 0 && group === null) return selected === null ? [] : [selected];
  const rows = rowsNow().rows.map(markable);
  const line = rows.find((r) => r.key === group);
  if (marks.ids.size === 0 && line) return line.ids;
  return meantIds(marks, rows, selected);
}

/** How many alarms the list of everything keeps out of sight in a flood: merged into lines, or below their roots. */
export function useFloodMerged(): number {
  const alarms = useRecords('alarm');
  const flood = Boolean(useRecord('watch', 'alarms')?.flood);
  return useMemo(() => {
    if (!flood) return 0;
    const all = new Map(alarms.map((a) => [a.id, a]));
    const world = { me: null, ownerOf, bbox: null };
    const { merged, folded } = alarmRows(all, noAlarmFilter, world, {
      open: new Set(),
      all: false,
      flood,
    });
    return merged + folded;
  }, [alarms, flood]);
}
