/** The operator's alarm list: unacknowledged first, children below their roots, several at once by keyboard. */
import { Button } from 'antd';
import { useEffect } from 'react';
import { select, useDesk } from '../desk/desk.ts';
import { useRecord, useRecords, useText } from '../desk/hooks.ts';
import { preferList, registerList } from '../desk/list-focus.ts';
import { VirtualList, type MarkAct } from '../ui/virtual-list.tsx';
import { AlarmActs, AskHere } from './alarm-acts.tsx';
import { AlarmFilters } from './alarm-filters.tsx';
import { AlarmRowView } from './alarm-row.tsx';
import { clearMarks, unfold, useAlarmView } from './alarm-view.ts';
import { isFilteringAlarms, noAlarmFilter } from './filter.ts';
import { isMarked, markAfter } from './marks.ts';
import type { AlarmRow } from './rows.ts';
import { alarmOfId, markable, meantAlarmIds, useAlarmRows } from './shown.ts';

/** Two lines a row, or one where a person wants to see more at once. */
const ROW_PX = { roomy: 41, dense: 25 } as const;

const keyOf = (row: AlarmRow): string => row.key;
/** The map stays where it is (UI-148). */
function choose(row: AlarmRow): void {
  useAlarmView.setState({ group: row.kind === 'group' ? row.key : null });
  if (row.kind === 'alarm') select({ kind: 'alarm', id: row.key });
}

/** What a flood and folding keep out of sight is said. */
function Folded({ merged, folded }: { readonly merged: number; readonly folded: number }) {
  const { t } = useText();
  const flood = useRecord('watch', 'alarms')?.flood;
  if (merged === 0 && folded === 0) return null;
  return (
    <p className="cb-alarm-folded" data-flood={Boolean(flood)}>
      <span>
        {flood && merged > 0
          ? t('alarm.flood', { n: merged + folded })
          : t('alarm.foldedAway', { n: folded })}
      </span>
      <Button size="small" type="link" onClick={() => useAlarmView.setState({ openAll: true })}>
        {t('alarm.unfoldAll')}
      </Button>
    </p>
  );
}

function Bulk({ rows }: { readonly rows: readonly AlarmRow[] }) {
  const { t } = useText();
  const marks = useAlarmView((s) => s.marks);
  const group = useAlarmView((s) => s.group);
  const asked = useAlarmView((s) => s.ask !== null && s.ask.alarms.length !== 1);
  if (asked || (marks.ids.size === 0 && group === null)) return null;
  const alarms = meantAlarmIds()
    .map(alarmOfId)
    .filter((a) => a !== undefined);
  if (rows.length === 0 || alarms.length === 0) return null;
  return (
    <div className="cb-alarm-bulk">
      <p role="status">
        {t('alarm.marked', { n: alarms.length })}
        {marks.ids.size > 0 && (
          <Button size="small" type="link" onClick={clearMarks}>
            {t('alarm.unmark')}
          </Button>
        )}
      </p>
      <AlarmActs alarms={alarms} />
    </div>
  );
}

export default function AlarmsPanel() {
  const { t } = useText();
  const alarms = useRecords('alarm');
  const { rows, found, folded, merged } = useAlarmRows();
  const { filter, marks, group, openAll } = useAlarmView();
  const selection = useDesk((s) => s.selection);
  const dense = useDesk((s) => s.denseLists);
  // Out of sight nothing stays marked.
  useEffect(() => clearMarks, []);
  // An alarm that was chosen elsewhere, on the map say, is the chosen row.
  useEffect(() => {
    if (selection?.kind === 'alarm') useAlarmView.setState({ group: null });
  }, [selection]);
  const chosen = group ?? (selection?.kind === 'alarm' ? selection.id : null);
  const act = (by: MarkAct): void =>
    useAlarmView.setState((s) => ({ marks: markAfter(s.marks, rows.map(markable), by) }));
  const onKey = (event: React.KeyboardEvent): void => {
    const fold = event.key === 'ArrowRight' ? true : event.key === 'ArrowLeft' ? false : null;
    const row = rows.find((r) => r.key === chosen);
    if (fold === null || !row || row.folded === null || (event.target as HTMLElement).tagName === 'INPUT')
      return;
    event.preventDefault();
    unfold(row.key, fold);
  };
  const filtering = isFilteringAlarms(filter);
  return (
    <div className="cb-column" onKeyDown={onKey}>
      <AlarmFilters alarms={alarms} found={found} />
      {openAll ? (
        <p className="cb-alarm-folded">
          <span>{t('alarm.allUnfolded')}</span>
          <Button size="small" type="link" onClick={() => useAlarmView.setState({ openAll: false })}>
            {t('alarm.foldAll')}
          </Button>
        </p>
      ) : (
        <Folded merged={merged} folded={folded} />
      )}
      <AskHere fits={(ids) => ids.length !== 1} />
      {rows.length === 0 ? (
        <p className="cb-empty">
          {t(filtering ? 'alarm.empty.filtered' : 'alarm.empty')}
          {filtering && (
            <Button size="small" type="link" onClick={() => useAlarmView.setState({ filter: noAlarmFilter })}>
              {t('inc.filter.clear')}
            </Button>
          )}
        </p>
      ) : (
        <VirtualList
          items={rows}
          key={dense ? 'dense' : 'roomy'}
          rowPx={dense ? ROW_PX.dense : ROW_PX.roomy}
          label={t('panel.alarms')}
          keyOf={keyOf}
          chosen={chosen}
          onChoose={choose}
          renderRow={(row) => <AlarmRowView row={row} dense={dense} />}
          register={registerList}
          prefer={preferList}
          marking={{
            has: (row) => isMarked(markable(row), marks),
            any: marks.ids.size > 0,
            act,
          }}
        />
      )}
      <Bulk rows={rows} />
    </div>
  );
}
