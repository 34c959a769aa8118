/**
 * Car-following along one lane: every vehicle takes an IDM step behind the one before it, in one pass over contiguous
 * memory. Nobody moves backwards or closer than TOUCH_M.
 */
import { moverKinds } from '../../../server/contract/observations.ts';
import { defaultDrivers, type DriverParameters } from './idm.ts';
import { DRIVER, FACTOR, LENGTH, NO_STOP, POS, SLOT, STOP, VEL, type Lanes } from './lanes.ts';

/** Driver row of what stands still: a dwelling bus, a broken-down car, an obstacle. */
export const STANDING = moverKinds.length;
const DRIVERS = STANDING + 1;
/** Bumpers never come closer than this, m. */
export const TOUCH_M = 0.3;
/** No leader in sight, m. */
export const FREE_M = 1e6;
const HARDEST_BRAKE_MPS2 = 8;

/**
 * What the first vehicle of a lane meets, in `CarFollowing.ahead`: numbers handed over in memory, because as arguments
 * they would be boxed, 40,000 a step. Metres to its leader, the leader's speed, the place it may not pass, and for the
 * lane the desired speed and the line nobody else may pass.
 */
export const GAP = 0;
export const LEAD = 1;
export const LIMIT = 2;
export const DESIRED = 3;
export const STOP_LINE = 4;

export class CarFollowing {
  readonly drivers: DriverParameters[] = [];
  readonly ahead = new Float64Array(5);
  private readonly lanes: Lanes;
  private readonly dtS: number;
  readonly accel = new Float64Array(DRIVERS);
  readonly gapTime = new Float64Array(DRIVERS);
  readonly standstill = new Float64Array(DRIVERS);
  /** 1 / (2 √(a b)) */
  readonly closing = new Float64Array(DRIVERS);

  constructor(lanes: Lanes, dtS: number) {
    this.lanes = lanes;
    this.dtS = dtS;
    moverKinds.forEach((k, i) => this.setDriver(i, defaultDrivers[k]));
    this.setDriver(STANDING, { ...defaultDrivers.other, accelMps2: 0 });
  }

  setDriver(row: number, p: DriverParameters): void {
    this.drivers[row] = p;
    this.accel[row] = p.accelMps2;
    this.gapTime[row] = p.timeGapS;
    this.standstill[row] = p.standstillM;
    this.closing[row] = p.accelMps2 > 0 ? 1 / (2 * Math.sqrt(p.accelMps2 * p.brakeMps2)) : 0;
  }

  /** One step for the `n` vehicles from slot `first` on; `ahead` says what the first of them meets. */
  lane(first: number, n: number): void {
    const { reals, words } = this.lanes;
    const { accel, gapTime, standstill, closing, dtS } = this;
    const half = dtS / 2;
    const ahead = this.ahead;
    let gap = ahead[GAP]!;
    let lead = ahead[LEAD]!;
    let limit = ahead[LIMIT]!;
    const desired = ahead[DESIRED]!;
    const stopLine = ahead[STOP_LINE]!;
    for (let i = first * SLOT, e = (first + n) * SLOT; i < e; i += SLOT) {
      const x = reals[i + POS]!;
      const v = reals[i + VEL]!;
      const d = words[i + DRIVER]! & 0xff;
      const length = reals[i + LENGTH]!;
      const j = i + SLOT;
      // In a standing queue nothing happens: no room to move up, and no speed to lose.
      if (v === 0 && gap <= standstill[d]!) {
        lead = 0;
        if (j < e) gap = x - length - reals[j + POS]!;
        limit = x - length - TOUCH_M;
        if (limit > stopLine) limit = stopLine;
        continue;
      }
      const a = accel[d]!;
      const stop = reals[i + STOP]!;
      if (stop < NO_STOP && stop - x < gap) {
        gap = stop - x + standstill[d]!;
        lead = 0;
      }
      const r = v / (desired * reals[i + FACTOR]!);
      const r2 = r * r;
      let free = r2 * r2;
      if (free > 3) free = 3;
      let wanted = v * gapTime[d]! + v * (v - lead) * closing[d]!;
      wanted = wanted > 0 ? wanted + standstill[d]! : standstill[d]!;
      const q = gap > 0.1 ? wanted / gap : wanted * 10;
      let acc = a * (1 - free - q * q);
      if (acc < -HARDEST_BRAKE_MPS2) acc = -HARDEST_BRAKE_MPS2;
      let v1 = v + acc * dtS;
      let x1: number;
      if (v1 <= 0) {
        x1 = acc < 0 ? x - (v * v) / (2 * acc) : x;
        v1 = 0;
      } else x1 = x + (v + v1) * half;
      if (x1 > limit) {
        x1 = limit > x ? limit : x;
        const reached = (x1 - x) / dtS;
        if (v1 > reached) v1 = reached;
      }
      reals[i + POS] = x1;
      reals[i + VEL] = v1;
      // The follower reacts to where this one was, and may not pass where it is now.
      lead = v;
      if (j < e) gap = x - length - reals[j + POS]!;
      limit = reals[i + POS]! - length - TOUCH_M;
      if (limit > stopLine) limit = stopLine;
    }
  }
}
