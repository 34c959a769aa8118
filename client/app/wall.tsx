/** The screen on the wall: the map, a big clock, the vital signs and what is severe. No chrome, nothing to click. */
import { useEffect, useMemo } from 'react';
import { AlarmStrip } from '../alarms/alarm-strip.tsx';
import { WallAlarms } from '../alarms/wall-alarms.tsx';
import { clientConfig, timeZone, useDesk } from '../desk/desk.ts';
import { formatAgo, formatClock, formatDay } from '../desk/format.ts';
import { useConnection, useDistrictNames, useLocalNow, useNow, useRecords, useText } from '../desk/hooks.ts';
import { familyOf, filterIncidents, noFilter } from '../incidents/filter.ts';
import { Severity } from '../incidents/incident-row.tsx';
import { placeOf } from '../incidents/place.ts';
import { Shape } from '../ui/shape.tsx';
import { useVitals } from '../traffic/vitals-panel.tsx';
import { shownGroups, valueOf, type VitalsView } from '../traffic/vitals.ts';
import { connectionText, ConnectionBanner } from './connection.tsx';
import { listenForKeys } from './keys.ts';
import { placeMapElement } from './layout.ts';
import { CityName } from './top-bar.tsx';

const SHOWN = 6;
const severe = { ...noFilter, severities: [1, 2], sort: 'severity' } as const;
const onWall = new Set([
  'vehicles',
  'meanSpeedKph',
  'congestionIndex',
  'openIncidents',
  'unitsAvailable',
  'hospitalLoad',
  'aqi',
  'rainMmH',
]);

const shownOnWall = (record: VitalsView) =>
  shownGroups(record, clientConfig().city !== null)
    .flatMap((group) => group.vitals)
    .filter((vital) => onWall.has(vital.id));

function WallConnection() {
  const { t, language } = useText();
  const state = useConnection();
  const nowMs = useLocalNow();
  return (
    <span
      className="cb-pill"
      data-phase={state.phase === 'connecting' ? 'reconnecting' : state.phase}
      role="status"
    >
      <span className="cb-pill-dot" aria-hidden="true" />
      {connectionText(state, nowMs, t, language)}
    </span>
  );
}

export default function Wall({ mapElement }: { readonly mapElement: HTMLElement }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const record = useVitals();
  const incidents = useRecords('incident');
  const names = useDistrictNames();
  const theme = useDesk((s) => s.theme);
  const list = useMemo(() => filterIncidents(incidents, severe).slice(0, SHOWN), [incidents]);
  const zone = timeZone();
  useEffect(() => {
    document.body.classList.add('cb-on-wall');
    placeMapElement(mapElement, null);
    const stop = listenForKeys(window, () => undefined);
    return () => {
      stop();
      document.body.classList.remove('cb-on-wall');
    };
  }, [mapElement]);
  return (
    <div className="cb-wall" data-theme={theme}>
      <header>
        <CityName />
        <WallConnection />
        <time dateTime={new Date(nowMs).toISOString()}>
          <small>{formatDay(nowMs, language, zone)}</small>
          <b>{formatClock(nowMs, language, zone)}</b>
        </time>
      </header>
      <AlarmStrip />
      <ConnectionBanner />
      <WallAlarms />
      <section className="cb-wall-severe" aria-label={t('wall.severe')}>
        <h2>{t('wall.severe')}</h2>
        {list.length === 0 && <p>{t('wall.severe.none')}</p>}
        <ul>
          {list.map((incident) => (
            <li key={incident.id} data-severity={incident.severity}>
              <Shape family={familyOf(incident)} size={26} />
              <span>
                <b>{text(incident.title)}</b>
                <small>
                  <Severity severity={incident.severity} /> {placeOf(incident, language, names)}
                </small>
              </span>
              <time>{formatAgo(nowMs - incident.reportedAtMs, language)}</time>
            </li>
          ))}
        </ul>
      </section>
      <footer aria-label={t('panel.vitals')}>
        {record &&
          shownOnWall(record).map((vital) => {
            const value = valueOf(record, vital);
            return (
              <div key={vital.id} data-alarm={value !== undefined && (vital.alarm?.(record) ?? false)}>
                <small>{t(vital.label)}</small>
                <b>
                  {vital.format(value, language)}
                  {value !== undefined && vital.unit && <i>{t(vital.unit)}</i>}
                </b>
                <small>
                  {value !== undefined && vital.beside ? vital.beside(record, t, language) : '\u00a0'}
                </small>
              </div>
            );
          })}
      </footer>
    </div>
  );
}
