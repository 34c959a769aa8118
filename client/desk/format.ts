/** Numbers, times and ages as people of each language write them; everything unknown is a dash, never 0. */
import type { Language } from '../../server/contract/text.ts';

export const UNKNOWN = '—';

const numberFormats = new Map<string, Intl.NumberFormat>();
function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let format = numberFormats.get(key);
  if (!format) numberFormats.set(key, (format = new Intl.NumberFormat(language, options)));
  return format;
}

export function formatNumber(value: number | null | undefined, language: Language, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return numberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value,
  );
}

/** A share 0…1 as a whole percentage. */
export function formatShare(share: number | null | undefined, language: Language): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return UNKNOWN;
  return numberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** 12,345 → 12K / 1.2万: for counts that only grow. */
export function formatCompact(value: number, language: Language): string {
  return numberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

export function formatDistance(metres: number | null | undefined, language: Language): string {
  if (metres === null || metres === undefined || !Number.isFinite(metres)) return UNKNOWN;
  if (metres < 1_000)
    return numberFormat(language, { style: 'unit', unit: 'meter', maximumFractionDigits: 0 }).format(metres);
  return numberFormat(language, {
    style: 'unit',
    unit: 'kilometer',
    maximumFractionDigits: 1,
  }).format(metres / 1_000);
}

const timeFormats = new Map<string, Intl.DateTimeFormat>();
function timeFormat(language: Language, timeZone: string, options: Intl.DateTimeFormatOptions) {
  const key = language + timeZone + JSON.stringify(options);
  let format = timeFormats.get(key);
  if (!format) timeFormats.set(key, (format = new Intl.DateTimeFormat(language, { timeZone, ...options })));
  return format;
}

/** 23:05:09 in the city's time zone. */
export const formatClock = (ms: number, language: Language, timeZone: string): string =>
  timeFormat(language, timeZone, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(ms);

/** Monday, 23 November 2026, in the city's time zone. */
export const formatDay = (ms: number, language: Language, timeZone: string): string =>
  timeFormat(language, timeZone, { dateStyle: 'full' }).format(ms);

/** The clock, with the day before it where that is not today. */
export function formatMoment(ms: number, nowMs: number, language: Language, timeZone: string): string {
  const day = (at: number): string => timeFormat('en-US', timeZone, { dateStyle: 'short' }).format(at);
  const clock = formatClock(ms, language, timeZone);
  if (day(ms) === day(nowMs)) return clock;
  return `${timeFormat(language, timeZone, { month: 'numeric', day: 'numeric' }).format(ms)} ${clock}`;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The largest unit an age has two or more of, or one of exactly: 90 s is 90 s, 150 s is 2 min. */
function inUnits(ms: number): [value: number, unit: 'second' | 'minute' | 'hour' | 'day'] {
  if (ms < 100 * SECOND) return [Math.floor(ms / SECOND), 'second'];
  if (ms < 100 * MINUTE) return [Math.floor(ms / MINUTE), 'minute'];
  if (ms < 48 * HOUR) return [Math.floor(ms / HOUR), 'hour'];
  return [Math.floor(ms / DAY), 'day'];
}

/** “3 s ago”, “3 秒前”. An age under a second (or ahead, by a clock that is off) is “just now”. */
export function formatAgo(ageMs: number, language: Language): string {
  if (!Number.isFinite(ageMs)) return UNKNOWN;
  if (ageMs < SECOND) return language === 'zh-CN' ? '刚刚' : 'just now';
  const [value, unit] = inUnits(ageMs);
  const words = { second: ['秒', 's'], minute: ['分钟', 'min'], hour: ['小时', 'h'], day: ['天', 'd'] }[unit];
  return language === 'zh-CN' ? `${value} ${words[0]}前` : `${value} ${words[1]} ago`;
}

/** A span of time, short: “1.2 s”, “850 ms”, “4 min”. */
export function formatSpan(ms: number | null | undefined, language: Language): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  const zh = language === 'zh-CN';
  if (ms < SECOND) return `${Math.round(ms)} ${zh ? '毫秒' : 'ms'}`;
  if (ms < 10 * SECOND) return `${formatNumber(ms / SECOND, language, 1)} ${zh ? '秒' : 's'}`;
  const [value, unit] = inUnits(ms);
  const words = { second: ['秒', 's'], minute: ['分钟', 'min'], hour: ['小时', 'h'], day: ['天', 'd'] }[unit];
  return `${value} ${zh ? words[0] : words[1]}`;
}

/** 121.47352, 31.23041: five decimals are a metre. */
export const formatPosition = (position: readonly [number, number]): string =>
  `${position[0].toFixed(5)}, ${position[1].toFixed(5)}`;

const compass = {
  'zh-CN': ['北', '东北', '东', '东南', '南', '西南', '西', '西北'],
  'en-US': ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'],
} as const;

/** North, 北东 …: one of eight. */
export const compassWord = (degrees: number, language: Language): string =>
  compass[language][Math.round((((degrees % 360) + 360) % 360) / 45) % 8]!;

export const formatHeading = (degrees: number, language: Language): string =>
  `${compassWord(degrees, language)} ${Math.round(degrees)}°`;
