/**
 * Local times without a zone as instants. An hour that the clock shows twice is taken as the earlier one; a time that
 * the clock skipped is moved on by the gap (as Temporal's "compatible").
 */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** Zones change their offsets at whole quarters of an hour only. */
const QUARTER_MS = 900_000;
const MAX_CACHED = 50_000;
const offsets = new Map<string, number>();

/** Milliseconds that the zone's clock is ahead of UTC at an instant. */
function offsetMs(zone: string, instantMs: number): number {
  const key = `${zone} ${Math.floor(instantMs / QUARTER_MS)}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size >= MAX_CACHED) offsets.clear();
    offset = computedOffsetMs(zone, instantMs);
    offsets.set(key, offset);
  }
  return offset;
}

function computedOffsetMs(zone: string, instantMs: number): number {
  const part = new Map<string, number>();
  for (const { type, value } of formatOf(zone).formatToParts(instantMs)) part.set(type, Number(value));
  const get = (name: Intl.DateTimeFormatPartTypes): number => part.get(name) ?? 0;
  const shown = Date.UTC(
    get('year'),
    get('month') - 1,
    get('day'),
    get('hour'),
    get('minute'),
    get('second'),
  );
  return shown - Math.floor(instantMs / 1000) * 1000;
}

/** `wallMs`: the local time as if it were UTC. */
export function instantOf(wallMs: number, zone: string): number {
  if (zone === 'UTC') return wallMs;
  const day = 86_400_000;
  // The offsets that can apply are those in force shortly before and shortly after.
  const before = offsetMs(zone, wallMs - day);
  const after = offsetMs(zone, wallMs + day);
  if (before === after) return wallMs - before;
  for (const offset of [before, after]) {
    const instant = wallMs - offset;
    if (offsetMs(zone, instant) === offset) return instant;
  }
  return wallMs - before;
}

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
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), hour, Number(minute), Number(second));
  // The 30th of February is no day: Date.UTC would roll it over.
  const back = new Date(ms);
  if (back.getUTCMonth() !== Number(month) - 1 || back.getUTCDate() !== Number(day)) return null;
  return instantOf(ms, zone);
}
