import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinedPhases, serves } from '../../../server/contract/signal-phases.ts';
import type { PortConnection, PortPhase } from '../../../server/contract/signal-port.ts';
import { compileJunction } from '../../../server/domain/signals/layout.ts';
import { contradiction } from '../../../server/domain/signals/contradiction.ts';
import { leftTurnCrossing } from '../../support/queue-world.ts';

const crossing = leftTurnCrossing();
const through = (side: number): number => 2 * side;
const left = (side: number): number => 2 * side + 1;

const phase = (
  green: readonly number[],
  yields: readonly number[] = [],
  more: Partial<PortPhase> = {},
): PortPhase => ({
  minGreenS: 5,
  maxGreenS: 50,
  yellowS: 3,
  allRedS: 1,
  pedestrianS: 0,
  green: [...green],
  yields: [...yields],
  ...more,
});

/** Random movements on a few lanes, and a plan that gives each of them a phase of its own, some beside who gives way. */
const grounds = fc
  .record({
    lanes: fc.array(fc.nat({ max: 5 }), { minLength: 2, maxLength: 10 }),
    conflicts: fc.array(fc.boolean(), { minLength: 100, maxLength: 100 }),
    yields: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
  })
  .map(({ lanes, conflicts, yields }) => {
    const n = lanes.length;
    const clash = (a: number, b: number): boolean =>
      lanes[a] !== lanes[b] && conflicts[Math.min(a, b) * 10 + Math.max(a, b)]!;
    const connections = lanes.map((lane, a): PortConnection => ({
      lane,
      exit: 0,
      turn: 'through',
      conflicts: lanes.flatMap((_, b) => (clash(a, b) ? [b] : [])),
    }));
    const phases = lanes.map((_, c) => phase([c], yields[c] && c + 1 < n ? [c + 1] : []));
    return { connections, phases };
  });

describe('phases beside those of the plan', () => {
  it('TR-109 gives each approach a green of its own, in which its left turns need no gap', () => {
    const added = combinedPhases(crossing);
    for (const side of [0, 1, 2, 3]) {
      expect(added.some(({ green }) => green.includes(through(side)) && green.includes(left(side)))).toBe(
        true,
      );
    }
    const junction = { ...crossing, phases: [...crossing.phases, ...added] };
    expect(contradiction(junction)).toBeNull();
    // The plan's protected lefts are still worth a change; nothing twice.
    expect(compileJunction(junction).choices.length).toBe(8);
  });

  it('TR-109 never gives two that conflict the right of way, and lets give way only those who do in the plan', () => {
    fc.assert(
      fc.property(grounds, ({ connections, phases }) => {
        const clash = (a: number, b: number): boolean => connections[a]!.conflicts.includes(b);
        const added = combinedPhases({ connections, phases });
        expect(added.length).toBeLessThanOrEqual(10);
        for (const { green, yields } of added) {
          expect(green.some((a) => green.some((b) => clash(a, b)))).toBe(false);
          for (const c of yields) {
            for (const foe of [...green, ...yields].filter((other) => clash(c, other))) {
              const together = phases.some((p) =>
                green.includes(foe)
                  ? p.yields.includes(c) && [...p.green, ...p.yields].includes(foe)
                  : [c, foe].every((each) => [...p.green, ...p.yields].includes(each)),
              );
              expect(together).toBe(true);
            }
          }
        }
        const all = [...phases, ...added];
        for (const a of added) expect(all.some((b) => b !== a && serves(b, a) && serves(a, b))).toBe(false);
      }),
    );
  });

  it('TR-109 keeps the times of the phases that serve the same traffic', () => {
    const connections: PortConnection[] = [
      { lane: 0, exit: 0, turn: 'through', conflicts: [1] },
      { lane: 1, exit: 0, turn: 'through', conflicts: [0] },
      { lane: 2, exit: 1, turn: 'right', conflicts: [] },
    ];
    const phases = [
      phase([0], [], { minGreenS: 8, yellowS: 4 }),
      phase([1, 2], [], { minGreenS: 6, maxGreenS: 30, yellowS: 3, allRedS: 2 }),
    ];
    expect(combinedPhases({ connections, phases })).toEqual([
      phase([0, 2], [], { minGreenS: 6, maxGreenS: 50, yellowS: 4, allRedS: 2 }),
    ]);
    // Under one head, the right turn is green with the second alone.
    expect(combinedPhases({ connections, phases, heads: [0, 1, 1] })).toEqual([]);
  });

  it('TR-109 adds nothing where pedestrians cross, and shows nothing that the plan never shows', () => {
    const walked = crossing.phases.map((each) => ({ ...each, pedestrianS: 7 }));
    expect(combinedPhases({ ...crossing, phases: walked })).toEqual([]);
    const closed = crossing.phases.map((each) => ({
      ...each,
      green: each.green.filter((c) => c !== left(0)),
      yields: each.yields.filter((c) => c !== left(0)),
    }));
    const added = combinedPhases({ ...crossing, phases: closed });
    expect(added.length).toBeGreaterThan(0);
    expect(added.some(({ green, yields }) => green.includes(left(0)) || yields.includes(left(0)))).toBe(
      false,
    );
  });
});
