import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignmentStatuses, stageIndex } from '../../../../server/contract/cases.ts';
import { unitStatuses } from '../../../../server/contract/observations.ts';
import { incidentRecord as schema } from '../../../../server/contract/records.ts';
import { evolveCases } from '../../../../server/domain/cases/evolve.ts';
import { incidentRecord } from '../../../../server/domain/cases/record.ts';
import {
  activeAssignments,
  caseOf,
  emptyCases,
  forgetClosed,
  isOpen,
  type CasesState,
} from '../../../../server/domain/cases/state.ts';
import { decideTimers } from '../../../../server/domain/cases/timers.ts';
import { aFreeUnit, at, people, TestDesk, type PersonName } from '../../../support/case-world.ts';

const UNITS = ['e1', 'e2', 'e3', 'l1', 'p1', 'a1'] as const;
const CASES = ['inc-1000', 'inc-1001', 'inc-1002', 'inc-1003'] as const;
const DEPARTMENTS = ['dep-fire', 'dep-police', 'dep-urban', 'street-office', 'emergency', 'port'] as const;

/** Mostly people who may do most, so that much is done. */
const who = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<PersonName[]>('sun', 'wang', 'zhao') },
  { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(people) as PersonName[])) },
);
const incident = fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...CASES) }, fc.constant('inc-9999'));
const unit = fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...UNITS) }, fc.constant('nobody'));
const reason = fc.constant('理由');
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
/** A task of its own case. */
const task = fc
  .tuple(fc.constantFrom(...CASES), fc.integer({ min: 1, max: 3 }))
  .map(([id, n]) => ({ incident: id, task: `${id}-t${n}` }));
const place = fc.constantFrom(undefined, at(300, 400), at(310, 400), at(800, 100));

/** A payload of every command, sensible or not. */
const asked = fc.oneof(
  {
    weight: 1,
    arbitrary: command('incident.create', {
      channel: fc.constantFrom('110', '119', '12345'),
      category: fc.constantFrom('fire.structure', 'urban.noise', 'medical.cardiac', 'urban.street-light'),
      position: place,
    }),
  },
  command('incident.call', { incident, channel: fc.constant('119'), position: place }),
  command('incident.edit', {
    incident,
    address: maybe(reason),
    severity: maybe(fc.integer({ min: 1, max: 4 })),
  }),
  command('incident.triage', {
    incident,
    answers: fc.constant({}),
    category: fc.constantFrom(undefined, 'fire.structure', 'crime.assault'),
    severity: maybe(fc.integer({ min: 1, max: 4 })),
  }),
  command('incident.claim', { incident, takeOver: maybe(fc.boolean()) }),
  command('incident.release', { incident }),
  {
    weight: 6,
    arbitrary: command('incident.dispatch', {
      incident,
      units: maybe(fc.array(unit, { minLength: 1, maxLength: 3 })),
      level: maybe(fc.integer({ min: 1, max: 3 })),
      override: maybe(reason),
    }),
  },
  {
    weight: 3,
    arbitrary: command('assignment.status', {
      unit,
      status: fc.constantFrom(...assignmentStatuses),
      facility: fc.constantFrom(undefined, 'f-hospital', 'f-none'),
      override: maybe(reason),
    }),
  },
  command('unit.par', { unit }),
  command('unit.service', { unit, inService: fc.boolean(), reason: maybe(reason) }),
  command('incident.transfer', {
    incident,
    department: fc.constantFrom(...DEPARTMENTS),
    support: maybe(fc.array(fc.constantFrom(...DEPARTMENTS), { maxLength: 2 })),
    reason,
  }),
  command('incident.return', { incident, reason }),
  command('incident.task', { incident, department: fc.constantFrom(...DEPARTMENTS), title: reason }),
  command('task.accept', {}, task),
  command('task.return', { reason }, task),
  { weight: 3, arbitrary: command('task.done', {}, task) },
  command('incident.resolve', { incident, override: maybe(reason) }),
  command('incident.verify', { incident, accepted: fc.boolean(), reason: maybe(reason) }),
  { weight: 2, arbitrary: command('incident.close', { incident, override: maybe(reason) }) },
  command('incident.evaluate', { incident, satisfaction: maybe(fc.integer({ min: 1, max: 5 })) }),
  command('incident.reopen', { incident, reason }),
  { weight: 2, arbitrary: command('incident.merge', { incident, into: incident }) },
  { weight: 3, arbitrary: command('incident.unmerge', { incident }) },
  command('incident.apart', { incident, other: incident }),
  command('incident.note', { incident, text: reason }),
  command('incident.supervise', { incident, reason }),
  command('incident.reveal', { incident, reason }),
);

