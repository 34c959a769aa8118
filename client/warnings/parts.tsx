/** Small parts of warnings: how severe by colour, shape and word; whether it is meant; how long it holds. */
import type { WarningRecord } from '../../server/contract/warnings.ts';
import { formatSpan } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import {
  isUnreal,
  severityLooks,
  statusNames,
  type CapSeverity,
  type CapStatus,
} from '../ui/warning-look.ts';
import { expiryOf, groupOf } from './filter.ts';

export function SeverityMark({ severity }: { readonly severity: CapSeverity }) {
  const { text } = useText();
  const { colour, path, name } = severityLooks[severity];
  return (
    <span className="cb-sev cb-cap-severity" data-severity={colour}>
      <svg width={13} height={13} viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} fill="currentColor" fillRule="evenodd" />
      </svg>{' '}
      {text(name)}
    </span>
  );
}

/** Only what is not meant is marked, and that loudly. */
export function StatusMark({ status }: { readonly status: CapStatus }) {
  const { text } = useText();
  if (!isUnreal(status)) return null;
  return <span className="cb-unreal">{text(statusNames[status])}</span>;
}

export function StateMark({ record }: { readonly record: WarningRecord }) {
  const { t } = useText();
  const nowMs = useNow();
  // What has run out is not in force, whatever the record still says.
  const ranOut = record.state === 'in-force' && groupOf(record, nowMs) === 'over';
  const state = ranOut ? 'expired' : record.state;
  return (
    <span className="cb-stage" data-state={state}>
      {t(`warn.state.${state}`)}
    </span>
  );
}

export function ExpiryMark({ record }: { readonly record: WarningRecord }) {
  const { t, language } = useText();
  const nowMs = useNow();
  const { state, ms } = expiryOf(record, nowMs);
  // Its time only begins with the approval.
  const { effectiveAtMs, sentAtMs, expiresAtMs } = record.message;
  if (record.state === 'draft' && expiresAtMs !== undefined) {
    const span = formatSpan(expiresAtMs - (effectiveAtMs ?? sentAtMs), language);
    return <span className="cb-countdown">{t('warn.text.minutes', { span })}</span>;
  }
  return (
    <span className="cb-countdown" data-urgency={state === 'soon' ? 'warned' : undefined}>
      {state === 'never'
        ? t('warn.expiry.never')
        : t(`warn.expiry.${state}`, { span: formatSpan(ms, language) })}
    </span>
  );
}
