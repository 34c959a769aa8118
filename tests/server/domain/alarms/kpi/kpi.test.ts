import { describe, expect, it } from 'vitest';
import type { AlarmKpiAnswer } from '../../../../../server/contract/alarm-api.ts';
import type { AlarmRule } from '../../../../../server/contract/alarms.ts';
import type { AlarmEvent } from '../../../../../server/domain/alarms/life/events.ts';
import { AlarmKpi } from '../../../../../server/domain/alarms/kpi/kpi.ts';
import { Duty } from '../../../../../server/domain/alarms/kpi/kpi-duty.ts';
import { RingLog } from '../../../../../server/domain/alarms/kpi/kpi-rings.ts';
import { makeShiftClock } from '../../../../../server/domain/alarms/kpi/shifts.ts';
import {
  acknowledged,
  anAlarm,
  atSecond,
  becameIncident,
  escalated,
  flood,
  grouped,
  KPI_START_MS,
  operators,
  raised,
  repeated,
  returned,
  service,
  shelved,
  suppressed,
  unshelved,
} from '../../../../support/kpi-events.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const shanghai = makeShiftClock('Asia/Shanghai');
/** Somebody on duty from the start, so that windows begin there. */
const begin = operators(0, 1);
const nothing = { alarms: [], rules: [] };

function kpiOf(
  events: readonly AlarmEvent[],
  untilS: number,
  { sinceS = 0, live = nothing }: { sinceS?: number; live?: Parameters<AlarmKpi['kpi']>[2] } = {},
): AlarmKpiAnswer {
  const kpi = new AlarmKpi(shanghai);
  for (const event of [begin, ...events]) kpi.take(event);
  return kpi.kpi(atSecond(sinceS), atSecond(untilS), live);
}
const rulesOf = (answer: AlarmKpiAnswer, rule: string) => answer.rules.find((r) => r.rule === rule)!;

describe('what counts as an alarm that rang', () => {
  const life = (...events: readonly AlarmEvent[]): string => {
    const { rung, raised: would } = kpiOf(events, HOUR);
    return `${rung} of ${would}`;
  };
  it.each<[string, string, readonly AlarmEvent[]]>([
    ['each beginning rings', '2 of 2', [raised('a:1', 1), raised('a:2', 1)]],
    ['one more of what is counted does not', '1 of 1', [raised('a:1', 1), repeated('a:1', 9)]],
    ['back after it was over it does', '2 of 2', [raised('a:1', 1), returned('a:1', 2), repeated('a:1', 3)]],
    ['a child would have', '1 of 2', [raised('a:1', 1), raised('b:1', 2, { parent: 'a:1' })]],
    [
      'a child that nothing explains any more does',
      '2 of 2',
      [raised('a:1', 1), raised('b:1', 2, { parent: 'a:1' }), grouped('b:1', 3, null)],
    ],
    [
      'a child that was acknowledged with its root does not',
      '1 of 2',
      [
        raised('a:1', 1),
        raised('b:1', 2, { parent: 'a:1' }),
        acknowledged(['a:1', 'b:1'], 3),
        grouped('b:1', 4, null),
      ],
    ],
    [
      'grouped later it has rung',
      '1 of 1',
      [raised('b:1', 2), grouped('b:1', 3, 'a:1'), grouped('b:1', 4, null)],
    ],
    ['suppressed by design it neither does nor would', '0 of 0', [raised('a:1', 1, { suppressed: true })]],
    [
      'no longer suppressed it does',
      '1 of 1',
      [raised('a:1', 1, { suppressed: true }), suppressed('a:1', 5, false), suppressed('a:1', 6, true)],
    ],
    [
      'while it is shelved it does not',
      '1 of 1',
      [raised('a:1', 1), shelved('a:1', 2), returned('a:1', 3), repeated('a:1', 4)],
    ],
    [
      'suppressed it is no child any more',
      '2 of 2',
      [
        raised('a:1', 1),
        raised('b:1', 2, { parent: 'a:1' }),
        suppressed('b:1', 3, true),
        suppressed('b:1', 4, false),
      ],
    ],
    [
      'no longer shelved it rings again',
      '2 of 2',
      [raised('a:1', 1), shelved('a:1', 2), unshelved('a:1', 9)],
    ],
    [
      'shelved and over meanwhile it does not',
      '1 of 1',
      [raised('a:1', 1), shelved('a:1', 2), returned('a:1', 3), unshelved('a:1', 9)],
    ],
    [
      'out of service it does not; back in service it does',
      '2 of 2',
      [raised('a:1', 1), service('a:1', 2, false), unshelved('a:1', 3), service('a:1', 9, true)],
    ],
    [
      'under a new version of its rule it goes on',
      '1 of 1',
      [raised('a:1', 1), raised('a:1', 2, { ruleVersion: 1 })],
    ],
    [
      'and rings where it matters more than before',
      '2 of 2',
      [raised('a:1', 1), raised('a:1', 2, { ruleVersion: 1, priority: 1 })],
    ],
    ['what is not known does not', '0 of 0', [repeated('a:1', 1), returned('a:1', 2), unshelved('a:1', 3)]],
  ])('AL-125 %s', (_, expected, events) => {
    expect(life(...events)).toBe(expected);
  });
});

