/** The alarm system over time, and who rings most (Recharts). The numbers stand in tables beside them. */
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Legend,
  Line,
  ReferenceArea,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { AlarmKpiAnswer } from '../../server/contract/alarm-api.ts';
import { timeZone } from '../desk/desk.ts';
import { formatMoment, formatNumber, formatShare } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { fitName } from '../evaluation/figures.ts';
import { axisTick, chartTip } from './chart-look.ts';
import { floodSpans, pareto, RATE_TARGET, rateBins, shadedSpans, untilNow, type Span } from './figures.ts';

const HEIGHT_PX = 170;
const PARETO_ROW_PX = 26;
/** A bar of its own below so many pixels cannot be told from its neighbour. */
const LEAST_BAR_PX = 4;
const LETTER_PX = 6.4;
/** The time of a single bin is no wall. */
const MOST_BAR_PX = 48;
const margin = { top: 8, right: 8, bottom: 0, left: 0 } as const;

interface Chart {
  readonly answer: AlarmKpiAnswer;
  readonly width: number;
}

/** Minutes are enough on an axis. */
function useTimes(answer: AlarmKpiAnswer): (ms: number) => string {
  const { language } = useText();
  const zone = timeZone();
  return (ms) => formatMoment(ms, answer.untilMs, language, zone).slice(0, -3);
}

const floodAreas = (spans: readonly Span[]) =>
  spans.map((span) => (
    <ReferenceArea
      key={span.fromMs}
      x1={span.fromMs}
      x2={span.untilMs}
      fill="var(--cb-severity-1)"
      fillOpacity={0.16}
      stroke="var(--cb-severity-1)"
      strokeOpacity={0.4}
      ifOverflow="hidden"
    />
  ));

function RateChart({ answer, width }: Chart) {
  const { t, language } = useText();
  const at = useTimes(answer);
  const { bins, minutes } = rateBins(answer, Math.floor(width / LEAST_BAR_PX));
  const title = t(minutes > 10 ? 'kpi.chart.rate.folded' : 'kpi.chart.rate', { n: minutes });
  return (
    <figure className="cb-chart">
      <figcaption>{title}</figcaption>
      <div role="img" aria-label={title}>
        <ComposedChart
          width={width}
          height={HEIGHT_PX}
          data={untilNow(bins, answer.untilMs)}
          margin={margin}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--cb-border-line)" />
          <XAxis
            dataKey="atMs"
            type="number"
            domain={[answer.sinceMs, answer.untilMs]}
            tickFormatter={at}
            tick={axisTick}
            tickLine={false}
            minTickGap={40}
          />
          <YAxis
            width={30}
            domain={[0, (most: number) => Math.max(2, Math.ceil(most * 1.1))]}
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
          {floodAreas(shadedSpans(floodSpans(answer), minutes * 60_000))}
          <Area
            dataKey="perOperator"
            name={t('kpi.rate')}
            type="stepAfter"
            stroke="var(--cb-accent)"
            fill="var(--cb-accent)"
            fillOpacity={0.16}
            isAnimationActive={false}
            connectNulls={false}
          />
          <ReferenceLine
            y={RATE_TARGET}
            stroke="var(--cb-text-main)"
            strokeDasharray="5 3"
            label={{
              value: t('kpi.target', { n: RATE_TARGET }),
              position: 'insideBottomRight',
              fontSize: 11,
              fill: 'var(--cb-text-main)',
            }}
          />
        </ComposedChart>
      </div>
      {answer.floods.length > 0 && (
        <p className="cb-note cb-flood-key">
          <i aria-hidden="true" /> {t('kpi.flood.key')}
        </p>
      )}
    </figure>
  );
}

function CountChart({ answer, width }: Chart) {
  const { t } = useText();
  const at = useTimes(answer);
  const { bins, minutes } = rateBins(answer, Math.floor(width / (2 * LEAST_BAR_PX)));
  const title = t(minutes > 10 ? 'kpi.chart.count.folded' : 'kpi.chart.count', { n: minutes });
  return (
    <figure className="cb-chart">
      <figcaption>{title}</figcaption>
      <div role="img" aria-label={title}>
        <ComposedChart
          width={width}
          height={HEIGHT_PX}
          data={bins}
          margin={margin}
          barGap={0}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--cb-border-line)" />
          <XAxis dataKey="atMs" tickFormatter={at} tick={axisTick} tickLine={false} minTickGap={40} />
          <YAxis
            width={30}
            allowDecimals={false}
            interval={0}
            tick={axisTick}
            tickLine={false}
            axisLine={false}
          />
          <Tooltip {...chartTip} labelFormatter={(ms) => at(Number(ms))} />
          <Legend wrapperStyle={{ fontSize: 12 }} />
          <Bar
            dataKey="raised"
            name={t('kpi.raised')}
            fill="var(--cb-border-strong)"
            maxBarSize={MOST_BAR_PX}
            isAnimationActive={false}
          />
          <Bar
            dataKey="rung"
            name={t('kpi.rung')}
            fill="var(--cb-accent)"
            maxBarSize={MOST_BAR_PX}
            isAnimationActive={false}
          />
        </ComposedChart>
      </div>
    </figure>
  );
}

/** Bars in the order of how often, and the line of what they make together. */
function ParetoChart({ answer, width }: Chart) {
  const { t, text, language } = useText();
  const rows = pareto(answer.badActors).map((row) => ({ ...row, label: text(row.name) }));
  if (rows.length === 0) return null;
  const namePx = Math.min(220, Math.round(width * 0.4));
  const title = t('kpi.chart.pareto', { n: rows.length });
  return (
    <figure className="cb-chart">
      <figcaption>{title}</figcaption>
      <div role="img" aria-label={title}>
        <ComposedChart
          layout="vertical"
          width={width}
          height={rows.length * PARETO_ROW_PX + 62}
          data={rows}
          margin={{ top: 4, right: 12, bottom: 4, left: 0 }}
          accessibilityLayer={false}
        >
          <XAxis
            xAxisId="rung"
            type="number"
            orientation="top"
            allowDecimals={false}
            tick={axisTick}
            tickLine={false}
          />
          <XAxis
            xAxisId="sum"
            type="number"
            domain={[0, 1]}
            tickFormatter={(share) => formatShare(Number(share), language)}
            tick={axisTick}
            tickLine={false}
          />
          <YAxis
            type="category"
            dataKey="label"
            width={namePx}
            tickFormatter={(name: string) => fitName(name, namePx - 8, LETTER_PX).replaceAll(' ', '\u00a0')}
            tick={{ fontSize: 12, fill: 'var(--cb-text-main)' }}
            tickLine={false}
            axisLine={false}
            interval={0}
          />
          <Tooltip
            {...chartTip}
            formatter={(value, name) =>
              name === t('kpi.pareto.sum') ? formatShare(Number(value), language) : String(value)
            }
          />
          <Bar
            xAxisId="rung"
            dataKey="rung"
            name={t('kpi.rung')}
            barSize={12}
            fill="var(--cb-accent)"
            isAnimationActive={false}
          />
          <Line
            xAxisId="sum"
            dataKey="sum"
            name={t('kpi.pareto.sum')}
            stroke="var(--cb-severity-2)"
            dot={{ r: 3, fill: 'var(--cb-severity-2)' }}
            isAnimationActive={false}
          />
        </ComposedChart>
      </div>
    </figure>
  );
}

export default function KpiCharts(chart: Chart) {
  return (
    <>
      <RateChart {...chart} />
      <CountChart {...chart} />
      <ParetoChart {...chart} />
    </>
  );
}
