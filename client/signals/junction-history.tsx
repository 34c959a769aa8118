/** Delay and queue of a junction over the last two hours. */
import { Area, CartesianGrid, ComposedChart, Legend, Line, Tooltip, XAxis, YAxis } from 'recharts';
import type { SignalAnswer } from '../../server/contract/signal-api.ts';
import { axisTick, chartTip } from '../alarm-kpi/chart-look.ts';
import { timeZone } from '../desk/desk.ts';
import { formatClock, formatNumber } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { historyPoints } from './junction-figures.ts';

const HEIGHT_PX = 150;

export default function JunctionHistory({
  history,
  width,
}: {
  readonly history: SignalAnswer['history'];
  readonly width: number;
}) {
  const { t, language } = useText();
  const at = (ms: number): string => formatClock(ms, language, timeZone()).slice(0, 5);
  const title = t('signals.chart.history');
  return (
    <figure className="cb-chart">
      <figcaption>{title}</figcaption>
      <div role="img" aria-label={title}>
        <ComposedChart
          width={width}
          height={HEIGHT_PX}
          data={historyPoints(history)}
          margin={{ top: 6, right: 0, bottom: 0, left: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--cb-border-line)" />
          <XAxis
            dataKey="atMs"
            type="number"
            domain={['dataMin', 'dataMax']}
            tickFormatter={at}
            tick={axisTick}
            tickLine={false}
            minTickGap={40}
          />
          <YAxis
            yAxisId="delay"
            width={34}
            domain={[0, (most: number) => Math.max(10, Math.ceil(most * 1.1))]}
            tick={axisTick}
            tickLine={false}
            axisLine={false}
            tickCount={4}
          />
          <YAxis
            yAxisId="queue"
            orientation="right"
            width={30}
            domain={[0, (most: number) => Math.max(5, Math.ceil(most * 1.1))]}
            tick={axisTick}
            tickLine={false}
            axisLine={false}
            tickCount={4}
          />
          <Tooltip
            {...chartTip}
            labelFormatter={(ms) => at(Number(ms))}
            formatter={(value) => formatNumber(Number(value), language, 1)}
          />
          <Legend wrapperStyle={{ fontSize: 12 }} />
          <Area
            yAxisId="queue"
            dataKey="queue"
            name={t('signals.queue.unit')}
            type="stepAfter"
            stroke="var(--cb-border-strong)"
            fill="var(--cb-border-strong)"
            fillOpacity={0.22}
            isAnimationActive={false}
            connectNulls={false}
          />
          <Line
            yAxisId="delay"
            dataKey="delayS"
            name={t('signals.delay.unit')}
            stroke="var(--cb-accent)"
            strokeWidth={1.6}
            dot={false}
            isAnimationActive={false}
            connectNulls={false}
          />
        </ComposedChart>
      </div>
    </figure>
  );
}
