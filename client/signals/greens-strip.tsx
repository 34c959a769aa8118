/** Which phase was green when, over the last ten minutes: one row a phase. */
import type { SignalAnswer } from '../../server/contract/signal-api.ts';
import { useText } from '../desk/hooks.ts';
import { greenBars } from './junction-figures.ts';

const SPAN_MS = 600_000;
const ROW_PX = 13;
const MARKS_MIN = [10, 8, 6, 4, 2, 0] as const;

export function GreensStrip({ answer, nowMs }: { readonly answer: SignalAnswer; readonly nowMs: number }) {
  const { t } = useText();
  const phases = answer.junction.phases.length;
  const bars = greenBars(answer.greens, nowMs - SPAN_MS, nowMs);
  return (
    <figure className="cb-chart cb-greens">
      <figcaption>{t('signals.greens')}</figcaption>
      <div className="cb-greens-rows">
        <ol aria-hidden="true">
          {answer.junction.phases.map((_, n) => (
            <li key={n} style={{ height: ROW_PX }}>
              {n + 1}
            </li>
          ))}
        </ol>
        <svg width="100%" height={phases * ROW_PX} role="img" aria-label={t('signals.greens')}>
          {answer.junction.phases.map((_, n) => (
            <line
              key={n}
              x1="0"
              x2="100%"
              y1={n * ROW_PX + ROW_PX / 2}
              y2={n * ROW_PX + ROW_PX / 2}
              stroke="var(--cb-border-line)"
            />
          ))}
          {bars.map((bar) => (
            <rect
              key={`${bar.phase} ${bar.from}`}
              x={`${bar.from * 100}%`}
              width={`${(bar.until - bar.from) * 100}%`}
              y={bar.phase * ROW_PX + 2}
              height={ROW_PX - 4}
              fill="var(--cb-signal-green)"
            />
          ))}
        </svg>
      </div>
      <p className="cb-greens-axis" aria-hidden="true">
        {MARKS_MIN.map((min) => (
          <span key={min}>{min === 0 ? t('signals.now') : t('signals.minAgo', { n: min })}</span>
        ))}
      </p>
    </figure>
  );
}
