/** The filters of the alarm list: what one types, what stands or was put aside, whose, how urgent, where. */
import { FilterOutlined } from '@ant-design/icons';
import { Button, Input, Select, Tooltip } from 'antd';
import { useMemo, useState } from 'react';
import { alarmPriorities, alarmPriorityNames, type AlarmRecord } from '../../server/contract/alarms.ts';
import { useMe } from '../account/me.ts';
import { useDistrictNames, useText } from '../desk/hooks.ts';
import { changeFilter, useAlarmView } from './alarm-view.ts';
import { alarmShows, type AlarmFilter } from './filter.ts';

const MAP = '@map';
const areaValue = (area: AlarmFilter['area']): string | null =>
  area === 'map' ? MAP : (area?.district ?? null);

export function AlarmFilters({
  alarms,
  found,
}: {
  readonly alarms: readonly AlarmRecord[];
  readonly found: number;
}) {
  const { t, text } = useText();
  const me = useMe();
  const names = useDistrictNames();
  const filter = useAlarmView((s) => s.filter);
  const [choosing, setChoosing] = useState(false);
  const chosen = filter.mine || filter.priorities.length > 0 || filter.area !== null;
  const districts = useMemo(
    () => [...new Set(alarms.map((a) => a.subject.district).filter((d) => d !== undefined))].sort(),
    [alarms],
  );
  const nameOf = (id: string): string => {
    const name = names.get(id);
    return name ? text(name) : id;
  };
  return (
    <div className="cb-filters">
      <div className="cb-filter-row cb-alarm-filter">
        <Input
          size="small"
          allowClear
          value={filter.text}
          placeholder={t('alarm.filter')}
          aria-label={t('alarm.filter.by')}
          title={t('alarm.filter.by')}
          onChange={(event) => changeFilter({ text: event.target.value })}
        />
        <Select
          size="small"
          value={filter.show}
          aria-label={t('alarm.show')}
          onChange={(show) => changeFilter({ show })}
          options={alarmShows.map((show) => ({ value: show, label: t(`alarm.show.${show}`) }))}
        />
        <span className="cb-count">{t('alarm.found', { shown: found, total: alarms.length })}</span>
        <Tooltip title={t('inc.filters')}>
          <Button
            size="small"
            type={choosing ? 'primary' : 'text'}
            aria-expanded={choosing || chosen}
            aria-label={t('inc.filters')}
            icon={<FilterOutlined />}
            onClick={() => setChoosing(!choosing)}
          />
        </Tooltip>
      </div>
      {/* What is filtered by stays in sight. */}
      <div className="cb-filter-row" hidden={!choosing && !chosen}>
        {me && (
          <Button
            size="small"
            type={filter.mine ? 'primary' : 'default'}
            aria-pressed={filter.mine}
            onClick={() => changeFilter({ mine: !filter.mine })}
          >
            {t('alarm.mine')}
          </Button>
        )}
        <Select
          mode="multiple"
          size="small"
          allowClear
          maxTagCount="responsive"
          value={[...filter.priorities]}
          placeholder={t('alarm.priority')}
          aria-label={t('alarm.priority')}
          onChange={(priorities) => changeFilter({ priorities })}
          options={alarmPriorities.map((p) => ({ value: p, label: `${p} ${text(alarmPriorityNames[p])}` }))}
        />
        <Select
          size="small"
          allowClear
          value={areaValue(filter.area)}
          placeholder={t('alarm.area')}
          aria-label={t('alarm.area')}
          onChange={(value: string | null | undefined) =>
            changeFilter({ area: !value ? null : value === MAP ? 'map' : { district: value } })
          }
          options={[
            { value: MAP, label: t('alarm.area.map') },
            ...districts.map((id) => ({ value: id, label: nameOf(id) })),
          ]}
        />
      </div>
    </div>
  );
}
