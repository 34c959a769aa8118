/** Single values of a CAP message: texts for people, times, and places, whose latitude comes first there. */
import type { LonLat } from '../../contract/geo.ts';

/** What cannot be seen, or makes text look like another (Unicode TR 36, §2). */
const UNSEEN =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Text of one line, at most `max` characters. */
export const lineText = (text: string, max: number): string =>
  cut(
    text
      .replace(UNSEEN, '')
      .replace(/[ \t\r\n]+/g, ' ')
      .trim(),
    max,
  );

/** Text with its lines; some senders write them as HTML does. */
export const blockText = (text: string, max: number): string =>
  cut(
    text
      .replace(/<br\s{0,9}\/?>/gi, '\n')
      .replace(/\r\n?/g, '\n')
      .replace(UNSEEN, '')
      .trim(),
    max,
  );

/** A warning is not lost for its length: what is over it is replaced by an ellipsis. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** An xsd:dateTime with a zone, as ms since 1970, or null. CAP wants no `Z` for UTC, many write it all the same. */
export function capInstant(text: string): number | null {
  const m = DATE_TIME.exec(text);
  if (m === null) return null;
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  // A parser of dates takes 30 February for the first of March.
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

const DEGREES = String.raw`([+-]?\d{1,3}(?:\.\d{1,20})?)`;
const POINT = new RegExp(`^${DEGREES},${DEGREES}$`);
const CIRCLE = new RegExp(String.raw`^(\S+)\s+(\d{1,5}(?:\.\d{1,20})?)$`);

/** `lat,lon` as CAP writes it; a sentence where it is none. */
export function capPoint(text: string): LonLat | string {
  const m = POINT.exec(text);
  if (m === null) return 'not lat,lon';
  // Adding 0 makes no difference but to -0.
  const [lat, lon] = [Number(m[1]) + 0, Number(m[2]) + 0];
  if (Math.abs(lat) > 90) return `lat ${lat}${Math.abs(lon) <= 90 ? ' (lon,lat?)' : ''}`;
  return Math.abs(lon) > 180 ? `lon ${lon}` : [lon, lat];
}

/** A closed ring; a sentence where it is none. */
export function capPolygon(text: string, maxPoints: number): LonLat[] | string {
  const pairs = text.split(/\s+/);
  if (pairs.length < 4) return `${pairs.length} points < 4`;
  if (pairs.length > maxPoints) return `points > ${maxPoints}`;
  const ring: LonLat[] = [];
  for (const [i, pair] of pairs.entries()) {
    const point = capPoint(pair);
    if (typeof point === 'string') return `point ${i + 1}: ${point}`;
    ring.push(point);
  }
  const [first, last] = [ring[0]!, ring.at(-1)!];
  return first[0] === last[0] && first[1] === last[1] ? ring : 'first ≠ last';
}

/** `lat,lon radius`, the radius in km there and in m here; a sentence where it is none. */
export function capCircle(
  text: string,
  maxRadiusM: number,
): { readonly center: LonLat; readonly radiusM: number } | string {
  const m = CIRCLE.exec(text);
  if (m === null) return 'not lat,lon km';
  const center = capPoint(m[1]!);
  if (typeof center === 'string') return center;
  const radiusM = Math.round(Number(m[2]) * 1e6) / 1e3;
  return radiusM > maxRadiusM ? `radius > ${maxRadiusM / 1e3} km` : { center, radiusM };
}
