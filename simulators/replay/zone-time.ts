/**
 * Times as recordings write them. Of a local time that the clock shows twice the earlier is meant; one that the clock
 * skipped is moved on by the gap (as Temporal's "compatible").
 */
import { instantsOf } from '../../server/contract/local-time.ts';

export const timeFormats = ['iso', 'unix-s', 'unix-ms', 'us-12h', 'local-iso'] as const;
export type TimeFormat = (typeof timeFormats)[number];

/** A time as written in a recording, or null where it is none. `us-12h`: 04/12/2018 11:11:26 AM. */
export function parseTime(text: string, format: TimeFormat, zone: string): number | null {
  const t = text.trim();
  if (t === '') return null;
  switch (format) {
    case 'unix-s':
    case 'unix-ms': {
      const n = Number(t);
      return Number.isFinite(n) ? (format === 'unix-s' ? n * 1000 : n) : null;
    }
    case 'iso': {
      // Without a zone Date.parse would take this machine's.
      if (!/(?:Z|[+-]\d\d:?\d\d)$/.test(t)) return null;
      const ms = Date.parse(t);
      return Number.isNaN(ms) ? null : ms;
    }
    case 'local-iso': {
      const m = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?/.exec(t);
      return m ? wall(m[1]!, m[2]!, m[3]!, Number(m[4]), m[5]!, m[6] ?? '0', zone) : null;
    }
    case 'us-12h': {
      const m = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d\d)(?::(\d\d))? ?([AP]M))?$/i.exec(t);
      if (!m) return null;
      const hour = (Number(m[4] ?? 0) % 12) + (m[7]?.toUpperCase() === 'PM' ? 12 : 0);
      return wall(m[3]!, m[1]!, m[2]!, hour, m[5] ?? '0', m[6] ?? '0', zone);
    }
  }
}

function wall(
  year: string,
  month: string,
  day: string,
  hour: number,
  minute: string,
  second: string,
  zone: string,
): number | null {
  const time = { year: Number(year), month: Number(month), day: Number(day), hour };
  return instantsOf({ ...time, minute: Number(minute), second: Number(second) }, zone)[0] ?? null;
}
