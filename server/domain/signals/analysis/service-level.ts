/** Level of service at signals by mean control delay: Highway Capacity Manual, 7th ed. (2022), exhibit 19-8. */
import { signalServiceLevels, type SignalServiceLevel } from '../../../contract/signal-api.ts';

/** Up to so many seconds it is A, B, C, D, E; above F. */
const DELAY_LIMITS_S = [10, 20, 35, 55, 80] as const;

export function serviceLevel(delayS: number): SignalServiceLevel {
  let level = 0;
  while (level < DELAY_LIMITS_S.length && delayS > DELAY_LIMITS_S[level]!) level++;
  return signalServiceLevels[level]!;
}
