/** What people ask about alarms and rules, of a whole engine. */
import { describe, expect, it } from 'vitest';
import type { AlarmRule } from '../../../../server/contract/alarms.ts';
import type { History } from '../../../../server/live/ports.ts';
import { aRule } from '../../../support/alarm-life.ts';
import { alarmWorld, type AlarmWorld } from '../../../support/alarm-world.ts';
import { noHistory } from '../../../support/no-history.ts';

const HOUR = 3_600_000;
const high = aRule('high', {
  subject: 'station',
  when: 'station.levelM > 5.0 && station.silentS < 600.0 && station.kind == "river" && city.vehicles >= 0.0',
  until: 'station.levelM < 4.0',
});
const full = aRule('full', { subject: 'facility', when: 'facility.spacesPct > 90.0', priority: 2 });
const rules = [high, full];
const ALARM = 'high:st-river';

/** A history of two moments; what was asked of it. */
function remembering(): { readonly history: History; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const history: History = {
    ...noHistory,
    factTrend: async (kind, id, fields, sinceMs) => {
      asked.push([kind, id, fields, sinceMs]);
      return [
        { atMs: 1, values: fields.map(() => null) },
        { atMs: 2, values: fields.map((_, i) => i + 7) },
      ];
    },
    linkTrend: async (index, sinceMs) => {
      asked.push([index, sinceMs]);
      return [{ atMs: 3, speedKph: 12 }];
    },
  };
  return { history, asked };
}
async function rising(more: Parameters<typeof alarmWorld>[0] = {}): Promise<AlarmWorld> {
  const world = await alarmWorld({ rules, ...more });
  await world.station('st-river', { levelM: 6, aqi: 3 });
  await world.pass();
  return world;
}

describe('one alarm', () => {
  it('AL-186 comes with the last hour of the numbers that its rule looked at, and their limits', async () => {
    const { history, asked } = remembering();
    const world = await rising({ history });
    expect(await world.engine.alarmQueries.alarm(ALARM)).toEqual({
      id: ALARM,
      trends: [{ field: 'station.levelM', atMs: [1, 2], values: [null, 7], limits: [5] }],
      earlier: [],
      children: [],
    });
    expect(asked).toEqual([['station', 'st-river', ['levelM'], world.nowMs - HOUR]]);
    expect(await world.engine.alarmQueries.alarm('high:nowhere')).toBeNull();
  });

  it('AL-186 shows three of them at most, one with every limit it has', async () => {
    const { history, asked } = remembering();
    const when =
      'station.levelM > 5.0 && station.levelM < 9.0 && station.aqi > 1.0 && station.rainMmH == 0.0 && station.pm25 > 2.0';
    const world = await alarmWorld({ history, rules: [aRule('high', { subject: 'station', when })] });
    await world.station('st-river', { levelM: 6, aqi: 3, rainMmH: 0, pm25: 8 });
    await world.pass();
    const answer = await world.engine.alarmQueries.alarm(ALARM);
    expect(answer?.trends.map(({ field, values, limits }) => [field, values[1], limits])).toEqual([
      ['station.levelM', 7, [5, 9]],
      ['station.aqi', 8, [1]],
      ['station.rainMmH', 9, [0]],
    ]);
    expect(asked).toHaveLength(1);
  });

  it('AL-186 of a link shows its speed, and what follows from it', async () => {
    const { history, asked } = remembering();
    const slow = aRule('slow', { when: 'link.speedKph < 10.0 && link.ratio < 0.5 && link.fullPct < 90.0' });
    const world = await alarmWorld({ rules: [slow], history });
    await world.observe('loops', { type: 'detector', id: 'd-1', at: world.nowMs, speedKph: 5, flowVph: 300 });
    await world.pass();
    const [alarm] = world.engine.records.all('alarm');
    const index = world.engine.city.linkIndex(alarm!.subject.id);
    const answer = await world.engine.alarmQueries.alarm(alarm!.id);
    expect(answer?.trends.map(({ field, atMs, values, limits }) => [field, atMs, values, limits])).toEqual([
      ['link.speedKph', [3], [12], [10]],
      ['link.ratio', [3], [12 / world.engine.city.freeFlowKph(index)], [0.5]],
      ['link.fullPct', [3], [null], [90]],
    ]);
    expect(asked).toEqual([[index, world.nowMs - HOUR]]);
  });

  it('AL-186 tells what became of it before, and what it explains now', async () => {
    const near = aRule('near', {
      subject: 'facility',
      when: 'has(facility.erQueue) ? facility.erQueue > 9.0 : facility.spacesPct > 90.0',
      groupM: 2_000,
    });
    const world = await alarmWorld({ rules: [near] });
    const park = (spacesFree: number) => world.facility('f-parking', { spacesFree });
    await park(1);
    await world.pass();
    await world.ask('wang', 'alarm.acknowledge', { alarms: ['near:f-parking'] });
    await park(200);
    await world.pass(60);
    await park(1);
    await world.pass();
    await world.facility('f-hospital', { erQueue: 30 });
    await world.pass();
    expect(await world.engine.alarmQueries.alarm('near:f-parking')).toMatchObject({
      earlier: [{ count: 1, acknowledgedBy: '王调度', endedAtMs: world.nowMs - 62_000 }],
      children: ['near:f-hospital'],
    });
  });
});

