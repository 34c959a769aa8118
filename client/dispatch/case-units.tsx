/** The units of a case: what each does since when, when it will be there, and the buttons that say what comes next. */
import { CheckOutlined, DownOutlined } from '@ant-design/icons';
import { Button, Dropdown, Tooltip } from 'antd';
import type { Assignment, AssignmentStatus } from '../../server/contract/cases.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { useMay } from '../account/me.ts';
import { select, session } from '../desk/desk.ts';
import { formatAgo } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import { callsignsOf } from '../incidents/filter.ts';
import { WaveCard } from '../signals/wave-card.tsx';
import { isWorked } from './asks.ts';
import { CountdownChip } from './bits.tsx';
import { openDrill, useCaseView } from './case-view.ts';
import { parCountdown, type Countdown } from './countdown.ts';
import { caseDeeds, type StatusWord } from './deeds.ts';
import { Drill } from './drill.tsx';
import { atWork } from './next-step.ts';
import { laterStatuses, sinceMs } from './unit-status.ts';
import { useRun } from './use-run.ts';

const wordOf = (status: AssignmentStatus): StatusWord => (status === 'cleared' ? 'available' : status);

function AssignmentRow({ a }: { readonly a: Assignment }) {
  const { t, language } = useText();
  const nowMs = useNow();
  const mayMove = useMay('assignment.status');
  const { run, busy } = useRun();
  const later = laterStatuses(a);
  const arrives: Countdown | null =
    a.etaAtMs !== undefined && (a.status === 'dispatched' || a.status === 'en-route')
      ? { reach: 'on-scene', leftMs: a.etaAtMs - nowMs, urgency: a.etaAtMs < nowMs ? 'overdue' : 'running' }
      : null;
  const par = a.status === 'on-scene' ? parCountdown(a.parDueAtMs, a.parOverdue === true, nowMs) : null;
  const set = (status: AssignmentStatus) => (): void =>
    void run(() => caseDeeds.status(a.unit, wordOf(status)));
  return (
    <li className="cb-assignment" data-cleared={!atWork(a)}>
      <button
        type="button"
        className="cb-callsign"
        title={t(`unitKind.${a.kind}`)}
        onClick={() => select({ kind: 'unit', id: a.unit }, { fly: true })}
      >
        {a.callsign}
      </button>
      <span className="cb-unit-status">
        <i className="cb-dot" style={{ background: `var(--cb-unitstatus-${wordOf(a.status)})` }} />
        {t(`unitStatus.${wordOf(a.status) as Exclude<StatusWord, 'in-service'>}`)}{' '}
        <span className="cb-age">{formatAgo(nowMs - sinceMs(a), language)}</span>
        {arrives && (
          <>
            {' '}
            <CountdownChip of={arrives} title={t('case.eta')} />
          </>
        )}
        {par && (
          <Tooltip title={t('case.par.tip')}>
            <Button
              size="small"
              className="cb-par"
              loading={busy}
              icon={<CheckOutlined />}
              onClick={() => void run(() => caseDeeds.par(a.unit))}
            >
              PAR <CountdownChip of={par} />
            </Button>
          </Tooltip>
        )}
      </span>
      {mayMove && later.length > 0 && (
        <span className="cb-assignment-do">
          <Button size="small" loading={busy} onClick={set(later[0]!)}>
            {t(`case.to.${later[0]!}`)}
          </Button>
          {later.length > 1 && (
            <Dropdown
              trigger={['click']}
              menu={{
                items: later.slice(1).map((status) => ({ key: status, label: t(`case.to.${status}`) })),
                onClick: ({ key }) => set(key as AssignmentStatus)(),
              }}
            >
              <Button size="small" icon={<DownOutlined />} aria-label={t('case.otherStatus')} />
            </Dropdown>
          )}
        </span>
      )}
      {atWork(a) && <WaveCard unit={a.unit} brief />}
    </li>
  );
}

/** Units that its source says work on it; they are not ours to move. */
function OthersUnits({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const ours = new Set(incident.case.assignments.map((a) => a.callsign));
  const theirs = callsignsOf(incident).filter((callsign) => !ours.has(callsign));
  if (theirs.length === 0) return null;
  const units = [...session().mirror.records.unit.values()];
  return (
    <p className="cb-chips">
      <small>{t('case.sourceUnits')}</small>
      {theirs.map((callsign) => {
        const unit = units.find((u) => u.callsign === callsign);
        return unit ? (
          <button
            key={callsign}
            type="button"
            onClick={() => select({ kind: 'unit', id: unit.id }, { fly: true })}
          >
            {callsign}
          </button>
        ) : (
          <span key={callsign}>{callsign}</span>
        );
      })}
    </p>
  );
}

export function CaseUnits({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const drilling = useCaseView((s) => s.drill?.incident === incident.id) && isWorked(incident);
  const { assignments } = incident.case;
  const sorted = [...assignments].sort(
    (a, b) => Number(!atWork(a)) - Number(!atWork(b)) || a.assignedAtMs - b.assignedAtMs,
  );
  return (
    <>
      {sorted.length === 0 ? (
        <p className="cb-note">{t('case.units.none')}</p>
      ) : (
        <ul className="cb-plain">
          {sorted.map((a) => (
            <AssignmentRow key={`${a.unit}-${a.assignedAtMs}`} a={a} />
          ))}
        </ul>
      )}
      <OthersUnits incident={incident} />
      {drilling ? (
        <Drill incident={incident} />
      ) : (
        isWorked(incident) && (
          <Button size="small" onClick={() => openDrill(incident.id, null, false)}>
            {t('drill.open')} <kbd>x</kbd>
          </Button>
        )
      )}
    </>
  );
}
