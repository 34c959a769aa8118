/** Which shift a moment belongs to, by the city’s clocks: one that changes them is an hour longer or shorter. */
import { SHIFT_STARTS_H } from '../../../contract/alarms.ts';
import { instantsOf, localTimeAt } from '../../../contract/local-time.ts';

const DAY_MS = 86_400_000;

/** It holds its beginning and not its end. */
export interface Shift {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface ShiftClock {
  shiftAt(ms: number): Shift;
}

export function makeShiftClock(timeZone: string): ShiftClock {
  /** Beginnings of the shifts of a local day. */
  const startsOn = (ms: number): number[] => {
    const { year, month, day } = localTimeAt(ms, timeZone);
    return SHIFT_STARTS_H.map(
      (hour) => instantsOf({ year, month, day, hour, minute: 0, second: 0 }, timeZone)[0]!,
    );
  };
  return {
    shiftAt(ms) {
      const near = [...startsOn(ms), ...startsOn(ms + DAY_MS)];
      return { fromMs: near.findLast((at) => at <= ms)!, untilMs: near.find((at) => at > ms)! };
    },
  };
}
