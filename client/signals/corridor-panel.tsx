/** Corridors: which one, how its lights are coordinated, live. */
import { Select } from 'antd';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { CorridorAnswer } from '../../server/contract/signal-api.ts';
import { formatDistance, formatNumber, formatShare } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { ApiError } from '../sync/api.ts';
import { Seconds } from './marks.tsx';
import { useSignalView } from './signal-view.ts';
import { bandShare } from './time-space.ts';
import { TimeSpaceDiagram } from './time-space-diagram.tsx';
import { useCorridor, useCorridors } from './use-signals.ts';

/** Each stop wants this much to be told from the next. */
const STOP_PX = 27;
const LEAST_PX = 190;

function useSize(): readonly [
  RefObject<HTMLDivElement | null>,
  { readonly width: number; readonly height: number },
] {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!box.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return [box, size];
}

function Key() {
  const { t } = useText();
  return (
    <p className="cb-ts-key">
      {(['green', 'planned', 'red', 'forth', 'back', 'track'] as const).map((what) => (
        <span key={what}>
          <i data-key={what} aria-hidden="true" /> {t(`corridor.key.${what}`)}
        </span>
      ))}
    </p>
  );
}

function Figures({ corridor }: { readonly corridor: CorridorAnswer }) {
  const { t, language } = useText();
  return (
    <span className="cb-corridor-figures">
      <span>
        {t('signals.delay')}{' '}
        <b>
          <Seconds value={corridor.delayS} digits={1} />
        </b>
      </span>
      <span>
        {t('corridor.speed')} <b>{formatNumber(corridor.speedMps * 3.6, language)}</b> {t('unit.kph')}
      </span>
      {(['forth', 'back'] as const).map((way) => (
        <span key={way}>
          {t(`corridor.key.${way}`)} <b>{formatShare(bandShare(corridor, way), language)}</b>
        </span>
      ))}
    </span>
  );
}

export default function CorridorPanel() {
  const { t, text, language } = useText();
  const [box, size] = useSize();
  const shown = size.width > 0;
  const chosen = useSignalView((s) => s.corridor);
  const { data: corridors, error: listError } = useCorridors(shown);
  const id = corridors?.some((c) => c.id === chosen) === true ? chosen : (corridors?.[0]?.id ?? null);
  const { data, error } = useCorridor(id, shown);
  const failed = error ?? listError;
  return (
    <div className="cb-column">
      <div className="cb-corridor-head">
        <Select
          size="small"
          showSearch={{ optionFilterProp: 'label' }}
          value={id}
          aria-label={t('corridor.choose')}
          popupMatchSelectWidth={false}
          onChange={(corridor) => useSignalView.setState({ corridor })}
          options={(corridors ?? []).map((c) => ({
            value: c.id,
            label: `${text(c.name)} · ${t('signals.n', { n: c.signals.length })} · ${formatDistance(c.lengthM, language)}`,
          }))}
        />
        {data && <Figures corridor={data} />}
        <Key />
      </div>
      <div
        ref={box}
        className="cb-corridor-body"
        tabIndex={0}
        role="region"
        aria-label={t('panel.corridors')}
      >
        {failed && !data && (
          <p className="cb-empty" role="alert">
            {t('details.failed', { reason: failed instanceof ApiError ? text(failed.text) : failed.message })}
          </p>
        )}
        {corridors?.length === 0 && <p className="cb-empty">{t('corridor.none')}</p>}
        {data && shown && (
          <TimeSpaceDiagram
            corridor={data}
            width={size.width}
            height={Math.max(LEAST_PX, size.height - 2, data.stops.length * STOP_PX + 52)}
          />
        )}
      </div>
    </div>
  );
}
