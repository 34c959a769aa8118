import { describe, expect, it } from 'vitest';
import { ruleRecord as schema } from '../../../../../server/contract/alarms.ts';
import { liveRules } from '../../../../../server/domain/alarms/life/state.ts';
import { alarmCodeOf, AlarmDesk, aRule } from '../../../../support/alarm-life.ts';

const detailOf = (answer: ReturnType<AlarmDesk['ask']>): string | undefined =>
  answer.ok ? 'done' : answer.refusal.detail;

describe('writing a rule', () => {
  it('AL-86 each change is one version more, by whom and why', () => {
    const d = new AlarmDesk();
    expect(d.rule('jam')).toMatchObject({ version: 0, enabled: true });
    expect(d.rule('jam')).not.toHaveProperty('changedBy');
    const rule = aRule('jam', { onDelayS: 60 });
    d.must('sun', 'rule.save', { rule, enabled: true, reason: '误报太多' }, 0);
    expect(schema.parse(d.rule('jam'))).toEqual({
      id: 'jam',
      rule,
      enabled: true,
      version: 1,
      changedBy: '孙值班长',
      changedAtMs: d.nowMs,
      reason: '误报太多',
    });
    d.must('sun', 'rule.switch', { rule: 'jam', enabled: false });
    d.must('sun', 'rule.switch', { rule: 'jam', enabled: true, reason: '恢复' }, 2);
    expect(d.rule('jam')).toMatchObject({
      version: 3,
      enabled: true,
      rule: { onDelayS: 60 },
      reason: '恢复',
    });
    d.must('sun', 'rule.save', { rule: aRule('own'), enabled: false });
    expect(d.rule('own')).toMatchObject({ version: 1, enabled: false });
  });

  it('AL-86 who wrote on an older version than there is looks again', () => {
    const d = new AlarmDesk();
    const save = (id: string, expected?: number) =>
      alarmCodeOf(d.ask('sun', 'rule.save', { rule: aRule(id), enabled: true }, expected));
    // A new one under the id of another would overwrite it.
    expect([save('jam'), save('jam', 1), save('own', 0)]).toEqual(Array(3).fill('version-conflict'));
    expect([save('jam', 0), save('jam', 0), save('jam', 1)]).toEqual(['done', 'version-conflict', 'done']);
    const switched = d.ask('sun', 'rule.switch', { rule: 'jam', enabled: false }, 1);
    expect(alarmCodeOf(switched)).toBe('version-conflict');
    d.must('sun', 'rule.save', { rule: aRule('own'), enabled: true });
    const deleted = d.ask('sun', 'rule.delete', { rule: 'own', reason: '不用' }, 0);
    expect(alarmCodeOf(deleted)).toBe('version-conflict');
  });

  it('AL-86 a rule of a deleted one’s id goes on from its version', () => {
    const d = new AlarmDesk();
    d.must('sun', 'rule.save', { rule: aRule('own'), enabled: true });
    d.must('sun', 'rule.switch', { rule: 'own', enabled: false });
    d.must('sun', 'rule.delete', { rule: 'own', reason: '不用' });
    expect(d.rule('own')).toBeUndefined();
    d.must('sun', 'rule.save', { rule: aRule('own'), enabled: true });
    expect(d.rule('own')?.version).toBe(3);
  });

  it('AL-86 the evaluator is given what is switched on', () => {
    const d = new AlarmDesk();
    d.must('sun', 'rule.switch', { rule: 'jam', enabled: false });
    d.must('sun', 'rule.save', { rule: aRule('own'), enabled: true });
    expect(liveRules(d.state).map((r) => [r.rule.id, r.version])).toEqual([
      ['dark', 0],
      ['feed', 0],
      ['silent', 0],
      ['fire', 0],
      ['own', 1],
    ]);
  });

  it('AL-87 what does not compile is refused with the first problem, naming its field', () => {
    const d = new AlarmDesk();
    d.problems = [
      { field: 'when', message: { zh: '没有字段“sped”', en: 'no field “sped”' }, start: 5, end: 9 },
      { field: 'until', message: { zh: '另一处', en: 'another' } },
    ];
    const answer = d.ask('sun', 'rule.save', { rule: aRule('own'), enabled: true });
    expect(answer).toEqual({
      ok: false,
      refusal: { code: 'bad-rule', detail: 'when: 没有字段“sped” / no field “sped”' },
    });
    d.problems = [{ field: 'when', message: { zh: '长'.repeat(400), en: '' } }];
    const long = d.ask('sun', 'rule.save', { rule: aRule('own'), enabled: true });
    expect(detailOf(long)).toHaveLength(300);
  });

  it('AL-87 a rule explains rules that exist, and is not a consequence of itself', () => {
    const d = new AlarmDesk();
    const save = (id: string, explains: string, expected?: number) =>
      detailOf(
        d.ask(
          'sun',
          'rule.save',
          { rule: aRule(id, { explains: [{ rule: explains }] }), enabled: true },
          expected,
        ),
      );
    expect(save('own', 'none')).toBe('explains: 没有规则“none” / there is no rule “none”');
    expect(save('jam', 'jam', 0)).toMatch(/^explains: .*groupM/);
    // feed explains dark, and dark explains jam.
    expect(save('jam', 'feed', 0)).toMatch(/^explains: .*“feed”/);
    expect(save('jam', 'silent', 0)).toBe('done');
  });

  it('AL-87 what is to be switched or deleted exists, and is not so already', () => {
    const d = new AlarmDesk();
    expect(alarmCodeOf(d.ask('sun', 'rule.switch', { rule: 'none', enabled: false }))).toBe('not-found');
    expect(alarmCodeOf(d.ask('sun', 'rule.delete', { rule: 'none', reason: '不用' }))).toBe('not-found');
    expect(d.ask('sun', 'rule.switch', { rule: 'jam', enabled: true })).toEqual({
      ok: false,
      refusal: { code: 'already-done', detail: '规则jam / Rule jam' },
    });
  });
});

