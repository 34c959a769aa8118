/** How full hospitals, car parks, service halls and care stations are. */
import { Segmented } from 'antd';
import { useMemo, useState } from 'react';
import type { FacilityKind } from '../../server/contract/city-pack.ts';
import type { FacilityRecord } from '../../server/contract/records.ts';
import { select, useDesk } from '../desk/desk.ts';
import { formatNumber, formatShare } from '../desk/format.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { preferList, registerList } from '../desk/list-focus.ts';
import { Age } from '../desk/source.tsx';
import type { MessageKey } from '../i18n/i18n.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import { facilitiesOf, loadOf } from './filter.ts';

const ROW_PX = 34;
type Service = 'hospitals' | 'parking' | 'halls' | 'care';
const kindsOf: Readonly<Record<Service, readonly FacilityKind[]>> = {
  hospitals: ['hospital'],
  parking: ['parking'],
  halls: ['service-hall'],
  care: ['elderly-care'],
};
interface Column {
  readonly head: MessageKey;
  readonly metric: string;
  readonly form?: MessageKey;
}
const columnsOf: Readonly<Record<Service, readonly [Column, Column]>> = {
  hospitals: [
    { head: 'services.free', metric: 'bedsFree' },
    { head: 'services.queue', metric: 'erQueue' },
  ],
  parking: [
    { head: 'services.free', metric: 'spacesFree' },
    { head: 'services.queue', metric: 'queue' },
  ],
  halls: [
    { head: 'services.queue', metric: 'hallQueue' },
    { head: 'services.wait', metric: 'hallWaitMin', form: 'services.minutes' },
  ],
  care: [
    { head: 'services.used', metric: 'residents' },
    { head: 'services.queue', metric: 'queue' },
  ],
};

export function LoadBar({ load }: { readonly load: number | undefined }) {
  const { language } = useText();
  return (
    <span className="cb-load" data-full={load !== undefined && load >= 0.9}>
      <i style={{ width: `${(load ?? 0) * 100}%` }} />
      <b>{formatShare(load, language)}</b>
    </span>
  );
}

function Row({
  facility,
  columns,
}: {
  readonly facility: FacilityRecord;
  readonly columns: readonly Column[];
}) {
  const { t, text, language } = useText();
  const load = loadOf(facility);
  return (
    <div className="cb-service">
      <span className="cb-service-name" title={text(facility.name)}>
        {text(facility.name)}
      </span>
      <LoadBar load={load} />
      {columns.map((column) => {
        const value = facility.metrics[column.metric];
        const number = formatNumber(value, language);
        return (
          <span key={column.metric} className="cb-num">
            {value !== undefined && column.form ? t(column.form, { n: number }) : number}
          </span>
        );
      })}
      <Age
        atMs={facility.provenance?.observedAtMs}
        kind="facility"
        {...(facility.provenance ? { feed: facility.provenance.feed } : {})}
      />
    </div>
  );
}

const facilityId = (facility: FacilityRecord): string => facility.id;
const choose = (facility: FacilityRecord): void =>
  select({ kind: 'facility', id: facility.id }, { fly: true });

export default function ServicesPanel() {
  const { t } = useText();
  const all = useRecords('facility');
  const [service, setService] = useState<Service>('hospitals');
  const selection = useDesk((s) => s.selection);
  const shown = useMemo(() => facilitiesOf(all, kindsOf[service]), [all, service]);
  const columns = columnsOf[service].filter((c) => c.metric !== 'queue');
  return (
    <div className="cb-column" data-columns={columns.length}>
      <div className="cb-filters">
        <Segmented
          size="small"
          block
          value={service}
          onChange={setService}
          options={(['hospitals', 'parking', 'halls', 'care'] as const).map((s) => ({
            value: s,
            label: t(`services.${s}`),
          }))}
        />
      </div>
      <div className="cb-service cb-table-head" aria-hidden="true">
        <span>{t('services.name')}</span>
        <span>{t('services.used')}</span>
        {columns.map((c) => (
          <span key={c.metric} className="cb-num">
            {t(c.head)}
          </span>
        ))}
        <span>{t('services.age')}</span>
      </div>
      {shown.length === 0 ? (
        <p className="cb-empty">{t('services.empty')}</p>
      ) : (
        <VirtualList
          items={shown}
          rowPx={ROW_PX}
          label={t('panel.services')}
          keyOf={facilityId}
          chosen={selection?.kind === 'facility' ? selection.id : null}
          onChoose={choose}
          renderRow={(facility) => <Row facility={facility} columns={columns} />}
          register={registerList}
          prefer={preferList}
        />
      )}
    </div>
  );
}
