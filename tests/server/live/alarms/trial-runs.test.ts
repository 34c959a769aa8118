/** Trial runs on their threads, over the history that a live engine wrote. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultRulebook } from '../../../../server/city/rulebook/default-rulebook.ts';
import { StreamingBaselines } from '../../../../server/domain/alarms/usual/baseline.ts';
import { EarlierIndex } from '../../../../server/domain/alarms/usual/earlier.ts';
import { makeLocalClock } from '../../../../server/domain/rules/local-clock.ts';
import { TrialRuns } from '../../../../server/live/alarms/trial-runs.ts';
import type { HistoryRow } from '../../../../server/live/ports.ts';
import { SqliteHistory } from '../../../../server/storage/sqlite-history.ts';
import { aRule } from '../../../support/alarm-life.ts';
import { alarmWorld } from '../../../support/alarm-world.ts';
import { callOf, START_MS } from '../../../support/live-world.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const MINUTE = 60_000;
const rules = [
  aRule('high', { subject: 'station', when: 'station.levelM > 5.0', until: 'station.levelM < 4.0' }),
  aRule('slow', { when: 'link.speedKph < 10.0', until: 'link.speedKph > 20.0', groupM: 400 }),
  aRule('open', {
    subject: 'incident',
    when: 'incident.severity <= 2.0',
    suppressWhen: 'clock.hour >= 18.0',
  }),
  aRule('again', { subject: 'incident', when: 'incident.earlier("crime.theft", 1.0, 200.0) >= 1.0' }),
];

/** Each thread reads the whole language of rules first. */
const onThreads = { timeout: 120_000 };

describe('a trial run over what was lived', () => {
  it('AL-183 finds the alarms that rang live, to the minute', onThreads, async () => {
    const history = await SqliteHistory.open(join(temporaryFolder(), 'history.db'), (e) => {
      throw e;
    });
    const world = await alarmWorld({ rules, history });
    onTestFinished(async () => {
      await world.engine.alarmQueries.close();
      await history.close();
    });
    const place = { lon: 118.602, lat: 30.202 };
    for (let minute = 0; minute < 90; minute++) {
      await world.pass(30);
      const at = world.nowMs;
      // The river rises and falls, the road is slow half of the time, calls come and are closed.
      await world.station('st-river', { levelM: 4 + 2.5 * Math.sin(minute / 5) });
      const speedKph = minute % 20 < 10 ? 30 : 5;
      for (const id of ['d-1', 'd-2'])
        await world.observe('loops', { type: 'detector', id, at, speedKph, flowVph: 400, intervalS: 60 });
      if (minute % 15 === 0)
        await world.observe('calls', callOf(`c${minute}`, at, { severity: 2, ...place }));
      if (minute % 15 === 7)
        await world.observe(
          'calls',
          callOf(`c${minute - 7}`, at, { severity: 2, status: 'closed', ...place }),
        );
      await world.pass(30);
    }
    for (const rule of rules) {
      const raised = world
        .entries('alarm.raised', 'alarm.repeated')
        .map(({ payload }) => payload as { readonly id: string; readonly atMs: number })
        .filter(({ id }) => id.startsWith(`${rule.id}:`))
        .map(({ id, atMs }) => [id.slice(rule.id.length + 1), Math.ceil((atMs - START_MS) / MINUTE)]);
      const answer = await world.engine.alarmQueries.dryRun(rule, 2);
      if (!answer.ok) throw new Error(answer.error.code);
      const { proposed, current } = answer.value;
      const found = proposed.episodes.map((e) => [e.subject.id, Math.ceil((e.fromMs - START_MS) / MINUTE)]);
      expect(raised.length).toBeGreaterThan(2);
      expect(found.map(String).toSorted()).toEqual(raised.map(String).toSorted());
      expect(current).toEqual(proposed);
      expect(answer.value).toMatchObject({ fromMs: START_MS, untilMs: world.nowMs, stepS: 60 });
    }
  });
});

