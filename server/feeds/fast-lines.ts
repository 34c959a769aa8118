/**
 * Reads lines of the two observations that come by the hundred thousand, positions and detector readings, straight from
 * their bytes. It either gives exactly what `JSON.parse` and the schema would give, or says that it does not know
 * (null) and the slow way is taken: escapes, other letters than ASCII, unknown or repeated fields, values out
 * of range, anything that is not plain. A property test holds both ways together (FE-23).
 *
 * A sender writes all its lines alike: what stands between the values of one line is remembered as a layout, and the
 * next line is compared with it four bytes at a time; only where it differs are its fields looked at one by one.
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

const TYPE_FIELD = 0;
const ID_FIELD = 1;
const AT_FIELD = 2;
const LON_FIELD = 3;
const LAT_FIELD = 4;
const HEADING_FIELD = 5;
const SPEED_FIELD = 6;
const MOVER_FIELD = 7;
const LINK_FIELD = 8;
const OCCUPIED_FIELD = 9;

/** Strings met before, by the hash of their bytes: the same vehicle is the same string, with its hash at hand. */
const CACHE_BITS = 17;
const CACHE_MASK = (1 << CACHE_BITS) - 1;

/** After so many lines in a row of another layout, theirs is learnt. */
const RELEARN_AFTER = 16;
const MAX_VALUES = FIELDS.length;

/** The bytes before a value, or after the last one. */
class Fixed {
  readonly length: number;
  readonly words: Int32Array;
  readonly rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const n = bytes.length >> 2;
    this.words = Int32Array.from({ length: n }, (_, i) => view.getInt32(i * 4, true));
    this.rest = Uint8Array.from(bytes.subarray(n * 4));
  }

  matches(bytes: Uint8Array, view: DataView, p: number): boolean {
    const { words, rest } = this;
    let q = p;
    for (let i = 0; i < words.length; i++, q += 4) if (view.getInt32(q, true) !== words[i]) return false;
    for (let i = 0; i < rest.length; i++, q++) if (bytes[q] !== rest[i]) return false;
    return true;
  }
}

/** Of a position line: what is fixed, and which values stand between. */
interface Layout {
  readonly before: readonly Fixed[];
  readonly after: Fixed;
  /** Field numbers of the values, in their order. */
  readonly fields: Uint8Array;
  readonly seen: number;
}

export class FastLines {
  /** Where the last number or string ended. */
  private pos = 0;
  private layout: Layout | null = null;
  /** Lines since one of the known layout. */
  private strangers = 0;
  private viewOf: Buffer | null = null;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private readonly values = new Float64Array(MAX_VALUES);
  /** Of the line that is read: field, first and past-the-last byte of each value. */
  private readonly marks = new Int32Array(MAX_VALUES * 3);
  private marked = 0;
  private readonly cache: (string | undefined)[] = Array.from<undefined>({ length: 1 << CACHE_BITS });

  /** The observation in `bytes[start, end)`, or null for the slow way. */
  read(bytes: Buffer, start: number, end: number): PositionObservation | DetectorObservation | null {
    if (this.layout !== null) {
      const o = this.readAlike(this.layout, bytes, start, end);
      if (o !== null) {
        this.strangers = 0;
        return o;
      }
    }
    this.marked = 0;
    const o = this.readFields(bytes, start, end);
    if (o?.type === 'position' && ++this.strangers > RELEARN_AFTER) this.learn(bytes, start, end);
    return o;
  }

  /** A position line of a known layout; null where it differs in anything but its values. */
  private readAlike(layout: Layout, bytes: Buffer, start: number, end: number): PositionObservation | null {
    if (bytes !== this.viewOf) {
      this.viewOf = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const { view, values } = this;
    const { before, after, fields, seen } = layout;
    let p = start;
    let id = '';
    let mover: MoverKind | undefined;
    let link: string | undefined;
    for (let i = 0; i < before.length; i++) {
      const fixed = before[i]!;
      if (p + fixed.length >= end || !fixed.matches(bytes, view, p)) return null;
      p += fixed.length;
      const field = fields[i]!;
      if (field === ID_FIELD || field === MOVER_FIELD || field === LINK_FIELD) {
        const s = this.string(bytes, p, end);
        if (s === null) return null;
        // What is fixed after it begins with its closing quote.
        p = this.pos - 1;
        if (field === ID_FIELD) id = s;
        else if (field === LINK_FIELD) link = s;
        else if (movers.has(s)) mover = s as MoverKind;
        else return null;
      } else {
        const v = this.number(bytes, p, end);
        if (v !== v) return null;
        p = this.pos;
        values[field] = v;
      }
    }
    if (end - p !== after.length || !after.matches(bytes, view, p)) return null;
    const lon = values[LON_FIELD]!;
    const lat = values[LAT_FIELD]!;
    if (lon < -180 || lon > 180 || lat < -90 || lat > 90) return null;
    const headingDeg = (seen & HEADING) === 0 ? undefined : values[HEADING_FIELD]!;
    if (headingDeg !== undefined && (headingDeg < 0 || headingDeg > 360)) return null;
    const speedKph = (seen & SPEED) === 0 ? undefined : values[SPEED_FIELD]!;
    if (speedKph !== undefined && (speedKph < 0 || speedKph > 400)) return null;
    const at = values[AT_FIELD]!;
    return { type: 'position', id, at, lon, lat, headingDeg, speedKph, mover, link, occupied: undefined };
  }

  /** Remembers how the position line that was just read is laid out. */
  private learn(bytes: Buffer, start: number, end: number): void {
    const { marks, marked } = this;
    const before: Fixed[] = [];
    const fields: number[] = [];
    let seen = 0;
    let p = start;
    for (let i = 0; i < marked; i++) {
      const field = marks[i * 3]!;
      seen |= 1 << field;
      // A word that says what the line is belongs to the layout; true and false differ in length.
      if (field === TYPE_FIELD) continue;
      if (field === OCCUPIED_FIELD) return;
      before.push(new Fixed(bytes.subarray(p, marks[i * 3 + 1])));
      fields.push(field);
      p = marks[i * 3 + 2]!;
    }
    this.layout = { before, after: new Fixed(bytes.subarray(p, end)), fields: Uint8Array.from(fields), seen };
    this.strangers = 0;
  }

  private readFields(
    bytes: Buffer,
    start: number,
    end: number,
  ): PositionObservation | DetectorObservation | null {
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
      const mark = this.marked++ * 3;
      this.marks[mark] = field;
      this.marks[mark + 1] = c === QUOTE ? p + 1 : p;
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
      this.marks[mark + 2] = c === QUOTE ? p - 1 : p;
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
