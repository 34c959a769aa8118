/** Every unit of the city: what it is, what it does, for which incident, and how old that knowledge is. */
import { Input, Select } from 'antd';
import { useMemo, useState } from 'react';
import { unitStatuses } from '../../server/contract/observations.ts';
import { unitKinds } from '../../server/contract/city-pack.ts';
import type { UnitRecord } from '../../server/contract/records.ts';
import { select, session, useDesk } from '../desk/desk.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { preferList, registerList } from '../desk/list-focus.ts';
import { Age } from '../desk/source.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { filterUnits, type UnitFilter } from './filter.ts';

const ROW_PX = 30;

function UnitRow({ unit }: { readonly unit: UnitRecord }) {
  const { t, text } = useText();
  const incident =
    unit.incident === undefined ? undefined : session().mirror.records.incident.get(unit.incident);
  return (
    <div className="cb-unit">
      <b>{unit.callsign}</b>
      <span title={text(unit.name)}>{t(`unitKind.${unit.kind}`)}</span>
      <span className="cb-unit-status">
        <i className="cb-dot" style={{ background: `var(--cb-unitstatus-${unit.status})` }} />
        {t(`unitStatus.${unit.status}`)}
      </span>
      <span>{incident ? `#${incident.number}` : ''}</span>
      <Age
        atMs={unit.provenance?.observedAtMs}
        kind="unit"
        {...(unit.provenance ? { feed: unit.provenance.feed } : {})}
      />
    </div>
  );
}

const unitId = (unit: UnitRecord): string => unit.id;
const choose = (unit: UnitRecord): void => select({ kind: 'unit', id: unit.id }, { fly: true });

export default function UnitsPanel() {
  const { t } = useText();
  const all = useRecords('unit');
  const [filter, setFilter] = useState<UnitFilter>({ text: '', statuses: [], kinds: [] });
  const selection = useDesk((s) => s.selection);
  const shown = useMemo(() => filterUnits(all, filter), [all, filter]);
  const many = { mode: 'multiple', size: 'small', allowClear: true, maxTagCount: 'responsive' } as const;
  if (all.length === 0) return <p className="cb-empty">{t('units.empty')}</p>;
  const available = all.filter((unit) => unit.status === 'available').length;
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
        <span>{t('units.age')}</span>
      </div>
      {shown.length === 0 ? (
        <p className="cb-empty">{t('units.empty.filtered')}</p>
      ) : (
        <VirtualList
          items={shown}
          rowPx={ROW_PX}
          label={t('panel.units')}
          keyOf={unitId}
          chosen={selection?.kind === 'unit' ? selection.id : null}
          onChoose={choose}
          renderRow={(unit) => <UnitRow unit={unit} />}
          register={registerList}
          prefer={preferList}
        />
      )}
    </div>
  );
}
