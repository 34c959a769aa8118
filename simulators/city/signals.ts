/** Traffic signals: which junctions have one, their phases with every movement, greens by class, offsets for waves. */
import type { Movement, RoadClass, Signal } from '../../server/contract/city-pack.ts';
import { dot, cross, unit, type P } from './geometry.ts';
import type { Network, PlanJunction, PlanLink } from './network.ts';

const rank: Readonly<Record<RoadClass, number>> = {
  motorway: 6,
  trunk: 5,
  primary: 4,
  secondary: 3,
  tertiary: 2,
  residential: 1,
  service: 0,
};

export function chooseSignals(network: Network): void {
  for (const j of network.junctions) {
    if (j.kind !== 'plain' || j.into.length < 3) continue;
    const levels = j.into.map((l) => rank[l.class]).sort((a, b) => b - a);
    const [first, , third] = levels as [number, number, number];
    const atRamp = j.into.some((l) => l.ramp) || j.out.some((l) => l.ramp);
    if (
      atRamp ||
      (first >= 3 && third >= 2) ||
      (first >= 4 && j.into.length >= 4) ||
      (first === 2 && levels.length >= 4 && (levels[3] ?? 0) >= 2)
    ) {
      j.kind = 'signal';
    }
  }
}

/** Direction a link arrives in, and leaves in. */
export const arriving = (l: PlanLink): P => unit(l.pts.at(-2)!, l.pts.at(-1)!);
const departing = (l: PlanLink): P => unit(l.pts[0]!, l.pts[1]!);

export type Turn = 'left' | 'through' | 'right';
export function turnOf(from: PlanLink, to: PlanLink): Turn {
  const a = arriving(from);
  const b = departing(to);
  const angle = Math.atan2(cross(a, b), dot(a, b));
  return angle > 0.7 ? 'left' : angle < -0.7 ? 'right' : 'through';
}

interface Group {
  readonly legs: PlanLink[];
}

/** Pairs legs that face each other; others stand alone. */
function groupLegs(into: readonly PlanLink[]): Group[] {
  const left = new Set(into);
  const groups: Group[] = [];
  const pairs: { a: PlanLink; b: PlanLink; cos: number }[] = [];
  for (const [i, a] of into.entries()) {
    for (const b of into.slice(i + 1)) {
      const cos = dot(arriving(a), arriving(b));
      if (cos < -0.72) pairs.push({ a, b, cos: cos - 0.1 * Math.min(rank[a.class], rank[b.class]) });
    }
  }
  for (const { a, b } of pairs.sort((x, y) => x.cos - y.cos)) {
    if (!left.has(a) || !left.has(b)) continue;
    left.delete(a);
    left.delete(b);
    groups.push({ legs: [a, b] });
  }
  for (const l of into) if (left.has(l)) groups.push({ legs: [l] });
  const strength = (g: Group): number => Math.max(...g.legs.map((l) => rank[l.class] * 10 + l.lanes));
  return groups.sort((a, b) => strength(b) - strength(a));
}

/** `leg`: one leg's movements alone, none of which has to find a gap; only on request. */
type PhasePlan = { movements: Movement[]; share: number; kind: 'main' | 'left' | 'leg' };

const limits = {
  main: { minGreenS: 10, maxGreenS: 80 },
  left: { minGreenS: 8, maxGreenS: 40 },
  leg: { minGreenS: 8, maxGreenS: 60 },
} as const;
const LEG_GREEN_S = 20;

