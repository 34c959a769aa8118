/** The filters of the work queue: what one types, switches that stand in sight, and lists of choices that fold away. */
import { FilterOutlined, MenuOutlined } from '@ant-design/icons';
import { Button, Input, Segmented, Select, Tooltip } from 'antd';
import { useState } from 'react';
import { stageNames, stages } from '../../server/contract/cases.ts';
import { channels, incidentFamilies } from '../../server/contract/categories.ts';
import { useMe } from '../account/me.ts';
import { departmentName, useDepartments } from '../desk/departments.ts';
import { setPreferences, useDesk } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { chosenCount, type IncidentFilter } from './filter.ts';

const severities = [1, 2, 3, 4] as const;
const sorts = ['queue', 'newest', 'oldest', 'severity'] as const;

export function QueueFilters({
  filter,
  change,
  shown,
  total,
}: {
  readonly filter: IncidentFilter;
  readonly change: (part: Partial<IncidentFilter>) => void;
  readonly shown: number;
  readonly total: number;
}) {
  const { t, text, language } = useText();
  const me = useMe();
  const dense = useDesk((s) => s.denseLists);
  const departments = useDepartments();
  const [choosing, setChoosing] = useState(false);
  const many = { mode: 'multiple', size: 'small', allowClear: true, maxTagCount: 'responsive' } as const;
  const toggle = (label: string, on: boolean, set: (on: boolean) => void): React.ReactNode => (
    <Button size="small" type={on ? 'primary' : 'default'} aria-pressed={on} onClick={() => set(!on)}>
      {label}
    </Button>
  );
  return (
    <div className="cb-filters">
      <div className="cb-filter-row">
        <Input
          size="small"
          allowClear
          value={filter.text}
          placeholder={t('inc.filter')}
          aria-label={t('inc.filter')}
          onChange={(event) => change({ text: event.target.value })}
        />
        <span className="cb-count">{t('inc.count', { shown, total })}</span>
        <Tooltip title={t('inc.filters')}>
          <Button
            size="small"
            type={choosing ? 'primary' : 'text'}
            aria-expanded={choosing}
            aria-label={t('inc.filters')}
            icon={<FilterOutlined />}
            onClick={() => setChoosing(!choosing)}
          />
        </Tooltip>
        <Tooltip title={t('inc.dense')}>
          <Button
            size="small"
            type={dense ? 'primary' : 'text'}
            aria-pressed={dense}
            aria-label={t('inc.dense')}
            icon={<MenuOutlined />}
            onClick={() => setPreferences({ denseLists: !dense })}
          />
        </Tooltip>
      </div>
      <div className="cb-filter-row cb-filter-toggles">
        {me &&
          toggle(t('inc.only.mine'), filter.handler === me.id, (on) =>
            change({ handler: on ? me.id : null }),
          )}
        {toggle(t('inc.only.unassigned'), filter.unassigned, (unassigned) => change({ unassigned }))}
        {toggle(t('inc.only.overdue'), filter.overdue, (overdue) => change({ overdue }))}
        <Segmented
          size="small"
          value={filter.status}
          onChange={(status) => change({ status })}
          options={(['open', 'closed', 'all'] as const).map((s) => ({
            value: s,
            label: t(`inc.status.${s}`),
          }))}
        />
      </div>
      {/* What is filtered by stays in sight. */}
      <div className="cb-filter-row cb-filter-choices" hidden={!choosing && chosenCount(filter) === 0}>
        <Select
          {...many}
          value={[...filter.stages]}
          placeholder={t('inc.filter.stage')}
          aria-label={t('inc.filter.stage')}
          onChange={(values) => change({ stages: values })}
          options={stages.map((stage) => ({ value: stage, label: text(stageNames[stage]) }))}
        />
        <Select
          {...many}
          value={[...filter.departments]}
          placeholder={t('inc.filter.department')}
          aria-label={t('inc.filter.department')}
          onChange={(values) => change({ departments: values })}
          options={departments.map((d) => ({
            value: d.id,
            label: departmentName(d.id, departments, language),
          }))}
        />
        <Select
          {...many}
          value={[...filter.severities]}
          placeholder={t('inc.filter.severity')}
          aria-label={t('inc.filter.severity')}
          onChange={(values) => change({ severities: values })}
          options={severities.map((s) => ({ value: s as number, label: t(`inc.severity.${s}`) }))}
        />
        <Select
          {...many}
          value={[...filter.families]}
          placeholder={t('inc.filter.family')}
          aria-label={t('inc.filter.family')}
          onChange={(families) => change({ families })}
          options={incidentFamilies.map((family) => ({ value: family, label: t(`inc.family.${family}`) }))}
        />
        <Select
          {...many}
          value={[...filter.channels]}
          placeholder={t('inc.filter.channel')}
          aria-label={t('inc.filter.channel')}
          onChange={(values) => change({ channels: values })}
          options={channels.map((channel) => ({ value: channel, label: t(`inc.channel.${channel}`) }))}
        />
        <Segmented
          size="small"
          value={filter.sort}
          aria-label={t('inc.sort')}
          onChange={(sort) => change({ sort })}
          options={sorts.map((s) => ({ value: s, label: t(`inc.sort.${s}`) }))}
        />
      </div>
    </div>
  );
}
