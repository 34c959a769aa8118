import { describe, expect, it } from 'vitest';
import type { AlarmRule } from '../../../../../server/contract/alarms.ts';
import type { CityEvent } from '../../../../../server/domain/city-event.ts';
import { AlarmLog } from '../../../../../server/domain/alarms/kpi/log.ts';
import { AlarmPast } from '../../../../../server/domain/alarms/kpi/past.ts';
import { people } from '../../../../support/case-world.ts';
import { aMessage } from '../../../../support/warning-desk.ts';
import {
  acknowledged,
  atSecond,
  becameIncident,
  escalated,
  flood,
  grouped,
  operators,
  raised,
  repeated,
  returned,
  service,
  shelved,
  suppressed,
  unshelved,
} from '../../../../support/kpi-events.ts';

const act = (s: number) => ({ atMs: atSecond(s), by: people.sun });
const rule = { id: 'a', name: { zh: '拥堵', en: 'Jam' }, priority: 2 } as AlarmRule;
const message = aMessage('m', 0);
const logOf = (events: readonly CityEvent[], log = new AlarmLog()): AlarmLog => {
  for (const [i, event] of events.entries()) log.take(event, i + 1);
  return log;
};
const first = raised('a:1', 0, { number: 107 });
const second = raised('a:2', 0, { number: 108 });
const all = ['a:1', ...Array.from({ length: 25 }, (_, i) => `x:${i}`)];

