import { describe, expect, it } from 'vitest';
import type { CategoryCode } from '../../../server/contract/categories.ts';
import type { Department } from '../../../server/contract/city-pack.ts';
import type { CaseMatch, DeadlineRule, ResponsePlan, Rulebook } from '../../../server/contract/rulebook.ts';
import { rulebook } from '../../../server/contract/rulebook.ts';
import { makeRules } from '../../../server/domain/rules/rules.ts';

const t = (en: string): { zh: string; en: string } => ({ zh: `${en}（中）`, en });
const plan = (id: string, match: CaseMatch, needs: ResponsePlan['needs'] = []): ResponsePlan => ({
  id,
  name: t(id),
  match,
  needs,
  tasks: [],
  notify: [],
  kind: 'ordinary',
});
const engine = [{ kinds: ['fire-engine' as const], count: 1, level: 1 }];
const department = (id: string, kind: Department['kind'], phone?: string): Department => ({
  id,
  kind,
  name: t(id),
  ...(phone === undefined ? {} : { phone }),
});
const departments = [
  department('dep-fire', 'fire', '119'),
  department('dep-police', 'police'),
  department('dep-urban', 'urban-management'),
  department('dep-emergency', 'emergency'),
  department('dep-north', 'street'),
  department('dep-south', 'street'),
];

const empty: Rulebook = {
  format: 'city-brain-rulebook/1',
  plans: [plan('any', {})],
  minimums: [],
  duties: [{ match: { family: 'fire' }, lead: 'fire', support: [] }],
  arbiter: { name: t('arbiter'), department: 'emergency', role: 'supervisor' },
  deadlines: [],
  calendar: {
    hours: [
      { from: '09:00', to: '12:00' },
      { from: '13:30', to: '17:30' },
    ],
    workdays: [1, 2, 3, 4, 5],
    holidays: [],
    extraWorkdays: [],
  },
  triage: [],
  nearness: [],
  scoring: { overdue: 5, taskOverdue: 3, returned: 4, rework: 15, override: 2, dissatisfied: 10, hops: 1 },
  staleUnitS: 120,
};
const rulesOf = (changes: Partial<Rulebook>, own = departments): ReturnType<typeof makeRules> =>
  makeRules(rulebook.parse({ ...empty, ...changes }), own, 'Asia/Shanghai');

/** Tuesday 2 June 2026 in Shanghai. */
const at = (clock: string): number => Date.parse(`2026-06-02T${clock}:00+08:00`);

describe('which entry holds', () => {
  const entries: [string, CaseMatch][] = [
    ['everything', {}],
    ['priority', { priority: 1 }],
    ['family', { family: 'fire' }],
    ['family and priority', { family: 'fire', priority: 1 }],
    ['category', { category: 'fire.structure' }],
    ['category and priority', { category: 'fire.structure', priority: 1 }],
  ];
  const both = [...entries, ...entries.map(([id, m]): [string, CaseMatch] => [`second ${id}`, m])];

  it.each([
    ['fire.structure', 1, 'category and priority'],
    ['fire.structure', 2, 'category'],
    ['fire.smoke', 1, 'family and priority'],
    ['fire.smoke', 2, 'family'],
    ['urban.waste', 1, 'priority'],
    ['urban.waste', 4, 'everything'],
  ] as const)('DI-60 %s of priority %d takes the entry by %s', (category, severity, expected) => {
    for (const list of [entries, entries.toReversed(), both]) {
      const rules = rulesOf({ plans: list.map(([id, match]) => plan(id, match)) });
      expect(rules.planFor({ category, severity }).id).toBe(expected);
    }
  });

  it('DI-61 a book without a plan for everything is no book', () => {
    expect(() => rulesOf({ plans: [plan('fire', { family: 'fire' })] })).toThrow(/matches everything/);
  });

  it.each([
    ['hazmat.odour', { radiusM: 500, minutes: 30 }],
    ['hazmat.spill', { radiusM: 200, minutes: 20 }],
    ['urban.waste', { radiusM: 80, minutes: 10 }],
  ] as const)('DI-71 how near reports of %s lie comes from the book', (category, expected) => {
    const rules = rulesOf({
      nearness: [
        { match: { family: 'hazmat' }, radiusM: 200, minutes: 20 },
        { match: { category: 'hazmat.odour' }, radiusM: 500, minutes: 30 },
        { match: { category: 'urban.waste', priority: 4 }, radiusM: 1, minutes: 1 },
      ],
    });
    expect(rules.nearness(category)).toEqual(expected);
  });
});