describe('rates', () => {
  const many = (n: number, s: number, rule = 'low'): AlarmEvent[] =>
    Array.from({ length: n }, (_, i) => raised(`${rule}:${s}-${i}`, s));

  it('AL-126 an operator and 10 minutes: by the time that operators were on duty, nobody counting as one', () => {
    // 10 minutes with 3, 10 with nobody, 20 with 2: 30 + 10 + 40 minutes of operators.
    const events = [
      operators(0, 3),
      operators(600, 0),
      ...many(4, 700),
      operators(1_200, 2),
      ...many(12, 1_300),
    ];
    expect(kpiOf(events, 2_400).perOperator10Min).toBeCloseTo(16 / 8, 10);
    const { bins } = kpiOf(events, 2_400, { sinceS: 900 });
    expect(bins.map((b) => [(b.atMs - KPI_START_MS) / 1_000, b.rung, b.operators])).toEqual([
      [600, 4, 1],
      [1_200, 12, 2],
      [1_800, 0, 2],
      [2_400, 0, 2],
    ]);
  });

  it('AL-126 the time before anything was known is nobody’s', () => {
    const kpi = new AlarmKpi(shanghai);
    expect(kpi.kpi(atSecond(0), atSecond(HOUR), nothing)).toMatchObject({ rung: 0, peak10Min: null });
    kpi.take(raised('a:1', 300));
    const answer = kpi.kpi(atSecond(-DAY), atSecond(900), nothing);
    expect(answer).toMatchObject({ sinceMs: KPI_START_MS, rung: 1, perOperator10Min: 1 });
    expect(answer.shifts[0]).toMatchObject({ fromMs: KPI_START_MS, rung: 1, perOperator10Min: 1 });
    expect(kpi.kpi(atSecond(-DAY), atSecond(300), nothing).perOperator10Min).toBeNull();
  });

  it('AL-127 bins are whole 10 minutes; the peak is the first of the fullest', () => {
    const child = raised('x:1', 700, { parent: 'low:600-0' });
    const answer = kpiOf(
      [...many(3, 0), ...many(5, 600), child, ...many(5, 1_800), ...many(1, 1_999)],
      2_000,
    );
    expect(answer.bins.map((b) => [b.rung, b.raised])).toEqual([
      [3, 3],
      [5, 6],
      [0, 0],
      [6, 6],
    ]);
    expect(answer.peak10Min).toEqual({ atMs: atSecond(1_800), rung: 6 });
    expect(kpiOf([...many(2, 1), ...many(2, 601)], 900).peak10Min?.atMs).toBe(KPI_START_MS);
    expect(answer).toMatchObject({ rung: 14, raised: 15, sinceMs: atSecond(0), untilMs: atSecond(2_000) });
    expect(kpiOf(many(4, 10), 2_000, { sinceS: 599 }).rung).toBe(4);
    expect(kpiOf(many(4, 10), 2_000, { sinceS: 600 }).rung).toBe(0);
  });

  it('AL-127 what is told late counts when it rang', () => {
    const events = [raised('a:1', 8 * HOUR + 5), raised('a:2', 8 * HOUR - 5), raised('a:3', 8 * HOUR + 9)];
    const rungSince = (sinceS: number): number => kpiOf(events, 8 * HOUR + 10, { sinceS }).rung;
    expect([rungSince(8 * HOUR), rungSince(8 * HOUR - 600)]).toEqual([2, 3]);
  });

  it('AL-128 the share of time in flood, and how much rang in each', () => {
    const events = [
      ...many(11, 100),
      flood(101, true, 11),
      ...many(4, 300),
      flood(700, false, 4),
      flood(3_000, true, 12),
      ...many(1, 3_100),
    ];
    const answer = kpiOf(events, HOUR);
    expect(answer.floodShare).toBeCloseTo((599 + 600) / HOUR, 10);
    expect(answer.floods).toEqual([
      { fromMs: atSecond(101), untilMs: atSecond(700), rung: 15 },
      { fromMs: atSecond(3_000), untilMs: null, rung: 13 },
    ]);
    const later = kpiOf(events, HOUR, { sinceS: 600 });
    expect(later.floodShare).toBeCloseTo((100 + 600) / 3_000, 10);
    expect(later.floods).toHaveLength(2);
    expect(kpiOf(events, HOUR, { sinceS: 1_200 }).floods).toHaveLength(1);
    expect(
      kpiOf([flood(1, true, 11), flood(2, true, 11), flood(3, false, 1), flood(4, false, 1)], 10),
    ).toMatchObject({
      floodShare: 0.2,
      floods: [{ untilMs: atSecond(3) }],
    });
  });

  it('AL-129 shares of priorities, and the ten rules that ring most with what they make of all', () => {
    const events = [
      ...many(3, 1, 'emergency'),
      ...many(7, 2, 'high'),
      ...Array.from({ length: 12 }, (_, i) => many(i + 1, 3, `low-${i + 1}`)).flat(),
    ];
    const answer = kpiOf(events, 600);
    const all = 3 + 7 + 78;
    expect(answer.shares).toEqual({ 1: 3 / all, 2: 7 / all, 3: 78 / all });
    expect(answer.inflated).toBe(false);
    expect(kpiOf([...many(10, 1, 'emergency'), ...many(10, 2)], 600).inflated).toBe(true);
    expect(kpiOf(many(3, 1, 'emergency'), 600)).toMatchObject({ shares: null, inflated: false });
    expect(answer.badActors.map((r) => r.rule)).toEqual([
      'low-12',
      'low-11',
      'low-10',
      'low-9',
      'low-8',
      'high',
      'low-7',
      'low-6',
      'low-5',
      'low-4',
    ]);
    expect(answer.badActors[0]).toMatchObject({ rung: 12, share: 12 / all, priority: 3 });
    expect(answer.rules).toHaveLength(14);
  });

  it('AL-129 a rule that never rang stands among the rules, and rules are called as they are now', () => {
    const rule = (id: string): AlarmRule =>
      ({ id, name: { zh: '新名', en: 'New' }, priority: 2 }) as AlarmRule;
    const rules = ['low', 'quiet'].map((id) => ({ id, rule: rule(id), enabled: true, version: 1 }));
    const answer = kpiOf(many(2, 1), 600, { live: { alarms: [], rules } });
    expect(answer.rules.map((r) => [r.rule, r.name.en, r.rung, r.share])).toEqual([
      ['low', 'New', 2, 1],
      ['quiet', 'New', 0, 0],
    ]);
    expect(answer.badActors.map((r) => r.rule)).toEqual(['low']);
  });
});