const setup = {
  proposed: rules[0]!,
  current: null,
  others: [],
  links: [],
  places: { facilities: [], districts: [] },
  calendar: defaultRulebook.calendar,
  timeZone: 'UTC',
  earlier: new EarlierIndex(),
  baselines: new StreamingBaselines(makeLocalClock(defaultRulebook.calendar, 'UTC')).export(),
};
const row = (minute: number, facts: string | null = null): HistoryRow => ({
  atMs: START_MS + minute * MINUTE,
  facts,
  full: false,
  speeds: null,
  filled: null,
});
const rising = [
  row(0, JSON.stringify([{ kind: 'station', id: 'a', facts: { levelM: 6 } }])),
  row(9, JSON.stringify([{ kind: 'station', id: 'a', facts: { levelM: 1 } }])),
];
/** Rows page by page; `gate` holds up the first page. */
const historyOf = (rows: readonly HistoryRow[], gate: Promise<void> = Promise.resolve()) => ({
  fullBefore: async () => rows[0]?.atMs ?? null,
  rows: async (afterMs: number) => {
    await gate;
    return rows.filter((r) => r.atMs > afterMs).slice(0, 1);
  },
});
const until = (): number => START_MS + 60 * MINUTE;
const runs = (...args: Parameters<typeof historyOf>): TrialRuns => new TrialRuns(historyOf(...args), until);
function held(): { gate: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  return { gate, open };
}
const codes = async (...of: ReturnType<TrialRuns['run']>[]): Promise<string[]> =>
  (await Promise.all(of)).map((answer) => (answer.ok ? 'done' : answer.error.code));

describe('trial runs', () => {
  it('AL-185 go over the last hours, page by page, on a thread', onThreads, async () => {
    const later = [row(40, rising[0]!.facts), row(50, rising[1]!.facts)];
    const answer = await runs([...rising, ...later]).run(setup, 0.5);
    expect(answer).toMatchObject({
      ok: true,
      value: {
        fromMs: START_MS + 30 * MINUTE,
        untilMs: until(),
        stepS: 60,
        current: null,
        proposed: {
          rung: 1,
          episodes: [{ fromMs: START_MS + 40 * MINUTE, untilMs: START_MS + 50 * MINUTE }],
        },
      },
    });
  });

  it('AL-185 are refused while four wait, and where there is no history', async () => {
    const { gate, open } = held();
    const empty = { ...historyOf([]), fullBefore: () => gate.then(() => null) };
    const trials = new TrialRuns(empty, until);
    const waiting = [1, 2, 3, 4].map(() => trials.run(setup, 1));
    expect(await codes(trials.run(setup, 1))).toEqual(['rate-limited']);
    open();
    expect(await codes(...waiting)).toEqual(['no-history', 'no-history', 'no-history', 'no-history']);
    expect(await codes(trials.run(setup, 1))).toEqual(['no-history']);
  });

  it('AL-185 that take too long are ended, also between two pages, and the next has its turn', async () => {
    const slow = { ...historyOf(rising), rows: async () => [row(1)] };
    const trials = new TrialRuns(slow, until, 1);
    expect(await codes(trials.run(setup, 1), trials.run(setup, 1))).toEqual([
      'took-too-long',
      'took-too-long',
    ]);
    const late = {
      ...historyOf(rising),
      rows: () => new Promise<HistoryRow[]>((resolve) => setTimeout(() => resolve([row(1)]), 300)),
    };
    const held = new TrialRuns(late, until, 1);
    expect(await codes(held.run(setup, 1), held.run(setup, 1))).toEqual(['took-too-long', 'took-too-long']);
  });

  it('AL-185 that fail say so, end no server, and the next has its turn', onThreads, async () => {
    const rows = [row(0, 'no JSON')];
    const trials = runs(rows);
    await expect(trials.run(setup, 1)).rejects.toThrow(/JSON/);
    await expect(trials.run({ ...setup, places: undefined as never }, 1)).rejects.toThrow(/facilities/);
    rows[0] = rising[0]!;
    expect(await codes(trials.run(setup, 1))).toEqual(['done']);
  });

  it('AL-185 end when the server stops, those that wait, too', async () => {
    const { gate, open } = held();
    const trials = runs(rising, gate);
    const two = [trials.run(setup, 1), trials.run(setup, 1)];
    await new Promise((resolve) => setTimeout(resolve, 50));
    await trials.stop();
    open();
    expect(await codes(...two, trials.run(setup, 1))).toEqual([
      'shutting-down',
      'shutting-down',
      'shutting-down',
    ]);
  });
});