describe('the alarm log', () => {
  const cases: readonly [CityEvent, object][] = [
    [
      first,
      {
        alarm: 'a:1',
        number: 107,
        rule: 'a',
        priority: 3,
        name: { zh: '规则 a · 路 1', en: 'Rule a · Road 1' },
      },
    ],
    [raised('a:3', 5, { number: 9, parent: 'a:1' }), { number: 9, text: '→ A107' }],
    [repeated('a:1', 5), { alarm: 'a:1', number: 107, rule: 'a', priority: 3 }],
    [returned('a:1', 5), { alarm: 'a:1', number: 107 }],
    [returned('b:9', 5), { alarm: 'b:9', number: undefined, name: undefined, rule: undefined }],
    [suppressed('a:1', 5, true), { number: 107, text: undefined }],
    [suppressed('a:1', 5, false), { text: '抑制结束 / no longer' }],
    [grouped('a:2', 5, 'a:1'), { number: 108, text: '→ A107' }],
    [grouped('a:2', 5, null), { text: '不再归并 / no longer' }],
    [acknowledged('a:1', 5), { alarm: 'a:1', number: 107, by: '王调度', text: undefined }],
    [
      acknowledged(['a:1', 'a:2'], 5),
      { alarm: undefined, number: undefined, rule: undefined, text: 'A107 A108' },
    ],
    [acknowledged(all, 5), { text: `A107 ${all.slice(1, 20).join(' ')} +6` }],
    [shelved(['a:1', 'a:2'], 5, '施工'), { by: '王调度', text: 'A107 A108 · 施工' }],
    [unshelved('a:1', 5), { by: 'system', text: '到期 / its time was over' }],
    [unshelved('a:1', 5, 'wang'), { by: '王调度', text: undefined }],
    [service('a:1', 5, false), { by: '孙值班长', text: '停用 / out of service · 改造' }],
    [service('a:1', 5, true), { text: '恢复 / in service · 改造' }],
    [escalated('a:1', 5), { by: 'system', text: '值班长 / Supervisor' }],
    [becameIncident('a:1', 5), { number: 107, text: '#1042' }],
    [
      flood(5, true, 11),
      { alarm: undefined, text: '10 分钟 11 条，值班 1 人 / 11 in 10 minutes, 1 on duty' },
    ],
    [flood(5, false, 3), { text: '10 分钟 3 条，值班 1 人 / 3 in 10 minutes, 1 on duty' }],
    [operators(5, 4), { text: '4' }],
    [
      { type: 'rule.saved', payload: { ...act(5), rule, enabled: true, version: 3, reason: '太吵' } },
      { rule: 'a', name: rule.name, priority: 2, by: '孙值班长', text: 'v3 · 太吵' },
    ],
    [
      { type: 'rule.switched', payload: { ...act(5), id: 'a', enabled: false, version: 4 } },
      { rule: 'a', name: { zh: '规则 a', en: 'Rule a' }, text: '停用 / off' },
    ],
    [
      { type: 'rule.switched', payload: { ...act(5), id: 'a', enabled: true, version: 4, reason: '恢复' } },
      { text: '启用 / on · 恢复' },
    ],
    [
      { type: 'rule.deleted', payload: { ...act(5), id: 'a', reason: '重复' } },
      { rule: 'a', text: '重复' },
    ],
    [
      { type: 'warning.received', payload: { id: 'w', feed: 'met', atMs: atSecond(5), message, ends: [] } },
      { name: message.headline, by: undefined, text: 'met@example', alarm: undefined, rule: undefined },
    ],
    [
      { type: 'warning.drafted', payload: { ...act(5), id: 'w', message } },
      { name: message.headline, text: undefined },
    ],
    [
      { type: 'warning.decided', payload: { ...act(5), id: 'w1', approved: true, ends: [] } },
      { name: message.event, text: '批准 / approved' },
    ],
    [
      {
        type: 'warning.decided',
        payload: { ...act(5), id: 'w1', approved: false, reason: '过大', ends: [] },
      },
      { text: '退回 / rejected · 过大' },
    ],
    [
      { type: 'warning.cancelled', payload: { ...act(5), id: 'w1', reason: '水退', message } },
      { name: message.event, text: '水退' },
    ],
    [
      { type: 'warning.expired', payload: { id: 'w1', atMs: atSecond(5) } },
      { name: message.event, text: undefined },
    ],
    [
      { type: 'handover.offered', payload: { ...act(5), id: 'h', note: '注意', items: [] } },
      { by: '孙值班长', text: '注意', name: undefined },
    ],
    [
      { type: 'handover.signed', payload: { ...act(5), id: 'h' } },
      { by: '孙值班长', text: undefined },
    ],
  ];

  it.each(cases.map(([event, expected]) => [event.type, expected, event] as const))(
    'AL-136 says of %s what it leaves open: %j',
    (_, expected, event) => {
      const unnamed = { ...message, headline: { zh: '', en: '' } };
      const draft: CityEvent = {
        type: 'warning.drafted',
        payload: { ...act(0), id: 'w1', message: unnamed },
      };
      const [line] = logOf([first, second, draft, event]).lines({ limit: 1 });
      const { type, payload } = event;
      const atMs = 'atMs' in payload ? payload.atMs : undefined;
      expect(line).toMatchObject({ seq: 4, type, atMs });
      const shown = Object.fromEntries(
        Object.keys(expected).map((key) => [key, line![key as keyof typeof line]]),
      );
      expect(shown).toEqual(expected);
    },
  );

  it('AL-136 cases and notifications have lines of their own elsewhere', () => {
    const other: CityEvent[] = [
      { type: 'incident.noted', payload: { ...act(1), id: 'inc-1000', text: '记录' } },
      {
        type: 'notification.settled',
        payload: { id: 'n', atMs: atSecond(1), delivered: true, attempts: 1 },
      },
    ];
    expect(logOf(other).lines({ limit: 10 })).toEqual([]);
  });

  it('AL-137 keeps the newest, newest first, and finds by time, rule and alarm', () => {
    const log = new AlarmLog(50);
    const events = Array.from({ length: 503 }, (_, i) => raised(i % 2 === 0 ? `a:${i}` : `b:${i}`, i));
    logOf(events, log);
    const seqs = (filter: Parameters<AlarmLog['lines']>[0]) => log.lines(filter).map((l) => l.seq);
    expect(seqs({ limit: 1_000 })).toEqual(Array.from({ length: 50 }, (_, i) => 503 - i));
    expect(seqs({ limit: 3 })).toEqual([503, 502, 501]);
    expect(seqs({ limit: 3, rule: 'a' })).toEqual([503, 501, 499]);
    expect(seqs({ limit: 100, sinceMs: atSecond(500) })).toEqual([503, 502, 501]);
    log.take(acknowledged(['a:498', 'b:499'], 600), 504);
    expect(seqs({ limit: 9, alarm: 'a:498' })).toEqual([504, 499]);
    expect(seqs({ limit: 2, rule: 'b' })).toEqual([504, 502]);
    expect(seqs({ limit: 9, alarm: 'a:0' })).toEqual([]);
  });

  it('AL-137 names go after a while, the oldest first', () => {
    const log = new AlarmLog(50, 10);
    logOf(
      Array.from({ length: 12 }, (_, i) => raised(`a:${i}`, i, { number: i })),
      log,
    );
    log.take(returned('a:0', 20), 13);
    log.take(returned('a:7', 20), 14);
    log.take(returned('a:11', 20), 15);
    expect(log.lines({ limit: 3 }).map((l) => l.number)).toEqual([11, 7, undefined]);
  });
});

