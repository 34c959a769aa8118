/** A trial run: what the rule would have said over recorded history, beside the one that is live now. */
import { Button } from 'antd';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import type { DryRunAnswer, DryRunOutcome } from '../../server/contract/alarm-api.ts';
import type { SubjectRef } from '../../server/contract/alarms.ts';
import { foldPeaks } from '../alarm-kpi/bins.ts';
import { useWidth } from '../alarm-kpi/use-width.ts';
import { factLine } from '../alarms/fact-words.ts';
import { flyTo, select, timeZone, useDesk } from '../desk/desk.ts';
import { formatMoment, formatNumber, formatShare, formatSpan, UNKNOWN } from '../desk/format.ts';
import { useDistrictNames, useNow, useText } from '../desk/hooks.ts';
import { dryRun } from '../sync/alarm-api.ts';
import { ApiError } from '../sync/api.ts';
import { COARSE_FROM_S, dryRunHours, isShort, perDay, sideBySide, topSubjects } from './dry-run.ts';
import { checkable, type RuleForm } from './rule-form.ts';
import { selectionOfSubject } from './subject.ts';

const DryRunChart = lazy(() => import('./dry-run-chart.tsx'));
const MOST_BINS = 96;
const TOP = 5;

/** Selects it and flies to where it stood. */
function showSubject(subject: SubjectRef): void {
  const selection = selectionOfSubject(subject);
  if (selection) select(selection);
  if (subject.position) flyTo(subject.position);
}

const spanS = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1_000);

