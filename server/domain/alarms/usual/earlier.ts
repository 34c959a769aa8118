/**
 * Every incident ever reported, by place and time, for rules that ask what was there before: columns of 29 bytes an incident,
 * chained by cell with the newest first. Invariant: an id stands once; added again it is what was said last.
 *
 * Ids are kept as 64-bit hashes: that any two of a million share one has a chance of 3 in 10⁸.
 */
import { categories, categoryCodes, type CategoryCode } from '../../../contract/categories.ts';
import { metresPerDegree, type LonLat } from '../../../contract/geo.ts';
import type { EarlierIncidents } from '../evaluation/facts.ts';

const DAY_MS = 86_400_000;
/** Degrees are kept as whole 10⁻⁷ of one: a centimetre. */
const UNITS = 1e7;
/** About 280 m of latitude. */
const CELL_DEG = 0.0025;
/** A cell's key is its column × ROWS + its row. */
const ROWS = 180 / CELL_DEG + 1;
const NONE = -1;
const FIRST_ROOM = 1_024;

export class EarlierIndex implements EarlierIncidents {
  private filled = 0;
  private lon = new Int32Array(FIRST_ROOM);
  private lat = new Int32Array(FIRST_ROOM);
  private atMs = new Float64Array(FIRST_ROOM);
  private category = new Uint8Array(FIRST_ROOM);
  private hashA = new Uint32Array(FIRST_ROOM);
  private hashB = new Uint32Array(FIRST_ROOM);
  /** The next older one in its cell. */
  private next = new Int32Array(FIRST_ROOM);
  /** The newest of each cell. */
  private readonly heads = new Map<number, number>();
  /** Where each id stands: a hash table with open addressing, at most half full. */
  private table = new Int32Array(FIRST_ROOM * 2).fill(NONE);

  get size(): number {
    return this.filled;
  }

  /** An incident as it was reported; of a known id: as it is known now. */
  add(id: string, category: CategoryCode, position: LonLat, atMs: number): void {
    if (this.filled === this.lon.length) this.grow();
    const [a, b] = hashOf(id);
    const place = this.placeOf(a, b);
    let i = this.table[place]!;
    if (i === NONE) {
      i = this.filled++;
      this.table[place] = i;
      this.hashA[i] = a;
      this.hashB[i] = b;
    } else this.unlink(i);
    this.lon[i] = Math.round(position[0] * UNITS);
    this.lat[i] = Math.round(position[1] * UNITS);
    this.atMs[i] = atMs;
    this.category[i] = codes.get(category)!;
    this.link(i);
  }

  count(
    categoryOrFamily: string,
    days: number,
    metres: number,
    position: LonLat,
    atMs: number,
    self: string,
  ): number {
    const wanted = wantedOf.get(categoryOrFamily);
    if (wanted === undefined) return 0;
    const perDegree = metresPerDegree(position[1]);
    const [a, b] = hashOf(self);
    const sinceMs = atMs - days * DAY_MS;
    let n = 0;
    for (const head of this.headsNear(position, metres / perDegree.lon, metres / perDegree.lat)) {
      for (let i = head; i !== NONE && this.atMs[i]! >= sinceMs; i = this.next[i]!) {
        if (this.atMs[i]! > atMs || wanted[this.category[i]!] === 0) continue;
        const x = (this.lon[i]! / UNITS - position[0]) * perDegree.lon;
        const y = (this.lat[i]! / UNITS - position[1]) * perDegree.lat;
        if (x * x + y * y > metres * metres) continue;
        if (this.hashA[i] !== a || this.hashB[i] !== b) n++;
      }
    }
    return n;
  }

