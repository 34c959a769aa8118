/** One switch that measures automatic control of a district against fixed time: both take turns (switch-back). */
import { Button, InputNumber, Switch } from 'antd';
import { useState } from 'react';
import type { ControlRecord } from '../../server/contract/signal-control.ts';
import { useMay } from '../account/me.ts';
import { useDistrictNames, useRecords, useText } from '../desk/hooks.ts';
import { useRun } from '../dispatch/use-run.ts';
import { signalDeeds } from './deeds.ts';
import { useSignalView } from './signal-view.ts';

export function CompareSwitch({ controls }: { readonly controls: readonly ControlRecord[] }) {
  const { t, text } = useText();
  const may = useMay('signal.measure');
  const district = useSignalView((s) => s.filter.district);
  const name = useDistrictNames().get(district);
  const measurements = useRecords('measurement');
  const { run, busy } = useRun();
  const [asking, setAsking] = useState(false);
  const [blockMin, setBlockMin] = useState(5);
  const [pairs, setPairs] = useState(6);
  if (!may) return null;
  const signals = controls.filter((c) => c.district === district).map((c) => c.id);
  const inDistrict = new Set(signals);
  const running = measurements.find(
    (m) => m.state === 'running' && m.signals.some((id) => inDistrict.has(id)),
  );
  const show = (): void => useSignalView.setState({ tab: 'measurements' });
  const start = async (): Promise<void> => {
    const taken = await run(() =>
      signalDeeds.measure({ signals, base: 'fixed', test: 'ours', blockMin, pairs }),
    );
    if (!taken) return;
    setAsking(false);
    show();
  };
  const number = (label: string, value: number, min: number, max: number, set: (n: number) => void) => (
    <label>
      {label} <InputNumber size="small" min={min} max={max} value={value} onChange={(n) => set(n ?? value)} />
    </label>
  );
  return (
    <div className="cb-compare">
      <label className="cb-compare-switch">
        <Switch
          size="small"
          checked={running !== undefined || asking}
          disabled={district === '' || busy}
          onChange={(on) => {
            if (running) void run(() => signalDeeds.stopMeasuring(running.id));
            else setAsking(on);
          }}
        />
        <span>{t('signals.compare')}</span>
        <small>{district === '' ? t('signals.compare.district') : (name && text(name)) || district}</small>
      </label>
      {running && (
        <Button size="small" type="link" onClick={show}>
          {t('signals.compare.show', { n: running.blocks.length })}
        </Button>
      )}
      {asking && !running && (
        <form
          className="cb-ask-form"
          aria-label={t('signals.compare')}
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <p className="cb-note">{t('signals.compare.help')}</p>
          <div className="cb-mode-limits">
            {number(t('signals.blockMin'), blockMin, 2, 60, setBlockMin)}
            {number(t('signals.pairs'), pairs, 2, 48, setPairs)}
          </div>
          <div className="cb-ask-buttons">
            <Button size="small" type="primary" htmlType="submit" loading={busy}>
              {t('signals.compare.start', { min: blockMin * pairs * 2 })}
            </Button>
            <Button size="small" onClick={() => setAsking(false)}>
              {t('ask.cancel')}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}
