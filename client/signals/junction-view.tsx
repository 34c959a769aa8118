/** One junction, live: its figures, phases with movements, queues, approaches, two hours of history, who decides. */
import { Button } from 'antd';
import { lazy, Suspense } from 'react';
import { signalModes, type ControlRecord } from '../../server/contract/signal-control.ts';
import { useMay } from '../account/me.ts';
import { useWidth } from '../alarm-kpi/use-width.ts';
import { useDesk } from '../desk/desk.ts';
import { formatNumber, formatShare } from '../desk/format.ts';
import { useNow, useRecord, useText } from '../desk/hooks.ts';
import { Moment } from '../dispatch/bits.tsx';
import { useRun } from '../dispatch/use-run.ts';
import { ApiError } from '../sync/api.ts';
import { ApproachTable, Queues } from './approaches.tsx';
import { signalDeeds } from './deeds.ts';
import { GreensStrip } from './greens-strip.tsx';
import { JunctionStages } from './junction-stages.tsx';
import { GroundWord, LosMark, Seconds } from './marks.tsx';
import { useSignal } from './use-signals.ts';

const JunctionHistory = lazy(() => import('./junction-history.tsx'));

function Control({ control }: { readonly control: ControlRecord }) {
  const { t, text } = useText();
  const may = useMay('signal.mode');
  const { run } = useRun();
  return (
    <div className="cb-junction-control">
      <p>
        <span className="cb-mode" data-mode={control.mode}>
          {t(`signals.mode.${control.mode}`)}
        </span>
        {control.mode === 'auto' && <span>{t(`signals.method.${control.method}`)}</span>}
        <GroundWord control={control} />
      </p>
      {control.groundReason && <p className="cb-warn">{text(control.groundReason)}</p>}
      <p className="cb-note">
        {t('signals.limits', {
          red: control.limits.maxRedS,
          waves: t(control.limits.waves ? 'signals.waves.yes' : 'signals.waves.no'),
        })}
        {control.changed && (
          <>
            {' · '}
            {control.changed.by.name} <Moment atMs={control.changed.atMs} />
            {control.changed.reason !== undefined && ` · ${control.changed.reason}`}
          </>
        )}
      </p>
      {may && (
        <div className="cb-ask-buttons" role="group" aria-label={t('signals.setMode')}>
          {signalModes.map((mode) => (
            <Button
              key={mode}
              size="small"
              type={mode === control.mode ? 'primary' : 'default'}
              aria-pressed={mode === control.mode}
              onClick={() => void run(() => signalDeeds.askMode(mode, [control.id]))}
            >
              {t(`signals.mode.${mode}`)}
            </Button>
          ))}
          {control.proposal && (
            <Button size="small" onClick={() => signalDeeds.showSignals('proposals')}>
              {t('signals.hasProposal')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

export function JunctionView({ id }: { readonly id: string }) {
  const { t, text, language } = useText();
  const [box, width] = useWidth<HTMLDivElement>();
  const nowMs = useNow();
  const theme = useDesk((s) => s.theme);
  const control = useRecord('control', id);
  const { data, error } = useSignal(id, width > 0);
  return (
    <div ref={box} className="cb-junction">
      {control && <Control control={control} />}
      {error && !data && (
        <p className="cb-note" role="alert">
          {error instanceof ApiError && error.status === 404
            ? t('signals.notHeard')
            : t('details.failed', { reason: error instanceof ApiError ? text(error.text) : error.message })}
        </p>
      )}
      {data && (
        <>
          <dl className="cb-junction-figures">
            <div>
              <dt>{t('signals.los')}</dt>
              <dd>
                <LosMark los={data.line.los} />
              </dd>
            </div>
            <div>
              <dt>{t('signals.delay')}</dt>
              <dd>
                <Seconds value={data.line.delayS} digits={1} />
              </dd>
            </div>
            <div>
              <dt>{t('signals.queue')}</dt>
              <dd>{formatNumber(data.line.queue, language)}</dd>
            </div>
            <div>
              <dt>{t('signals.flow')}</dt>
              <dd>
                {formatNumber(data.line.flowVph, language)} <small>{t('unit.vph')}</small>
              </dd>
            </div>
            <div>
              <dt>{t('signals.confidence')}</dt>
              <dd>
                {formatShare(data.line.confidence, language)}{' '}
                {data.line.measuredBy && <small>{t(`signals.by.${data.line.measuredBy}`)}</small>}
              </dd>
            </div>
          </dl>
          <JunctionStages junction={data.junction} state={data.state} stateAtMs={data.stateAtMs} />
          <h4>{t('signals.queues')}</h4>
          <Queues answer={data} />
          <h4>{t('signals.approaches')}</h4>
          <ApproachTable approaches={data.approaches} />
          {width > 60 && (
            <Suspense fallback={null}>
              <JunctionHistory key={theme} history={data.history} width={width} />
            </Suspense>
          )}
          <GreensStrip answer={data} nowMs={nowMs} />
        </>
      )}
    </div>
  );
}
