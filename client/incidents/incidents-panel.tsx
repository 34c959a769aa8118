/** The incident list: every open incident of the city, filtered, ordered, new ones marked, likely duplicates hinted. */
import { CopyOutlined, FilterOutlined, MenuOutlined } from '@ant-design/icons';
import { Button, Input, Segmented, Select, Tooltip } from 'antd';
import { useMemo, useState } from 'react';
import { channels, incidentFamilies } from '../../server/contract/categories.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { select, session, setPreferences, useDesk } from '../desk/desk.ts';
import { formatAgo, formatDistance, formatNumber, formatShare } from '../desk/format.ts';
import { useDistrictNames, useNow, useRecords, useText } from '../desk/hooks.ts';
import { preferList, registerList } from '../desk/list-focus.ts';
import { SeverityBars } from '../ui/severity.tsx';
import { Shape } from '../ui/shape.tsx';
import type { SeverityKey } from '../ui/tokens.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import { familyOf, filterIncidents, isFiltering, isNew, noFilter, type IncidentFilter } from './filter.ts';
import { placeOf } from './place.ts';
import { progressIn } from './progress.ts';

/** Two lines a row, or one where a person wants to see more incidents at once. */
const ROW_PX = { roomy: 38, dense: 25 } as const;
const severities = [1, 2, 3, 4] as const;
const severityKey = (severity: number) => `inc.severity.${severity as 1 | 2 | 3 | 4}` as const;

export function DuplicateHint({
  incident,
  short = false,
}: {
  readonly incident: IncidentRecord;
  /** The sign and the count only; the words are in the tooltip. */
  readonly short?: boolean;
}) {
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
        <CopyOutlined aria-hidden="true" />{' '}
        {short ? `×${duplicateHints.length + 1}` : t('inc.duplicate', { n: duplicateHints.length + 1 })}
      </span>
    </Tooltip>
  );
}

export function Severity({ severity }: { readonly severity: number }) {
  const { t } = useText();
  return (
    <b className="cb-sev" data-severity={severity}>
      <SeverityBars severity={severity as SeverityKey} /> {t(severityKey(severity))}
    </b>
  );
}

function IncidentRow({
  incident,
  openedAtMs,
  dense,
}: {
  readonly incident: IncidentRecord;
  readonly openedAtMs: number;
  readonly dense: boolean;
}) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const seen = useDesk((s) => s.seenIncidents);
  const names = useDistrictNames();
  const family = familyOf(incident);
  const place = placeOf(incident, language, names) || (incident.placed === 'none' ? t('inc.noPlace') : '');
  const severity = <Severity severity={incident.severity} />;
  return (
    <div
      className="cb-inc"
      data-dense={dense}
      data-closed={incident.status === 'closed'}
      data-severity={incident.severity}
    >
      <span className="cb-inc-shape" title={t(`inc.family.${family}`)}>
        <Shape family={family} size={18} />
      </span>
      {dense && severity}
      <span className="cb-inc-title" title={[text(incident.title), place].filter(Boolean).join(' · ')}>
        {isNew(incident, openedAtMs, nowMs, seen) && <em className="cb-new">{t('inc.new')}</em>}
        {text(incident.title)}
        {dense && <small> {place}</small>}
      </span>
      <span className="cb-inc-age">{formatAgo(nowMs - incident.reportedAtMs, language)}</span>
      {!dense && (
        <span className="cb-inc-line">
          {severity}
          <span>#{incident.number}</span>
          <span>{t(`inc.channel.${incident.channel}`)}</span>
          <span className="cb-inc-place" title={place}>
            {place}
          </span>
          <DuplicateHint short incident={incident} />
          {incident.sourceStatus && (
            <span className="cb-inc-status" title={t('inc.sourceStatus')}>
              {progressIn(incident.sourceStatus, language)}
            </span>
          )}
        </span>
      )}
    </div>
  );
}

export default function IncidentsPanel() {
  const { t } = useText();
  const all = useRecords('incident');
  const [filter, setFilter] = useState<IncidentFilter>(noFilter);
  const [openedAtMs] = useState(() => session().serverNowMs());
  const selection = useDesk((s) => s.selection);
  const dense = useDesk((s) => s.denseLists);
  const shown = useMemo(() => filterIncidents(all, filter), [all, filter]);
  const change = (part: Partial<IncidentFilter>): void => setFilter((f) => ({ ...f, ...part }));
  const many = { mode: 'multiple', size: 'small', allowClear: true, maxTagCount: 'responsive' } as const;
  const [choosing, setChoosing] = useState(false);
  const filtering = isFiltering(filter);
  // What is filtered by stays in sight.
  const chosenAny = filter.families.length + filter.severities.length + filter.channels.length > 0;
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
        </div>
        <div className="cb-filter-row" hidden={!choosing && !chosenAny}>
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
          <Tooltip title={t('inc.dense')}>
            <Button
              className="cb-inc-dense"
              size="small"
              type={dense ? 'primary' : 'text'}
              aria-pressed={dense}
              aria-label={t('inc.dense')}
              icon={<MenuOutlined />}
              onClick={() => setPreferences({ denseLists: !dense })}
            />
          </Tooltip>
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
