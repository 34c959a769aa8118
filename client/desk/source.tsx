/** Where a number comes from and how old it is: under every figure and in every card. */
import { Tooltip } from 'antd';
import type { Sourced } from '../../server/contract/api.ts';
import { isStale, type AgedKind } from './age.ts';
import { timeZone } from './desk.ts';
import { formatAgo, formatMoment } from './format.ts';
import { useFeed, useNow, useText } from './hooks.ts';

/** What the server says where a person entered it and no feed reported it. */
const CONSOLE = 'console';

/** The age of something, ticking; marked where it is out of date. */
export function Age({
  atMs,
  kind,
  feed,
}: {
  readonly atMs: number | undefined;
  readonly kind: AgedKind;
  readonly feed?: string;
}) {
  const { t, language } = useText();
  const nowMs = useNow();
  const habit = useFeed(feed);
  if (atMs === undefined) return <span className="cb-age">{t('unknown')}</span>;
  const stale = isStale(atMs, nowMs, kind, habit);
  return (
    <span className="cb-age" data-stale={stale} title={stale ? t('age.stale') : undefined}>
      {formatAgo(nowMs - atMs, language)}
    </span>
  );
}

/** `Source: feed · 12 s ago`, with the exact times on hover. */
export function SourceLine({
  of,
  kind,
}: {
  readonly of: Sourced | undefined | null;
  readonly kind: AgedKind;
}) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const feed = useFeed(of?.feed);
  if (!of) return <p className="cb-source">{t('source.none')}</p>;
  const zone = timeZone();
  const times = [
    t('age.observed', { time: formatMoment(of.observedAtMs, nowMs, language, zone) }),
    of.receivedAtMs === undefined
      ? null
      : t('age.received', { time: formatMoment(of.receivedAtMs, nowMs, language, zone) }),
  ].filter((part) => part !== null);
  return (
    <p className="cb-source">
      <span>
        {t('source.label')}:{' '}
        <b>{feed ? text(feed.name) : t(of.feed === CONSOLE ? 'source.console' : 'source.unknownFeed')}</b>
        {feed?.replaying && <span className="cb-badge">{t('feed.replaying')}</span>}
      </span>
      <Tooltip title={times.join(' · ')}>
        <span>
          <Age atMs={of.observedAtMs} kind={kind} feed={of.feed} />
        </span>
      </Tooltip>
    </p>
  );
}
