import { describe, expect, it } from 'vitest';
import { defaultAlarmRules } from '../../../../server/city/alarms/default-rules.ts';
import type { SubjectKind } from '../../../../server/contract/alarm-fields.ts';
import { alarmRule } from '../../../../server/contract/alarms.ts';
import { compileRule } from '../../../../server/domain/alarms/expressions/expression.ts';
import { Evaluator } from '../../../../server/domain/alarms/evaluation/evaluator.ts';
import type { FactValue } from '../../../../server/domain/alarms/evaluation/facts.ts';

const START = Date.parse('2026-06-02T10:00:00+08:00');
const MINUTE = 60_000;
const HAN = /\p{Script=Han}/u;
type Facts = Readonly<Record<string, FactValue>>;

/** Schools, stadiums … are 200 m from everything; `usual` is what every value usually is, give or take 1. */
interface Around {
  readonly usual?: number;
  readonly hour?: number;
  readonly earlier?: number;
}
function world({ usual, hour = 10, earlier = 0 }: Around): Evaluator {
  const evaluator = new Evaluator({
    places: { metresTo: () => 200, insideDistrict: () => undefined },
    baselines: {
      learn: () => undefined,
      usual: () => (usual === undefined ? null : { median: usual, spread: 1 }),
    },
    // Of the last hour: none.
    earlier: { count: (_, days) => (days < 1 ? 0 : earlier) },
    learn: ['link', 'facility', 'station'],
    clock: { at: (ms) => ({ hour: hour + (ms - START) / 3_600_000, weekday: 2, workday: true }) },
  });
  const problems = evaluator.setRules(
    defaultAlarmRules.map((rule) => ({ rule, version: 0 })),
    START,
  );
  expect([...problems]).toEqual([]);
  return evaluator;
}

interface Step {
  readonly min: number;
  readonly facts: Facts;
  /** Of another subject of the kind. */
  readonly id?: string;
  readonly city?: Facts;
}
/** What rules said by `untilMin`, as `rule to`. */
function play(kind: SubjectKind, steps: readonly Step[], untilMin: number, around: Around = {}): string[] {
  const evaluator = world(around);
  for (const { min, facts, id = 'x', city } of steps.filter((s) => s.min <= untilMin)) {
    const atMs = START + min * MINUTE;
    if (city) evaluator.update({ kind: 'city', id: 'city', atMs, facts: city });
    evaluator.update({ kind, id, atMs, position: [120, 30], facts });
  }
  return evaluator.advance(START + untilMin * MINUTE).map((t) => `${t.rule} ${t.to}`);
}

const link = { class: 'primary', lengthM: 300, lanes: 3, limitKph: 60, freeFlowKph: 55, vehicles: 20 };
const medical: Facts = {
  category: 'medical.cardiac',
  family: 'medical',
  severity: 1,
  handledBySource: false,
  overdue: false,
  lateMin: START + 20 * MINUTE,
  lateForecastMin: -2,
};
const fire: Facts = {
  ...medical,
  category: 'fire.structure',
  family: 'fire',
  lateMin: null,
  lateForecastMin: null,
};
const odour = (n: number): Step[] =>
  Array.from({ length: n }, (_, i) => ({
    min: 1 + i,
    id: `call-${i}`,
    facts: {
      ...fire,
      category: 'hazmat.odour',
      family: 'hazmat',
      severity: 2,
      ageMin: START + (1 + i) * MINUTE,
    },
  }));
const crossing: Facts = { dark: false };
const stadium: Facts = { kind: 'stadium', people: 20_000, peoplePct: 60 };
const hospital: Facts = { kind: 'hospital', bedsPct: 90, erQueue: 10, erWaitMin: 20, silentS: START };
const river: Facts = { kind: 'river', levelM: 3.2, silentS: START };
const rain = { rainMmH: 30 };

