/** What the server knows of signals, asked for again and again only while somebody looks at it. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type {
  CorridorAnswer,
  CorridorLine,
  SignalAnswer,
  SignalLine,
  TrafficAnswer,
  WhatIfAnswer,
} from '../../server/contract/signal-api.ts';
import { useDesk } from '../desk/desk.ts';
import { useRecords } from '../desk/hooks.ts';
import { useNetwork } from '../desk/network.ts';
import {
  fetchCorridor,
  fetchCorridors,
  fetchSignal,
  fetchSignals,
  fetchTraffic,
  fetchWhatIf,
} from '../sync/signal-api.ts';
import { signalRows, type SignalRow } from './rows.ts';
import { useSignalView } from './signal-view.ts';

const LIST_MS = 5_000;
const CORRIDOR_MS = 2_000;
const JUNCTION_MS = 1_000;
const TRAFFIC_MS = 10_000;
const CORRIDORS_MS = 30_000;

/** Whether an element can be seen: a panel in a tab behind another has no size. */
export function useInSight<E extends HTMLElement>(): readonly [RefObject<E | null>, boolean] {
  const box = useRef<E>(null);
  const [shown, setShown] = useState(true);
  useEffect(() => {
    if (!box.current) return undefined;
    const observer = new ResizeObserver(([entry]) => setShown((entry?.contentRect.width ?? 0) > 0));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return [box, shown];
}

const polled = (everyMs: number, shown: boolean) =>
  ({ refetchInterval: shown ? everyMs : false, enabled: shown, placeholderData: keepPreviousData }) as const;

export const useSignalLines = (shown: boolean): UseQueryResult<readonly SignalLine[]> =>
  useQuery({
    queryKey: ['signals'],
    queryFn: ({ signal }) => fetchSignals(signal),
    ...polled(LIST_MS, shown),
  });

export const useSignal = (id: string | undefined, shown: boolean): UseQueryResult<SignalAnswer> =>
  useQuery({
    queryKey: ['signal', id],
    queryFn: ({ signal }) => fetchSignal(id!, signal),
    refetchInterval: shown ? JUNCTION_MS : false,
    enabled: shown && id !== undefined,
    retry: false,
  });

export const useCorridors = (shown: boolean): UseQueryResult<readonly CorridorLine[]> =>
  useQuery({
    queryKey: ['corridors'],
    queryFn: ({ signal }) => fetchCorridors(signal),
    ...polled(CORRIDORS_MS, shown),
  });

export const useCorridor = (id: string | null, shown: boolean): UseQueryResult<CorridorAnswer> =>
  useQuery({
    queryKey: ['corridor', id],
    queryFn: ({ signal }) => fetchCorridor(id!, signal),
    refetchInterval: shown ? CORRIDOR_MS : false,
    enabled: shown && id !== null,
    retry: false,
  });

export const useTraffic = (shown: boolean): UseQueryResult<TrafficAnswer> =>
  useQuery({
    queryKey: ['traffic'],
    queryFn: ({ signal }) => fetchTraffic(signal),
    ...polled(TRAFFIC_MS, shown),
  });

/** A what-if run; asked for only until it has ended. */
export const useWhatIf = (id: string | null): UseQueryResult<WhatIfAnswer> =>
  useQuery({
    queryKey: ['what-if', id],
    queryFn: ({ signal }) => fetchWhatIf(id!, signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'running' ? false : JUNCTION_MS),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The list as this screen filters it. */
export function useSignalRows(shown: boolean): readonly SignalRow[] {
  const controls = useRecords('control');
  const { data: lines } = useSignalLines(shown);
  const filter = useSignalView((s) => s.filter);
  return useMemo(() => signalRows(controls, lines ?? [], filter), [controls, lines, filter]);
}

/** The id of the signal that is selected on this screen. */
export function useSelectedSignal(): string | null {
  const selection = useDesk((s) => s.selection);
  const { data: network } = useNetwork();
  return selection?.kind === 'signal' ? (network?.signals[selection.index]?.id ?? null) : null;
}