describe('nuisance alarms', () => {
  /** Rings and is over again a second later. */
  const blips = (id: string, ...seconds: readonly number[]): AlarmEvent[] =>
    seconds.flatMap((s, i) => [i === 0 ? raised(id, s) : repeated(id, s), returned(id, s + 1)]);

  it('AL-130 three rings of the same alarm within a minute are chattering, for as long as it goes on', () => {
    const events = [
      ...blips('a:1', 0, 30, 60, 90),
      ...blips('a:2', 0, 30, 61),
      ...blips('b:1', 0, 10, 20, 500, 510, 520, 530),
    ];
    const answer = kpiOf(events, 600);
    expect(answer.chattering.map((c) => [c.id, c.times, (c.sinceMs - KPI_START_MS) / 1_000])).toEqual([
      ['b:1', 7, 0],
      ['a:1', 4, 0],
    ]);
    expect(answer.chattering[1]).toMatchObject({
      name: { en: 'Rule a' },
      subject: { en: 'Road 1' },
      priority: 3,
    });
    expect([rulesOf(answer, 'a').chatters, rulesOf(answer, 'b').chatters]).toEqual([1, 2]);
  });

  it('AL-130 also where it was over and acknowledged each time in between', () => {
    const events = [0, 20, 40].flatMap((s) => [
      raised('a:1', s),
      acknowledged('a:1', s + 1),
      returned('a:1', s + 2),
    ]);
    expect(kpiOf(events, 600).chattering).toHaveLength(1);
  });

  it('AL-130 chattering belongs to the window in which it began', () => {
    const events = blips('a:1', 580, 590, 599, 601);
    expect(kpiOf(events, 900, { sinceS: 600 })).toMatchObject({ rung: 1, chattering: [] });
    expect(kpiOf(blips('a:1', 580, 590, 601), 900, { sinceS: 600 }).chattering).toHaveLength(1);
  });

  it.each<[string, number, readonly AlarmEvent[]]>([
    ['over within 30 seconds is fleeting', 1, [raised('a:1', 0), returned('a:1', 30)]],
    ['after that it is not', 0, [raised('a:1', 0), returned('a:1', 31)]],
    ['nor where somebody acted', 0, [raised('a:1', 0), acknowledged('a:1', 5), returned('a:1', 9)]],
    [
      'nor where somebody escalated it',
      0,
      [raised('a:1', 0), escalated('a:1', 5, 'wang'), returned('a:1', 9)],
    ],
    ['what the system does is no act', 1, [raised('a:1', 0), escalated('a:1', 5), returned('a:1', 9)]],
    ['acknowledged afterwards it was', 1, [raised('a:1', 0), returned('a:1', 9), acknowledged('a:1', 12)]],
    [
      'each time anew',
      2,
      [
        raised('a:1', 0),
        acknowledged('a:1', 1),
        returned('a:1', 2),
        raised('a:1', 3),
        returned('a:1', 4),
        repeated('a:1', 5),
        returned('a:1', 6),
      ],
    ],
    ['what never rang is not', 0, [raised('a:1', 0, { parent: 'b:1' }), returned('a:1', 9)]],
  ])('AL-131 %s', (_, expected, events) => {
    expect(rulesOf(kpiOf([raised('a:9', 0), ...events], 600), 'a').fleeting).toBe(expected);
  });

  it('AL-132 what stands is active, in sight and explained by nothing; over 24 hours it is stale', () => {
    const again = raised('a:1', 5 * HOUR, { ruleVersion: 1 });
    const events = [
      raised('a:1', 0),
      again,
      raised('a:2', 0),
      returned('a:2', HOUR),
      repeated('a:2', 2 * HOUR),
    ];
    const alarms = [
      anAlarm('a:3', 3 * HOUR, { state: 'acknowledged', count: 7 }),
      anAlarm('a:2', 0),
      anAlarm('a:1', 0),
      anAlarm('a:4', 0, { state: 'returned', active: false }),
      anAlarm('a:5', 0, { state: 'shelved' }),
      anAlarm('a:6', 0, { state: 'suppressed' }),
      anAlarm('a:7', 0, { state: 'out-of-service' }),
      anAlarm('a:8', 0, { parent: 'a:1' }),
    ];
    const answer = kpiOf(events, DAY + HOUR, { live: { alarms, rules: [] } });
    expect(answer.standing.map((a) => [a.id, (a.sinceMs - KPI_START_MS) / 1_000, a.times])).toEqual([
      ['a:1', 0, 1],
      ['a:2', 2 * HOUR, 1],
      ['a:3', 3 * HOUR, 7],
    ]);
    expect(answer.stale.map((a) => a.id)).toEqual(['a:1']);
    expect(kpiOf(events, DAY, { live: { alarms, rules: [] } }).stale).toEqual([]);
  });
});

