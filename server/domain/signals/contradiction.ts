/** Whether a junction's description can be true: a sentence that names the place where it cannot. */
import type { PortPlan } from '../../contract/signal-port.ts';
import type { Junction } from './model.ts';

/** The least a phase lasts: its minimum green, and the time of the pedestrians who cross in it. */
export function leastGreenS(junction: Junction, phase: number): number {
  const { minGreenS, pedestrianS } = junction.phases[phase]!;
  return Math.max(minGreenS, pedestrianS);
}

/** null where everything fits (rule TR-108). */
export function contradiction(junction: Junction): string | null {
  return (
    inConnections(junction) ?? inPhases(junction) ?? inPlan(junction, junction.plan) ?? inLongestRed(junction)
  );
}

/** The same for a plan that is to run there instead of its own. */
export function inPlan(junction: Junction, plan: PortPlan): string | null {
  if (plan.steps.length === 0) return `junction ${junction.id}: the plan has no step`;
  if (!Number.isFinite(plan.offsetS)) return `junction ${junction.id}: the plan has no offset`;
  for (const [i, { phase, greenS }] of plan.steps.entries()) {
    const place = `junction ${junction.id}, step ${i} of the plan`;
    const found = junction.phases[phase];
    if (!found) return `${place}: there is no phase ${phase}`;
    if (!(greenS >= leastGreenS(junction, phase))) {
      return `${place}: a green of ${greenS} s is shorter than the phase may be`;
    }
    if (greenS > found.maxGreenS) return `${place}: a green of ${greenS} s is longer than the phase may be`;
  }
  return null;
}

function inConnections({ id, lanes, exits, connections }: Junction): string | null {
  for (const [c, { lane, exit, conflicts }] of connections.entries()) {
    const place = `junction ${id}, connection ${c}`;
    if (!lanes[lane]) return `${place}: there is no lane ${lane}`;
    if (!exits[exit]) return `${place}: there is no exit ${exit}`;
    for (const other of conflicts) {
      if (!connections[other]) return `${place}: it conflicts with the unknown connection ${other}`;
      if (other === c) return `${place}: it conflicts with itself`;
    }
  }
  return null;
}

function inPhases({ id, connections, phases }: Junction): string | null {
  for (const [p, phase] of phases.entries()) {
    const place = `junction ${id}, phase ${p}`;
    const times = [phase.minGreenS, phase.maxGreenS, phase.yellowS, phase.allRedS, phase.pedestrianS];
    if (!times.every((s) => Number.isFinite(s) && s >= 0)) return `${place}: a time is no number of seconds`;
    if (phase.minGreenS > phase.maxGreenS) return `${place}: the shortest green is longer than the longest`;
    if (phase.pedestrianS > phase.maxGreenS) {
      return `${place}: pedestrians need longer than the longest green`;
    }
    for (const c of [...phase.green, ...phase.yields]) {
      if (!connections[c]) return `${place}: there is no connection ${c}`;
    }
    for (const c of phase.green) {
      if (phase.yields.includes(c)) return `${place}: connection ${c} has the right of way and gives way`;
      const rival = phase.green.find(
        (other) => connections[c]!.conflicts.includes(other) || connections[other]!.conflicts.includes(c),
      );
      if (rival !== undefined) {
        return `${place}: connections ${c} and ${rival} conflict and both have the right of way`;
      }
    }
  }
  return null;
}

/**
 * Phases in which everybody is served once, as short as they may be, in whatever order: those of its own plan, and of the
 * others those that somebody needs.
 */
export function shortestRoundS(junction: Junction): number {
  const { phases, plan } = junction;
  const planned = [...new Set(plan.steps.map(({ phase }) => phase))].filter((p) => phases[p]);
  const round = new Set<number>();
  const served = new Set<number>();
  for (const p of [...planned, ...phases.keys()]) {
    const { green, yields, pedestrianS } = phases[p]!;
    const all = [...green, ...yields];
    if (!planned.includes(p) && pedestrianS === 0 && all.every((c) => served.has(c))) continue;
    round.add(p);
    for (const c of all) served.add(c);
  }
  if (round.size < 2) return 0;
  return [...round].reduce(
    (sum, p) => sum + leastGreenS(junction, p) + phases[p]!.yellowS + phases[p]!.allRedS,
    0,
  );
}

/** Everybody must be able to have the shortest green within the longest red. */
function inLongestRed(junction: Junction): string | null {
  const { id, maxRedS } = junction;
  const roundS = shortestRoundS(junction);
  return roundS > maxRedS
    ? `junction ${id}: a round of its shortest phases takes ${roundS} s, longer than the longest red of ${maxRedS} s`
    : null;
}
