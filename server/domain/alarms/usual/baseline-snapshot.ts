/**
 * What was learnt as bytes, for keeping: a head (`CBB1`, number of series), then each series with its name, its last minute,
 * a mask of its pages and the pages themselves. Head and names are little-endian; pages are as they lie in memory, which is
 * the same on every machine that runs this.
 */

/** `CBB1`. */
const MAGIC = 0x31_42_42_43;
const HEAD_BYTES = 8;
/** Length of the name, last minute, which pages there are. */
const SERIES_BYTES = 2 + 4 + 2;
const MOST_PAGES = 16;

export interface KeptSeries {
  readonly name: string;
  readonly lastMinute: number;
  /** In the order of their numbers. */
  readonly pages: readonly (readonly [page: number, bytes: Uint8Array])[];
}

export function writeSnapshot(series: readonly KeptSeries[]): Uint8Array {
  const encoder = new TextEncoder();
  const names = series.map((s) => encoder.encode(s.name));
  const sizes = series.map((s, i) => SERIES_BYTES + names[i]!.length + sum(s.pages.map(([, b]) => b.length)));
  const out = new Uint8Array(HEAD_BYTES + sum(sizes));
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, series.length, true);
  let at = HEAD_BYTES;
  for (const [i, { lastMinute, pages }] of series.entries()) {
    const name = names[i]!;
    view.setUint16(at, name.length, true);
    view.setInt32(at + 2, lastMinute, true);
    view.setUint16(at + 6, sum(pages.map(([p]) => 1 << p)), true);
    out.set(name, at + SERIES_BYTES);
    at += SERIES_BYTES + name.length;
    for (const [, bytes] of pages) {
      out.set(bytes, at);
      at += bytes.length;
    }
  }
  return out;
}

/** Null where it is no snapshot, or not whole. */
export function readSnapshot(bytes: Uint8Array, pageBytes: number): KeptSeries[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD_BYTES || view.getUint32(0, true) !== MAGIC) return null;
  const decoder = new TextDecoder();
  const out: KeptSeries[] = [];
  let at = HEAD_BYTES;
  for (let n = view.getUint32(4, true); n > 0; n--) {
    if (at + SERIES_BYTES > bytes.length) return null;
    const nameBytes = view.getUint16(at, true);
    const lastMinute = view.getInt32(at + 2, true);
    const mask = view.getUint16(at + 6, true);
    at += SERIES_BYTES;
    const numbers = Array.from({ length: MOST_PAGES }, (_, p) => p).filter((p) => (mask >> p) & 1);
    const first = at + nameBytes;
    const end = first + numbers.length * pageBytes;
    if (end > bytes.length) return null;
    const pages = numbers.map((p, i): readonly [number, Uint8Array] => [
      p,
      bytes.subarray(first + i * pageBytes, first + (i + 1) * pageBytes),
    ]);
    out.push({ name: decoder.decode(bytes.subarray(at, first)), lastMinute, pages });
    at = end;
  }
  return at === bytes.length ? out : null;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
