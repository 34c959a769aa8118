/**
 * In the demo: has the supervisor set the scenario's signals to automatic, as a person would on the screen. Outside the demo
 * a person does.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { CSRF_HEADER, sessionAnswer } from '../contract/accounts.ts';

export interface AutomaticOptions {
  readonly server: string;
  readonly signals: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Between two tries: the server knows a signal once its controller has reported. */
  readonly everyMs?: number;
  readonly tries?: number;
}

const answer = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), refusal: z.object({ code: z.string(), detail: z.string().optional() }) }),
]);

/** Answers what is to be said of it. */
export async function setAutomatic(options: AutomaticOptions): Promise<string> {
  const { tries = 20, everyMs = 1_000 } = options;
  let last = 'the server did not answer';
  for (let n = 0; n < tries; n++) {
    if (options.signal?.aborted === true) return 'the signals were not set to automatic: the run ended';
    try {
      const refused = await ask(options);
      if (refused === null) return `${options.signals.length} signals were set to automatic`;
      last = refused;
    } catch (cause) {
      last = cause instanceof Error ? cause.message : String(cause);
    }
    await wait(everyMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
  return `the signals were not set to automatic: ${last}; set them on the screen (panel Signals)`;
}

/** Null: done; otherwise why not. */
async function ask({ server, signals, signal }: AutomaticOptions): Promise<string | null> {
  const limits = AbortSignal.any([AbortSignal.timeout(5_000), ...(signal ? [signal] : [])]);
  const session = await fetch(`${server}/api/v1/session`, { signal: limits });
  const supervisor = sessionAnswer.parse(await session.json()).demoAccounts?.find(isSupervisor);
  if (supervisor === undefined) return 'this server is no demo with a supervisor';
  const json = { 'content-type': 'application/json' };
  const opened = await fetch(`${server}/api/v1/session`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ demo: supervisor.id }),
    signal: limits,
  });
  const cookie = opened.headers.getSetCookie().map((c) => c.split(';')[0]!);
  const { csrf } = sessionAnswer.parse(await opened.json());
  const own = { cookie: cookie.join('; '), [CSRF_HEADER]: csrf ?? '' };
  try {
    const payload = { signals, mode: 'auto', reason: 'SUMO' };
    const given = await fetch(`${server}/api/v1/commands`, {
      method: 'POST',
      headers: { ...json, ...own },
      body: JSON.stringify({ id: randomUUID(), type: 'signal.mode', payload }),
      signal: limits,
    });
    const said = answer.parse(await given.json());
    return said.ok ? null : `${said.refusal.code} ${said.refusal.detail ?? ''}`.trim();
  } finally {
    await fetch(`${server}/api/v1/session`, { method: 'DELETE', headers: own, signal: limits });
  }
}

const isSupervisor = ({ role }: { readonly role: string }): boolean => role === 'supervisor';
