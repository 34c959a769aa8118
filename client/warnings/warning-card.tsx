/** One warning: what it says, where, until when, the message as it goes out; and what this person may do about it. */
import { Button } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { WarningRecord } from '../../server/contract/warnings.ts';
import { useGiver } from '../account/use-giver.ts';
import { useMe } from '../account/me.ts';
import { cityMap, timeZone } from '../desk/desk.ts';
import { formatMoment } from '../desk/format.ts';
import { useFeed, useNow, useText } from '../desk/hooks.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import { fetchCap } from '../sync/alarm-api.ts';
import { ApiError } from '../sync/api.ts';
import { boxOfAreas } from './areas.ts';
import { deedsFor, isOwnDraft, type WarningDeed } from './deeds.ts';
import { formOfWarning, writeWarning } from './draft.ts';
import { ExpiryMark, SeverityMark, StateMark, StatusMark } from './parts.tsx';

function Line({ name, children }: { readonly name: MessageKey; readonly children: ReactNode }) {
  const { t } = useText();
  if (children === '' || children === null || children === undefined) return null;
  return (
    <div>
      <dt>{t(name)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The message as CAP 1.2: asked for when it is opened, again when the warning changed. */
function CapText({ record }: { readonly record: WarningRecord }) {
  const { t, text } = useText();
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['cap', record.id, record.changedAtMs],
    queryFn: ({ signal }) => fetchCap(record.id, signal),
    enabled: open,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('warn.cap')}</summary>
      {error && (
        <p className="cb-field-fault" role="alert">
          {t('warn.cap.failed', { reason: error instanceof ApiError ? text(error.text) : error.message })}
        </p>
      )}
      {!data && !error && <p className="cb-note">{t('app.loading')}</p>}
      {data !== undefined && (
        <pre className="cb-cap" tabIndex={0} aria-label={t('warn.cap')}>
          {data}
        </pre>
      )}
    </details>
  );
}

/** Those that ask for words before they are done. */
const withWords: ReadonlySet<WarningDeed> = new Set(['reject', 'cancel']);

function Deeds({ record }: { readonly record: WarningRecord }) {
  const { t } = useText();
  const me = useMe();
  const nowMs = useNow();
  const { busy, said, clear, give } = useGiver();
  const [asked, setAsked] = useState<WarningDeed | null>(null);
  const [reason, setReason] = useState('');
  const deeds = deedsFor(record, me, nowMs);
  const words = reason.trim();
  const decide = (approved: boolean): Promise<unknown> =>
    give('warning.decide', { warning: record.id, approved, ...(words === '' ? {} : { reason: words }) });
  const carryOut = async (deed: WarningDeed): Promise<void> => {
    const taken =
      deed === 'cancel'
        ? await give('warning.cancel', { warning: record.id, reason: words })
        : await decide(deed === 'approve');
    if (taken === null) return;
    setAsked(null);
    setReason('');
  };
  const start = (deed: WarningDeed): void => {
    clear();
    if (deed === 'update' || deed === 'copy') writeWarning(formOfWarning(record, deed));
    else if (withWords.has(deed)) setAsked(asked === deed ? null : deed);
    else void carryOut(deed);
  };
  return (
    <div className="cb-rule-deeds">
      {isOwnDraft(record, me) && <p className="cb-warn">{t('warn.ownDraft')}</p>}
      {record.state === 'draft' && deeds.length === 0 && !isOwnDraft(record, me) && (
        <p className="cb-note">{t('warn.waitsForSupervisor')}</p>
      )}
      {deeds.length > 0 && (
        <div className="cb-form-buttons">
          {deeds.map((deed) => (
            <Button
              key={deed}
              size="small"
              type={deed === 'approve' ? 'primary' : 'default'}
              loading={busy && !withWords.has(deed)}
              {...(withWords.has(deed) ? { 'aria-expanded': asked === deed } : {})}
              onClick={() => start(deed)}
            >
              {t(`warn.do.${deed}`)}
            </Button>
          ))}
        </div>
      )}
      {asked !== null && (
        <form
          className="cb-form-row"
          onSubmit={(event) => {
            event.preventDefault();
            if (words !== '') void carryOut(asked);
          }}
        >
          <input
            autoFocus
            className="cb-input"
            maxLength={500}
            value={reason}
            placeholder={t(`warn.why.${asked as 'reject'}`)}
            aria-label={t(`warn.why.${asked as 'reject'}`)}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button size="small" htmlType="submit" loading={busy} disabled={words === ''}>
            {t(`warn.do.${asked}`)}
          </Button>
        </form>
      )}
      {said !== null && (
        <p className="cb-field-fault" role="alert">
          {said}
        </p>
      )}
    </div>
  );
}

export function WarningCard({ record }: { readonly record: WarningRecord }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const feed = useFeed(record.feed);
  const { message, direction, draftedBy, decidedBy, reason } = record;
  const at = (ms: number | undefined): string =>
    ms === undefined ? '' : formatMoment(ms, nowMs, language, timeZone());
  const box = boxOfAreas(message.areas);
  const own = direction === 'out';
  return (
    <article
      className="cb-rule-card cb-warning-card"
      aria-label={text(message.headline) || text(message.event)}
    >
      <header>
        <p className="cb-card-tags">
          <StatusMark status={message.status} />
          <SeverityMark severity={message.severity} />
          <StateMark record={record} />
          <span>{t(own ? 'warn.own' : 'warn.official')}</span>
          <ExpiryMark record={record} />
        </p>
        <h3>{text(message.headline) || text(message.event)}</h3>
      </header>
      <Deeds key={record.changedAtMs} record={record} />
      <p className="cb-detail">{text(message.description)}</p>
      {text(message.instruction) !== '' && (
        <p className="cb-instruction">
          <b>{t('warn.instruction')}</b> <span className="cb-detail">{text(message.instruction)}</span>
        </p>
      )}
      <dl className="cb-rule-facts">
        <Line name="warn.event">{text(message.event)}</Line>
        <Line name="warn.urgency">{t(`cap.urgency.${message.urgency}`)}</Line>
        <Line name="warn.certainty">{t(`cap.certainty.${message.certainty}`)}</Line>
        <Line name="warn.categories">{message.categories.map((c) => t(`cap.category.${c}`)).join(', ')}</Line>
        <Line name="warn.areas">
          {message.areas.map((area) => area.description).join(', ') || t('unknown')}{' '}
          {box && (
            <button type="button" className="cb-link" onClick={() => cityMap()?.flyTo({ bbox: box })}>
              {t('warn.showOnMap')}
            </button>
          )}
        </Line>
        {/* The times of a draft only begin with its approval. */}
        {record.state !== 'draft' && (
          <>
            <Line name="warn.sent">{at(message.sentAtMs)}</Line>
            <Line name="warn.effective">{at(message.effectiveAtMs)}</Line>
            <Line name="warn.onset">{at(message.onsetAtMs)}</Line>
            <Line name="warn.expires">{at(message.expiresAtMs)}</Line>
          </>
        )}
        <Line name="warn.sender">
          {message.senderName ?? message.sender}
          {feed && ` · ${text(feed.name)}`}
        </Line>
        {!own && <Line name="warn.signed">{t(message.signed ? 'warn.signed.yes' : 'warn.signed.no')}</Line>}
        <Line name="warn.draftedBy">
          {draftedBy?.name}
          {record.state === 'draft' && ` · ${at(record.receivedAtMs)}`}
        </Line>
        <Line name="warn.decidedBy">{decidedBy?.name}</Line>
        <Line name="warn.reason">{reason}</Line>
        <Line name="warn.identifier">
          <code>{message.identifier}</code>
        </Line>
      </dl>
      {own && <CapText record={record} />}
    </article>
  );
}
