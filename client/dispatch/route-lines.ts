/** Which ways the map shows: of the units under way to the selected case, and of those the plan would send. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { useMe } from '../account/me.ts';
import { cityMap, useDesk } from '../desk/desk.ts';
import { useRecord } from '../desk/hooks.ts';
import type { RouteLine } from '../map/types.ts';
import { fetchCaseRoutes, fetchWayOf } from '../sync/case-api.ts';
import { isWorked } from './asks.ts';
import { useCaseView } from './case-view.ts';
import { pickedUnits, useRecommendation } from './recommendation.ts';

const EVERY_MS = 8_000;
const MAX_PICKED = 12;
const moving = new Set(['dispatched', 'en-route', 'transporting']);

export function useRouteLines(): void {
  const selection = useDesk((s) => s.selection);
  const mapReady = useDesk((s) => s.mapReady);
  const signedIn = useMe() !== null;
  const id = selection?.kind === 'incident' ? selection.id : undefined;
  const incident = useRecord('incident', id);
  const under =
    incident?.case.assignments.filter((a) => moving.has(a.status)).map((a) => `${a.unit}:${a.status}`) ?? [];
  const { data: routes } = useQuery({
    queryKey: ['routes', id, under.join(' ')],
    queryFn: ({ signal }) => fetchCaseRoutes(id!, signal),
    enabled: signedIn && id !== undefined && under.length > 0,
    refetchInterval: EVERY_MS,
  });
  const picked = usePickedRoutes(incident);
  const shown = useMemo(
    (): readonly RouteLine[] => [
      ...(under.length > 0 ? (routes ?? []) : []).map((r) => ({
        id: r.unit,
        path: r.path,
        kind: 'under-way' as const,
      })),
      ...picked,
    ],
    [routes, picked, under.length],
  );
  useEffect(() => {
    if (mapReady) cityMap()?.setRoutes(shown);
  }, [shown, mapReady]);
}

/** The ways of those that would be sent; a unit without a way is said so in the list. */
function usePickedRoutes(incident: IncidentRecord | undefined): readonly RouteLine[] {
  const drill = useCaseView((s) => s.drill);
  const open = incident !== undefined && drill?.incident === incident.id && isWorked(incident);
  const { data: answer } = useRecommendation(open ? incident : undefined, drill?.level ?? null);
  // Without a place there is no way to it.
  const units =
    open && answer && incident.position ? pickedUnits(answer, drill.units).slice(0, MAX_PICKED) : [];
  const { data } = useQuery({
    queryKey: ['picked-routes', incident?.id, ...units],
    queryFn: ({ signal }) => waysTo(incident!.id, units, signal),
    enabled: units.length > 0,
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
  return open && units.length > 0 && data ? data : noLines;
}
const noLines: readonly RouteLine[] = [];

async function waysTo(
  incident: string,
  units: readonly string[],
  signal: AbortSignal,
): Promise<readonly RouteLine[]> {
  const answers = await Promise.allSettled(units.map((unit) => fetchWayOf(incident, unit, signal)));
  return answers.flatMap((way, i): RouteLine[] =>
    way.status === 'fulfilled' ? [{ id: units[i]!, path: way.value.path, kind: 'picked' }] : [],
  );
}
