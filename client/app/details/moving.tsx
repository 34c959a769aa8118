/** Cards of telemetry: a vehicle, a link with its trend, a signal. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { NetworkAnswer } from '../../../server/contract/api.ts';
import { REMAINING_UNKNOWN, signalStates } from '../../../server/contract/frames.ts';
import { select, session, timeZone } from '../../desk/desk.ts';
import {
  compassWord,
  formatClock,
  formatDistance,
  formatHeading,
  formatNumber,
  formatPosition,
  formatShare,
  formatSpan,
} from '../../desk/format.ts';
import { useLocalNow, useNow, useRecord, useRecords, useText } from '../../desk/hooks.ts';
import { useNetwork } from '../../desk/network.ts';
import { SourceLine } from '../../desk/source.tsx';
import { JunctionView } from '../../signals/junction-view.tsx';
import { fetchLink, fetchObject } from '../../sync/api.ts';
import { approachesOf, linkMiddleOf, roadsAt } from './junction.ts';
import { CardError, CardHead, Row, Rows } from './parts.tsx';

/** Fewer points are no trend. */
const TREND_LEAST = 3;

const Trend = lazy(() => import('../../ui/trend.tsx'));

export function VehicleCard({ slot }: { readonly slot: number }) {
  const { t, text, language } = useText();
  const { data, error } = useQuery({
    queryKey: ['object', slot],
    queryFn: ({ signal }) => fetchObject(slot, signal),
    refetchInterval: 1_000,
    retry: false,
  });
  if (error) return <CardError error={error} />;
  if (!data) return <p className="cb-empty">{t('app.loading')}</p>;
  return (
    <article className="cb-card">
      <CardHead
        kind={`mover.${data.mover}`}
        title={data.id}
        selection={{ kind: 'vehicle', slot }}
        position={data.position}
      />
      <SourceLine of={data} kind="vehicle" />
      <Rows>
        <Row name="details.speed">
          {formatNumber(data.speedKph, language)} {data.speedKph === null ? '' : t('unit.kph')}
        </Row>
        <Row name="details.heading">{formatHeading(data.headingDeg, language)}</Row>
        <Row name="details.road" wide>
          {data.linkName ? text(data.linkName) : t(data.link === undefined ? 'unknown' : 'details.noName')}
        </Row>
        <Row name="details.position" wide>
          {formatPosition(data.position)}
        </Row>
      </Rows>
    </article>
  );
}

export function LinkCard({ index }: { readonly index: number }) {
  const { t, text, language } = useText();
  const { data, error } = useQuery({
    queryKey: ['link', index],
    queryFn: ({ signal }) => fetchLink(index, signal),
    refetchInterval: 2_000,
    retry: false,
  });
  const { data: network } = useNetwork();
  if (error) return <CardError error={error} />;
  if (!data) return <p className="cb-empty">{t('app.loading')}</p>;
  const kph = (v: number | null): string =>
    v === null ? t('unknown') : `${formatNumber(v, language)} ${t('unit.kph')}`;
  const los = data.los;
  const known = los !== null && /^[A-F]$/.test(los);
  const zone = timeZone();
  return (
    <article className="cb-card">
      <CardHead
        kind={`road.${data.class}`}
        title={data.name ? text(data.name) : t('details.noName')}
        selection={{ kind: 'link', index }}
        position={network && linkMiddleOf(network, index)}
        lead={
          <b className="cb-los" data-los={known ? los : 'none'}>
            {known ? los : t('unknown')}
          </b>
        }
      />
      <Rows>
        <Row name="details.speed">
          <strong>{kph(data.speedKph)}</strong>
        </Row>
        <Row name="details.limit">{kph(data.limitKph)}</Row>
        <Row name="details.los" wide>
          {known && data.speedKph !== null
            ? t('details.los.share', {
                word: t(`legend.los.${los as 'A'}`),
                share: formatShare(data.speedKph / data.freeFlowKph, language),
              })
            : t('legend.los.none')}
        </Row>
        <Row name="details.ratio" help="details.ratio.help">
          {data.travelTimeRatio === null
            ? t('unknown')
            : `${formatNumber(data.travelTimeRatio, language, 2)}×`}
        </Row>
        <Row name="details.freeFlow">{kph(data.freeFlowKph)}</Row>
        <Row name="details.flow">
          {data.flowVph === null ? t('unknown') : `${formatNumber(data.flowVph, language)} ${t('unit.vph')}`}
        </Row>
        {data.queueVehicles !== undefined && data.queueVehicles !== null && (
          <Row name="details.queue">{formatNumber(data.queueVehicles, language)}</Row>
        )}
        <Row name="details.lanes">{data.lanes}</Row>
        <Row name="details.length">{formatDistance(data.lengthM, language)}</Row>
        {!data.name && (
          <Row name="details.id">
            <code>{data.id}</code>
          </Row>
        )}
      </Rows>
      <h4>{t('source.label')}</h4>
      {!data.probes && !data.loops && <p className="cb-note">{t('details.noSource')}</p>}
      {data.probes && (
        <>
          <p className="cb-note">
            {t(data.probes.vehicles > 0 ? 'details.probes.n' : 'details.probes.last', {
              n: formatNumber(data.probes.vehicles, language),
              speed: kph(data.probes.speedKph),
            })}
          </p>
          <SourceLine of={data.probes} kind="link" />
        </>
      )}
      {data.loops && (
        <>
          <p className="cb-note">
            {t('details.loops.n', {
              n: formatNumber(data.loops.detectors.length, language),
              speed: kph(data.loops.speedKph),
            })}
          </p>
          <SourceLine of={data.loops} kind="link" />
        </>
      )}
      <h4>{t('details.trend')}</h4>
      {data.trend.length < TREND_LEAST ? (
        <p className="cb-note">{t('details.trend.none')}</p>
      ) : (
        <Suspense fallback={null}>
          <Trend
            full
            width={380}
            height={104}
            points={data.trend.map((p) => ({ atMs: p.atMs, value: p.speedKph }))}
            reference={data.freeFlowKph}
            label={t('details.trend')}
            formatTime={(ms) => formatClock(ms, language, zone).slice(0, 5)}
            formatValue={(v) => formatNumber(v, language)}
          />
        </Suspense>
      )}
    </article>
  );
}

