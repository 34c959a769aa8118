/** The state of the connection, always in sight: a pill in the bar, and a banner where the picture has stopped. */
import { App, Button, Tooltip } from 'antd';
import { useEffect, useRef } from 'react';
import { session, timeZone } from '../desk/desk.ts';
import { formatAgo, formatClock, formatSpan } from '../desk/format.ts';
import { useConnection, useLocalNow, useText } from '../desk/hooks.ts';
import type { Translate } from '../i18n/i18n.ts';
import type { ConnectionState } from '../sync/connection.ts';
import type { Language } from '../../server/contract/text.ts';

/** A resync after less than this absence is not worth a notice. */
const NOTICE_AFTER_MS = 5_000;

export function connectionText(
  state: ConnectionState,
  nowMs: number,
  t: Translate,
  language: Language,
): string {
  switch (state.phase) {
    case 'connecting':
      return t('conn.connecting');
    case 'live':
      return t('conn.live');
    case 'lagging':
      return state.skippedTicks > 0
        ? t('conn.lagging.skipped', { n: state.skippedTicks })
        : t('conn.lagging', { lag: formatSpan(state.lagMs, language) });
    case 'reconnecting':
      return state.retryInMs === null || state.retryInMs < 500
        ? t('conn.reconnecting.now')
        : t('conn.reconnecting', { seconds: Math.ceil(state.retryInMs / 1_000) });
    case 'stale':
      return t('conn.stale', { age: formatSpan(nowMs - state.lastMessageAtMs, language) });
  }
}

export function ConnectionPill() {
  const { t, language } = useText();
  const { message } = App.useApp();
  const state = useConnection();
  const nowMs = useLocalNow();
  const how = state.resumedBy === 'delta' ? t('conn.tip.delta') : t('conn.tip.snapshot');
  const last = useRef<number | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = state.resyncedAtMs;
    if (before !== null && state.resyncedAtMs !== null && state.resyncedAtMs - before > NOTICE_AFTER_MS)
      void message.success(t('conn.resynced', { how }), 2);
  }, [state.resyncedAtMs, message, t, how]);
  const lines = [
    state.lastMessageAtMs === 0
      ? t('conn.tip.never')
      : t('conn.tip.last', { age: formatAgo(nowMs - state.lastMessageAtMs, language) }),
    state.lagMs > 0 ? t('conn.tip.lag', { lag: formatSpan(state.lagMs, language) }) : null,
    state.resyncedAtMs === null
      ? null
      : t('conn.tip.resync', { time: formatClock(state.resyncedAtMs, language, timeZone()), how }),
    state.reason === undefined ? null : t('conn.tip.reason', { reason: state.reason }),
  ].filter((line) => line !== null);
  const phase = state.phase === 'connecting' ? 'reconnecting' : state.phase;
  return (
    <Tooltip
      placement="bottomRight"
      title={
        <div className="cb-tip">
          {lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </div>
      }
    >
      <button
        type="button"
        className="cb-pill"
        data-phase={phase}
        aria-live="polite"
        onClick={() => session().resync()}
      >
        <span className="cb-pill-dot" aria-hidden="true" />
        {connectionText(state, nowMs, t, language)}
      </button>
    </Tooltip>
  );
}

/** Over the map while nothing new comes: what one sees is the past. */
export function ConnectionBanner() {
  const { t, language } = useText();
  const state = useConnection();
  const nowMs = useLocalNow();
  if (state.lastMessageAtMs === 0 || (state.phase !== 'reconnecting' && state.phase !== 'stale')) return null;
  const age = formatAgo(nowMs - state.lastMessageAtMs, language);
  return (
    <div className="cb-banner" role="alert">
      <span>{t(state.phase === 'stale' ? 'conn.banner.stale' : 'conn.banner', { age })}</span>
      <Button size="small" onClick={() => session().resync()}>
        {t('conn.retryNow')}
      </Button>
    </div>
  );
}