export function makeSignals(
  network: Network,
  linkId: (l: PlanLink) => string,
  junctionId: (j: PlanJunction) => string,
): Signal[] {
  const out: Signal[] = [];
  for (const j of network.junctions) {
    if (j.kind !== 'signal') continue;
    const all = phasesOf(j, linkId);
    const plans = all.filter((p) => p.kind !== 'leg');
    const legs = all.filter((p) => p.kind === 'leg');
    const top = Math.max(...j.into.map((l) => rank[l.class]));
    const YELLOW = 3;
    const ALL_RED = 2;
    const cycle = Math.max(top >= 4 ? 112 : top === 3 ? 90 : 66, plans.length * 19);
    const lost = plans.length * (YELLOW + ALL_RED);
    const shares = plans.reduce((sum, p) => sum + p.share, 0);
    let left = cycle - lost;
    const change = { yellowS: YELLOW, allRedS: ALL_RED };
    const phases = plans.map(({ kind, movements, share }, i) => {
      const green =
        i === plans.length - 1 ? left : Math.max(10, Math.round(((cycle - lost) * share) / shares));
      left -= green;
      return { greenS: Math.max(8, green), ...limits[kind], ...change, movements };
    });
    const length = phases.reduce((sum, p) => sum + p.greenS + p.yellowS + p.allRedS, 0);
    const onRequest = legs.map(({ kind, movements }) => ({
      greenS: LEG_GREEN_S,
      ...limits[kind],
      ...change,
      movements,
      onRequest: true,
    }));
    out.push({
      id: `sg-${junctionId(j)}`,
      junction: junctionId(j),
      offsetS: waveOffset(j, length),
      phases: [...phases, ...onRequest],
    });
  }
  return out;
}

/**
 * The green wave: the main phase starts when a platoon at 0.85 of the limit arrives. A travelling wave over the whole
 * plane along the main road's axis gives that for every arterial at once, in one direction (towards the east or north).
 */
function waveOffset(j: PlanJunction, cycle: number): number {
  const main = j.into.reduce((a, b) => (rank[b.class] * 10 + b.lanes > rank[a.class] * 10 + a.lanes ? b : a));
  let d = arriving(main);
  if (Math.abs(d[0]) > Math.abs(d[1]) ? d[0] < 0 : d[1] < 0) d = [-d[0], -d[1]];
  const speed = (main.speedLimitKph / 3.6) * 0.85;
  const seconds = dot(j.p, d) / speed;
  return Math.round(((((-seconds % cycle) + cycle) % cycle) + Number.EPSILON) * 10) / 10;
}

function phasesOf(j: PlanJunction, linkId: (l: PlanLink) => string): PhasePlan[] {
  const groups = groupLegs(j.into);
  const phases: (PhasePlan & { group: number })[] = [];
  const turns = (l: PlanLink): { to: PlanLink; turn: Turn }[] =>
    j.out.filter((o) => o !== l.twin).map((to) => ({ to, turn: turnOf(l, to) }));
  for (const [g, group] of groups.entries()) {
    const opposed = group.legs.length === 2;
    const top = Math.max(...group.legs.map((l) => rank[l.class]));
    const main: Movement[] = [];
    const lefts: Movement[] = [];
    for (const l of group.legs) {
      for (const { to, turn } of turns(l)) {
        const m = { from: linkId(l), to: linkId(to) };
        if (turn === 'left' && opposed) lefts.push(m);
        else main.push(m);
      }
    }
    const share = top >= 4 ? 3.2 : top === 3 ? 2.3 : 1.5;
    const protectedLeft = opposed && lefts.length > 0 && top >= 3 && groups.length <= 3;
    if (protectedLeft && main.length > 0) {
      phases.push({ movements: main, share, kind: 'main', group: g });
      phases.push({ movements: lefts, share: share * 0.5, kind: 'left', group: g });
    } else {
      const permissive = lefts.map((m) => ({ ...m, yields: true }));
      const movements = [...main, ...permissive];
      if (movements.length > 0) phases.push({ movements, share, kind: 'main', group: g });
    }
  }
  for (const [g, { legs }] of groups.entries()) {
    if (legs.length < 2) continue;
    for (const l of legs) {
      const of = turns(l);
      if (!of.some(({ turn }) => turn === 'left')) continue;
      const movements = of.map(({ to }) => ({ from: linkId(l), to: linkId(to) }));
      phases.push({ movements, share: 0, kind: 'leg', group: g });
    }
  }
  // Right turns overlap with the left-turn phases of other groups; they give way to nobody's green there.
  for (const phase of phases) {
    if (phase.kind === 'main' || !phases.some((p) => p.kind === 'left' && p.group === phase.group)) continue;
    for (const [g, group] of groups.entries()) {
      if (g === phase.group) continue;
      for (const l of group.legs) {
        for (const { to, turn } of turns(l)) {
          if (turn === 'right') phase.movements.push({ from: linkId(l), to: linkId(to), yields: true });
        }
      }
    }
  }
  return phases;
}
