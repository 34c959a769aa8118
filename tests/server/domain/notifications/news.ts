/** An alarm of a rule and a warning, as they are told of. */
import { alarmRule, type AlarmRule, type AlarmRuleInput } from '../../../../server/contract/alarms.ts';
import type { WarningMessage } from '../../../../server/contract/warnings.ts';
import type { ToldAlarm } from '../../../../server/domain/notifications/body.ts';
import type { About } from '../../../../server/domain/notifications/route.ts';

/** 2027-01-15 16:00 in Shanghai. */
export const T = 1_800_000_000_000;
export const ZONE = 'Asia/Shanghai';

export const rule = (more: Partial<AlarmRuleInput> = {}): AlarmRule =>
  alarmRule.parse({
    id: 'deep-water',
    name: { zh: '道路积水', en: 'Water on the road' },
    subject: 'station',
    when: 'station.levelM > 0.5',
    priority: 1,
    purpose: { zh: '发现积水', en: 'Finds flooding' },
    consequence: { zh: '车辆被困', en: 'Cars are trapped' },
    response: { zh: '封闭道路', en: 'Close the road' },
    owner: { role: 'dispatcher', department: 'water' },
    ...more,
  });

export const alarm = (more: Partial<ToldAlarm> = {}): ToldAlarm => ({
  id: 'deep-water:st-7',
  number: 107,
  rule: 'deep-water',
  ruleVersion: 3,
  name: { zh: '道路积水', en: 'Water on the road' },
  priority: 1,
  state: 'unacknowledged',
  subject: {
    kind: 'station',
    id: 'st-7',
    name: { zh: '解放路下穿', en: 'Jiefang underpass' },
    position: [118.6, 30.1],
    district: 'east',
  },
  facts: [{ field: 'station.levelM', value: 0.6789, op: '>', limit: 0.5 }],
  count: 1,
  ...more,
});

export const rang = (more: Partial<ToldAlarm> = {}, ruleMore: Partial<AlarmRuleInput> = {}): About => ({
  kind: 'alarm',
  atMs: T,
  alarm: alarm(more),
  rule: rule(ruleMore),
});

export const escalated = (times = 1): About => ({
  kind: 'escalation',
  atMs: T,
  alarm: alarm(),
  rule: rule(),
  to: 'supervisor',
  times,
});

export const warned = (more: Partial<WarningMessage> = {}): About => ({
  kind: 'warning',
  atMs: T,
  message: {
    identifier: 'city-2027-1',
    sender: 'alarms@city.example.org',
    sentAtMs: T,
    messageType: 'Alert',
    references: [],
    signed: false,
    status: 'Actual',
    scope: 'Public',
    categories: ['Met'],
    event: { zh: '暴雨', en: 'Heavy rain' },
    urgency: 'Immediate',
    severity: 'Severe',
    certainty: 'Observed',
    headline: { zh: '暴雨红色预警', en: 'Red warning of heavy rain' },
    description: { zh: '三小时内有暴雨', en: 'Heavy rain within three hours' },
    instruction: { zh: '不要外出', en: 'Stay at home' },
    expiresAtMs: T + 3_600_000,
    areas: [{ description: '东区', polygons: [], circles: [], geocodes: [] }],
    ...more,
  },
});
