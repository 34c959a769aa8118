/** The health of every feed: is it live, how fast, how late, and why something of it was refused. */
import { useMemo, useState } from 'react';
import type { FeedRecord } from '../../server/contract/records.ts';
import { refusalText } from '../../server/contract/refusals.ts';
import { timeZone } from '../desk/desk.ts';
import { formatAgo, formatCompact, formatMoment, formatNumber, formatSpan } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';

const stateOrder = { stale: 0, live: 1, waiting: 2 } as const;

function Counts({ feed }: { readonly feed: FeedRecord }) {
  const { t, language } = useText();
  return (
    <div className="cb-feed-counts">
      {(['taken', 'refused', 'late', 'duplicate'] as const).map((name) => (
        <span
          key={name}
          data-name={name}
          data-some={feed[name] > 0}
          title={formatNumber(feed[name], language)}
        >
          {t(`feed.${name}`)} <b>{formatCompact(feed[name], language)}</b>
        </span>
      ))}
    </div>
  );
}

function Refusals({ feed }: { readonly feed: FeedRecord }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  if (feed.lastRefusals.length === 0) return <p className="cb-note">{t('feed.refusals.none')}</p>;
  return (
    <>
      <h4>{t('feed.refusals')}</h4>
      <ul className="cb-refusals">
        {feed.lastRefusals.map((refusal, i) => (
          <li key={`${refusal.atMs}-${refusal.line ?? ''}-${i}`}>
            <time>{formatMoment(refusal.atMs, nowMs, language, timeZone())}</time>
            <span>
              {text(refusalText(refusal))}
              {refusal.line !== undefined && ` (${t('feed.line', { n: refusal.line })})`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Feed({ feed }: { readonly feed: FeedRecord }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const [open, setOpen] = useState(false);
  const seen =
    feed.lastSeenAtMs === undefined ? t('feed.never') : formatAgo(nowMs - feed.lastSeenAtMs, language);
  return (
    <li className="cb-feed" data-state={feed.state}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="cb-feed-state">
          <i className="cb-dot" />
          {t(`feed.state.${feed.state}`)}
        </span>
        <span className="cb-feed-name">{text(feed.name)}</span>
        {feed.replaying && <span className="cb-badge">{t('feed.replaying')}</span>}
        <span className="cb-feed-seen">{seen}</span>
      </button>
      <dl>
        <div>
          <dt>{t('feed.rate')}</dt>
          <dd>
            {formatNumber(feed.ratePerS, language, feed.ratePerS < 10 ? 1 : 0)} {t('unit.perSecond')}
          </dd>
        </div>
        <div>
          <dt>{t('feed.lag')}</dt>
          <dd>
            {feed.clockAheadMs === undefined
              ? formatSpan(feed.lagMs, language)
              : t('feed.clockAhead', { span: formatSpan(feed.clockAheadMs, language) })}
          </dd>
        </div>
        <div>
          <dt>{t('feed.interval')}</dt>
          <dd>{formatSpan(feed.medianIntervalMs, language)}</dd>
        </div>
        <div>
          <dt>{t('feed.objects')}</dt>
          <dd>{formatNumber(feed.objects, language)}</dd>
        </div>
      </dl>
      <Counts feed={feed} />
      {feed.state !== 'live' && (
        <p className="cb-note">{t(feed.state === 'stale' ? 'feed.staleHint' : 'feed.waitingHint')}</p>
      )}
      {open && (
        <div className="cb-feed-more">
          <p className="cb-note">
            {feed.id} · {t(`feed.kind.${feed.kind}`)} · {t('feed.format')} {feed.format}
          </p>
          <Refusals feed={feed} />
        </div>
      )}
    </li>
  );
}

export default function FeedsPanel() {
  const { t } = useText();
  const all = useRecords('feed');
  const feeds = useMemo(
    () => [...all].sort((a, b) => stateOrder[a.state] - stateOrder[b.state] || a.id.localeCompare(b.id)),
    [all],
  );
  if (feeds.length === 0) return <p className="cb-empty">{t('feed.empty')}</p>;
  const count = (state: FeedRecord['state']): number => feeds.filter((f) => f.state === state).length;
  return (
    <div className="cb-feeds">
      <p className="cb-panel-head">
        {t('feed.summary', { live: count('live'), stale: count('stale'), waiting: count('waiting') })}
      </p>
      <ul>
        {feeds.map((feed) => (
          <Feed key={feed.id} feed={feed} />
        ))}
      </ul>
    </div>
  );
}
