import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assignment } from '../../../../server/contract/cases.ts';
import { unitKinds } from '../../../../server/contract/city-pack.ts';
import { unitStatuses } from '../../../../server/contract/observations.ts';
import type { PlanNeed } from '../../../../server/contract/rulebook.ts';
import {
  fits,
  isFree,
  recommend,
  type RecommendInput,
  type UnitFacts,
} from '../../../../server/domain/dispatch/recommend.ts';
import { aFreeUnit, at, straight } from '../../../support/case-world.ts';

const scene = at(0, 0);
/** So many seconds from the scene, at 10 m/s. */
const away = (seconds: number, more: Partial<UnitFacts> = {}): UnitFacts =>
  aFreeUnit(more.id ?? `e${seconds}`, more.kind ?? 'fire-engine', { position: at(seconds * 10, 0), ...more });
const engines = (count = 1, level = 1): PlanNeed => ({ kinds: ['fire-engine'], count, level });
const on = (unit: string, status: Assignment['status'], more: Partial<Assignment> = {}): Assignment => ({
  unit,
  callsign: unit,
  department: 'dep-fire',
  kind: 'fire-engine',
  status,
  by: '王',
  assignedAtMs: 0,
  ...more,
});

function ask(
  units: readonly UnitFacts[],
  needs: readonly PlanNeed[] = [engines()],
  more: Partial<RecommendInput> = {},
): ReturnType<typeof recommend> {
  return recommend({
    plan: {
      id: 'p',
      name: { zh: '', en: '' },
      match: {},
      needs: [...needs],
      tasks: [],
      notify: [],
      kind: 'ordinary',
    },
    level: 1,
    position: scene,
    assignments: [],
    units,
    sentTo: () => undefined,
    travel: straight,
    minimums: [],
    home: (id) => ({ id, name: { zh: id, en: id }, position: scene }),
    staleAfterMs: 120_000,
    ...more,
  });
}
const picked = (r: ReturnType<typeof recommend>): string[] => r.needs.flatMap((n) => n.units);
const whyOf = (r: ReturnType<typeof recommend>): Record<string, string> =>
  Object.fromEntries(r.candidates.map((c) => [c.unit, c.why]));

describe('who is recommended', () => {
  it('DI-20 the quickest that can do what is needed, by the routed time and not by distance', () => {
    const near = away(10, { id: 'across-the-river' });
    const far = away(60, { id: 'on-this-side' });
    const wayRound: RecommendInput['travel'] = (to, from) =>
      straight(to, from).map((t) => t && { ...t, seconds: t.seconds < 30 ? 900 : t.seconds });
    expect(picked(ask([near, far]))).toEqual(['across-the-river']);
    expect(picked(ask([near, far], [engines()], { travel: wayRound }))).toEqual(['on-this-side']);
  });

  it('DI-20 only what has the capability, and free, on duty and reachable', () => {
    const units = [
      away(1, { id: 'sent' }),
      away(2, { id: 'driving', status: 'en-route' }),
      away(3, { id: 'broken', status: 'out-of-service' }),
      away(4, { id: 'asleep', onShift: false }),
      away(5, { id: 'cut-off' }),
      away(6, { id: 'dry' }),
      away(7, { id: 'police', kind: 'police-car' }),
      away(8, { id: 'going-home', status: 'returning', capabilities: ['pumping'] }),
    ];
    const r = ask(units, [{ ...engines(), capability: 'pumping' }], {
      sentTo: (id) => (id === 'sent' ? 'inc-1' : undefined),
      travel: (to, from) => straight(to, from).map((t) => (t && Math.round(t.seconds) === 5 ? null : t)),
    });
    expect(picked(r)).toEqual(['going-home']);
  });

  it('DI-20 the same time is decided by the id, so that everybody is told the same', () => {
    const units = ['b', 'c', 'a'].map((id) => away(10, { id }));
    expect(picked(ask(units, [engines(2)]))).toEqual(['a', 'b']);
    expect(picked(ask(units.toReversed(), [engines(2)]))).toEqual(['a', 'b']);
  });

  it('DI-20 a unit is picked for one need only, the first choice of kind before the second', () => {
    const either: PlanNeed = { kinds: ['traffic-car', 'traffic-motorcycle'], count: 1, level: 1 };
    const car = (s: number) => away(s, { id: 'car', kind: 'traffic-car' });
    const bike = away(10, { id: 'bike', kind: 'traffic-motorcycle' });
    expect(picked(ask([car(50), bike], [either]))).toEqual(['car']);
    expect(picked(ask([car(80), bike], [either]))).toEqual(['bike']);
    expect(picked(ask([car(50), bike], [either, either])).sort()).toEqual(['bike', 'car']);
    expect(picked(ask([away(1)], [engines(), engines()]))).toEqual(['e1']);
  });

  it('DI-20 levels above the one asked for need nobody', () => {
    const units = [away(1), away(2), away(3)];
    const needs = [engines(), engines(2, 2)];
    expect(picked(ask(units, needs))).toEqual(['e1']);
    expect(picked(ask(units, needs, { level: 2 }))).toEqual(['e1', 'e2', 'e3']);
  });

  it.each([
    ['whose position is stale', { positionAgeMs: 120_001 }, 'stale-position'],
    ['whose position is of no known age', { positionAgeMs: undefined }, 'stale-position'],
    ['without a position', { position: undefined }, 'no-position'],
  ])('DI-21 a unit %s is not near, and it is said', (_, more, why) => {
    const r = ask([away(1, { id: 'lost', ...more }), away(99, { positionAgeMs: 120_000 })]);
    expect(picked(r)).toEqual(['e99']);
    expect(whyOf(r)).toMatchObject({ lost: why });
  });

  it('DI-21 a case without a place: whoever is free is as near as anybody', () => {
    const r = ask([away(5, { positionAgeMs: 1e9 }), away(1, { position: undefined })], [engines(2)], {
      position: undefined,
    });
    expect(picked(r)).toEqual(['e1', 'e5']);
    expect(r.candidates.every((c) => c.seconds === undefined)).toBe(true);
  });

  const stationA = (s: number, n: number) => away(s, { id: `a${n}`, home: 'a' });
  const stationB = (s: number, n: number) => away(s, { id: `b${n}`, home: 'b' });
  const oneStays = [{ kinds: ['fire-engine' as const], count: 1 }];

  it('DI-22 who would strip its station is left where the next is at most three minutes slower', () => {
    const gone = { ...stationA(5, 2), status: 'on-scene' as const };
    const units = (next: number) => [stationA(10, 1), gone, stationB(next, 1), stationB(next + 5, 2)];
    const near = ask(units(189), [engines()], { minimums: oneStays });
    expect(picked(near)).toEqual(['b1']);
    expect(whyOf(near)).toMatchObject({ a1: 'keeps-minimum', b1: 'fastest' });
    expect(picked(ask(units(191), [engines()], { minimums: oneStays }))).toEqual(['a1']);
  });

  it('DI-22 each one that is taken counts for the next', () => {
    const units = [stationA(10, 1), stationA(11, 2), stationB(100, 1), stationB(101, 2)];
    expect(picked(ask(units, [engines(2)]))).toEqual(['a1', 'a2']);
    expect(picked(ask(units, [engines(2)], { minimums: oneStays }))).toEqual(['a1', 'b1']);
    expect(picked(ask(units, [engines(4)], { minimums: oneStays }))).toHaveLength(4);
  });

  it('DI-22 a station that never had so many keeps nobody', () => {
    const units = [stationA(10, 1), stationB(50, 1), stationB(51, 2)];
    expect(picked(ask(units, [engines()], { minimums: oneStays }))).toEqual(['a1']);
  });
});

