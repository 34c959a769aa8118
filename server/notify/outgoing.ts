/**
 * The one way out: HTTP requests that this server makes by itself. It connects only to addresses that were checked, follows
 * no redirect, ends within a time limit whatever the other side does, and reads no more than it was told to.
 */
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { err, ok, type Result } from '../contract/result.ts';
import type { LocalText } from '../contract/text.ts';
import {
  bareHost,
  checkedAddresses,
  mayBePlain,
  pinned,
  type CheckedAddress,
  type Lookup,
} from './addresses.ts';

const TIMEOUT_MS = 10_000;
const LIMIT_BYTES = 64 * 1_024;

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The most of an answer's body that is read; 64 KiB where absent. */
  readonly limitBytes?: number;
  /** From the look-up of the name to the last byte; 10 s where absent. */
  readonly timeoutMs?: number;
  /** Inner networks that may be reached all the same (`10.2.0.0/16`), by plain http too. */
  readonly allow?: readonly string[];
  /** Takes `http:` to public addresses as well. */
  readonly plainHttp?: boolean;
  readonly lookup?: Lookup;
  readonly signal?: AbortSignal;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came: nothing is unpacked. */
  readonly body: Buffer;
  /** True where the body was longer than the limit. */
  readonly cut: boolean;
}

const problemTexts = {
  'bad-url': { zh: '网址无效，只支持 http 和 https', en: 'Not a valid http or https address' },
  credentials: { zh: '网址中不得包含账号或密码', en: 'The address must not carry a user or password' },
  'not-https': { zh: '{detail}：公网地址必须使用 https', en: '{detail}: a public address has to use https' },
  'inner-address': {
    zh: '{detail} 指向内部或保留地址，已拒绝连接',
    en: '{detail} leads to an inner or reserved address; not connected',
  },
  'not-resolved': { zh: '无法解析主机名 {detail}', en: 'The host name {detail} cannot be resolved' },
  redirect: {
    zh: '对方要求跳转（{detail}），不予跟随；请配置最终网址',
    en: 'It redirects ({detail}), which is not followed; configure the final address',
  },
  timeout: { zh: '{detail} 未在限定时间内答复', en: '{detail} did not answer in time' },
  aborted: { zh: '请求已中止', en: 'The request was called off' },
  unreachable: { zh: '无法连接：{detail}', en: 'Cannot connect: {detail}' },
  'broken-answer': { zh: '{detail} 的答复中断', en: 'The answer of {detail} broke off' },
} as const satisfies Record<string, LocalText>;

export type OutgoingProblemCode = keyof typeof problemTexts;
/** Why there is no answer. The sentence names the host, never the path: paths of webhooks carry secrets. */
export interface OutgoingProblem {
  readonly code: OutgoingProblemCode;
  readonly sentence: LocalText;
}

export function outgoingProblem(code: OutgoingProblemCode, detail = ''): OutgoingProblem {
  const { zh, en } = problemTexts[code];
  const fill = (s: string): string => s.replace('{detail}', () => detail);
  return { code, sentence: { zh: fill(zh), en: fill(en) } };
}

/** Makes a request; every outcome but a programmer's mistake is an answer or a problem, within the time limit. */
export async function guardedRequest(
  to: string | URL,
  request: OutgoingRequest,
): Promise<Result<OutgoingAnswer, OutgoingProblem>> {
  const checked = checkUrl(to);
  if (!checked.ok) return checked;
  const url = checked.value;
  const { signal, allow = [], timeoutMs = TIMEOUT_MS } = request;
  const end = new AbortController();
  const timer = setTimeout(() => end.abort('timeout'), timeoutMs);
  const callOff = (): void => end.abort('aborted');
  if (signal?.aborted === true) callOff();
  signal?.addEventListener('abort', callOff, { once: true });
  const ended = new Promise<Result<never, OutgoingProblem>>((resolve) => {
    const tell = (): void =>
      resolve(err(outgoingProblem(end.signal.reason === 'timeout' ? 'timeout' : 'aborted', url.host)));
    if (end.signal.aborted) tell();
    else end.signal.addEventListener('abort', tell, { once: true });
  });
  const go = async (): Promise<Result<OutgoingAnswer, OutgoingProblem>> => {
    const addresses = await checkedAddresses(url.hostname, allow, request.lookup);
    if (!addresses.ok) return err(outgoingProblem(addresses.error, url.hostname));
    const plain = url.protocol === 'http:' && request.plainHttp !== true;
    if (plain && !mayBePlain(addresses.value, allow)) {
      return err(outgoingProblem('not-https', url.hostname));
    }
    return exchange(url, addresses.value, request, end.signal);
  };
  try {
    return await Promise.race([ended, go()]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', callOff);
  }
}

/** What can be said of an address before its host is looked up. `URL` writes odd notations (`0x7f.1`) as plain addresses. */
export function checkUrl(to: string | URL): Result<URL, OutgoingProblem> {
  const url = URL.parse(String(to));
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return err(outgoingProblem('bad-url'));
  }
  if (url.username !== '' || url.password !== '') return err(outgoingProblem('credentials'));
  return ok(url);
}

function exchange(
  url: URL,
  addresses: readonly CheckedAddress[],
  request: OutgoingRequest,
  signal: AbortSignal,
): Promise<Result<OutgoingAnswer, OutgoingProblem>> {
  const { method, headers = {}, body, limitBytes = LIMIT_BYTES } = request;
  return new Promise((resolve) => {
    const req = (url.protocol === 'https:' ? https : http).request({
      method,
      headers: { 'accept-encoding': 'identity', ...headers },
      host: bareHost(url.hostname),
      ...(url.port !== '' && { port: Number(url.port) }),
      path: url.pathname + url.search,
      // A connection of its own, closed afterwards.
      agent: false,
      lookup: pinned(addresses),
      signal,
    });
    const done = (outcome: Result<OutgoingAnswer, OutgoingProblem>): void => {
      resolve(outcome);
      req.destroy();
    };
    req.on('error', (cause: NodeJS.ErrnoException) =>
      done(err(outgoingProblem('unreachable', `${url.host}, ${cause.code ?? cause.name}`))),
    );
    const broken = (): void => done(err(outgoingProblem('broken-answer', url.host)));
    req.on('close', broken);
    req.on('response', (res) => {
      // From here on the answer itself says how it ends: its last bytes may come after the request is closed.
      req.off('close', broken);
      const status = res.statusCode ?? 0;
      if (status >= 300 && status < 400 && status !== 304) {
        done(err(outgoingProblem('redirect', String(status))));
        return;
      }
      read(res, limitBytes, (read) => {
        if (read === null) broken();
        else done(ok({ status, headers: res.headers, ...read }));
      });
    });
    req.end(body);
  });
}

/** Calls back with the body, or null where it broke off; the first call counts. */
function read(
  res: IncomingMessage,
  limitBytes: number,
  done: (read: { readonly body: Buffer; readonly cut: boolean } | null) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  res.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > limitBytes) done({ body: Buffer.concat(chunks).subarray(0, limitBytes), cut: true });
  });
  res.on('end', () => done({ body: Buffer.concat(chunks), cut: false }));
  res.on('error', () => done(null));
  res.on('close', () => done(null));
}
