/** The figures of the alarm system over the last hours, asked for again each minute while somebody looks. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { AlarmKpiAnswer } from '../../server/contract/alarm-api.ts';
import { mayReadAlarms } from '../../server/contract/rights.ts';
import { useMe } from '../account/me.ts';
import { fetchKpi } from '../sync/alarm-api.ts';

const FRESH_MS = 60_000;

export function useMayReadAlarms(): boolean {
  const me = useMe();
  return me !== null && mayReadAlarms(me.role);
}

export function useKpi(hours: number): UseQueryResult<AlarmKpiAnswer> {
  const enabled = useMayReadAlarms();
  return useQuery({
    queryKey: ['alarm-kpi', hours],
    queryFn: ({ signal }) => fetchKpi(hours, signal),
    staleTime: FRESH_MS,
    refetchInterval: FRESH_MS,
    enabled,
  });
}
