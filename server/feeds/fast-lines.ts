/**
 * Reads lines of the two observations that come by the hundred thousand, positions and detector readings, straight from
 * their bytes. It either gives exactly what `JSON.parse` and the schema would give, or says that it does not know
 * (null) and the slow way is taken: escapes, other letters than ASCII, unknown or repeated fields, values out
 * of range, anything that is not plain. A property test holds both ways together (FE-23).
 */
import {
  moverKinds,
  type DetectorObservation,
  type MoverKind,
  type PositionObservation,
} from '../contract/observations.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;

/** Powers of ten that a double holds exactly (Clinger 1990: an exact integer over an exact power rounds once). */
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);
/** Digits whose integer a double always holds exactly: 10^15 < 2^53. */
const MAX_DIGITS = 15;
const MAX_ID_LENGTH = 80;

/** Bits of the fields that were seen; the order is that of `FIELDS`. */
const FIELDS = [
  'type',
  'id',
  'at',
  'lon',
  'lat',
  'headingDeg',
  'speedKph',
  'mover',
  'link',
  'occupied',
  'flowVph',
  'occupancyPct',
  'intervalS',
] as const;
const [TYPE, ID, AT, LON, LAT, HEADING, SPEED, MOVER, LINK, OCCUPIED, FLOW, OCCUPANCY, INTERVAL] = FIELDS.map(
  (_, i) => 1 << i,
) as [number, number, number, number, number, number, number, number, number, number, number, number, number];
const POSITION_NEEDS = TYPE | ID | AT | LON | LAT;
const POSITION_FIELDS = POSITION_NEEDS | HEADING | SPEED | MOVER | LINK | OCCUPIED;
const DETECTOR_NEEDS = TYPE | ID | AT;
const DETECTOR_FIELDS = DETECTOR_NEEDS | LON | LAT | SPEED | FLOW | OCCUPANCY | INTERVAL;

/** Strings met before, by the hash of their bytes: the same vehicle is the same string, with its hash at hand. */
const CACHE_BITS = 17;
const CACHE_MASK = (1 << CACHE_BITS) - 1;

export class FastLines {
  /** Where the last number or string ended. */
  private pos = 0;
  private readonly cache: (string | undefined)[] = Array.from<undefined>({ length: 1 << CACHE_BITS });

