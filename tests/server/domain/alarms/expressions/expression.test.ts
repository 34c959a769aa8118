import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmRuleInput } from '../../../../../server/contract/alarms.ts';
import { subjectKinds } from '../../../../../server/contract/alarm-fields.ts';
import { celLanguage, factsOfVariable } from '../../../../../server/domain/alarms/expressions/cel.ts';
import { compileRule } from '../../../../../server/domain/alarms/expressions/expression.ts';
import {
  bindTruth,
  type FactReader,
  type Truth,
} from '../../../../../server/domain/alarms/expressions/formula.ts';
import { nearest } from '../../../../../server/domain/alarms/expressions/rule-problems.ts';
import { watchesOf } from '../../../../../server/domain/alarms/expressions/watches.ts';
import { aRule } from '../../../../support/alarm-life.ts';
import { roundPlaces } from '../../../../support/naive-alarms.ts';

const compile = (more: Partial<AlarmRuleInput>) => compileRule(aRule('r', more), roundPlaces);
function problemsOf(more: Partial<AlarmRuleInput>) {
  const compiled = compile(more);
  return compiled.ok ? [] : compiled.error;
}

describe('what a rule may say', () => {
  it.each([
    'link.speedKph < 15',
    'link.speedKph < 15.0 && link.lanes == 2 && link.class in ["a", "b"]',
    '15 > link.speedKph && !(link.ratio >= 0.5) || link.class != "x"',
    'link.speedKph * 2 - 3 < link.limitKph / 2.0 + 1',
    'link.speedKph < (clock.workday ? 10.0 : 20.0)',
    'link.speedKph_rate < -5 && link.speedKph_dev < -3.5 && link.speedKph < link.speedKph_usual',
    'link.metresTo("school") < 300 && link.inside("centre")',
    'link.silentS > 5 * 60 && clock.hour in [7, 8] && clock.weekday <= 5',
    'has(link.vehicles) && link.id.startsWith("l") && link.id.contains("7") && !link.street.endsWith("x")',
    'city.congestionIndex > 1.5',
    'true',
  ])('AL-25 %s', (when) => {
    expect(problemsOf({ when })).toEqual([]);
  });

  it.each(subjectKinds)('AL-25 every field of a %s, by its type', (subject) => {
    const tests = { double: ' > 1', string: ' == "x"', bool: '' } as const;
    for (const variable of new Set([subject, 'city', 'clock'])) {
      for (const { shown, type } of factsOfVariable(subject, variable)!.values())
        expect(problemsOf({ subject, when: `${shown}${tests[type]}` })).toEqual([]);
    }
  });

  it('AL-25 an area of the rule itself, which comes before a district of that name', () => {
    const areas = [
      {
        id: 'yard',
        ring: [
          [0, 0],
          [1, 0],
          [1, 1],
        ] as [number, number][],
      },
    ];
    expect(problemsOf({ areas, when: 'link.inside("yard")' })).toEqual([]);
    expect(problemsOf({ when: 'link.inside("yard")' })).toHaveLength(1);
    // Not held against the city where the city is not known.
    expect(compileRule(aRule('r', { when: 'link.inside("yard")' })).ok).toBe(true);
  });
});

