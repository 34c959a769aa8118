/**
 * The one wrapper every socket handler goes through (SE-20): input is checked, the pace is limited, an exception is
 * logged and answered, and a missing callback is no error. Nothing a client sends ends the process.
 */
import type { Socket } from 'socket.io';
import type { z } from 'zod';
import { refusalText, type Refusal } from '../contract/refusals.ts';

export type SocketLog = (level: 'info' | 'warn' | 'error', message: string, detail?: unknown) => void;
export type Answer = (answer: unknown) => void;

/** Lets `perSecond` through on average, `burst` at once. */
export class TokenBucket {
  private readonly perSecond: number;
  private readonly burst: number;
  private tokens: number;
  private atMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.atMs = nowMs;
  }

  take(nowMs: number): boolean {
    const passedS = Math.max(0, nowMs - this.atMs) / 1000;
    this.tokens = Math.min(this.burst, this.tokens + passedS * this.perSecond);
    this.atMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}

export interface Handler<S extends z.ZodType> {
  readonly event: string;
  readonly schema: S;
  readonly perSecond: number;
  readonly burst: number;
  readonly run: (input: z.output<S>, answer: Answer) => void | Promise<void>;
}

/** What a namespace's middleware passes on to turn a socket away: the reason is in the client's `connect_error`. */
export function connectionRefusal(refusal: Refusal): Error {
  return Object.assign(new Error(refusal.code), { data: { ...refusal, text: refusalText(refusal) } });
}

const refuse = (refusal: Refusal): { ok: false; refusal: Refusal } => ({ ok: false, refusal });

export function handle<S extends z.ZodType>(
  socket: Socket,
  handler: Handler<S>,
  nowMs: () => number,
  log: SocketLog,
): void {
  const bucket = new TokenBucket(handler.perSecond, handler.burst, nowMs());
  socket.on(handler.event, (...args: unknown[]) => {
    const last = args.at(-1);
    let answered = false;
    const answer: Answer = (value) => {
      if (answered || typeof last !== 'function') return;
      answered = true;
      (last as Answer)(value);
    };
    const failed = (error: unknown): void => {
      log('error', `socket handler "${handler.event}" failed`, error);
      answer(refuse({ code: 'internal' }));
    };
    try {
      if (!bucket.take(nowMs())) {
        answer(refuse({ code: 'rate-limited' }));
        return;
      }
      const input = handler.schema.safeParse(args[0]);
      if (!input.success) {
        answer(refuse({ code: 'bad-field', detail: fieldOf(input.error) }));
        return;
      }
      Promise.resolve(handler.run(input.data, answer)).catch(failed);
    } catch (error) {
      failed(error);
    }
  });
}

function fieldOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'message'}: ${issue.message}`.slice(0, 300) : 'message';
}
