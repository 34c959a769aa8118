/** What the plan of a case would send now: asked again whenever the case changes, and every few seconds. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { RecommendationAnswer, RecommendedUnit } from '../../server/contract/api.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { isWorked } from './asks.ts';
import { fetchRecommendation } from '../sync/case-api.ts';

const EVERY_MS = 10_000;

export function useRecommendation(
  incident: IncidentRecord | undefined,
  level: number | null,
): UseQueryResult<RecommendationAnswer> {
  const at = level ?? incident?.case.plan?.level ?? 1;
  return useQuery({
    queryKey: ['recommendation', incident?.id, at, incident?.case.version],
    queryFn: ({ signal }) => fetchRecommendation(incident!.id, at, signal),
    // Nobody is sent to what is over, and the server plans nothing for it.
    enabled: incident !== undefined && isWorked(incident),
    refetchInterval: EVERY_MS,
    placeholderData: (before, query) =>
      query?.queryKey[1] === incident?.id ? keepPreviousData(before) : undefined,
  });
}

/** The units that would be sent: those chosen by hand, else those recommended. */
export const pickedUnits = (
  answer: RecommendationAnswer,
  byHand: readonly string[] | null,
): readonly string[] => byHand ?? answer.candidates.filter((c) => c.picked).map((c) => c.unit);

/** Takes a unit in or out of those that would be sent. */
export function togglePick(
  answer: RecommendationAnswer,
  byHand: readonly string[] | null,
  unit: string,
): readonly string[] {
  const now = pickedUnits(answer, byHand);
  return now.includes(unit) ? now.filter((u) => u !== unit) : [...now, unit];
}

/** True where what is chosen by hand is not what the plan recommends. */
export function isEdited(answer: RecommendationAnswer, byHand: readonly string[] | null): boolean {
  if (byHand === null) return false;
  const recommended = pickedUnits(answer, null);
  return byHand.length !== recommended.length || byHand.some((unit) => !recommended.includes(unit));
}

const askable = new Set<RecommendedUnit['why']>(['keeps-minimum', 'off-shift']);
/** True where a rule would be broken by what is chosen: it needs a reason. */
export const needsReason = (answer: RecommendationAnswer, byHand: readonly string[] | null): boolean =>
  pickedUnits(answer, byHand).some((unit) =>
    answer.candidates.some((c) => c.unit === unit && !c.picked && askable.has(c.why)),
  );

/** Those not picked that come next, nearest first. */
export const nextBest = (
  answer: RecommendationAnswer,
  byHand: readonly string[] | null,
  limit: number,
): readonly RecommendedUnit[] => {
  const picked = new Set(pickedUnits(answer, byHand));
  const rank = (c: RecommendedUnit): number => c.seconds ?? Number.POSITIVE_INFINITY;
  return answer.candidates
    .filter((c) => !picked.has(c.unit))
    .sort((a, b) => rank(a) - rank(b) || a.callsign.localeCompare(b.callsign, 'en', { numeric: true }))
    .slice(0, limit);
};

/** A unit that is taken or out of service cannot be chosen whatever the reason. */
export const canPick = (c: RecommendedUnit): boolean => c.why !== 'busy' && c.why !== 'out-of-service';
