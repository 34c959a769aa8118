/** The fixed plan that a city pack gives a signal: its phases in their order, without those that come only on request. */
import type { Signal } from './city-pack.ts';
import type { PortPlan } from './signal-port.ts';

export function packPlan({ offsetS, phases }: Pick<Signal, 'offsetS' | 'phases'>): PortPlan {
  return {
    offsetS,
    steps: phases.flatMap(({ greenS, onRequest }, phase) => (onRequest === true ? [] : [{ phase, greenS }])),
  };
}
