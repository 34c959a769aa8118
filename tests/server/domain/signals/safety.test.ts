import { assert, property, array, integer, option, boolean, tuple, constantFrom } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradiction } from '../../../../server/domain/signals/contradiction.ts';
import type { Junction } from '../../../../server/domain/signals/model.ts';
import { cycleS, planned } from '../../../../server/domain/signals/plan.ts';
import { SafeJunction, type Light, type Shown } from '../../../../server/domain/signals/safety.ts';

const lane = (id: string): Junction['lanes'][number] => ({ id, link: id, lengthM: 100, speedMps: 14 });
const phase = (
  green: number[],
  yields: number[] = [],
  more: Partial<Junction['phases'][number]> = {},
): Junction['phases'][number] => ({
  minGreenS: 5,
  maxGreenS: 40,
  yellowS: 3,
  allRedS: 2,
  pedestrianS: 0,
  green,
  yields,
  ...more,
});

/**
 * Connections: 0 north through, 1 north left, 2 south through, 3 east through, 4 east right. Phases: 0 north and south, the
 * left gives way; 1 north alone; 2 east, with pedestrians.
 */
const crossing: Junction = {
  id: 'J',
  lanes: [lane('north'), lane('south'), lane('east')],
  exits: [lane('out')],
  connections: [
    { lane: 0, exit: 0, turn: 'through', conflicts: [3, 4] },
    { lane: 0, exit: 0, turn: 'left', conflicts: [2, 3] },
    { lane: 1, exit: 0, turn: 'through', conflicts: [1, 3] },
    { lane: 2, exit: 0, turn: 'through', conflicts: [0, 1, 2] },
    { lane: 2, exit: 0, turn: 'right', conflicts: [0] },
  ],
  phases: [phase([0, 2], [1]), phase([0, 1]), phase([3, 4], [], { pedestrianS: 12 })],
  plan: {
    offsetS: 0,
    steps: [
      { phase: 0, greenS: 20 },
      { phase: 1, greenS: 10 },
      { phase: 2, greenS: 15 },
    ],
  },
  maxRedS: 90,
};
const nobody = new Uint8Array(5);
const waits = (...connections: number[]): Uint8Array => {
  const waiting = new Uint8Array(5);
  for (const c of connections) waiting[c] = 1;
  return waiting;
};
const quiet = { ...crossing, phases: crossing.phases.map((p) => ({ ...p, pedestrianS: 0 })) };

/** Steps second by second while the wish holds; answers with what was shown from `fromS` on. */
function run(
  safe: SafeJunction,
  fromS: number,
  toS: number,
  wish: (nowS: number) => number | null,
  waiting: Uint8Array = nobody,
): (Shown & { nowS: number; lights: string })[] {
  const letters: Record<Light, string> = { green: 'G', yield: 'g', yellow: 'y', red: 'r' };
  const seen = [];
  for (let nowS = fromS; nowS < toS; nowS++) {
    const shown = safe.step(nowS, wish(nowS), waiting);
    const lights = crossing.connections.map((_, c) => letters[safe.light(c)]).join('');
    seen.push({ ...shown, nowS, lights });
  }
  return seen;
}