/** A signal whose controller talks with us is shown by what it says; any other by what the map draws from. */
export function SignalCard({ index }: { readonly index: number }) {
  const { t, text } = useText();
  const { data: network, error } = useNetwork();
  const described = network?.signals[index];
  const control = useRecord('control', described?.id);
  if (error) return <CardError error={error} />;
  if (!described) return <p className="cb-empty">{t('app.loading')}</p>;
  const roads = roadsAt(network, index).map(text);
  return (
    <article className="cb-card">
      <CardHead
        kind="details.signal"
        title={
          roads.length > 0
            ? t('details.signal.name', { roads: roads.join(' / ') })
            : t('details.signal.unnamed')
        }
        selection={{ kind: 'signal', index }}
        position={described.position}
      />
      {control ? (
        <JunctionView key={described.id} id={described.id} />
      ) : (
        <SeenSignal index={index} network={network} />
      )}
    </article>
  );
}

/** Signals come with the telemetry of the view. */
function SeenSignal({ index, network }: { readonly index: number; readonly network: NetworkAnswer }) {
  const { t, text, language } = useText();
  const localMs = useLocalNow();
  const serverMs = useNow();
  const feeds = useRecords('feed');
  const described = network.signals[index]!;
  const { telemetry } = session();
  const shown = telemetry.shownLayers.has('signals') && index < telemetry.signalState.length;
  const bits = shown ? telemetry.signalState[index]! : 3 << 4;
  const phase = bits & 15;
  const state = signalStates[bits >> 4] ?? 'dark';
  const dark = state === 'dark';
  const atMs = shown ? telemetry.signalAtMs[index]! : 0;
  const remaining = shown ? telemetry.signalRemaining[index]! : REMAINING_UNKNOWN;
  const leftS = remaining === REMAINING_UNKNOWN ? null : Math.max(0, remaining - (localMs - atMs) / 1_000);
  const feed = feeds.find((f) => f.kind === 'signals');
  const offsetMs = localMs - serverMs;
  const greens = dark ? [] : approachesOf(network, described.greens[phase] ?? []);
  return (
    <>
      {!shown || atMs === 0 ? (
        <p className="cb-note">{t('details.signal.zoom')}</p>
      ) : (
        <SourceLine of={{ feed: feed?.id ?? '', observedAtMs: atMs - offsetMs }} kind="signal" />
      )}
      <Rows>
        <Row name="details.state">
          <i className="cb-dot" style={{ background: `var(--cb-signal-${state})` }} />{' '}
          <strong>{t(`signal.${state}`)}</strong>
        </Row>
        <Row name="details.phase">
          {dark ? t('unknown') : t('details.phase.n', { n: phase + 1, total: described.phases })}
        </Row>
        <Row name="details.remaining">
          {leftS === null ? t('unknown') : formatSpan(leftS * 1_000, language)}
        </Row>
      </Rows>
      <h4>{t('details.greens')}</h4>
      <p className="cb-chips">
        {greens.map(({ link, name, headingDeg }) => (
          <button key={link} type="button" onClick={() => select({ kind: 'link', index: link })}>
            {t('details.direction', {
              road: name ? text(name) : t('details.noName'),
              direction: compassWord(headingDeg, language),
            })}
          </button>
        ))}
        {greens.length === 0 && t('unknown')}
      </p>
    </>
  );
}
