/**
 * The mobile terminals' link to dispatch: asks the server again and again what each unit should do, and hands on every
 * answer that says something new. A server that is away, refuses or has no such route never ends a run.
 */
import { z } from 'zod';
import type { OrdersAnswer } from '../../server/contract/api.ts';
import { assignmentStatuses } from '../../server/contract/cases.ts';
import { lonLat } from '../../server/contract/geo.ts';
import { nap } from '../publish/nap.ts';
import { reasonOf } from '../publish/transport.ts';

export interface OrdersOptions {
  readonly server: string;
  readonly token: string;
  readonly onOrders: (answer: OrdersAnswer) => void;
  /** The server does not dispatch; told once, until it does. */
  readonly onAbsent: () => void;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Uniform in [0, 1), for the jitter of the back-off. */
  readonly random: () => number;
  readonly waits?: Partial<typeof WAITS_MS>;
}

const FEED = 'sim-units';
const WAITS_MS = {
  firstBackOff: 500,
  maxBackOff: 15_000,
  /** Between two tries of a server without dispatch. */
  absent: 30_000,
  /** Between two answers at least, so that a server that does not wait is not asked in a whirl. */
  between: 200,
  /** Longer than the server lets us wait (25 s): then the answer is lost. */
  answer: 35_000,
};

const answerSchema = z.object({
  version: z.number(),
  orders: z.array(
    z.object({
      unit: z.string(),
      incident: z.string(),
      number: z.number(),
      source: z.object({ feed: z.string(), externalId: z.string() }).optional(),
      status: z.enum(assignmentStatuses),
      assignedAtMs: z.number(),
      position: lonLat.optional(),
      facility: z.string().optional(),
      category: z.string(),
      severity: z.number(),
    }),
  ),
  handled: z.array(
    z.object({ feed: z.string(), externalId: z.string(), incident: z.string(), closed: z.boolean() }),
  ),
});

type Asked =
  | { readonly kind: 'answer'; readonly answer: OrdersAnswer }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Ends when the signal is aborted; never rejects. */
export async function followOrders(options: OrdersOptions): Promise<void> {
  const { signal, log } = options;
  const waits = { ...WAITS_MS, ...options.waits };
  let version: number | null = null;
  let backOffMs = waits.firstBackOff;
  let said: 'nothing' | 'absent' | 'failed' = 'nothing';
  while (!signal.aborted) {
    const asked = await ask(options, version, waits.answer);
    if (signal.aborted) return;
    if (asked.kind === 'answer') {
      if (said !== 'nothing') log('the server gives orders');
      said = 'nothing';
      backOffMs = waits.firstBackOff;
      if (asked.answer.version !== version) {
        version = asked.answer.version;
        options.onOrders(asked.answer);
      }
      await nap(waits.between, signal);
    } else if (asked.kind === 'absent') {
      if (said !== 'absent') {
        log('the server gives no orders (it does not dispatch): units stay where they are until it does');
        options.onAbsent();
      }
      said = 'absent';
      await nap(waits.absent, signal);
    } else {
      if (said !== 'failed') log(`orders: ${asked.reason}; trying again until it works`);
      said = 'failed';
      await nap(backOffMs * (0.5 + options.random()), signal);
      backOffMs = Math.min(waits.maxBackOff, backOffMs * 2);
    }
  }
}

async function ask(options: OrdersOptions, version: number | null, timeoutMs: number): Promise<Asked> {
  const url = new URL('/api/v1/orders', options.server);
  url.searchParams.set('feed', FEED);
  if (version !== null) url.searchParams.set('after', String(version));
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${options.token}`, accept: 'application/json' },
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (response.status === 404) {
      await response.body?.cancel();
      return { kind: 'absent' };
    }
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) return { kind: 'failed', reason: `status ${response.status}` };
    const parsed = answerSchema.safeParse(body);
    if (parsed.success) return { kind: 'answer', answer: parsed.data };
    const issue = parsed.error.issues[0];
    return { kind: 'failed', reason: `not an answer: ${issue?.path.join('.')}: ${issue?.message}` };
  } catch (cause) {
    return { kind: 'failed', reason: reasonOf(cause) };
  }
}
