/**
 * What-if runs: asked for by people, made by a simulator that can fork its traffic. Nothing of them is journalled: they
 * decide nothing. Invariants: one run at a time for each simulator, few that wait, and none that never ends.
 */
import { randomUUID } from 'node:crypto';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { WhatIfAnswer } from '../../contract/signal-api.ts';
import type { LocalText } from '../../contract/text.ts';
import type { WhatIfOffer, WhatIfRequest, WhatIfResult } from '../../contract/what-if.ts';

const MOST_KEPT = 20;
const MOST_WAITING = 3;
const TIMEOUT_MS = 10 * 60_000;
const KEPT_MS = 60 * 60_000;
/** A simulator that has said nothing for so long is not counted on. */
const AWAY_MS = 30_000;

const TIMED_OUT: LocalText = {
  zh: '仿真在 10 分钟内没有给出结果',
  en: 'The simulator gave no result within 10 minutes',
};

interface Run {
  readonly feed: string;
  answer: WhatIfAnswer;
  /** Since it is this run's turn; null: it waits. */
  turnAtMs: number | null;
  begun: boolean;
  endedAtMs: number | null;
}

export interface WhatIfRunsDeps {
  readonly isLink: (id: string) => boolean;
  readonly nowMs: () => number;
}

export class WhatIfRuns {
  private readonly deps: WhatIfRunsDeps;
  /** In the order in which they were asked for. */
  private readonly runs = new Map<string, Run>();
  /** Feeds whose traffic can be forked, and when they were heard last. */
  private readonly heardAtMs = new Map<string, number>();

  constructor(deps: WhatIfRunsDeps) {
    this.deps = deps;
  }

  start(request: WhatIfRequest): Result<WhatIfAnswer, Refusal> {
    const nowMs = this.deps.nowMs();
    this.tick(nowMs);
    const unknown = request.closeLinks.find((link) => !this.deps.isLink(link));
    if (unknown !== undefined) return err({ code: 'unknown-object', detail: unknown });
    // A fork has nobody who decides its lights each second: it can only leave them to their plans.
    if (request.method !== undefined && request.method !== 'fixed')
      return err({ code: 'plans-only', detail: request.method });
    const [feed] = [...this.heardAtMs]
      .filter(([, atMs]) => nowMs - atMs < AWAY_MS)
      .map(([id]) => id)
      .toSorted((a, b) => this.openOf(a).length - this.openOf(b).length);
    if (feed === undefined) return err({ code: 'no-simulator' });
    const open = this.openOf(feed).length;
    if (open > MOST_WAITING || !this.makeRoom()) return err({ code: 'too-many-runs', detail: String(open) });
    const answer: WhatIfAnswer = { id: randomUUID(), state: 'running', progress: 0, request };
    this.runs.set(answer.id, { feed, answer, turnAtMs: null, begun: false, endedAtMs: null });
    this.nextTurn(nowMs);
    return ok(answer);
  }

  answer(id: string): WhatIfAnswer | null {
    return this.runs.get(id)?.answer ?? null;
  }

  /** A feed that takes runs reported: what it is to begin. */
  offer(feed: string): WhatIfOffer | undefined {
    const nowMs = this.deps.nowMs();
    this.heardAtMs.set(feed, nowMs);
    const run = this.openOf(feed).find((r) => r.turnAtMs !== null && !r.begun);
    return run && { id: run.answer.id, request: run.answer.request };
  }

  /** What a simulator says of a run; refused where it is not its run, or the run is over: then it may stop. */
  report(result: WhatIfResult): Refusal | null {
    const run = this.runs.get(result.id);
    if (run === undefined || run.feed !== result.feed || run.endedAtMs !== null || run.turnAtMs === null)
      return { code: 'not-found' };
    run.begun = true;
    const { id, request, progress } = run.answer;
    const { state, links, totals, tookMs, reason } = result;
    if (state === 'done' && totals === undefined) return { code: 'bad-field', detail: 'totals' };
    run.answer = {
      id,
      request,
      state,
      progress: state === 'done' ? 1 : Math.max(progress, result.progress),
      ...(state === 'failed' && reason && { reason }),
      ...(state === 'done' && {
        links: (links ?? []).filter(({ link }) => this.deps.isLink(link)),
        ...(totals && { totals }),
        ...(tookMs !== undefined && { tookMs }),
      }),
    };
    if (state !== 'running') this.end(run, this.deps.nowMs());
    return null;
  }

  /** Lets time pass. */
  tick(nowMs: number): void {
    for (const [id, run] of this.runs) {
      if (run.endedAtMs !== null && nowMs - run.endedAtMs >= KEPT_MS) this.runs.delete(id);
      else if (run.endedAtMs === null && run.turnAtMs !== null && nowMs - run.turnAtMs >= TIMEOUT_MS) {
        run.answer = { ...run.answer, state: 'failed', reason: TIMED_OUT };
        this.end(run, nowMs);
      }
    }
  }

  private end(run: Run, nowMs: number): void {
    run.endedAtMs = nowMs;
    this.nextTurn(nowMs);
  }

  /** The next one of each simulator that has none under way. */
  private nextTurn(nowMs: number): void {
    const busy = new Set<string>();
    for (const run of this.runs.values()) {
      if (run.endedAtMs !== null || busy.has(run.feed)) continue;
      busy.add(run.feed);
      run.turnAtMs ??= nowMs;
    }
  }

  private openOf(feed: string): Run[] {
    return [...this.runs.values()].filter((r) => r.feed === feed && r.endedAtMs === null);
  }

  /** Takes the oldest away that has ended, where there are too many. */
  private makeRoom(): boolean {
    if (this.runs.size < MOST_KEPT) return true;
    for (const [id, run] of this.runs) if (run.endedAtMs !== null) return this.runs.delete(id);
    return false;
  }
}