describe('who is responsible', () => {
  const duties: Rulebook['duties'] = [
    { match: { category: 'urban.noise' }, lead: 'urban-management', support: ['police', 'street-office'] },
    { match: { category: 'urban.noise' }, channel: '110', lead: 'police', support: [] },
    {
      match: { category: 'urban.noise' },
      hours: 'off',
      lead: 'police',
      support: ['urban-management', 'police'],
    },
    { match: { category: 'urban.noise' }, area: 'harbour', lead: 'dep-emergency', support: [] },
    { match: { category: 'urban.noise' }, area: 'south', lead: 'street-office', support: ['police'] },
    { match: { category: 'urban.waste' }, lead: 'street-office', support: ['housing', 'urban-management'] },
    { match: { category: 'urban.housing' }, lead: 'housing', support: [] },
    { match: { family: 'urban' }, lead: 'urban-management', support: [] },
  ];
  const rules = rulesOf({ duties });
  const who = (
    category: CategoryCode,
    more: {
      channel?: '110' | '119' | '12345' | 'sensor';
      district?: string;
      street?: string;
      atMs?: number;
    } = {},
  ): unknown => rules.responsible({ category, severity: 4, channel: '12345', atMs: at('10:00'), ...more });

  it.each([
    ['by category', {}, 'dep-urban', ['dep-police']],
    ['with the street', { street: 'north' }, 'dep-urban', ['dep-police', 'dep-north']],
    ['by its door', { channel: '110' }, 'dep-police', []],
    ['out of working hours', { atMs: at('22:00') }, 'dep-police', ['dep-urban']],
    ['by hours before its door', { channel: '110', atMs: at('22:00') }, 'dep-police', ['dep-urban']],
    ['by district before hours', { district: 'harbour', atMs: at('22:00') }, 'dep-emergency', []],
    ['by street before district', { district: 'harbour', street: 'south' }, 'dep-south', ['dep-police']],
  ] as const)('DI-62 the duty list says who leads and who supports: %s', (_, more, lead, support) => {
    expect(who('urban.noise', more)).toEqual({ lead, support: [...support], arbiter: false });
  });

  it('DI-62 an entry whose lead the city does not have is passed over', () => {
    expect(who('urban.housing')).toEqual({ lead: 'dep-urban', support: [], arbiter: false });
  });

  it.each([
    ['north', 'dep-north', ['dep-urban']],
    ['south', 'dep-south', ['dep-urban']],
    ['nowhere', 'dep-urban', []],
    [undefined, 'dep-urban', []],
  ])('DI-63 the street office is that of the street: %s', (street, lead, support) => {
    expect(who('urban.waste', { street })).toEqual({ lead, support, arbiter: false });
  });

  it('DI-63 names a department by kind, by id or by street', () => {
    expect(rules.departmentOf('fire')).toBe('dep-fire');
    expect(rules.departmentOf('dep-police')).toBe('dep-police');
    expect(rules.departmentOf('street', 'south')).toBe('dep-south');
    expect(rules.departmentOf('street-office')).toBeUndefined();
    expect(rules.departmentOf('port')).toBeUndefined();
  });

  it.each([
    ['119', 'dep-fire'],
    ['110', 'dep-police'],
    ['12345', 'dep-emergency'],
    ['sensor', 'dep-emergency'],
  ] as const)(
    'DI-64 what nobody owns is the arbiter’s; who received it by %s leads until then',
    (channel, lead) => {
      expect(who('other', { channel })).toEqual({ lead, support: [], arbiter: true });
    },
  );

  it('DI-64 a city without departments leads nothing and says so', () => {
    expect(
      rulesOf({}, []).responsible({ category: 'other', severity: 4, channel: '110', atMs: at('10:00') }),
    ).toEqual({ lead: null, support: [], arbiter: true });
  });
});

