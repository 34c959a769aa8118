/** The traffic of the city: districts, bottlenecks, a forecast with its error, what changes brought, and what-if runs. */
import type { AreaTraffic, TrafficAnswer } from '../../server/contract/signal-api.ts';
import { useWidth } from '../alarm-kpi/use-width.ts';
import { flyTo } from '../desk/desk.ts';
import { formatAgo, formatNumber, formatShare } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { ApiError } from '../sync/api.ts';
import { armDelayS, byRecency, verdictOf } from './figures.ts';
import { Seconds } from './marks.tsx';
import { bestForecast, trendLine } from './traffic-figures.ts';
import { useSignalView } from './signal-view.ts';
import { signalDeeds } from './deeds.ts';
import { useTraffic } from './use-signals.ts';
import { WhatIf } from './what-if.tsx';

const SPARK = { width: 90, height: 20 } as const;
const MEASUREMENTS_SHOWN = 5;

function Spark({ trend }: { readonly trend: AreaTraffic['trend'] }) {
  const { t, language } = useText();
  const lines = trendLine(trend, SPARK.width, SPARK.height);
  const known = trend.filter((v) => v !== null);
  if (known.length < 2) return null;
  return (
    <svg
      width={SPARK.width}
      height={SPARK.height}
      role="img"
      aria-label={t('traffic.trend.said', {
        from: formatNumber(known[0], language, 2),
        to: formatNumber(known.at(-1), language, 2),
      })}
    >
      {lines.map((points) => (
        <polyline key={points} points={points} fill="none" stroke="var(--cb-accent)" strokeWidth="1.4" />
      ))}
    </svg>
  );
}

