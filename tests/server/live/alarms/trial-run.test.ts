/** Rules tried on a made-up history: what of it rings, and how that is counted. */
import { describe, expect, it } from 'vitest';
import { City } from '../../../../server/city/city.ts';
import { defaultRulebook } from '../../../../server/city/rulebook/default-rulebook.ts';
import type { AlarmRuleInput } from '../../../../server/contract/alarms.ts';
import { StreamingBaselines } from '../../../../server/domain/alarms/usual/baseline.ts';
import { EarlierIndex } from '../../../../server/domain/alarms/usual/earlier.ts';
import { makeLocalClock } from '../../../../server/domain/rules/local-clock.ts';
import { fixedLinkFacts } from '../../../../server/live/alarms/link-facts.ts';
import { TrialRun, type TrialOutcome, type TrialSetup } from '../../../../server/live/alarms/trial-run.ts';
import type { FactSample, HistoryRow } from '../../../../server/live/ports.ts';
import { aRule } from '../../../support/alarm-life.ts';
import { START_MS } from '../../../support/live-world.ts';
import { smallPack, smallPackAt } from '../../../support/small-pack.ts';

const MINUTE = 60_000;
const calendar = defaultRulebook.calendar;
const timeZone = 'Asia/Shanghai';
/** Friday, 16:00 in Shanghai. */
const at = (minute: number): number => START_MS + minute * MINUTE;
const city = City.fromPack(smallPack());

const high = aRule('high', { subject: 'station', when: 'station.levelM > 5.0' });
const setup = (more: Partial<TrialSetup>): TrialSetup => ({
  proposed: high,
  current: null,
  others: [],
  links: [],
  calendar,
  timeZone,
  places: { facilities: [], districts: [] },
  baselines: new StreamingBaselines(makeLocalClock(calendar, timeZone)).export(),
  earlier: new EarlierIndex(),
  beginMs: at(0),
  fromMs: at(0),
  ...more,
});

type Row = Partial<Pick<HistoryRow, 'full' | 'speeds' | 'filled'>> & {
  readonly facts?: readonly FactSample[];
};
/** By minute: what was sampled. */
function tried(
  more: Partial<TrialSetup>,
  rows: Readonly<Record<number, Row>>,
  untilMinute = 60,
): TrialOutcome {
  const run = new TrialRun(setup(more));
  for (const [minute, { facts = [], full = false, speeds = null, filled = null }] of Object.entries(rows))
    run.row({ atMs: at(Number(minute)), facts: JSON.stringify(facts), full, speeds, filled });
  return run.finish(at(untilMinute));
}
const level = (levelM: number | null, id = 'a', eastM = 0): Row => ({
  facts: [
    { kind: 'station', id, facts: { levelM }, name: { zh: id, en: id }, position: smallPackAt(eastM, 0) },
  ],
});
const many = (...rows: Row[]): Row => ({ facts: rows.flatMap((r) => r.facts ?? []) });
/** From minute to minute, by subject; null: it lasts. */
const episodes = ({ proposed }: TrialOutcome): unknown[][] =>
  proposed.episodes.map(({ subject, fromMs, untilMs }) => [
    subject.id,
    (fromMs - START_MS) / MINUTE,
    untilMs === null ? null : (untilMs - START_MS) / MINUTE,
  ]);
const rule = (more: Partial<AlarmRuleInput>) =>
  aRule('tried', { subject: 'station', when: 'station.levelM > 5.0', ...more });