/** Rule, kind, what rings it, until when, and what its surroundings are. */
type Case = [name: string, kind: SubjectKind, steps: readonly Step[], untilMin: number, around?: Around];
const rings: readonly Case[] = [
  ['congestion-onset', 'link', [{ min: 0, facts: { ...link, speedKph: 20, ratio: 0.36 } }], 7, { usual: 40 }],
  ['congestion-onset', 'link', [{ min: 0, facts: { ...link, speedKph: 2, ratio: 0.04, vehicles: 60 } }], 7],
  ['spill-back', 'link', [{ min: 0, facts: { ...link, speedKph: 8, ratio: 0.15, fullPct: 92 } }], 4],
  ['signal-dark', 'signal', [{ min: 0, facts: { dark: true } }], 1],
  ['signal-degraded', 'signal', [{ min: 0, facts: { dark: false, degraded: true } }], 3],
  [
    'works-repeated',
    'incident',
    [{ min: 0, facts: { ...fire, category: 'traffic.roadworks', family: 'traffic', severity: 4 } }],
    1,
    { earlier: 1 },
  ],
  ['school-incident', 'incident', [{ min: 0, facts: fire }], 1],
  ['ambulance-late', 'incident', [{ min: 0, facts: { ...medical, lateForecastMin: 4 } }], 1],
  ['ambulance-late', 'incident', [{ min: 0, facts: medical }], 23],
  ['case-overdue', 'incident', [{ min: 0, facts: { ...fire, severity: 2, overdue: true } }], 6],
  ['odour-calls', 'incident', odour(5), 6],
  ['par-overdue', 'unit', [{ min: 0, facts: { parOverdue: true } }], 2],
  ['hospital-full', 'facility', [{ min: 0, facts: { ...hospital, bedsPct: 97 } }], 3],
  ['er-queue', 'facility', [{ min: 0, facts: { ...hospital, erQueue: 30 } }], 6, { usual: 10 }],
  ['er-queue', 'facility', [{ min: 0, facts: { ...hospital, erQueue: 60, erWaitMin: 120 } }], 6],
  ['crowd-stadium', 'facility', [{ min: 0, facts: { ...stadium, people: 40_000, peoplePct: 83 } }], 2],
  ['parking-full', 'facility', [{ min: 0, facts: { kind: 'parking', spacesPct: 99 } }], 6],
  ['care-full', 'facility', [{ min: 0, facts: { kind: 'elderly-care', residentsPct: 99 } }], 6],
  [
    'river-rising',
    'station',
    Array.from({ length: 8 }, (_, m) => ({
      min: m,
      facts: { ...river, levelM: 3.2 + m * 0.03 },
      city: rain,
    })),
    8,
  ],
  ['river-high', 'station', [{ min: 0, facts: { ...river, levelM: 4.9 } }], 2],
  [
    'official-warning',
    'warning',
    [{ min: 0, facts: { state: 'in-force', status: 'Actual', severity: 'Severe' } }],
    1,
  ],
  ['feed-stale', 'feed', [{ min: 0, facts: { kind: 'stations', state: 'stale' } }], 2],
  ['gauge-silent', 'station', [{ min: 0, facts: river }], 16],
  ['hospital-silent', 'facility', [{ min: 0, facts: hospital }], 16],
];

const isQuiet: readonly Case[] = [
  [
    'a jam that is usual',
    'link',
    [{ min: 0, facts: { ...link, speedKph: 20, ratio: 0.36 } }],
    20,
    { usual: 21 },
  ],
  [
    'a slow minute',
    'link',
    [5, 40].map((v, i) => ({ min: i * 4, facts: { ...link, speedKph: v, ratio: v / 55 } })),
    20,
  ],
  [
    'a car that is parked',
    'link',
    [{ min: 0, facts: { ...link, vehicles: 1, speedKph: 0, ratio: 0 } }],
    20,
    { usual: 40 },
  ],
  [
    'a street of houses',
    'link',
    [{ min: 0, facts: { ...link, class: 'residential', ratio: 0.05, fullPct: 99 } }],
    20,
  ],
  [
    'a queue at a red light',
    'link',
    [95, 20].map((v, i) => ({ min: i * 2, facts: { ...link, ratio: 0.1 + i, fullPct: v } })),
    20,
  ],
  ['a signal that reports', 'signal', [{ min: 0, facts: crossing }], 9],
  [
    'works where none were',
    'incident',
    [{ min: 0, facts: { ...fire, category: 'traffic.roadworks', severity: 4 } }],
    9,
  ],
  ['a fire by a school at night', 'incident', [{ min: 0, facts: fire }], 9, { hour: 20 }],
  ['somebody ill by a school, in time', 'incident', [{ min: 0, facts: medical }], 20],
  [
    'what its source handles',
    'incident',
    [{ min: 0, facts: { ...medical, handledBySource: true, overdue: true } }],
    40,
    { hour: 20 },
  ],
  ['a late consultation', 'incident', [{ min: 0, facts: { ...fire, severity: 4, overdue: true } }], 40],
  ['four calls about a smell', 'incident', odour(4), 9],
  ['an ordinary hospital', 'facility', [{ min: 0, facts: hospital }], 14],
  [
    'a queue that is usual',
    'facility',
    [{ min: 0, facts: { ...hospital, erQueue: 30, erWaitMin: 100 } }],
    14,
    { usual: 28 },
  ],
  ['a match day', 'facility', [{ min: 0, facts: stadium }], 30],
  ['a car park at night', 'facility', [{ min: 0, facts: { kind: 'parking', spacesPct: 95 } }], 30],
  [
    'a river that rises in the sun',
    'station',
    Array.from({ length: 8 }, (_, m) => ({
      min: m,
      facts: { ...river, levelM: 3.2 + m * 0.03 },
      city: { rainMmH: 0 },
    })),
    8,
  ],
  [
    'an exercise',
    'warning',
    [{ min: 0, facts: { state: 'in-force', status: 'Exercise', severity: 'Extreme' } }],
    9,
  ],
  [
    'a moderate warning',
    'warning',
    [{ min: 0, facts: { state: 'in-force', status: 'Actual', severity: 'Moderate' } }],
    9,
  ],
  ['a feed that never spoke', 'feed', [{ min: 0, facts: { kind: 'stations', state: 'waiting' } }], 9],
  ['no further warning', 'feed', [{ min: 0, facts: { kind: 'warnings', state: 'stale' } }], 9],
];

