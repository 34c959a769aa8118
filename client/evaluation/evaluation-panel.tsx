/** How work went: scores with their formula, shares and deductions by department and street; phases in percentiles, never means. */
import { Alert, Segmented } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { EvaluationAnswer, EvaluationRow } from '../../server/contract/api.ts';
import { deductionCodes } from '../../server/contract/cases.ts';
import { select, session, theDock, timeZone, useDesk } from '../desk/desk.ts';
import { formatMoment, formatNumber, formatShare, formatSpan } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import { ApiError, fetchEvaluation } from '../sync/api.ts';
import { pointsOff, rowsWithBars, rowsWithCases } from './figures.ts';

const ScoreBars = lazy(() => import('./score-bars.tsx'));

const dayChoices = [1, 7, 30, 90] as const;
const FRESH_MS = 60_000;
const MOST_BARS = 12;

type DeductionCode = (typeof deductionCodes)[number];
const isDeduction = (code: string): code is DeductionCode =>
  (deductionCodes as readonly string[]).includes(code);

function Deductions({ row }: { readonly row: EvaluationRow }) {
  const { t, language } = useText();
  const known = session().mirror.records.incident;
  if (row.deductions.length === 0) return <p className="cb-note">{t('eval.noDeductions')}</p>;
  return (
    <ul className="cb-eval-off">
      {row.deductions.map((d) => (
        <li key={`${d.incident}:${d.code}`}>
          {known.has(d.incident) ? (
            <button
              type="button"
              onClick={() => {
                select({ kind: 'incident', id: d.incident }, { fly: true });
                theDock()?.open('details');
              }}
            >
              #{d.number}
            </button>
          ) : (
            <span title={t('eval.caseGone')}>#{d.number}</span>
          )}
          <span>
            {isDeduction(d.code) ? t(`eval.code.${d.code}`) : d.code}
            {d.times > 1 && ` ×${d.times}`}
          </span>
          <b>−{formatNumber(d.points, language)}</b>
        </li>
      ))}
    </ul>
  );
}

function Rows({ rows, title }: { readonly rows: readonly EvaluationRow[]; readonly title: string }) {
  const { t, text, language } = useText();
  const [open, setOpen] = useState<string | null>(null);
  const off = (row: EvaluationRow): string =>
    row.deductions.length === 0 ? '0' : `−${formatNumber(pointsOff(row), language)}`;
  return (
    <table className="cb-eval-table">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t('eval.name')}</th>
          <th scope="col">{t('eval.cases')}</th>
          <th scope="col">{t('eval.score')}</th>
          <th scope="col">{t('eval.onTime')}</th>
          <th scope="col">{t('eval.rework')}</th>
          <th scope="col">{t('eval.satisfaction')}</th>
          <th scope="col">{t('eval.deductions')}</th>
        </tr>
      </thead>
      {rows.map((row) => (
        <tbody key={row.id}>
          <tr>
            <th scope="row">{text(row.name)}</th>
            <td>{formatNumber(row.cases, language)}</td>
            <td>
              <b>{formatNumber(row.score, language, 1)}</b>
            </td>
            <td>{formatShare(row.onTimeShare, language)}</td>
            <td>{formatShare(row.reworkShare, language)}</td>
            <td>{formatNumber(row.satisfaction, language, 1)}</td>
            <td>
              <button
                type="button"
                aria-expanded={open === row.id}
                aria-label={`${off(row)} ${t('eval.showDeductions', { name: text(row.name) })}`}
                onClick={() => setOpen(open === row.id ? null : row.id)}
              >
                {off(row)}
              </button>
            </td>
          </tr>
          {open === row.id && (
            <tr>
              <td colSpan={7}>
                <Deductions row={row} />
              </td>
            </tr>
          )}
        </tbody>
      ))}
    </table>
  );
}

function Phases({ phases }: { readonly phases: EvaluationAnswer['phases'] }) {
  const { t, language } = useText();
  const span = (seconds: number | null): string =>
    formatSpan(seconds === null ? null : seconds * 1_000, language);
  return (
    <table className="cb-eval-table">
      <caption>{t('eval.phases')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('eval.phase')}</th>
          <th scope="col">{t('eval.cases')}</th>
          <th scope="col">p50</th>
          <th scope="col">p90</th>
          <th scope="col">p95</th>
        </tr>
      </thead>
      <tbody>
        {phases.map((phase) => (
          <tr key={phase.phase}>
            <th scope="row">{t(`eval.phase.${phase.phase}`)}</th>
            <td>{formatNumber(phase.count, language)}</td>
            <td>{span(phase.p50)}</td>
            <td>{span(phase.p90)}</td>
            <td>{span(phase.p95)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The width there is, as panels are dragged wider. */
function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}

export default function EvaluationPanel() {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const theme = useDesk((s) => s.theme);
  const [days, setDays] = useState<number>(7);
  const [box, width] = useWidth();
  const { data, error } = useQuery({
    queryKey: ['evaluation', days],
    queryFn: ({ signal }) => fetchEvaluation(days, signal),
    staleTime: FRESH_MS,
    refetchInterval: FRESH_MS,
  });
  const departments = rowsWithCases(data?.departments ?? []);
  const streets = rowsWithCases(data?.streets ?? []);
  const bars = rowsWithBars(departments, MOST_BARS).map(({ id, name, score }) => ({
    id,
    name: text(name),
    score: Math.round((score ?? 0) * 10) / 10,
  }));
  const phases = (data?.phases ?? []).filter((phase) => phase.count > 0);
  return (
    <div className="cb-eval" ref={box}>
      <div className="cb-filter-row">
        <Segmented
          size="small"
          value={days}
          aria-label={t('eval.days')}
          onChange={setDays}
          options={dayChoices.map((n) => ({ value: n as number, label: t('eval.days.n', { n }) }))}
        />
        {data && (
          <span className="cb-count">
            {t('eval.since', { time: formatMoment(data.sinceMs, nowMs, language, timeZone()) })}
          </span>
        )}
      </div>
      {error && (
        <Alert
          type="error"
          showIcon
          title={t('eval.failed', {
            reason: error instanceof ApiError ? text(error.text) : error.message,
          })}
        />
      )}
      {data && (
        <p className="cb-eval-formula">
          <b>{t('eval.formula')}</b> {text(data.formula)}
        </p>
      )}
      {data && departments.length === 0 && streets.length === 0 && (
        <p className="cb-empty">{t('eval.empty')}</p>
      )}
      {bars.length > 0 && width > 0 && (
        <Suspense fallback={null}>
          <ScoreBars key={theme} bars={bars} width={width - 24} label={t('eval.bars')} />
        </Suspense>
      )}
      {departments.length > 0 && <Rows rows={departments} title={t('eval.departments')} />}
      {streets.length > 0 && <Rows rows={streets} title={t('eval.streets')} />}
      {phases.length > 0 && <Phases phases={phases} />}
    </div>
  );
}
