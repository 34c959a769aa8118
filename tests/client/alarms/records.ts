/** Alarms as small as they can be, for tests of what screens make of them. */
import type { AlarmRecord, AlarmRule, RuleRecord } from '../../../server/contract/alarms.ts';

/** A standing, unacknowledged alarm `A1` of rule `slow` on link `l1`. */
export const anAlarm = (number: number, part: Partial<AlarmRecord> = {}): AlarmRecord => ({
  id: `slow:l${number}`,
  number,
  rule: 'slow',
  ruleVersion: 1,
  name: { zh: '拥堵', en: 'Congestion' },
  priority: 2,
  state: 'unacknowledged',
  active: true,
  subject: { kind: 'link', id: `l${number}`, name: { zh: '人民路', en: 'Renmin Road' }, district: 'd1' },
  facts: [{ field: 'link.speedKph', value: 8, op: '<', limit: 15 }],
  raisedAtMs: number * 1_000,
  lastRaisedAtMs: number * 1_000,
  count: 1,
  children: 0,
  ...part,
});

export const aRule = (id: string, part: Partial<AlarmRule> = {}): RuleRecord => ({
  id,
  enabled: true,
  version: 1,
  rule: {
    id,
    name: { zh: id, en: id },
    subject: 'link',
    when: 'link.speedKph < 15.0',
    onDelayS: 0,
    offDelayS: 0,
    explains: [],
    areas: [],
    priority: 2,
    purpose: { zh: '用途', en: 'purpose' },
    consequence: { zh: '后果', en: 'consequence' },
    response: { zh: '处置', en: 'response' },
    owner: { role: 'dispatcher' },
    escalate: [],
    ...part,
  },
});

export const byId = (alarms: readonly AlarmRecord[]): ReadonlyMap<string, AlarmRecord> =>
  new Map(alarms.map((a) => [a.id, a]));
