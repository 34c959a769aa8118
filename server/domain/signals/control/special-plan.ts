/**
 * Plans for a time that is not like others: an event that begins or ends, an evacuation, works, a storm. Lanes that lead the
 * favoured way count more; in rain greens are longer, so that fewer changes meet wet brakes.
 */
import type { SpecialPlanKind } from '../../../contract/signal-control.ts';
import type { PortPlan } from '../../../contract/signal-port.ts';
import type { Junction } from '../model.ts';
import type { Flows } from './delay.ts';
import { planFor } from './flow-plan.ts';

/** How many times the flow on the favoured way counts, by what it is for. */
const FAVOURS: Readonly<Record<SpecialPlanKind, number>> = {
  event: 1.8,
  evacuation: 2.5,
  works: 1.4,
  storm: 1.2,
};
/** Longer shortest greens. */
const STORM_GREENS = 1.5;
/** A link that comes nearer by less leads across. */
const ALONG_M = 10;
/** Where flows are not measured: so much of the saturation flow on each lane. */
const ASSUMED = 0.3;
const SATURATION_VPH = 1_800;

/** `towards`: metres by which a link comes nearer to the place. */
export function specialPlanFor(
  junction: Junction,
  measured: Flows | null,
  kind: SpecialPlanKind,
  direction: 'to' | 'from',
  towards: (link: string) => number,
): PortPlan {
  const flows = measured ?? assumed(junction);
  const way = direction === 'to' ? 1 : -1;
  const favoured = (link: string): boolean => towards(link) * way > ALONG_M;
  const weights = junction.lanes.map((lane, l) => {
    const leads = junction.connections.some((c) => c.lane === l && favoured(junction.exits[c.exit]!.link));
    return favoured(lane.link) && leads ? FAVOURS[kind] : 1;
  });
  return planFor(junction, flows, {
    weights,
    ...(kind === 'storm' && { leastGreens: STORM_GREENS }),
  });
}

const assumed = (junction: Junction): Flows => {
  const perLane = junction.lanes.map((_, l) => junction.connections.filter((c) => c.lane === l).length);
  return {
    connectionVph: junction.connections.map((c) => (ASSUMED * SATURATION_VPH) / perLane[c.lane]!),
    saturationVph: junction.lanes.map(() => SATURATION_VPH),
  };
};
