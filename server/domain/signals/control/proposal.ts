/**
 * What is proposed for signals in advice: Webster's plan for the flows that were measured, one cycle and offsets along a
 * street whose signals are in advice together. Nothing is proposed where it would hardly help.
 */
import type { SignalProposal } from '../../../contract/signal-control.ts';
import type { PortPlan } from '../../../contract/signal-port.ts';
import type { Junction } from '../model.ts';
import { changeS, cycleS } from '../plan.ts';
import { planDelayS, type Flows } from './delay.ts';
import { planFor } from './flow-plan.ts';

/** Less is not worth a change. */
const WORTH = 0.03;
/** Fewer vehicles in the quarter of an hour say nothing. */
const FEWEST_VEHICLES = 20;
const QUARTERS = 4;

export interface Advised {
  readonly junction: Junction;
  /** As it runs now. */
  readonly plan: PortPlan;
  readonly flows: Flows & { readonly confidence: number };
  /** Vehicles an hour, the quarter of an hour before; null: not known. */
  readonly beforeVph: number | null;
}

/** Proposals for the signals of one street, or one alone, by signal. */
export function proposalsFor(street: readonly Advised[], atMs: number): Map<string, SignalProposal> {
  const known = street.filter((a) => allVph(a.flows) / QUARTERS >= FEWEST_VEHICLES);
  const cycle = Math.max(...known.map((a) => cycleS(a.junction, planFor(a.junction, a.flows))));
  const isStreet = known.length > 1;
  const plans = new Map(
    known.map((a) => [a.junction.id, planFor(a.junction, a.flows, isStreet ? { cycleS: cycle } : {})]),
  );
  if (isStreet) coordinate(known, plans);
  const out = new Map<string, SignalProposal>();
  for (const a of known) {
    const plan = plans.get(a.junction.id)!;
    const delayNowS = planDelayS(a.junction, a.plan, a.flows);
    const delayThenS = planDelayS(a.junction, plan, a.flows);
    if (delayThenS > delayNowS * (1 - WORTH)) continue;
    out.set(a.junction.id, {
      id: `proposal:${a.junction.id}:${atMs}`,
      atMs,
      plan,
      cycleS: cycleS(a.junction, plan),
      delayNowS: tenth(delayNowS),
      delayThenS: tenth(delayThenS),
      confidence: confidenceOf(a),
      reason: reasonOf(a, plan, delayNowS, delayThenS, isStreet ? known.length : 1),
    });
  }
  return out;
}

/**
 * Sets the offsets: from the busiest signal outwards, the green that serves most traffic from a neighbour begins when who
 * leaves that neighbour at the begin of its own arrives.
 */
function coordinate(street: readonly Advised[], plans: Map<string, PortPlan>): void {
  const [busiest] = street.toSorted((a, b) => allVph(b.flows) - allVph(a.flows));
  const done = [busiest!];
  const left = new Set(street.filter((a) => a !== busiest));
  for (const from of done) {
    for (const to of left) {
      const way = wayBetween(from.junction, to.junction);
      if (way === null) continue;
      left.delete(to);
      done.push(to);
      const a = plans.get(from.junction.id)!;
      const b = plans.get(to.junction.id)!;
      const leavesS = beganS(from.junction, a, stepTowards(from, a, way.link)) - a.offsetS;
      const arrivesS = leavesS + way.seconds;
      const lengthS = cycleS(to.junction, b);
      const offsetS = beganS(to.junction, b, stepFrom(to, b, way.link)) - arrivesS;
      plans.set(to.junction.id, { ...b, offsetS: ((offsetS % lengthS) + lengthS) % lengthS });
    }
  }
}

/** The link from one junction to the next, with the seconds it takes; null: they are no neighbours. */
export function wayBetween(
  from: Junction,
  to: Junction,
): { readonly link: string; readonly seconds: number } | null {
  for (const exit of from.exits) {
    const lane = to.lanes.find((l) => l.link === exit.link);
    if (lane !== undefined) return { link: exit.link, seconds: lane.lengthM / lane.speedMps };
  }
  return null;
}

/** The step of a plan whose green lets most traffic out onto a link, and in from it. */
const stepTowards = ({ junction, flows }: Advised, plan: PortPlan, link: string): number =>
  best(
    plan,
    (c) => (junction.exits[junction.connections[c]!.exit]!.link === link ? flows.connectionVph[c]! : 0),
    junction,
  );
const stepFrom = ({ junction, flows }: Advised, plan: PortPlan, link: string): number =>
  best(
    plan,
    (c) => (junction.lanes[junction.connections[c]!.lane]!.link === link ? flows.connectionVph[c]! : 0),
    junction,
  );

function best(plan: PortPlan, worth: (connection: number) => number, junction: Junction): number {
  let most = -1;
  let found = 0;
  for (const [i, { phase }] of plan.steps.entries()) {
    const sum = junction.phases[phase]!.green.reduce((s, c) => s + worth(c), 0);
    if (sum <= most) continue;
    most = sum;
    found = i;
  }
  return found;
}

/** Seconds into the cycle at which a step's green begins. */
function beganS(junction: Junction, { steps }: PortPlan, step: number): number {
  let sum = 0;
  for (let i = 0; i < step; i++)
    sum += steps[i]!.greenS + changeS(junction, steps[i]!.phase, steps[i + 1]!.phase);
  return sum;
}

const allVph = ({ connectionVph }: Flows): number => connectionVph.reduce((s, v) => s + v, 0);
const tenth = (x: number): number => Math.round(x * 10) / 10;

/** Of how much was seen, how many vehicles there were (Poisson), and how like the quarter of an hour before they were. */
function confidenceOf({ flows, beforeVph }: Advised): number {
  const vph = allVph(flows);
  const ofSample = Math.max(0, 1 - 1.96 / Math.sqrt(vph / QUARTERS));
  const ofChange =
    beforeVph === null ? 0.8 : 1 - Math.min(1, Math.abs(vph - beforeVph) / Math.max(vph, beforeVph));
  return Math.round(100 * Math.min(1, flows.confidence) * ofSample * ofChange) / 100;
}

function reasonOf(
  { junction, plan: now, flows }: Advised,
  plan: PortPlan,
  delayNowS: number,
  delayThenS: number,
  signals: number,
): SignalProposal['reason'] {
  const pct = Math.round((1 - delayThenS / delayNowS) * 100);
  const [was, is] = [Math.round(cycleS(junction, now)), Math.round(cycleS(junction, plan))];
  const vph = Math.round(allVph(flows));
  const zhStreet = signals > 1 ? `，与相邻 ${signals - 1} 个路口同周期协调` : '';
  const enStreet = signals > 1 ? `, one cycle with ${signals - 1} neighbour${signals > 2 ? 's' : ''}` : '';
  return {
    zh: `近 15 分钟流量 ${vph} 辆/时：周期 ${was} → ${is} 秒${zhStreet}，预计延误减少 ${pct}%`,
    en: `${vph} veh/h over the last 15 min: cycle ${was} → ${is} s${enStreet}; ${pct} % less delay expected`,
  };
}
