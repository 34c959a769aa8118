/** The phases of a signal one after the other, each with the movements it lets go, and the one that runs with its seconds. */
import { useMemo } from 'react';
import type { PortJunction, PortState } from '../../server/contract/signal-port.ts';
import { headingsOf } from '../app/details/junction.ts';
import { clientConfig } from '../desk/desk.ts';
import { useNow, useText } from '../desk/hooks.ts';
import { useNetwork } from '../desk/network.ts';
import { stageSeconds } from './junction-figures.ts';
import { drawJunction, rightOf, type Drawing } from './movements.ts';

const HALF_ROAD = 15;

function Legs({ legs }: { readonly legs: readonly number[] }) {
  return (
    <>
      {legs.map((deg) => (
        <rect
          key={deg}
          x={50 - HALF_ROAD}
          y="0"
          width={HALF_ROAD * 2}
          height="50"
          fill="var(--cb-map-roadmajor)"
          transform={`rotate(${deg} 50 50)`}
        />
      ))}
      <circle cx="50" cy="50" r={HALF_ROAD} fill="var(--cb-map-roadmajor)" />
    </>
  );
}

function Phase({
  drawing,
  phase,
  n,
  greenS,
  running,
}: {
  readonly drawing: Drawing;
  readonly phase: PortJunction['phases'][number];
  readonly n: number;
  /** Of the controller's own plan. */
  readonly greenS: number | undefined;
  readonly running: { readonly stage: PortState['stage']; readonly seconds: number } | null;
}) {
  const { t } = useText();
  // What has no right of way lies below what has.
  const shown = [...drawing.movements].sort(
    (a, b) => Number(rightOf(a, phase) !== 'none') - Number(rightOf(b, phase) !== 'none'),
  );
  return (
    <li className="cb-phase" data-stage={running?.stage} aria-current={running !== null}>
      <svg viewBox="0 0 100 100" role="img" aria-label={t('signals.phase', { n: n + 1 })}>
        <Legs legs={drawing.legs} />
        {shown.map((m) => {
          const right = rightOf(m, phase);
          return (
            <g key={m.id} className="cb-movement" data-right={right}>
              <path d={m.path} />
              {right !== 'none' && (
                <path
                  className="cb-movement-head"
                  d="M 0 -9 L 5.5 2 L -5.5 2 z"
                  transform={`translate(${m.head.x} ${m.head.y}) rotate(${m.head.deg})`}
                />
              )}
            </g>
          );
        })}
      </svg>
      <span>
        <b>{t('signals.phase', { n: n + 1 })}</b>
        {running ? (
          <em>
            {t(`signals.stage.${running.stage}`)} {running.seconds} {t('signals.s')}
          </em>
        ) : (
          <small>
            {greenS === undefined ? t('signals.notInPlan') : `${Math.round(greenS)} ${t('signals.s')}`}
          </small>
        )}
      </span>
      <small>
        {t('signals.phase.limits', { min: Math.round(phase.minGreenS), max: Math.round(phase.maxGreenS) })}
        {phase.pedestrianS > 0 && ` · ${t('signals.pedestrian', { n: Math.round(phase.pedestrianS) })}`}
      </small>
    </li>
  );
}

export function JunctionStages({
  junction,
  state,
  stateAtMs,
}: {
  readonly junction: PortJunction;
  readonly state: PortState | null;
  readonly stateAtMs: number | null;
}) {
  const { t } = useText();
  const nowMs = useNow();
  const { data: network } = useNetwork();
  const drawing = useMemo(() => {
    if (!network) return null;
    const wanted = new Set([...junction.lanes, ...junction.exits].map((part) => part.link));
    const headings = new Map<string, { out: number; in: number }>();
    network.links.forEach((link, index) => {
      if (wanted.has(link.id)) headings.set(link.id, headingsOf(network, index));
    });
    return drawJunction(
      junction,
      { of: (link) => headings.get(link) },
      clientConfig().city?.drivesOn ?? 'right',
    );
  }, [network, junction]);
  if (!drawing) return null;
  const greens = new Map(junction.plan.steps.map((step) => [step.phase, step.greenS]));
  return (
    <ol className="cb-phases" aria-label={t('signals.phases')}>
      {junction.phases.map((phase, n) => (
        <Phase
          key={n}
          n={n}
          phase={phase}
          drawing={drawing}
          greenS={greens.get(n)}
          running={
            state?.phase === n ? { stage: state.stage, seconds: stageSeconds(state, stateAtMs, nowMs) } : null
          }
        />
      ))}
    </ol>
  );
}
