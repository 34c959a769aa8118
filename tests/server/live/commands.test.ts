/** Commands on the engine: durable before they are answered, one winner, the same after a restart and on every server. */
import { describe, expect, it } from 'vitest';
import type { CommandPayloads } from '../../../server/contract/commands.ts';
import type { CommandAnswer } from '../../../server/contract/sync.ts';
import type { CaseCommandType } from '../../../server/domain/cases/decide.ts';
import { people, type PersonName } from '../../support/case-world.ts';
import { makeWorld, START_MS, type World } from '../../support/live-world.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';
import { until } from '../../support/screen-server.ts';
import { smallPackAt } from '../../support/small-pack.ts';

let commands = 0;
function ask<T extends CaseCommandType>(
  world: World,
  who: PersonName,
  type: T,
  payload: CommandPayloads[T],
  more: { readonly id?: string; readonly expected?: number } = {},
): Promise<CommandAnswer> {
  const id = `command-${++commands}`;
  return world.engine.cases.command({ id, ...more, type, payload }, people[who]);
}
const create = { channel: '119', category: 'fire.structure', position: smallPackAt(300, 400) } as const;
const code = (answer: CommandAnswer): string => (answer.ok ? 'done' : answer.refusal.code);
const incidents = (world: World) =>
  world.engine.records.all('incident').toSorted((a, b) => a.number - b.number);
const free = (world: World, ...ids: string[]) =>
  world.observe(
    'mixed',
    ...ids.map((id) => ({ type: 'unit', id, at: world.nowMs, status: 'available' }) as const),
  );
/** Two servers on one journal. */
async function pair(): Promise<[World, World]> {
  const journal = new MemoryJournal();
  const both = [
    await makeWorld({ journal }),
    await makeWorld({ journal: new MemoryJournal(journal) }),
  ] as const;
  for (const world of both) await free(world, 'u-f1', 'u-f2');
  return [...both];
}
const settled = (...worlds: World[]): Promise<void> =>
  until(() => worlds.every((w) => JSON.stringify(incidents(w)) === JSON.stringify(incidents(worlds[0]!))));

