/** Everybody who called about a case (none is ever discarded), and the reports that may be about the same. */
import { Button } from 'antd';
import type { CallReport } from '../../server/contract/cases.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { useMay } from '../account/me.ts';
import { select, session } from '../desk/desk.ts';
import { formatDistance, formatNumber, formatShare } from '../desk/format.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { Masked, Moment, Section } from './bits.tsx';
import { askFor, useCaseView } from './case-view.ts';
import { caseDeeds } from './deeds.ts';
import { useRun } from './use-run.ts';

const callerWords = (caller: { readonly name?: string; readonly phone?: string } | undefined): string =>
  [caller?.name, caller?.phone].filter(Boolean).join(' ');

function Report({
  incident,
  report,
  at,
}: {
  readonly incident: IncidentRecord;
  readonly report: CallReport;
  readonly at: number;
}) {
  const { t, text } = useText();
  const revealed = useCaseView((s) => (s.revealed?.incident === incident.id ? s.revealed.fields : undefined));
  const from =
    report.incident === incident.id ? undefined : session().mirror.records.incident.get(report.incident);
  const caller = callerWords(revealed?.callers[at] ?? report.caller);
  const words = report.detail ?? report.title;
  return (
    <li className="cb-report">
      <span>
        <b>{t(`inc.channel.${report.channel}`)}</b> <Moment atMs={report.atMs} />
        {from && <span className="cb-badge">#{from.number}</span>}
      </span>
      <span>
        {caller || (incident.masked === true && revealed === undefined ? <Masked /> : t('case.caller.none'))}
      </span>
      {words && <span className="cb-detail">{text(words)}</span>}
      {report.address && <small>{report.address}</small>}
    </li>
  );
}

function Merged({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text } = useText();
  const { run, busy } = useRun();
  const may = useMay('incident.unmerge');
  const { incident: records } = session().mirror.records;
  if (incident.case.merged.length === 0) return null;
  return (
    <Section title={t('case.merged', { n: incident.case.merged.length })}>
      <ul className="cb-plain">
        {incident.case.merged.map((id) => {
          const other = records.get(id);
          return (
            <li key={id} className="cb-link-row">
              <button type="button" onClick={() => select({ kind: 'incident', id })}>
                #{other?.number ?? id}
              </button>
              <span>{other && text(other.title)}</span>
              {may && (
                <Button size="small" loading={busy} onClick={() => void run(() => caseDeeds.unmerge(id))}>
                  {t('case.unmerge')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Duplicates({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text, language } = useText();
  const { run, busy } = useRun();
  const may = useMay('incident.merge');
  // Titles and numbers of the others change too.
  useRecords('incident');
  const { incident: records } = session().mirror.records;
  if (incident.duplicateHints.length === 0) return null;
  return (
    <Section title={t('inc.duplicate.tip', { n: incident.duplicateHints.length })}>
      <ul className="cb-plain">
        {incident.duplicateHints.map((hint) => {
          const other = records.get(hint.incident);
          return (
            <li key={hint.incident} className="cb-duplicate">
              <span className="cb-link-row">
                <button type="button" onClick={() => select({ kind: 'incident', id: hint.incident })}>
                  #{other?.number ?? hint.incident}
                </button>
                <span>{other && text(other.title)}</span>
              </span>
              <small>
                {t('case.near', {
                  distance: formatDistance(hint.distanceM, language),
                  minutes: formatNumber(hint.minutesApart, language),
                  score: formatShare(hint.score, language),
                })}
              </small>
              {may && (
                <span>
                  <Button
                    size="small"
                    loading={busy}
                    title={other && `/merge ${other.number} into ${incident.number}`}
                    onClick={() => void run(() => caseDeeds.merge(hint.incident, incident.id))}
                  >
                    {t('case.attach')}
                  </Button>{' '}
                  <Button
                    size="small"
                    loading={busy}
                    title={other && `/apart ${incident.number} ${other.number}`}
                    onClick={() => void run(() => caseDeeds.apart(incident.id, hint.incident))}
                  >
                    {t('case.apart')}
                  </Button>
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

export function CaseCalls({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const mayReveal = useMay('incident.reveal');
  const revealed = useCaseView((s) => s.revealed?.incident === incident.id);
  const mayCall = useMay('incident.call');
  const { reports } = incident.case;
  return (
    <>
      <Duplicates incident={incident} />
      <Merged incident={incident} />
      <Section title={t('case.reports', { n: reports.length })}>
        {reports.length === 0 && (
          <p>
            {callerWords(incident.caller) || (incident.masked === true ? <Masked /> : t('case.caller.none'))}
          </p>
        )}
        <ul className="cb-plain">
          {reports.map((report, i) => (
            <Report key={report.id} incident={incident} report={report} at={i} />
          ))}
        </ul>
      </Section>
      <p className="cb-row-buttons">
        {incident.masked === true && mayReveal && !revealed && (
          <Button size="small" onClick={() => askFor(incident.id, 'reveal')}>
            {t('ask.reveal')}
          </Button>
        )}
        {mayCall && (
          <Button size="small" onClick={() => askFor(incident.id, 'call')}>
            {t('ask.call')}
          </Button>
        )}
      </p>
    </>
  );
}
