import { describe, expect, it } from 'vitest';
import { categoryCodes } from '../../../server/contract/categories.ts';
import { departmentKinds, facilityKinds, type Facility } from '../../../server/contract/city-pack.ts';
import type { LocalText } from '../../../server/contract/text.ts';
import { rulebook } from '../../../server/contract/rulebook.ts';
import { makeDepartments, makeUnits } from '../../../simulators/city/services.ts';
import * as osm from '../../../server/city/import-osm/services.ts';
import { ImportReport } from '../../../server/city/import-osm/report.ts';
import { checkRulebook } from '../../../server/city/rulebook/check-rulebook.ts';
import { defaultRulebook as book } from '../../../server/city/rulebook/default-rulebook.ts';
import { makeRules } from '../../../server/domain/rules/rules.ts';

/** Departments of the demo city, with one street. */
const departments = makeDepartments({
  districts: [],
  streets: [{ id: 'd1-1', name: { zh: '江滨街道', en: 'Jiangbin' } }],
  grids: [],
} as never);
const rules = makeRules(book, departments, 'Asia/Shanghai');
const kindOf = new Map(departments.map((d) => [d.id, d.kind]));
const every = categoryCodes.flatMap((category) =>
  ([1, 2, 3, 4] as const).map((severity) => ({ category, severity })),
);
const facilities = facilityKinds.flatMap((kind) =>
  Array.from({ length: 12 }, (_, i): Facility => ({
    id: `${kind}-${i}`,
    kind,
    name: { zh: kind, en: kind },
    position: [118, 30],
    capacity: {},
  })),
);
/** Tuesday 2 June 2026, at work and at night. */
const times = ['10:00', '23:00'].map((clock) => Date.parse(`2026-06-02T${clock}:00+08:00`));

