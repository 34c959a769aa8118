/** The incident list: every open incident of the city, filtered, ordered, new ones marked, likely duplicates hinted. */
import { CopyOutlined } from '@ant-design/icons';
import { Button, Input, Segmented, Select, Tooltip } from 'antd';
import { useMemo, useState } from 'react';
import { channels, incidentFamilies } from '../../server/contract/categories.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { select, session, useDesk } from '../desk/desk.ts';
import { formatAgo, formatDistance, formatNumber, formatShare } from '../desk/format.ts';
import { useDistrictNames, useNow, useRecords, useText } from '../desk/hooks.ts';
import { preferList, registerList } from '../desk/list-focus.ts';
import { Shape } from '../ui/shape.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { familyOf, filterIncidents, isFiltering, isNew, noFilter, type IncidentFilter } from './filter.ts';

const ROW_PX = 54;
const severities = [1, 2, 3, 4] as const;
export const severityKey = (severity: number) => `inc.severity.${severity as 1 | 2 | 3 | 4}` as const;

export function DuplicateHint({ incident }: { readonly incident: IncidentRecord }) {
  const { t, language } = useText();
  const { duplicateHints } = incident;
  if (duplicateHints.length === 0) return null;
  const incidents = session().mirror.records.incident;
  return (
    <Tooltip
      title={
        <>
          <div>{t('inc.duplicate.tip', { n: duplicateHints.length })}</div>
          {duplicateHints.slice(0, 4).map((hint) => (
            <div key={hint.incident}>
              {t('inc.duplicate.row', {
                number: incidents.get(hint.incident)?.number ?? hint.incident,
                distance: formatDistance(hint.distanceM, language),
                minutes: formatNumber(hint.minutesApart, language),
                score: formatShare(hint.score, language),
              })}
            </div>
          ))}
        </>
      }
    >
      <span className="cb-dup">
        <CopyOutlined aria-hidden="true" /> {t('inc.duplicate', { n: duplicateHints.length + 1 })}
      </span>
    </Tooltip>
  );
}

function IncidentRow({
  incident,
  openedAtMs,
}: {
  readonly incident: IncidentRecord;
  readonly openedAtMs: number;
}) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const seen = useDesk((s) => s.seenIncidents);
  const names = useDistrictNames();
  const family = familyOf(incident);
  const district = incident.street ?? incident.district;
  const districtName = district === undefined ? undefined : names.get(district);
  const place = incident.address ?? (districtName ? text(districtName) : null);
  return (
    <div className="cb-inc" data-closed={incident.status === 'closed'} data-severity={incident.severity}>
      <span className="cb-inc-shape" title={t(`inc.family.${family}`)}>
        <Shape family={family} size={18} />
      </span>
      <span className="cb-inc-title">
        {isNew(incident, openedAtMs, nowMs, seen) && <em className="cb-new">{t('inc.new')}</em>}
        {text(incident.title)}
      </span>
      <span className="cb-inc-age">{formatAgo(nowMs - incident.reportedAtMs, language)}</span>
      <span className="cb-inc-line">
        <b className="cb-sev" data-severity={incident.severity}>
          {t(severityKey(incident.severity))}
        </b>
        <span>#{incident.number}</span>
        <span title={t(`inc.channel.${incident.channel}`)}>
          {/^\d+$/.test(incident.channel) ? incident.channel : t(`inc.channel.${incident.channel}`)}
        </span>
        <span className="cb-inc-place">{place ?? (incident.placed === 'none' ? t('inc.noPlace') : '')}</span>
        <DuplicateHint incident={incident} />
      </span>
    </div>
  );
}

export default function IncidentsPanel() {
  const { t } = useText();
  const all = useRecords('incident');
  const [filter, setFilter] = useState<IncidentFilter>(noFilter);
  const [openedAtMs] = useState(() => session().serverNowMs());
  const selection = useDesk((s) => s.selection);
  const shown = useMemo(() => filterIncidents(all, filter), [all, filter]);
  const change = (part: Partial<IncidentFilter>): void => setFilter((f) => ({ ...f, ...part }));
  const many = { mode: 'multiple', size: 'small', allowClear: true, maxTagCount: 'responsive' } as const;
  const filtering = isFiltering(filter);
  return (
    <div className="cb-column">
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
          <span className="cb-count">{t('inc.count', { shown: shown.length, total: all.length })}</span>
        </div>
        <div className="cb-filter-row">
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
            value={[...filter.severities]}
            placeholder={t('inc.filter.severity')}
            aria-label={t('inc.filter.severity')}
            onChange={(values) => change({ severities: values })}
            options={severities.map((s) => ({ value: s as number, label: t(severityKey(s)) }))}
          />
          <Select
            {...many}
            value={[...filter.channels]}
            placeholder={t('inc.filter.channel')}
            aria-label={t('inc.filter.channel')}
            onChange={(values) => change({ channels: values })}
            options={channels.map((channel) => ({ value: channel, label: t(`inc.channel.${channel}`) }))}
          />
        </div>
        <div className="cb-filter-row">
          <Segmented
            size="small"
            value={filter.status}
            onChange={(status) => change({ status })}
            options={(['open', 'closed', 'all'] as const).map((s) => ({
              value: s,
              label: t(`inc.status.${s}`),
            }))}
          />
          <Segmented
            size="small"
            value={filter.sort}
            onChange={(sort) => change({ sort })}
            options={(['severity', 'newest', 'oldest'] as const).map((s) => ({
              value: s,
              label: t(`inc.sort.${s}`),
            }))}
          />
        </div>
      </div>
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
          rowPx={ROW_PX}
          label={t('panel.incidents')}
          keyOf={incidentId}
          chosen={selection?.kind === 'incident' ? selection.id : null}
          onChoose={choose}
          renderRow={(incident) => <IncidentRow incident={incident} openedAtMs={openedAtMs} />}
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
