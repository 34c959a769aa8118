/** Filters of the list of signals: words, district, mode, what decides, level of service; and the order. */
import { Input, Select } from 'antd';
import { useMemo } from 'react';
import { signalServiceLevels } from '../../server/contract/signal-api.ts';
import { signalModes, type ControlRecord } from '../../server/contract/signal-control.ts';
import { useDistrictNames, useText } from '../desk/hooks.ts';
import { groundFilters, signalSorts } from './rows.ts';
import { changeSignalFilter, useSignalView } from './signal-view.ts';

export function SignalFilters({ controls }: { readonly controls: readonly ControlRecord[] }) {
  const { t, text } = useText();
  const filter = useSignalView((s) => s.filter);
  const names = useDistrictNames();
  const districts = useMemo(
    () => [...new Set(controls.flatMap((c) => (c.district === undefined ? [] : [c.district])))].sort(),
    [controls],
  );
  const nameOf = (id: string): string => {
    const name = names.get(id);
    return name ? text(name) : id;
  };
  const small = { size: 'small', popupMatchSelectWidth: false } as const;
  return (
    <div className="cb-filters">
      <div className="cb-filter-row">
        <Input
          size="small"
          allowClear
          value={filter.text}
          placeholder={t('signals.filter')}
          aria-label={t('signals.filter')}
          onChange={(event) => changeSignalFilter({ text: event.target.value })}
        />
        <Select
          {...small}
          value={filter.sort}
          aria-label={t('signals.sort')}
          onChange={(sort) => changeSignalFilter({ sort })}
          options={signalSorts.map((sort) => ({ value: sort, label: t(`signals.sort.${sort}`) }))}
        />
      </div>
      <div className="cb-filter-row cb-signal-filter">
        <Select
          {...small}
          value={filter.district}
          aria-label={t('signals.district')}
          onChange={(district) => changeSignalFilter({ district })}
          options={[
            { value: '', label: t('signals.district.all') },
            ...districts.map((id) => ({ value: id, label: nameOf(id) })),
          ]}
        />
        <Select
          {...small}
          value={filter.mode}
          aria-label={t('signals.mode')}
          onChange={(mode) => changeSignalFilter({ mode })}
          options={[
            { value: '' as const, label: t('signals.mode.all') },
            ...signalModes.map((mode) => ({ value: mode, label: t(`signals.mode.${mode}`) })),
          ]}
        />
        <Select
          {...small}
          value={filter.ground}
          aria-label={t('signals.ground')}
          onChange={(ground) => changeSignalFilter({ ground })}
          options={groundFilters.map((value) => ({
            value,
            label: t(value === '' ? 'signals.ground.all' : `signals.ground.${value}`),
          }))}
        />
        <Select
          {...small}
          value={filter.los}
          aria-label={t('signals.los')}
          onChange={(los) => changeSignalFilter({ los })}
          options={[
            { value: '' as const, label: t('signals.los.all') },
            ...signalServiceLevels.map((los) => ({ value: los, label: t(`signals.los.${los}`) })),
          ]}
        />
      </div>
    </div>
  );
}
