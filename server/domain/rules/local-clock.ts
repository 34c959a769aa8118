/** The city's own clock, as alarm rules and baselines ask it. A minute is worked out once. */
import { localTimeAt } from '../../contract/local-time.ts';
import type { WorkCalendar } from '../../contract/rulebook.ts';
import type { LocalClock } from '../alarms/evaluation/facts.ts';
import { makeCalendar, weekdayAt } from './calendar.ts';

const MINUTE_MS = 60_000;

/** `hour` is 0…24 with the minutes as its fraction, `weekday` 1 (Monday) … 7. */
export function makeLocalClock(book: WorkCalendar, timeZone: string): LocalClock {
  const calendar = makeCalendar(book, timeZone);
  let minute = NaN;
  let shown = { hour: 0, weekday: 1, workday: false };
  return {
    at(ms) {
      const wanted = Math.floor(ms / MINUTE_MS);
      if (wanted !== minute) {
        const atMs = wanted * MINUTE_MS;
        const t = localTimeAt(atMs, timeZone);
        minute = wanted;
        shown = {
          hour: t.hour + t.minute / 60,
          weekday: weekdayAt(atMs, timeZone),
          workday: calendar.isWorkday(atMs),
        };
      }
      return shown;
    },
  };
}
