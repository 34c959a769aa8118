/** Typed answers of the HTTP interface. An error carries a sentence that a person can act on, in both languages. */
import type { AccountAnswer, AccountChange, NewAccount } from '../../server/contract/accounts.ts';
import type {
  ClientConfig,
  EvaluationAnswer,
  LinkAnswer,
  NetworkAnswer,
  ObjectAnswer,
  SearchHit,
  SessionAnswer,
  VitalsHistory,
} from '../../server/contract/api.ts';
import { refusal, refusalText, type Refusal } from '../../server/contract/refusals.ts';
import type { Rulebook } from '../../server/contract/rulebook.ts';
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

/** The body of an error answer, where it is one of ours: `{error: {code, detail}}`, or the refusal itself. */
function refusalOf(body: unknown): Refusal | null {
  const outer = typeof body === 'object' && body !== null ? body : {};
  const inner = 'error' in outer ? outer.error : 'refusal' in outer ? outer.refusal : outer;
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

/** The proof that a request comes from this page; everything that changes something carries it. */
let csrf: string | null = null;
export function setCsrf(token: string | null): void {
  csrf = token;
}
let signedOut: () => void = () => undefined;
/** Runs `cb` whenever the server answers that nobody is signed in. */
export function onSignedOut(cb: () => void): void {
  signedOut = cb;
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, { zh: '无法连接服务器', en: 'The server cannot be reached' }, null);
  }
  if (response.ok) return response;
  const error = await errorOf(response);
  if (error.refusal?.code === 'not-signed-in') signedOut();
  throw error;
}

/** Asks for a JSON answer. @throws ApiError with a sentence */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const headers = { accept: 'application/json' };
  const response = await ask(path, signal ? { headers, signal } : { headers });
  return (await response.json()) as T;
}

/** Asks for a text as it is. @throws ApiError with a sentence */
export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await ask(path, signal ? { signal } : {})).text();
}

/** Changes something; an answer without a body is null. @throws ApiError with a sentence */
export async function send<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const blob = body instanceof Blob;
  const response = await ask(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(csrf === null ? {} : { 'X-CSRF-Token': csrf }),
      ...(body === undefined || blob ? {} : { 'Content-Type': 'application/json' }),
      ...(blob ? { 'Content-Type': body.type } : {}),
    },
    ...(body === undefined ? {} : { body: blob ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return (text === '' ? null : JSON.parse(text)) as T;
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

const SESSION = '/api/v1/session';
export const fetchSession = (): Promise<SessionAnswer> => get(SESSION);
export const postSession = (
  body: { readonly id: string; readonly password: string } | { readonly demo: string },
): Promise<SessionAnswer> => send('POST', SESSION, body);
export const deleteSession = (): Promise<SessionAnswer | null> => send('DELETE', SESSION);
/** All sessions of the account end; the answer is this browser's new one. */
export const putPassword = (current: string, next: string): Promise<SessionAnswer> =>
  send('PUT', `${SESSION}/password`, { current, next });

export const fetchRulebook = (signal?: AbortSignal): Promise<Rulebook> => get('/api/v1/rulebook', signal);

export const fetchEvaluation = (days: number, signal?: AbortSignal): Promise<EvaluationAnswer> =>
  get(`/api/v1/evaluation?days=${days}`, signal);

const ACCOUNTS = '/api/v1/accounts';
export async function fetchAccounts(signal?: AbortSignal): Promise<readonly AccountAnswer[]> {
  return (await get<{ readonly accounts: readonly AccountAnswer[] }>(ACCOUNTS, signal)).accounts;
}
export const addAccount = (account: NewAccount): Promise<AccountAnswer> => send('POST', ACCOUNTS, account);
export const changeAccount = (id: string, change: AccountChange): Promise<AccountAnswer> =>
  send('PATCH', `${ACCOUNTS}/${encodeURIComponent(id)}`, change);
