/** The work queue: every open case, what is overdue on top, then by priority and age; new ones marked, duplicates hinted. */
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { select, session, useDesk } from '../desk/desk.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { preferList, registerList } from '../desk/list-focus.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import { filterIncidents, isFiltering, noFilter, type IncidentFilter } from './filter.ts';
import { IncidentRow } from './incident-row.tsx';
import { QueueFilters } from './queue-filters.tsx';

/** Two lines a row, or one where a person wants to see more incidents at once. */
const ROW_PX = { roomy: 40, dense: 25 } as const;

export default function IncidentsPanel() {
  const { t } = useText();
  const all = useRecords('incident');
  const [filter, setFilter] = useState<IncidentFilter>(noFilter);
  const [openedAtMs] = useState(() => session().serverNowMs());
  const selection = useDesk((s) => s.selection);
  const dense = useDesk((s) => s.denseLists);
  const shown = useMemo(() => filterIncidents(all, filter), [all, filter]);
  const filtering = isFiltering(filter);
  return (
    <div className="cb-column">
      <QueueFilters
        filter={filter}
        change={(part) => setFilter((f) => ({ ...f, ...part }))}
        shown={shown.length}
        total={all.length}
      />
      {shown.length === 0 ? (
        <p className="cb-empty">
          {t(all.length === 0 ? 'inc.empty.feed' : filtering ? 'inc.empty.filtered' : 'inc.empty')}
          {filtering && (
            <Button size="small" type="link" onClick={() => setFilter({ ...noFilter, sort: filter.sort })}>
              {t('inc.filter.clear')}
            </Button>
          )}
        </p>
      ) : (
        <VirtualList
          items={shown}
          key={dense ? 'dense' : 'roomy'}
          rowPx={dense ? ROW_PX.dense : ROW_PX.roomy}
          label={t('panel.incidents')}
          keyOf={incidentId}
          chosen={selection?.kind === 'incident' ? selection.id : null}
          onChoose={choose}
          renderRow={(incident) => <IncidentRow incident={incident} openedAtMs={openedAtMs} dense={dense} />}
          register={registerList}
          prefer={preferList}
        />
      )}
    </div>
  );
}
const incidentId = (incident: IncidentRecord): string => incident.id;
const choose = (incident: IncidentRecord): void =>
  select({ kind: 'incident', id: incident.id }, { fly: true });