describe('what is wrong is said with its place', () => {
  it.each<[source: string, part: string, en: RegExp, zh: RegExp]>([
    ['link.sped < 15.0', 'sped', /did you mean “speedKph”/, /是否指“speedKph”/],
    [
      'link.speedKph < 15 && city.congestion > 1',
      'congestion',
      /“city” has no “congestion”.*congestionIndex/,
      /全市/,
    ],
    ['lnk.speedKph < 15', 'lnk', /did you mean “link”/, /是否指“link”/],
    ['signal.dark', 'signal', /no “signal” here/, /没有“signal”/],
    [
      'link.class < 3',
      'link.class < 3',
      /“<” does not go between a text and a number/,
      /“<”不能用于文字和数/,
    ],
    ['link.speedKph', 'link.speedKph', /true or false; this is a number/, /是”或“否.*数/],
    ['link.speedKph && true', 'link.speedKph && true', /join conditions/, /条件/],
    ['link.speedKph < ', '', /too early/, /不完整/],
    ['link.speedKph < 15 && (true', '', /too early/, /不完整/],
    ['link.speedKph = 15', '=', /Write “==” for “=”/, /写作“==”/],
    ['link.speedKph < 15 and link.lanes > 2', 'and', /Write “&&” for “and”/, /“&&”/],
    ['link.class == "arterial', '"arterial', /quotation mark/, /引号/],
    ['link.speedKph < 15 §', '§', /“§” is not understood/, /无法理解“§”/],
    ['link.metresTo(5) < 3', 'link.metresTo(5)', /asked as link.metresTo\("…"\)/, /应写作/],
    ['link.earlier("a", 1, 2) > 3', 'link.earlier("a", 1, 2)', /of incidents only/, /仅用于警情/],
    ['link.nearby("a")', 'link.nearby("a")', /no function “nearby”/, /没有“nearby”/],
    ['link.inside(link.district)', 'link.district', /has to be written out/, /须直接写出/],
    ['link.inside("nowhere")', '"nowhere"', /no area, district or street “nowhere”/, /没有编号为“nowhere”/],
    ['link.class in [link.street]', '[link.street]', /values written out/, /写出各个值/],
    ['link.ratio < 1 / 2', '1 / 2', /Whole numbers/, /整数/],
    ['link.silentS + 1 > 5', 'link.silentS + 1', /“link.silentS” runs with the clock/, /随时间增长/],
    ['link.silentS > link.speedKph', 'link.silentS', /runs with the clock/, /随时间增长/],
    ['clock.hour > (link.speedKph < 5 ? 7.0 : 8.0)', 'clock.hour', /runs with the clock/, /随时间增长/],
    [
      '(link.silentS > 5 ? 1.0 : 2.0) > link.ratio',
      'link.silentS > 5 ? 1.0 : 2.0',
      /runs with/,
      /随时间增长/,
    ],
    ['true ? link.speedKph : "a"', 'true ? link.speedKph : "a"', /one type/, /类型/],
    ['link.lanes in [1, "a"]', '"a"', /one type/, /类型/],
  ])('AL-26 %s', (when, part, en, zh) => {
    const [problem, ...more] = problemsOf({ when });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ field: 'when' });
    expect(when.slice(problem!.start, problem!.end)).toBe(part);
    expect(problem!.message.en).toMatch(en);
    expect(problem!.message.zh).toMatch(zh);
  });

  it('AL-26 every expression for itself, and areas', () => {
    const ring = [
      [0, 0],
      [1, 0],
      [1, 1],
    ] as [number, number][];
    const problems = problemsOf({
      areas: [
        { id: 'x', ring },
        { id: 'x', ring },
      ],
      where: 'link.clas == "a"',
      when: 'true',
      until: '5',
      suppressWhen: 'link.',
    });
    expect(problems.map((p) => p.field)).toEqual(['areas', 'where', 'until', 'suppressWhen']);
    expect(problems.every((p) => p.message.zh !== '' && p.message.en !== '')).toBe(true);
  });

  it.each([
    ['link', 'link.speedKph < 15', 'speedKph'],
    ['link', 'link.lanes > 1 && link.silentS > 5', 'silentS'],
    ['link', 'city.aqi > 5', 'aqi'],
    ['link', 'clock.workday', 'workday'],
    ['unit', 'unit.inside("centre")', 'inside'],
    ['incident', 'incident.earlier("a", 1, 2) > 1', 'earlier'],
  ] as const)('AL-27 `where` of a %s can not look at what changes: %s', (subject, where, part) => {
    const [problem] = problemsOf({ subject, when: 'true', where });
    expect(problem).toMatchObject({
      field: 'where',
      message: { en: expect.stringMatching('changes') as string },
    });
    expect(where.slice(problem!.start, problem!.end)).toBe(part);
  });

  it('AL-27 it can look at what stays', () => {
    expect(problemsOf({ where: 'link.lanes >= 2 && link.district == "d" && link.inside("centre")' })).toEqual(
      [],
    );
    expect(problemsOf({ subject: 'incident', when: 'true', where: 'incident.inside("centre")' })).toEqual([]);
  });

  it.each([
    ['city', 'city.metresTo("school") < 5'],
    ['feed', 'feed.inside("centre")'],
  ] as const)('AL-26 a %s has no place', (subject, when) => {
    expect(problemsOf({ subject, when })[0]!.message.en).toMatch(/has no place/);
  });
});

describe('what could take unbounded time is no part of the language', () => {
  it.each([
    'link.class.matches("(a+)+$")',
    'link.class.size() > 3',
    'size(link.class) > 3',
    '[1, 2].exists(x, x > 1)',
    '[1, 2].map(x, x * 2).size() > 0',
    'cel.bind(x, link.speedKph, x > 1)',
    'link.class.split("a").size() > 1',
    'link.class + "x" == "y"',
    '{"a": 1}.a > 0',
    'link["class"] == "a"',
    'b"abc" == b"abc"',
    '5u < 6u',
    'timestamp(5) > timestamp(3)',
    'dyn(link.speedKph) < 15',
    'link.lanes % 2 == 0',
    'type(link.speedKph) == double',
    `${'('.repeat(40)}true${')'.repeat(40)}`,
    Array.from({ length: 320 }, () => 'true').join('&&'),
    `link.lanes in [${Array.from({ length: 200 }, (_, i) => i).join(', ')}]`,
  ])('AL-28 %s', (when) => {
    const [problem] = problemsOf({ when });
    expect(problem).toMatchObject({ field: 'when' });
    expect(problem!.message.zh).not.toBe('');
  });

  it.each([
    ['spedKph', 'speedKph'],
    ['CLASS', 'class'],
    ['x', 'id'],
  ])('AL-26 the word nearest to “%s” is “%s”', (word, expected) => {
    expect(nearest(word, ['id', 'class', 'lanes', 'speedKph'])).toBe(expected);
  });
});

