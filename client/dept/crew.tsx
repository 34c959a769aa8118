/** A unit on a case, in the hands of its crew: what it does next, and the answer that all is well. */
import { useState } from 'react';
import type { Assignment, AssignmentStatus } from '../../server/contract/cases.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { useMay } from '../account/me.ts';
import type { useGiver } from '../account/use-giver.ts';
import { formatDistance, formatNumber, formatSpan } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { distanceM } from '../../server/contract/geo.ts';
import { hospitalsNear, nextStatuses } from './work.ts';

const MOST_HOSPITALS = 8;

function Hospitals({
  incident,
  take,
}: {
  readonly incident: IncidentRecord;
  readonly take: (facility: string | undefined) => void;
}) {
  const { t, text, language } = useText();
  const facilities = useRecords('facility');
  return (
    <div className="cbd-hospitals" role="group" aria-label={t('dept.whichHospital')}>
      <p>{t('dept.whichHospital')}</p>
      {hospitalsNear(facilities, incident.position)
        .slice(0, MOST_HOSPITALS)
        .map((hospital) => (
          <button type="button" key={hospital.id} onClick={() => take(hospital.id)}>
            {text(hospital.name)}
            <small>
              {[
                incident.position &&
                  formatDistance(distanceM(incident.position, hospital.position), language),
                hospital.metrics['bedsFree'] === undefined
                  ? undefined
                  : t('dept.bedsFree', { n: formatNumber(hospital.metrics['bedsFree'], language) }),
              ]
                .filter((part) => part !== undefined)
                .join(' · ')}
            </small>
          </button>
        ))}
      <button type="button" onClick={() => take(undefined)}>
        {t('dept.noHospital')}
      </button>
    </div>
  );
}

export function Crew({
  assignment,
  incident,
  giver,
}: {
  readonly assignment: Assignment;
  readonly incident: IncidentRecord;
  readonly giver: ReturnType<typeof useGiver>;
}) {
  const { t, language } = useText();
  const nowMs = useNow();
  const may = useMay('assignment.status');
  const [choosing, setChoosing] = useState(false);
  const { unit, callsign, status, parDueAtMs, parOverdue } = assignment;
  const report = (next: AssignmentStatus, facility?: string): void => {
    setChoosing(false);
    void giver.give('assignment.status', { unit, status: next, ...(facility ? { facility } : {}) });
  };
  return (
    <section className="cbd-crew" aria-label={callsign}>
      <h4>
        <b>{callsign}</b> <span data-status={status}>{t(`dept.status.${status}`)}</span>
      </h4>
      <div className="cbd-acts" hidden={!may}>
        {nextStatuses(assignment).map((next) => (
          <button
            type="button"
            key={next}
            className={next === 'cleared' ? undefined : 'cbd-main'}
            disabled={giver.busy}
            onClick={() => (next === 'transporting' ? setChoosing(true) : report(next))}
          >
            {t(`dept.report.${next}`)}
          </button>
        ))}
        {parDueAtMs !== undefined && (
          <button
            type="button"
            className="cbd-par"
            data-overdue={parOverdue === true}
            disabled={giver.busy}
            onClick={() => void giver.give('unit.par', { unit })}
          >
            {t('dept.allWell')}
            <small>
              {parOverdue === true || parDueAtMs <= nowMs
                ? t('dept.par.overdue')
                : t('dept.par.due', { span: formatSpan(parDueAtMs - nowMs, language) })}
            </small>
          </button>
        )}
      </div>
      {choosing && <Hospitals incident={incident} take={(facility) => report('transporting', facility)} />}
    </section>
  );
}
