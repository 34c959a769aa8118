/** The commands for cases and units: both languages, what is not named, what is refused, what is offered. */
import { describe, expect, it } from 'vitest';
import {
  actionOfCommand,
  actionOfKey,
  commandSpecs,
  done,
  type Deeds,
  type Outcome,
} from '../../../client/app/actions.ts';
import { answersOf } from '../../../client/app/case-actions.ts';
import { completions, parseCommand } from '../../../client/app/command-parser.ts';
import { knownOf } from '../../../client/app/known.ts';
import { translator, type MessageKey } from '../../../client/i18n/i18n.ts';
import type { Department } from '../../../server/contract/city-pack.ts';
import { incidentRecord, unitRecord } from '../cases.ts';

const departments: Department[] = [
  { id: 'dep-fire', kind: 'fire', name: { zh: '消防救援支队', en: 'Fire Brigade' } },
  { id: 'street-1', kind: 'street', name: { zh: '白石街道', en: 'Baishi' } },
  { id: 'street-2', kind: 'street', name: { zh: '红门街道', en: 'Hongmen' } },
];
const picture = (selectedCase: string | null) => () => ({
  incidents: [
    incidentRecord(1042),
    incidentRecord(1043),
    incidentRecord(2),
    incidentRecord(9, { status: 'closed' }),
  ],
  units: [
    unitRecord('M21'),
    unitRecord('M2'),
    unitRecord('E3', { status: 'on-scene' }),
    unitRecord('E31', { status: 'out-of-service' }),
  ],
  departments,
  selectedCase,
});
const selected = knownOf(picture('inc-1043'));
const nothing = knownOf(picture(null));
const t = translator('en-US');