describe('what was done about them', () => {
  it('AL-133 shares of what was acknowledged, shelved, turned into an incident', () => {
    const events = [
      raised('a:1', 0),
      returned('a:1', 40),
      repeated('a:1', 60),
      acknowledged('a:1', 100),
      raised('a:2', 0),
      shelved('a:2', 10),
      unshelved('a:2', 200),
      acknowledged('a:2', 220),
      becameIncident('a:2', 230),
      raised('a:3', 0),
    ];
    // Rings: a:1 at 0 and 60, a:2 at 0 (shelved) and 200, a:3. Acknowledged after 100, 40 and 20 seconds.
    const figures = rulesOf(kpiOf(events, 600), 'a');
    expect(figures).toMatchObject({
      rung: 5,
      acknowledgedShare: 3 / 5,
      shelvedShare: 1 / 5,
      incidentShare: 2 / 5,
      acknowledgedP50S: 40,
    });
  });

  it('AL-133 what was taken out of service is answered; its next ring is another trouble', () => {
    const events = [
      raised('a:1', 0),
      service('a:1', 10, false),
      service('a:1', 900, true),
      acknowledged('a:1', 930),
    ];
    expect(rulesOf(kpiOf(events, HOUR), 'a')).toMatchObject({
      rung: 2,
      acknowledgedShare: 0.5,
      acknowledgedP50S: 30,
    });
  });

  it('AL-133 by shift: what rang in it, and how long it took to acknowledge that', () => {
    const at = (h: number, id: string, afterS: number): AlarmEvent[] => [
      raised(id, h * HOUR),
      acknowledged(id, h * HOUR + afterS),
    ];
    const events = [
      ...at(7.99, 'a:0', 100),
      ...Array.from({ length: 10 }, (_, i) => at(9 + i / 100, `a:${i + 1}`, (i + 1) * 10)).flat(),
      raised('a:12', 15.5 * HOUR),
      operators(12 * HOUR, 3),
      flood(14 * HOUR, true, 20),
      flood(18 * HOUR, false, 2),
    ];
    const { shifts } = kpiOf(events, 20 * HOUR, { sinceS: 10 * HOUR });
    expect(shifts).toEqual([
      {
        fromMs: atSecond(8 * HOUR),
        untilMs: atSecond(16 * HOUR),
        rung: 11,
        perOperator10Min: 11 / (6 * (4 + 4 * 3)),
        floodShare: 0.25,
        acknowledgedP50S: 50,
        acknowledgedP90S: 90,
      },
      {
        fromMs: atSecond(16 * HOUR),
        untilMs: atSecond(24 * HOUR),
        rung: 0,
        perOperator10Min: 0,
        floodShare: 0.5,
        acknowledgedP50S: null,
        acknowledgedP90S: null,
      },
    ]);
    const [night] = kpiOf(events, 20 * HOUR).shifts;
    expect(night).toMatchObject({ rung: 1, acknowledgedP50S: 100 });
  });

  it.each([
    ['Asia/Shanghai', '2026-06-07T23:59:59+08:00', '2026-06-07T16:00+08:00', '2026-06-08T00:00+08:00'],
    ['Asia/Shanghai', '2026-06-08T00:00:00+08:00', '2026-06-08T00:00+08:00', '2026-06-08T08:00+08:00'],
    ['Asia/Kathmandu', '2026-06-08T12:00:00+05:45', '2026-06-08T08:00+05:45', '2026-06-08T16:00+05:45'],
    // Clocks go forward at 2:00 and back at 3:00: shifts of 7 and of 9 hours.
    ['Europe/Berlin', '2026-03-29T04:00:00+02:00', '2026-03-29T00:00+01:00', '2026-03-29T08:00+02:00'],
    ['Europe/Berlin', '2026-10-25T02:30:00+01:00', '2026-10-25T00:00+02:00', '2026-10-25T08:00+01:00'],
  ])('AL-133 the shift in %s at %s is from %s to %s', (zone, at, from, until) => {
    expect(makeShiftClock(zone).shiftAt(Date.parse(at))).toEqual({
      fromMs: Date.parse(from),
      untilMs: Date.parse(until),
    });
  });
});

