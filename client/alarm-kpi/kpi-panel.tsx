/** How the alarm system does (ISA-18.2 §16, EEMUA 191 §6): the load of operators, floods, priorities, who rings most; and the log. */
import { Alert, Segmented } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { AlarmKpiAnswer } from '../../server/contract/alarm-api.ts';
import { timeZone, useDesk } from '../desk/desk.ts';
import { formatMoment, formatNumber, formatShare, UNKNOWN } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import { ApiError } from '../sync/api.ts';
import { AlarmLog } from './alarm-log.tsx';
import {
  finePercent,
  FLOOD_TARGET,
  judge,
  keptAway,
  kpiHours,
  RATE_TARGET,
  type KpiHours,
  type Verdict,
} from './figures.ts';
import { AlarmTable, RuleTable, Shares, ShiftTable } from './kpi-tables.tsx';
import { useKpi, useMayReadAlarms } from './use-kpi.ts';
import { useWidth } from './use-width.ts';

const KpiCharts = lazy(() => import('./kpi-charts.tsx'));
/** Of the panel, left and right of a chart. */
const EDGES_PX = 24;

function Tile({
  name,
  value,
  beside,
  verdict,
}: {
  readonly name: string;
  readonly value: string;
  readonly beside: string;
  readonly verdict?: Verdict;
}) {
  const { t } = useText();
  return (
    <div className="cb-tile" data-verdict={verdict}>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        <small>
          {beside}
          {verdict === 'bad' && <span>{t('kpi.off')}</span>}
          {verdict === 'good' && <span>{t('kpi.within')}</span>}
        </small>
      </dd>
    </div>
  );
}

function Tiles({ answer }: { readonly answer: AlarmKpiAnswer }) {
  const { t, language } = useText();
  const zone = timeZone();
  const { rung, raised, perOperator10Min, peak10Min, floodShare, floods, standing, stale } = answer;
  const kept = keptAway(answer);
  return (
    <dl className="cb-tiles">
      <Tile
        name={t('kpi.rate')}
        value={formatNumber(perOperator10Min, language, 2)}
        beside={perOperator10Min === null ? t('kpi.rate.none') : t('kpi.target.most', { n: RATE_TARGET })}
        verdict={judge(perOperator10Min, RATE_TARGET)}
      />
      <Tile
        name={t('kpi.flood')}
        value={finePercent(floodShare, language)}
        beside={t('kpi.flood.beside', { n: floods.length, target: formatShare(FLOOD_TARGET, language) })}
        verdict={judge(floodShare, FLOOD_TARGET)}
      />
      <Tile
        name={t('kpi.rung')}
        value={formatNumber(rung, language)}
        beside={
          kept === null
            ? t('kpi.raised.none')
            : t('kpi.raised.beside', {
                n: formatNumber(raised, language),
                share: formatShare(kept, language),
              })
        }
      />
      <Tile
        name={t('kpi.peak')}
        value={peak10Min ? formatNumber(peak10Min.rung, language) : UNKNOWN}
        beside={
          peak10Min
            ? formatMoment(peak10Min.atMs, answer.untilMs, language, zone).slice(0, -3)
            : t('kpi.peak.none')
        }
      />
      <Tile
        name={t('kpi.standing')}
        value={formatNumber(standing.length, language)}
        beside={t('kpi.standing.beside', { n: formatNumber(stale.length, language) })}
      />
    </dl>
  );
}

function Figures({ answer }: { readonly answer: AlarmKpiAnswer }) {
  const { t } = useText();
  const theme = useDesk((s) => s.theme);
  const [box, width] = useWidth<HTMLDivElement>();
  return (
    <div ref={box}>
      <Tiles answer={answer} />
      {answer.raised === 0 && <p className="cb-empty">{t('kpi.empty')}</p>}
      <div className="cb-kpi-columns">
        {answer.raised > 0 && width > EDGES_PX && (
          <div className="cb-kpi-charts">
            <Suspense fallback={null}>
              <KpiCharts key={theme} answer={answer} width={columnPx(width) - EDGES_PX} />
            </Suspense>
          </div>
        )}
        <div className="cb-kpi-tables">
          <Shares answer={answer} />
          <AlarmTable
            alarms={answer.chattering}
            title="kpi.chattering"
            help="kpi.chattering.help"
            none="kpi.chattering.none"
          />
          <AlarmTable alarms={answer.stale} title="kpi.stale" help="kpi.stale.help" none="kpi.stale.none" />
          <AlarmTable
            alarms={answer.standing}
            title="kpi.standing"
            help="kpi.standing.help"
            none="kpi.standing.none"
          />
          <RuleTable rules={answer.rules} />
          <ShiftTable shifts={answer.shifts} />
        </div>
      </div>
    </div>
  );
}

/** As in the style sheet: two columns from this width on. */
const WIDE_PX = 700;
const columnPx = (width: number): number => (width > WIDE_PX ? Math.floor(width / 2) : width);

export default function KpiPanel() {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const [hours, setHours] = useState<KpiHours>(8);
  const [tab, setTab] = useState<'figures' | 'log'>('figures');
  const { data, error } = useKpi(hours);
  const mayRead = useMayReadAlarms();
  const at = (ms: number): string => formatMoment(ms, nowMs, language, timeZone()).slice(0, -3);
  if (!mayRead) return <p className="cb-empty">{t('kpi.notAllowed')}</p>;
  return (
    <div className="cb-kpi">
      <div className="cb-filters">
        <div className="cb-filter-row">
          <Segmented
            size="small"
            value={tab}
            aria-label={t('kpi.tab')}
            onChange={setTab}
            options={(['figures', 'log'] as const).map((value) => ({ value, label: t(`kpi.tab.${value}`) }))}
          />
          <Segmented
            size="small"
            value={hours}
            aria-label={t('kpi.window')}
            onChange={setHours}
            options={kpiHours.map((value) => ({ value, label: t(`kpi.hours.${value}`) }))}
          />
        </div>
        {data && tab === 'figures' && (
          <p className="cb-note">{t('kpi.span', { from: at(data.sinceMs), until: at(data.untilMs) })}</p>
        )}
      </div>
      {tab === 'log' && <AlarmLog hours={hours} />}
      {tab === 'figures' && error && !data && (
        <Alert
          type="error"
          showIcon
          title={t('kpi.failed', { reason: error instanceof ApiError ? text(error.text) : error.message })}
        />
      )}
      {tab === 'figures' && !data && !error && <p className="cb-empty">{t('app.loading')}</p>}
      {tab === 'figures' && data && <Figures answer={data} />}
    </div>
  );
}
