/** The list of rules, and the one that is being written. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  changeForm,
  editRule,
  newRule,
  openRule,
  overtaken,
  stopWriting,
  useRuleEditor,
} from '../../../client/alarm-rules/editor.ts';
import {
  filterRules,
  isFilteringRules,
  noRuleFilter,
  rulesByPriority,
  type RuleFilter,
} from '../../../client/alarm-rules/rule-list.ts';
import { aRuleRecord } from './rule.ts';

const rule = (
  id: string,
  en: string,
  priority: 1 | 2 | 3,
  enabled = true,
  subject: 'link' | 'unit' = 'link',
) => aRuleRecord({ id, name: { zh: `规则${id}`, en }, priority, subject }, { enabled });
const all = [
  rule('a', 'Slow', 3),
  rule('b', 'Dark', 1),
  rule('c', 'Crowd', 3, false),
  rule('d', 'Late', 2, true, 'unit'),
];
const rung = new Map([
  ['a', 7],
  ['c', 9],
]);
const list = (part: Partial<RuleFilter>): string =>
  filterRules(all, { ...noRuleFilter, ...part }, rung)
    .map((r) => r.id)
    .join('');

describe('the list of rules', () => {
  it.each<readonly [string, Partial<RuleFilter>, string]>([
    ['by priority, then by name', {}, 'bdca'],
    ['by name', { sort: 'name' }, 'cbda'],
    ['by how often they rang', { sort: 'rung' }, 'cabd'],
    ['those that are on', { only: 'on' }, 'bda'],
    ['those that are off', { only: 'off' }, 'c'],
    ['of a subject', { subject: 'unit' }, 'd'],
    ['of a priority', { priority: 3 }, 'ca'],
    ['by a word of the name', { text: 'cRow' }, 'c'],
    ['by a Chinese word', { text: '规则b' }, 'b'],
    ['that nothing fits', { text: 'zzz' }, ''],
  ])('UI-180 shows %s', (_name, part, expected) => {
    expect(list(part)).toBe(expected);
  });

  it('UI-180 knows whether something is left out', () => {
    expect(isFilteringRules(noRuleFilter)).toBe(false);
    expect(isFilteringRules({ ...noRuleFilter, sort: 'rung' })).toBe(false);
    expect(isFilteringRules({ ...noRuleFilter, only: 'off' })).toBe(true);
  });

  it('UI-182 counts the shares of priorities among the rules that are on', () => {
    expect(rulesByPriority(all)).toEqual({ 1: 1 / 3, 2: 1 / 3, 3: 1 / 3 });
    expect(rulesByPriority([all[2]!])).toBeNull();
  });
});

describe('the rule that is written', () => {
  afterEach(() => {
    stopWriting();
    openRule(null);
  });

  it('UI-177 sees that somebody changed or deleted the rule since it was read', () => {
    const base = aRuleRecord({}, { version: 3 });
    const later = aRuleRecord({}, { version: 4, changedBy: '王' });
    expect(overtaken(base, base)).toBeNull();
    expect(overtaken(base, later)).toBe(later);
    expect(overtaken(base, undefined)).toBe('deleted');
    expect(overtaken(null, undefined)).toBeNull();
  });

  it('UI-177 keeps what it was read at, and what is written, while another rule is looked at', () => {
    const base = aRuleRecord();
    editRule(base);
    changeForm({ when: 'true' });
    openRule('other');
    const { writing, open } = useRuleEditor.getState();
    expect(open).toBe('other');
    expect(writing).toMatchObject({ base, form: { when: 'true', id: base.id } });
  });

  it('UI-176 begins a new rule off, empty or after another’s example with an id of its own', () => {
    newRule(new Set());
    expect(useRuleEditor.getState().writing).toMatchObject({ base: null, enabled: false, form: { id: '' } });
    newRule(new Set(['jam-near-a-school']), aRuleRecord());
    expect(useRuleEditor.getState().writing).toMatchObject({
      base: null,
      enabled: false,
      form: { id: 'jam-near-a-school-2', when: 'link.ratio < 0.3' },
    });
  });
});
