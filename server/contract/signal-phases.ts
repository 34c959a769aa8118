/**
 * Phases a junction can show beyond those of its own plan: whatever else may be green together by its conflicts. A plan
 * knows few phases, chosen for fixed times; control by signal groups combines them as the traffic asks (RiLSA 2015,
 * section 4.3; NEMA's dual ring is the special case of four approaches). Above all they give an approach whose lanes are
 * shared by through and turning traffic a green of its own, in which nobody waits for a gap.
 */
import type { PortConnection, PortPhase } from './signal-port.ts';

/** Phases added at the most: each one more makes every decision dearer. A frame tells fifteen apart. */
const MOST_ADDED = 10;
const MOST_PHASES = 15;
/** Sets looked at when the compatible ones are searched; no real junction comes near. */
const MOST_STEPS = 20_000;

export interface PhaseGround {
  readonly connections: readonly PortConnection[];
  /** Those of the plan. */
  readonly phases: readonly PortPhase[];
  /** By connection, the signal head that shows its light, where several share one. */
  readonly heads?: readonly number[];
}

/**
 * The phases to add, each with the times of the plan's phases that serve the same traffic. In every one the connections with
 * the right of way conflict with no other's; who gives way does so to those it gives way to in the plan, too. None where
 * pedestrians cross: theirs are the plan's phases.
 */
export function combinedPhases({ connections, phases, heads }: PhaseGround): PortPhase[] {
  if (phases.some(({ pedestrianS }) => pedestrianS > 0)) return [];
  const all = connections.map((_, c) => c);
  const shown = new Set(phases.flatMap(({ green, yields }) => [...green, ...yields]));
  const clash = (a: number, b: number): boolean =>
    connections[a]!.conflicts.includes(b) || connections[b]!.conflicts.includes(a);
  const yieldsInPlan = new Set<string>();
  for (const { green, yields } of phases) {
    for (const c of yields) for (const other of [...green, ...yields]) yieldsInPlan.add(`${c} ${other}`);
  }
  const units = unitsOf(connections, heads).filter(
    (unit) => unit.every((c) => shown.has(c)) && !unit.some((a) => unit.some((b) => clash(a, b))),
  );
  const underOneHead = (c: number): readonly number[] =>
    heads ? all.filter((other) => heads[other] === heads[c]) : [c];
  const whole = (c: number): readonly number[] => units.find((unit) => unit.includes(c)) ?? [c];
  const complete = (
    green: readonly number[],
    yields: readonly number[],
  ): Pick<PortPhase, 'green' | 'yields'> => {
    const go = new Set(green);
    const give = new Set(yields);
    for (const c of all) {
      if (!shown.has(c) || go.has(c) || give.has(c)) continue;
      if (underOneHead(c).every((mate) => ![...go, ...give].some((other) => clash(mate, other)))) go.add(c);
    }
    for (const c of all) {
      if (!shown.has(c) || go.has(c) || give.has(c)) continue;
      const foes = [...go, ...give].filter((other) => clash(c, other));
      // A turn that waits for its gap in a lane of others would keep them waiting, too.
      const alone = whole(c).every((other) => other === c || go.has(other));
      if (alone && underOneHead(c).length === 1 && foes.every((other) => yieldsInPlan.has(`${c} ${other}`)))
        give.add(c);
    }
    return { green: [...go].toSorted((a, b) => a - b), yields: [...give].toSorted((a, b) => a - b) };
  };
  const candidates = [
    ...phases.map(({ green, yields }) => complete(green, yields)),
    ...compatible(units, clash).map((set) => complete(set, [])),
  ].toSorted((a, b) => b.green.length - a.green.length);
  const added: PortPhase[] = [];
  for (const candidate of candidates) {
    if (added.length >= Math.min(MOST_ADDED, MOST_PHASES - phases.length)) break;
    if ([...phases, ...added].some((phase) => serves(phase, candidate))) continue;
    added.push({ ...candidate, ...timesFor(candidate.green, phases) });
  }
  return added;
}

/** Whether the first lets everybody go whom the second does, with no less right. */
export function serves(
  { green, yields }: Pick<PortPhase, 'green' | 'yields'>,
  other: Pick<PortPhase, 'green' | 'yields'>,
): boolean {
  return (
    other.green.every((c) => green.includes(c)) &&
    other.yields.every((c) => green.includes(c) || yields.includes(c))
  );
}

function timesFor(
  green: readonly number[],
  phases: readonly PortPhase[],
): Pick<PortPhase, 'minGreenS' | 'maxGreenS' | 'yellowS' | 'allRedS' | 'pedestrianS'> {
  const kin = phases.filter((phase) => [...phase.green, ...phase.yields].some((c) => green.includes(c)));
  return {
    minGreenS: Math.min(...kin.map(({ minGreenS }) => minGreenS)),
    maxGreenS: Math.max(...kin.map(({ maxGreenS }) => maxGreenS)),
    yellowS: Math.max(...kin.map(({ yellowS }) => yellowS)),
    allRedS: Math.max(...kin.map(({ allRedS }) => allRedS)),
    pedestrianS: 0,
  };
}

/** Connections that only make sense together: those of one lane, and of lanes under one head. */
function unitsOf(connections: readonly PortConnection[], heads: readonly number[] | undefined): number[][] {
  const units: number[][] = [];
  for (const [c, { lane }] of connections.entries()) {
    const joined = units.filter((unit) =>
      unit.some((other) => connections[other]!.lane === lane || (heads && heads[other] === heads[c])),
    );
    for (const unit of joined) units.splice(units.indexOf(unit), 1);
    units.push([...joined.flat(), c]);
  }
  return units;
}

/** The largest sets of units of which no two clash (Bron and Kerbosch, Algorithm 457, CACM 16(9), 1973). */
function compatible(
  units: readonly (readonly number[])[],
  clash: (a: number, b: number) => boolean,
): number[][] {
  const fits = units.map((a) => units.map((b) => !a.some((x) => b.some((y) => clash(x, y)))));
  const sets: number[][] = [];
  let steps = 0;
  const grow = (chosen: readonly number[], open: readonly number[], done: readonly number[]): void => {
    if (++steps > MOST_STEPS) return;
    if (open.length === 0 && done.length === 0) sets.push(chosen.flatMap((u) => units[u]!));
    for (const [i, u] of open.entries()) {
      const left = open.slice(i + 1);
      grow(
        [...chosen, u],
        left.filter((v) => fits[u]![v]),
        [...done, ...open.slice(0, i)].filter((v) => fits[u]![v]),
      );
    }
  };
  grow(
    [],
    units.map((_, u) => u),
    [],
  );
  return sets;
}
