/** What the plan would send now, before it is sent: who, how soon, why, what stays uncovered. Picks change by a click. */
import { Button, Input, Segmented, Tooltip } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { RecommendationAnswer, RecommendedUnit } from '../../server/contract/api.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { useMay } from '../account/me.ts';
import { CardError } from '../app/details/parts.tsx';
import { formatDistance, formatSpan } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { isUnitKind } from './unit-kinds.ts';
import { DepartmentName, Section } from './bits.tsx';
import { capabilityWord } from './capability-words.ts';
import { closeDrill, useCaseView } from './case-view.ts';
import { clockWords } from './countdown.ts';
import { caseDeeds } from './deeds.ts';
import {
  canPick,
  isEdited,
  needsReason,
  nextBest,
  pickedUnits,
  togglePick,
  useRecommendation,
} from './recommendation.ts';
import { useRun } from './use-run.ts';

const NEXT_SHOWN = 8;
const LEVELS = [1, 2, 3] as const;

function UnitLine({
  c,
  picked,
  onToggle,
}: {
  readonly c: RecommendedUnit;
  readonly picked: boolean;
  readonly onToggle: () => void;
}) {
  const { t, language } = useText();
  return (
    <li className="cb-pick" data-picked={picked}>
      <button
        type="button"
        aria-pressed={picked}
        disabled={!picked && !canPick(c)}
        title={t(picked ? 'drill.drop' : 'drill.add')}
        onClick={onToggle}
      >
        {c.callsign}
      </button>
      <span>{isUnitKind(c.kind) ? t(`unitKind.${c.kind}`) : c.kind}</span>
      <b>{c.seconds === undefined ? t('unknown') : clockWords(c.seconds * 1_000, language)}</b>
      <span>{formatDistance(c.metres, language)}</span>
      <small>{t(`why.${c.why}`)}</small>
    </li>
  );
}

function Needs({
  answer,
  byHand,
  toggle,
}: {
  readonly answer: RecommendationAnswer;
  readonly byHand: readonly string[] | null;
  readonly toggle: (unit: string) => void;
}) {
  const { t, language } = useText();
  const byId = new Map(answer.candidates.map((c) => [c.unit, c]));
  const picked = new Set(pickedUnits(answer, byHand));
  const listed = new Set(answer.needs.flatMap((need) => need.units));
  const added = [...picked].filter((unit) => !listed.has(unit));
  const line = (unit: string): React.ReactNode => {
    const c = byId.get(unit);
    return c && <UnitLine key={unit} c={c} picked={picked.has(unit)} onToggle={() => toggle(unit)} />;
  };
  return (
    <>
      {answer.needs.map((need, i) => {
        const has = need.there.length + need.units.filter((unit) => picked.has(unit)).length;
        const kinds = need.kinds.map((k) => (isUnitKind(k) ? t(`unitKind.${k}`) : k)).join(' / ');
        return (
          <div key={`${need.kinds.join()}-${need.capability ?? ''}-${i}`} className="cb-need">
            <p data-short={has < need.count}>
              {need.count} × {kinds}
              {need.capability && ` (${capabilityWord(need.capability, language)})`}
              {need.there.length > 0 && <small> {t('drill.there', { n: need.there.length })}</small>}
              {has < need.count && <small> {t('drill.short', { n: need.count - has })}</small>}
            </p>
            <ul className="cb-plain">{need.units.map(line)}</ul>
          </div>
        );
      })}
      {added.length > 0 && (
        <div className="cb-need">
          <p>{t('drill.added')}</p>
          <ul className="cb-plain">{added.map(line)}</ul>
        </div>
      )}
    </>
  );
}

function Consequences({ answer }: { readonly answer: RecommendationAnswer }) {
  const { t, text, language } = useText();
  const { uncovered, tasks, notify, lead, support } = answer;
  return (
    <ul className="cb-plain cb-consequences">
      {uncovered.map((u) => (
        <li key={u.facility} data-alarm="true">
          {t('drill.uncovered', { name: text(u.name), left: u.left, minimum: u.minimum })}{' '}
          {u.moveUp &&
            t('drill.moveUp', {
              unit: u.moveUp.callsign,
              time: clockWords(u.moveUp.seconds * 1_000, language),
            })}
        </li>
      ))}
      {notify.map((n) => (
        <li key={n.facility}>
          {t('drill.notify', { name: text(n.name), distance: formatDistance(n.distanceM, language) })}{' '}
          {n.bedsFree !== undefined && t('drill.beds', { n: n.bedsFree })}
        </li>
      ))}
      {tasks.map((task) => (
        <li key={`${task.department}-${task.title.zh}`}>
          <DepartmentName id={task.department} />: {text(task.title)}{' '}
          <small>{formatSpan(task.minutes * 60_000, language)}</small>
        </li>
      ))}
      {lead !== null && (
        <li>
          {t('case.lead')}: <DepartmentName id={lead} />
          {support.map((id) => (
            <span key={id}>
              {' · '}
              <DepartmentName id={id} />
            </span>
          ))}
        </li>
      )}
    </ul>
  );
}

