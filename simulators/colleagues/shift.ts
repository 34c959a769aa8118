/**
 * Simulated colleagues on duty: whatever people do not take in hand is dispatched, worked, verified and judged with the
 * same commands that people give, at the pace of people.
 */
import { randomUUID } from 'node:crypto';
import { nap } from '../publish/nap.ts';
import { reasonOf } from '../publish/transport.ts';
import { Console, seats } from './console.ts';
import { Desk, type Due } from './desk.ts';

export interface ColleaguesOptions {
  readonly server: string;
  readonly seed: number;
  /** Simulated seconds a second. */
  readonly speed: number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface ColleaguesStats {
  readonly cases: number;
  readonly given: number;
  readonly refused: Readonly<Record<string, number>>;
}

export interface Colleagues {
  setSpeed(speed: number): void;
  stats(): ColleaguesStats;
  /** When the signal is aborted and nothing is under way any more. */
  readonly ended: Promise<void>;
}

const TICK_MS = 250;
/** Acts a second at the speed of the clock, and at most; a backlog is worked off at this pace. */
const PER_SECOND = 3;
const MOST_PER_SECOND = 10;
const BURST = 4;
const MOST_UNDER_WAY = 4;
/** A command that was not delivered is given again under its id, so that it is never done twice. */
const DELIVERIES_MS = [1_000, 4_000];

export function startColleagues(options: ColleaguesOptions): Colleagues {
  const { log, signal } = options;
  let perSecond = pace(options.speed);
  const given = { count: 0 };
  const refused: Record<string, number> = {};
  const terminal = new Console({
    server: options.server,
    onIncidents: (ids) => {
      const nowMs = terminal.nowMs();
      for (const id of ids) desk.changed(id, nowMs);
    },
    log,
    signal,
  });
  const desk = new Desk({
    seed: options.seed,
    records: terminal.mirror.records,
    speed: options.speed,
    own: Object.values(seats),
  });
  const underWay = new Set<Promise<void>>();
  let tokens = BURST;
  let lastMs = performance.now();

  const perform = async (due: Due): Promise<void> => {
    const { act } = due;
    if (act.do === 'look') {
      desk.looked(due, await terminal.recommendation(due.incident), terminal.nowMs());
      return;
    }
    const { type, payload } = act;
    const command = {
      id: randomUUID(),
      type,
      payload,
      ...(due.expected === undefined ? {} : { expected: due.expected }),
    };
    let answer = await terminal.command(act.as, command);
    for (const waitMs of DELIVERIES_MS) {
      if (answer !== null || signal.aborted) break;
      await nap(waitMs, signal);
      answer = await terminal.command(act.as, command);
    }
    given.count++;
    if (answer?.ok === false) {
      const what = `${type}: ${answer.refusal.code}`;
      refused[what] = (refused[what] ?? 0) + 1;
    }
    desk.answered(due, answer, terminal.nowMs());
  };

  const tick = (): void => {
    const nowMs = performance.now();
    tokens = Math.min(BURST, tokens + ((nowMs - lastMs) / 1_000) * perSecond);
    lastMs = nowMs;
    while (terminal.synced && tokens >= 1 && underWay.size < MOST_UNDER_WAY) {
      const due = desk.next(terminal.nowMs());
      if (due === null) break;
      tokens--;
      const done = perform(due)
        .catch((cause: unknown) => log(`colleagues: ${reasonOf(cause)}`))
        .finally(() => underWay.delete(done));
      underWay.add(done);
    }
  };
  const timer = setInterval(tick, TICK_MS);
  log('simulated colleagues are on duty');
  return {
    setSpeed: (speed) => {
      perSecond = pace(speed);
      desk.setSpeed(speed);
    },
    stats: () => ({ cases: desk.cases, given: given.count, refused: { ...refused } }),
    ended: new Promise<void>((resolve) => {
      const end = (): void => {
        clearInterval(timer);
        void Promise.all(underWay).then(() => resolve());
      };
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    }),
  };
}

const pace = (speed: number): number => Math.min(MOST_PER_SECOND, PER_SECOND * Math.max(1, speed));