describe('deadlines', () => {
  const rule = (
    reach: DeadlineRule['reach'],
    match: CaseMatch,
    more: Partial<DeadlineRule>,
  ): DeadlineRule => ({
    reach,
    match,
    warnAt: 0.8,
    escalate: [],
    ...more,
  });
  const rules = rulesOf({
    plans: [plan('any', {}), plan('fire', { family: 'fire' }, engine)],
    deadlines: [
      rule('resolved', {}, { workingHours: 7 }),
      rule('resolved', { family: 'fire' }, { minutes: 120 }),
      rule('resolved', { family: 'fire' }, { channel: 'sensor', minutes: 60 }),
      rule('on-scene', {}, { minutes: 30 }),
      rule(
        'on-scene',
        { category: 'fire.structure' },
        { minutes: 8, escalate: [{ afterMinutes: 0, to: 'supervisor' }] },
      ),
      rule('dispatched', { priority: 1 }, { minutes: 1.5 }),
    ],
  });
  const start = at('16:00');
  const minutes = (category: CategoryCode, severity: number, channel: '119' | 'sensor' = '119'): unknown =>
    rules
      .deadlines({ category, severity, channel }, start)
      .map((d) => [d.reach, (d.warnAtMs - start) / 60_000, (d.dueAtMs - start) / 60_000]);

  it('DI-65 runs one deadline a stage, in their order, each by its most specific rule', () => {
    expect(minutes('fire.structure', 1)).toEqual([
      ['dispatched', 1.2, 1.5],
      ['on-scene', 6.4, 8],
      ['resolved', 96, 120],
    ]);
    expect(minutes('fire.smoke', 2)).toEqual([
      ['on-scene', 24, 30],
      ['resolved', 96, 120],
    ]);
  });

  it('DI-65 a rule for the door it came in by goes before the same rule without', () => {
    expect(minutes('fire.smoke', 2, 'sensor')).toContainEqual(['resolved', 48, 60]);
  });

  it('DI-65 counts working hours by the calendar, the warning too', () => {
    const [due] = rules.deadlines({ category: 'urban.waste', severity: 4, channel: '12345' }, start);
    // 1.5 h are left today; 5.6 h of working time end tomorrow after the break.
    expect(due).toEqual({
      reach: 'resolved',
      startedAtMs: start,
      warnAtMs: Date.parse('2026-06-03T14:36:00+08:00'),
      dueAtMs: Date.parse('2026-06-03T16:00:00+08:00'),
      state: 'running',
      escalations: 0,
    });
  });

  it('DI-66 a plan that sends no units has no deadline on the way to the scene', () => {
    const reaches = rules
      .deadlines({ category: 'urban.waste', severity: 1, channel: '119' }, start)
      .map((d) => d.reach);
    expect(reaches).toEqual(['dispatched', 'resolved']);
  });

  it('DI-68 names whom a missed stage goes to, by the rule that holds for it', () => {
    expect(rules.escalationOf({ category: 'fire.structure', severity: 1 }, 'on-scene')).toEqual([
      { afterMinutes: 0, to: 'supervisor' },
    ]);
    expect(rules.escalationOf({ category: 'fire.smoke', severity: 1 }, 'on-scene')).toEqual([]);
    expect(rules.escalationOf({ category: 'fire.smoke', severity: 1 }, 'verified')).toEqual([]);
  });
});