describe('a rule that is no longer in force', () => {
  const ways: readonly [string, (d: AlarmDesk) => void][] = [
    ['switched off', (d) => d.must('sun', 'rule.switch', { rule: 'own', enabled: false })],
    ['saved as off', (d) => d.must('sun', 'rule.save', { rule: own, enabled: false }, 1)],
    ['deleted', (d) => d.must('sun', 'rule.delete', { rule: 'own', reason: '不用' })],
    [
      'about something else',
      (d) => d.must('sun', 'rule.save', { rule: { ...own, subject: 'unit' }, enabled: true }, 1),
    ],
  ];
  const own = aRule('own', { groupM: 100, explains: [{ rule: 'jam', withinM: 100 }] });

  it.each(ways)('AL-88 (%s) ends all its alarms and frees what they explained', (_, end) => {
    const d = new AlarmDesk();
    d.must('sun', 'rule.save', { rule: own, enabled: true });
    const at = (k: number) => ({ m: k * 1_000 });
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'].map((l, k) => d.raise('own', l, at(k)));
    const [, acknowledged, , shelved, service, suppressed] = ids as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    d.raise('own', 'g', { m: 50 });
    const jam = d.raise('jam', 'l1', { m: 0 });
    d.must('wang', 'alarm.acknowledge', { alarms: [acknowledged] });
    d.says('returned', 'own', 'c', at(2));
    d.must('wang', 'alarm.shelve', { alarms: [shelved], minutes: 15, reason: '施工' });
    d.must('sun', 'alarm.service', { alarms: [service], inService: false, reason: '检修' });
    d.says('suppressed', 'own', 'f', at(5));
    expect([d.stateOf(suppressed), d.parentOf(jam)]).toEqual(['suppressed', ids[0]]);
    d.heard();
    end(d);
    expect([...d.state.byId.keys()]).toEqual([jam]);
    const moved = d.journal.flatMap((e) => (e.type === 'alarm.grouped' ? [e.payload.id] : []));
    expect(moved).toEqual([jam]);
    expect([d.parentOf(jam), d.heard()]).toEqual([null, [jam]]);
  });

  it('AL-89 one that came with the product can be switched off, not deleted', () => {
    const d = new AlarmDesk();
    const deleted = d.ask('sun', 'rule.delete', { rule: 'jam', reason: '不用' });
    expect(deleted).toMatchObject({ ok: false, refusal: { code: 'built-in-rule' } });
    d.must('sun', 'rule.switch', { rule: 'jam', enabled: false });
    expect(d.rule('jam')).toMatchObject({ enabled: false, version: 1 });
  });
});