describe('a rule that is tried', () => {
  it('AL-183 says what would have rung, when, for how long and where', () => {
    const outcome = tried(
      {},
      { 0: many(level(1), level(9, 'b')), 2: level(6), 7: level(4), 12: level(7), 30: level(1) },
    );
    expect(episodes(outcome)).toEqual([
      ['b', 0, null],
      ['a', 2, 7],
      ['a', 12, 30],
    ]);
    expect(outcome).toMatchObject({ current: null, proposed: { rule: high, rung: 3, annunciated: 3 } });
    expect(outcome.proposed.activeS).toEqual({ p50: 18 * 60, p90: 3_600, longest: 3_600 });
    expect(outcome.proposed.subjects.map((s) => [s.subject.id, s.times, s.activeS])).toEqual([
      ['a', 2, 23 * 60],
      ['b', 1, 3_600],
    ]);
    expect(outcome.proposed.bins).toEqual([
      { atMs: at(0), rung: 2 },
      { atMs: at(10), rung: 1 },
    ]);
    expect(outcome.proposed.episodes[1]!.facts).toEqual([
      { field: 'station.levelM', value: 6, op: '>', limit: 5 },
    ]);
    const nothing = tried({}, { 0: level(1) });
    expect(nothing.proposed).toMatchObject({
      rung: 0,
      activeS: { p50: null, p90: null, longest: null },
      bins: [],
    });
  });

  it('AL-183 stands beside the one in force, each on its own', () => {
    const current = { ...high, when: 'station.levelM > 8.0' };
    const outcome = tried({ current }, { 0: level(6), 5: level(9), 9: level(1) });
    expect([outcome.proposed.rung, outcome.current?.rung]).toEqual([1, 1]);
    expect(outcome.current).toMatchObject({ rule: current, activeS: { longest: 4 * 60 } });
    expect(outcome.proposed.activeS.longest).toBe(9 * 60);
  });

  it('AL-183 what rings before the time that counts only warms up', () => {
    const outcome = tried(
      { fromMs: at(10) },
      { 0: level(6), 5: level(6, 'b'), 12: level(1), 15: level(7), 20: level(1, 'b') },
    );
    expect(episodes(outcome)).toEqual([['a', 15, null]]);
    expect(outcome.proposed.annunciated).toBe(1);
    const delayed = rule({ onDelayS: 600 });
    expect(episodes(tried({ proposed: delayed, fromMs: at(8) }, { 0: level(6), 30: level(1) }))).toEqual([
      ['a', 10, 30],
    ]);
  });

  it('AL-183 an operator hears once what is grouped or explained, and nothing of what is suppressed', () => {
    const rows = {
      0: many(level(6), level(6, 'b', 100), level(6, 'c', 900)),
      5: level(1, 'c', 900),
      7: level(8, 'c', 900),
    };
    const grouped = tried({ proposed: rule({ groupM: 200 }) }, rows);
    expect([grouped.proposed.rung, grouped.proposed.annunciated]).toEqual([4, 3]);
    const cause = aRule('cause', {
      subject: 'station',
      when: 'station.levelM > 5.0',
      where: 'station.id == "a"',
      explains: [{ rule: 'tried' }],
    });
    const explained = tried({ proposed: rule({ where: 'station.id != "a"' }), others: [cause] }, rows);
    expect([explained.proposed.rung, explained.proposed.annunciated]).toEqual([3, 0]);
    const suppressed = tried({ proposed: rule({ suppressWhen: 'station.id != "b"' }) }, rows);
    expect([suppressed.proposed.rung, suppressed.proposed.annunciated]).toEqual([1, 1]);
  });

  it('AL-183 what comes into sight while it lasts begins then, once', () => {
    const told = (levelM: number, rain: number): Row => ({
      facts: [{ kind: 'station', id: 'a', facts: { levelM, rainMmH: rain } }],
    });
    const proposed = rule({ suppressWhen: 'station.rainMmH > 10.0' });
    const outcome = tried(
      { proposed },
      { 0: told(6, 20), 5: told(6, 0), 8: told(6, 20), 9: told(6, 0), 20: told(1, 0) },
    );
    expect(episodes(outcome)).toEqual([['a', 5, 20]]);
    expect(outcome.proposed).toMatchObject({ rung: 1, annunciated: 1 });
    const seenBefore = tried(
      { proposed, fromMs: at(7) },
      { 0: told(6, 0), 8: told(6, 20), 9: told(6, 0), 20: told(1, 0) },
    );
    expect(episodes(seenBefore)).toEqual([]);
  });
});

const incident = (id: string, severity: number, atMs = at(0)): FactSample => ({
  kind: 'incident',
  id,
  position: smallPackAt(300, 300),
  facts: { severity, category: 'fire.structure', ageMin: atMs },
});
const severe = (when = 'incident.severity == 1.0') => aRule('tried', { subject: 'incident', when });

