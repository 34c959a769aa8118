/**
 * What-if runs for the server: what the signal port's answer offers is made in threads beside the live traffic, and how it
 * goes is posted with the feed's token. One at a time; a run that the server no longer wants is ended.
 */
import type { WhatIfOffer, WhatIfRequest, WhatIfResult } from '../../server/contract/what-if.ts';
import type {
  ForkOutcome,
  WhatIfAnswer as Forked,
  WhatIfRequest as ForkRequest,
  WhatIfWatch,
} from '../control/fork.ts';
import { reasonOf } from '../publish/transport.ts';

const RESULTS_PATH = '/api/v1/what-if-results';
const PROGRESS_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 10_000;
const TRIES = 5;
const TRY_AGAIN_MS = 2_000;
/** Speeds that differ by less are the same. */
const DIFFERS = 0.1;
/** Standard deviation of a vehicle's speed on a link over its mean, where some stop at a light and some do not. */
const SPREAD = 0.5;

export interface WhatIfClientOptions {
  /** Where results are posted. */
  readonly url: string;
  readonly token: string;
  readonly feed: string;
  /** Demand over the hour's usual, now. */
  readonly demandFactor: () => number;
  /** @throws with a sentence where it cannot. */
  readonly fork: (request: ForkRequest, watch: WhatIfWatch) => Promise<Forked>;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  readonly tryAgainMs?: number;
}

type Said = Omit<WhatIfResult, 'feed' | 'id'>;

export class WhatIfClient {
  readonly #options: WhatIfClientOptions;
  #underWay: Promise<void> | null = null;
  /** Offers may come again before the server has heard of the last word. */
  #last = '';

  constructor(options: WhatIfClientOptions) {
    this.#options = options;
  }

  /** Begins what is offered, unless one is under way or this was the last one. */
  take(offer: WhatIfOffer): void {
    if (this.#underWay !== null || offer.id === this.#last || this.#options.signal.aborted) return;
    this.#last = offer.id;
    this.#underWay = this.#run(offer).finally(() => {
      this.#underWay = null;
    });
  }

  /** Until nothing is under way. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  /** Never rejects. */
  async #run({ id, request }: WhatIfOffer): Promise<void> {
    const { fork, log, signal } = this.#options;
    const unwanted = new AbortController();
    let share = 0;
    let saying = this.#say(id, { state: 'running', progress: 0 });
    const tell = setInterval(() => {
      saying = saying.then(async () => {
        const wanted = await this.#say(id, { state: 'running', progress: share });
        if (wanted === false) unwanted.abort();
        return wanted;
      });
    }, PROGRESS_EVERY_MS);
    let last: Said;
    try {
      log(`what-if ${id}: ${request.minutes} min`);
      const forked = await fork(forkOf(request, this.#options.demandFactor()), {
        onProgress: (p) => {
          share = p;
        },
        signal: AbortSignal.any([signal, unwanted.signal]),
      });
      log(`what-if ${id}: done in ${forked.tookS} s`);
      last = resultOf(forked, new Set(request.closeLinks));
    } catch (cause) {
      const en = reasonOf(cause).slice(0, 500);
      log(`what-if ${id}: ${en}`);
      last = { state: 'failed', progress: share, reason: { zh: `仿真未能完成：${en}`, en } };
    }
    clearInterval(tell);
    await saying;
    if (unwanted.signal.aborted || signal.aborted) return;
    await this.#lastWord(id, last);
  }

  /** What a run led to is worth trying again. */
  async #lastWord(id: string, said: Said): Promise<void> {
    const { signal, tryAgainMs = TRY_AGAIN_MS } = this.#options;
    for (let i = 0; i < TRIES && !signal.aborted; i++) {
      if ((await this.#say(id, said)) !== null) return;
      await new Promise((resolve) => setTimeout(resolve, tryAgainMs));
    }
  }

  /** Whether the server still wants the run; null: it could not be told. */
  async #say(id: string, said: Said): Promise<boolean | null> {
    const { url, token, feed, log, signal } = this.#options;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ feed, id, ...said }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      await response.body?.cancel();
      if (response.ok) return true;
      if (response.status >= 500) return null;
      log(`what-if ${id}: the server does not want it (status ${response.status})`);
      return false;
    } catch {
      // Whoever is away is told again.
      return null;
    }
  }
}

/** Demand is asked for over what it is now. */
function forkOf({ minutes, closeLinks, demandFactor }: WhatIfRequest, now: number): ForkRequest {
  return {
    minutes,
    changes: {
      closeLinks: [...closeLinks],
      reopenLinks: [],
      plans: {},
      ...(demandFactor !== undefined && { demandFactor: demandFactor * now }),
    },
    unchanged: {},
  };
}

/**
 * What differs by more than chance makes (two standard errors of the means of so many vehicles), and the totals: a small
 * change leads every vehicle another way, and a road that few drive on tells nothing. A closed road has no speed then: 0.
 */
export function resultOf(
  { unchanged, changed, tookS }: Pick<Forked, 'unchanged' | 'changed' | 'tookS'>,
  closed: ReadonlySet<string>,
): Said {
  const links = unchanged.links.flatMap((now, k) => {
    const { link, speedKph: nowKph } = now;
    const then = changed.links[k]!;
    if (nowKph === null || nowKph <= 0) return [];
    if (closed.has(link)) return [{ link, nowKph, thenKph: 0 }];
    const thenKph = then.speedKph;
    if (thenKph === null) return [];
    const vehicles = [now, then].map(({ flowVph }) => (flowVph * unchanged.seconds) / 3_600);
    const chance = 2 * SPREAD * Math.sqrt(vehicles.reduce((sum, n) => sum + 1 / n, 0));
    return Math.abs(thenKph - nowKph) < nowKph * Math.max(DIFFERS, chance) ? [] : [{ link, nowKph, thenKph }];
  });
  return {
    state: 'done',
    progress: 1,
    links,
    totals: {
      delayNowS: meanDelayS(unchanged),
      delayThenS: meanDelayS(changed),
      arrivedNow: unchanged.arrived,
      arrivedThen: changed.arrived,
    },
    tookMs: Math.round(tookS * 1_000),
  };
}

/** Over all who were under way or waited to enter. */
function meanDelayS({ delayH, arrived, vehiclesAtEnd, waitingOutside }: ForkOutcome): number {
  const vehicles = arrived + vehiclesAtEnd + waitingOutside;
  return vehicles === 0 ? 0 : Math.round((delayH * 36_000) / vehicles) / 10;
}

/** Where results go, by where reports go; null: whoever advises there is not the product's server. */
export function resultsUrl(asked: string, server: string): string | null {
  return asked === 'server' ? new URL(RESULTS_PATH, server).href : null;
}
