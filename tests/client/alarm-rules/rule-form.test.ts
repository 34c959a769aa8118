/** A rule while it is written: whole again when it is read back, and every gap has its sentence at its field. */
import { describe, expect, it } from 'vitest';
import {
  blankCount,
  blankRuleForm,
  checkable,
  formOfRule,
  proposeId,
  readRule,
  sameForm,
  type RuleForm,
} from '../../../client/alarm-rules/rule-form.ts';
import { catalogues } from '../../../client/i18n/i18n.ts';
import { alarmRule, type AlarmRule } from '../../../server/contract/alarms.ts';
import { aRule } from './rule.ts';

const none: ReadonlySet<string> = new Set();
const nothing = { zh: '', en: '' };
const bare = (): AlarmRule =>
  alarmRule.parse({
    id: 'dark',
    name: { zh: '熄灯', en: '' },
    subject: 'signal',
    when: 'signal.dark',
    priority: 1,
    purpose: { zh: '目的', en: '' },
    consequence: { zh: '后果', en: '' },
    response: { zh: '处置', en: '' },
    owner: { role: 'supervisor' },
  });

describe('a rule as a form', () => {
  it.each([
    ['with everything', aRule()],
    ['with nothing but what must be', bare()],
  ])('UI-170 is the same rule when it is read back: %s', (_name, rule) => {
    const read = readRule(formOfRule(rule), none);
    expect(read.problems).toEqual([]);
    expect(read.rule).toEqual(rule);
  });

  it('UI-170 escalates in the order of time, however the steps were written', () => {
    const form: RuleForm = {
      ...formOfRule(bare()),
      escalate: [
        { afterMin: 30, to: 'supervisor' },
        { afterMin: 5, to: 'dispatcher' },
      ],
    };
    expect(readRule(form, none).rule?.escalate.map((step) => step.afterMin)).toEqual([5, 30]);
  });

  it('UI-170 tells a form that was touched from one that was not', () => {
    const form = formOfRule(aRule());
    expect(sameForm(form, formOfRule(aRule()))).toBe(true);
    expect(sameForm(form, { ...form, when: `${form.when} ` })).toBe(false);
  });

  const faulty: readonly (readonly [string, Partial<RuleForm>, string, string, boolean])[] = [
    ['no response', { response: nothing }, 'response', 'rules.fault.response', true],
    ['blanks as a response', { response: { zh: ' ', en: '\n' } }, 'response', 'rules.fault.response', true],
    ['no purpose', { purpose: nothing }, 'purpose', 'rules.fault.purpose', true],
    ['no consequence', { consequence: nothing }, 'consequence', 'rules.fault.consequence', true],
    ['no name', { name: nothing }, 'name', 'rules.fault.name', true],
    ['no condition', { when: '  ' }, 'when', 'rules.fault.when', true],
    ['markup', { name: { zh: '<b>急</b>', en: '' } }, 'name', 'text.fault.markup', false],
    ['a long name', { name: { zh: '', en: 'x'.repeat(81) } }, 'name', 'text.fault.long', false],
    ['a bad id', { id: 'Jam 1' }, 'id', 'rules.fault.id', false],
    ['a taken id', { id: 'other' }, 'id', 'rules.fault.taken', false],
    ['a delay of days', { onDelayS: 90_000 }, 'onDelayS', 'rules.fault.most', false],
    [
      'one that counts to one',
      { count: { ...blankCount, atLeast: 1 } },
      'count.atLeast',
      'rules.fault.least',
      false,
    ],
    [
      'a count without its metres',
      { count: { ...blankCount, withinM: null } },
      'count.withinM',
      'rules.fault.missing',
      true,
    ],
    ['a group of no size', { groupM: 0 }, 'groupM', 'rules.fault.least', false],
    [
      'nothing explained',
      { explains: [{ rule: '', withinM: null }] },
      'explains.0',
      'rules.fault.explains',
      true,
    ],
    [
      'itself explained',
      { explains: [{ rule: 'jam-near-school', withinM: null }] },
      'explains.0',
      'rules.fault.explainsSelf',
      false,
    ],
    [
      'an area of two corners',
      { areas: [{ id: 'a', points: '1,2\n3,4' }] },
      'areas.0',
      'rules.area.few',
      false,
    ],
    [
      'an area without a name',
      { areas: [{ id: 'The Market', points: '1,2 3,4 5,6' }] },
      'areas.0',
      'rules.area.id',
      false,
    ],
    [
      'a step at no time',
      { escalate: [{ afterMin: null, to: 'supervisor' }] },
      'escalate.0',
      'rules.fault.missing',
      true,
    ],
  ];
  it.each(faulty)('UI-171 is no rule with %s', (_name, part, field, key, missing) => {
    const read = readRule({ ...formOfRule(aRule()), ...part }, new Set(['other']));
    expect(read.rule).toBeNull();
    expect(read.problems.map((p) => [p.field, p.said.key, p.missing === true])).toEqual([
      [field, key, missing],
    ]);
    expect(catalogues['zh-CN']).toHaveProperty([key]);
  });

  it('UI-171 says each thing that is missing from an empty form, and all of it as missing', () => {
    const { problems } = readRule({ ...blankRuleForm, id: 'new' }, none);
    expect(problems.map((p) => p.field)).toEqual(['name', 'purpose', 'consequence', 'response', 'when']);
    expect(problems.every((p) => p.missing === true)).toBe(true);
  });

  it('UI-171 refuses two areas of one name', () => {
    const area = { id: 'a', points: '1,2 3,4 5,6' };
    const { problems } = readRule({ ...formOfRule(aRule()), areas: [area, area] }, none);
    expect(problems.map((p) => [p.field, p.said.key])).toEqual([['areas.1', 'rules.area.twice']]);
  });

  it('UI-172 can be checked before its words are written, without what is not whole', () => {
    const rule = checkable({
      ...blankRuleForm,
      when: 'link.inside("a")',
      count: { atLeast: null, withinMin: 1, withinM: 1 },
      areas: [
        { id: 'a', points: '1,2 3,4 5,6' },
        { id: 'b', points: '1,2' },
      ],
      explains: [{ rule: '', withinM: null }],
    });
    expect(rule).toMatchObject({ when: 'link.inside("a")', explains: [] });
    expect(rule?.areas.map((area) => area.id)).toEqual(['a']);
    expect(rule).not.toHaveProperty('count');
    expect(alarmRule.safeParse(rule).success).toBe(true);
  });

  it('UI-172 cannot be checked without a condition, or with a number out of bounds', () => {
    expect(checkable({ ...blankRuleForm, when: ' ' })).toBeNull();
    expect(checkable({ ...blankRuleForm, when: 'true', onDelayS: -1 })).toBeNull();
  });

  it.each([
    ['Jam near a school', [], 'jam-near-a-school'],
    ['  PM2.5 ≥ 75! ', [], 'pm2-5-75'],
    ['Jam', ['jam', 'jam-2'], 'jam-3'],
    ['', [], 'rule-1'],
    ['', ['rule-1'], 'rule-2'],
    ['x'.repeat(80), [], 'x'.repeat(50)],
  ])('UI-176 takes the id of %j from its name, never one of %j', (en, taken, id) => {
    expect(proposeId({ zh: '拥堵', en }, new Set(taken))).toBe(id);
  });
});
