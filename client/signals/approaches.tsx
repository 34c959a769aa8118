/** The approaches of a junction: queues by lane as bars, and what was learned of each, with where it comes from. */
import { Fragment } from 'react';
import type { ApproachAnswer, SignalAnswer } from '../../server/contract/signal-api.ts';
import { compassWord, formatNumber, formatShare } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { laneQueues, type LaneQueue } from './junction-figures.ts';
import { LosMark, Seconds } from './marks.tsx';

function useApproachName(): (a: Pick<ApproachAnswer, 'headingDeg'>) => string {
  const { t, language } = useText();
  return (a) => t('signals.approach', { direction: compassWord(a.headingDeg + 180, language) });
}

function LaneBar({ lane, n, most }: { readonly lane: LaneQueue; readonly n: number; readonly most: number }) {
  const { t, language } = useText();
  const share = (vehicles: number): string => `${(vehicles / most) * 100}%`;
  return (
    <div className="cb-lane" data-seen={lane.seen}>
      <small>{t('signals.lane', { n })}</small>
      {lane.seen ? (
        <span className="cb-lane-bar">
          <i style={{ width: share(lane.queued) }} />
          <i data-moving style={{ width: share(lane.moving) }} />
        </span>
      ) : (
        <span className="cb-lane-out">{t('signals.lane.out')}</span>
      )}
      <b>{lane.seen ? formatNumber(lane.queued, language) : ''}</b>
      <small>{lane.seen && lane.queued > 0 ? `${formatNumber(lane.queueM, language)} m` : ''}</small>
    </div>
  );
}

export function Queues({ answer }: { readonly answer: SignalAnswer }) {
  const { t } = useText();
  const nameOf = useApproachName();
  const lanes = laneQueues(answer.junction, answer.state);
  const most = Math.max(8, ...lanes.map((l) => l.queued + l.moving));
  const links = [...new Set(lanes.map((l) => l.link))];
  const approaches = new Map(answer.approaches.map((a) => [a.link, a]));
  return (
    <div className="cb-queues">
      {links.map((link) => {
        const approach = approaches.get(link);
        return (
          <div key={link}>
            <span className="cb-queue-name" data-spill={approach?.spillBack === true}>
              {approach ? nameOf(approach) : link}
              {approach?.spillBack && <small> {t('signals.spillBack')}</small>}
            </span>
            {lanes
              .filter((l) => l.link === link)
              .map((lane, i) => (
                <LaneBar key={lane.lane} lane={lane} n={i + 1} most={most} />
              ))}
          </div>
        );
      })}
      <p className="cb-note cb-lane-key">
        <i /> {t('signals.lane.standing')} <i data-moving /> {t('signals.lane.moving')}
      </p>
    </div>
  );
}

const turnMarks: Readonly<Record<string, string>> = { left: '←', through: '↑', right: '→', 'u-turn': '↶' };

export function ApproachTable({ approaches }: { readonly approaches: readonly ApproachAnswer[] }) {
  const { t, text, language } = useText();
  const nameOf = useApproachName();
  return (
    <div className="cb-table-scroll" tabIndex={0} role="region" aria-label={t('signals.approaches')}>
      <table className="cb-table cb-approaches">
        <thead>
          <tr>
            <th>{t('signals.approach.head')}</th>
            <th>{t('signals.delay')}</th>
            <th>{t('signals.arrival')}</th>
            <th>{t('signals.saturation')}</th>
            <th>{t('signals.turns')}</th>
            <th>{t('signals.source')}</th>
          </tr>
        </thead>
        <tbody>
          {approaches.map((a) => (
            <tr key={a.link}>
              <th scope="row">
                {nameOf(a)}
                {a.name && <small> {text(a.name)}</small>}
              </th>
              <td>
                <LosMark small los={a.los} /> <Seconds value={a.delayS} />
              </td>
              <td>{formatNumber(a.arrivalVph, language)}</td>
              <td title={t(a.saturation.seen ? 'signals.saturation.seen' : 'signals.saturation.default')}>
                {formatNumber(a.saturation.vph, language)}
                {!a.saturation.seen && <small> {t('signals.assumed')}</small>}
              </td>
              <td className="cb-turns">
                {a.turns.map((turn, i) => (
                  <Fragment key={turn.turn}>
                    {i > 0 && ' '}
                    <span title={t('signals.turn', { turn: turn.turn })}>
                      {turnMarks[turn.turn] ?? turn.turn}
                      {formatShare(turn.share, language)}
                    </span>
                  </Fragment>
                ))}
              </td>
              <td>
                {t(`signals.by.${a.measuredBy}`)} <small>{formatShare(a.confidence, language)}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
