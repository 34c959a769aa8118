/**
 * Which vehicles of a lane crossed its stop line between two looks, where vehicles have no names. Both looks list them from
 * the line back; in a lane nobody overtakes, so the same vehicle is the one whose way in between fits both of its speeds
 * (order-preserving data association in one pass). One that is missing crossed where it could have reached the line, else it
 * changed lanes. Invariant: before − crossed − left + joined = now.
 */
import { PER_VEHICLE } from '../model.ts';

/** Between two looks a speed may differ from the line between its ends by so much: ¼·a·t² at a hard 4 m/s². */
const SPEED_BOW = 1;
const PLACE_ERROR_M = 1;
/** Hardest start from a standstill, m/s²; with the error of its place it says who may have reached the line. */
const START_MPS2 = 3;
const REACH_ERROR_M = 2;
/** Usual start from a queue, m/s²: when within the second it crossed. */
const USUAL_START_MPS2 = 1.5;

/** Filled by `matchLane`; reused, so that nothing is allocated each second. */
export interface LaneMatch {
  /** Of those that crossed, in their order: seconds after the first look, connection (−1 not known). */
  readonly crossedAfterS: number[];
  readonly crossedBy: number[];
  /** Missing, and too far from the line to have crossed. */
  left: number;
  /** There now, and not before. */
  joined: number;
}
export const emptyMatch = (): LaneMatch => ({
  crossedAfterS: [],
  crossedBy: [],
  left: 0,
  joined: 0,
});

export function matchLane(
  before: readonly number[],
  now: readonly number[],
  stepS: number,
  out: LaneMatch,
): void {
  out.crossedAfterS.length = 0;
  out.crossedBy.length = 0;
  out.left = 0;
  out.joined = 0;
  const errorM = PLACE_ERROR_M + SPEED_BOW * stepS * stepS;
  let j = 0;
  for (let i = 0; i < before.length; i += PER_VEHICLE) {
    const placeM = before[i]!;
    const speed = before[i + 1]!;
    // Those ahead of where it can be now came from elsewhere.
    while (j < now.length && placeM - now[j]! > Math.max(speed, now[j + 1]!) * stepS + errorM) {
      out.joined++;
      j += PER_VEHICLE;
    }
    if (j < now.length && placeM - now[j]! >= Math.min(speed, now[j + 1]!) * stepS - errorM) {
      j += PER_VEHICLE;
      continue;
    }
    if (placeM > speed * stepS + (START_MPS2 * stepS * stepS) / 2 + REACH_ERROR_M) {
      out.left++;
      continue;
    }
    const root = Math.sqrt(speed * speed + 2 * USUAL_START_MPS2 * Math.max(0, placeM));
    out.crossedAfterS.push(Math.min(stepS, (root - speed) / USUAL_START_MPS2));
    out.crossedBy.push(before[i + 2]!);
  }
  out.joined += (now.length - j) / PER_VEHICLE;
}
