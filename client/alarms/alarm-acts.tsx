/** The buttons of what this person may do to some alarms, and the form for what needs words. */
import { Button, Input, InputNumber, Select, Tooltip } from 'antd';
import { useState } from 'react';
import { SHELVE_DEFAULT_MIN, SHIFT_MIN, type AlarmRecord } from '../../server/contract/alarms.ts';
import { roleNames, roles, type Role } from '../../server/contract/roles.ts';
import { useMe } from '../account/me.ts';
import { keyCap } from '../app/key-name.ts';
import { useText } from '../desk/hooks.ts';
import type { Outcome } from '../desk/outcome.ts';
import { useRun } from '../dispatch/use-run.ts';
import { acts, escalatesTo, offersFor, type ActKind } from './acts.ts';
import { askForAct, closeAsk, useAlarmView } from './alarm-view.ts';
import { alarmDeeds } from './deeds.ts';
import { alarmOfId, ownerOf, ruleOf } from './shown.ts';

const MINUTES = [15, 30, 60, 120, SHIFT_MIN] as const;
const reasons = ['repair', 'handled', 'works', 'faulty', 'event'] as const;
/** Who can be called: those who work at the desk or in a department. */
const callable: readonly Role[] = roles.filter((r) => !/admin|viewer/.test(r));

function carryOut(kind: ActKind, ids: readonly string[]): Promise<Outcome> {
  switch (kind) {
    case 'acknowledge':
      return alarmDeeds.acknowledge(ids);
    case 'incident':
      return alarmDeeds.toIncident(ids);
    case 'unshelve':
      return alarmDeeds.unshelve(ids);
    case 'enable':
      return alarmDeeds.alarmService(ids, true);
    case 'shelve':
    case 'escalate':
    case 'disable':
      throw new Error(`${kind} needs words`);
  }
}

export function AlarmActs({ alarms }: { readonly alarms: readonly AlarmRecord[] }) {
  const { t } = useText();
  const me = useMe();
  const { run, busy } = useRun();
  const offers = offersFor(alarms, me, ownerOf);
  if (offers.length === 0) return null;
  return (
    <div className="cb-alarm-acts" role="group" aria-label={t('alarm.acts')}>
      {offers.map(({ kind, alarms: fitting, blocked }) => {
        const { key, command, asks } = acts[kind];
        const ids = fitting.map((a) => a.id);
        return (
          <Tooltip key={kind} title={blocked ? t(blocked) : `/${command}`}>
            <Button
              size="small"
              type={kind === 'acknowledge' ? 'primary' : 'default'}
              disabled={blocked !== undefined}
              loading={busy}
              onClick={() => (asks ? askForAct(kind, ids) : void run(() => carryOut(kind, ids)))}
            >
              {t(`alarm.act.${kind}`)}
              {alarms.length > 1 && ` (${ids.length})`} {key && <kbd>{keyCap(key)}</kbd>}
            </Button>
          </Tooltip>
        );
      })}
    </div>
  );
}

/** The words of an act: a reason, minutes, a role. Shown where the alarms are; Enter gives it, Escape drops it. */
export function AlarmAskForm({
  kind,
  alarms,
}: {
  readonly kind: ActKind;
  readonly alarms: readonly string[];
}) {
  const { t, text } = useText();
  const { run, busy } = useRun();
  const first = alarmOfId(alarms[0] ?? '');
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState<number | null>(SHELVE_DEFAULT_MIN);
  const [to, setTo] = useState<Role>(() => (first ? escalatesTo(first, ruleOf(first.rule)) : 'supervisor'));
  const said = reason.trim();
  const lacking = (kind !== 'escalate' && said === '') || (kind === 'shelve' && minutes === null);
  const submit = async (): Promise<void> => {
    if (lacking || busy) return;
    await run(() => {
      if (kind === 'shelve') return alarmDeeds.shelve(alarms, minutes ?? SHELVE_DEFAULT_MIN, said);
      if (kind === 'disable') return alarmDeeds.alarmService(alarms, false, said);
      return alarmDeeds.escalate(alarms, to, said === '' ? undefined : said);
    });
  };
  const wanted = t(kind === 'escalate' ? 'alarm.ask.note' : 'arg.reason');
  return (
    <form
      ref={(form) => form?.scrollIntoView({ block: 'nearest' })}
      className="cb-ask-form"
      aria-label={t(`alarm.act.${kind}`)}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        closeAsk();
      }}
    >
      <b>{t('alarm.ask', { act: t(`alarm.act.${kind}`), n: alarms.length })}</b>
      {kind === 'escalate' && (
        <Select
          size="small"
          value={to}
          aria-label={t('arg.role')}
          onChange={setTo}
          options={callable.map((role) => ({ value: role, label: text(roleNames[role]) }))}
        />
      )}
      <Input
        autoFocus
        size="small"
        maxLength={500}
        value={reason}
        placeholder={wanted}
        aria-label={wanted}
        onChange={(event) => setReason(event.target.value)}
      />
      {kind !== 'escalate' && (
        <div className="cb-chips">
          {reasons.map((r) => (
            <button key={r} type="button" onClick={() => setReason(t(`alarm.reason.${r}`))}>
              {t(`alarm.reason.${r}`)}
            </button>
          ))}
        </div>
      )}
      {kind === 'shelve' && (
        <div className="cb-alarm-minutes">
          <InputNumber
            size="small"
            min={1}
            max={SHIFT_MIN}
            value={minutes}
            suffix={t('alarm.minutes')}
            aria-label={t('arg.minutes')}
            onChange={setMinutes}
          />
          <span className="cb-chips">
            {MINUTES.map((m) => (
              <button key={m} type="button" aria-pressed={m === minutes} onClick={() => setMinutes(m)}>
                {m === SHIFT_MIN ? t('alarm.shift') : m}
              </button>
            ))}
          </span>
        </div>
      )}
      <div className="cb-ask-buttons">
        <Button size="small" type="primary" htmlType="submit" disabled={lacking} loading={busy}>
          {t('ask.do')}
        </Button>
        <Button size="small" onClick={closeAsk}>
          {t('ask.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** The form, where it is about just these alarms. */
export function AskHere({ fits }: { readonly fits: (alarms: readonly string[]) => boolean }) {
  const ask = useAlarmView((s) => s.ask);
  if (!ask || !fits(ask.alarms)) return null;
  return <AlarmAskForm key={`${ask.kind} ${ask.alarms.join()}`} kind={ask.kind} alarms={ask.alarms} />;
}