describe('safety rules of a signal', () => {
  it('TR-100 keeps a green for its minimum, whatever is wished', () => {
    const seen = run(new SafeJunction(quiet, 0), 0, 9, () => 2, waits(3));
    expect(seen.map(({ stage }) => stage).slice(0, 6)).toEqual([...Array<string>(5).fill('green'), 'yellow']);
  });

  it('TR-101 shows yellow, then all-red, for their times between two phases', () => {
    const seen = run(new SafeJunction(quiet, 0), 0, 12, () => 2);
    expect(seen.map(({ lights }) => lights)).toEqual([
      ...Array<string>(5).fill('GgGrr'),
      ...Array<string>(3).fill('yyyrr'),
      ...Array<string>(2).fill('rrrrr'),
      ...Array<string>(2).fill('rrrGG'),
    ]);
  });

  it('TR-101 shows yellow even where steps are longer than it', () => {
    const safe = new SafeJunction(quiet, 0);
    const stages = [0, 10, 20, 30, 40].map((nowS) => safe.step(nowS, 2, nobody).stage);
    expect(stages).toEqual(['green', 'yellow', 'all-red', 'green', 'green']);
  });

  it('TR-101 lets a clock that is set back make nothing shorter', () => {
    const safe = new SafeJunction(quiet, 960);
    for (let nowS = 960; nowS < 966; nowS++) safe.step(nowS, 2, nobody);
    expect(safe.step(500, 2, nobody).stage).toBe('yellow');
    expect(safe.step(502, 2, nobody).stage).toBe('yellow');
    expect(safe.step(503, 2, nobody).stage).toBe('all-red');
  });

  it('TR-102 gives pedestrians their time', () => {
    const safe = new SafeJunction(crossing, 0);
    const seen = run(safe, 0, 60, (nowS) => (nowS < 10 ? 2 : 0));
    const walking = seen.filter((s) => s.phase === 2 && s.stage === 'green');
    expect(walking.length).toBe(12);
  });

  it('TR-103 ends a green at its longest while somebody waits, and not for nobody', () => {
    const wishes = (): number => 0;
    const waited = run(new SafeJunction(quiet, 0), 0, 60, wishes, waits(3));
    expect(waited.find(({ stage }) => stage === 'yellow')?.nowS).toBe(40);
    expect(run(new SafeJunction(quiet, 0), 0, 300, wishes).every(({ phase }) => phase === 0)).toBe(true);
  });

  it('TR-103 opens for who stands there before the longest red is over, against the wish', () => {
    // 0 and 1 may take turns for ever; 3 waits.
    const longGreens = { ...quiet, phases: quiet.phases.map((p) => ({ ...p, maxGreenS: 600 })) };
    const safe = new SafeJunction(longGreens, 0);
    const seen = run(safe, 0, 200, (nowS) => (Math.floor(nowS / 20) % 2 === 0 ? 0 : 1), waits(3));
    const opened = seen.find(({ lights }) => lights[3] === 'G');
    expect(opened?.nowS).toBeLessThanOrEqual(90);
    expect(opened?.nowS).toBeGreaterThan(70);
  });

  it('TR-104 follows no unknown phase and counts it', () => {
    const safe = new SafeJunction(quiet, 0);
    const seen = run(safe, 0, 10, (nowS) => [7, -1, 1.5, NaN][nowS % 4]!);
    expect(seen.every(({ phase, obeys }) => phase === 0 && obeys === 'plan')).toBe(true);
    expect(safe.refused).toBe(10);
  });

  it('TR-105 runs its own plan, to the second, where no wish is fresh', () => {
    const seen = run(new SafeJunction(crossing, 0), 0, 180, () => null);
    const cycle = cycleS(crossing, crossing.plan);
    expect(cycle).toBe(20 + 5 + 10 + 5 + 15 + 5);
    expect(seen.every(({ obeys }) => obeys === 'plan')).toBe(true);
    for (const { nowS, phase, stage } of seen) {
      const inCycleS = nowS % cycle;
      const green =
        inCycleS < 20 ? 0 : inCycleS >= 25 && inCycleS < 35 ? 1 : inCycleS >= 40 && inCycleS < 55 ? 2 : -1;
      expect({ nowS, phase: stage === 'green' ? phase : -1 }).toEqual({ nowS, phase: green });
    }
  });

  it('TR-105 finds back into its plan after wishes stop, and says whom it obeys', () => {
    const safe = new SafeJunction(crossing, 0);
    expect(run(safe, 0, 33, () => 0, nobody).at(-1)).toMatchObject({ obeys: 'wishes' });
    const late = run(safe, 33, 240, () => null);
    expect(late[0]).toMatchObject({ obeys: 'plan' });
    for (const { nowS, phase, stage } of late.slice(120)) {
      expect([nowS, stage === 'green' ? phase : planned(crossing, crossing.plan, nowS).phase]).toEqual([
        nowS,
        planned(crossing, crossing.plan, nowS).phase,
      ]);
    }
  });

  it('TR-105 runs another plan where it is given one, and refuses one that cannot be', () => {
    const safe = new SafeJunction(quiet, 0);
    expect(safe.setPlan({ offsetS: 0, steps: [{ phase: 2, greenS: 30 }] })).toBeNull();
    expect(run(safe, 0, 30, () => null).at(-1)).toMatchObject({ phase: 2, stage: 'green' });
    expect(safe.setPlan({ offsetS: 0, steps: [{ phase: 9, greenS: 30 }] })).toContain('no phase 9');
    expect(safe.refused).toBe(1);
    expect(run(safe, 30, 90, () => null).at(-1)).toMatchObject({ phase: 2 });
    expect(safe.setPlan(null)).toBeNull();
    expect(run(safe, 90, 130, () => null).some(({ phase }) => phase === 0)).toBe(true);
  });

  it('TR-107 shows no yellow to a connection whose green stays', () => {
    const seen = run(new SafeJunction(quiet, 0), 0, 12, () => 1);
    expect(seen.map(({ lights }) => lights)).toEqual([
      ...Array<string>(5).fill('GgGrr'),
      ...Array<string>(3).fill('Ggyrr'),
      ...Array<string>(2).fill('Ggrrr'),
      ...Array<string>(2).fill('GGrrr'),
    ]);
  });

  it('TR-107 goes over at once where nobody loses the green', () => {
    const wider = { ...quiet, phases: [phase([0], [], {}), phase([0, 2]), phase([3, 4])] };
    const seen = run(new SafeJunction(wider, 0), 0, 7, () => 1);
    expect(seen.map(({ stage }) => stage)).toEqual(Array<string>(7).fill('green'));
    expect(seen.at(-1)).toMatchObject({ phase: 1, lights: 'GrGrr' });
  });
});