describe('why', () => {
  it('DI-23 is said of every unit that is recommended and of the next best', () => {
    const units = [away(1), away(2), away(3), away(4), away(5), away(6), away(7)];
    const r = ask(units, [engines(2)]);
    expect(r.candidates.map((c) => [c.unit, c.picked, c.why])).toEqual([
      ['e1', true, 'fastest'],
      ['e2', true, 'fastest'],
      ['e3', false, 'slower'],
      ['e4', false, 'slower'],
      ['e5', false, 'slower'],
      ['e6', false, 'slower'],
      ['e7', false, 'slower'],
    ]);
    expect(r.candidates[0]).toMatchObject({ seconds: 1, metres: 10, positionAgeMs: 1_000, callsign: 'E1' });
  });

  it('DI-23 by capability where a quicker one lacks it, “only” where there is no choice', () => {
    const pump = away(9, { id: 'pump', capabilities: ['pumping'] });
    const tank = away(20, { id: 'tank', capabilities: ['pumping'] });
    const need = { ...engines(), capability: 'pumping' };
    expect(whyOf(ask([away(1), pump, tank], [need]))).toMatchObject({ pump: 'capability', tank: 'slower' });
    expect(whyOf(ask([away(1), pump], [need]))).toEqual({ pump: 'only' });
  });

  it('DI-23 the reasons for passing somebody over', () => {
    const r = ask(
      [
        away(1, { id: 'sent' }),
        away(2, { id: 'broken', status: 'out-of-service' }),
        away(3, { id: 'asleep', onShift: false }),
        away(4, { id: 'cut-off' }),
        away(50),
      ],
      [engines()],
      {
        sentTo: (id) => (id === 'sent' ? 'inc-1' : undefined),
        travel: (to, from) => straight(to, from).map((t) => (t && Math.round(t.seconds) === 4 ? null : t)),
      },
    );
    expect(whyOf(r)).toMatchObject({
      sent: 'busy',
      broken: 'out-of-service',
      asleep: 'off-shift',
      e50: 'only',
    });
  });
});

