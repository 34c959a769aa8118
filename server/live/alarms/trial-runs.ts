/**
 * Trial runs asked for by people, one after the other, each on a thread of its own so that the live picture never waits. A
 * run that takes too long is ended.
 */
import { Worker } from 'node:worker_threads';
import type { DryRunAnswer } from '../../contract/alarm-api.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { FACT_STEP_MS } from './fact-recorder.ts';
import type { History } from '../ports.ts';
import type { TrialMessage } from './trial-worker.ts';
import type { TrialOutcome, TrialSetup } from './trial-run.ts';

/** Moments in one message. */
const PAGE_ROWS = 120;
const MOST_WAITING = 4;
const TOO_LONG_MS = 60_000;

type Answered = Result<DryRunAnswer, Refusal>;
type Setup = Omit<TrialSetup, 'beginMs' | 'fromMs'>;

export class TrialRuns {
  private readonly history: Pick<History, 'rows' | 'fullBefore'>;
  private readonly nowMs: () => number;
  private readonly tooLongMs: number;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private readonly workers = new Set<Worker>();
  private stopped = false;

  constructor(
    history: Pick<History, 'rows' | 'fullBefore'>,
    nowMs: () => number,
    tooLongMs: number = TOO_LONG_MS,
  ) {
    this.history = history;
    this.nowMs = nowMs;
    this.tooLongMs = tooLongMs;
  }

  /** Runs over the last `hours`, or as much of them as there is. Refused while too many wait, or where there is no history. */
  async run(setup: Setup, hours: number): Promise<Answered> {
    if (this.waiting >= MOST_WAITING) return err({ code: 'rate-limited' });
    this.waiting++;
    const mine = this.last.then(() => this.runNow(setup, hours));
    this.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.waiting--;
    }
  }

  /** Ends what runs, and what waits. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.workers].map((w) => w.terminate()));
  }

  private async runNow(setup: Setup, hours: number): Promise<Answered> {
    const startedAt = performance.now();
    const untilMs = this.nowMs();
    const wantedMs = untilMs - hours * 3_600_000;
    const beginMs = this.stopped ? null : await this.history.fullBefore(wantedMs);
    if (this.stopped) return err({ code: 'shutting-down' });
    if (beginMs === null) return err({ code: 'no-history' });
    const fromMs = Math.max(wantedMs, beginMs);
    const outcome = await this.onThread({ ...setup, beginMs, fromMs }, untilMs);
    if (outcome === null) return err({ code: this.stopped ? 'shutting-down' : 'took-too-long' });
    const tookMs = Math.round(performance.now() - startedAt);
    return ok({ fromMs, untilMs, stepS: FACT_STEP_MS / 1_000, tookMs, ...outcome });
  }

  /** Null where it was ended from here. @throws what the run threw. */
  private async onThread(setup: TrialSetup, untilMs: number): Promise<TrialOutcome | null> {
    const worker = new Worker(new URL('./trial-worker.ts', import.meta.url), {
      workerData: setup,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: 1_024 },
    });
    this.workers.add(worker);
    const ended = new Promise<never>((_, reject) => {
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the trial run ended (code ${code})`)));
    });
    // It may end while nobody waits for it.
    ended.catch(() => undefined);
    const ask = (message: TrialMessage): Promise<{ readonly outcome?: TrialOutcome }> => {
      const answered = new Promise<{ readonly outcome?: TrialOutcome }>((resolve) => {
        worker.once('message', resolve);
      });
      worker.postMessage(message);
      return Promise.race([answered, ended]);
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      void worker.terminate();
    }, this.tooLongMs);
    try {
      let afterMs = setup.beginMs - 1;
      for (;;) {
        const rows = await this.history.rows(afterMs, untilMs, PAGE_ROWS);
        if (rows.length === 0) break;
        await ask({ rows });
        afterMs = rows.at(-1)!.atMs;
      }
      return (await ask({ untilMs })).outcome ?? null;
    } catch (cause) {
      if (late || this.stopped) return null;
      throw cause;
    } finally {
      clearTimeout(timer);
      this.workers.delete(worker);
      await worker.terminate();
    }
  }
}
