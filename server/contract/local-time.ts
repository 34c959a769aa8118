/** Wall-clock times and instants, either way: with daylight saving, where an hour comes twice or not at all. */
const DAY_MS = 86_400_000;
/** Zones change their offsets at whole quarters of an hour only. */
const QUARTER_MS = 900_000;
const MAX_CACHED = 50_000;

const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

function formatter(zone: string): Intl.DateTimeFormat {
  let f = formatters.get(zone);
  if (f === undefined) {
    f = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, f);
  }
  return f;
}

/** How far a zone's clocks are ahead of UTC at an instant, in ms. */
function offsetMs(instantMs: number, zone: string): number {
  const key = `${zone} ${Math.floor(instantMs / QUARTER_MS)}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size >= MAX_CACHED) offsets.clear();
    offset = shownOffsetMs(instantMs, zone);
    offsets.set(key, offset);
  }
  return offset;
}

function shownOffsetMs(instantMs: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(instantMs)) parts[type] = Number(value);
  const local = Date.UTC(
    parts['year']!,
    (parts['month'] ?? 1) - 1,
    parts['day'],
    parts['hour'],
    parts['minute'],
    parts['second'],
  );
  return local - Math.floor(instantMs / 1_000) * 1_000;
}

export interface LocalTime {
  readonly year: number;
  /** 1…12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * The instants a wall clock can mean, earliest first: two in the hour that comes twice. In the hour that is left out
 * the clock is taken as not yet put forward. Empty where there is no such date.
 */
export function instantsOf(t: LocalTime, zone: string): number[] {
  const asUtc = Date.UTC(t.year, t.month - 1, t.day, t.hour, t.minute, t.second);
  const back = new Date(asUtc);
  if (back.getUTCMonth() !== t.month - 1 || back.getUTCDate() !== t.day || back.getUTCHours() !== t.hour)
    return [];
  const before = offsetMs(asUtc - DAY_MS, zone);
  const after = offsetMs(asUtc + DAY_MS, zone);
  if (before === after) return [asUtc - before];
  const fits = [...new Set([before, after])]
    .map((offset) => ({ offset, ms: asUtc - offset }))
    .filter(({ offset, ms }) => offsetMs(ms, zone) === offset)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return fits.length > 0 ? fits : [asUtc - before];
}

/** What a zone's clocks show at an instant. */
export function localTimeAt(instantMs: number, zone: string): LocalTime {
  const shown = new Date(instantMs + offsetMs(instantMs, zone));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
  };
}
