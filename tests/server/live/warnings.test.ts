/** Public warnings on a whole engine: those of others by feeds, our own by people. */
import { describe, expect, it } from 'vitest';
import type { WarningObservation } from '../../../server/contract/observations.ts';
import type { WarningMessage } from '../../../server/contract/warnings.ts';
import { aRule } from '../../support/alarm-life.ts';
import { alarmWorld, codeOf, settle, type AlarmWorld } from '../../support/alarm-world.ts';
import { START_MS } from '../../support/live-world.ts';
import { about, aDraft, aMessage } from '../../support/warning-desk.ts';

const MINUTE = 60_000;
const told = (message: WarningMessage): WarningObservation => ({
  type: 'warning',
  id: message.identifier,
  at: message.sentAtMs,
  message,
});
const says = (world: AlarmWorld, ...messages: WarningMessage[]) =>
  world.observe('met', ...messages.map(told));
const states = ({ engine }: AlarmWorld): string[] =>
  engine.records.all('warning').map((w) => `${w.id} ${w.state}`);
const storm = aMessage('storm', 0, { expiresAtMs: START_MS + 30 * MINUTE });

describe('warnings of others', () => {
  it('AL-190 are records as soon as they are durable, and no sooner', async () => {
    const world = await alarmWorld();
    let open = (): void => undefined;
    world.journal.gate = new Promise((resolve) => (open = resolve));
    const answer = says(world, storm);
    await settle();
    expect(states(world)).toEqual([]);
    open();
    expect(await answer).toEqual({ taken: 1, late: 0, duplicate: 0, refusals: [] });
    expect(world.engine.records.get('warning', 'warn-1')).toMatchObject({
      direction: 'in',
      state: 'in-force',
      feed: 'met',
      message: storm,
      receivedAtMs: START_MS,
    });
    await world.pass();
    expect(world.engine.records.get('feed', 'met')).toMatchObject({ objects: 1, taken: 1 });
  });

  it('AL-190 the same again is a duplicate, an older one late, an answer is refused by its line', async () => {
    const world = await alarmWorld();
    const newer = aMessage('storm', 5);
    const ack = aMessage('ack', 5, { messageType: 'Ack' });
    expect(await says(world, newer, newer, storm, ack)).toMatchObject({
      taken: 1,
      late: 1,
      duplicate: 1,
      refusals: [{ code: 'bad-warning', line: 4 }],
    });
    expect(world.entries('warning.received')).toHaveLength(1);
  });

  it('AL-190 an update takes the place of what it updates, and a time that is over ends the rest', async () => {
    const world = await alarmWorld();
    const hail = aMessage('hail', 0, { expiresAtMs: START_MS + 2 * MINUTE });
    await says(
      world,
      storm,
      hail,
      aMessage('storm-2', 1, { ...about('Update', storm), expiresAtMs: START_MS + 3 * MINUTE }),
    );
    expect(states(world)).toEqual(['warn-1 superseded', 'warn-2 in-force', 'warn-3 in-force']);
    await world.pass(119);
    expect(states(world)).toContain('warn-2 in-force');
    await world.pass(2);
    expect(states(world)).toEqual(['warn-1 superseded', 'warn-2 expired', 'warn-3 in-force']);
    world.journal.failing = 1;
    await world.pass(60);
    expect(states(world)).toContain('warn-3 expired');
    expect(world.entries('warning.expired')).toHaveLength(2);
    await world.pass(6);
    expect(world.engine.records.get('feed', 'met')).toMatchObject({ objects: 0 });
  });

  it('AL-190 what cannot be stored is refused, and taken when it is sent again', async () => {
    const world = await alarmWorld();
    world.journal.failing = 1;
    expect((await says(world, storm)).refusals.map((r) => r.code)).toEqual(['journal-failed']);
    world.nowMs += 1_500;
    expect((await says(world, storm)).taken).toBe(1);
  });

  it('AL-190 are there after a restart, leave the screens after a day, and do not come back', async () => {
    const before = await alarmWorld();
    await says(before, storm);
    await before.pass(31 * 60);
    const after = await alarmWorld({ journal: before.journal, startMs: before.nowMs });
    expect(states(after)).toEqual(['warn-1 expired']);
    after.nowMs += 24 * 60 * MINUTE + 1;
    await after.pass();
    expect(states(after)).toEqual([]);
    expect((await says(after, storm)).duplicate).toBe(1);
  });

  it('AL-190 rules speak of them', async () => {
    const rule = aRule('red', {
      subject: 'warning',
      when: 'warning.severity == "Extreme" && warning.state == "in-force"',
    });
    const world = await alarmWorld({ rules: [rule] });
    await says(world, { ...storm, severity: 'Extreme' });
    await world.pass();
    expect(world.alarm('red:warn-1')).toMatchObject({ active: true, subject: { name: storm.headline } });
    await world.pass(30 * 60);
    expect(world.alarm('red:warn-1')?.active).toBe(false);
  });
});

