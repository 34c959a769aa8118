/**
 * The line of alarms under the top bar: it never scrolls away, its figures are ways into the list, and it says when a
 * flood is on, when a rule set inflates, and whether alarms can be heard.
 */
import { MutedOutlined, SoundOutlined, WarningOutlined } from '@ant-design/icons';
import { useMemo } from 'react';
import {
  alarmPriorities,
  alarmPriorityNames,
  priorityTargets,
  type WatchRecord,
} from '../../server/contract/alarms.ts';
import { useDesk } from '../desk/desk.ts';
import { formatNumber, formatShare } from '../desk/format.ts';
import { useRecord, useRecords, useText } from '../desk/hooks.ts';
import { PriorityShape } from '../ui/priority.tsx';
import { codeOf, countAlarms } from './alarm-state.ts';
import { changeFilter, useAlarmView } from './alarm-view.ts';
import { alarmDeeds } from './deeds.ts';
import { type AlarmShow } from './filter.ts';
import { useFloodMerged } from './shown.ts';
import { StripSignals } from '../signals/strip-signals.tsx';
import { StripDoors } from './strip-doors.tsx';
import { useMuted, useSoundSetting } from './sound-setting.ts';
import { useAlarmSound } from './use-alarm-sound.ts';

/** Alarms an operator and 10 minutes that can be handled well (EEMUA 191, ISA-18.2 §16). */
const TARGET = 1;

function Figure({
  label,
  n,
  show,
  onClick,
}: {
  readonly label: string;
  readonly n: number;
  readonly show?: AlarmShow;
  readonly onClick?: () => void;
}) {
  return (
    <button
      type="button"
      data-some={n > 0}
      onClick={onClick ?? (() => alarmDeeds.showAlarms(show ?? 'standing'))}
    >
      {label} <b>{n}</b>
    </button>
  );
}

function Rate({ watch }: { readonly watch: WatchRecord | undefined }) {
  const { t, language } = useText();
  if (!watch) return null;
  const over = watch.perOperator > TARGET;
  return (
    <span
      className="cb-strip-rate"
      data-over={over}
      title={t('strip.rate.tip', { n: watch.last10Min, operators: watch.operators })}
    >
      {t(over ? 'strip.rate.over' : 'strip.rate', {
        n: formatNumber(watch.perOperator, language, Number.isInteger(watch.perOperator) ? 0 : 1),
        target: TARGET,
      })}
    </span>
  );
}

function Inflation({ watch }: { readonly watch: WatchRecord | undefined }) {
  const { t, text, language } = useText();
  const shares = watch?.shares;
  if (!watch?.inflated || !shares) return null;
  const words = alarmPriorities
    .map((p) =>
      t('strip.inflated.share', {
        name: text(alarmPriorityNames[p]),
        share: formatShare(shares[p], language),
        target: formatShare(priorityTargets[p], language),
      }),
    )
    .join(' · ');
  return (
    <span className="cb-strip-warn" title={words}>
      <WarningOutlined aria-hidden="true" /> {t('strip.inflated')}
    </span>
  );
}

function Flood({ watch }: { readonly watch: WatchRecord | undefined }) {
  const { t } = useText();
  const merged = useFloodMerged();
  return (
    <span className="cb-strip-flood" role="status">
      {watch?.flood && (
        <>
          <WarningOutlined aria-hidden="true" /> {t('alarm.flood', { n: merged })}
        </>
      )}
    </span>
  );
}

function Sound({ called }: { readonly called: boolean }) {
  const { t } = useText();
  const ready = useSoundSetting((s) => s.ready);
  const muted = useMuted();
  if (!called) return null;
  // Any click or key lets the browser be heard; this button is one that says so.
  if (!ready)
    return (
      <button type="button" className="cb-strip-sound" data-ready={false}>
        <MutedOutlined aria-hidden="true" /> {t('strip.sound.touch')}
      </button>
    );
  return (
    <button
      type="button"
      className="cb-strip-sound"
      aria-pressed={!muted}
      title={t('strip.sound.tip')}
      onClick={() => alarmDeeds.alarmSound(muted ? 'on' : 'off')}
    >
      {muted ? <MutedOutlined aria-hidden="true" /> : <SoundOutlined aria-hidden="true" />}{' '}
      {t(muted ? 'strip.sound.off' : 'strip.sound.on')}
    </button>
  );
}

export function AlarmStrip() {
  const { t, text } = useText();
  const alarms = useRecords('alarm');
  const watch = useRecord('watch', 'alarms');
  const wall = useDesk((s) => s.wall);
  const counts = useMemo(() => countAlarms(alarms), [alarms]);
  const { last, called } = useAlarmSound();
  return (
    <section className="cb-strip" aria-label={t('strip')} data-flood={Boolean(watch?.flood)} data-wall={wall}>
      <span className="cb-strip-label">{t('strip.unacknowledged')}</span>
      {alarmPriorities.map((p) => {
        const n = counts.unacknowledged[p];
        return (
          <button
            key={p}
            type="button"
            className="cb-strip-priority"
            data-priority={p}
            data-some={n > 0}
            onClick={() => {
              alarmDeeds.showAlarms('unacknowledged');
              changeFilter({ priorities: [p] });
            }}
          >
            <PriorityShape priority={p} solid={n > 0} size={16} /> {text(alarmPriorityNames[p])} <b>{n}</b>
          </button>
        );
      })}
      <Flood watch={watch} />
      <i className="cb-strip-gap" aria-hidden="true" />
      <div className="cb-strip-rest">
        <Rate watch={watch} />
        <Inflation watch={watch} />
        <Figure label={t('strip.active')} n={counts.active} show="active" />
        <Figure label={t('strip.shelved')} n={counts.shelved} show="shelved" />
        <Figure label={t('strip.suppressed')} n={counts.suppressed} show="suppressed" />
        <Figure label={t('strip.outOfService')} n={counts.outOfService} show="out-of-service" />
        <Figure
          label={t('strip.hidden')}
          n={counts.hidden}
          onClick={() => {
            alarmDeeds.showAlarms('standing');
            useAlarmView.setState({ openAll: true });
          }}
        />
      </div>
      {!wall && <StripSignals />}
      {!wall && <StripDoors />}
      <Sound called={called} />
      <span className="cb-hidden" role="alert">
        {last &&
          t('strip.rung', {
            priority: text(alarmPriorityNames[last.priority]),
            code: codeOf(last),
            name: text(last.name),
            place: text(last.subject.name),
          })}
      </span>
    </section>
  );
}
