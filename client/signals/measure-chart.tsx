/** The delay of each block of a measurement: a bar in the colour of the way that ruled, a line for signals nobody touched. */
import { Bar, CartesianGrid, ComposedChart, Legend, Line, Tooltip, XAxis, YAxis } from 'recharts';
import type { MeasurementRecord } from '../../server/contract/signal-control.ts';
import { axisTick, chartTip } from '../alarm-kpi/chart-look.ts';
import { timeZone } from '../desk/desk.ts';
import { formatClock, formatNumber } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { blockPoints } from './figures.ts';

const HEIGHT_PX = 170;

export default function MeasureChart({
  measurement: m,
  width,
}: {
  readonly measurement: MeasurementRecord;
  readonly width: number;
}) {
  const { t, language } = useText();
  const points = blockPoints(m.blocks);
  const at = (ms: number): string => formatClock(ms, language, timeZone()).slice(0, 5);
  const title = t('signals.chart.blocks');
  return (
    <figure className="cb-chart">
      <figcaption>{title}</figcaption>
      <div role="img" aria-label={title}>
        <ComposedChart
          width={width}
          height={HEIGHT_PX}
          data={points}
          margin={{ top: 6, right: 8, bottom: 0, left: 0 }}
          barGap={0}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--cb-border-line)" />
          <XAxis dataKey="atMs" tickFormatter={at} tick={axisTick} tickLine={false} minTickGap={30} />
          <YAxis width={34} tick={axisTick} tickLine={false} axisLine={false} tickCount={4} />
          <Tooltip
            {...chartTip}
            labelFormatter={(ms) => at(Number(ms))}
            formatter={(value) => `${formatNumber(Number(value), language, 1)} ${t('signals.s')}`}
          />
          <Legend wrapperStyle={{ fontSize: 12 }} />
          <Bar
            stackId="arm"
            dataKey="base"
            name={t(`signals.method.${m.base}`)}
            fill="var(--cb-border-strong)"
            maxBarSize={26}
            isAnimationActive={false}
          />
          <Bar
            stackId="arm"
            dataKey="test"
            name={t(`signals.method.${m.test}`)}
            fill="var(--cb-accent)"
            maxBarSize={26}
            isAnimationActive={false}
          />
          {points.some((p) => p.control !== null) && (
            <Line
              dataKey="control"
              name={t('signals.controlGroup')}
              stroke="var(--cb-severity-2)"
              strokeDasharray="4 3"
              dot={{ r: 2 }}
              isAnimationActive={false}
            />
          )}
        </ComposedChart>
      </div>
    </figure>
  );
}
