/** The green wave of a unit: the lights on its way with the time to each, what is held or was yielded, seconds saved. */
import { Button, Input } from 'antd';
import { useState } from 'react';
import type { UnitRecord } from '../../server/contract/records.ts';
import type { WaveRecord } from '../../server/contract/signal-control.ts';
import { useMay } from '../account/me.ts';
import { formatDistance, formatNumber } from '../desk/format.ts';
import { useRecord, useText } from '../desk/hooks.ts';
import { useRun } from '../dispatch/use-run.ts';
import { showSignal, signalDeeds } from './deeds.ts';
import { savedSeconds, waveAhead } from './wave.ts';

/** Lights that are shown at once; more are counted. */
const SHOWN = 5;

function Junctions({ wave }: { readonly wave: WaveRecord }) {
  const { t, text, language } = useText();
  const { shown, more, passed } = waveAhead(wave, SHOWN);
  return (
    <ol className="cb-wave-list">
      {passed > 0 && <li className="cb-note">{t('wave.passed', { n: passed })}</li>}
      {shown.map((j) => (
        <li key={j.signal} data-state={j.state}>
          <i aria-hidden="true" />
          <button type="button" className="cb-link" onClick={() => showSignal(j.signal)}>
            {text(j.name)}
          </button>
          <span>{t(`wave.state.${j.state}`)}</span>
          <small>
            {formatDistance(j.metres, language)} · {formatNumber(j.etaS, language)} {t('signals.s')}
          </small>
        </li>
      ))}
      {more > 0 && <li className="cb-note">{t('wave.more', { n: more })}</li>}
    </ol>
  );
}

function Cancel({ unit }: { readonly unit: string }) {
  const { t } = useText();
  const { run, busy } = useRun();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  if (!asking)
    return (
      <Button size="small" onClick={() => setAsking(true)}>
        {t('wave.cancel')}
      </Button>
    );
  return (
    <form
      className="cb-wave-cancel"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== '') void run(() => signalDeeds.cancelWave(unit, reason.trim()));
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        setAsking(false);
      }}
    >
      <Input
        autoFocus
        size="small"
        maxLength={500}
        value={reason}
        placeholder={t('arg.reason')}
        aria-label={t('arg.reason')}
        onChange={(event) => setReason(event.target.value)}
      />
      <Button size="small" htmlType="submit" disabled={reason.trim() === ''} loading={busy}>
        {t('wave.cancel')}
      </Button>
    </form>
  );
}

/** On its way, a unit may get one. */
const drives = (unit: UnitRecord): boolean => unit.status === 'en-route' || unit.status === 'transporting';

/** `brief`: one line and what can be done, for a list of units. */
export function WaveCard({ unit: id, brief = false }: { readonly unit: string; readonly brief?: boolean }) {
  const { t, language } = useText();
  const wave = useRecord('wave', `wave:${id}`);
  const unit = useRecord('unit', id);
  const mayStart = useMay('wave.start');
  const mayCancel = useMay('wave.cancel');
  const { run, busy } = useRun();
  const running = wave?.state === 'running';
  if (!running && !(unit && drives(unit)) && (brief || !wave)) return null;
  const saved = savedSeconds(wave);
  return (
    <section className="cb-wave" data-brief={brief} aria-label={t('wave')}>
      <header>
        <b>{t('wave')}</b>
        <span>{wave ? t(`wave.${wave.state}`) : t('wave.none')}</span>
        {saved !== null && (
          <span className="cb-wave-saved">{t('wave.saved', { n: formatNumber(saved, language) })}</span>
        )}
        {running && mayCancel && <Cancel unit={id} />}
        {!running && mayStart && unit && drives(unit) && (
          <Button size="small" loading={busy} onClick={() => void run(() => signalDeeds.startWave(id))}>
            {t('wave.start')}
          </Button>
        )}
      </header>
      {running && <Junctions wave={wave} />}
    </section>
  );
}