describe('the log and the figures', () => {
  it('AL-187 the log holds what happened, newest first, of one rule or alarm where asked, no older than asked', async () => {
    const world = await rising();
    await world.facility('f-parking', { spacesFree: 1 });
    await world.pass();
    await world.ask('wang', 'alarm.acknowledge', { alarms: [ALARM] });
    const log = (filter: object, hours = 1): string[] =>
      world.engine.alarmQueries.log(hours, { limit: 10, ...filter }).map((l) => `${l.type} ${l.alarm ?? ''}`);
    const raised = `alarm.raised ${ALARM}`;
    const done = `alarm.acknowledged ${ALARM}`;
    const other = 'alarm.raised full:f-parking';
    expect(log({})).toEqual([done, other, raised]);
    expect(log({ limit: 1 })).toEqual([done]);
    expect(log({ rule: 'high' })).toEqual([done, raised]);
    expect(log({ alarm: 'full:f-parking' })).toEqual([other]);
    await world.pass(3);
    expect(log({}, 4.5 / 3_600)).toEqual([done, other]);
    const [line] = world.engine.alarmQueries.log(1, { limit: 1 });
    expect(line).toMatchObject({ by: '王调度', number: 100, rule: 'high', seq: world.journal.lastSeq });
  });

  it('AL-187 figures are of the last hours, over all rules, also those that never rang', async () => {
    const world = await rising();
    const { rung, badActors, rules: all, standing, untilMs } = world.engine.alarmQueries.kpi(1);
    expect([rung, badActors.map((r) => r.rule), untilMs]).toEqual([1, ['high'], world.nowMs]);
    expect(all.map((r) => [r.rule, r.rung])).toEqual([
      ['high', 1],
      ['full', 0],
    ]);
    expect(standing.map((a) => a.id)).toEqual([ALARM]);
    await world.pass(1_000);
    expect(world.engine.alarmQueries.kpi(0.1).rung).toBe(0);
    expect(world.engine.alarmQueries.kpi(0.5).rung).toBe(1);
  });

  it('AL-187 both are there again after a restart', async () => {
    const before = await rising();
    await before.ask('wang', 'alarm.acknowledge', { alarms: [ALARM] });
    const after = await alarmWorld({ rules, journal: before.journal, startMs: before.nowMs });
    const of = ({ engine }: AlarmWorld) => [
      engine.alarmQueries.log(1, { limit: 10 }),
      engine.alarmQueries.kpi(1),
    ];
    expect(of(after)).toEqual(of(before));
  });
});

describe('a rule before it is saved', () => {
  const check = async (rule: Partial<AlarmRule>) =>
    (await alarmWorld({ rules })).engine.alarmQueries.check({ ...full, ...rule });

  it('AL-188 that is right says how many it would watch', async () => {
    expect(await check({})).toEqual({ ok: true, problems: [], watches: 10 });
    expect(await check({ where: 'facility.kind == "hospital"' })).toMatchObject({ ok: true, watches: 1 });
    expect(await check({ where: 'facility.inside("jie-east")' })).toMatchObject({ ok: true, watches: 5 });
  });

  it('AL-188 that is wrong says where, in every expression', async () => {
    const answer = await check({
      when: 'facility.spaces > 90.0',
      until: 'facility.spacesPct',
      where: 'facility.inside("nowhere")',
    });
    expect(answer.ok).toBe(false);
    expect(answer.watches).toBeUndefined();
    expect(answer.problems.map((p) => p.field).toSorted()).toEqual(['until', 'when', 'where']);
    const when = answer.problems.find((p) => p.field === 'when')!;
    expect('facility.spaces > 90.0'.slice(when.start, when.end)).toContain('spaces');
    for (const { message } of answer.problems) expect([message.zh, message.en]).not.toContain('');
  });

  it('AL-188 cannot be tried where nothing was sampled yet', async () => {
    const world = await alarmWorld({ rules });
    expect(await world.engine.alarmQueries.dryRun(full, 1)).toEqual({
      ok: false,
      error: { code: 'no-history' },
    });
    await world.engine.alarmQueries.close();
    expect(await world.engine.alarmQueries.dryRun(full, 1)).toEqual({
      ok: false,
      error: { code: 'shutting-down' },
    });
  });
});
