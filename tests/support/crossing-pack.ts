/** One crossing with a signal: four roads of two lanes each way, `armM` long, a phase for each axis. */
import type { CityPack, Movement } from '../../server/contract/city-pack.ts';
import { roadPack, signalOf } from './road-pack.ts';

const sides = ['n', 'e', 's', 'w'] as const;
export type Side = (typeof sides)[number];

/** Movements of both approaches of an axis, lefts giving way. */
export const axis = (a: Side, b: Side): Movement[] => {
  const left: Record<Side, Side> = { n: 'e', e: 's', s: 'w', w: 'n' };
  const right: Record<Side, Side> = { n: 'w', w: 's', s: 'e', e: 'n' };
  return [a, b].flatMap((from) => [
    { from: `${from}-in`, to: `${from === a ? b : a}-out` },
    { from: `${from}-in`, to: `${right[from]}-out` },
    { from: `${from}-in`, to: `${left[from]}-out`, yields: true },
  ]);
};

/** Movements of one approach alone, all with the right of way. */
export const leg = (from: Side): Movement[] =>
  sides.filter((to) => to !== from).map((to) => ({ from: `${from}-in`, to: `${to}-out` }));

export function crossing(
  phases: readonly (readonly Movement[])[] = [axis('e', 'w'), axis('n', 's')],
  greenS = 20,
  armM = 400,
  onRequest: readonly (readonly Movement[])[] = [],
): CityPack {
  const ends: Record<Side, [number, number]> = { n: [0, armM], e: [armM, 0], s: [0, -armM], w: [-armM, 0] };
  return roadPack(
    { m: [0, 0], ...ends },
    sides.flatMap((s) => [
      { id: `${s}-in`, from: s, to: 'm', lanes: 2 },
      { id: `${s}-out`, from: 'm', to: s, lanes: 2 },
    ]),
    { edges: [...sides], signals: [signalOf('m', greenS, phases, onRequest)] },
  );
}