describe('the built-in alarm rules', () => {
  it('AL-37 have an id of their own, are whole in both languages and name only rules that there are', () => {
    const ids = defaultAlarmRules.map((r) => r.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const rule of defaultAlarmRules) {
      expect(alarmRule.parse(rule)).toEqual(rule);
      const texts = [rule.name, rule.purpose, rule.consequence, rule.response];
      const bad = texts.filter(
        ({ zh, en }) => !HAN.test(zh) || HAN.test(en) || !/^[A-Z0-9].*[\p{L}.]$/u.test(en),
      );
      expect({ rule: rule.id, bad }).toEqual({ rule: rule.id, bad: [] });
      for (const { rule: explained } of rule.explains) expect(ids).toContain(explained);
      expect(rule.explains.map((e) => e.rule)).not.toContain(rule.id);
    }
  });

  it.each(defaultAlarmRules.map((r) => [r.id, r] as const))('AL-37 %s compiles', (_, rule) => {
    const compiled = compileRule(rule);
    expect(compiled.ok ? [] : compiled.error).toEqual([]);
  });

  it('AL-37 each is shown to ring, and one in twenty at most is an emergency', () => {
    expect(new Set(rings.map(([id]) => id))).toEqual(new Set(defaultAlarmRules.map((r) => r.id)));
    expect(defaultAlarmRules.filter((r) => r.priority === 1).length).toBeLessThanOrEqual(2);
  });

  it.each(rings)('AL-38 %s rings once (%s)', (rule, kind, steps, untilMin, around) => {
    const said = play(kind, steps, untilMin, around);
    expect(said.filter((s) => s === `${rule} raised`)).toHaveLength(1);
    // With a delay it does not at once.
    const early = untilMin > 1 ? play(kind, steps, 0, around) : [];
    expect(early).toEqual([]);
  });

  it.each(isQuiet)('AL-38 %s does not ring', (_, kind, steps, untilMin, around) => {
    expect(play(kind, steps, untilMin, around).filter((s) => s.endsWith('raised'))).toEqual([]);
  });

  it.each([
    ['congestion-onset', 'link', { ...link, speedKph: 2, ratio: 0.04, vehicles: 60 }, { ratio: 0.7 }, 12],
    ['spill-back', 'link', { ...link, ratio: 0.1, fullPct: 95 }, { fullPct: 30 }, 7],
    ['hospital-full', 'facility', { ...hospital, bedsPct: 97 }, { bedsPct: 93 }, 12],
    ['river-high', 'station', { ...river, levelM: 4.9 }, { levelM: 3.9 }, 17],
    [
      'ambulance-late',
      'incident',
      { ...medical, lateForecastMin: 4 },
      { lateMin: null, lateForecastMin: null },
      1,
    ],
  ] as const)('AL-38 %s returns once it is over', (rule, kind, on, over, delayMin) => {
    const until = (min: number) =>
      play(
        kind,
        [
          { min: 0, facts: on },
          { min: 8, facts: over },
        ],
        8 + min,
      ).filter((s) => s === `${rule} returned`);
    expect(until(delayMin)).toHaveLength(1);
    expect(delayMin > 1 ? until(delayMin - 4) : []).toEqual([]);
  });
});