function Areas({ areas }: { readonly areas: readonly AreaTraffic[] }) {
  const { t, text, language } = useText();
  return (
    <section className="cb-traffic-part cb-traffic-areas">
      <h3>{t('traffic.areas')}</h3>
      <div className="cb-table-scroll" tabIndex={0} role="region" aria-label={t('traffic.areas')}>
        <table className="cb-table">
          <thead>
            <tr>
              <th>{t('traffic.area')}</th>
              <th title={t('traffic.index.help')}>{t('traffic.index')}</th>
              <th>{t('traffic.lost')}</th>
              <th>{t('traffic.trend')}</th>
              <th>{t('signals.delay')}</th>
              <th>{t('traffic.automatic')}</th>
            </tr>
          </thead>
          <tbody>
            {areas.map((a) => (
              <tr key={a.id} data-city={a.id === 'city'}>
                <th scope="row">{text(a.name)}</th>
                <td>
                  <b>{formatNumber(a.congestionIndex, language, 2)}</b>
                </td>
                <td>{formatNumber(a.lostVehH, language)}</td>
                <td>
                  <Spark trend={a.trend} />
                </td>
                <td>
                  <Seconds value={a.delayS} />
                </td>
                <td>
                  {formatShare(a.signals === 0 ? null : a.automatic / a.signals, language)}{' '}
                  <small>
                    {a.automatic}/{a.signals}
                  </small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Bottlenecks({ bottlenecks }: { readonly bottlenecks: TrafficAnswer['bottlenecks'] }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  return (
    <section className="cb-traffic-part">
      <h3>{t('traffic.bottlenecks')}</h3>
      {bottlenecks.length === 0 ? (
        <p className="cb-empty">{t('traffic.bottlenecks.none')}</p>
      ) : (
        <ol className="cb-bottlenecks">
          {bottlenecks.map((b) => (
            <li key={b.link}>
              <button type="button" className="cb-link" onClick={() => flyTo(b.position)}>
                {b.name ? text(b.name) : t('details.noName')}
              </button>
              <b>
                {formatNumber(b.lostVehH, language, 1)} <small>{t('traffic.vehH')}</small>
              </b>
              <span>{t('traffic.queue', { n: formatNumber(b.queue, language) })}</span>
              <small>{formatAgo(nowMs - b.sinceMs, language)}</small>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Forecast({ forecast }: { readonly forecast: TrafficAnswer['forecast'] }) {
  const { t, language } = useText();
  const error = (value: number | null, best: boolean) => (
    <td data-best={best}>{formatNumber(value, language, 3)}</td>
  );
  return (
    <section className="cb-traffic-part">
      <h3>{t('traffic.forecast')}</h3>
      <table className="cb-table cb-forecast">
        <thead>
          <tr>
            <th>{t('traffic.forecast.in')}</th>
            <th>{t('traffic.index')}</th>
            <th>{t('traffic.error.ours')}</th>
            <th>{t('traffic.error.now')}</th>
            <th>{t('traffic.error.week')}</th>
          </tr>
        </thead>
        <tbody>
          {forecast.map((f) => {
            const best = bestForecast(f);
            return (
              <tr key={f.minutes}>
                <th scope="row">{t('traffic.minutes', { n: f.minutes })}</th>
                <td>
                  <b>{formatNumber(f.value, language, 2)}</b>
                </td>
                {error(f.error, best === 'ours')}
                {error(f.errorAsNow, best === 'now')}
                {error(f.errorAsLastWeek, best === 'week')}
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="cb-note">{t('traffic.forecast.help')}</p>
    </section>
  );
}

/** The base and the test of each measurement beside each other. */
function BeforeAfter() {
  const { t, text, language } = useText();
  const measurements = byRecency(useRecords('measurement')).slice(0, MEASUREMENTS_SHOWN);
  const delays = measurements.map((m) => ({
    m,
    base: armDelayS(m.blocks, 'base'),
    test: armDelayS(m.blocks, 'test'),
  }));
  const most = Math.max(1, ...delays.flatMap((d) => [d.base ?? 0, d.test ?? 0]));
  return (
    <section className="cb-traffic-part">
      <h3>{t('traffic.measurements')}</h3>
      {measurements.length === 0 && <p className="cb-empty">{t('signals.measurements.none')}</p>}
      <ul className="cb-before-after">
        {delays.map(({ m, base, test }) => (
          <li key={m.id}>
            <button type="button" className="cb-link" onClick={() => signalDeeds.showSignals('measurements')}>
              {text(m.name)}
            </button>
            <strong data-verdict={verdictOf(m.effect)}>
              {m.effect
                ? `${m.effect.changePct > 0 ? '+' : ''}${formatNumber(m.effect.changePct, language, 1)}%`
                : t('signals.effect.short')}
            </strong>
            {(['base', 'test'] as const).map((arm) => {
              const value = arm === 'base' ? base : test;
              return (
                <div key={arm} className="cb-arm" data-arm={arm}>
                  <small>{t(`signals.method.${m[arm]}`)}</small>
                  <span>
                    <i style={{ width: `${((value ?? 0) / most) * 100}%` }} />
                  </span>
                  <b>
                    <Seconds value={value} digits={1} />
                  </b>
                </div>
              );
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}

export default function TrafficPanel() {
  const { t, text } = useText();
  const [box, width] = useWidth<HTMLDivElement>();
  const { data, error } = useTraffic(width > 0);
  const whatIf = useSignalView((s) => s.whatIf);
  return (
    <div ref={box} className="cb-traffic">
      {error && !data && (
        <p className="cb-empty" role="alert">
          {t('details.failed', { reason: error instanceof ApiError ? text(error.text) : error.message })}
        </p>
      )}
      {!data && !error && <p className="cb-empty">{t('app.loading')}</p>}
      {data && (
        <>
          <Areas areas={data.areas} />
          <Bottlenecks bottlenecks={data.bottlenecks} />
          <Forecast forecast={data.forecast} />
          <BeforeAfter />
          <WhatIf id={whatIf} />
        </>
      )}
    </div>
  );
}
