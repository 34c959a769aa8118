/** The measured facts of an alarm in the last hour, each with the limits of its rule. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { AlarmAnswer } from '../../server/contract/alarm-api.ts';
import type { AlarmRecord } from '../../server/contract/alarms.ts';
import type { LocalText } from '../../server/contract/text.ts';
import { timeZone } from '../desk/desk.ts';
import { formatClock } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import { fieldName, plainNumber, valueWords } from './fact-words.ts';
import { trendPoints } from './trend.ts';

const Trend = lazy(() => import('../ui/trend.tsx'));
/** No fact that is measured names a place. */
const noPlaces: ReadonlyMap<string, LocalText> = new Map();

export function AlarmChart({
  trend,
  alarm,
}: {
  readonly trend: AlarmAnswer['trends'][number];
  readonly alarm: AlarmRecord;
}) {
  const { t, language } = useText();
  const nowMs = useNow();
  const box = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const { field, limits } = trend;
  const zone = timeZone();
  const words = (v: number): string => valueWords(field, v, language, noPlaces);
  const label = t('alarm.chart', {
    name: fieldName(field, language),
    limits: limits.map(words).join(', ') || '—',
  });
  return (
    <figure ref={box} className="cb-alarm-chart">
      <figcaption>{label}</figcaption>
      <Suspense fallback={null}>
        <Trend
          full
          width={width}
          height={112}
          points={trendPoints(trend, alarm, nowMs)}
          limits={limits}
          label={label}
          formatTime={(ms) => formatClock(ms, language, zone).slice(0, 5)}
          formatValue={(v) => plainNumber(v, language)}
        />
      </Suspense>
    </figure>
  );
}