  /** The observation in `bytes[start, end)`, or null for the slow way. */
  read(bytes: Buffer, start: number, end: number): PositionObservation | DetectorObservation | null {
    let p = start;
    let seen = 0;
    let type: 'position' | 'detector' | '' = '';
    let id = '';
    let at = 0;
    let lon: number | undefined;
    let lat: number | undefined;
    let heading: number | undefined;
    let speed: number | null | undefined;
    let mover: MoverKind | undefined;
    let link: string | undefined;
    let occupied: boolean | undefined;
    let flow: number | undefined;
    let occupancy: number | undefined;
    let interval: number | undefined;

    while (p < end && isSpace(bytes[p]!)) p++;
    if (bytes[p] !== BRACE_OPEN) return null;
    p++;
    for (;;) {
      while (p < end && isSpace(bytes[p]!)) p++;
      if (p >= end || bytes[p] !== QUOTE) return null;
      const field = fieldAt(bytes, p + 1, end);
      if (field < 0) return null;
      const bit = 1 << field;
      if ((seen & bit) !== 0) return null;
      seen |= bit;
      p += FIELD_LENGTHS[field]! + 2;
      while (p < end && isSpace(bytes[p]!)) p++;
      if (bytes[p] !== COLON) return null;
      p++;
      while (p < end && isSpace(bytes[p]!)) p++;
      if (p >= end) return null;
      const c = bytes[p]!;
      if (c === QUOTE) {
        const s = this.string(bytes, p + 1, end);
        if (s === null) return null;
        p = this.pos;
        if (bit === ID) id = s;
        else if (bit === TYPE) {
          if (s !== 'position' && s !== 'detector') return null;
          type = s;
        } else if (bit === MOVER) {
          if (!movers.has(s)) return null;
          mover = s as MoverKind;
        } else if (bit === LINK) link = s;
        else return null;
      } else if (c === 0x74 /* t */) {
        if (bit !== OCCUPIED || !word(bytes, p, end, TRUE)) return null;
        occupied = true;
        p += 4;
      } else if (c === 0x66 /* f */) {
        if (bit !== OCCUPIED || !word(bytes, p, end, FALSE)) return null;
        occupied = false;
        p += 5;
      } else if (c === 0x6e /* n */) {
        if (bit !== SPEED || !word(bytes, p, end, NULL)) return null;
        speed = null;
        p += 4;
      } else {
        const v = this.number(bytes, p, end);
        if (v !== v) return null;
        p = this.pos;
        if (bit === AT) at = v;
        else if (bit === LON) lon = v;
        else if (bit === LAT) lat = v;
        else if (bit === HEADING) heading = v;
        else if (bit === SPEED) speed = v;
        else if (bit === FLOW) flow = v;
        else if (bit === OCCUPANCY) occupancy = v;
        else if (bit === INTERVAL) interval = v;
        else return null;
      }
      while (p < end && isSpace(bytes[p]!)) p++;
      if (p >= end) return null;
      const after = bytes[p]!;
      p++;
      if (after === COMMA) continue;
      if (after === BRACE_CLOSE) break;
      return null;
    }
    while (p < end && isSpace(bytes[p]!)) p++;
    if (p !== end) return null;

    if (lon !== undefined && (lon < -180 || lon > 180)) return null;
    if (lat !== undefined && (lat < -90 || lat > 90)) return null;
    if (type === 'position') {
      if ((seen & POSITION_NEEDS) !== POSITION_NEEDS || (seen & ~POSITION_FIELDS) !== 0 || speed === null)
        return null;
      if (heading !== undefined && (heading < 0 || heading > 360)) return null;
      if (speed !== undefined && (speed < 0 || speed > 400)) return null;
      return {
        type,
        id,
        at,
        lon: lon!,
        lat: lat!,
        headingDeg: heading,
        speedKph: speed,
        mover,
        link,
        occupied,
      };
    }
    if (type === 'detector') {
      if ((seen & DETECTOR_NEEDS) !== DETECTOR_NEEDS || (seen & ~DETECTOR_FIELDS) !== 0) return null;
      if (speed !== undefined && speed !== null && (speed < 0 || speed > 250)) return null;
      if (flow !== undefined && (flow < 0 || flow > 30_000)) return null;
      if (occupancy !== undefined && (occupancy < 0 || occupancy > 100)) return null;
      if (interval !== undefined && (interval < 1 || interval > 86_400)) return null;
      return {
        type,
        id,
        at,
        lon,
        lat,
        speedKph: speed,
        flowVph: flow,
        occupancyPct: occupancy,
        intervalS: interval,
      };
    }
    return null;
  }

  /** The string whose first byte is at `p`; null where it is not plain printable ASCII of 1 to 80 letters. */
  private string(bytes: Buffer, p: number, end: number): string | null {
    let hash = 0x811c9dc5;
    let q = p;
    for (; q < end; q++) {
      const c = bytes[q]!;
      if (c === QUOTE) break;
      if (c < 0x20 || c > 0x7e || c === BACKSLASH) return null;
      hash = Math.imul(hash ^ c, 0x01000193);
    }
    const length = q - p;
    if (q >= end || length === 0 || length > MAX_ID_LENGTH) return null;
    this.pos = q + 1;
    const slot = (hash ^ (hash >>> 15)) & CACHE_MASK;
    const known = this.cache[slot];
    if (known !== undefined && known.length === length) {
      let i = 0;
      while (i < length && known.charCodeAt(i) === bytes[p + i]) i++;
      if (i === length) return known;
    }
    const s = bytes.toString('latin1', p, q);
    this.cache[slot] = s;
    return s;
  }