describe('commands for cases and units', () => {
  it.each([
    ['send 1042', 'send', [undefined, 'inc-1042']],
    ['send', 'send', [undefined, 'inc-1043']],
    ['send M21 E3 to 1042', 'send', [['unit-M21', 'unit-E3'], 'inc-1042']],
    ['send M21,e3 #1042', 'send', [['unit-M21', 'unit-E3'], 'inc-1042']],
    ['派 M21 E3 到 1042', 'send', [['unit-M21', 'unit-E3'], 'inc-1042']],
    ['派 M21、E3', 'send', [['unit-M21', 'unit-E3'], 'inc-1043']],
    ['send M2', 'send', [['unit-M2'], 'inc-1043']],
    ['st M21 os', 'st', ['unit-M21', 'on-scene', undefined]],
    ['st m21 av', 'st', ['unit-M21', 'available', undefined]],
    ['st M21 clear', 'st', ['unit-M21', 'available', undefined]],
    ['状态 M21 可用', 'st', ['unit-M21', 'available', undefined]],
    ['st M21 di', 'st', ['unit-M21', 'dispatched', undefined]],
    ['st M21 er', 'st', ['unit-M21', 'en-route', undefined]],
    ['st M21 en route', 'st', ['unit-M21', 'en-route', 'route']],
    ['状态 M21 到场', 'st', ['unit-M21', 'on-scene', undefined]],
    ['st M21 tr 人民医院', 'st', ['unit-M21', 'transporting', '人民医院']],
    ['st M21 送医', 'st', ['unit-M21', 'transporting', undefined]],
    ['st M21 af', 'st', ['unit-M21', 'at-facility', undefined]],
    ['st M21 oos flat tyre', 'st', ['unit-M21', 'out-of-service', 'flat tyre']],
    ['st M21 停用 爆胎', 'st', ['unit-M21', 'out-of-service', '爆胎']],
    ['st M21 is', 'st', ['unit-M21', 'in-service', undefined]],
    ['状态 M21 恢复', 'st', ['unit-M21', 'in-service', undefined]],
    ['claim 1042', 'claim', ['inc-1042']],
    ['受理', 'claim', ['inc-1043']],
    ['release', 'release', ['inc-1043']],
    ['resolve put out', 'resolve', ['inc-1043', 'put out']],
    ['resolve 1042 put out', 'resolve', ['inc-1042', 'put out']],
    ['verify 1042', 'verify', ['inc-1042', undefined, undefined]],
    ['verify 1042 no still smells', 'verify', ['inc-1042', 'no', 'still smells']],
    ['核查 1042 不通过 还有异味', 'verify', ['inc-1042', 'no', '还有异味']],
    ['evaluate 1042 5', 'evaluate', ['inc-1042', 5, undefined]],
    ['evaluate 5', 'evaluate', ['inc-1043', 5, undefined]],
    ['评价 1042 4 很快', 'evaluate', ['inc-1042', 4, '很快']],
    ['merge 1043 into 1042', 'merge', ['inc-1043', 'inc-1042']],
    ['并案 1043 并入 1042', 'merge', ['inc-1043', 'inc-1042']],
    ['merge into 1042', 'merge', ['inc-1043', 'inc-1042']],
    ['unmerge 1043', 'unmerge', ['inc-1043']],
    ['apart 1043 1042', 'apart', ['inc-1043', 'inc-1042']],
    ['par M21', 'par', ['unit-M21']],
    ['level 1042 2', 'level', ['inc-1042', 2]],
    ['level 2', 'level', ['inc-1043', 2]],
    ['priority 1042 1', 'priority', ['inc-1042', 1]],
    ['category 1042 fire.structure', 'category', ['inc-1042', 'fire.structure']],
    ['类别 1042 建筑火灾', 'category', ['inc-1042', 'fire.structure']],
    ['task 1042 fire search the roof', 'task', ['inc-1042', 'dep-fire', 'search the roof']],
    ['任务 1042 消防 搜索楼顶', 'task', ['inc-1042', 'dep-fire', '搜索楼顶']],
    ['accept 1042 fire', 'accept', ['inc-1042', 'dep-fire']],
    ['finish fire all clear', 'finish', ['inc-1043', 'dep-fire', 'all clear']],
    ['note 1042 two injured', 'note', ['inc-1042', 'two injured']],
    ['note 两人受伤', 'note', ['inc-1043', '两人受伤']],
    ['reopen 1042 burns again', 'reopen', ['inc-1042', 'burns again']],
    ['transfer 1042 白石 their street', 'transfer', ['inc-1042', 'street-1', 'their street']],
    ['return 1042 not ours', 'return', ['inc-1042', 'not ours']],
    ['reveal 1042 call back', 'reveal', ['inc-1042', 'call back']],
    ['drill 1042', 'drill', ['inc-1042', undefined]],
    ['drill 1042 2', 'drill', ['inc-1042', 2]],
    ['推演', 'drill', ['inc-1043', undefined]],
    ['new 火灾 人民路 5 号', 'new', ['火灾 人民路 5 号']],
    ['new', 'new', [undefined]],
    ['close 1042', 'close', [undefined, 'inc-1042', undefined]],
    ['结案 1042 误报', 'close', [undefined, 'inc-1042', '误报']],
    ['close', 'close', [undefined, 'inc-1043', undefined]],
    ['close vitals', 'close', ['vitals', 'inc-1043', undefined]],
    ['关闭 体征', 'close', ['vitals', 'inc-1043', undefined]],
    ['supervise 1042 press', 'supervise', ['inc-1042', 'press']],
  ])('UI-87 reads “%s”', (line, command, args) => {
    expect(parseCommand(line, commandSpecs, t, selected)).toEqual({ ok: true, command, args });
  });

  it.each<[string, MessageKey]>([
    ['send 4711', 'cmd.noCase'],
    ['send', 'cmd.noCaseSelected'],
    ['claim', 'cmd.noCaseSelected'],
    ['send X9 to 1042', 'cmd.noUnit'],
    ['st X9 os', 'cmd.noUnit'],
    ['st M os', 'cmd.manyNamed'],
    ['st M21', 'cmd.missing'],
    ['st M21 dancing', 'cmd.badChoice'],
    ['task 1042 moon dust', 'cmd.noDepartment'],
    ['task 1042 street sweep', 'cmd.manyNamed'],
    ['task 1042 fire', 'cmd.missing'],
    ['level 1042', 'cmd.missing'],
    ['level 1042 12', 'cmd.badNumber'],
    ['merge 1043', 'cmd.missing'],
    ['merge 1043 into 4711', 'cmd.noCase'],
    ['verify 1042 perhaps', 'cmd.badChoice'],
    ['claim 1042 now', 'cmd.tooMany'],
    ['close vitls', 'cmd.badChoice'],
    ['reopen 1042', 'cmd.missing'],
  ])('UI-87 refuses “%s” with %s', (line, key) => {
    const parsed = parseCommand(line, commandSpecs, t, nothing);
    expect(parsed.ok ? null : parsed.reason.key).toBe(key);
  });

  it('UI-88 takes a number after close for a case and a word for a panel', async () => {
    const calls: unknown[] = [];
    const deeds = new Proxy({} as Deeds, {
      get:
        (_target, name) =>
        (...args: unknown[]): Outcome => {
          calls.push([name, ...args]);
          return done();
        },
    });
    const run = async (line: string): Promise<Outcome | null> => {
      const parsed = parseCommand(line, commandSpecs, t, selected);
      return parsed.ok ? actionOfCommand(parsed.command)!.run(deeds, parsed.args) : null;
    };
    await run('close 1042');
    await run('close vitals');
    expect(calls).toEqual([
      ['closeCase', 'inc-1042', undefined],
      ['closePanel', 'vitals'],
    ]);
    expect((await run('close vitals now'))?.ok).toBe(false);
  });

  it('UI-88 has a key for what a dispatcher does most', () => {
    expect(['a', 'x', '.', 'c'].map((key) => actionOfKey(key)?.id)).toEqual([
      'case.claim',
      'case.drill',
      'case.next',
      'panel.intake',
    ]);
  });

  it('reads answers as question=answer', () => {
    expect(answersOf('breathing=no  conscious=yes maybe =x')).toEqual({ breathing: 'no', conscious: 'yes' });
  });
});

describe('completion', () => {
  const offers = (line: string): string[] => completions(line, commandSpecs, 20, selected);
  it('UI-89 offers units, those that are free first, and then the case', () => {
    expect(offers('send M')).toEqual(['send M2 ', 'send M21 ']);
    expect(offers('send M21 ')).toEqual([
      'send M21 to',
      'send M21 M2',
      'send M21 M21',
      'send M21 E3',
      'send M21 1043',
      'send M21 1042',
      'send M21 2',
    ]);
    expect(offers('send M21 to 104')).toEqual(['send M21 to 1043', 'send M21 to 1042']);
  });
  it('UI-89 offers numbers of open cases, departments, statuses and panels', () => {
    expect(offers('claim 1')).toEqual(['claim 1043', 'claim 1042']);
    expect(offers('task 1042 f')).toEqual(['task 1042 fire ']);
    expect(offers('task 1042 s')).toEqual(['task 1042 street-1 ', 'task 1042 street-2 ']);
    expect(offers('st M21 o')).toEqual(['st M21 on-scene ', 'st M21 out-of-service ']);
    expect(offers('st M21 到')).toEqual(['st M21 到场 ', 'st M21 到院 ']);
    expect(offers('close vi')).toEqual(['close vitals ']);
    expect(offers('close 1042 ')).toEqual([]);
    expect(offers('merge 1043 into 104')).toEqual(['merge 1043 into 1043', 'merge 1043 into 1042']);
    expect(offers('note 1042 ')).toEqual([]);
  });
});