describe('the same alarm before', () => {
  const pastOf = (...events: Parameters<AlarmPast['take']>[0][]): AlarmPast => {
    const past = new AlarmPast();
    for (const event of events) past.take(event);
    return past;
  };

  it('AL-138 says when, for how long, who took it on, what it led to; newest first', () => {
    const past = pastOf(
      raised('a:1', 0),
      raised('a:2', 1),
      acknowledged(['a:1', 'a:2'], 40),
      becameIncident('a:1', 50),
      returned('a:1', 60),
      raised('a:1', 1_000),
      returned('a:1', 1_010),
      repeated('a:1', 1_020),
      shelved('a:1', 1_030, '施工'),
      returned('a:1', 1_040),
      acknowledged('a:1', 1_050, 'sun'),
      acknowledged('a:1', 1_060, 'li'),
      raised('a:1', 2_000),
    );
    expect(past.earlier('a:1')).toEqual([
      { raisedAtMs: atSecond(2_000), count: 1 },
      {
        raisedAtMs: atSecond(1_000),
        endedAtMs: atSecond(1_040),
        count: 2,
        acknowledgedBy: '孙值班长',
        acknowledgedAfterMs: 50_000,
        shelvedFor: '施工',
      },
      {
        raisedAtMs: atSecond(0),
        endedAtMs: atSecond(60),
        count: 1,
        acknowledgedBy: '王调度',
        acknowledgedAfterMs: 40_000,
        incident: { id: 'inc-1042', number: 1042 },
      },
    ]);
    expect(past.earlier('a:1', atSecond(2_000)).map((o) => o.raisedAtMs)).toEqual([
      atSecond(1_000),
      atSecond(0),
    ]);
    expect(past.earlier('a:2')).toMatchObject([{ raisedAtMs: atSecond(1), acknowledgedAfterMs: 39_000 }]);
    expect(past.earlier('a:3')).toEqual([]);
  });

  it('AL-138 under a new version of its rule it is the same occurrence', () => {
    const past = pastOf(
      raised('a:1', 0, { number: 5 }),
      raised('a:1', 10, { number: 5, ruleVersion: 1 }),
      raised('a:1', 20, { number: 5, ruleVersion: 2, priority: 1 }),
      returned('a:1', 30),
      raised('a:1', 40, { number: 5, ruleVersion: 3 }),
    );
    expect(past.earlier('a:1')).toEqual([{ raisedAtMs: atSecond(0), count: 3 }]);
  });

  it('AL-139 the last twenty of an alarm, and of all alarms only so many', () => {
    const past = new AlarmPast(100);
    for (let i = 0; i < 30; i++) past.take(raised('a:1', i));
    expect(past.earlier('a:1').map((o) => o.raisedAtMs)).toEqual(
      Array.from({ length: 20 }, (_, i) => atSecond(29 - i)),
    );
    for (let i = 0; i < 70; i++) past.take(raised(`b:${i}`, 100 + i));
    past.take(raised('a:1', 200));
    for (let i = 0; i < 11; i++) past.take(raised(`c:${i}`, 300 + i));
    const known = (id: string): boolean => past.earlier(id).length > 0;
    const kept = [
      ...Array.from({ length: 70 }, (_, i) => `b:${i}`),
      ...Array.from({ length: 11 }, (_, i) => `c:${i}`),
    ];
    expect(kept.filter(known)).toEqual(kept.slice(11));
    expect(past.earlier('a:1')).toHaveLength(20);
  });
});