function command(
  type: string,
  payload: Record<string, fc.Arbitrary<unknown>>,
  more: fc.Arbitrary<Record<string, unknown>> = fc.constant({}),
): fc.Arbitrary<Step> {
  return fc
    .record({ who, payload: fc.record(payload), more, stale: fc.integer({ min: 0, max: 9 }) })
    .map(({ who: name, payload: p, more: m, stale }) => ({
      what: 'command',
      who: name,
      type,
      payload: Object.fromEntries(Object.entries({ ...p, ...m }).filter(([, v]) => v !== undefined)),
      expected: stale === 0 ? 1 : undefined,
    }));
}

type Step =
  | {
      readonly what: 'command';
      readonly who: PersonName;
      readonly type: string;
      readonly payload: Record<string, unknown>;
      readonly expected: number | undefined;
    }
  | { readonly what: 'terminal'; readonly unit: string; readonly status: (typeof unitStatuses)[number] }
  | { readonly what: 'report'; readonly id: string; readonly closed: boolean; readonly ours: boolean }
  | { readonly what: 'pass'; readonly minutes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: asked },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('terminal' as const),
      unit: fc.constantFrom(...UNITS),
      status: fc.constantFrom(...unitStatuses),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('report' as const),
      id: fc.constantFrom('x', 'y'),
      closed: fc.boolean(),
      ours: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('pass' as const), minutes: fc.constantFrom(0, 1, 30, 6_000) }),
  },
);

const steps = (most: number): fc.Arbitrary<Step[]> =>
  fc.array(step, { minLength: most / 2, maxLength: most, size: 'max' });

/** Six units, and two cases to begin with. */
function newDesk(): TestDesk {
  const desk = new TestDesk({
    units: [
      ...['e1', 'e2', 'e3'].map((id) => aFreeUnit(id, 'fire-engine', { capabilities: ['fire-suppression'] })),
      aFreeUnit('l1', 'ladder', { capabilities: ['aerial'] }),
      aFreeUnit('p1', 'police-car', { department: 'dep-police', home: 'f-police' }),
      aFreeUnit('a1', 'ambulance', { department: 'dep-ambulance', home: 'f-hospital' }),
    ],
  });
  desk.call();
  desk.report({ id: 'x' });
  return desk;
}

function take(desk: TestDesk, s: Step): void {
  switch (s.what) {
    case 'command':
      desk.ask(s.who, s.type as never, s.payload as never, s.expected);
      return;
    case 'terminal':
      desk.terminal(s.unit, s.status);
      return;
    case 'report':
      desk.report({ id: s.id, status: s.closed ? 'closed' : 'open' }, s.ours);
      return;
    case 'pass':
      desk.pass(s.minutes);
  }
}

/** All that is in a state, and what can be asked of it. */
const all = (state: CasesState) => ({
  incidents: [...state.byId.entries()].sort(byKey),
  sources: [...state.bySource.entries()].sort(byKey),
  units: [...state.unitOf.entries()].sort(byKey),
  service: [...state.service.entries()].sort(byKey),
  numbers: [...state.numbers.entries()],
  hints: [at(300, 400), at(800, 100)].map((position) =>
    state.openByPlace.hints({ category: 'fire.structure', position, atMs: 1_800_000_000_000 }),
  ),
});
const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const backwards = new Set(['incident.rejected', 'incident.resumed', 'incident.reopened']);

