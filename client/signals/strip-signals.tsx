/** In the line under the top bar: how many signals run automatically, how many not as they should, special plans in force. */
import { FlagOutlined } from '@ant-design/icons';
import { useMemo } from 'react';
import { formatSpan } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { signalDeeds } from './deeds.ts';
import { countSignals, noSignalFilter } from './rows.ts';
import { useSignalView } from './signal-view.ts';

function Plans() {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const plans = useRecords('special-plan');
  const [first] = plans;
  if (!first) return null;
  const left = formatSpan(Math.max(0, first.endsAtMs - nowMs), language);
  return (
    <button
      type="button"
      className="cb-strip-plan"
      data-some
      title={t('strip.plan.tip', { reason: first.reason, name: first.by.name })}
      onClick={() => signalDeeds.showSignals('plans')}
    >
      <FlagOutlined aria-hidden="true" /> {text(first.name)} <b>{left}</b>
      {plans.length > 1 && ` +${plans.length - 1}`}
    </button>
  );
}

export function StripSignals() {
  const { t } = useText();
  const controls = useRecords('control');
  const counts = useMemo(() => countSignals(controls), [controls]);
  if (counts.all === 0) return null;
  const show = (part: Partial<typeof noSignalFilter>): void => {
    useSignalView.setState({ filter: { ...noSignalFilter, ...part } });
    signalDeeds.showSignals('list');
  };
  return (
    <div className="cb-strip-signals" role="group" aria-label={t('panel.signals')}>
      <Plans />
      <button
        type="button"
        data-some={counts.automatic > 0}
        title={t('strip.automatic.tip', { all: counts.all })}
        onClick={() => show({ mode: 'auto' })}
      >
        {t('strip.automatic')} <b>{counts.automatic}</b>/{counts.all}
      </button>
      <button
        type="button"
        data-some={counts.degraded > 0}
        data-urgent={counts.degraded > 0}
        title={t('strip.degraded.tip')}
        onClick={() => show({ ground: 'degraded' })}
      >
        {t('strip.degraded')} <b>{counts.degraded}</b>
      </button>
    </div>
  );
}
