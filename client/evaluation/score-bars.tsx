/** Scores as bars (Recharts), 0 to 100: who is read at a glance, the numbers stand in the table below. */
import { Bar, BarChart, LabelList, XAxis, YAxis } from 'recharts';
import { fitName } from './figures.ts';

const ROW_PX = 24;
/** Of the width, for the names. */
const NAME_SHARE = 0.42;
const MOST_NAME_PX = 240;
const LETTER_PX = 6.4;

export interface ScoreBar {
  readonly id: string;
  readonly name: string;
  readonly score: number;
}

export default function ScoreBars({
  bars,
  width,
  label,
}: {
  readonly bars: readonly ScoreBar[];
  readonly width: number;
  readonly label: string;
}) {
  const namePx = Math.min(MOST_NAME_PX, Math.round(width * NAME_SHARE));
  return (
    <div role="img" aria-label={label}>
      <BarChart
        layout="vertical"
        width={width}
        height={bars.length * ROW_PX + 8}
        data={bars}
        margin={{ top: 4, right: 34, bottom: 4, left: 0 }}
        accessibilityLayer={false}
      >
        <XAxis type="number" domain={[0, 100]} hide />
        <YAxis
          type="category"
          dataKey="name"
          width={namePx}
          tickFormatter={(name: string) => fitName(name, namePx - 8, LETTER_PX).replaceAll(' ', '\u00a0')}
          tick={{ fontSize: 12, fill: 'var(--cb-text-main)' }}
          tickLine={false}
          axisLine={false}
          interval={0}
        />
        <Bar dataKey="score" fill="var(--cb-accent)" barSize={10} isAnimationActive={false}>
          <LabelList dataKey="score" position="right" fontSize={12} fill="var(--cb-text-main)" />
        </Bar>
      </BarChart>
    </div>
  );
}
