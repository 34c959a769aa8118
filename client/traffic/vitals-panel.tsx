/** The city's vital signs: one row a figure, with its trend, its source and its age. */
import { Tooltip } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import type { VitalsHistory } from '../../server/contract/api.ts';
import { clientConfig, timeZone } from '../desk/desk.ts';
import { formatClock } from '../desk/format.ts';
import { useRecord, useRecords, useText } from '../desk/hooks.ts';
import { Age } from '../desk/source.tsx';
import { fetchVitalsHistory } from '../sync/api.ts';
import { shownGroups, trendOf, valueOf, viewOf, type Vital, type VitalsView } from './vitals.ts';

const Trend = lazy(() => import('../ui/trend.tsx'));
const TREND_MINUTES = 30;
const TREND_PX = 48;
const TREND_EVERY_MS = 15_000;

const useVitalsHistory = (minutes = TREND_MINUTES): VitalsHistory | undefined =>
  useQuery({
    queryKey: ['vitals-history', minutes],
    queryFn: ({ signal }) => fetchVitalsHistory(minutes, signal),
    refetchInterval: TREND_EVERY_MS,
  }).data;

/** The vital signs with what the screen adds from feeds and incidents. */
export function useVitals(): VitalsView | undefined {
  const record = useRecord('vitals', 'city');
  const feeds = useRecords('feed');
  const incidents = useRecords('incident');
  return useMemo(() => record && viewOf(record, feeds, incidents), [record, feeds, incidents]);
}

function VitalRow({
  vital,
  record,
  history,
}: {
  readonly vital: Vital;
  readonly record: VitalsView;
  readonly history: VitalsHistory | undefined;
}) {
  const { t, language } = useText();
  const value = valueOf(record, vital);
  const known = value !== undefined;
  const points = trendOf(history, vital.id);
  const zone = timeZone();
  const said = known ? vital.from(record, t, language) : t('unknown.tip');
  return (
    <div className="cb-vital" data-alarm={known && (vital.alarm?.(record) ?? false)}>
      <div className="cb-vital-words">
        <span className="cb-vital-label">{t(vital.label)}</span>
        <span className="cb-vital-from" title={said}>
          {said}
        </span>
      </div>
      <div className="cb-vital-trend">
        {points.length === 0 && known && history && (
          <small className="cb-vital-collecting">{t('vitals.trend.none')}</small>
        )}
        {points.length > 0 && (
          <Tooltip title={t('vitals.trend', { minutes: TREND_MINUTES })}>
            <span>
              <Suspense fallback={null}>
                <Trend
                  points={points}
                  scale={vital.scale}
                  width={TREND_PX}
                  height={26}
                  label={`${t(vital.label)}: ${t('vitals.trend', { minutes: TREND_MINUTES })}`}
                  formatTime={(ms) => formatClock(ms, language, zone)}
                  formatValue={(v) => vital.format(v, language)}
                />
              </Suspense>
            </span>
          </Tooltip>
        )}
      </div>
      <div className="cb-vital-value">
        <b>{vital.format(value, language)}</b>
        {known && vital.unit && <small>{t(vital.unit)}</small>}
        {known && vital.beside && (
          <small className="cb-vital-beside">{vital.beside(record, t, language)}</small>
        )}
      </div>
    </div>
  );
}

export default function VitalsPanel() {
  const { t } = useText();
  const record = useVitals();
  const history = useVitalsHistory();
  if (!record) return <p className="cb-empty">{t('vitals.empty')}</p>;
  return (
    <div className="cb-vitals">
      <p className="cb-panel-head">
        <span>{t('source.model')}</span>
        <Age atMs={record.atMs} kind="vitals" />
      </p>
      {shownGroups(record, clientConfig().city !== null).map((group) => (
        <section key={group.label}>
          <h3>{t(group.label)}</h3>
          {group.vitals.map((vital) => (
            <VitalRow key={vital.id} vital={vital} record={record} history={history} />
          ))}
        </section>
      ))}
    </div>
  );
}
