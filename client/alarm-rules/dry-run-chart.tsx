/** How often a rule rings, as written and as it is live, beside each other over time (Recharts). */
import { Bar, BarChart, CartesianGrid, Legend, Tooltip, XAxis, YAxis } from 'recharts';
import type { Bin } from '../alarm-kpi/bins.ts';
import { axisTick, chartTip } from '../alarm-kpi/chart-look.ts';
import { timeZone } from '../desk/desk.ts';
import { formatMoment } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';

const HEIGHT_PX = 150;

export default function DryRunChart({
  bins,
  minutes,
  both,
  width,
}: {
  readonly bins: readonly Bin<'proposed' | 'current'>[];
  /** What one bar spans. */
  readonly minutes: number;
  readonly both: boolean;
  readonly width: number;
}) {
  const { t, language } = useText();
  const nowMs = useNow();
  const zone = timeZone();
  const at = (ms: number): string => formatMoment(ms, nowMs, language, zone).slice(0, -3);
  const title = t(minutes > 10 ? 'rules.dry.chart.folded' : 'rules.dry.chart', { n: minutes });
  return (
    <figure className="cb-chart">
      <figcaption>{title}</figcaption>
      <div role="img" aria-label={title}>
        <BarChart
          width={width}
          height={HEIGHT_PX}
          data={bins}
          margin={{ top: 8, right: 6, bottom: 0, left: 0 }}
          barGap={0}
          barCategoryGap="12%"
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--cb-border-line)" />
          <XAxis dataKey="atMs" tickFormatter={at} tick={axisTick} tickLine={false} minTickGap={36} />
          <YAxis
            width={28}
            allowDecimals={false}
            interval={0}
            tick={axisTick}
            tickLine={false}
            axisLine={false}
          />
          <Tooltip {...chartTip} labelFormatter={(ms) => at(Number(ms))} />
          <Legend wrapperStyle={{ fontSize: 12 }} />
          <Bar
            dataKey="proposed"
            name={t('rules.dry.proposed')}
            fill="var(--cb-accent)"
            isAnimationActive={false}
          />
          {both && (
            <Bar
              dataKey="current"
              name={t('rules.dry.current')}
              fill="var(--cb-text-muted)"
              isAnimationActive={false}
            />
          )}
        </BarChart>
      </div>
    </figure>
  );
}
