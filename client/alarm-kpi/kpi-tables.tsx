/** The tables below the figures: shares of priorities, alarms that chatter or never end, rules, shifts. */
import type { ReactNode } from 'react';
import type { AlarmKpiAnswer, KpiAlarm, RuleKpi } from '../../server/contract/alarm-api.ts';
import { openRule } from '../alarm-rules/editor.ts';
import { PriorityMark } from '../alarm-rules/priority-mark.tsx';
import { theDock, timeZone } from '../desk/desk.ts';
import { formatAgo, formatMoment, formatNumber, formatShare, formatSpan } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import { finePercent, rankRules, shareRows } from './figures.ts';

export function Part({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="cb-kpi-part">
      <h4>{title}</h4>
      {note !== undefined && <p className="cb-note">{note}</p>}
      {children}
    </section>
  );
}

export function Shares({ answer }: { readonly answer: AlarmKpiAnswer }) {
  const { t, language } = useText();
  const rows = shareRows(answer.shares);
  return (
    <Part title={t('kpi.shares')} note={t('kpi.shares.help')}>
      {answer.inflated && (
        <p className="cb-warn" role="alert">
          {t('kpi.inflated')}
        </p>
      )}
      {rows === null ? (
        <p className="cb-empty">{t('kpi.shares.none')}</p>
      ) : (
        <ul className="cb-shares">
          {rows.map((row) => (
            <li key={row.priority} data-off={row.off}>
              <PriorityMark priority={row.priority} named />
              <span className="cb-share-bar" aria-hidden="true">
                <i data-priority={row.priority} style={{ width: `${row.share * 100}%` }} />
                <b style={{ left: `${row.target * 100}%` }} />
              </span>
              <b>{formatShare(row.share, language)}</b>
              <small>
                {t(row.priority === 3 ? 'kpi.shares.least' : 'kpi.shares.most', {
                  target: formatShare(row.target, language),
                })}
                {row.off && ` · ${t('kpi.off')}`}
              </small>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

/** Opens the rule where it can be read and changed. */
export function RuleLink({ rule, children }: { readonly rule: string; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      className="cb-link"
      onClick={() => {
        openRule(rule);
        theDock()?.open('rules');
      }}
    >
      {children}
    </button>
  );
}

export function AlarmTable({
  alarms,
  title,
  help,
  none,
}: {
  readonly alarms: readonly KpiAlarm[];
  readonly title: MessageKey;
  readonly help: MessageKey;
  readonly none: MessageKey;
}) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  return (
    <Part title={`${t(title)} (${formatNumber(alarms.length, language)})`} note={t(help)}>
      {alarms.length === 0 ? (
        <p className="cb-empty">{t(none)}</p>
      ) : (
        <table className="cb-table">
          <thead>
            <tr>
              <th scope="col">{t('kpi.col.alarm')}</th>
              <th scope="col">{t('kpi.col.since')}</th>
              <th scope="col">{t('kpi.col.times')}</th>
            </tr>
          </thead>
          <tbody>
            {alarms.map((a) => (
              <tr key={a.id}>
                <th scope="row">
                  <PriorityMark priority={a.priority} /> {text(a.name)} · {text(a.subject)}
                </th>
                <td title={formatMoment(a.sinceMs, nowMs, language, timeZone())}>
                  {formatAgo(nowMs - a.sinceMs, language)}
                </td>
                <td>{formatNumber(a.times, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  );
}

const seconds = (s: number | null): number | null => (s === null ? null : s * 1_000);

export function RuleTable({ rules }: { readonly rules: readonly RuleKpi[] }) {
  const { t, text, language } = useText();
  const rows = rankRules(rules);
  return (
    <Part title={t('kpi.rules')} note={t('kpi.rules.help')}>
      {rows.length === 0 ? (
        <p className="cb-empty">{t('kpi.rules.none')}</p>
      ) : (
        <div className="cb-table-scroll" tabIndex={0} role="region" aria-label={t('kpi.rules')}>
          <table className="cb-table">
            <thead>
              <tr>
                {(
                  [
                    'rule',
                    'rung',
                    'share',
                    'chatters',
                    'fleeting',
                    'p50',
                    'acknowledged',
                    'shelved',
                    'incident',
                  ] as const
                ).map((column) => (
                  <th key={column} scope="col">
                    {t(`kpi.col.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((r) => (
                <tr key={r.rule}>
                  <th scope="row">
                    <PriorityMark priority={r.priority} /> <RuleLink rule={r.rule}>{text(r.name)}</RuleLink>
                  </th>
                  <td>{formatNumber(r.rung, language)}</td>
                  <td>{formatShare(r.share, language)}</td>
                  <td>{formatNumber(r.chatters, language)}</td>
                  <td>{formatNumber(r.fleeting, language)}</td>
                  <td>{formatSpan(seconds(r.acknowledgedP50S), language)}</td>
                  <td>{formatShare(r.acknowledgedShare, language)}</td>
                  <td>{formatShare(r.shelvedShare, language)}</td>
                  <td>{formatShare(r.incidentShare, language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Part>
  );
}

export function ShiftTable({ shifts }: { readonly shifts: AlarmKpiAnswer['shifts'] }) {
  const { t, language } = useText();
  const nowMs = useNow();
  const zone = timeZone();
  const at = (ms: number): string => formatMoment(ms, nowMs, language, zone).slice(0, -3);
  return (
    <Part title={t('kpi.shifts')}>
      {shifts.length === 0 ? (
        <p className="cb-empty">{t('kpi.shifts.none')}</p>
      ) : (
        <div className="cb-table-scroll" tabIndex={0} role="region" aria-label={t('kpi.shifts')}>
          <table className="cb-table">
            <thead>
              <tr>
                {(['shift', 'rung', 'rate', 'flood', 'p50', 'p90'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`kpi.col.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shifts.map((s) => (
                <tr key={s.fromMs}>
                  <th scope="row">
                    {at(s.fromMs)} – {at(s.untilMs)}
                  </th>
                  <td>{formatNumber(s.rung, language)}</td>
                  <td>{formatNumber(s.perOperator10Min, language, 2)}</td>
                  <td>{finePercent(s.floodShare, language)}</td>
                  <td>{formatSpan(seconds(s.acknowledgedP50S), language)}</td>
                  <td>{formatSpan(seconds(s.acknowledgedP90S), language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Part>
  );
}
