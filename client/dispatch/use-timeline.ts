/** What was done about a case, asked again whenever the case changes. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { TimelineAnswer } from '../../server/contract/api.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { fetchTimeline } from '../sync/case-api.ts';

export const useTimeline = (incident: IncidentRecord): UseQueryResult<TimelineAnswer> =>
  useQuery({
    queryKey: ['timeline', incident.id, incident.case.version, incident.updatedAtMs],
    queryFn: ({ signal }) => fetchTimeline(incident.id, signal),
    placeholderData: (before, query) =>
      query?.queryKey[1] === incident.id ? keepPreviousData(before) : undefined,
    // Clocks write into it too: deadlines, answers of crews.
    refetchInterval: 15_000,
  });