describe('our own warnings', () => {
  const sender = { id: 'city-brain@guixi.example', name: '市应急指挥中心' };
  const drafted = async () => {
    const world = await alarmWorld({ sender });
    const answer = await world.ask('wang', 'warning.draft', { draft: aDraft() });
    expect(answer).toMatchObject({ ok: true, result: { warning: 'warn-1' } });
    return world;
  };
  const approve = (world: AlarmWorld, who: 'wang' | 'sun' = 'sun') =>
    world.ask(who, 'warning.decide', { warning: 'warn-1', approved: true });

  it('AL-191 are in force once somebody else approved them, for as long as was asked for', async () => {
    const world = await drafted();
    expect(states(world)).toEqual(['warn-1 draft']);
    expect(codeOf(await approve(world, 'wang'))).toBe('not-allowed');
    await world.pass(60);
    expect(codeOf(await approve(world))).toBe('done');
    expect(world.engine.records.get('warning', 'warn-1')).toMatchObject({
      direction: 'out',
      state: 'in-force',
      draftedBy: { id: 'wang' },
      decidedBy: { id: 'sun' },
      message: { sender: sender.id, senderName: sender.name, expiresAtMs: world.nowMs + 90 * MINUTE },
    });
    expect(codeOf(await approve(world))).toBe('already-done');
    await world.pass(89 * 60);
    expect(states(world)).toEqual(['warn-1 in-force']);
    await world.pass(61);
    expect(states(world)).toEqual(['warn-1 expired']);
  });

  it('AL-191 who drafted one does not approve it', async () => {
    const world = await alarmWorld();
    await world.ask('sun', 'warning.draft', { draft: aDraft() });
    expect(codeOf(await approve(world))).toBe('author-approves');
  });

  it('AL-191 can be cancelled, and the cancel is there after a restart', async () => {
    const world = await drafted();
    await approve(world);
    const cancel = { warning: 'warn-1', reason: '水已退' };
    expect(codeOf(await world.ask('sun', 'warning.cancel', cancel))).toBe('done');
    const after = await alarmWorld({ journal: world.journal, startMs: world.nowMs });
    for (const w of [world, after])
      expect(w.engine.records.get('warning', 'warn-1')).toMatchObject({
        state: 'cancelled',
        reason: '水已退',
      });
    expect(world.engine.records.all('warning')).toEqual(after.engine.records.all('warning'));
  });

  it('AL-191 SY-50 asked for twice is drafted once, and answered as it was, also after a restart', async () => {
    const world = await alarmWorld();
    const ask = (w: AlarmWorld) => w.ask('wang', 'warning.draft', { draft: aDraft() }, { id: 'the-same' });
    const first = await ask(world);
    const after = await alarmWorld({ journal: world.journal });
    for (const again of [await ask(world), await ask(after)]) expect(again).toEqual(first);
    expect(first).toEqual({ ok: true, seq: 1, result: { warning: 'warn-1' } });
  });
});
