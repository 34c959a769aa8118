/** What a kind of incident is made of: rates, daily curves, who is sent. */
import type { CategoryCode, Channel } from '../../../server/contract/categories.ts';
import type { UnitKind } from '../units/units.ts';
import { normalised } from '../sampling.ts';
import type { CalmTextKey } from './texts.ts';

export type Basis =
  /** Per hour for 2 million inhabitants. */
  | { readonly per: 'population'; readonly perHour: number }
  /** Per million vehicle-kilometres driven. */
  | { readonly per: 'vehicle-km'; readonly perMillion: number };

export type Site = 'home' | 'work' | 'road' | 'busy-road' | 'signal' | 'park' | 'industry' | 'low-road';

export interface IncidentKind {
  readonly key: CalmTextKey;
  readonly category: CategoryCode;
  readonly channel: Channel;
  /** Another door it can come in by, with its share. */
  readonly alsoBy?: readonly [Channel, number];
  readonly basis: Basis;
  readonly curve: readonly number[];
  /** How much more often in heavy rain (30 mm/h), and in a gale (80 km/h); 1 is the same. */
  readonly inRain: number;
  readonly inWind: number;
  readonly site: Site;
  /** Kinds of units sent, one of each list; empty: worked without a vehicle. */
  readonly units: readonly (readonly UnitKind[])[];
  /** Time of work on scene (or on the desk), lognormal: median minutes and sigma. */
  readonly serviceMin: number;
  readonly serviceSigma: number;
  /** Mean number of further callers. */
  readonly furtherCallers: number;
  readonly falseShare: number;
  /** What other callers take it for. */
  readonly mistakenFor: readonly CategoryCode[];
  readonly blocksLanes?: number;
  /** Share of cases whose patient is taken to a hospital. */
  readonly transportShare?: number;
}

export const FLAT = normalised(Array<number>(24).fill(1));
//                          0                 6                   12                  18
export const DAY = normalised([
  3, 2, 2, 2, 2, 3, 6, 9, 12, 12, 12, 11, 11, 11, 11, 11, 11, 11, 10, 9, 8, 7, 5, 4,
]);
export const EVENING = normalised([
  6, 4, 3, 2, 1, 1, 2, 3, 4, 4, 5, 6, 6, 6, 6, 6, 7, 9, 11, 12, 13, 13, 12, 9,
]);
export const OFFICE = normalised([
  0.3, 0.2, 0.2, 0.2, 0.2, 0.4, 1, 4, 11, 13, 12, 10, 6, 9, 12, 12, 11, 8, 4, 3, 2, 2, 1, 0.5,
]);
export const DARK = normalised([9, 8, 7, 6, 5, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 8, 12, 13, 12, 11, 10]);
export const SICK = normalised([
  6, 5, 4, 4, 5, 7, 9, 11, 12, 12, 11, 10, 10, 10, 10, 10, 10, 10, 11, 11, 10, 9, 8, 7,
]);

export const people = (perHour: number): Basis => ({ per: 'population', perHour });
export const driven = (perMillion: number): Basis => ({ per: 'vehicle-km', perMillion });
export const POLICE: readonly UnitKind[] = ['police-car'];
export const TRAFFIC_POLICE: readonly UnitKind[] = ['traffic-car', 'traffic-motorcycle', 'police-car'];
export const AMBULANCE: readonly UnitKind[] = ['ambulance'];
export const ENGINE: readonly UnitKind[] = ['fire-engine'];
export const RESCUE: readonly UnitKind[] = ['rescue', 'fire-engine'];
export const LADDER: readonly UnitKind[] = ['ladder', 'fire-engine'];
export const HAZMAT: readonly UnitKind[] = ['hazmat', 'fire-engine'];
export const PATROL: readonly UnitKind[] = ['urban-patrol'];
export const CREW: readonly UnitKind[] = ['repair-crew'];

export const usual = {
  inRain: 1,
  inWind: 1,
  serviceSigma: 0.5,
  furtherCallers: 0,
  falseShare: 0,
  mistakenFor: [],
  units: [],
} as const;