describe('a command', () => {
  it('IN-42 is answered and shown only when it is durable', async () => {
    const world = await makeWorld();
    let open = (): void => undefined;
    world.journal.gate = new Promise((resolve) => (open = resolve));
    let answered = false;
    const answer = ask(world, 'li', 'incident.create', create).finally(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([answered, world.engine.records.count('incident')]).toEqual([false, 0]);
    open();
    expect(await answer).toEqual({ ok: true, seq: 1, result: { incident: 'inc-1000', number: 1_000 } });
    expect(world.engine.records.get('incident', 'inc-1000')?.status).toBe('open');
    expect(world.journal.entries[0]).toMatchObject({
      type: 'incident.reported',
      actor: 'user:li',
      command: `command-${commands}`,
      atMs: START_MS,
      payload: { by: people.li },
    });
  });

  it('IN-42 those that wait are decided one after the other and stored together', async () => {
    const world = await makeWorld();
    await free(world, 'u-f1', 'u-f2');
    const appends: number[] = [];
    const append = world.journal.append.bind(world.journal);
    world.journal.append = (seq, entries) => {
      appends.push(entries.length);
      return append(seq, entries);
    };
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => ask(world, 'li', 'incident.create', create)),
      ask(world, 'wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] }),
      ask(world, 'zhao', 'incident.dispatch', { incident: 'inc-1001', units: ['u-f1'] }),
      ask(world, 'viewer', 'incident.claim', { incident: 'inc-1000' }),
    ]);
    expect(answers.map(code)).toEqual([
      'done',
      'done',
      'done',
      'done',
      'done',
      'done',
      'unit-busy',
      'not-allowed',
    ]);
    expect(appends).toEqual([6]);
    expect(answers.map((a) => (a.ok ? a.seq : 0))).toEqual([1, 2, 3, 4, 5, 6, 0, 0]);
  });

  it('IN-42 what could not be stored leaves no trace and is said; sent again it is done', async () => {
    const world = await makeWorld();
    await free(world, 'u-f1');
    await ask(world, 'li', 'incident.create', create);
    const before = incidents(world);
    const dispatch = { incident: 'inc-1000', units: ['u-f1'] };
    world.journal.failing = 1;
    const id = 'the-same-command';
    expect(await ask(world, 'wang', 'incident.dispatch', dispatch, { id })).toEqual({
      ok: false,
      refusal: { code: 'journal-failed' },
    });
    expect(incidents(world)).toEqual(before);
    expect(world.engine.cases.state.unitOf.size).toBe(0);
    expect(world.engine.records.get('unit', 'u-f1')).toMatchObject({ status: 'available' });
    world.nowMs += 2_000;
    expect(code(await ask(world, 'wang', 'incident.dispatch', dispatch, { id }))).toBe('done');
  });

  it('IN-42 a fault in one decision is that one’s alone', async () => {
    const world = await makeWorld();
    const answers = await Promise.all([
      ask(world, 'li', 'incident.create', create),
      // No shape that a socket lets through.
      ask(world, 'li', 'incident.create', { ...create, category: 'nonsense' as never }),
      ask(world, 'li', 'incident.create', create),
    ]);
    expect(answers.map(code)).toEqual(['done', 'internal', 'done']);
    expect(incidents(world).map((i) => i.number)).toEqual([1_000, 1_001]);
  });

  it('IN-41 on an older version is refused; the loser is told who won', async () => {
    const world = await makeWorld();
    await free(world, 'u-f1', 'u-f2');
    await ask(world, 'li', 'incident.create', create);
    const expected = incidents(world)[0]!.case.version;
    const [first, second] = await Promise.all([
      ask(world, 'zhao', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] }, { expected }),
      ask(world, 'wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f2'] }, { expected }),
    ]);
    expect(code(first)).toBe('done');
    expect(second).toEqual({ ok: false, refusal: { code: 'version-conflict', detail: '#1000, 赵调度' } });
  });

  it('IN-44 is known by its id after a restart, and not done again', async () => {
    const journal = new MemoryJournal();
    const before = await makeWorld({ journal });
    const id = 'asked-twice';
    const answer = await ask(before, 'li', 'incident.create', create, { id });
    expect(await ask(before, 'li', 'incident.create', create, { id })).toEqual({
      ok: true,
      seq: 1,
      result: { incident: 'inc-1000' },
    });
    const after = await makeWorld({ journal });
    expect(await ask(after, 'li', 'incident.create', create, { id })).toMatchObject({
      ok: true,
      seq: answer.ok && answer.seq,
      result: { incident: 'inc-1000' },
    });
    expect(journal.entries).toHaveLength(1);
  });

  it('IN-44 an id belongs to who used it: another’s command with the same one is done', async () => {
    const world = await makeWorld();
    const id = 'not-so-unique';
    await ask(world, 'li', 'incident.create', create, { id });
    const theirs = await ask(world, 'wang', 'incident.create', create, { id });
    expect(theirs).toMatchObject({ ok: true, result: { incident: 'inc-1001' } });
  });

  it('IN-22 after a restart cases, units and what is finished are as they were', async () => {
    const journal = new MemoryJournal();
    const world = await makeWorld({ journal });
    await free(world, 'u-f1', 'u-f2');
    for (let i = 0; i < 3; i++) await ask(world, 'li', 'incident.create', create);
    await ask(world, 'wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] });
    await ask(world, 'wang', 'incident.merge', { incident: 'inc-1001', into: 'inc-1000' });
    await ask(world, 'fire', 'unit.service', { unit: 'u-f2', inService: false, reason: '检修' });
    await ask(world, 'wang', 'incident.close', { incident: 'inc-1002', override: '误报' });
    const again = await makeWorld({ journal });
    expect(incidents(again)).toEqual(incidents(world));
    expect([...again.engine.cases.finished.all()]).toEqual([...world.engine.cases.finished.all()]);
    for (const id of ['u-f1', 'u-f2'])
      expect(again.engine.cases.decisionOn(id)).toEqual(world.engine.cases.decisionOn(id));
    expect(again.engine.cases.timeline('inc-1000')).toEqual(world.engine.cases.timeline('inc-1000'));
  });
});

