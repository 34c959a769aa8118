/** Delays by the HCM, plans for flows, proposals, and special plans. */
import { describe, expect, it } from 'vitest';
import { contradiction, inPlan } from '../../../../../server/domain/signals/contradiction.ts';
import { hcmDelayS, planDelayS } from '../../../../../server/domain/signals/control/delay.ts';
import { planFor } from '../../../../../server/domain/signals/control/flow-plan.ts';
import { proposalsFor, type Advised } from '../../../../../server/domain/signals/control/proposal.ts';
import { specialPlanFor } from '../../../../../server/domain/signals/control/special-plan.ts';
import { cycleS, planned } from '../../../../../server/domain/signals/plan.ts';
import { signalProposal } from '../../../../../server/contract/signal-control.ts';
import { crossing } from '../../../../support/signal-world.ts';

const x = crossing();
const flows = (n: number, e: number, s = n, w = e) => ({
  connectionVph: [n, e, s, w],
  saturationVph: [1_800, 1_800, 1_800, 1_800],
  confidence: 0.95,
});

describe('delay', () => {
  // Worked by hand from eqs. 19-20 and 19-26 with T = 0.25 h, k = 0.5, I = 1.
  it.each([
    [90, 0.4, 600, 35.21],
    [60, 0.5, 300, 10.03],
    [60, 0.5, 1_080, 115.72],
    [60, 1, 600, 0.5],
  ])('TR-210 cycle %d s, green %d, %d veh/h: %d s', (cycle, green, vph, delayS) => {
    expect(hcmDelayS(cycle, green, vph, 1_800)).toBeCloseTo(delayS, 1);
  });

  it('TR-210 is the mean over all vehicles, none where nobody comes', () => {
    expect(planDelayS(x, x.plan, flows(0, 0))).toBe(0);
    const even = planDelayS(x, x.plan, flows(300, 300));
    expect(even).toBeCloseTo(hcmDelayS(60, 25 / 60, 300, 1_800), 5);
    expect(planDelayS(x, x.plan, flows(900, 300))).toBeGreaterThan(even);
  });
});

describe('plans for flows', () => {
  it.each([
    ['even', flows(400, 400)],
    ['one street', flows(900, 100)],
    ['nobody', flows(0, 0)],
    ['more than fits', flows(1_500, 1_500)],
  ])('TR-211 %s: each phase in its order and within its bounds', (_, f) => {
    for (const wishes of [{}, { cycleS: 100 }, { cycleS: 20 }, { leastGreens: 3 }]) {
      const plan = planFor(x, f, wishes);
      expect(inPlan(x, plan)).toBeNull();
      expect(plan.steps.map((s) => s.phase)).toEqual([0, 1]);
    }
  });

  it('TR-211 gives the busier street more, takes the cycle that is wished, and lengthens the shortest', () => {
    const [a, b] = planFor(x, flows(900, 300)).steps;
    expect(a!.greenS).toBeGreaterThan(1.8 * b!.greenS);
    expect(cycleS(x, planFor(x, flows(400, 400), { cycleS: 84 }))).toBe(84);
    expect(planFor(x, flows(900, 50), { leastGreens: 3 }).steps[1]!.greenS).toBeGreaterThanOrEqual(24);
  });
});

describe('proposals', () => {
  const advised = (more: Partial<Advised> = {}): Advised => ({
    junction: x,
    plan: x.plan,
    flows: flows(900, 150),
    beforeVph: null,
    ...more,
  });
  const only = (a: Advised) => proposalsFor([a], 5).get(a.junction.id);

  it('TR-212 promises less delay by the same formula as now, and says of which flows', () => {
    const proposal = signalProposal.parse(only(advised()));
    expect(proposal.delayThenS).toBeLessThan(proposal.delayNowS);
    expect(proposal.delayNowS).toBeCloseTo(planDelayS(x, x.plan, flows(900, 150)), 1);
    expect(proposal.reason.en).toContain('2100 veh/h');
    expect(inPlan(x, proposal.plan)).toBeNull();
  });

  it('TR-212 proposes nothing where it hardly helps or hardly anybody was seen', () => {
    const good = only(advised())!.plan;
    expect(only(advised({ plan: good }))).toBeUndefined();
    expect(only(advised({ flows: flows(30, 5) }))).toBeUndefined();
  });

  it('TR-213 is surer of more vehicles, of steady flows, and of what is well seen', () => {
    const sure = (more: Partial<Advised>) => only(advised(more))!.confidence;
    const best = sure({ beforeVph: 2_100 });
    expect(best).toBeGreaterThan(0.8);
    expect(sure({ beforeVph: 1_000 })).toBeLessThan(0.6 * best);
    expect(sure({ flows: { ...flows(900, 150), confidence: 0.4 }, beforeVph: 2_100 })).toBeLessThan(
      0.5 * best,
    );
    expect(sure({ flows: flows(90, 5), beforeVph: 190 })).toBeLessThan(best);
  });

  it('TR-214 a street has one cycle, and who leaves at the begin of green meets green at the next', () => {
    const next = crossing('y');
    const lanes = next.lanes.map((l, i) => (i === 0 ? { ...l, link: 'x-out-s', lengthM: 280 } : l));
    const y = { ...next, lanes };
    expect(contradiction(y)).toBeNull();
    const found = proposalsFor([advised(), advised({ junction: y })], 5);
    const [a, b] = [found.get('x')!, found.get('y')!];
    expect(a.cycleS).toBe(b.cycleS);
    const arrives = 20;
    for (let atS = 1_000; atS < 1_000 + a.cycleS; atS++) {
      const here = planned(x, a.plan, atS + 0.5);
      const there = planned(y, b.plan, atS + 0.5 + arrives);
      expect([there.phase, there.sinceS]).toEqual([here.phase, here.sinceS]);
    }
  });
});

describe('special plans', () => {
  const north = (kind: 'event' | 'storm' | 'evacuation', direction: 'to' | 'from', measured = true) => {
    const { steps } = specialPlanFor(x, measured ? flows(400, 400) : null, kind, direction, (link) =>
      // In from the north and out to the south lead away from a place in the north.
      link === 'x-in-n' || link === 'x-out-s' ? -100 : 0,
    );
    return steps[0]!.greenS / steps[1]!.greenS;
  };

  it('TR-215 favours the lanes that lead the wished way, evacuation more than an event', () => {
    expect(north('event', 'from')).toBeGreaterThan(1.5);
    expect(north('evacuation', 'from')).toBeGreaterThan(north('event', 'from'));
    expect(north('event', 'to')).toBeCloseTo(1, 1);
    expect(north('event', 'from', false)).toBeGreaterThan(1.5);
  });

  it('TR-215 has longer shortest greens in a storm', () => {
    const quiet = flows(60, 60);
    const storm = specialPlanFor(x, quiet, 'storm', 'from', () => 0);
    expect(Math.min(...storm.steps.map((s) => s.greenS))).toBeGreaterThanOrEqual(12);
    expect(inPlan(x, storm)).toBeNull();
  });
});
