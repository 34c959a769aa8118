/** What a case is and who is responsible: place and facts, questions, plan, evaluation, earlier cases at the place. */
import { Button, Rate } from 'antd';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { Row, Rows } from '../app/details/parts.tsx';
import { session } from '../desk/desk.ts';
import { formatDistance, formatPosition, UNKNOWN } from '../desk/format.ts';
import { useDistrictNames, useText } from '../desk/hooks.ts';
import { SourceLine } from '../desk/source.tsx';
import { progressIn } from '../incidents/progress.ts';
import { DepartmentName, Masked, Moment, Section } from './bits.tsx';
import { askFor, useCaseView } from './case-view.ts';
import { EarlierCases } from './earlier.tsx';
import { TriageForm } from './triage-form.tsx';
import { useMay } from '../account/me.ts';

/** What is masked for this person, with the way to see it where there is one. */
function Place({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text, language } = useText();
  const names = useDistrictNames();
  const revealed = useCaseView((s) => (s.revealed?.incident === incident.id ? s.revealed.fields : undefined));
  const mayReveal = useMay('incident.reveal');
  const masked = incident.masked === true && revealed === undefined;
  const area = [incident.district, incident.street]
    .flatMap((d) => (d === undefined ? [] : [names.get(d)]))
    .flatMap((name) => (name ? [text(name)] : []))
    .join(' · ');
  const detail = revealed?.detail ?? incident.detail;
  const position = revealed?.position ?? incident.position;
  return (
    <>
      {detail && <p className="cb-detail">{text(detail)}</p>}
      <Rows>
        <Row name="inc.address" wide>
          {revealed?.address ?? incident.address ?? (masked ? <Masked /> : UNKNOWN)}{' '}
          {masked && mayReveal && (
            <Button size="small" type="link" onClick={() => askFor(incident.id, 'reveal')}>
              {t('ask.reveal')}
            </Button>
          )}
        </Row>
        <Row name="inc.district" wide>
          {area}
        </Row>
        <Row name="inc.position" wide>
          {position ? formatPosition(position) : t('inc.noPlace')}
          {incident.placed === 'approximate' && <span className="cb-badge">{t('inc.approximate')}</span>}
          {incident.accuracyM !== undefined && ` ± ${formatDistance(incident.accuracyM, language)}`}
        </Row>
        <Row name="inc.reported" wide>
          <Moment atMs={incident.reportedAtMs} />
        </Row>
        {incident.closedAtMs !== undefined && (
          <Row name="inc.closed" wide>
            <Moment atMs={incident.closedAtMs} />
          </Row>
        )}
        <Row name="inc.agency">{incident.agency}</Row>
        <Row name="inc.sourceStatus">
          {incident.sourceStatus && progressIn(incident.sourceStatus, language)}
        </Row>
      </Rows>
    </>
  );
}

function Responsible({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text } = useText();
  const { plan, lead, support, notified, result } = incident.case;
  return (
    <Rows>
      <Row name="case.lead" wide>
        {lead === undefined ? t('case.lead.none') : <DepartmentName id={lead} />}
      </Row>
      {support.length > 0 && (
        <Row name="case.support" wide>
          {support.map((id, i) => (
            <span key={id}>
              {i > 0 && ' · '}
              <DepartmentName id={id} />
            </span>
          ))}
        </Row>
      )}
      {plan && (
        <Row name="case.plan" wide>
          {text(plan.name)} · {t('case.level', { n: plan.level })}
        </Row>
      )}
      <Row name="case.notified" wide>
        {notified
          .flatMap(({ facility }) => session().mirror.records.facility.get(facility) ?? [])
          .map((facility) => text(facility.name))
          .join(' · ')}
      </Row>
      <Row name="case.result" wide>
        {result}
      </Row>
    </Rows>
  );
}

function EvaluationResult({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const { evaluation } = incident.case;
  if (!evaluation) return null;
  return (
    <Section title={t('case.evaluation')}>
      <p>
        <b className="cb-score">{evaluation.score}</b> / 100{' '}
        {evaluation.satisfaction !== undefined && <Rate disabled value={evaluation.satisfaction} />}
      </p>
      {evaluation.comment && <p>{evaluation.comment}</p>}
      <ul className="cb-plain">
        {evaluation.deductions.map((d) => (
          <li key={`${d.code}-${d.of ?? ''}`}>
            −{d.points} {t(`deduction.${d.code}`)} {d.times > 1 && `×${d.times}`}
          </li>
        ))}
      </ul>
      <small>{t('case.evaluatedBy', { name: evaluation.by })}</small>
    </Section>
  );
}

export function CaseNow({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  return (
    <>
      <SourceLine of={incident.provenance} kind="facility" />
      <Place incident={incident} />
      <EvaluationResult incident={incident} />
      <Section title={t('case.responsible')}>
        <Responsible incident={incident} />
      </Section>
      <TriageForm incident={incident} />
      <EarlierCases incident={incident} />
    </>
  );
}