  private *headsNear(position: LonLat, dLon: number, dLat: number): Generator<number> {
    const [x0, x1] = [column(position[0] - dLon), column(position[0] + dLon)];
    const [y0, y1] = [row(position[1] - dLat), row(position[1] + dLat)];
    if ((x1 - x0 + 1) * (y1 - y0 + 1) > this.heads.size) {
      yield* this.heads.values();
      return;
    }
    for (let x = x0; x <= x1; x++) {
      for (let y = y0; y <= y1; y++) {
        const head = this.heads.get(x * ROWS + y);
        if (head !== undefined) yield head;
      }
    }
  }

  private cellOf(i: number): number {
    return column(this.lon[i]! / UNITS) * ROWS + row(this.lat[i]! / UNITS);
  }

  /** Mostly the newest comes last, and is first in its cell. */
  private link(i: number): void {
    const cell = this.cellOf(i);
    const head = this.heads.get(cell) ?? NONE;
    if (head === NONE || this.atMs[head]! <= this.atMs[i]!) {
      this.next[i] = head;
      this.heads.set(cell, i);
      return;
    }
    let newer = head;
    for (;;) {
      const after = this.next[newer]!;
      if (after === NONE || this.atMs[after]! <= this.atMs[i]!) break;
      newer = after;
    }
    this.next[i] = this.next[newer]!;
    this.next[newer] = i;
  }

  private unlink(i: number): void {
    const cell = this.cellOf(i);
    const head = this.heads.get(cell)!;
    if (head === i) {
      if (this.next[i] === NONE) this.heads.delete(cell);
      else this.heads.set(cell, this.next[i]!);
      return;
    }
    let newer = head;
    while (this.next[newer] !== i) newer = this.next[newer]!;
    this.next[newer] = this.next[i]!;
  }

  /** The place of a hash in the table, or where it would stand. */
  private placeOf(a: number, b: number): number {
    const mask = this.table.length - 1;
    for (let place = a & mask; ; place = (place + 1) & mask) {
      const i = this.table[place]!;
      if (i === NONE || (this.hashA[i] === a && this.hashB[i] === b)) return place;
    }
  }

  private grow(): void {
    const room = this.lon.length * 2;
    this.lon = copied(this.lon, new Int32Array(room));
    this.lat = copied(this.lat, new Int32Array(room));
    this.atMs = copied(this.atMs, new Float64Array(room));
    this.category = copied(this.category, new Uint8Array(room));
    this.hashA = copied(this.hashA, new Uint32Array(room));
    this.hashB = copied(this.hashB, new Uint32Array(room));
    this.next = copied(this.next, new Int32Array(room));
    this.table = new Int32Array(room * 2).fill(NONE);
    for (let i = 0; i < this.filled; i++) this.table[this.placeOf(this.hashA[i]!, this.hashB[i]!)] = i;
  }
}

const column = (lon: number): number => Math.floor((lon + 180) / CELL_DEG);
const row = (lat: number): number => Math.floor((lat + 90) / CELL_DEG);

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

const codes = new Map<string, number>(categoryCodes.map((code, i) => [code, i]));
/** By category and by family: which categories count. */
const wantedOf = new Map<string, Uint8Array>();
for (const [i, code] of categoryCodes.entries()) {
  for (const name of [code, categories[code].family]) {
    const wanted = wantedOf.get(name) ?? new Uint8Array(categoryCodes.length);
    wanted[i] = 1;
    wantedOf.set(name, wanted);
  }
}

/** Two 32-bit hashes with different multipliers, mixed into each other at the end (after MurmurHash3's finalizer). */
function hashOf(id: string): readonly [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < id.length; i++) {
    const c = id.charCodeAt(i);
    a = Math.imul(a ^ c, 2_654_435_761);
    b = Math.imul(b ^ c, 1_597_334_677);
  }
  const mixed = (x: number, y: number): number =>
    (Math.imul(x ^ (x >>> 16), 2_246_822_507) ^ Math.imul(y ^ (y >>> 13), 3_266_489_909)) >>> 0;
  const first = mixed(a, b);
  return [first, mixed(b, first)];
}