describe('any wishes at all', () => {
  const junctions = constantFrom(crossing, quiet);
  const second = tuple(
    option(integer({ min: -1, max: 4 })),
    array(boolean(), { minLength: 5, maxLength: 5 }),
  );
  const seconds = array(second, { minLength: 50, maxLength: 400 });

  it('TR-106 never opens connections that conflict together, nor TR-100 and TR-102 a phase for too short', () => {
    assert(
      property(junctions, seconds, (junction, script) => {
        const safe = new SafeJunction(junction, 0);
        const wrong: string[] = [];
        let before = { phase: 0, greenS: 0 };
        for (const [nowS, [wish, waiting]] of script.entries()) {
          const shown = safe.step(nowS, wish, Uint8Array.from(waiting, Number));
          const lights = junction.connections.map((_, c) => safe.light(c));
          for (const [c, { conflicts }] of junction.connections.entries()) {
            const open = conflicts.filter((other) => lights[other] === 'green' || lights[other] === 'yellow');
            if (lights[c] === 'green' && open.length > 0) wrong.push(`${nowS} s: ${c} and ${open.join()}`);
          }
          const { minGreenS, pedestrianS } = junction.phases[before.phase]!;
          const tooShort = before.greenS + 1 < Math.max(minGreenS, pedestrianS);
          if (shown.stage === 'yellow' && tooShort) wrong.push(`${nowS} s: green of ${before.greenS + 1} s`);
          before = { phase: shown.phase, greenS: shown.stage === 'green' ? shown.sinceS : Infinity };
        }
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('TR-101 turns no green to red but through its yellow', () => {
    assert(
      property(junctions, seconds, (junction, script) => {
        const safe = new SafeJunction(junction, 0);
        const wrong: string[] = [];
        const yellowFor = junction.connections.map(() => 0);
        let before: Light[] = junction.connections.map((_, c) => safe.light(c));
        for (const [nowS, [wish, waiting]] of script.entries()) {
          safe.step(nowS, wish, Uint8Array.from(waiting, Number));
          const lights = junction.connections.map((_, c) => safe.light(c));
          for (const [c, light] of lights.entries()) {
            const turnedRed = light === 'red' && before[c] !== 'red';
            if (turnedRed && yellowFor[c] !== 3)
              wrong.push(`${nowS} s: ${c} after ${yellowFor[c]} s of yellow`);
            yellowFor[c] = light === 'yellow' ? yellowFor[c]! + 1 : 0;
          }
          before = lights;
        }
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('TR-103 leaves nobody standing longer than the longest red', () => {
    assert(
      property(junctions, seconds, (junction, script) => {
        const safe = new SafeJunction(junction, 0);
        const stoodS = junction.connections.map(() => 0);
        for (const [nowS, [wish, more]] of script.entries()) {
          // Whoever stands there stays until the green.
          const waiting = Uint8Array.from(more, (arrives, c) => Number(arrives || stoodS[c]! > 0));
          safe.step(nowS, wish, waiting);
          for (const c of stoodS.keys()) {
            const light = safe.light(c);
            const goes = light === 'green' || light === 'yield';
            stoodS[c] = goes || waiting[c] === 0 ? 0 : stoodS[c]! + 1;
            expect(stoodS[c]).toBeLessThanOrEqual(junction.maxRedS);
          }
        }
      }),
    );
  });
});

describe('a description that contradicts itself', () => {
  const withPhase = (p: Partial<Junction['phases'][number]>): Junction => ({
    ...crossing,
    phases: [{ ...crossing.phases[0]!, ...p }, ...crossing.phases.slice(1)],
  });
  it.each<[string, Junction, string]>([
    [
      'two that conflict with the right of way',
      withPhase({ green: [0, 3] }),
      'phase 0: connections 0 and 3 conflict',
    ],
    ['an unknown connection', withPhase({ green: [0, 9] }), 'phase 0: there is no connection 9'],
    [
      'both rights',
      withPhase({ green: [0], yields: [0] }),
      'phase 0: connection 0 has the right of way and gives way',
    ],
    ['greens that cross', withPhase({ minGreenS: 50 }), 'phase 0: the shortest green'],
    ['too little green for pedestrians', withPhase({ pedestrianS: 41 }), 'phase 0: pedestrians'],
    ['a time that is none', withPhase({ yellowS: NaN }), 'phase 0: a time'],
    [
      'a plan with an unknown phase',
      { ...crossing, plan: { offsetS: 0, steps: [{ phase: 3, greenS: 9 }] } },
      'step 0 of the plan: there is no phase 3',
    ],
    [
      'a plan too short for its phase',
      { ...crossing, plan: { offsetS: 0, steps: [{ phase: 2, greenS: 9 }] } },
      'step 0 of the plan: a green of 9 s',
    ],
    [
      'a longest red nobody can keep',
      { ...crossing, maxRedS: 30 },
      'a round of its shortest phases takes 37 s',
    ],
    [
      'an unknown lane',
      {
        ...crossing,
        connections: [{ ...crossing.connections[0]!, lane: 8 }, ...crossing.connections.slice(1)],
      },
      'connection 0: there is no lane 8',
    ],
  ])('TR-108 is refused with its place: %s', (_, junction, place) => {
    expect(contradiction(junction)).toContain(place);
    expect(() => new SafeJunction(junction, 0)).toThrow(place);
  });

  it('TR-108 finds nothing wrong with a good one', () => {
    expect(contradiction(crossing)).toBeNull();
  });
});
