/** Special plans: those in force, and the form that starts one from a place on the map. */
import { Button, Input, InputNumber, Segmented, Select } from 'antd';
import { useEffect, useState } from 'react';
import type { LonLat } from '../../server/contract/geo.ts';
import {
  specialPlanKinds,
  type SpecialPlanKind,
  type SpecialPlanRecord,
} from '../../server/contract/signal-control.ts';
import { useMay } from '../account/me.ts';
import { cityMap, flyTo, timeZone, useDesk } from '../desk/desk.ts';
import { formatMoment, formatPosition, formatSpan } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { useRun } from '../dispatch/use-run.ts';
import { signalDeeds } from './deeds.ts';
import { useSignalView } from './signal-view.ts';

const defaults = { radiusM: 1_000, minutes: 120 } as const;
/** An event draws traffic in first; storm and works keep it away. */
const directionOf: Readonly<Record<SpecialPlanKind, 'to' | 'from'>> = {
  event: 'to',
  storm: 'from',
  evacuation: 'from',
  works: 'from',
};

function usePointing(answer: (place: LonLat) => void): readonly [boolean, (on: boolean) => void] {
  const [pointing, setPointing] = useState(false);
  useEffect(() => {
    if (!pointing) return undefined;
    return cityMap()?.askPlace((place) => {
      setPointing(false);
      answer(place);
    });
  }, [pointing, answer]);
  return [pointing, setPointing];
}

const setPlace = (position: LonLat): void => useSignalView.setState({ planAt: { position } });
const close = (): void => useSignalView.setState({ planAt: null });

function PlanForm({ position }: { readonly position: LonLat | null }) {
  const { t } = useText();
  const { run, busy } = useRun();
  const mapReady = useDesk((s) => s.mapReady);
  const [kind, setKind] = useState<SpecialPlanKind>('event');
  const [direction, setDirection] = useState<'to' | 'from'>('to');
  const [radiusM, setRadiusM] = useState<number>(defaults.radiusM);
  const [minutes, setMinutes] = useState<number>(defaults.minutes);
  const [reason, setReason] = useState('');
  const [pointing, setPointing] = usePointing(setPlace);
  const why = reason.trim();
  const lacking = position === null || why === '';
  return (
    <form
      className="cb-ask-form cb-mode-form"
      aria-label={t('plans.new')}
      onSubmit={(event) => {
        event.preventDefault();
        if (position === null || lacking || busy) return;
        void run(() =>
          signalDeeds.startPlan({ kind, position: [...position], radiusM, direction, minutes, reason: why }),
        );
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <b>{t('plans.new')}</b>
      <Select
        autoFocus
        size="small"
        value={kind}
        aria-label={t('plans.kind')}
        onChange={(next) => {
          setKind(next);
          setDirection(directionOf[next]);
        }}
        options={specialPlanKinds.map((value) => ({ value, label: t(`plans.kind.${value}`) }))}
      />
      <Segmented
        block
        size="small"
        value={direction}
        aria-label={t('plans.direction')}
        onChange={setDirection}
        options={(['to', 'from'] as const).map((value) => ({ value, label: t(`plans.direction.${value}`) }))}
      />
      <div className="cb-mode-limits">
        <span>{position ? formatPosition(position) : t('plans.noPlace')}</span>
        <Button
          size="small"
          type={pointing ? 'primary' : 'default'}
          aria-pressed={pointing}
          disabled={!mapReady}
          onClick={() => setPointing(!pointing)}
        >
          {t('plans.point')}
        </Button>
      </div>
      {pointing && (
        <p className="cb-note" role="status">
          {t('intake.pointing')}
        </p>
      )}
      <div className="cb-mode-limits">
        <label>
          {t('plans.radius')}{' '}
          <InputNumber
            size="small"
            min={100}
            max={10_000}
            step={100}
            value={radiusM}
            suffix="m"
            onChange={(v) => setRadiusM(v ?? defaults.radiusM)}
          />
        </label>
        <label>
          {t('plans.minutes')}{' '}
          <InputNumber
            size="small"
            min={5}
            max={1_440}
            step={15}
            value={minutes}
            onChange={(v) => setMinutes(v ?? defaults.minutes)}
          />
        </label>
      </div>
      <Input
        size="small"
        maxLength={500}
        value={reason}
        placeholder={t('arg.reason')}
        aria-label={t('arg.reason')}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="cb-ask-buttons">
        <Button size="small" type="primary" htmlType="submit" disabled={lacking} loading={busy}>
          {t('plans.start')}
        </Button>
        <Button size="small" onClick={close}>
          {t('ask.cancel')}
        </Button>
      </div>
    </form>
  );
}

function PlanCard({ plan }: { readonly plan: SpecialPlanRecord }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const may = useMay('special-plan.end');
  const { run, busy } = useRun();
  return (
    <li className="cb-proposal">
      <header>
        <button type="button" className="cb-link" onClick={() => flyTo(plan.place)}>
          {text(plan.name)}
        </button>
        <span className="cb-stage" data-stage="running">
          {t('plans.left', { time: formatSpan(Math.max(0, plan.endsAtMs - nowMs), language) })}
        </span>
      </header>
      <p className="cb-note">
        {t(`plans.kind.${plan.kind}`)} · {t(`plans.direction.${plan.direction}`)} ·{' '}
        {t('signals.n', { n: plan.signals.length })}
      </p>
      <p>{plan.reason}</p>
      <p className="cb-note">
        {plan.by.name} · {formatMoment(plan.startedAtMs, nowMs, language, timeZone()).slice(0, -3)} →{' '}
        {formatMoment(plan.endsAtMs, nowMs, language, timeZone()).slice(0, -3)}
      </p>
      {may && (
        <div className="cb-ask-buttons">
          <Button size="small" loading={busy} onClick={() => void run(() => signalDeeds.endPlan(plan.id))}>
            {t('plans.end')}
          </Button>
        </div>
      )}
    </li>
  );
}

export function SpecialPlans() {
  const { t } = useText();
  const plans = useRecords('special-plan');
  const planAt = useSignalView((s) => s.planAt);
  const may = useMay('special-plan.start');
  return (
    <>
      {may && planAt === null && (
        <p className="cb-panel-head">
          <span>{t('plans.inForce', { n: plans.length })}</span>
          <Button size="small" onClick={() => signalDeeds.askPlan()}>
            {t('plans.new')} <kbd>⇧X</kbd>
          </Button>
        </p>
      )}
      {may && planAt !== null && <PlanForm position={planAt.position} />}
      {plans.length === 0 ? (
        <p className="cb-empty">{t('plans.none')}</p>
      ) : (
        <ul className="cb-signal-cards" aria-label={t('signals.tab.plans')}>
          {plans.map((plan) => (
            <PlanCard key={plan.id} plan={plan} />
          ))}
        </ul>
      )}
    </>
  );
}
