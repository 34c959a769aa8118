/** Tells the map what it cannot know by itself: delays while their layer is on, ways of green waves, a what-if result. */
import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { LonLat } from '../../server/contract/geo.ts';
import { useMe } from '../account/me.ts';
import { cityMap, useDesk } from '../desk/desk.ts';
import { useRecords } from '../desk/hooks.ts';
import { fetchCaseRoutes, type UnitRoute } from '../sync/case-api.ts';
import { useSignalView } from './signal-view.ts';
import { useSignalLines, useWhatIf } from './use-signals.ts';

const WAYS_MS = 5_000;
/** Cases whose ways are asked for at once; further waves join their lights as the crow flies. */
const MOST_CASES = 4;

function useWaveWays(): ReadonlyMap<string, readonly LonLat[]> {
  const waves = useRecords('wave');
  const signedIn = useMe() !== null;
  const shown = useDesk((s) => s.layers?.greenWave === true);
  const running = waves.filter((w) => w.state === 'running' && w.incident !== undefined);
  const incidents = [...new Set(running.map((w) => w.incident!))].slice(0, MOST_CASES);
  return useQueries({
    queries: incidents.map((incident) => ({
      queryKey: ['wave-ways', incident],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchCaseRoutes(incident, signal),
      enabled: signedIn && shown,
      refetchInterval: WAYS_MS,
    })),
    combine: waysOf,
  });
}
function waysOf(
  answers: readonly { readonly data: readonly UnitRoute[] | undefined }[],
): ReadonlyMap<string, readonly LonLat[]> {
  return new Map(answers.flatMap(({ data }) => (data ?? []).map((r) => [r.unit, r.path] as const)));
}

/** Draws nothing itself: what it asks for must not have the whole screen drawn anew. */
export function SignalMap(): null {
  const mapReady = useDesk((s) => s.mapReady);
  const delaysShown = useDesk((s) => s.layers?.signalDelay === true);
  const { data: lines } = useSignalLines(delaysShown);
  const ways = useWaveWays();
  const id = useSignalView((s) => s.whatIf);
  const { data: whatIf } = useWhatIf(id);
  const changes = useMemo(() => (id === null ? [] : (whatIf?.links ?? [])), [id, whatIf]);
  useEffect(() => {
    if (mapReady && lines) cityMap()?.setSignalLines(lines);
  }, [mapReady, lines]);
  useEffect(() => {
    if (mapReady) cityMap()?.setWaveWays(ways);
  }, [mapReady, ways]);
  useEffect(() => {
    if (mapReady) cityMap()?.setSpeedChanges(changes);
  }, [mapReady, changes]);
  return null;
}
