/**
 * Medians and spreads of streams, kept without their values: one slot of 12 bytes an hour of a kind of day. Invariant: a
 * spread is never below its floor, so that a stream that never changed has no infinite deviation.
 *
 * Median and MAD by stochastic approximation (Robbins & Monro 1951) with the step scaled by the spread (Tierney 1983, A
 * space-efficient recursive procedure for estimating a quantile of an unknown distribution, SIAM J. Sci. Stat. Comput. 4):
 * a value above the estimate moves it up by gain / (2 f), below it down by as much. Only the side counts, never how far, so
 * a jam weighs no more than its minutes. The same signs drive frugal streaming (Ma, Muthukrishnan & Sandler 2013), whose
 * step is fixed. The gain is 1/n until the horizon is full, then constant: old days fade.
 */

/**
 * What a slot remembers, in minutes: ten days of one hour. A lasting change is half taken over after 6 or 7 days of the
 * kind, 10 where it is six spreads; a single jam of 20 minutes moves the median by less than a tenth of a spread.
 */
const HORIZON_MIN = 600;

/** Standard deviation over MAD of a normal distribution. */
const MAD_SCALE = 1.4826;
/** 1 / (2 f) at the median of a normal distribution, in standard deviations: √(2π) / 2. */
const MEDIAN_STEP = 1.2533;
/** 1 / (2 f) at the MAD: 0.7867 standard deviations, relative to the spread: × 1.4826. */
const SPREAD_STEP = 1.1663;
/** Least spread against the median. */
const LEAST_SHARE = 0.05;
/** Spread that is assumed with the first value. */
const FIRST_SHARE = 0.1;
const MOST_DAYS = 255;

export const SLOT_BYTES = 12;
/** Slots come in pages of as many hours. */
export const PAGE = 4;
const CHUNK = 16_384;

/** Three views of the same bytes, so that a slot lies together: f32 median, f32 spread, u16 minutes, u8 days, u8 last day. */
interface Chunk {
  readonly floats: Float32Array;
  readonly words: Uint16Array;
  readonly bytes: Uint8Array;
}

/** What is known of one hour. */
export interface Slot {
  readonly median: number;
  readonly spread: number;
  /** Minutes and different days that it was learnt on. */
  readonly minutes: number;
  readonly days: number;
}

export class BaselineSlots {
  private readonly chunks: Chunk[] = [];
  private count = 0;

  /** The first slot of a new page. */
  page(): number {
    const first = this.count;
    if (first % CHUNK === 0) {
      const buffer = new ArrayBuffer(CHUNK * SLOT_BYTES);
      this.chunks.push({
        floats: new Float32Array(buffer),
        words: new Uint16Array(buffer),
        bytes: new Uint8Array(buffer),
      });
    }
    this.count += PAGE;
    return first;
  }

  /** `minutes`: for how long the value stands; `day`: number of the local day; `least`: floor of the spread. */
  learn(slot: number, value: number, minutes: number, day: number, least: number): void {
    const { floats, words, bytes } = this.chunks[Math.floor(slot / CHUNK)]!;
    const i = slot % CHUNK;
    const [f, w, b] = [i * 3, i * 6 + 4, i * SLOT_BYTES + 10];
    const before = words[w]!;
    if (before === 0) {
      floats[f] = value;
      floats[f + 1] = Math.max(least, Math.abs(value) * FIRST_SHARE);
      words[w] = minutes;
      bytes[b] = 1;
      bytes[b + 1] = day & 255;
      return;
    }
    const n = Math.min(HORIZON_MIN, before + minutes);
    const gain = minutes / n;
    const spread = floats[f + 1]!;
    const off = value - floats[f]!;
    const step = MEDIAN_STEP * gain * spread;
    const median = floats[f]! + Math.max(-step, Math.min(step, off));
    const growth = 1 + SPREAD_STEP * gain;
    const wider = Math.abs(off) * MAD_SCALE > spread ? spread * growth : spread / growth;
    floats[f] = median;
    floats[f + 1] = Math.max(wider, least, Math.abs(median) * LEAST_SHARE);
    words[w] = n;
    if (bytes[b + 1] === (day & 255)) return;
    bytes[b + 1] = day & 255;
    if (bytes[b]! < MOST_DAYS) bytes[b]!++;
  }

  at(slot: number): Slot {
    const { floats, words, bytes } = this.chunks[Math.floor(slot / CHUNK)]!;
    const i = slot % CHUNK;
    return {
      median: floats[i * 3]!,
      spread: floats[i * 3 + 1]!,
      minutes: words[i * 6 + 4]!,
      days: bytes[i * SLOT_BYTES + 10]!,
    };
  }

  /** The bytes of a page, in the machine's order. */
  bytesOf(page: number): Uint8Array {
    const { bytes } = this.chunks[Math.floor(page / CHUNK)]!;
    const from = (page % CHUNK) * SLOT_BYTES;
    return bytes.subarray(from, from + PAGE * SLOT_BYTES);
  }
}
