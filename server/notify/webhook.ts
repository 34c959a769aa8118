/**
 * Notifications to other systems: JSON over HTTPS, signed, under an idempotency key that is the same with every try. The
 * receiver takes a key once, and refuses a signature whose time is long past.
 */
import { createHash, createHmac } from 'node:crypto';
import { textIn } from '../contract/text.ts';
import type { PendingNotification } from '../domain/notifications/state.ts';
import type { Lookup } from './addresses.ts';
import type { WebhookConfig } from './notify-config.ts';
import { guardedRequest } from './outgoing.ts';
import { inBoth, type Attempt, type Target } from './target.ts';

/** A receiver may ask for this much patience at most. */
const MAX_RETRY_AFTER_MS = 3_600_000;

export interface WayOut {
  readonly nowMs: () => number;
  /** Inner networks that may be reached. */
  readonly allow: readonly string[];
  /** For one try. */
  readonly timeoutMs?: number;
  readonly lookup?: Lookup;
}

/** Ids hold what sources call their things; the key is what a header and a Message-ID can carry. */
export const idempotencyKey = (id: string): string => createHash('sha256').update(id).digest('hex');

/** `t` in seconds since 1970; `v1`: HMAC-SHA256 of `t.body`. */
export function signature(secret: string, body: string, nowMs: number): string {
  const t = Math.floor(nowMs / 1_000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

export function webhookTarget(config: WebhookConfig, out: WayOut): Target {
  return {
    id: config.id,
    channel: 'webhook',
    async send(notification, signal) {
      const body = webhookBody(notification, config);
      const answer = await guardedRequest(config.url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'CityBrain',
          'idempotency-key': idempotencyKey(notification.id),
          'x-citybrain-signature': signature(config.secret, body, out.nowMs()),
        },
        ...out,
        signal,
      });
      if (!answer.ok) return { kind: 'failed', problem: inBoth(answer.error.sentence) };
      return attemptOf(answer.value.status, answer.value.headers['retry-after'], out.nowMs());
    },
  };
}

function webhookBody({ id, atMs, body }: PendingNotification, { language }: WebhookConfig): string {
  const { kind, subject, text, data } = body;
  return JSON.stringify({
    id,
    kind,
    atMs,
    language,
    subject: textIn(subject, language),
    text: textIn(text, language),
    data,
  });
}

function attemptOf(status: number, retryAfter: string | undefined, nowMs: number): Attempt {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const problem = inBoth({ zh: `对方答复 ${status}`, en: `It answered ${status}` });
  if (status === 410) return { kind: 'gone', problem };
  const retryAfterMs = status === 429 || status === 503 ? retryAfterOf(retryAfter, nowMs) : undefined;
  return { kind: 'failed', problem, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterOf(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}
