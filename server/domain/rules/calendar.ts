/**
 * Working time in a city: spans of a working day by its own clocks, weekends, holidays, and weekends that are worked
 * (调休). A span holds its beginning and not its end. Where clocks change, what counts is the time that really passes.
 */
import { instantsOf, localTimeAt } from '../../contract/local-time.ts';
import type { WorkCalendar } from '../../contract/rulebook.ts';

export interface Calendar {
  /** Whether anything of the local day that holds this moment is worked. */
  isWorkday(atMs: number): boolean;
  isWorking(atMs: number): boolean;
  /** When so many minutes of working time have passed since `startMs`; of none: the next moment that is worked. */
  addWorkingMinutes(startMs: number, minutes: number): number;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}
interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}
const MINUTE_MS = 60_000;
/** Days whose spans are kept; deadlines lie within weeks. */
const MAX_CACHED_DAYS = 2_000;

/** Throws where no time of any day is worked: nothing would ever fall due. */
export function makeCalendar(book: WorkCalendar, timeZone: string): Calendar {
  const hours = book.hours
    .map(({ from, to }) => ({ from: minuteOf(from), to: minuteOf(to) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  if (hours.length === 0 || book.workdays.length === 0) throw new Error('a calendar without working time');
  const workdays = new Set(book.workdays);
  const holidays = new Set(book.holidays);
  const extra = new Set(book.extraWorkdays);
  const known = new Map<number, readonly Span[]>();

  const instant = (dayNumber: number, minute: number, which: 'first' | 'last'): number => {
    const date = dateOf(dayNumber + Math.floor(minute / 1_440));
    const clock = { hour: Math.floor((minute % 1_440) / 60), minute: minute % 60, second: 0 };
    const all = instantsOf({ ...date, ...clock }, timeZone);
    return which === 'first' ? all[0]! : all.at(-1)!;
  };
  const spansOf = (dayNumber: number): readonly Span[] => {
    let spans = known.get(dayNumber);
    if (spans === undefined) {
      if (known.size >= MAX_CACHED_DAYS) known.clear();
      const date = textOf(dateOf(dayNumber));
      const worked = extra.has(date) || (workdays.has(weekdayOf(dayNumber)) && !holidays.has(date));
      spans = !worked
        ? []
        : hours.map(({ from, to }) => ({
            fromMs: instant(dayNumber, from, 'first'),
            toMs: instant(dayNumber, to, 'last'),
          }));
      known.set(dayNumber, spans);
    }
    return spans;
  };

  return {
    isWorkday: (atMs) => spansOf(dayNumberOf(localTimeAt(atMs, timeZone))).length > 0,
    isWorking: (atMs) =>
      spansOf(dayNumberOf(localTimeAt(atMs, timeZone))).some((s) => atMs >= s.fromMs && atMs < s.toMs),
    addWorkingMinutes(startMs, minutes) {
      let leftMs = minutes * MINUTE_MS;
      for (let day = dayNumberOf(localTimeAt(startMs, timeZone)); ; day++) {
        for (const span of spansOf(day)) {
          const fromMs = Math.max(span.fromMs, startMs);
          if (fromMs >= span.toMs) continue;
          if (leftMs <= span.toMs - fromMs) return fromMs + leftMs;
          leftMs -= span.toMs - fromMs;
        }
      }
    },
  };
}

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const pad = (n: number): string => String(n).padStart(2, '0');
const textOf = ({ year, month, day }: Day): string =>
  `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`;

/** Days since 1970-01-01, which was a Thursday; years begin in March here, so that a leap day is the last of them. */
function dayNumberOf({ year, month, day }: Day): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

function dateOf(dayNumber: number): Day {
  const z = dayNumber + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** 1 Monday … 7 Sunday, of an instant. */
export const weekdayAt = (atMs: number, timeZone: string): number =>
  weekdayOf(dayNumberOf(localTimeAt(atMs, timeZone)));

/** 1 Monday … 7 Sunday. */
const weekdayOf = (dayNumber: number): number => ((((dayNumber + 3) % 7) + 7) % 7) + 1;
