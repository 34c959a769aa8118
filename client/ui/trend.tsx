/** A small line of recent values (Recharts): no axes in a row of figures, a time axis where there is room. */
import { Area, AreaChart, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';

/** The highest value stays off the upper edge. */
const HEADROOM = 1.08;

export interface TrendPoint {
  readonly atMs: number;
  readonly value: number | null;
}

export interface TrendProps {
  readonly points: readonly TrendPoint[];
  readonly width: number;
  readonly height: number;
  readonly formatTime: (ms: number) => string;
  readonly formatValue: (value: number) => string;
  /** Axes and a tooltip; without it the line alone. */
  readonly full?: boolean;
  /** What the axis spans at least. Values that leave it stretch it; it never shrinks to make noise look like news. */
  readonly scale?: readonly [from: number, to: number];
  /** A level to compare with, e.g. the free-flow speed. */
  readonly reference?: number;
  /** Limits that the values are held against. */
  readonly limits?: readonly number[];
  readonly label: string;
}

export default function Trend(props: TrendProps) {
  const {
    points,
    width,
    height,
    full = false,
    scale = [0, 0],
    reference,
    limits = [],
    formatTime,
    formatValue,
    label,
  } = props;
  return (
    <div role="img" aria-label={label} className="cb-trend">
      <AreaChart
        width={width}
        height={height}
        data={points}
        margin={full ? { top: 6, right: 8, bottom: 0, left: 0 } : { top: 2, right: 1, bottom: 2, left: 1 }}
        accessibilityLayer={false}
      >
        {full && (
          <XAxis
            dataKey="atMs"
            type="number"
            domain={['dataMin', 'dataMax']}
            tickFormatter={formatTime}
            tick={{ fontSize: 11, fill: 'var(--cb-text-muted)' }}
            tickLine={false}
            axisLine={{ stroke: 'var(--cb-border-line)' }}
            minTickGap={40}
          />
        )}
        <YAxis
          hide={!full}
          width={34}
          domain={([least, most]: readonly [number, number]) => [
            Math.min(scale[0], least, ...limits),
            Math.max(scale[1], reference ?? 0, most * HEADROOM, ...limits.map((l) => l * HEADROOM)),
          ]}
          tickFormatter={formatValue}
          tick={{ fontSize: 11, fill: 'var(--cb-text-muted)' }}
          tickLine={false}
          axisLine={false}
          tickCount={3}
        />
        {full && (
          <Tooltip
            isAnimationActive={false}
            labelFormatter={(at) => formatTime(Number(at))}
            formatter={(value) => [formatValue(Number(value)), '']}
            separator=""
            contentStyle={{
              background: 'var(--cb-surface-raised)',
              border: '1px solid var(--cb-border-strong)',
              color: 'var(--cb-text-main)',
              fontSize: 12,
              padding: '4px 8px',
            }}
          />
        )}
        {reference !== undefined && (
          <ReferenceLine y={reference} stroke="var(--cb-text-muted)" strokeDasharray="3 3" />
        )}
        {limits.map((limit) => (
          <ReferenceLine
            key={limit}
            y={limit}
            stroke="var(--cb-severity-1)"
            strokeDasharray="5 3"
            label={{
              value: formatValue(limit),
              position: 'insideTopRight',
              fontSize: 11,
              fill: 'var(--cb-severity-1)',
            }}
          />
        ))}
        <Area
          dataKey="value"
          type="linear"
          stroke="var(--cb-accent)"
          strokeWidth={1.4}
          fill="var(--cb-accent)"
          fillOpacity={0.14}
          dot={false}
          activeDot={full ? { r: 3 } : false}
          isAnimationActive={false}
          connectNulls={false}
        />
      </AreaChart>
    </div>
  );
}
