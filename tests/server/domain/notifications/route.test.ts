import { describe, expect, it } from 'vitest';
import { alarmStates } from '../../../../server/contract/alarms.ts';
import type { NotificationEventPayloads } from '../../../../server/domain/notifications/events.ts';
import { route, type About, type Route } from '../../../../server/domain/notifications/route.ts';
import { alarm, escalated, rang, rule, T, warned, ZONE } from './news.ts';

type Queued = NotificationEventPayloads['notification.queued'];
const queued = (routes: readonly Route[], about: About): Queued[] =>
  route(routes, about, ZONE).map((e) => {
    if (e.type !== 'notification.queued') throw new Error(e.type);
    return e.payload;
  });
const to = (...targets: string[]): Route['to'] => targets.map((target) => ({ target, channel: 'webhook' }));
const everything: Route = { to: to('desk') };

describe('routes', () => {
  it.each<[string, Omit<Route, 'to'>, About, boolean]>([
    ['no condition, an alarm', {}, rang(), true],
    ['no condition, an escalation', {}, escalated(), true],
    ['no condition, a warning', {}, warned(), true],
    ['its kind', { kinds: ['alarm'] }, rang(), true],
    ['another kind', { kinds: ['escalation', 'warning'] }, rang(), false],
    ['alarms only, an escalation', { kinds: ['alarm'] }, escalated(), false],
    ['its priority', { priorities: [2, 1] }, rang(), true],
    ['another priority', { priorities: [2, 3] }, rang(), false],
    ['its rule', { rules: ['deep-water'] }, rang(), true],
    ['another rule', { rules: ['dry'] }, rang(), false],
    ['its owner’s department', { departments: ['water'] }, rang(), true],
    ['another department', { departments: ['fire'] }, rang(), false],
    [
      'a department, a rule without one',
      { departments: ['water'] },
      rang({}, { owner: { role: 'dispatcher' } }),
      false,
    ],
    ['its owner’s role', { roles: ['dispatcher'] }, rang(), true],
    ['another role', { roles: ['supervisor'] }, rang(), false],
    ['the role an escalation goes to', { roles: ['supervisor'] }, escalated(), true],
    ['the role an escalation comes from', { roles: ['dispatcher'] }, escalated(), false],
    ['all of several conditions', { priorities: [1], roles: ['dispatcher'], kinds: ['alarm'] }, rang(), true],
    ['all but one of several', { priorities: [1], roles: ['dispatcher'], rules: ['dry'] }, rang(), false],
    ['a priority, a warning', { priorities: [1, 2, 3] }, warned(), false],
    ['a rule, a warning', { rules: ['deep-water'] }, warned(), false],
    ['an owner, a warning', { roles: ['dispatcher'] }, warned(), false],
    ['warnings', { kinds: ['warning'] }, warned(), true],
  ])('AL-140 a route with %s', (_what, conditions, about, told) => {
    expect(queued([{ ...conditions, to: to('desk') }], about)).toHaveLength(told ? 1 : 0);
  });

  it('AL-140 tells each target once, by the channel it has', () => {
    const mail: Route = { to: [{ target: 'chiefs', channel: 'email' }], priorities: [1] };
    const got = queued(
      [{ to: to('desk', 'chat') }, mail, everything, { to: to('none'), priorities: [3] }],
      rang(),
    );
    expect(got.map((n) => [n.target, n.channel, n.atMs])).toEqual([
      ['desk', 'webhook', T],
      ['chat', 'webhook', T],
      ['chiefs', 'email', T],
    ]);
    expect(new Set(got.map((n) => n.id)).size).toBe(3);
    expect(queued([], rang())).toEqual([]);
  });

  it.each(alarmStates)('AL-141 an alarm that is %s', (state) => {
    expect(queued([everything], rang({ state }))).toHaveLength(state === 'unacknowledged' ? 1 : 0);
  });

  it('AL-141 does not tell what another alarm explains', () => {
    expect(queued([everything], rang({ parent: 'dark:signal-1' }))).toEqual([]);
  });

  it('AL-142 the same news has the same key, whoever works it out', () => {
    const key = (about: About): string => queued([everything], about)[0]!.id;
    expect(key(rang())).toBe('alarm:deep-water:st-7:107:1:desk');
    expect(key({ ...rang(), atMs: T + 5_000 })).toBe(key(rang()));
    expect(key(escalated(2))).toBe('escalation:deep-water:st-7:107:2:desk');
    expect(key(warned())).toBe('warning:city-2027-1:desk');
    const others = [rang({ number: 108 }), rang({ count: 2 }), escalated(1), escalated(2), warned()];
    expect(new Set(others.map(key)).size).toBe(others.length);
  });

  it('AL-142 an alarm that rings on and on has few keys', () => {
    const keys = Array.from({ length: 1_000 }, (_, i) => queued([everything], rang({ count: i + 1 }))[0]!.id);
    expect([...new Set(keys)].map((k) => k.split(':').at(-2))).toEqual([
      '1',
      '2',
      '4',
      '8',
      '16',
      '32',
      '64',
      '128',
      '256',
      '512',
    ]);
  });
});

