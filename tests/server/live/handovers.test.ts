/** Shifts handed over, on a whole engine. */
import { describe, expect, it } from 'vitest';
import { aRule } from '../../support/alarm-life.ts';
import { alarmWorld, codeOf, type AlarmWorld } from '../../support/alarm-world.ts';
import { callOf } from '../../support/live-world.ts';
import { aDraft } from '../../support/warning-desk.ts';

const WEEK_MS = 7 * 86_400_000;
const rules = [
  aRule('high', { subject: 'station', when: 'station.levelM > 5.0' }),
  aRule('full', { subject: 'facility', when: 'facility.spacesPct > 90.0' }),
];

async function busy(): Promise<AlarmWorld> {
  const world = await alarmWorld({ rules });
  await world.station('st-river', { levelM: 6 });
  await world.facility('f-parking', { spacesFree: 1 });
  await world.pass();
  await world.ask('wang', 'alarm.shelve', { alarms: ['full:f-parking'], minutes: 60, reason: '检修' });
  await world.observe(
    'calls',
    callOf('a', world.nowMs, { severity: 1 }),
    callOf('b', world.nowMs, { severity: 3 }),
  );
  await world.ask('wang', 'warning.draft', { draft: aDraft() });
  await world.ask('sun', 'warning.decide', { warning: 'warn-1', approved: true });
  return world;
}
const offer = (world: AlarmWorld, id?: string) =>
  world.ask('wang', 'handover.offer', { note: '注意河水位' }, id === undefined ? {} : { id });
const sign = (world: AlarmWorld, who: 'wang' | 'zhao' | 'viewer') =>
  world.ask(who, 'handover.sign', { handover: 'shift-1' });

describe('a shift that is handed over', () => {
  it('AL-192 holds what stands, as everybody sees it, and is signed by somebody else', async () => {
    const world = await busy();
    expect(await offer(world)).toMatchObject({ ok: true, result: { handover: 'shift-1' } });
    const record = () => world.engine.records.get('handover', 'shift-1');
    expect(record()).toMatchObject({
      offeredBy: { id: 'wang' },
      note: '注意河水位',
      offeredAtMs: world.nowMs,
    });
    expect(record()?.items.map((i) => [i.kind, i.id])).toEqual([
      ['alarm', 'high:st-river'],
      ['shelved', 'full:f-parking'],
      ['incident', 'inc-1000'],
      ['warning', 'warn-1'],
    ]);
    // Until 17:00 by the city's clocks.
    expect(record()?.items[1]?.note).toBe('检修 → 01-15 17:00');
    expect(codeOf(await sign(world, 'wang'))).toBe('not-yours-to-sign');
    expect(codeOf(await sign(world, 'viewer'))).toBe('not-allowed');
    expect(codeOf(await sign(world, 'zhao'))).toBe('done');
    expect(record()).toMatchObject({ signedBy: { id: 'zhao' }, signedAtMs: world.nowMs });
    expect(codeOf(await sign(world, 'zhao'))).toBe('already-done');
  });

  it('AL-192 is not there where it could not be stored', async () => {
    const world = await busy();
    world.journal.failing = 1;
    expect(codeOf(await offer(world))).toBe('journal-failed');
    expect(world.engine.records.count('handover')).toBe(0);
  });

  it('AL-192 SY-50 is there after a restart, asked for twice it is one, and leaves after a week', async () => {
    const before = await busy();
    const first = await offer(before, 'the-same');
    await sign(before, 'zhao');
    const after = await alarmWorld({ rules, journal: before.journal, startMs: before.nowMs });
    expect(after.engine.records.all('handover')).toEqual(before.engine.records.all('handover'));
    for (const world of [before, after]) expect(await offer(world, 'the-same')).toEqual(first);
    after.nowMs += WEEK_MS;
    await after.pass(40);
    expect(after.engine.records.count('handover')).toBe(0);
  });
});
