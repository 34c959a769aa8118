/**
 * The Intelligent Driver Model: M. Treiber, A. Hennecke, D. Helbing, "Congested traffic states in empirical
 * observations and microscopic simulations", Phys. Rev. E 62 (2000) 1805, eqs. 3–5; stepped with the ballistic update
 * (M. Treiber, V. Kanagaraj, Physica A 419 (2015) 183). Parameters per kind of vehicle, changeable.
 */
import type { MoverKind } from '../../../server/contract/observations.ts';

export interface DriverParameters {
  /** Desired time gap T, s. */
  timeGapS: number;
  /** Distance at standstill s0, m. */
  standstillM: number;
  /** Largest acceleration a, m/s². */
  accelMps2: number;
  /** Comfortable braking b, m/s². */
  brakeMps2: number;
  /** Desired speed over the limit, mean and spread over drivers. */
  speedFactor: number;
  speedSpread: number;
  lengthM: number;
}

const car: DriverParameters = {
  timeGapS: 1.15,
  standstillM: 2,
  accelMps2: 1.9,
  brakeMps2: 2.2,
  speedFactor: 1,
  speedSpread: 0.08,
  lengthM: 4.6,
};

export const defaultDrivers: Readonly<Record<MoverKind, DriverParameters>> = {
  car,
  taxi: { ...car, timeGapS: 1.05, accelMps2: 2, speedFactor: 1.03 },
  bus: { ...car, timeGapS: 1.4, accelMps2: 1.1, speedFactor: 0.9, speedSpread: 0.03, lengthM: 11.8 },
  truck: { ...car, timeGapS: 1.5, accelMps2: 0.9, speedFactor: 0.85, speedSpread: 0.04, lengthM: 8.5 },
  ambulance: { ...car, accelMps2: 2.4, brakeMps2: 3, speedFactor: 1.3, lengthM: 6 },
  'fire-engine': { ...car, accelMps2: 1.6, brakeMps2: 2.5, speedFactor: 1.2, lengthM: 8.5 },
  'police-car': { ...car, accelMps2: 2.6, brakeMps2: 3, speedFactor: 1.4, lengthM: 4.8 },
  other: car,
};

/** The gap at which a column of equal drivers keeps its speed (eq. 9). */
export function equilibriumGapM(p: DriverParameters, speedMps: number, desiredMps: number): number {
  return (p.standstillM + speedMps * p.timeGapS) / Math.sqrt(1 - (speedMps / desiredMps) ** 4);
}
