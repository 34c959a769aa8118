/** Typed answers about one case: what its plan would send, what was done, the ways of its units, attachments. */
import type { RecommendationAnswer, RouteAnswer, TimelineAnswer } from '../../server/contract/api.ts';
import { get, send } from './api.ts';

const caseUrl = (incident: string): string => `/api/v1/incidents/${encodeURIComponent(incident)}`;

/** `GET /api/v1/incidents/:id/recommendation?level=`. */
export const fetchRecommendation = (
  incident: string,
  level: number,
  signal?: AbortSignal,
): Promise<RecommendationAnswer> => get(`${caseUrl(incident)}/recommendation?level=${level}`, signal);

export const fetchTimeline = (incident: string, signal?: AbortSignal): Promise<TimelineAnswer> =>
  get(`${caseUrl(incident)}/timeline`, signal);

export interface UnitRoute extends RouteAnswer {
  readonly unit: string;
}
/** The ways of the units that work on a case, from where each is to where it goes. */
export async function fetchCaseRoutes(incident: string, signal?: AbortSignal): Promise<readonly UnitRoute[]> {
  return (await get<{ readonly routes: readonly UnitRoute[] }>(`${caseUrl(incident)}/routes`, signal)).routes;
}

/** The way of a unit that would be sent to a case, from where it is now. */
export const fetchWayOf = (incident: string, unit: string, signal?: AbortSignal): Promise<RouteAnswer> =>
  get(`${caseUrl(incident)}/route/${encodeURIComponent(unit)}`, signal);

/** What a note may carry, and how large it may be at most, in bytes. */
export const attachmentTypes = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const;
export const MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024;

/** Stores a file for a case; answers the SHA-256 that a note names it by. */
export async function uploadCaseAttachment(incident: string, file: Blob): Promise<string> {
  const answer = await send<{ readonly attachment: string }>(
    'POST',
    `${caseUrl(incident)}/attachments`,
    file,
  );
  return answer.attachment;
}
export const attachmentUrl = (sha: string): string => `/api/v1/attachments/${sha}`;
