/** Which rules are listed and in which order. Pure. */
import type { SubjectKind } from '../../server/contract/alarm-fields.ts';
import type { AlarmPriority, RuleRecord } from '../../server/contract/alarms.ts';

export interface RuleFilter {
  readonly text: string;
  /** Empty: all. */
  readonly subject: SubjectKind | '';
  readonly priority: AlarmPriority | 0;
  readonly only: 'all' | 'on' | 'off';
  readonly sort: 'priority' | 'name' | 'rung';
}
export const noRuleFilter: RuleFilter = { text: '', subject: '', priority: 0, only: 'all', sort: 'priority' };

export const isFilteringRules = (f: RuleFilter): boolean =>
  f.text.trim() !== '' || f.subject !== '' || f.priority !== 0 || f.only !== 'all';

const words = ({ rule }: RuleRecord): readonly string[] => [rule.id, rule.name.zh, rule.name.en];

function fits(record: RuleRecord, f: RuleFilter): boolean {
  const wanted = f.text.trim().toLowerCase();
  return (
    (f.subject === '' || record.rule.subject === f.subject) &&
    (f.priority === 0 || record.rule.priority === f.priority) &&
    (f.only === 'all' || record.enabled === (f.only === 'on')) &&
    (wanted === '' || words(record).some((text) => text.toLowerCase().includes(wanted)))
  );
}

/** `rung`: how often each rang, by id; a rule that is not in it did not. */
export function filterRules(
  all: readonly RuleRecord[],
  filter: RuleFilter,
  rung: ReadonlyMap<string, number>,
): readonly RuleRecord[] {
  const times = (r: RuleRecord): number => rung.get(r.id) ?? 0;
  const byName = (a: RuleRecord, b: RuleRecord): number =>
    (a.rule.name.en || a.rule.name.zh).localeCompare(b.rule.name.en || b.rule.name.zh, 'en') ||
    (a.id < b.id ? -1 : 1);
  const order = {
    name: byName,
    priority: (a: RuleRecord, b: RuleRecord) => a.rule.priority - b.rule.priority || byName(a, b),
    rung: (a: RuleRecord, b: RuleRecord) => times(b) - times(a) || byName(a, b),
  }[filter.sort];
  return all.filter((record) => fits(record, filter)).sort(order);
}

/** Shares of priorities among the rules that are on; null where none is. */
export function rulesByPriority(all: readonly RuleRecord[]): Readonly<Record<AlarmPriority, number>> | null {
  const on = all.filter((r) => r.enabled);
  if (on.length === 0) return null;
  const share = (p: AlarmPriority): number => on.filter((r) => r.rule.priority === p).length / on.length;
  return { 1: share(1), 2: share(2), 3: share(3) };
}
