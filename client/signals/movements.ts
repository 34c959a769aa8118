/**
 * A junction as a drawing: the legs its roads come and go by, and one arrow a movement, from the geometry of its roads. In a
 * box of 100 × 100 with the junction in the middle and north up. Pure.
 */
import type { PortConnection, PortJunction } from '../../server/contract/signal-port.ts';

export interface Headings {
  /** Degrees from north in which a road is driven where it leaves the junction (`out`) and where it reaches it (`in`). */
  readonly of: (link: string) => { readonly out: number; readonly in: number } | undefined;
}

export interface Movement {
  /** `from>to`. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly turn: PortConnection['turn'];
  readonly connections: readonly number[];
  /** SVG path from the leg it comes by to the one it goes by. */
  readonly path: string;
  /** Where the arrow's head is, and where it points. */
  readonly head: { readonly x: number; readonly y: number; readonly deg: number };
}
export interface Drawing {
  readonly movements: readonly Movement[];
  /** Bearings from the middle, each once. */
  readonly legs: readonly number[];
}

const CENTRE = 50;
const OUTER = 42;
const INNER = 17;
const BEND = 13;
/** From the middle of a road to the driving side: turns across lie nearest to it. */
const aside: Readonly<Record<PortConnection['turn'], number>> = {
  'u-turn': 1.5,
  left: 4,
  through: 8,
  right: 12,
};
const ASIDE_OUT = 8;
const byTurn: Readonly<Record<PortConnection['turn'], number>> = {
  left: -90,
  through: 0,
  right: 90,
  'u-turn': 180,
};

type Point = readonly [x: number, y: number];
const rad = (deg: number): number => (deg * Math.PI) / 180;
/** From a point so far in a direction (degrees from north), and so far to its right. */
const along = ([x, y]: Point, deg: number, ahead: number, right = 0): Point => [
  x + Math.sin(rad(deg)) * ahead + Math.cos(rad(deg)) * right,
  y - Math.cos(rad(deg)) * ahead + Math.sin(rad(deg)) * right,
];
const say = ([x, y]: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
const tenths = (v: number): number => Math.round(v * 10) / 10;
const whole = (deg: number): number => ((Math.round(deg) % 360) + 360) % 360;
const centre: Point = [CENTRE, CENTRE];

function arrow(inDeg: number, outDeg: number, turn: PortConnection['turn'], side: 1 | -1) {
  const from =
    side * (side === 1 ? aside[turn] : aside[turn === 'left' ? 'right' : turn === 'right' ? 'left' : turn]);
  const to = side * ASIDE_OUT;
  const start = along(centre, inDeg, -OUTER, from);
  const entry = along(centre, inDeg, -INNER, from);
  const exit = along(centre, outDeg, INNER, to);
  const end = along(centre, outDeg, OUTER - 6, to);
  const bend = `C ${say(along(entry, inDeg, BEND))} ${say(along(exit, outDeg, -BEND))} ${say(exit)}`;
  return {
    path: `M ${say(start)} L ${say(entry)} ${bend} L ${say(end)}`,
    head: { x: tenths(end[0]), y: tenths(end[1]), deg: whole(outDeg) },
  };
}

export function drawJunction(
  junction: PortJunction,
  headings: Headings,
  drivesOn: 'right' | 'left',
): Drawing {
  const side = drivesOn === 'right' ? 1 : -1;
  const found = new Map<
    string,
    { from: string; to: string; turn: PortConnection['turn']; connections: number[] }
  >();
  junction.connections.forEach((c, i) => {
    const from = junction.lanes[c.lane]?.link;
    const to = junction.exits[c.exit]?.link;
    if (from === undefined || to === undefined) return;
    const id = `${from}>${to}`;
    const there = found.get(id);
    if (there) there.connections.push(i);
    else found.set(id, { from, to, turn: c.turn, connections: [i] });
  });
  const legs = new Set<number>();
  const movements = [...found].map(([id, m]): Movement => {
    const inDeg = headings.of(m.from)?.in ?? 0;
    // A road that the city pack does not know leaves by the turn it is taken with.
    const outDeg = headings.of(m.to)?.out ?? inDeg + byTurn[m.turn];
    legs.add(whole(inDeg + 180)).add(whole(outDeg));
    return { id, ...m, ...arrow(inDeg, outDeg, m.turn, side) };
  });
  return { movements, legs: [...legs] };
}

export type Right = 'green' | 'yields' | 'none';
/** What a phase gives a movement: the right of way on any of its lanes, the way with care, or nothing. */
export function rightOf(movement: Movement, phase: PortJunction['phases'][number]): Right {
  if (movement.connections.some((c) => phase.green.includes(c))) return 'green';
  return movement.connections.some((c) => phase.yields.includes(c)) ? 'yields' : 'none';
}
