/** Typed answers of the HTTP interface. An error carries a sentence that a person can act on, in both languages. */
import type {
  ClientConfig,
  LinkAnswer,
  NetworkAnswer,
  ObjectAnswer,
  SearchHit,
  VitalsHistory,
} from '../../server/contract/api.ts';
import { refusal, refusalText, type Refusal } from '../../server/contract/refusals.ts';
import type { LocalText } from '../../server/contract/text.ts';

export class ApiError extends Error {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly text: LocalText;
  readonly refusal: Refusal | null;

  constructor(status: number, text: LocalText, refused: Refusal | null) {
    super(text.en);
    this.name = 'ApiError';
    this.status = status;
    this.text = text;
    this.refusal = refused;
  }
}

/** The body of an error answer, where it is one of ours (`{code, detail}` or `{refusal: {…}}`). */
function refusalOf(body: unknown): Refusal | null {
  const inner = typeof body === 'object' && body !== null && 'refusal' in body ? body.refusal : body;
  const parsed = refusal.safeParse(inner);
  return parsed.success ? parsed.data : null;
}

async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const refused = refusalOf(body);
  const text = refused
    ? refusalText(refused)
    : { zh: `服务返回错误 ${response.status}`, en: `The server answered ${response.status}` };
  return new ApiError(response.status, text, refused);
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, { zh: '无法连接服务器', en: 'The server cannot be reached' }, null);
  }
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as T;
}

export const fetchClientConfig = (signal?: AbortSignal): Promise<ClientConfig> =>
  get('/api/v1/client-config', signal);

export const fetchNetwork = (signal?: AbortSignal): Promise<NetworkAnswer> =>
  get('/api/v1/city/network', signal);

export const fetchObject = (slot: number, signal?: AbortSignal): Promise<ObjectAnswer> =>
  get(`/api/v1/objects/${slot}`, signal);

export const fetchLink = (index: number, signal?: AbortSignal): Promise<LinkAnswer> =>
  get(`/api/v1/links/${index}`, signal);

export async function searchCity(q: string, signal?: AbortSignal): Promise<readonly SearchHit[]> {
  const answer = await get<{ hits: readonly SearchHit[] }>(
    `/api/v1/search?q=${encodeURIComponent(q)}`,
    signal,
  );
  return answer.hits;
}

export const fetchVitalsHistory = (minutes: number, signal?: AbortSignal): Promise<VitalsHistory> =>
  get(`/api/v1/history/vitals?minutes=${minutes}`, signal);

/** Parts of the city pack, as the flat elements of the contract. */
export const fetchCityPart = <T>(part: string, signal?: AbortSignal): Promise<readonly T[]> =>
  get(`/api/v1/city/${part}`, signal);