function Figures({ answer }: { readonly answer: DryRunAnswer }) {
  const { t, language } = useText();
  const { proposed, current } = answer;
  const span = (seconds: number | null): string => formatSpan(spanS(seconds), language);
  const rows: readonly (readonly [string, (o: DryRunOutcome) => string])[] = [
    [t('rules.dry.rung'), (o) => formatNumber(o.rung, language)],
    [t('rules.dry.annunciated'), (o) => formatNumber(o.annunciated, language)],
    [t('rules.dry.perDay'), (o) => formatNumber(perDay(o, answer), language, 1)],
    [t('rules.dry.p50'), (o) => span(o.activeS.p50)],
    [t('rules.dry.p90'), (o) => span(o.activeS.p90)],
    [t('rules.dry.longest'), (o) => span(o.activeS.longest)],
  ];
  return (
    <table className="cb-table">
      <thead>
        <tr>
          <td />
          <th scope="col">{t('rules.dry.proposed')}</th>
          <th scope="col">{t('rules.dry.current')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value(proposed)}</td>
            <td>{current ? value(current) : UNKNOWN}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Subjects({ outcome }: { readonly outcome: DryRunOutcome }) {
  const { t, text, language } = useText();
  const top = topSubjects(outcome, TOP);
  if (top.length === 0) return null;
  return (
    <section>
      <h4>{t('rules.dry.subjects', { shown: top.length, total: outcome.subjects.length })}</h4>
      <ul className="cb-dry-list">
        {top.map(({ subject, times, share, activeS }) => (
          <li key={subject.id}>
            <button type="button" disabled={!subject.position} onClick={() => showSubject(subject)}>
              <b>{text(subject.name)}</b>
              <span>{t('rules.dry.times', { n: formatNumber(times, language) })}</span>
              <span>{formatShare(share, language)}</span>
              <span>{formatSpan(activeS * 1_000, language)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Episodes({ outcome }: { readonly outcome: DryRunOutcome }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const names = useDistrictNames();
  const zone = timeZone();
  if (outcome.episodes.length === 0) return null;
  return (
    <section>
      <h4>{t('rules.dry.episodes', { shown: outcome.episodes.length, total: outcome.rung })}</h4>
      <ul className="cb-dry-list cb-dry-episodes">
        {outcome.episodes.map((e) => (
          <li key={`${e.subject.id}-${e.fromMs}`}>
            <button
              type="button"
              disabled={!e.subject.position}
              title={e.subject.position ? t('rules.dry.fly') : undefined}
              onClick={() => showSubject(e.subject)}
            >
              <time>{formatMoment(e.fromMs, nowMs, language, zone)}</time>
              <b>{text(e.subject.name)}</b>
              <span>
                {e.untilMs === null ? t('rules.dry.lasting') : formatSpan(e.untilMs - e.fromMs, language)}
              </span>
              <small>{e.facts.map((f) => factLine(f, language, names)).join(' · ')}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Result({ answer, hours }: { readonly answer: DryRunAnswer; readonly hours: number }) {
  const { t, language } = useText();
  const nowMs = useNow();
  const theme = useDesk((s) => s.theme);
  const [box, width] = useWidth<HTMLDivElement>();
  const zone = timeZone();
  const at = (ms: number): string => formatMoment(ms, nowMs, language, zone);
  const folded = useMemo(() => foldPeaks(sideBySide(answer), ['proposed', 'current'], MOST_BINS), [answer]);
  const span = { from: at(answer.fromMs), until: at(answer.untilMs) };
  return (
    <div className="cb-dry" ref={box}>
      <p className="cb-note">
        {t('rules.dry.history', {
          ...span,
          step: formatSpan(answer.stepS * 1_000, language),
          took: formatSpan(answer.tookMs, language),
        })}
      </p>
      {isShort(answer, hours) && (
        <p className="cb-warn">
          {t('rules.dry.short', { got: formatSpan(answer.untilMs - answer.fromMs, language) })}
        </p>
      )}
      {answer.stepS >= COARSE_FROM_S && (
        <p className="cb-note">
          {t('rules.dry.coarse', { step: formatSpan(answer.stepS * 1_000, language) })}
        </p>
      )}
      {answer.current === null && <p className="cb-note">{t('rules.dry.noCurrent')}</p>}
      {answer.proposed.rung === 0 && <p className="cb-empty">{t('rules.dry.silent', span)}</p>}
      {width > 0 && answer.proposed.rung + (answer.current?.rung ?? 0) > 0 && (
        <Suspense fallback={null}>
          <DryRunChart
            key={theme}
            bins={folded.bins}
            minutes={folded.minutes}
            both={answer.current !== null}
            width={width}
          />
        </Suspense>
      )}
      <Figures answer={answer} />
      <Subjects outcome={answer.proposed} />
      <Episodes outcome={answer.proposed} />
    </div>
  );
}

interface Run {
  readonly rule: string;
  readonly hours: number;
  readonly answer: DryRunAnswer;
}

/** Words may still be missing: what rings, and how often, does not depend on them. */
export function DryRun({ form }: { readonly form: RuleForm }) {
  const { t, text } = useText();
  const [hours, setHours] = useState<number>(24);
  const [run, setRun] = useState<Run | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const serial = useRef(0);
  const rule = useMemo(() => checkable(form), [form]);
  const written = JSON.stringify(rule);
  const go = async (): Promise<void> => {
    if (rule === null) return;
    const mine = ++serial.current;
    setBusy(true);
    setFailed(null);
    try {
      const answer = await dryRun(rule, hours);
      if (mine === serial.current) setRun({ rule: written, hours, answer });
    } catch (error) {
      if (mine !== serial.current) return;
      setFailed(error instanceof ApiError ? text(error.text) : String(error));
    } finally {
      if (mine === serial.current) setBusy(false);
    }
  };
  return (
    <section className="cb-form-part cb-dry-part" aria-label={t('rules.dry')}>
      <h4>{t('rules.dry')}</h4>
      <p className="cb-note">{t('rules.dry.help')}</p>
      <div className="cb-form-buttons">
        <select
          className="cb-input"
          aria-label={t('rules.dry.hours')}
          value={hours}
          onChange={(event) => setHours(Number(event.target.value))}
        >
          {dryRunHours.map((n) => (
            <option key={n} value={n}>
              {t('rules.dry.hours.n', { n })}
            </option>
          ))}
        </select>
        <Button loading={busy} disabled={rule === null} onClick={() => void go()}>
          {t('rules.dry.run')}
        </Button>
      </div>
      {rule === null && <p className="cb-note">{t('rules.dry.blocked')}</p>}
      {failed !== null && (
        <p className="cb-field-fault" role="alert">
          {t('rules.dry.failed', { reason: failed })}
        </p>
      )}
      {run && run.rule !== written && <p className="cb-warn">{t('rules.dry.old')}</p>}
      {run && <Result answer={run.answer} hours={run.hours} />}
    </section>
  );
}