describe('triage', () => {
  const protocol: Rulebook['triage'][number] = {
    id: 'medical',
    name: t('medical'),
    match: { family: 'medical' },
    questions: [
      {
        id: 'awake',
        text: t('awake?'),
        options: [
          { id: 'yes', text: t('yes') },
          { id: 'no', text: t('no'), priority: 1, determinant: 'delta' },
        ],
      },
      {
        id: 'complaint',
        text: t('what?'),
        options: [
          { id: 'slight', text: t('slight'), priority: 3, determinant: 'alpha' },
          { id: 'arrest', text: t('arrest'), priority: 1, determinant: 'echo', category: 'medical.cardiac' },
          { id: 'moved', text: t('moved'), priority: 4, category: 'medical.transfer', level: 1 },
          { id: 'crash', text: t('crash'), category: 'traffic.collision-injury', level: 3 },
        ],
      },
    ],
  };
  const rules = rulesOf({ triage: [protocol] });
  const triage = (answers: Record<string, string>, severity = 2): unknown =>
    rules.triage({ category: 'medical.emergency', severity }, answers);
  const found = (value: object): unknown => ({ ok: true, value: { protocol: 'medical', ...value } });

  it.each([
    ['no answer leaves it as it is', {}, { severity: 2, category: 'medical.emergency' }],
    ['an answer that says nothing, too', { awake: 'yes' }, { severity: 2, category: 'medical.emergency' }],
    [
      'answers may say that it is less urgent',
      { awake: 'yes', complaint: 'slight' },
      { severity: 3, determinant: 'alpha', category: 'medical.emergency' },
    ],
    [
      'the strictest priority and the most urgent determinant win',
      { complaint: 'slight', awake: 'no' },
      { severity: 1, determinant: 'delta', category: 'medical.emergency' },
    ],
    [
      'it can turn out to be something else',
      { awake: 'no', complaint: 'arrest' },
      { severity: 1, determinant: 'echo', category: 'medical.cardiac' },
    ],
    [
      'a stricter answer goes before the one that names another category',
      { awake: 'no', complaint: 'moved' },
      { severity: 1, determinant: 'delta', category: 'medical.transfer', level: 1 },
    ],
    [
      'another category brings its usual severity where no answer gives one',
      { complaint: 'crash' },
      { severity: 1, category: 'traffic.collision-injury', level: 3 },
    ],
  ])('DI-69 %s', (_, answers, expected) => {
    expect(triage(answers as Record<string, string>)).toEqual(found(expected));
  });

  it.each([
    [{ asleep: 'no' }, 'asleep: no'],
    [{ awake: 'no', complaint: 'x' }, 'complaint: x'],
    [{ constructor: 'name' }, 'constructor: name'],
  ])('DI-70 a question or answer that is not in the protocol is refused: %o', (answers, detail) => {
    expect(triage(answers as Record<string, string>)).toEqual({
      ok: false,
      error: { code: 'unknown-answer', detail },
    });
  });

  it('DI-70 without a protocol nothing can be answered', () => {
    const c = { category: 'urban.waste', severity: 4 } as const;
    expect(rules.protocolFor(c)).toBeUndefined();
    expect(rules.triage(c, {})).toEqual({
      ok: true,
      value: { protocol: '', severity: 4, category: 'urban.waste' },
    });
    expect(rules.triage(c, { awake: 'no' })).toMatchObject({ ok: false });
  });
});

describe('score', () => {
  const none = { overdue: [], overdueTasks: [], returns: 0, hops: 0, reopened: 0, overrides: 0 };
  const rules = rulesOf({});

  it.each([
    ['nothing went wrong', {}, 100, []],
    ['the first hand-over and a content caller cost nothing', { hops: 1, satisfaction: 4 }, 100, []],
    [
      'each stage overdue',
      { overdue: ['dispatched', 'on-scene'] },
      90,
      [
        { code: 'overdue', points: 5, times: 1, of: 'dispatched' },
        { code: 'overdue', points: 5, times: 1, of: 'on-scene' },
      ],
    ],
    [
      'a task overdue',
      { overdueTasks: ['t1'] },
      97,
      [{ code: 'task-overdue', points: 3, times: 1, of: 't1' }],
    ],
    ['returns', { returns: 2 }, 92, [{ code: 'returned', points: 8, times: 2 }]],
    ['rework', { reopened: 1 }, 85, [{ code: 'rework', points: 15, times: 1 }]],
    ['overrides', { overrides: 3 }, 94, [{ code: 'override', points: 6, times: 3 }]],
    ['each point below content', { satisfaction: 2 }, 80, [{ code: 'dissatisfied', points: 20, times: 2 }]],
    ['further hand-overs', { hops: 3 }, 98, [{ code: 'hops', points: 2, times: 2 }]],
    ['never below 0', { reopened: 9 }, 0, [{ code: 'rework', points: 135, times: 9 }]],
  ])('EV-1 100 less what is deducted: %s', (_, facts, expected, deductions) => {
    expect(rules.score({ ...none, ...(facts as Partial<typeof none>) })).toEqual({
      score: expected,
      deductions,
    });
  });

  it('EV-1 what costs nothing is not listed', () => {
    const free = rulesOf({ scoring: { ...empty.scoring, override: 0 } });
    expect(free.score({ ...none, overrides: 2 })).toEqual({ score: 100, deductions: [] });
  });
});
