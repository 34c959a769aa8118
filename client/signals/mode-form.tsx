/** Confirms a mode for signals: which way decides, the longest red, whether green waves may take them, and why. */
import { Button, Checkbox, Input, InputNumber, Segmented, Select } from 'antd';
import { useState } from 'react';
import {
  controlMethods,
  defaultLimits,
  signalModes,
  type ControlMethod,
  type SignalMode,
} from '../../server/contract/signal-control.ts';
import { session } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { useRun } from '../dispatch/use-run.ts';
import { signalDeeds } from './deeds.ts';
import { useSignalView } from './signal-view.ts';

const RED_S = { least: 45, most: 240 } as const;
const close = (): void => useSignalView.setState({ ask: null });

export function ModeForm({
  mode: asked,
  signals,
}: {
  readonly mode: SignalMode;
  readonly signals: readonly string[];
}) {
  const { t, text } = useText();
  const { run, busy } = useRun();
  const first = session().mirror.records.control.get(signals[0] ?? '');
  const [mode, setMode] = useState(asked);
  const [method, setMethod] = useState<ControlMethod>(first?.mode === 'auto' ? first.method : 'ours');
  const [limits, setLimits] = useState(first?.limits ?? defaultLimits);
  const [reason, setReason] = useState('');
  const why = reason.trim();
  const submit = (): void => {
    if (busy) return;
    void run(() =>
      signalDeeds.setMode(signals, {
        mode,
        limits,
        ...(mode === 'auto' && { method }),
        ...(why !== '' && { reason: why }),
      }),
    );
  };
  return (
    <form
      className="cb-ask-form cb-mode-form"
      aria-label={t('signals.setMode')}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <b>{signals.length === 1 && first ? text(first.name) : t('signals.n', { n: signals.length })}</b>
      <Segmented
        block
        size="small"
        value={mode}
        aria-label={t('signals.mode')}
        onChange={setMode}
        options={signalModes.map((value) => ({ value, label: t(`signals.mode.${value}`) }))}
      />
      <p className="cb-note">{t(`signals.mode.${mode}.help`)}</p>
      {mode === 'auto' && (
        <Select
          size="small"
          value={method}
          aria-label={t('signals.method')}
          onChange={setMethod}
          options={controlMethods.map((value) => ({ value, label: t(`signals.method.${value}`) }))}
        />
      )}
      <div className="cb-mode-limits">
        <label>
          {t('signals.maxRed')}{' '}
          <InputNumber
            size="small"
            min={RED_S.least}
            max={RED_S.most}
            value={limits.maxRedS}
            suffix={t('signals.s')}
            onChange={(maxRedS) => setLimits({ ...limits, maxRedS: maxRedS ?? defaultLimits.maxRedS })}
          />
        </label>
        <Checkbox
          checked={limits.waves}
          onChange={(event) => setLimits({ ...limits, waves: event.target.checked })}
        >
          {t('signals.mayWave')}
        </Checkbox>
      </div>
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
        <Button size="small" type="primary" htmlType="submit" loading={busy}>
          {t('signals.setModeFor', { n: signals.length })}
        </Button>
        <Button size="small" onClick={close}>
          {t('ask.cancel')}
        </Button>
      </div>
    </form>
  );
}
