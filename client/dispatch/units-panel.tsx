/** The unit board: every unit by department, what it does, for which case, how old that knowledge is, when to ask its crew. */
import { CaretDownOutlined, CaretRightOutlined } from '@ant-design/icons';
import { Input, Select } from 'antd';
import { useMemo, useState } from 'react';
import { unitKinds } from '../../server/contract/city-pack.ts';
import { unitStatuses } from '../../server/contract/observations.ts';
import type { UnitRecord } from '../../server/contract/records.ts';
import { departmentName, useDepartments } from '../desk/departments.ts';
import { select, session, useDesk } from '../desk/desk.ts';
import { useNow, useRecord, useRecords, useText } from '../desk/hooks.ts';
import { preferList, registerList } from '../desk/list-focus.ts';
import { Age } from '../desk/source.tsx';
import { filterUnits, type UnitFilter } from '../services/filter.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import { CountdownChip } from './bits.tsx';
import { assignmentOf, boardRows, departmentOfHead, type BoardRow } from './board.ts';
import { parCountdown } from './countdown.ts';
import { UnitActions } from './unit-actions.tsx';

const ROW_PX = 30;

/** When its crew must be asked, where that runs; else how old its position is. */
function UnitTime({ unit }: { readonly unit: UnitRecord }) {
  const { t } = useText();
  const nowMs = useNow();
  const a = assignmentOf(unit, session().mirror.records.incident);
  const par = a?.status === 'on-scene' ? parCountdown(a.parDueAtMs, a.parOverdue === true, nowMs) : null;
  if (par) return <CountdownChip of={par} title={t('case.par.tip')} />;
  return (
    <Age
      atMs={unit.provenance?.observedAtMs}
      kind="unit"
      {...(unit.provenance ? { feed: unit.provenance.feed } : {})}
    />
  );
}

function UnitRow({ unit }: { readonly unit: UnitRecord }) {
  const { t, text } = useText();
  const incident =
    unit.incident === undefined ? undefined : session().mirror.records.incident.get(unit.incident);
  return (
    <div className="cb-unit">
      <b>{unit.callsign}</b>
      <span title={text(unit.name)}>{t(`unitKind.${unit.kind}`)}</span>
      <span className="cb-unit-status" title={unit.outOfService?.reason}>
        <i className="cb-dot" style={{ background: `var(--cb-unitstatus-${unit.status})` }} />
        {t(`unitStatus.${unit.status}`)}
      </span>
      <span title={incident && text(incident.title)}>{incident ? `#${incident.number}` : ''}</span>
      <UnitTime unit={unit} />
    </div>
  );
}

function HeadRow({
  row,
  folded,
}: {
  readonly row: Extract<BoardRow, { kind: 'head' }>;
  readonly folded: boolean;
}) {
  const { t, language } = useText();
  const name = departmentName(departmentOfHead(row.id), useDepartments(), language);
  return (
    <div className="cb-board-head">
      {folded ? <CaretRightOutlined aria-hidden="true" /> : <CaretDownOutlined aria-hidden="true" />}
      <b>{name}</b>
      <span className="cb-board-counts">
        {row.counts.map(({ status, n }) => (
          <span key={status} title={t(`unitStatus.${status}`)}>
            <i className="cb-dot" style={{ background: `var(--cb-unitstatus-${status})` }} /> {n}{' '}
            <small>{t(`unitStatus.${status}`)}</small>
          </span>
        ))}
      </span>
    </div>
  );
}

export default function UnitsPanel() {
  const { t } = useText();
  const all = useRecords('unit');
  // Cases say what units do for them.
  useRecords('incident');
  const departments = useDepartments();
  const [filter, setFilter] = useState<UnitFilter>({ text: '', statuses: [], kinds: [] });
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const selection = useDesk((s) => s.selection);
  const chosen = useRecord('unit', selection?.kind === 'unit' ? selection.id : undefined);
  const shown = useMemo(() => filterUnits(all, filter), [all, filter]);
  const rows = useMemo(
    () =>
      boardRows(
        shown,
        departments.map((d) => d.id),
        folded,
      ),
    [shown, departments, folded],
  );
  const many = { mode: 'multiple', size: 'small', allowClear: true, maxTagCount: 'responsive' } as const;
  if (all.length === 0) return <p className="cb-empty">{t('units.empty')}</p>;
  const available = all.filter((unit) => unit.status === 'available').length;
  const choose = (row: BoardRow): void => {
    if (row.kind === 'unit') {
      select({ kind: 'unit', id: row.unit.id }, { fly: true });
      return;
    }
    const next = new Set(folded);
    if (!next.delete(departmentOfHead(row.id))) next.add(departmentOfHead(row.id));
    setFolded(next);
  };
  return (
    <div className="cb-column">
      <div className="cb-filters">
        <div className="cb-filter-row">
          <Input
            size="small"
            allowClear
            value={filter.text}
            placeholder={t('units.filter')}
            aria-label={t('units.filter')}
            onChange={(event) => setFilter({ ...filter, text: event.target.value })}
          />
          <span className="cb-count">{t('units.available', { n: available, total: all.length })}</span>
        </div>
        <div className="cb-filter-row">
          <Select
            {...many}
            value={[...filter.kinds]}
            placeholder={t('units.kind')}
            aria-label={t('units.kind')}
            onChange={(kinds) => setFilter({ ...filter, kinds })}
            options={unitKinds.map((kind) => ({ value: kind, label: t(`unitKind.${kind}`) }))}
          />
          <Select
            {...many}
            value={[...filter.statuses]}
            placeholder={t('units.status')}
            aria-label={t('units.status')}
            onChange={(statuses) => setFilter({ ...filter, statuses })}
            options={unitStatuses.map((status) => ({ value: status, label: t(`unitStatus.${status}`) }))}
          />
        </div>
      </div>
      <div className="cb-unit cb-table-head" aria-hidden="true">
        <span>{t('units.callsign')}</span>
        <span>{t('units.kind')}</span>
        <span>{t('units.status')}</span>
        <span>{t('units.incident')}</span>
        <span>{t('board.time')}</span>
      </div>
      {rows.length === 0 ? (
        <p className="cb-empty">{t('units.empty.filtered')}</p>
      ) : (
        <VirtualList
          items={rows}
          rowPx={ROW_PX}
          label={t('panel.units')}
          keyOf={rowId}
          chosen={selection?.kind === 'unit' ? selection.id : null}
          onChoose={choose}
          renderRow={(row) =>
            row.kind === 'unit' ? (
              <UnitRow unit={row.unit} />
            ) : (
              <HeadRow row={row} folded={folded.has(departmentOfHead(row.id))} />
            )
          }
          register={registerList}
          prefer={preferList}
        />
      )}
      {chosen && <UnitActions unit={chosen} />}
    </div>
  );
}
const rowId = (row: BoardRow): string => row.id;
