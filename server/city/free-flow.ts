/** The speed a car drives on a link that is empty: what travel-time ratios and levels of service are held against. */
import type { RoadClass } from '../contract/city-pack.ts';

/**
 * Share of the limit that free traffic reaches in the middle of a link. Kerbs, driveways, parked cars and crossings
 * slow the lower classes, as in the adjustments for cross-section and access points of the HCM (6th ed., 18-3…18-5),
 * which takes counts that a city pack does not have.
 */
const shareOfLimit: Readonly<Record<RoadClass, number>> = {
  motorway: 1,
  trunk: 1,
  primary: 0.96,
  secondary: 0.94,
  tertiary: 0.9,
  residential: 0.85,
  service: 0.7,
};

const KPH_PER_MPH = 1.609344;
const M_PER_FT = 0.3048;

/**
 * Free-flow speed. On urban streets short distances between junctions hold people back: the signal-spacing adjustment
 * of the HCM (6th ed., equation 18-6), f = 1.02 − 4.7 (S − 19.5) / max(L, 400) ≤ 1 with S in mph and L in feet.
 */
export function freeFlowKph(roadClass: RoadClass, limitKph: number, lengthM: number): number {
  const base = limitKph * shareOfLimit[roadClass];
  if (roadClass === 'motorway' || roadClass === 'trunk') return base;
  const factor = 1.02 - (4.7 * (base / KPH_PER_MPH - 19.5)) / Math.max(lengthM / M_PER_FT, 400);
  return base * Math.min(1, factor);
}