describe('what is told', () => {
  const body = (about: About): Queued['body'] => queued([everything], about)[0]!.body;

  it('AL-143 says what, where, when, how bad and what to do, in both languages', () => {
    expect(body(rang())).toEqual({
      kind: 'alarm',
      subject: {
        zh: '【紧急】道路积水：解放路下穿（A107）',
        en: '[Emergency] Water on the road: Jiefang underpass (A107)',
      },
      text: {
        zh: '对象：解放路下穿\n时间：2027-01-15 16:00\n依据：水位 0.68 m（> 0.5）\n后果：车辆被困\n处置：封闭道路',
        en: 'Subject: Jiefang underpass\nTime: 2027-01-15 16:00\nMeasured: Water level 0.68 m (> 0.5)\nConsequence: Cars are trapped\nResponse: Close the road',
      },
      data: {
        alarm: 'deep-water:st-7',
        number: 107,
        rule: 'deep-water',
        ruleVersion: 3,
        priority: 1,
        count: 1,
        atMs: T,
        name: { zh: '道路积水', en: 'Water on the road' },
        subject: {
          kind: 'station',
          id: 'st-7',
          name: { zh: '解放路下穿', en: 'Jiefang underpass' },
          position: [118.6, 30.1],
        },
        facts: [{ field: 'station.levelM', value: 0.6789, op: '>', limit: 0.5 }],
        owner: { role: 'dispatcher', department: 'water' },
      },
    });
  });

  it('AL-143 an escalation says to whom', () => {
    const { kind, subject, text, data } = body(escalated());
    expect(kind).toBe('escalation');
    expect(subject.zh).toBe('【紧急·升级】道路积水：解放路下穿（A107）');
    expect(subject.en).toBe('[Emergency, escalated] Water on the road: Jiefang underpass (A107)');
    expect(text.zh.split('\n')[0]).toBe('升级至：值班长');
    expect(text.en.split('\n')[0]).toBe('Escalated to: Supervisor');
    expect(data['escalatedTo']).toBe('supervisor');
  });

  it('AL-143 says how often it rang, facts beside a baseline, and what is not known', () => {
    const { text } = body(
      rang({
        count: 5,
        facts: [
          { field: 'link.speedKph_dev', value: -3.456, op: '<', limit: -3 },
          { field: 'link.speedKph_usual', value: 41.2 },
          { field: 'station.aqi', value: null },
          { field: 'clock.hour', value: 8 },
          { field: 'signal.dark', value: true },
        ],
      }),
    );
    expect(text.en).toContain(
      'Measured: Speed (deviation from usual) -3.46 (< -3); Speed (usual) 41.2 km/h; AQI not known; clock.hour 8; Dark true',
    );
    expect(text.zh).toContain(
      '依据：车速（偏离常态） -3.46（< -3）；车速（常态值） 41.2 km/h；空气质量指数 未知',
    );
    expect(text.en).toContain('\nTimes: 5\n');
  });

  it('AL-143 what people wrote in one language is said in that one', () => {
    const half = rang(
      { name: { zh: '道路积水', en: '' } },
      { response: { zh: '', en: 'Close the road' }, consequence: { zh: '车辆被困', en: '' } },
    );
    const { subject, text } = body(half);
    expect(subject.en).toBe('[Emergency] 道路积水: Jiefang underpass (A107)');
    expect(text.zh).toContain('处置：Close the road');
    expect(text.en).toContain('Consequence: 车辆被困');
  });

  it.each(['medical.cardiac', 'traffic.collision'] as const)(
    'AL-143 of an incident (%s) goes out its number and category, nothing of people or their place',
    (category) => {
      const about: About = {
        kind: 'alarm',
        atMs: T,
        rule: rule({ subject: 'incident', when: 'incident.severity == 1.0' }),
        alarm: alarm({
          id: 'late:inc-9',
          subject: {
            kind: 'incident',
            id: 'inc-9',
            name: {
              zh: '#1042 王强 胸痛 学府路12号3单元',
              en: '#1042 Wang Qiang, chest pain, 12 Xuefu Road',
            },
            position: [118.612_345, 30.123_456],
            district: 'east',
          },
          facts: [
            { field: 'incident.street', value: 'xuefu-road' },
            { field: 'incident.district', value: 'east' },
            { field: 'incident.lateMin', value: 3, op: '>', limit: 0 },
          ],
        }),
      };
      const known = body({ ...about, incident: { number: 1042, category } });
      const unknown = body(about);
      for (const said of [JSON.stringify(known), JSON.stringify(unknown)]) {
        expect(said).not.toMatch(/王强|Wang|胸痛|chest|学府|xuefu|118\.6|30\.1|east/i);
        expect(said).toContain('Late on scene 3 min (> 0)');
      }
      const name = category === 'medical.cardiac' ? 'Cardiac arrest' : 'Traffic collision';
      expect(known.subject.en).toBe(`[Emergency] Water on the road: Incident #1042 ${name} (A107)`);
      expect(unknown.subject.zh).toBe('【紧急】道路积水：警情（A107）');
    },
  );

  it('AL-143 does not say where a unit is', () => {
    const unit = {
      kind: 'unit',
      id: 'e-1',
      name: { zh: '救一', en: 'Engine 1' },
      position: [118.6, 30.1],
    } as const;
    const { data } = body(rang({ subject: { ...unit, position: [118.6, 30.1] } }));
    expect(data['subject']).toEqual({ kind: 'unit', id: 'e-1', name: unit.name });
  });

  it('AL-144 a warning says what it is about, where and what to do', () => {
    const { kind, subject, text, data } = body(warned());
    expect(kind).toBe('warning');
    expect(subject).toEqual({ zh: '【预警】暴雨红色预警', en: '[Warning] Red warning of heavy rain' });
    expect(text.zh).toBe('暴雨\n三小时内有暴雨\n不要外出\n东区');
    expect(text.en).toBe('Heavy rain\nHeavy rain within three hours\nStay at home\n东区');
    expect(data).toMatchObject({
      warning: 'city-2027-1',
      severity: 'Severe',
      expiresAtMs: T + 3_600_000,
      areas: ['东区'],
    });
  });

  it.each([
    ['Update', 'Actual', '[Warning updated] '],
    ['Cancel', 'Actual', '[Warning cancelled] '],
    ['Alert', 'Exercise', '[Warning (exercise or test)] '],
    ['Cancel', 'Test', '[Warning cancelled (exercise or test)] '],
  ] as const)('AL-144 a warning that is %s and %s begins with “%s”', (messageType, status, begins) => {
    expect(body(warned({ messageType, status })).subject.en).toBe(`${begins}Red warning of heavy rain`);
  });
});
