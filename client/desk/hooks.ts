/** How panels read the live picture: records by version, the server's clock, the connection. */
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { District } from '../../server/contract/city-pack.ts';
import type { FeedRecord, RecordKind, RecordTypes } from '../../server/contract/records.ts';
import { textIn, type Language, type LocalText } from '../../server/contract/text.ts';
import type { Translate } from '../i18n/i18n.ts';
import { fetchCityPart } from '../sync/api.ts';
import type { ConnectionState } from '../sync/connection.ts';
import { session, useDesk } from './desk.ts';

/** Changes of records are drawn at most this often. */
const DRAW_EVERY_MS = 250;

function useVersion(kind: RecordKind): number {
  const subscribe = useCallback(
    (changed: () => void) => {
      let timer: ReturnType<typeof setTimeout> | null = null;
      const stop = session().subscribe(kind, () => {
        timer ??= setTimeout(() => {
          timer = null;
          changed();
        }, DRAW_EVERY_MS);
      });
      return () => {
        if (timer) clearTimeout(timer);
        stop();
      };
    },
    [kind],
  );
  return useSyncExternalStore(subscribe, () => session().version(kind));
}

/** All records of a kind, a new array whenever one changed. */
export function useRecords<K extends RecordKind>(kind: K): readonly RecordTypes[K][] {
  const version = useVersion(kind);
  // The version stands for the contents of the mirror's map, which is changed in place.
  // oxlint-disable-next-line react/exhaustive-deps
  return useMemo(() => [...session().mirror.records[kind].values()] as RecordTypes[K][], [kind, version]);
}

export function useRecord<K extends RecordKind>(kind: K, id: string | undefined): RecordTypes[K] | undefined {
  useVersion(kind);
  if (id === undefined) return undefined;
  return session().mirror.records[kind].get(id);
}

export const useFeed = (id: string | undefined): FeedRecord | undefined => useRecord('feed', id);

const tickListeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | null = null;
/** Server and local time of the running second. */
let second = { serverMs: 0, localMs: 0 };
const takeTime = (): void => {
  second = { serverMs: session().serverNowMs(), localMs: Date.now() };
};

function onTick(cb: () => void): () => void {
  tickListeners.add(cb);
  ticking ??= setInterval(() => {
    takeTime();
    for (const listener of tickListeners) listener();
  }, 1_000);
  return () => {
    tickListeners.delete(cb);
    if (tickListeners.size > 0 || !ticking) return;
    clearInterval(ticking);
    ticking = null;
  };
}
function currentSecond(): typeof second {
  if (!ticking && Date.now() - second.localMs > 1_000) takeTime();
  return second;
}

/** The server's time, once a second, the same for everything drawn in that second. */
export const useNow = (): number => useSyncExternalStore(onTick, () => currentSecond().serverMs);
/** This machine's time: for what only this machine has seen, such as the last message. */
export const useLocalNow = (): number => useSyncExternalStore(onTick, () => currentSecond().localMs);

const onConnection = (cb: () => void): (() => void) => session().onConnection(cb);
export const useConnection = (): ConnectionState =>
  useSyncExternalStore(onConnection, () => session().connection);

export function useText(): {
  t: Translate;
  language: Language;
  /** A text of the city or of a feed in the language of the screen. */
  text: (value: LocalText) => string;
} {
  const language = useDesk((s) => s.language);
  const { t } = useTranslation();
  const text = useCallback((value: LocalText) => textIn(value, language), [language]);
  return { t, language, text };
}

/** Names of districts and streets by id; empty where the city has none. */
export function useDistrictNames(): ReadonlyMap<string, LocalText> {
  const { data } = useQuery({
    queryKey: ['districts'],
    queryFn: ({ signal }) => fetchCityPart<District>('districts', signal),
    staleTime: Number.POSITIVE_INFINITY,
    select: districtNames,
  });
  return data ?? noNames;
}
const noNames: ReadonlyMap<string, LocalText> = new Map();
const districtNames = (all: readonly District[]): ReadonlyMap<string, LocalText> =>
  new Map(all.filter((d) => d.level !== 'grid').map((d) => [d.id, d.name]));
