/** A rule with everything in it, and its record. */
import type { AlarmRule, RuleRecord } from '../../../server/contract/alarms.ts';

export const aRule = (more: Partial<AlarmRule> = {}): AlarmRule => ({
  id: 'jam-near-school',
  name: { zh: '学校周边拥堵', en: 'Jam near a school' },
  subject: 'link',
  where: 'link.metresTo("school") < 300.0',
  when: 'link.ratio < 0.3',
  until: 'link.ratio > 0.45',
  onDelayS: 120,
  offDelayS: 60,
  count: { atLeast: 3, withinMin: 15, withinM: 800 },
  groupM: 500,
  explains: [{ rule: 'slow-buses', withinM: 1_000 }, { rule: 'late-units' }],
  suppressWhen: 'clock.hour < 6.0',
  areas: [
    {
      id: 'market',
      ring: [
        [118.6, 30.2],
        [118.61, 30.2],
        [118.61, 30.21],
      ],
    },
  ],
  priority: 2,
  purpose: { zh: '保障上学', en: 'Children get to school' },
  consequence: { zh: '迟到', en: 'They are late' },
  response: { zh: '通知交警疏导', en: 'Tell the traffic police' },
  owner: { role: 'dispatcher', department: 'traffic-police' },
  escalate: [
    { afterMin: 5, to: 'supervisor' },
    { afterMin: 15, to: 'system-admin' },
  ],
  incident: { category: 'traffic.congestion', severity: 3 },
  ...more,
});

export const aRuleRecord = (more: Partial<AlarmRule> = {}, record: Partial<RuleRecord> = {}): RuleRecord => {
  const rule = aRule(more);
  return { id: rule.id, rule, enabled: true, version: 3, ...record };
};
