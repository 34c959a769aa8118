/** Measurements of what a change brought: delay of each block by the way that ruled it, and the 95 % interval of the effect. */
import { Button } from 'antd';
import { lazy, Suspense } from 'react';
import type { MeasurementRecord } from '../../server/contract/signal-control.ts';
import { useMay } from '../account/me.ts';
import { useWidth } from '../alarm-kpi/use-width.ts';
import { timeZone, useDesk } from '../desk/desk.ts';
import { formatMoment, formatNumber } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { useRun } from '../dispatch/use-run.ts';
import { signalDeeds } from './deeds.ts';
import { armDelayS, byRecency, measuredShare, verdictOf } from './figures.ts';
import { Seconds } from './marks.tsx';

const MeasureChart = lazy(() => import('./measure-chart.tsx'));

/** The interval on a scale that holds zero: what lies left of it got better. */
function Interval({ effect }: { readonly effect: NonNullable<MeasurementRecord['effect']> }) {
  const { t, language } = useText();
  const most = Math.max(5, Math.abs(effect.lowPct), Math.abs(effect.highPct)) * 1.15;
  const x = (pct: number): string => `${((pct + most) / (2 * most)) * 100}%`;
  const said = t('signals.effect.interval', {
    low: formatNumber(effect.lowPct, language, 1),
    high: formatNumber(effect.highPct, language, 1),
    n: effect.pairs,
  });
  return (
    <>
      <svg className="cb-interval" width="100%" height="18" role="img" aria-label={said}>
        <line x1="0" x2="100%" y1="9" y2="9" stroke="var(--cb-border-line)" />
        <line x1="50%" x2="50%" y1="1" y2="17" stroke="var(--cb-text-muted)" />
        <line
          x1={x(effect.lowPct)}
          x2={x(effect.highPct)}
          y1="9"
          y2="9"
          stroke="var(--cb-accent)"
          strokeWidth="4"
        />
        <circle cx={x(effect.changePct)} cy="9" r="5" fill="var(--cb-accent)" />
      </svg>
      <small>{said}</small>
    </>
  );
}

function Effect({ measurement: m }: { readonly measurement: MeasurementRecord }) {
  const { t, language } = useText();
  const verdict = verdictOf(m.effect);
  return (
    <div className="cb-effect-line">
      <p>
        {t(`signals.method.${m.base}`)}{' '}
        <b>
          <Seconds value={armDelayS(m.blocks, 'base')} digits={1} />
        </b>
        {' · '}
        {t(`signals.method.${m.test}`)}{' '}
        <b>
          <Seconds value={armDelayS(m.blocks, 'test')} digits={1} />
        </b>
      </p>
      {m.effect ? (
        <>
          <p>
            {t('signals.effect')}{' '}
            <strong data-verdict={verdict}>
              {m.effect.changePct > 0 ? '+' : ''}
              {formatNumber(m.effect.changePct, language, 1)}%
            </strong>{' '}
            {t(`signals.effect.${verdict}`)}
          </p>
          <Interval effect={m.effect} />
        </>
      ) : (
        <p className="cb-note">{t('signals.effect.none')}</p>
      )}
    </div>
  );
}

function Measurement({ measurement: m }: { readonly measurement: MeasurementRecord }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const theme = useDesk((s) => s.theme);
  const may = useMay('signal.measure-stop');
  const { run, busy } = useRun();
  const [box, width] = useWidth<HTMLLIElement>();
  const at = (ms: number): string => formatMoment(ms, nowMs, language, timeZone()).slice(0, -3);
  return (
    <li ref={box} className="cb-measurement">
      <header>
        <b>{text(m.name)}</b>
        <span className="cb-stage" data-stage={m.state}>
          {t(`signals.measure.${m.state}`)}
        </span>
        {m.state === 'running' && may && (
          <Button size="small" loading={busy} onClick={() => void run(() => signalDeeds.stopMeasuring(m.id))}>
            {t('signals.measure.stop')}
          </Button>
        )}
      </header>
      <p className="cb-note">
        {t(`signals.design.${m.design}`)} ·{' '}
        {t('signals.measure.what', { n: m.signals.length, controls: m.controls.length })}
        {' · '}
        {t('signals.measure.span', { from: at(m.startedAtMs), until: at(m.endsAtMs), min: m.blockMin })}
        {' · '}
        {m.startedBy.name}
      </p>
      {m.state === 'running' && (
        <progress value={measuredShare(m, nowMs)} aria-label={t('signals.measure.running')} />
      )}
      <Effect measurement={m} />
      {m.blocks.length > 0 && width > 0 && (
        <Suspense fallback={null}>
          <MeasureChart key={theme} measurement={m} width={width - 24} />
        </Suspense>
      )}
    </li>
  );
}

export function Measurements() {
  const { t } = useText();
  const measurements = useRecords('measurement');
  if (measurements.length === 0) return <p className="cb-empty">{t('signals.measurements.none')}</p>;
  return (
    <ul className="cb-signal-cards" aria-label={t('signals.tab.measurements')}>
      {byRecency(measurements).map((m) => (
        <Measurement key={m.id} measurement={m} />
      ))}
    </ul>
  );
}