/** Random conditions over some facts of a link, with values that may be missing. */
const one = <T>(...of: readonly T[]) => fc.constantFrom(...of);
const { truth } = fc.letrec<{ number: string; text: string; truth: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small' },
    one('link.speedKph', 'link.vehicles', 'link.lanes', '10', '2.5', '-3', 'city.aqi'),
    fc.tuple(tie('number'), one('+', '-', '*'), tie('number')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie('truth'), tie('number'), tie('number'))
      .map(([c, a, b]) => `(${c} ? ${a} + 0.0 : ${b} + 0.0)`),
  ),
  text: fc.oneof(
    { depthSize: 'small' },
    one('link.class', 'link.district', '"a"', '"ab"'),
    fc.tuple(tie('truth'), tie('text'), tie('text')).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
  ),
  truth: fc.oneof(
    { depthSize: 'small' },
    fc
      .tuple(tie('number'), one('<', '<=', '>', '>=', '==', '!='), tie('number'))
      .map(([a, op, b]) => `${a} + 0.0 ${op} ${b}`),
    fc.tuple(tie('text'), one('==', '!='), tie('text')).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc
      .tuple(tie('text'), one('startsWith', 'endsWith', 'contains'), tie('text'))
      .map(([a, f, b]) => `${a}.${f}(${b})`),
    fc.tuple(tie('truth'), one('&&', '||'), tie('truth')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('truth'), one('==', '!='), tie('truth')).map(([a, op, b]) => `((${a}) ${op} (${b}))`),
    tie('truth').map((a) => `!(${a})`),
    fc.tuple(tie('truth'), tie('truth'), tie('truth')).map(([c, a, b]) => `((${c}) ? (${a}) : (${b}))`),
    one('clock.workday', 'has(link.vehicles)', 'has(link.class)', 'true', 'false'),
    one(
      'link.speedKph in [2.5, 10.0]',
      'link.vehicles in [1, 10]',
      'link.class in ["a", "b"]',
      'city.aqi in []',
    ),
  ),
}));
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 3 });
const values = fc.record({
  speedKph: maybe(one(0, 2.5, 10, 20)),
  vehicles: maybe(one(-3, 1, 10)),
  lanes: maybe(one(1, 2)),
  class: maybe(one('a', 'ab', 'b')),
  district: maybe(one('a', 'ba')),
  aqi: maybe(one(2.5, 50)),
  workday: maybe(fc.boolean()),
});

describe('three values', () => {
  it('AL-29 the compiled expression says what the library says; what fails there for want of a fact is not known', () => {
    const language = celLanguage('link');
    const seen = new Map<Truth, number>();
    let compiledOnes = 0;
    fc.assert(
      fc.property(truth, values, (source, facts) => {
        const compiled = compileRule({ ...aRule('r'), when: source });
        if (!compiled.ok) return;
        compiledOnes++;
        const known: Record<string, string | number | boolean | undefined> = facts;
        const reader: FactReader = {
          number:
            ({ key }) =>
            () =>
              known[key] === undefined ? NaN : Number(known[key]),
          text:
            ({ key }) =>
            () =>
              (known[key] as string | undefined) ?? null,
        };
        const ours = bindTruth(compiled.value.when, reader)(0);
        seen.set(ours, (seen.get(ours) ?? 0) + 1);
        const { aqi, workday, ...link } = facts;
        const context = {
          link: Object.assign(new language.subject(), link),
          city: Object.assign(new language.city(), { aqi }),
          clock: Object.assign(new language.clock(), { workday }),
        };
        let theirs: Truth;
        try {
          theirs = language.environment.evaluate(source, context) === true ? 1 : 0;
        } catch {
          theirs = 2;
        }
        expect(ours).toBe(theirs);
        expect(() => watchesOf(compiled.value.when)).not.toThrow();
      }),
      { seed: 1, numRuns: 2_000 },
    );
    expect(compiledOnes).toBeGreaterThan(1_000);
    for (const t of [0, 1, 2] as const) expect(seen.get(t)).toBeGreaterThan(100);
  });
});