function hold(desk: TestDesk): void {
  const { state } = desk;
  const on = new Map<string, string>();
  for (const i of state.byId.values()) {
    for (const a of activeAssignments(i)) {
      // A unit is in at most one case (DI-1), and each side knows the other.
      expect([a.unit, on.get(a.unit)]).toEqual([a.unit, undefined]);
      on.set(a.unit, i.id);
      // Closed or merged away, a case holds no unit (IN-37, IN-38).
      expect([i.id, isOpen(i), i.mergedInto]).toEqual([i.id, true, null]);
    }
    const whole = caseOf(state, i.id)!;
    expect(whole.mergedInto).toBeNull();
    if (i.mergedInto !== null) {
      expect(state.byId.get(i.mergedInto)!.merged).toContain(i.id);
      if (!isOpen(whole)) expect([i.id, isOpen(i)]).toEqual([i.id, false]);
    }
    if (!isOpen(i)) {
      expect(i.claim).toBeNull();
      expect(i.tasks.filter((t) => t.status === 'open' || t.status === 'accepted')).toEqual([]);
    }
    expect(new Set(i.tasks.map((t) => t.id)).size).toBe(i.tasks.length);
    expect(new Set(i.deadlines.map((d) => d.reach)).size).toBe(i.deadlines.length);
    expect(
      i.deadlines.filter((d) => d.state === 'running' && stageIndex(d.reach) <= stageIndex(i.stage)),
    ).toEqual([]);
    expect(schema.safeParse(incidentRecord(state, i.id)).error).toBeUndefined();
  }
  expect([...state.unitOf.entries()].sort(byKey)).toEqual([...on].sort(byKey));
}

function run(made: readonly Step[]): void {
  const desk = newDesk();
  for (const s of made) {
    const before = new Map([...desk.state.byId.values()].map((i) => [i.id, i]));
    const from = desk.journal.length;
    take(desk, s);
    const events = desk.journal.slice(from);
    for (const i of desk.state.byId.values()) {
      const was = before.get(i.id);
      if (was === undefined) continue;
      const back = stageIndex(i.stage) < stageIndex(was.stage);
      expect(!back || events.some((e) => backwards.has(e.type) && e.payload.id === i.id)).toBe(true);
      expect(i.version).toBeGreaterThanOrEqual(was.version);
      expect(i.calls.length).toBeGreaterThanOrEqual(was.calls.length);
      expect(i.hops).toBeGreaterThanOrEqual(was.hops);
    }
    hold(desk);
    expect(decideTimers(desk.state, desk.world.rules, desk.nowMs).length === 0 || s.what !== 'pass').toBe(
      true,
    );
  }
  const again = emptyCases((category) => desk.world.rules.nearness(category));
  for (const event of desk.journal) evolveCases(again, event);
  expect(all(again)).toEqual(all(desk.state));
}

function takeBack(before: readonly Step[], batch: readonly Step[]): void {
  const desk = newDesk();
  for (const s of before) take(desk, s);
  const expected = all(desk.state);
  desk.state.undo.begin();
  for (const s of batch) take(desk, s);
  desk.state.undo.takeBack();
  expect(all(desk.state)).toEqual(expected);
}

const SEEDS = [20_261_125, 7, 42] as const;

describe('whatever people, terminals, sources and the clock do', () => {
  it.each(SEEDS)(
    'DI-1 IN-30 IN-37 a unit is in one case, stages go on, closed cases hold nothing, and the journal leads there again (seed %d)',
    (seed) => {
      fc.assert(fc.property(steps(80), run), { numRuns: 100, seed });
    },
    60_000,
  );

  it.each(SEEDS)(
    'IN-25 IN-42 what was not stored leaves no trace (seed %d)',
    (seed) => {
      fc.assert(fc.property(steps(40), steps(20), takeBack), {
        numRuns: 100,
        seed,
      });
    },
    60_000,
  );

  it('IN-23 forgetting what is closed leaves the rest as it was', () => {
    fc.assert(
      fc.property(steps(60), (made) => {
        const desk = newDesk();
        for (const s of made) take(desk, s);
        const open = [...desk.state.byId.values()].filter(isOpen);
        forgetClosed(desk.state, Infinity);
        expect([...desk.state.byId.values()]).toEqual(open);
        for (const i of open)
          expect(schema.safeParse(incidentRecord(desk.state, i.id)).error).toBeUndefined();
      }),
      { numRuns: 60, seed: 20_261_125 },
    );
  });
});