describe('what stays uncovered', () => {
  const minimums = [{ kinds: ['fire-engine' as const], count: 1 }];

  it('DI-24 stations that fall below their minimum are named, with the quickest who could move up', () => {
    const units = [
      away(1, { id: 'a1', home: 'a' }),
      away(100, { id: 'b1', home: 'b' }),
      away(101, { id: 'b2', home: 'b' }),
      away(50, { id: 'c1', home: 'c' }),
      away(40, { id: 'd1', home: 'd', positionAgeMs: 1e9 }),
    ];
    const r = ask(units, [engines()], { minimums });
    expect(picked(r)).toEqual(['a1']);
    expect(r.uncovered).toEqual([
      {
        facility: 'a',
        name: { zh: 'a', en: 'a' },
        kinds: ['fire-engine'],
        left: 0,
        minimum: 1,
        moveUp: { unit: 'c1', callsign: 'C1', seconds: 50 },
      },
    ]);
  });

  it('DI-24 nobody moves up from a station that cannot spare it, and none is named that keeps enough', () => {
    const units = [
      away(1, { id: 'a1', home: 'a' }),
      away(2, { id: 'a2', home: 'a' }),
      away(50, { id: 'b1', home: 'b' }),
      { ...away(51, { id: 'b2', home: 'b' }), status: 'on-scene' as const },
    ];
    expect(ask(units, [engines()], { minimums }).uncovered).toEqual([]);
    const [left] = ask(units, [engines(2)], { minimums, travel: straight }).uncovered;
    expect(left).toMatchObject({ facility: 'a', left: 0 });
    expect(left).not.toHaveProperty('moveUp');
  });
});

describe('who is there already', () => {
  it('DI-25 counts for what the plan needs: all on the case, and who was at its scene', () => {
    const units = [away(1), away(2), away(3), away(4), away(5)];
    const assignments = [on('e1', 'en-route'), on('e2', 'cleared', { onSceneAtMs: 1 }), on('e3', 'cleared')];
    const r = ask(units, [engines(3)], { assignments, sentTo: (id) => (id === 'e1' ? 'inc-1' : undefined) });
    expect(r.needs[0]).toMatchObject({ there: ['e1', 'e2'] });
    expect(r.needs[0]!.units).toHaveLength(1);
  });

  it('DI-25 each counts once', () => {
    const r = ask([away(1), away(2)], [engines(), engines()], {
      assignments: [on('e1', 'on-scene')],
      sentTo: (id) => (id === 'e1' ? 'inc-1' : undefined),
    });
    expect(r.needs.map((n) => [n.there, n.units])).toEqual([
      [['e1'], []],
      [[], ['e2']],
    ]);
  });
});

describe('whatever units there are', () => {
  const unit = fc.record({
    seconds: fc.integer({ min: 0, max: 600 }),
    kind: fc.constantFrom(...unitKinds.slice(0, 4)),
    status: fc.constantFrom(...unitStatuses, 'available' as const, 'available' as const),
    home: fc.constantFrom('a', 'b', 'c'),
    onShift: fc.boolean(),
    ageMs: fc.constantFrom(undefined, 1_000, 500_000),
    able: fc.boolean(),
    placed: fc.boolean(),
  });
  const need = fc.record({
    kinds: fc.uniqueArray(fc.constantFrom(...unitKinds.slice(0, 4)), { minLength: 1 }),
    count: fc.integer({ min: 1, max: 4 }),
    able: fc.boolean(),
  });

  it('DI-20 DI-23 only free ones that fit are picked, none twice, and every one with a reason', () => {
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 25 }),
        fc.array(need, { maxLength: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (made, wanted, minimum) => {
          const units = made.map((m, k) =>
            away(m.seconds, {
              id: `u${k}`,
              kind: m.kind,
              status: m.status,
              home: m.home,
              onShift: m.onShift,
              positionAgeMs: m.ageMs,
              capabilities: m.able ? ['able'] : [],
              ...(!m.placed && { position: undefined }),
            }),
          );
          const needs: PlanNeed[] = wanted.map(({ able, ...n }) => ({
            ...n,
            level: 1,
            ...(able && { capability: 'able' }),
          }));
          const minimums = [{ kinds: unitKinds.slice(0, 4), count: minimum }];
          const r = ask(units, needs, { minimums });
          const all = picked(r);
          expect(new Set(all).size).toBe(all.length);
          for (const [k, n] of r.needs.entries()) {
            const could = units
              .filter(
                (u) => fits(u, needs[k]!) && isFree(u, undefined) && u.onShift && u.position !== undefined,
              )
              .filter((u) => u.positionAgeMs === 1_000)
              .map((u) => u.id);
            expect(n.units.length).toBeLessThanOrEqual(n.count);
            expect(n.units.filter((id) => !could.includes(id))).toEqual([]);
            // Nobody who could go is left out while something is lacking.
            const left = could.filter((id) => !all.includes(id));
            expect(n.units.length < n.count ? left : []).toEqual([]);
          }
          for (const id of all)
            expect(r.candidates.find((c) => c.unit === id)).toMatchObject({ picked: true });
          expect(
            r.candidates
              .filter((c) => c.picked)
              .map((c) => c.unit)
              .sort(),
          ).toEqual([...all].sort());
          for (const c of r.candidates)
            expect(['fastest', 'capability', 'only'].includes(c.why)).toBe(c.picked);
        },
      ),
      { numRuns: 300, seed: 20_261_125 },
    );
  });
});
