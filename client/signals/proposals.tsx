/** Plans that are proposed: what each would bring, how sure that is, why; a person takes it or does not. */
import { CheckOutlined, CloseOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useState } from 'react';
import type { ControlRecord, SignalProposal } from '../../server/contract/signal-control.ts';
import { useMay } from '../account/me.ts';
import { formatNumber, formatShare } from '../desk/format.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { Moment } from '../dispatch/bits.tsx';
import { useRun } from '../dispatch/use-run.ts';
import { showSignal, signalDeeds } from './deeds.ts';
import { byGain, gainPct } from './figures.ts';

function Plan({ proposal }: { readonly proposal: SignalProposal }) {
  const { t, language } = useText();
  const greens = proposal.plan.steps.reduce((sum, step) => sum + step.greenS, 0);
  return (
    <div
      className="cb-plan"
      role="img"
      aria-label={t('signals.plan', { cycle: Math.round(proposal.cycleS) })}
    >
      {proposal.plan.steps.map((step, i) => (
        <span key={i} style={{ flexGrow: step.greenS }} title={formatShare(step.greenS / greens, language)}>
          {t('signals.phase.short', { n: step.phase + 1 })} {Math.round(step.greenS)}
        </span>
      ))}
    </div>
  );
}

function Proposal({
  control,
  proposal,
}: {
  readonly control: ControlRecord;
  readonly proposal: SignalProposal;
}) {
  const { t, text, language } = useText();
  const may = useMay('signal.approve');
  const { run, busy } = useRun();
  const [declining, setDeclining] = useState(false);
  const [reason, setReason] = useState('');
  const change = gainPct(proposal);
  return (
    <li className="cb-proposal">
      <header>
        <button type="button" className="cb-link" onClick={() => showSignal(control.id)}>
          {text(control.name)}
        </button>
        <small>
          <Moment atMs={proposal.atMs} />
        </small>
      </header>
      <dl className="cb-effect">
        <div>
          <dt>{t('signals.delay')}</dt>
          <dd>
            {formatNumber(proposal.delayNowS, language, 1)} →{' '}
            <b>{formatNumber(proposal.delayThenS, language, 1)}</b> {t('signals.s')}{' '}
            <em data-better={change < 0}>
              {change > 0 ? '+' : ''}
              {formatNumber(change, language)}%
            </em>
          </dd>
        </div>
        <div>
          <dt>{t('signals.cycle')}</dt>
          <dd>
            {formatNumber(proposal.cycleS, language)} {t('signals.s')}
          </dd>
        </div>
        <div>
          <dt>{t('signals.confidence')}</dt>
          <dd>{formatShare(proposal.confidence, language)}</dd>
        </div>
      </dl>
      <Plan proposal={proposal} />
      <p className="cb-note">{text(proposal.reason)}</p>
      {may && !declining && (
        <div className="cb-ask-buttons">
          <Button
            size="small"
            type="primary"
            icon={<CheckOutlined />}
            loading={busy}
            onClick={() => void run(() => signalDeeds.decideProposal(control.id, true))}
          >
            {t('signals.proposal.yes')}
          </Button>
          <Button size="small" icon={<CloseOutlined />} onClick={() => setDeclining(true)}>
            {t('signals.proposal.no')}
          </Button>
        </div>
      )}
      {may && declining && (
        <form
          className="cb-ask-form"
          onSubmit={(event) => {
            event.preventDefault();
            const why = reason.trim();
            void run(() => signalDeeds.decideProposal(control.id, false, why === '' ? undefined : why));
          }}
        >
          <Input
            autoFocus
            size="small"
            maxLength={500}
            value={reason}
            placeholder={t('signals.why')}
            aria-label={t('signals.why')}
            onChange={(event) => setReason(event.target.value)}
          />
          <div className="cb-ask-buttons">
            <Button size="small" htmlType="submit" loading={busy}>
              {t('signals.proposal.no')}
            </Button>
            <Button size="small" onClick={() => setDeclining(false)}>
              {t('ask.cancel')}
            </Button>
          </div>
        </form>
      )}
    </li>
  );
}

export function Proposals() {
  const { t } = useText();
  const controls = useRecords('control');
  const proposed = byGain(controls);
  if (proposed.length === 0) return <p className="cb-empty">{t('signals.proposals.none')}</p>;
  return (
    <ul className="cb-signal-cards" aria-label={t('signals.tab.proposals')}>
      {proposed.map((control) => (
        <Proposal key={control.proposal.id} control={control} proposal={control.proposal} />
      ))}
    </ul>
  );
}
