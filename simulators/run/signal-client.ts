/**
 * The signal controllers' line to whoever advises them: each simulated second one report, and the answer's wishes back to
 * the lights. It never holds up the simulation: one report is under way at a time, the newest state is the next one
 * sent, and an answer that comes after its wishes have lapsed is dropped (TR-158). Whoever is away is asked again; the
 * signals run their own plans meanwhile.
 */
import { z } from 'zod';
import {
  portPlan,
  type PortAnswer,
  type PortJunction,
  type PortReport,
  type PortState,
} from '../../server/contract/signal-port.ts';
import { whatIfOffer, type WhatIfOffer } from '../../server/contract/what-if.ts';
import { reasonOf } from '../publish/transport.ts';

export const SIGNAL_PORT_FEED = 'sim-signal-port';
const SIGNAL_PORT_PATH = '/api/v1/signal-port';

export interface PortSource {
  describe(): PortJunction[];
  states(): PortState[];
  apply(answer: PortAnswer, atS: number): void;
}

export interface SignalClientOptions {
  /** Where reports are posted. */
  readonly url: string;
  readonly token: string;
  readonly port: PortSource;
  /** The controllers' clock, s. */
  readonly nowS: () => number;
  /** Wall clock, ms, for the back-off. */
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Takes what-if runs; absent: none are taken. */
  readonly onWhatIf?: (offer: WhatIfOffer) => void;
  readonly waits?: Partial<typeof WAITS_MS>;
}

const WAITS_MS = {
  firstBackOff: 1_000,
  maxBackOff: 15_000,
  /** Between two tries of a server that has no such door. */
  absent: 30_000,
  answer: 5_000,
};

const answerSchema = z.object({
  describe: z.boolean(),
  validS: z.number().min(0).max(60),
  wanted: z.record(z.string(), z.number().int()),
  plans: z.record(z.string(), portPlan.nullable()).default({}),
  // One that cannot be read is no reason not to obey the rest.
  whatIf: whatIfOffer.optional().catch(undefined),
});

export interface SignalClientStats {
  readonly asked: number;
  readonly answered: number;
  /** Answers whose wishes had lapsed when they came. */
  readonly late: number;
  readonly failed: number;
}

export class SignalClient {
  readonly #options: SignalClientOptions;
  readonly #waits: typeof WAITS_MS;
  #described = false;
  #underWay: Promise<void> | null = null;
  #saidAtS = -Infinity;
  #notBeforeMs = 0;
  #backOffMs: number;
  #trouble = '';
  #asked = 0;
  #answered = 0;
  #late = 0;
  #failed = 0;

  constructor(options: SignalClientOptions) {
    this.#options = options;
    this.#waits = { ...WAITS_MS, ...options.waits };
    this.#backOffMs = this.#waits.firstBackOff;
  }

  stats(): SignalClientStats {
    return { asked: this.#asked, answered: this.#answered, late: this.#late, failed: this.#failed };
  }

  /** After each step; asks where a second has passed and nothing is under way. */
  tick(): void {
    const { nowS, nowMs, signal } = this.#options;
    if (this.#underWay !== null || signal.aborted) return;
    if (nowS() < this.#saidAtS + 1 || nowMs() < this.#notBeforeMs) return;
    this.#saidAtS = nowS();
    this.#underWay = this.#ask(this.#saidAtS).finally(() => {
      this.#underWay = null;
    });
  }

  /** Until nothing is under way. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  /** Never rejects. */
  async #ask(atS: number): Promise<void> {
    const { url, token, port, nowS, onWhatIf, log, signal } = this.#options;
    const report: PortReport = {
      feed: SIGNAL_PORT_FEED,
      atS,
      ...(this.#described ? {} : { describe: port.describe() }),
      states: port.states(),
      ...(onWhatIf && { forks: true }),
    };
    this.#asked++;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(report),
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#waits.answer)]),
      });
      if (!response.ok) {
        await response.body?.cancel();
        this.#fail(
          response.status === 404 ? 'nobody advises the signals there' : `status ${response.status}`,
          response.status === 404 ? this.#waits.absent : this.#nextBackOff(),
        );
        return;
      }
      const parsed = answerSchema.safeParse(await response.json());
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        this.#fail(`not an answer: ${issue?.path.join('.')}: ${issue?.message}`, this.#nextBackOff());
        return;
      }
      this.#answered++;
      this.#described = !parsed.data.describe;
      this.#backOffMs = this.#waits.firstBackOff;
      if (this.#trouble !== '') log('signals: advised again');
      this.#trouble = '';
      const { whatIf, ...wishes } = parsed.data;
      if (nowS() > atS + wishes.validS) this.#late++;
      else port.apply(wishes, atS);
      if (whatIf) onWhatIf?.(whatIf);
    } catch (cause) {
      if (!signal.aborted) this.#fail(reasonOf(cause), this.#nextBackOff());
    }
  }

  #nextBackOff(): number {
    const wait = this.#backOffMs;
    this.#backOffMs = Math.min(this.#waits.maxBackOff, wait * 2);
    return wait;
  }

  #fail(reason: string, waitMs: number): void {
    this.#failed++;
    // Whoever comes back may have forgotten all.
    this.#described = false;
    if (this.#trouble !== reason)
      this.#options.log(`signals: ${reason}; they run their own plans until it works`);
    this.#trouble = reason;
    this.#notBeforeMs = this.#options.nowMs() + waitMs;
  }
}

/** Where to post, by what was asked for: `server` (the one that is published to), `none`, or an address. */
export function signalPortUrl(asked: string, server: string): string | null {
  if (asked === 'none') return null;
  return asked === 'server' ? new URL(SIGNAL_PORT_PATH, server).href : new URL(asked).href;
}