describe('the default rulebook', () => {
  it('DI-73 is a sound book as its file would be', () => {
    expect(rulebook.parse(JSON.parse(JSON.stringify(book)))).toEqual(book);
    expect(checkRulebook(book, departments)).toEqual([]);
    expect(checkRulebook(book, [])).toEqual([]);
  });

  it('DI-73 every case has a plan that does something, and questions', () => {
    for (const c of every) {
      const plan = rules.planFor(c);
      const atOnce = [...plan.needs, ...plan.tasks].filter((x) => x.level === 1);
      expect(atOnce).not.toEqual([]);
      expect(rules.protocolFor(c)?.questions.length).toBeGreaterThan(0);
    }
    const used = new Set(every.map((c) => rules.planFor(c).id));
    expect(book.plans.filter((p) => !used.has(p.id)).map((p) => p.id)).toEqual([]);
  });

  it('DI-73 a life in danger is answered with units', () => {
    const without = categoryCodes.filter((category) =>
      rules.planFor({ category, severity: 1 }).needs.every((n) => n.level > 1),
    );
    // None of these is about a person.
    expect(without).toEqual(['traffic.parking', 'traffic.roadworks', 'weather.warning', 'urban.waste']);
  });

  it('DI-73 every case has a department that leads, day and night', () => {
    for (const c of every) {
      for (const atMs of times) {
        for (const street of ['d1-1', undefined]) {
          const { lead, support, arbiter } = rules.responsible({ ...c, channel: 'other', street, atMs });
          expect([c.category, arbiter]).toEqual([c.category, false]);
          expect(kindOf.has(lead!)).toBe(true);
          expect(support).not.toContain(lead);
        }
      }
    }
  });

  it('DI-73 every case has deadlines, and no stage is due before an earlier one', () => {
    for (const c of every) {
      for (const atMs of times) {
        for (const channel of ['110', 'grid'] as const) {
          const deadlines = rules.deadlines({ ...c, channel }, atMs);
          expect(deadlines.map((d) => d.reach)).toEqual(
            expect.arrayContaining(['triaged', 'dispatched', 'resolved', 'closed']),
          );
          for (const d of deadlines) {
            expect(d.warnAtMs).toBeLessThan(d.dueAtMs);
            expect(d.warnAtMs).toBeGreaterThan(atMs);
          }
          const due = deadlines.map((d) => d.dueAtMs);
          expect({ ...c, channel, due }).toEqual({ ...c, channel, due: due.toSorted((a, b) => a - b) });
        }
      }
    }
  });

  it.each([
    ['fire.structure', 1, [0, 1.5, 2.5, 8]],
    ['medical.cardiac', 1, [0, 1.5, 2.5, 8]],
    ['traffic.collision-injury', 1, [0, 1.5, 2.5, 10]],
    ['hazmat.spill', 1, [0, 1.5, 2.5, 12]],
    ['crime.theft', 3, [0, 15, 20, 40]],
  ] as const)(
    'DI-73 %s is dispatched, on its way and on scene within minutes',
    (category, severity, expected) => {
      const minutes = new Map(
        rules
          .deadlines({ category, severity, channel: '110' }, times[1]!)
          .map((d) => [d.reach, (d.dueAtMs - d.startedAtMs) / 60_000]),
      );
      expect(['dispatched', 'en-route', 'on-scene'].map((r) => minutes.get(r as 'dispatched'))).toEqual(
        expected.slice(1),
      );
      expect(rules.escalationOf({ category, severity }, 'dispatched').at(-1)?.to).toBe('supervisor');
    },
  );

  it('DI-73 joint enforcement is led by urban management, emergency command by emergency management', () => {
    const leads = {
      'joint-enforcement': 'urban-management',
      'emergency-command': 'emergency',
      ordinary: null,
    };
    for (const c of every) {
      const lead = leads[rules.planFor(c).kind];
      if (lead === null) continue;
      const { lead: id, support } = rules.responsible({
        ...c,
        channel: '110',
        street: 'd1-1',
        atMs: times[1]!,
      });
      expect(kindOf.get(id ?? '')).toBe(lead);
      expect(support.length).toBeGreaterThan(1);
    }
  });

  it('DI-73 a task of a plan is of a department that the demo city has', () => {
    for (const { department } of book.plans.flatMap((p) => p.tasks))
      expect([department, rules.departmentOf(department, 'd1-1')]).not.toContain(undefined);
  });

  const unmet = (
    units: readonly { kind: string; capabilities: readonly string[] }[],
    level: number,
  ): string[] => [
    ...new Set(
      book.plans
        .flatMap((p) => p.needs)
        .filter((n) => n.level <= level)
        .filter(
          (n) =>
            units.filter(
              (u) =>
                n.kinds.includes(u.kind as 'drone') &&
                (n.capability === undefined || u.capabilities.includes(n.capability)),
            ).length < n.count,
        )
        .map((n) => `${n.kinds.join('|')} ${n.capability ?? ''}`.trim()),
    ),
  ];

  it('DI-73 its needs can be met by the units of the demo city, and at once by those of an imported one', () => {
    expect(unmet(makeUnits(facilities), 9)).toEqual([]);
    const imported = osm.makeUnits(facilities, new ImportReport());
    expect(unmet(imported, 1)).toEqual([]);
    expect(unmet(imported, 9)).toEqual(['drone aerial-view', 'police-car armed']);
  });

  it('DI-73 an imported city, which has fewer departments, leaves only what it cannot own to the arbiter', () => {
    const city = makeRules(book, osm.makeDepartments('Europe/Berlin'), 'Europe/Berlin');
    for (const c of every) {
      const { lead, arbiter } = city.responsible({ ...c, channel: '311', atMs: times[0]! });
      expect([c.category, lead]).not.toContain(null);
      expect([c.category, arbiter]).toEqual([c.category, false]);
    }
  });

  it('DI-73 has every text in both languages', () => {
    const texts: LocalText[] = [];
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('zh' in value && 'en' in value) texts.push(value as LocalText);
      else for (const inner of Object.values(value)) collect(inner);
    };
    collect(book);
    expect(texts.length).toBeGreaterThan(200);
    for (const { zh, en } of texts) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).toMatch(/^[\x20-\x7E’…–]+$/);
      expect(en).toMatch(/[a-z]/i);
    }
  });

  it('DI-73 the medical questions reach each determinant from omega to echo', () => {
    const reached = (answers: Record<string, string>): unknown =>
      rules.triage({ category: 'medical.emergency', severity: 1 }, answers);
    expect(reached({ conscious: 'no', breathing: 'none', complaint: 'pain' })).toMatchObject({
      value: { severity: 1, determinant: 'echo', category: 'medical.cardiac' },
    });
    const all = book.triage
      .filter((p) => p.match.family === 'medical')
      .flatMap((p) => p.questions.flatMap((q) => q.options.map((o) => [q.id, o.id] as const)))
      .map(([question, option]) => reached({ [question]: option }))
      .map((r) => (r as { value: { determinant?: string } }).value.determinant);
    expect(new Set(all.filter(Boolean))).toEqual(
      new Set(['omega', 'alpha', 'bravo', 'charlie', 'delta', 'echo']),
    );
  });

  it('DI-73 people trapped in a vehicle call for the level that brings the rescue unit', () => {
    const result = rules.triage({ category: 'traffic.collision', severity: 2 }, { trapped: 'yes' });
    expect(result).toMatchObject({ value: { category: 'traffic.collision-injury', severity: 1, level: 2 } });
    const plan = rules.planFor({ category: 'traffic.collision-injury', severity: 1 });
    expect(plan.needs.find((n) => n.capability === 'extrication')?.level).toBe(2);
  });

  it('DI-73 every kind of department has something to do, but the port', () => {
    const named = new Set([
      ...book.duties.flatMap((d) => [d.lead, ...d.support]),
      ...book.plans.flatMap((p) => p.tasks.map((task) => task.department)),
    ]);
    expect(departmentKinds.filter((k) => !named.has(k))).toEqual(['port']);
  });
});
