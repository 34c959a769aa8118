/** A junction as a drawing and as bars. */
import { describe, expect, it } from 'vitest';
import { drawJunction, rightOf } from '../../../client/signals/movements.ts';
import {
  greenBars,
  historyPoints,
  laneQueues,
  stageSeconds,
} from '../../../client/signals/junction-figures.ts';
import type { PortState } from '../../../server/contract/signal-port.ts';
import { crossing } from './records.ts';

/** From the north southwards, from the west eastwards; `s` and `e` go on the same way. */
const headings: Readonly<Record<string, { in: number; out: number }>> = {
  n: { in: 180, out: 180 },
  w: { in: 90, out: 90 },
  s: { in: 180, out: 180 },
  e: { in: 90, out: 90 },
};
const drawn = drawJunction(crossing, { of: (link) => headings[link] }, 'right');
const movement = (id: string, of = drawn) => of.movements.find((m) => m.id === id)!;
const state: PortState = {
  id: 's1',
  phase: 0,
  stage: 'green',
  sinceS: 12.4,
  redS: [0, 30],
  obeys: 'wishes',
  lanes: [[5, 0, 0, 12, 0.4, 0, 40, 11, -1], [], null],
  exits: [null, [2, 50]],
};

describe('the drawing of a junction', () => {
  it('UI-217 has one arrow a movement however many lanes, from the heading of one road to that of the other', () => {
    expect(drawn.movements.map((m) => m.id)).toEqual(['n>s', 'n>e', 'w>e']);
    expect(movement('n>s').connections).toEqual([0, 1]);
    // North is up, and they drive on the right: southwards lies left of the middle.
    expect(movement('n>s').path.startsWith('M 42.0 8.0')).toBe(true);
    expect(movement('n>s').head).toMatchObject({ x: 42, deg: 180 });
    expect(movement('n>e').head).toMatchObject({ y: 58, deg: 90 });
    expect([...drawn.legs].sort((a, b) => a - b)).toEqual([0, 90, 180, 270]);
  });

  it('UI-217 is mirrored where they drive on the left, and goes by the turn where a road is not known', () => {
    const left = drawJunction(crossing, { of: (link) => headings[link] }, 'left');
    expect(movement('n>s', left).head).toMatchObject({ x: 58 });
    const blind = drawJunction(
      crossing,
      { of: (link) => (link === 'n' ? headings['n'] : undefined) },
      'right',
    );
    expect(movement('n>e', blind).head.deg).toBe(90);
    expect(movement('n>s', blind).head.deg).toBe(180);
  });

  it('UI-218 tells the right of way from going with care', () => {
    const [first, second] = crossing.phases;
    const rights = (phase: typeof first): readonly string[] => drawn.movements.map((m) => rightOf(m, phase!));
    expect(rights(first)).toEqual(['green', 'yields', 'none']);
    expect(rights(second)).toEqual(['none', 'none', 'green']);
  });
});

describe('what a controller sees', () => {
  it('UI-219 tells who stands from who moves, and says where nothing is seen', () => {
    expect(laneQueues(crossing, state).map((l) => [l.queued, l.moving, l.queueM, l.seen])).toEqual([
      [2, 1, 12, true],
      [0, 0, 0, true],
      [0, 0, 0, false],
    ]);
    expect(laneQueues(crossing, null).every((l) => !l.seen)).toBe(true);
  });

  it('UI-220 counts the running second on between two reports', () => {
    expect(stageSeconds(state, 1_000, 1_000)).toBe(12);
    expect(stageSeconds(state, 1_000, 3_700)).toBe(15);
    expect(stageSeconds(state, null, 99_000)).toBe(12);
  });

  it('UI-220 cuts greens to what is shown; one that runs still goes to its end', () => {
    const greens = [
      { phase: 0, fromMs: -500, untilMs: -100 },
      { phase: 0, fromMs: -50, untilMs: 25 },
      { phase: 1, fromMs: 75, untilMs: null },
    ];
    expect(greenBars(greens, 0, 100)).toEqual([
      { phase: 0, from: 0, until: 0.25 },
      { phase: 1, from: 0.75, until: 1 },
    ]);
  });

  it('UI-220 keeps what was not known out of its history', () => {
    const points = historyPoints({ atMs: [1, 2], delayS: [null, 20], queue: [3] });
    expect(points).toEqual([
      { atMs: 1, delayS: null, queue: 3 },
      { atMs: 2, delayS: 20, queue: null },
    ]);
  });
});