export function Drill({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text } = useText();
  const drill = useCaseView((s) => s.drill);
  const maySend = useMay('incident.dispatch');
  const { run, busy } = useRun();
  const [reason, setReason] = useState('');
  const send = useRef<HTMLButtonElement>(null);
  const level = drill?.level ?? incident.case.plan?.level ?? 1;
  const { data: answer, error, isPlaceholderData, refetch } = useRecommendation(incident, level);
  const byHand = drill?.units ?? null;
  const ready = answer !== undefined && !isPlaceholderData;
  const confirm = drill?.confirm === true;
  useEffect(() => {
    if (ready && confirm) send.current?.focus();
  }, [ready, confirm]);
  if (error && !answer) return <CardError error={error} />;
  if (!answer) return <p className="cb-note">{t('drill.asking')}</p>;
  const setUnits = (units: readonly string[] | null): void =>
    useCaseView.setState((s) => (s.drill ? { drill: { ...s.drill, units, confirm: false } } : {}));
  const picked = pickedUnits(answer, byHand);
  const asksReason = needsReason(answer, byHand);
  const raises = level !== (incident.case.plan?.level ?? 1);
  /** What is shown is what is sent: the plan may think otherwise a second later (UI-91). */
  const go = async (): Promise<void> => {
    const sent = await run(() =>
      caseDeeds.sendUnits(incident.id, picked.length > 0 ? picked : undefined, {
        ...(raises ? { level } : {}),
        ...(asksReason ? { override: reason.trim() } : {}),
      }),
    );
    if (!sent) await refetch();
  };
  return (
    <Section
      title={
        <span className="cb-drill-head">
          {t('drill.title')} · {text(answer.plan.name)}
          <Segmented
            size="small"
            value={level}
            aria-label={t('arg.level')}
            onChange={(n) =>
              useCaseView.setState((s) => (s.drill ? { drill: { ...s.drill, level: n, units: null } } : {}))
            }
            options={[...new Set([...LEVELS, level])].map((n) => ({
              value: n,
              label: t('case.level', { n }),
            }))}
          />
        </span>
      }
    >
      {!incident.position && (
        <p className="cb-note" role="alert">
          {t('drill.unplaced')}
        </p>
      )}
      <Needs answer={answer} byHand={byHand} toggle={(unit) => setUnits(togglePick(answer, byHand, unit))} />
      <details className="cb-next-best">
        <summary>{t('drill.nextBest')}</summary>
        <ul className="cb-plain">
          {nextBest(answer, byHand, NEXT_SHOWN).map((c) => (
            <UnitLine
              key={c.unit}
              c={c}
              picked={false}
              onToggle={() => setUnits(togglePick(answer, byHand, c.unit))}
            />
          ))}
        </ul>
      </details>
      <Consequences answer={answer} />
      {asksReason && (
        <Input
          size="small"
          value={reason}
          maxLength={500}
          placeholder={t('drill.reason')}
          aria-label={t('drill.reason')}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
      <div className="cb-drill-do">
        <Tooltip title={maySend ? `/send ${incident.number}` : t('step.role')}>
          <Button
            ref={send}
            type="primary"
            loading={busy}
            disabled={
              !maySend ||
              isPlaceholderData ||
              (picked.length === 0 && answer.tasks.length === 0) ||
              (asksReason && reason.trim() === '')
            }
            onClick={() => void go()}
          >
            {t(picked.length === 0 ? 'drill.sendTasks' : 'drill.send', { n: picked.length })} <kbd>Enter</kbd>
          </Button>
        </Tooltip>
        {isEdited(answer, byHand) && <Button onClick={() => setUnits(null)}>{t('drill.reset')}</Button>}
        <Button onClick={closeDrill}>{t('ask.cancel')}</Button>
      </div>
    </Section>
  );
}