describe('the history that it sees', () => {
  it('AL-184 what is gone is over, also where only a full sample tells so', () => {
    const gone: Row = { facts: [{ kind: 'incident', id: 'a', facts: {}, gone: true }] };
    const outcome = tried(
      { proposed: severe() },
      {
        0: { facts: [incident('a', 1), incident('b', 1)], full: true },
        5: gone,
        9: { facts: [level(9).facts![0]!], full: true },
        12: { facts: [incident('c', 1)] },
        60: { facts: [incident('c', 1)], full: true },
      },
    );
    expect(episodes(outcome)).toEqual([
      ['a', 0, 5],
      ['b', 0, 9],
      ['c', 12, null],
    ]);
  });

  it('AL-184 a full sample does not end what it cannot name', () => {
    const outcome = tried({}, { 0: level(6), 5: { facts: [], full: true }, 9: level(1) });
    expect(episodes(outcome)).toEqual([['a', 0, 9]]);
  });

  const links = fixedLinkFacts(city, at(30));
  /** Speeds by index, the others not measured. */
  const speeds = (
    of: Readonly<Record<number, number>>,
    filled: Readonly<Record<number, number>> = {},
  ): Row => {
    const row = (values: Readonly<Record<number, number>>): Uint8Array => {
      const out = new Uint8Array(Math.max(...Object.keys(of).map(Number)) + 1).fill(255);
      for (const [i, v] of Object.entries(values)) out[Number(i)] = v;
      return out;
    };
    return { speeds: row(of), filled: row(filled) };
  };
  const id = (index: number): string => city.linkAt(index).id;

  it('AL-184 a link that is not measured is not known, also behind the last one that is', () => {
    const slow = aRule('tried', {
      when: 'link.speedKph < 10.0',
      until: '!has(link.speedKph) || link.speedKph > 20.0',
    });
    const rows = {
      0: speeds({ 0: 50, 3: 5, 9: 5 }),
      4: speeds({ 0: 50, 3: 255, 4: 30 }),
      6: speeds({ 0: 4 }),
      8: speeds({ 0: 30 }),
    };
    expect(episodes(tried({ proposed: slow, links }, rows))).toEqual([
      [id(3), 0, 4],
      [id(9), 0, 4],
      [id(0), 6, 8],
    ]);
  });

  it('AL-184 a link was heard when it was measured last, and holds as many vehicles as it was full', () => {
    const silent = aRule('tried', { when: 'link.silentS > 300.0' });
    const rows = { 0: speeds({ 0: 50, 1: 50 }), 3: speeds({ 0: 50 }), 30: speeds({ 0: 50 }) };
    expect(episodes(tried({ proposed: silent, links }, rows)).map(([link]) => link)).toEqual([
      id(1),
      id(0),
      id(0),
    ]);
    const crowded = aRule('tried', { when: 'link.vehicles >= 12.0' });
    const room = city.linkLengthM(0) * city.linkAt(0).lanes;
    const filled = (vehicles: number): number => Math.round((100 * vehicles * 7.5) / room);
    const filling = {
      0: speeds({ 0: 9 }, { 0: filled(11) }),
      1: speeds({ 0: 9 }, { 0: filled(12) }),
      2: speeds({ 0: 9 }),
    };
    expect(episodes(tried({ proposed: crowded, links }, filling))).toEqual([[id(0), 1, null]]);
  });

  it('AL-184 the clock of the city runs from where the history begins', () => {
    const proposed = rule({ when: 'station.levelM > 5.0 && clock.hour >= 16.5 && clock.weekday == 5.0' });
    expect(episodes(tried({ proposed, links }, { 0: level(6), 45: level(1) }))).toEqual([['a', 30, 45]]);
  });

  it('AL-184 incidents of long ago count for what was there before', () => {
    const earlier = new EarlierIndex();
    earlier.add('old', 'fire.structure', smallPackAt(310, 300), at(0) - 400 * 86_400_000);
    earlier.add('later', 'fire.structure', smallPackAt(310, 300), at(20));
    const proposed = severe('incident.earlier("fire.structure", 1000.0, 100.0) >= 1.0');
    const rows = { 0: { facts: [incident('a', 3)] } };
    expect(episodes(tried({ proposed, earlier }, rows))).toEqual([['a', 0, null]]);
    expect(episodes(tried({ proposed }, rows))).toEqual([]);
    // As it comes from another thread.
    expect(episodes(tried({ proposed, earlier: structuredClone(earlier) }, rows))).toHaveLength(1);
  });

  it('AL-184 what is usual is what is known now', () => {
    const baselines = new StreamingBaselines(makeLocalClock(calendar, timeZone));
    for (let minute = -60; minute < 60; minute++) baselines.learn('station:a:levelM', 1, at(minute));
    const proposed = rule({ when: 'station.levelM_dev > 5.0' });
    const outcome = tried(
      { proposed, baselines: baselines.export() },
      { 0: level(1.1), 5: level(3), 9: level(1) },
    );
    expect(episodes(outcome)).toEqual([['a', 5, 9]]);
  });
});
