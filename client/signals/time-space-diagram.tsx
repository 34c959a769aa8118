/** The time–space diagram: greens of each stop, vehicles that were seen, and the green bands of both ways. */
import { useMemo } from 'react';
import type { CorridorAnswer } from '../../server/contract/signal-api.ts';
import { timeZone } from '../desk/desk.ts';
import { formatClock, formatDistance } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { fitName } from '../evaluation/figures.ts';
import { showSignal } from './deeds.ts';
import {
  bandPoints,
  crossingName,
  barParts,
  namedStops,
  scaleOf,
  ticksOf,
  trackPoints,
  type Box,
  type Scale,
} from './time-space.ts';

const NAMES_PX = 150;
const BAR_PX = 5;
const EDGE = { top: 28, right: 14, bottom: 24 } as const;
const TICKS_Y = 12;
const TICK_PX = 64;
const NAME_PX = 26;
/** Of a Latin letter; one of Han takes two. */
const LETTER_PX = 6.6;

function Stop({
  stop,
  corridor,
  scale,
  box,
  named,
}: {
  readonly stop: CorridorAnswer['stops'][number];
  readonly corridor: CorridorAnswer;
  readonly scale: Scale;
  readonly box: Box;
  readonly named: boolean;
}) {
  const { text, language } = useText();
  const y = scale.y(stop.metres);
  const ways = [
    { way: 'forth', spans: stop.forth, top: y - BAR_PX - 1 },
    { way: 'back', spans: stop.back, top: y + 1 },
  ] as const;
  return (
    <g>
      {ways.map(({ way, spans, top }) => (
        <g key={way}>
          {barParts(stop.known, corridor, scale).map((part) => (
            <rect
              key={`red ${part.x}`}
              x={part.x}
              y={top}
              width={part.width}
              height={BAR_PX}
              className="cb-ts-red"
            />
          ))}
          {barParts(spans, corridor, scale).map((part) => (
            <rect
              key={part.x}
              x={part.x}
              y={top}
              width={part.width}
              height={BAR_PX}
              className="cb-ts-green"
              data-planned={part.planned}
            />
          ))}
        </g>
      ))}
      {named && (
        <text
          x={box.left - 8}
          y={y - 1}
          className="cb-ts-name"
          role="button"
          onClick={() => showSignal(stop.signal)}
        >
          <title>{text(stop.name)}</title>
          {fitName(crossingName(text(stop.name), text(corridor.name)), box.left - 12, LETTER_PX)}
          <tspan x={box.left - 8} dy="11" className="cb-ts-metres">
            {formatDistance(stop.metres, language)}
          </tspan>
        </text>
      )}
    </g>
  );
}

export function TimeSpaceDiagram({
  corridor,
  width,
  height,
}: {
  readonly corridor: CorridorAnswer;
  readonly width: number;
  readonly height: number;
}) {
  const { t, text, language } = useText();
  const box: Box = useMemo(
    () => ({
      left: NAMES_PX,
      top: EDGE.top,
      width: Math.max(50, width - NAMES_PX - EDGE.right),
      height: Math.max(50, height - EDGE.top - EDGE.bottom),
    }),
    [width, height],
  );
  const scale = useMemo(() => scaleOf(corridor, box), [corridor, box]);
  const named = namedStops(corridor.stops, scale, NAME_PX);
  const zone = timeZone();
  const nowX = scale.x(corridor.nowMs);
  return (
    <svg
      className="cb-ts"
      width={width}
      height={height}
      role="img"
      aria-label={t('corridor.diagram', { name: text(corridor.name) })}
    >
      <defs>
        <pattern
          id="cb-ts-planned"
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="5" height="5" className="cb-ts-planned-ground" />
          <rect width="2.5" height="5" className="cb-ts-planned-line" />
        </pattern>
        <clipPath id="cb-ts-clip">
          <rect x={box.left} y={TICKS_Y + 4} width={box.width} height={box.top + box.height + 4 - TICKS_Y} />
        </clipPath>
      </defs>
      {ticksOf(corridor, scale, TICK_PX).map((at) => (
        <g key={at}>
          <line
            x1={scale.x(at)}
            x2={scale.x(at)}
            y1={box.top}
            y2={box.top + box.height}
            className="cb-ts-grid"
          />
          <text x={scale.x(at)} y={TICKS_Y} className="cb-ts-tick">
            {formatClock(at, language, zone)}
          </text>
        </g>
      ))}
      <g clipPath="url(#cb-ts-clip)">
        {corridor.bands.map((band) => (
          <polygon
            key={`${band.way} ${band.fromMs}`}
            points={bandPoints(band, corridor, scale)}
            className="cb-ts-band"
            data-way={band.way}
          />
        ))}
      </g>
      {corridor.stops.map((stop) => (
        <Stop
          key={stop.signal}
          stop={stop}
          corridor={corridor}
          scale={scale}
          box={box}
          named={named.has(stop.signal)}
        />
      ))}
      <g clipPath="url(#cb-ts-clip)">
        {corridor.trajectories.map((track, i) => (
          <polyline
            key={i}
            points={trackPoints(track.points, scale)}
            className="cb-ts-track"
            data-way={track.way}
          />
        ))}
      </g>
      <line x1={nowX} x2={nowX} y1={TICKS_Y + 4} y2={box.top + box.height + 8} className="cb-ts-now" />
      <text x={nowX} y={height - 4} className="cb-ts-tick">
        {t('signals.now')}
      </text>
    </svg>
  );
}