describe('bounds', () => {
  it('AL-135 what no longer fits is forgotten, oldest first, and not spoken of', () => {
    const kpi = new AlarmKpi(shanghai, new RingLog(2_000));
    kpi.take(begin);
    for (let i = 0; i < 5_000; i++) {
      kpi.take(raised(`a:${i}`, i * 10));
      if (i < 4_000) kpi.take(acknowledged(`a:${i}`, i * 10 + (i < 3_000 ? 1 : 4)));
    }
    const answer = kpi.kpi(atSecond(0), atSecond(50_000), nothing);
    // The newest that was forgotten rang at 29,990 s: what is known begins with the bin after it.
    expect(answer.sinceMs).toBe(atSecond(30_000));
    expect(answer.rung).toBe(2_000);
    expect(answer.bins[0]).toMatchObject({ rung: 60 });
    expect(answer.rules[0]).toMatchObject({ acknowledgedShare: 0.5, acknowledgedP50S: 4 });
  });

  it('AL-135 a month is kept, whatever is asked for', () => {
    const kpi = new AlarmKpi(shanghai);
    kpi.take(begin);
    kpi.take(raised('a:1', 1));
    kpi.take(raised('a:2', 40 * DAY));
    const answer = kpi.kpi(atSecond(0), atSecond(40 * DAY + 1), nothing);
    expect(answer.sinceMs).toBe(atSecond(9 * DAY));
    expect(answer.rung).toBe(1);
    expect(answer.bins).toHaveLength(31 * 144 + 1);
  });

  it('AL-135 changes of duty are bounded; a clock that is behind moves nothing back', () => {
    const duty = new Duty(10);
    for (let i = 0; i < 100; i++) duty.change(i * 1_000, 1 + (i % 3));
    expect(duty.timeOf(95_000, 100_000)).toBe(1_000 * (3 + 1 + 2 + 3 + 1));
    expect(duty.timeOf(0, 1_000)).toBe(1_000);
    duty.change(50_000, 9);
    expect(duty.timeOf(98_000, 100_000)).toBe(1_000 * (3 + 9));
    expect(duty.when(99_000)).toBe(9);
  });
});