  /** The number at `p` exactly as JSON.parse reads it; NaN where it is not one, or not finite. */
  private number(bytes: Buffer, p: number, end: number): number {
    let q = p;
    const negative = bytes[q] === MINUS;
    if (negative) q++;
    const first = q;
    let mantissa = 0;
    let c = 0;
    while (q < end && (c = bytes[q]! - ZERO) >= 0 && c <= 9) {
      mantissa = mantissa * 10 + c;
      q++;
    }
    let digits = q - first;
    // JSON has no leading zeros.
    if (digits === 0 || (digits > 1 && bytes[first] === ZERO)) return NaN;
    let places = 0;
    if (q < end && bytes[q] === DOT) {
      q++;
      const fraction = q;
      while (q < end && (c = bytes[q]! - ZERO) >= 0 && c <= 9) {
        mantissa = mantissa * 10 + c;
        q++;
      }
      places = q - fraction;
      digits += places;
      if (places === 0) return NaN;
    }
    if (q < end && (bytes[q]! | 0x20) === 0x65 /* e */) {
      q++;
      if (bytes[q] === MINUS || bytes[q] === PLUS) q++;
      const exponent = q;
      while (q < end && (c = bytes[q]! - ZERO) >= 0 && c <= 9) q++;
      if (q === exponent) return NaN;
      digits = Infinity;
    }
    this.pos = q;
    if (digits <= MAX_DIGITS) {
      if (places > 0) mantissa /= POWERS[places]!;
      return negative ? -mantissa : mantissa;
    }
    const exact = Number(bytes.toString('latin1', p, q));
    return Number.isFinite(exact) ? exact : NaN;
  }
}

const movers: ReadonlySet<string> = new Set(moverKinds);
const ascii = (s: string): Uint8Array => Uint8Array.from(s, (ch) => ch.charCodeAt(0));
const TRUE = ascii('true');
const FALSE = ascii('false');
const NULL = ascii('null');
const FIELD_BYTES = FIELDS.map((f) => ascii(f));
const FIELD_LENGTHS = FIELDS.map((f) => f.length);

/** JSON's white space within a line. */
const isSpace = (c: number): boolean => c === 0x20 || c === 0x09 || c === 0x0d || c === 0x0a;

function word(bytes: Uint8Array, p: number, end: number, w: Uint8Array): boolean {
  if (p + w.length > end) return false;
  for (let i = 0; i < w.length; i++) if (bytes[p + i] !== w[i]) return false;
  return true;
}

/** The field whose name starts at `p` and is closed by a quote; -1 where there is none. */
function fieldAt(bytes: Uint8Array, p: number, end: number): number {
  // The longest name and its quote fit, or this cannot be one of ours that is followed by a value.
  if (p + 3 >= end) return -1;
  const field = candidate(bytes, p);
  if (field < 0) return -1;
  const name = FIELD_BYTES[field]!;
  if (p + name.length >= end || bytes[p + name.length] !== QUOTE) return -1;
  for (let i = 1; i < name.length; i++) if (bytes[p + i] !== name[i]) return -1;
  return field;
}

/** The only field whose name can start like this. */
function candidate(bytes: Uint8Array, p: number): number {
  switch (bytes[p] ?? 0) {
    case 0x74: // type
      return 0;
    case 0x69: // id, intervalS
      return bytes[p + 1] === 0x64 ? 1 : 12;
    case 0x61: // at
      return 2;
    case 0x6c: // lon, lat, link
      return bytes[p + 1] === 0x6f ? 3 : bytes[p + 1] === 0x61 ? 4 : 8;
    case 0x68: // headingDeg
      return 5;
    case 0x73: // speedKph
      return 6;
    case 0x6d: // mover
      return 7;
    case 0x6f: // occupied, occupancyPct
      return bytes[p + 5] === 0x69 ? 9 : 11;
    case 0x66: // flowVph
      return 10;
    default:
      return -1;
  }
}
