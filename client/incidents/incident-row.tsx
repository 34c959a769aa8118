/** One case in the queue: how urgent, which, how far, whose, how long still, who drives there. */
import { CopyOutlined, UserOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { useMe } from '../account/me.ts';
import { session, useDesk } from '../desk/desk.ts';
import { formatAgo, formatDistance, formatNumber, formatShare } from '../desk/format.ts';
import { useDistrictNames, useNow, useText } from '../desk/hooks.ts';
import { CountdownChip, StageChip } from '../dispatch/bits.tsx';
import { nextDeadline } from '../dispatch/countdown.ts';
import { SeverityBars } from '../ui/severity.tsx';
import { Shape } from '../ui/shape.tsx';
import type { SeverityKey } from '../ui/tokens.ts';
import { callsignsOf, familyOf, isNew } from './filter.ts';
import { placeOf } from './place.ts';

const UNITS_SHOWN = 3;

export function DuplicateHint({
  incident,
  short = false,
}: {
  readonly incident: IncidentRecord;
  /** The sign and the count only; the words are in the tooltip. */
  readonly short?: boolean;
}) {
  const { t, language } = useText();
  const { duplicateHints } = incident;
  if (duplicateHints.length === 0) return null;
  const incidents = session().mirror.records.incident;
  return (
    <Tooltip
      title={
        <>
          <div>{t('inc.duplicate.tip', { n: duplicateHints.length })}</div>
          {duplicateHints.slice(0, 4).map((hint) => (
            <div key={hint.incident}>
              {t('inc.duplicate.row', {
                number: incidents.get(hint.incident)?.number ?? hint.incident,
                distance: formatDistance(hint.distanceM, language),
                minutes: formatNumber(hint.minutesApart, language),
                score: formatShare(hint.score, language),
              })}
            </div>
          ))}
        </>
      }
    >
      <span className="cb-dup">
        <CopyOutlined aria-hidden="true" />{' '}
        {short ? `×${duplicateHints.length + 1}` : t('inc.duplicate', { n: duplicateHints.length + 1 })}
      </span>
    </Tooltip>
  );
}

export function Severity({ severity }: { readonly severity: number }) {
  const { t } = useText();
  return (
    <b className="cb-sev" data-severity={severity}>
      <SeverityBars severity={severity as SeverityKey} /> {t(`inc.severity.${severity as SeverityKey}`)}
    </b>
  );
}

/** How long is left where a deadline runs, else how old it is. */
function Time({ incident }: { readonly incident: IncidentRecord }) {
  const { t, language } = useText();
  const nowMs = useNow();
  const next = incident.status === 'open' ? nextDeadline(incident.case, nowMs) : null;
  const age = formatAgo(nowMs - incident.reportedAtMs, language);
  if (!next) return <span className="cb-inc-age">{age}</span>;
  return (
    <span className="cb-inc-age">
      <CountdownChip of={next} title={`${t(`case.deadline.${next.reach}`)} · ${age}`} />
    </span>
  );
}

function Handler({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const me = useMe();
  const { claim } = incident.case;
  if (!claim) return null;
  return (
    <span
      className="cb-inc-handler"
      data-mine={claim.user === me?.id}
      title={t('case.handler', { name: claim.name })}
    >
      <UserOutlined aria-hidden="true" /> {claim.user === me?.id ? t('case.me') : claim.name}
    </span>
  );
}

function Units({ incident }: { readonly incident: IncidentRecord }) {
  const callsigns = callsignsOf(incident);
  if (callsigns.length === 0) return null;
  const more = callsigns.length - UNITS_SHOWN;
  return (
    <span className="cb-inc-units" title={callsigns.join(' ')}>
      {callsigns.slice(0, UNITS_SHOWN).join(' ')}
      {more > 0 && ` +${more}`}
    </span>
  );
}

export function IncidentRow({
  incident,
  openedAtMs,
  dense,
}: {
  readonly incident: IncidentRecord;
  readonly openedAtMs: number;
  readonly dense: boolean;
}) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const seen = useDesk((s) => s.seenIncidents);
  const names = useDistrictNames();
  const family = familyOf(incident);
  const place = placeOf(incident, language, names) || (incident.placed === 'none' ? t('inc.noPlace') : '');
  const severity = <Severity severity={incident.severity} />;
  return (
    <div
      className="cb-inc"
      data-dense={dense}
      data-closed={incident.status === 'closed' || incident.case.mergedInto !== undefined}
      data-severity={incident.severity}
      data-overdue={incident.case.overdue}
    >
      <span className="cb-inc-shape" title={t(`inc.family.${family}`)}>
        <Shape family={family} size={18} />
      </span>
      {dense && severity}
      <span
        className="cb-inc-title"
        title={[text(incident.title), place, t(`inc.channel.${incident.channel}`)]
          .filter(Boolean)
          .join(' · ')}
      >
        {isNew(incident, openedAtMs, nowMs, seen) && <em className="cb-new">{t('inc.new')}</em>}
        <small>#{incident.number}</small> {text(incident.title)}
        {dense && <small> {place}</small>}
      </span>
      <Time incident={incident} />
      {!dense && (
        <span className="cb-inc-line">
          {severity}
          <StageChip stage={incident.case.stage} />
          <Handler incident={incident} />
          <Units incident={incident} />
          <DuplicateHint short incident={incident} />
          <span className="cb-inc-place" title={place}>
            {place}
          </span>
        </span>
      )}
    </div>
  );
}