describe('two servers on one journal', () => {
  it('DI-1 IN-41 a unit asked for from both at once is sent once; the loser is told who won, both show the same', async () => {
    const [a, b] = await pair();
    await ask(a, 'li', 'incident.create', create);
    await ask(b, 'li', 'incident.create', create);
    await settled(a, b);
    const answers = await Promise.all([
      ask(a, 'wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] }),
      ask(b, 'zhao', 'incident.dispatch', { incident: 'inc-1001', units: ['u-f1'] }),
    ]);
    expect(answers.map(code).sort()).toEqual(['done', 'unit-busy']);
    const winner = answers[0].ok ? '→ #1000 (王调度)' : '→ #1001 (赵调度)';
    const loser = answers.find((x) => !x.ok);
    expect(loser && !loser.ok && loser.refusal.detail).toBe(`消1 ${winner}`);
    await settled(a, b);
    for (const world of [a, b]) {
      const on = incidents(world).flatMap((i) => i.case.assignments.map((x) => x.unit));
      expect(on).toEqual(['u-f1']);
    }
    expect(a.engine.cases.state.unitOf.get('u-f1')).toBe(b.engine.cases.state.unitOf.get('u-f1'));
  });

  it('IN-41 of many contenders on both just one wins, round after round', async () => {
    const [a, b] = await pair();
    for (let round = 0; round < 15; round++) {
      const made = await ask(a, 'li', 'incident.create', create);
      const incident = (made.ok && made.result?.incident) || '';
      await settled(a, b);
      const { version } = a.engine.records.get('incident', incident)!.case;
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, k) =>
          ask(
            k % 2 === 0 ? a : b,
            k % 3 === 0 ? 'wang' : 'zhao',
            'incident.dispatch',
            { incident, units: ['u-f1'] },
            {
              expected: version,
            },
          ),
        ),
      );
      expect(answers.filter((x) => x.ok)).toHaveLength(1);
      await settled(a, b);
      await ask(round % 2 === 0 ? a : b, 'sun', 'incident.close', { incident, override: '下一轮' });
      await settled(a, b);
    }
    expect(a.journal.entries.filter((e) => e.type === 'incident.assigned')).toHaveLength(15);
  });

  it('IN-44 a command that one has done is known to the other', async () => {
    const [a, b] = await pair();
    const id = 'sent-to-both';
    const answers = await Promise.all([
      ask(a, 'li', 'incident.create', create, { id }),
      ask(b, 'li', 'incident.create', create, { id }),
    ]);
    expect(answers.map(code)).toEqual(['done', 'done']);
    expect(answers.map((x) => x.ok && x.result?.incident)).toEqual(['inc-1000', 'inc-1000']);
    await settled(a, b);
    expect(a.journal.entries).toHaveLength(1);
  });

  it('IN-21 what one appends the other shows without being asked', async () => {
    const [a, b] = await pair();
    await ask(a, 'li', 'incident.create', create);
    await ask(a, 'wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] });
    await until(() => b.engine.records.get('unit', 'u-f1')?.assigned === true);
    expect(incidents(b)).toEqual(incidents(a));
    expect(b.engine.cases.timeline('inc-1000')).toEqual(a.engine.cases.timeline('inc-1000'));
  });

  it('IN-42 a server that stops answers what waits, and takes in nothing afterwards', async () => {
    const [a, b] = await pair();
    const waits = Promise.all(Array.from({ length: 3 }, () => ask(a, 'li', 'incident.create', create)));
    await a.engine.stop();
    expect((await waits).map(code)).toEqual(['done', 'done', 'done']);
    await until(() => incidents(b).length === 3);
    await ask(b, 'li', 'incident.create', create);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([incidents(a).length, incidents(b).length]).toEqual([3, 4]);
  });
});
