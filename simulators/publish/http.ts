/** Publishes through `POST /api/v1/ingest/:feed` as NDJSON, over kept-alive connections; gzip only off this machine. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { parseAnswer, reasonOf, type Delivery, type Transport } from './transport.ts';

const compress = promisify(gzip);
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

export interface HttpOptions {
  readonly server: string;
  readonly token: string;
  readonly timeoutMs?: number;
  /** Further headers of every request, as a replay's clock. */
  readonly headers?: () => Readonly<Record<string, string>>;
  readonly gzip?: boolean;
}

export function httpTransport(options: HttpOptions): Transport {
  const base = new URL(options.server);
  const zipped = options.gzip ?? !LOOPBACK.has(base.hostname);
  const closing = new AbortController();
  return {
    name: 'http',
    async send(feedId, lines): Promise<Delivery> {
      const text = lines.join('\n') + '\n';
      try {
        const response = await fetch(new URL(`/api/v1/ingest/${encodeURIComponent(feedId)}`, base), {
          method: 'POST',
          headers: {
            authorization: `Bearer ${options.token}`,
            'content-type': 'application/x-ndjson',
            ...(zipped ? { 'content-encoding': 'gzip' } : {}),
            ...options.headers?.(),
          },
          body: zipped ? new Uint8Array(await compress(text)) : text,
          signal: AbortSignal.any([closing.signal, AbortSignal.timeout(options.timeoutMs ?? 15_000)]),
        });
        return await deliveryOf(response);
      } catch (cause) {
        return { kind: 'retry', reason: reasonOf(cause) };
      }
    },
    async close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}

async function deliveryOf(response: Response): Promise<Delivery> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) {
    const answer = parseAnswer(body);
    return answer === null
      ? { kind: 'retry', reason: `status ${response.status} without an ingest answer` }
      : { kind: 'answered', answer };
  }
  const said = body as { code?: unknown; error?: { code?: unknown } } | null;
  const code = said?.code ?? said?.error?.code;
  const reason = `status ${response.status}${typeof code === 'string' ? ` (${code})` : ''}`;
  if (response.status === 413) return { kind: 'too-large', reason };
  if (response.status === 400 || response.status === 415 || response.status === 422) {
    return { kind: 'refused', reason };
  }
  // 401, 403 and 404 are worth another try too: the server's configuration can be mended while we run.
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds)
    ? { kind: 'retry', reason, afterMs: Math.min(60_000, seconds * 1000) }
    : { kind: 'retry', reason };
}
