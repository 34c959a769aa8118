/** The screen on the wall: the map, a big clock, the vital signs and what is severe. No chrome, nothing to click. */
import { useEffect, useMemo } from 'react';
import { timeZone, useDesk } from '../desk/desk.ts';
import { formatAgo, formatClock, formatDay } from '../desk/format.ts';
import { useConnection, useLocalNow, useNow, useRecord, useRecords, useText } from '../desk/hooks.ts';
import { familyOf, filterIncidents, noFilter } from '../incidents/filter.ts';
import { severityKey } from '../incidents/incidents-panel.tsx';
import { Shape } from '../ui/shape.tsx';
import { valueOf, vitalGroups } from '../traffic/vitals.ts';
import { connectionText, ConnectionBanner } from './connection.tsx';
import { listenForKeys } from './keys.ts';
import { placeMapElement } from './layout.ts';
import { CityName } from './top-bar.tsx';

const SHOWN = 6;
const severe = { ...noFilter, severities: [1, 2] };
const vitals = vitalGroups.flatMap((group) => group.vitals);
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
  const record = useRecord('vitals', 'city');
  const incidents = useRecords('incident');
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
      <ConnectionBanner />
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
                  <em className="cb-sev" data-severity={incident.severity}>
                    {t(severityKey(incident.severity))}
                  </em>{' '}
                  #{incident.number} {incident.address ?? ''}
                </small>
              </span>
              <time>{formatAgo(nowMs - incident.reportedAtMs, language)}</time>
            </li>
          ))}
        </ul>
      </section>
      <footer aria-label={t('panel.vitals')}>
        {vitals
          .filter((vital) => onWall.has(vital.id))
          .map((vital) => {
            const value = record ? valueOf(record, vital) : undefined;
            return (
              <div
                key={vital.id}
                data-alarm={record && value !== undefined && (vital.alarm?.(record) ?? false)}
              >
                <small>{t(vital.label)}</small>
                <b>
                  {vital.format(value, language)}
                  {value !== undefined && vital.unit && <i>{t(vital.unit)}</i>}
                </b>
                <small>
                  {record && value !== undefined && vital.beside ? vital.beside(record, t, language) : ' '}
                </small>
              </div>
            );
          })}
      </footer>
    </div>
  );
}
